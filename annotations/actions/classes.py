"""The classes of cells of a project: make, change, remove."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotations.models import CellClass
from annotations.models.cell_class import ClassColor
from annotations.queries.classes import Use, class_for, classes_of, use_of_classes
from annotations.reports.content import JUST_A_CELL
from webapp.actions.names import clean_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.events import tell_annotations_of
from webapp.models import Project, User
from webapp.permissions import Action, require
from webapp.queries.projects import project_for
from webapp.states import Conflict, Refused

MAX_CLASSES = 24
LONGEST_NAME = 60
KEYS = "123456789abcdefghijklmnopqrstuvwxyz"


class ClassInUse(Conflict):
    """Cells have the class that is to be removed."""

    code = "in_use"

    def __init__(self, cell_class: CellClass, use: Use) -> None:
        self.use = use
        cells = f"{use.n_cells} cell{'' if use.n_cells == 1 else 's'}"
        images = f"{use.n_images} image{'' if use.n_images == 1 else 's'}"
        super().__init__(
            f"{cells} in {images} {'is' if use.n_cells == 1 else 'are'} called {cell_class.name}. "
            "Give them another class first, or remove it all the same: then they keep it, and "
            "nobody can give it to other cells."
        )

    def facts(self) -> dict[str, Any]:
        """How many cells and images."""
        return {"n_cells": self.use.n_cells, "n_images": self.use.n_images}


@transaction.atomic
def create_class(
    *, actor: User, project_id: UUID, name: str, color: str = "", key: str = ""
) -> CellClass:
    """A new class; a color and a key that are not given are the first free ones."""
    project = project_for(actor, project_id)
    require(actor, Action.MANAGE_CLASSES, project)
    others = list(_locked(project))
    if len(others) >= MAX_CLASSES:
        raise Refused(f"A project has at most {MAX_CLASSES} classes. Remove one first.")
    made = CellClass.objects.create(
        project=project,
        name=_free_name(name, others),
        color=_color(color or _first_color(others)),
        key=_free_key(key or _first_key(others), others),
    )
    record_event(
        actor,
        Verb.CLASS_CREATED,
        made,
        project=project,
        name=made.name,
        color=made.color,
        key=made.key,
    )
    _tell(project.pk)
    return made


@transaction.atomic
def change_class(
    *,
    actor: User,
    class_id: UUID,
    name: str | None = None,
    color: str | None = None,
    key: str | None = None,
) -> CellClass:
    """Another name, color or key; the log keeps before and after. Cells keep their class."""
    found = class_for(actor, class_id, action=Action.MANAGE_CLASSES)
    others = [row for row in _locked(found.project) if row.pk != found.pk]
    wanted = {
        "name": None if name is None else _free_name(name, others),
        "color": None if color is None else _color(color),
        "key": None if key is None else _free_key(key, others),
    }
    changes = {
        field: [getattr(found, field), value]
        for field, value in wanted.items()
        if value is not None and value != getattr(found, field)
    }
    for field, (_, value) in changes.items():
        setattr(found, field, value)
    if changes:
        found.save(update_fields=list(changes))
        record_event(actor, Verb.CLASS_CHANGED, found, project=found.project, **changes)
        _tell(found.project_id)
    return found


@transaction.atomic
def remove_class(*, actor: User, class_id: UUID, even_if_used: bool = False) -> CellClass:
    """Nobody can give this class any more; cells that have it keep it.

    Raises ClassInUse when cells have it and that was not said to be meant.
    """
    found = class_for(actor, class_id, action=Action.MANAGE_CLASSES)
    use = use_of_classes(found.project).get(str(found.pk), Use())
    if use.n_cells and not even_if_used:
        raise ClassInUse(found, use)
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    record_event(
        actor,
        Verb.CLASS_REMOVED,
        found,
        project=found.project,
        name=found.name,
        n_cells=use.n_cells,
        n_images=use.n_images,
    )
    _tell(found.project_id)
    return found


def _tell(project_id: UUID) -> None:
    """Open images ask for the classes again."""
    tell_annotations_of(project_id, {"type": "classes"})


def _locked(project: Project) -> Any:
    """The classes of a project; two managers change them one after the other."""
    Project.objects.select_for_update().get(pk=project.pk)
    return classes_of(project)


def _free_name(name: str, others: list[CellClass]) -> str:
    cleaned = clean_name(name, "class")
    if len(cleaned) > LONGEST_NAME:
        raise Refused(f"The name of the class is longer than {LONGEST_NAME} characters.")
    if cleaned.casefold() == JUST_A_CELL.casefold():
        raise Refused(f"Cells without a class are called {JUST_A_CELL}. Choose another name.")
    if cleaned.casefold() in {other.name.casefold() for other in others}:
        raise Refused(f"There is a class called {cleaned} already. Choose another name.")
    return cleaned


def _color(color: str) -> str:
    if color not in ClassColor.values:
        raise Refused(f"The color of a class is one of {', '.join(ClassColor.values)}.")
    return color


def _free_key(key: str, others: list[CellClass]) -> str:
    lower = key.strip().lower()
    if len(lower) != 1 or lower not in KEYS:
        raise Refused("The key of a class is a digit from 1 to 9 or a letter from a to z.")
    for other in others:
        if other.key == lower:
            raise Refused(f"The key {lower.upper()} is that of {other.name}. Choose another.")
    return lower


def _first_color(others: list[CellClass]) -> str:
    """The color that the fewest classes have, the first of them."""
    used = [other.color for other in others]
    return min(ClassColor.values, key=used.count)


def _first_key(others: list[CellClass]) -> str:
    used = {other.key for other in others}
    return next(key for key in KEYS if key not in used)
