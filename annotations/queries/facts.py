"""What people said of cells and regions: the marks of the edit log, played one after the other."""

from __future__ import annotations

from annotations.labels import marks
from annotations.labels.marks import Facts
from annotations.models import Annotation, Edit


def facts_at(annotation: Annotation, version: int) -> Facts:
    """The facts of an annotation at one of its versions; version 0 says nothing."""
    facts = Facts()
    said = Edit.objects.filter(annotation_id=annotation.pk, version__lte=version)
    rows = said.exclude(marks=[]).order_by("version").values_list("marks", flat=True)
    for row in rows.iterator(chunk_size=500):
        for mark in marks.from_json(row):
            facts.apply(mark)
    return facts
