"""Files of one channel, slice or frame each become one image; the files stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from webapp.actions.images import tell_image
from webapp.actions.uploads import INGEST_TASK, tell_upload
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.colors import WHITE
from webapp.imaging.naming.grouping import Stack
from webapp.imaging.naming.pattern import BadPattern
from webapp.imaging.parts.manifest import Manifest, Part
from webapp.models import Blob, Dataset, Image, ImagePart, Upload, User
from webapp.permissions import Action, require
from webapp.queries.grouping import images_that_can_be_grouped, preview_groups
from webapp.queries.projects import dataset_for
from webapp.queue import ask_worker
from webapp.states import ImageState, Refused, UploadState
from webapp.storage.blobs import blob_path, keep_bytes

MOST_MISSING_NAMED = 200
GOING_ON = (UploadState.CHECKING, UploadState.CONVERTING)


@transaction.atomic
def group_images(
    *, actor: User, dataset_id: UUID, pattern: str, is_with_missing: bool = False
) -> list[Upload]:
    """Let the worker put files together as their names say; returns a row for each new image.

    When one is ready its single images go to the trash. Sets with missing planes are left alone,
    or with `is_with_missing` made with black planes that the image names.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.UPLOAD, dataset.project)
    Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    try:
        preview = preview_groups(dataset, pattern)
    except BadPattern as error:
        raise Refused(str(error)) from error
    stacks = preview.buildable(is_with_missing=is_with_missing)
    if not stacks:
        raise Refused("By this pattern no files make one image. Nothing was changed.")
    images = {image.pk: image for image in images_that_can_be_grouped(dataset)}
    uploads = [one for stack in stacks if (one := _start(actor, dataset, stack, images))]
    record_event(
        actor,
        Verb.IMAGES_GROUPED,
        dataset,
        project=dataset.project,
        pattern=pattern,
        is_with_missing=is_with_missing,
        n_images=len(uploads),
        n_files=sum(len(stack.members) for stack in stacks),
    )
    return uploads


def take_over_parts(upload: Upload, added: Sequence[Image]) -> None:
    """What images of several files have of them, in the transaction that adds them.

    The single images go to the trash, but for those that somebody has begun to work on.
    """
    manifest = Manifest.from_bytes(blob_path(str(upload.blob_id)).read_bytes())
    ImagePart.objects.bulk_create(
        ImagePart(
            image=image,
            blob_id=part.sha256,
            number=number,
            file_name=part.file_name,
            t=part.t,
            c=part.c,
            z=part.z,
        )
        for image in added
        for number, part in enumerate(manifest.parts)
    )
    singles = list(
        Image.objects.select_for_update(of=("self",))
        .select_related("dataset__project", "well")
        .filter(
            dataset=upload.dataset,
            deleted_at=None,
            state=ImageState.UPLOADED,
            blob__in=[part.sha256 for part in manifest.parts],
        )
        .exclude(pk__in=[image.pk for image in added])
    )
    for image in added:
        _inherit(image, singles)
    for single in singles:
        single.deleted_at, single.deleted_by = timezone.now(), upload.created_by
        single.save(update_fields=["deleted_at", "deleted_by"])
        record_event(
            upload.created_by,
            Verb.IMAGE_DELETED,
            single,
            project=upload.dataset.project,
            became_part_of=str(added[0].pk),
        )
        tell_image(single)
    upload.sentence = f"Put together from {len(manifest.parts):,} files, which are kept."


def _start(
    actor: User, dataset: Dataset, stack: Stack, images: Mapping[Any, Image]
) -> Upload | None:
    """The row of one new image; None when the same files are being put together already."""
    stored = keep_bytes(_manifest(stack, images).to_bytes())
    blob, _ = Blob.objects.get_or_create(
        sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes}
    )
    if Upload.objects.filter(dataset=dataset, blob=blob, state__in=GOING_ON).exists():
        return None
    upload = Upload.objects.create(
        dataset=dataset,
        file_name=f"{stack.name}.parts"[-255:],
        size_bytes=stored.size_bytes,
        offset_bytes=stored.size_bytes,
        state=UploadState.CHECKING,
        blob=blob,
        is_manifest=True,
        created_by=actor,
    )
    ask_worker(INGEST_TASK, str(upload.pk))
    tell_upload(upload)
    return upload


def _manifest(stack: Stack, images: Mapping[Any, Image]) -> Manifest:
    first = images[stack.members[0].file.key]
    names, colors = _channels(stack, images)
    return Manifest(
        name=stack.name,
        parts=tuple(
            Part(
                sha256=images[one.file.key].blob_id,
                file_name=images[one.file.key].file_name,
                t=one.place[0],
                c=one.place[1],
                z=one.place[2],
                shape=one.file.shape[:3],
                axes_said=images[one.file.key].axes_said,
            )
            for one in stack.members
        ),
        shape=stack.shape,
        channel_names=names,
        channel_colors=colors,
        pixel_size_um=first.pixel_size_um,
        slice_step_um=first.slice_step_um,
        frame_interval_s=first.frame_interval_s or stack.frame_interval_s,
        missing=stack.missing[:MOST_MISSING_NAMED],
        plate=stack.parts.plate or "",
        well=str(stack.parts.well or ""),
        site=stack.parts.site,
    )


def _channels(
    stack: Stack, images: Mapping[Any, Image]
) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    """Names and colors: what the files say of their channel, else what their names do."""
    if len(stack.channels) < 2:
        own = images[stack.members[0].file.key].channels.all()
        return tuple(one.name for one in own), tuple(one.color for one in own)
    names, colors = [], []
    for index, said in enumerate(stack.channels):
        member = next((one for one in stack.members if one.place[1] == index), None)
        channel = images[member.file.key].channels.first() if member else None
        is_named = channel is not None and channel.name not in ("Grey", "Channel 1")
        by_name = f"Channel {said}" if said.isdigit() else said
        names.append(channel.name if channel and is_named else by_name)
        colors.append(channel.color if channel and channel.color != WHITE else None)
    return tuple(names), tuple(colors)


def _inherit(image: Image, singles: list[Image]) -> None:
    """Well, site and setup of the single images where they agree; else what the names say."""
    for field in ("well_id", "site", "setup_id"):
        values = {getattr(single, field) for single in singles}
        if len(values) == 1 and values != {None}:
            setattr(image, field, values.pop())
    image.save(update_fields=["well", "site", "setup"])
