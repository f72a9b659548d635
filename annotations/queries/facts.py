"""What people said of cells and regions: the marks of the edit log, played one after the other."""

from __future__ import annotations

import threading
from collections import OrderedDict
from uuid import UUID

from annotations.labels import marks
from annotations.labels.marks import Facts
from annotations.models import Annotation, Edit

N_KEPT = 16
# Annotation to (version, facts). Committed edits never change, so what was played stays true.
_kept: OrderedDict[UUID, tuple[int, Facts]] = OrderedDict()
_lock = threading.Lock()


def facts_at(annotation: Annotation, version: int) -> Facts:
    """The facts of an annotation at one of its versions; version 0 says nothing."""
    facts = Facts()
    _play(annotation, facts, 0, version)
    return facts


def facts_now(annotation: Annotation) -> Facts:
    """The facts at the annotation's version, to be looked at and not changed.

    The caller holds the lock of the annotation's row. The last ones are kept in the process, so
    that saying something of a cell does not play the whole log.
    """
    with _lock:
        version, facts = _kept.pop(annotation.pk, (0, Facts()))
        if version > annotation.version:
            version, facts = 0, Facts()
        _play(annotation, facts, version, annotation.version)
        _kept[annotation.pk] = annotation.version, facts
        while len(_kept) > N_KEPT:
            _kept.popitem(last=False)
    return facts


def _play(annotation: Annotation, facts: Facts, after: int, version: int) -> None:
    said = Edit.objects.filter(annotation_id=annotation.pk, version__gt=after, version__lte=version)
    rows = said.exclude(marks=[]).order_by("version").values_list("marks", flat=True)
    for row in rows.iterator(chunk_size=500):
        for mark in marks.from_json(row):
            facts.apply(mark)
