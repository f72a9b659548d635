"""The classes of cells of a project, and how many cells have each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.http import Http404
from numpy.typing import NDArray

from annotations.labels import marks
from annotations.labels import patch as patches
from annotations.labels.marks import Facts
from annotations.labels.vanished import vanished_labels
from annotations.models import Annotation, CellClass, Edit
from segmentation.queries.labels import read_labels
from webapp.models import Project, User
from webapp.permissions import Action, require


@dataclass(frozen=True)
class Use:
    """How many cells of a project have a class, in how many images."""

    n_cells: int = 0
    n_images: int = 0


def classes_of(project: Project) -> QuerySet[CellClass]:
    """The classes that can be given to cells, in the order in which they were made."""
    return CellClass.objects.filter(project=project, removed_at=None)


def class_for(actor: User, class_id: UUID, *, action: Action = Action.SEE) -> CellClass:
    """One class with which the actor may do this; Http404 for a stranger."""
    rows = CellClass.objects.select_related("project")
    found = rows.filter(pk=class_id, project__deleted_at=None, removed_at=None).first()
    if found is None:
        raise Http404("Nothing is here for you.")
    require(actor, action, found.project)
    return found


def describe_class(cell_class: CellClass) -> dict[str, Any]:
    """What the viewer and the API say about a class."""
    return {
        "id": str(cell_class.pk),
        "name": cell_class.name,
        "color": cell_class.color,
        "key": cell_class.key,
        "is_removed": cell_class.removed_at is not None,
    }


def describe_classes(project: Project) -> list[dict[str, Any]]:
    """Every class that a cell can have: those that were removed too, for cells that have them."""
    return [describe_class(row) for row in CellClass.objects.filter(project=project)]


def use_of_classes(project: Project) -> dict[str, Use]:
    """The use of every class that cells of current annotations have, by the id of the class.

    What was said of a cell that was deleted stays in the log, but does not count.
    """
    found = Annotation.objects.filter(
        image__dataset__project=project, is_current=True, image__deleted_at=None
    )
    current = {annotation.pk: annotation for annotation in found.select_related("base")}
    said = Edit.objects.filter(annotation_id__in=list(current)).exclude(marks=[])
    rows = said.order_by("annotation_id", "version").values_list("annotation_id", "marks")
    n_cells: Counter[str] = Counter()
    n_images: Counter[str] = Counter()
    for annotation_id, facts in _facts_by_annotation(rows.iterator(chunk_size=500)).items():
        class_of = {
            label: str(cell["class"])
            for label, cell in facts.cells.items()
            if cell.get("class") is not None
        }
        gone = _deleted_cells(current[annotation_id], class_of)
        here = Counter(kind for label, kind in class_of.items() if label not in gone)
        n_cells.update(here)
        n_images.update(here.keys())
    return {class_id: Use(n, n_images[class_id]) for class_id, n in n_cells.items()}


def _deleted_cells(annotation: Annotation, labels: Iterable[int]) -> set[int]:
    """Those of the cells that have no pixels any more."""
    drawn = Edit.objects.filter(annotation_id=annotation.pk).exclude(patches=[])
    rows = drawn.order_by("version").values_list("patches", flat=True)
    log = (patches.from_json(row) for edit in rows.iterator(chunk_size=500) for row in edit)

    def base() -> Iterable[NDArray[np.uint32]]:
        stack = () if annotation.base is None else read_labels(annotation.base.labels_id)
        return (plane for planes in stack for plane in planes)

    return vanished_labels(labels, log, base)


def _facts_by_annotation(rows: Iterable[tuple[UUID, Any]]) -> dict[UUID, Facts]:
    facts: defaultdict[UUID, Facts] = defaultdict(Facts)
    for annotation_id, said in rows:
        for mark in marks.from_json(said):
            facts[annotation_id].apply(mark)
    return facts
