"""Quality: change the limits of flags, leave an image out of results, take it in again."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from webapp.actions.images import tell_image
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.quality.flags import MEANINGS, Flag, shown_number
from webapp.models import Exclusion, Image, Project, QualityLimit, User
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.queries.projects import project_for
from webapp.queries.quality import limits_of
from webapp.states import Conflict, Refused

LONGEST_REASON = 300


@transaction.atomic
def change_limits(*, actor: User, project_id: UUID, limits: dict[Flag, float]) -> Project:
    """From which numbers on flags are up in a project; the log keeps before and after."""
    project = project_for(actor, project_id)
    require(actor, Action.MANAGE_QUALITY, project)
    Project.objects.select_for_update().get(pk=project.pk)
    before = limits_of(project)
    changes: dict[str, Any] = {}
    for flag, limit in limits.items():
        _check(flag, limit)
        if math.isclose(limit, before[flag], rel_tol=1e-9):
            continue
        changes[flag.value] = [f"{before[flag]:g}", f"{limit:g}"]
        QualityLimit.objects.update_or_create(
            project=project, flag=flag.value, defaults={"limit": limit}
        )
    if changes:
        record_event(actor, Verb.QUALITY_LIMITS_CHANGED, project, project=project, **changes)
    return project


@transaction.atomic
def exclude_image(*, actor: User, image_id: UUID, reason: str) -> Image:
    """Leave an image out of the numbers of reports, with a reason that they print."""
    image = image_for(actor, image_id)
    require(actor, Action.EXCLUDE_IMAGES, image.dataset.project)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Say why the image is left out: the report prints the reason.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Say it in at most {LONGEST_REASON} characters.")
    Image.objects.select_for_update().get(pk=image.pk)
    if Exclusion.objects.filter(image=image).exists():
        raise Conflict("The image is left out already. Reload the page to see why and by whom.")
    Exclusion.objects.create(
        image=image, reason=reason, excluded_by=actor, excluded_at=timezone.now()
    )
    record_event(actor, Verb.IMAGE_EXCLUDED, image, project=image.dataset.project, reason=reason)
    tell_image(image)
    return image


@transaction.atomic
def include_image(*, actor: User, image_id: UUID) -> Image:
    """Take an image into the numbers again."""
    image = image_for(actor, image_id)
    require(actor, Action.EXCLUDE_IMAGES, image.dataset.project)
    Image.objects.select_for_update().get(pk=image.pk)
    exclusion = Exclusion.objects.filter(image=image).first()
    if exclusion is None:
        raise Conflict("The image is not left out. Reload the page.")
    record_event(
        actor,
        Verb.IMAGE_INCLUDED,
        image,
        project=image.dataset.project,
        reason_before=exclusion.reason,
    )
    exclusion.delete()
    tell_image(image)
    return image


def _check(flag: Flag, limit: float) -> None:
    meaning = MEANINGS[flag]
    if not (math.isfinite(limit) and meaning.lowest <= limit <= meaning.highest):
        lowest, highest = (shown_number(flag, one) for one in (meaning.lowest, meaning.highest))
        raise Refused(f"The limit of “{meaning.title}” lies between {lowest} and {highest}.")
