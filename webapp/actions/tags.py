"""Tags: put on many images at once, and taken off again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.http import Http404

from webapp.actions.names import clean_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Image, Project, Tag, User
from webapp.permissions import Action, require
from webapp.queries.projects import project_for
from webapp.states import Refused

LONGEST_TAG = 60


@transaction.atomic
def tag_images(
    *,
    actor: User,
    project_id: UUID,
    image_ids: Sequence[UUID],
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> int:
    """Put tags on images of a project and take others off; returns how many images changed.

    A tag that no image has any more is gone. One event tells what was asked for and of which
    images. Http404 when an image is not here.
    """
    project = project_for(actor, project_id)
    require(actor, Action.EDIT_METADATA, project)
    Project.objects.select_for_update().get(pk=project.pk)
    wanted = set(image_ids)
    rows = Image.objects.filter(dataset__project=project, dataset__deleted_at=None, deleted_at=None)
    images = list(rows.filter(pk__in=wanted).values_list("pk", flat=True))
    if len(images) != len(wanted):
        raise Http404("Nothing is here for you.")
    added, removed = _names(add), _names(remove)
    if not added and not removed:
        raise Refused("Name a tag to put on the images or to take off.")
    changed = _put_on(project, images, added) | _take_off(project, images, removed)
    if changed:
        record_event(
            actor,
            Verb.IMAGES_TAGGED,
            project,
            project=project,
            added=added,
            removed=removed,
            images=sorted(str(pk) for pk in changed),
        )
    return len(changed)


def _names(names: Iterable[str]) -> list[str]:
    """Clean, none twice whatever its case."""
    found: dict[str, str] = {}
    for name in names:
        cleaned = clean_name(" ".join(name.split()), "tag")
        if len(cleaned) > LONGEST_TAG:
            raise Refused(f"A tag has at most {LONGEST_TAG} characters. Shorten {cleaned!r}.")
        if '"' in cleaned:
            raise Refused("A tag has no quotation marks, because a search uses them.")
        found.setdefault(cleaned.lower(), cleaned)
    return list(found.values())


def _put_on(project: Project, images: Sequence[UUID], names: Sequence[str]) -> set[UUID]:
    links = Image.tags.through.objects
    changed: set[UUID] = set()
    for name in names:
        tag = project.tags.filter(name__iexact=name).first()
        tag = tag or Tag.objects.create(project=project, name=name)
        have = set(links.filter(tag=tag, image__in=images).values_list("image_id", flat=True))
        lack = [pk for pk in images if pk not in have]
        links.bulk_create(
            (Image.tags.through(image_id=pk, tag_id=tag.pk) for pk in lack), batch_size=1000
        )
        changed.update(lack)
    return changed


def _take_off(project: Project, images: Sequence[UUID], names: Sequence[str]) -> set[UUID]:
    changed: set[UUID] = set()
    for name in names:
        links = Image.tags.through.objects.filter(
            tag__project=project, tag__name__iexact=name, image__in=images
        )
        changed.update(links.values_list("image_id", flat=True))
        links.delete()
        project.tags.filter(name__iexact=name, images=None).delete()
    return changed
