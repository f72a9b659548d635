"""Copy images to another dataset, also of another project: the bytes are kept once."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction

from webapp import events
from webapp.actions.moving import TargetWells, chosen_images, locked_target
from webapp.actions.storage import check_quota
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.quality.flags import Flag
from webapp.models import Dataset, Exclusion, Image, ImageQuality, Tag, User
from webapp.permissions import Action, require
from webapp.states import Refused
from webapp.storage.derived import image_folder, rebuilt_folder

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 500
# What a copy has of its own; every other field is that of the original.
OWN = {"id", "dataset", "well", "upload", "setup", "state", "n_cells", "created_by", "created_at"}


@transaction.atomic
def copy_images(*, actor: User, dataset_id: UUID, image_ids: Sequence[UUID]) -> list[Image]:
    """Copies of images in a dataset of any project to which the actor may upload.

    Of each come its metadata, channels, wells, flags, tags, exclusion, and its masks as they are
    now, from which the copy's own history begins. Images whose bytes are in the dataset already
    are left out. All or none.
    """
    target = locked_target(actor, dataset_id)
    require(actor, Action.UPLOAD, target.project)
    if len(set(image_ids)) > MOST_AT_ONCE:
        raise Refused(f"At most {MOST_AT_ONCE} images are copied at once. Select fewer.")
    images = chosen_images(actor, image_ids)
    for project in {image.dataset.project for image in images}:
        require(actor, Action.DOWNLOAD, project)
    here = Image.objects.filter(dataset=target, deleted_at=None)
    known = set(here.values_list("blob_id", "series"))
    if any(image.dataset.project_id != target.project_id for image in images):
        check_quota(target.project, sum(image.blob.size_bytes for image in images))
    wells = TargetWells(target)
    copies = []
    for image in images:
        if (image.blob_id, image.series) in known:
            continue
        known.add((image.blob_id, image.series))
        copies.append(_copy(image, target, wells, actor))
    if copies:
        events.tell_project(target.project_id, {"type": "dataset", "dataset": str(target.pk)})
    return copies


def _copy(image: Image, target: Dataset, wells: TargetWells, actor: User) -> Image:
    fields = {
        field.attname: getattr(image, field.attname)
        for field in Image._meta.concrete_fields
        if field.name not in OWN
    }
    is_same_project = target.project_id == image.dataset.project_id
    copy = Image(**fields, id=uuid4(), dataset=target, created_by=actor)
    copy.setup_id = image.setup_id if is_same_project else None
    copy.well, copy.copied_from = wells.like(image.well), image.pk
    copy.save(force_insert=True)
    _copy_rows(image, copy)
    _copy_facts(image, copy)
    events.announce("image.copied", source=image, copy=copy, actor=actor)
    _record(image, copy, actor)
    transaction.on_commit(lambda: _link_files(image.pk, copy.pk), robust=True)
    return copy


def _copy_rows(image: Image, copy: Image) -> None:
    """Channels, and the files of an image of several."""
    for channel in image.channels.all():
        channel.pk, channel.image = None, copy
        channel.save(force_insert=True)
    for part in image.parts.all():
        part.pk, part.image = None, copy
        part.save(force_insert=True)


def _copy_facts(image: Image, copy: Image) -> None:
    """Quality numbers, exclusion and tags. A copy is no duplicate taken by mistake."""
    quality = ImageQuality.objects.filter(pk=image.pk).first()
    if quality is not None:
        quality.pk, quality.image, quality.twin = copy.pk, copy, None
        quality.numbers.pop(Flag.DUPLICATE.value, None)
        quality.save(force_insert=True)
    exclusion = Exclusion.objects.filter(pk=image.pk).first()
    if exclusion is not None:
        exclusion.pk, exclusion.image = copy.pk, copy
        exclusion.save(force_insert=True)
    project = copy.dataset.project
    for name in image.tags.values_list("name", flat=True):
        tag = project.tags.filter(name__iexact=name).first()
        copy.tags.add(tag or Tag.objects.create(project=project, name=name))


def _record(image: Image, copy: Image, actor: User) -> None:
    """Both projects know of it."""
    record_event(
        actor,
        Verb.IMAGE_COPIED,
        copy,
        project=copy.dataset.project,
        copied_from=image.pk,
        dataset=image.dataset.name,
        came_from=image.dataset.project.name,
        sha256=image.blob_id,
    )
    if copy.dataset.project_id != image.dataset.project_id:
        record_event(
            actor,
            Verb.IMAGE_COPIED,
            image,
            project=image.dataset.project,
            copy=copy.pk,
            went_to=copy.dataset.project.name,
        )


def _link_files(source: UUID, copy: UUID) -> None:
    """The pyramid is never changed in place, so the copy shares its files."""
    if not image_folder(source).is_dir():
        return  # derived files are made again when they are asked for
    with rebuilt_folder(image_folder(copy)) as fresh:
        shutil.copytree(image_folder(source), fresh, copy_function=os.link, dirs_exist_ok=True)
