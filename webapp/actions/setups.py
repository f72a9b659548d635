"""Acquisition setups: recognized in files, made and corrected by people, given to images."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from webapp.actions.names import MAX_NAME, clean_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.image import IngestedImage
from webapp.models import AcquisitionSetup, Image, Project, User
from webapp.permissions import Action, require
from webapp.queries.projects import project_for
from webapp.queries.setups import setup_for
from webapp.states import Refused

WORDS = ("site", "microscope", "objective", "camera", "modality")
SIZES = ("pixel_size_y_um", "pixel_size_x_um")
LONGEST_WORDS = 200
DIGITS_THAT_COUNT = 4


def recognize_setup(
    *, actor: User | None, project: Project, content: IngestedImage
) -> AcquisitionSetup | None:
    """The setup of the project whose images say the same; made when this is the first.

    In the caller's transaction. None when the file says nothing of what took it.
    """
    said: dict[str, Any] = {
        "microscope": content.instrument.microscope,
        "objective": (content.objective or "")[:LONGEST_WORDS],
        "camera": content.instrument.camera,
        "modality": content.instrument.modality,
    }
    sizes = [float(f"{one:.{DIGITS_THAT_COUNT}g}") for one in content.pixel_size_um or ()]
    if not any(said.values()) and not sizes:
        return None
    text = json.dumps([said, sizes], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = AcquisitionSetup.objects.filter(project=project, recognized=digest).first()
    if found is not None:
        return found
    # Two files of a new microscope at once: the second waits here and then finds the first's.
    Project.objects.select_for_update().get(pk=project.pk)
    made, is_new = AcquisitionSetup.objects.get_or_create(
        project=project,
        recognized=digest,
        defaults={
            "name": _free_name(project, _name_of(said, sizes)),
            **said,
            **dict(zip(SIZES, sizes, strict=False)),
        },
    )
    if is_new:
        record_event(actor, Verb.SETUP_RECOGNIZED, made, project=project, **_for_log(made))
    return made


@transaction.atomic
def create_setup(*, actor: User, project_id: UUID, name: str, **facts: Any) -> AcquisitionSetup:
    """A setup that no file names; `facts` are fields of WORDS and SIZES."""
    project = project_for(actor, project_id)
    require(actor, Action.EDIT_METADATA, project)
    Project.objects.select_for_update().get(pk=project.pk)
    setup = AcquisitionSetup(project=project)
    _set(setup, {"name": name, **facts})
    setup.save()
    record_event(actor, Verb.SETUP_CREATED, setup, project=project, **_for_log(setup))
    return setup


@transaction.atomic
def change_setup(*, actor: User, setup_id: UUID, **facts: Any) -> AcquisitionSetup:
    """Correct name and facts; images keep their own pixel sizes. The log has before and after."""
    project = setup_for(actor, setup_id).project
    require(actor, Action.EDIT_METADATA, project)
    Project.objects.select_for_update().get(pk=project.pk)
    setup = AcquisitionSetup.objects.select_related("project").get(pk=setup_id)
    changes = _set(setup, facts)
    if changes:
        setup.save()
        record_event(actor, Verb.SETUP_CHANGED, setup, project=project, **changes)
    return setup


@transaction.atomic
def remove_setup(*, actor: User, setup_id: UUID) -> Project:
    """Remove a setup that no image has."""
    setup = setup_for(actor, setup_id)
    require(actor, Action.EDIT_METADATA, setup.project)
    AcquisitionSetup.objects.select_for_update().get(pk=setup.pk)
    n_images = setup.images.count()
    if n_images:
        raise Refused(
            f"{n_images:,} {'image has' if n_images == 1 else 'images have'} this setup, those in "
            "the trash counted. Give them another one first."
        )
    record_event(actor, Verb.SETUP_REMOVED, setup, project=setup.project, **_for_log(setup))
    setup.delete()
    return setup.project


@transaction.atomic
def assign_setup(
    *,
    actor: User,
    project_id: UUID,
    image_ids: Sequence[UUID],
    setup_id: UUID | None,
    is_filling_sizes: bool = False,
) -> int:
    """Say what took images; None takes their setup away. Returns how many images changed.

    With `is_filling_sizes` those of them that have no pixel size get that of the setup; a pixel
    size that is known is never replaced.
    """
    project = project_for(actor, project_id)
    require(actor, Action.EDIT_METADATA, project)
    setup = setup_for(actor, setup_id) if setup_id else None
    if setup is not None and setup.project_id != project.pk:
        raise Refused("This setup belongs to another project. Choose one of this project.")
    wanted = set(image_ids)
    images = list(
        Image.objects.select_for_update(of=("self",))
        .filter(pk__in=wanted, dataset__project=project, deleted_at=None, dataset__deleted_at=None)
        .order_by("pk")
    )
    if len(images) != len(wanted):
        raise Refused("Some of these images are not in the project any more. Reload the page.")
    size = setup.pixel_size_um if setup is not None and is_filling_sizes else None
    before = {str(one.pk): str(one.setup_id or "") for one in images if one.setup_id != setup_id}
    filled = [one for one in images if size is not None and one.pixel_size_um is None]
    changed = [one for one in images if str(one.pk) in before or one in filled]
    for one in changed:
        one.setup = setup
    for one in filled:
        one.pixel_size_y_um, one.pixel_size_x_um = size or (None, None)
    Image.objects.bulk_update(changed, ["setup", *SIZES], batch_size=500)
    if changed:
        record_event(
            actor,
            Verb.SETUP_ASSIGNED,
            setup or project,
            project=project,
            setup_before=before,
            **(
                {"pixel_size_um": list(size), "sized": [str(one.pk) for one in filled]}
                if size and filled
                else {}
            ),
        )
    return len(changed)


def _set(setup: AcquisitionSetup, facts: dict[str, Any]) -> dict[str, Any]:
    """Check and set fields; returns before and after of those that changed."""
    unknown = facts.keys() - {"name", *WORDS, *SIZES}
    if unknown:
        raise Refused(f"A setup has no {sorted(unknown)[0]}.")
    changes: dict[str, Any] = {}
    for field, given in facts.items():
        value = _checked(setup, field, given)
        if getattr(setup, field) != value:
            changes[field] = [getattr(setup, field), value]
            setattr(setup, field, value)
    if (setup.pixel_size_y_um is None) != (setup.pixel_size_x_um is None):
        raise Refused("Give both the height and the width of a pixel, or neither.")
    return changes


def _checked(setup: AcquisitionSetup, field: str, given: Any) -> Any:
    if field in SIZES:
        if given is not None and not (math.isfinite(given) and given > 0):
            raise Refused("A pixel size is a number above zero.")
        return given
    if field in WORDS:
        words = " ".join(str(given).split())
        if len(words) > LONGEST_WORDS:
            raise Refused(f"Say the {field} in at most {LONGEST_WORDS} characters.")
        return words
    name = clean_name(str(given), "setup")
    others = AcquisitionSetup.objects.filter(project=setup.project, name=name)
    if others.exclude(pk=setup.pk).exists():
        raise Refused(f"There is a setup “{name}” already. Choose another name.")
    return name


def _name_of(said: dict[str, str], sizes: Sequence[float]) -> str:
    """What people see first: the objective and what carries it, else whatever is known."""
    parts = [said["microscope"], said["objective"]]
    if not any(parts):
        parts = [said["camera"], said["modality"]]
    known = [one for one in parts if one] or ["Unnamed microscope"]
    known += [f"{sizes[-1]:g} µm"] if sizes else []
    return clean_name(", ".join(known)[:MAX_NAME], "setup")


def _free_name(project: Project, name: str) -> str:
    """The name, or the first of "name 2", "name 3" ... that no setup of the project has."""
    taken = set(AcquisitionSetup.objects.filter(project=project).values_list("name", flat=True))
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[: MAX_NAME - 6]} {number}"
    return free


def _for_log(setup: AcquisitionSetup) -> dict[str, Any]:
    """Everything that is known of a setup."""
    known = {field: getattr(setup, field) for field in (*WORDS, *SIZES)}
    return {field: value for field, value in known.items() if value not in ("", None)}
