"""Which images tell the light of a setup, and what they tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404
from numpy.typing import NDArray

from segmentation.engine.errors import InvalidParameters
from segmentation.engine.manifest import code_version
from segmentation.engine.preprocessing.flat_field import SharedLight
from segmentation.engine.preprocessing.shared_light import (
    FEWEST_IMAGES,
    MOST_IMAGES,
    shared_light_of,
    too_few,
)
from segmentation.models import Illumination, Run
from webapp.audit.chain import canonical_json
from webapp.imaging.tiles import read_level_plane
from webapp.models import Image, User
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.states import Refused
from webapp.storage.derived import image_folder

REMEMBERED_S = 3600
GONE = (
    "The images that tell the light of this setup are not all there. "
    "Start the run again with those of now."
)


@dataclass(frozen=True)
class Kind:
    """Images of one kind share a light: a setup, a size, a pixel type and channels."""

    setup_id: UUID | None
    height: int
    width: int
    dtype: str
    channel_names: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """An image that tells the light; all but its id say which pixels they are."""

    image: str
    sha256: str
    series: int
    axes_said: str


def kind_of(image: Image) -> Kind:
    """Return which images share their light with this one."""
    names = tuple(channel.name for channel in image.channels.all())
    return Kind(image.setup_id, image.height, image.width, image.dtype, names)


def sources_for(image: Image) -> list[Source]:
    """Return the images of the dataset that tell the light of this one, at most 48.

    Chosen by their digests, so neither order nor names matter; what people left out, and the same
    bytes twice, do not count. Raises Refused for fewer than twelve.
    """
    found: dict[tuple[str, int, str], Source] = {}
    for row in _like(image)[: 4 * MOST_IMAGES]:
        source = Source(str(row.pk), row.blob_id, row.series, row.axes_said)
        found.setdefault((source.sha256, source.series, source.axes_said), source)
    sources = list(found.values())[:MOST_IMAGES]
    if len(sources) < FEWEST_IMAGES:
        raise Refused(too_few(len(sources)))
    return sources


def key_of(sources: Sequence[Source], kind: Kind) -> str:
    """SHA-256 of what a light depends on: the pixels that tell it, and the code."""
    pixels = [{k: v for k, v in asdict(one).items() if k != "image"} for one in sources]
    content = {
        "sources": pixels,
        "shape": [kind.height, kind.width],
        "channels": list(kind.channel_names),
        "code": code_version(),
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def told_by(sources: Sequence[Source]) -> SharedLight:
    """Return the light, from the coarsest level of each image: first frame, middle slice.

    Raises `InvalidParameters` when an image is gone.
    """
    rows = Image.objects.in_bulk([source.image for source in sources])
    images = [rows.get(UUID(source.image)) for source in sources]
    first = images[0]
    if first is None or None in images:
        raise InvalidParameters(GONE)
    named = zip([one.sha256 for one in sources], _coarse_planes(images), strict=True)
    return shared_light_of(named, (first.height, first.width))


def light_of_image(image: Image) -> tuple[SharedLight, list[Source]]:
    """Return the light of an image as a run of now would tell it, remembered for an hour.

    Raises Refused.
    """
    sources = sources_for(image)
    name = f"light:{key_of(sources, kind_of(image))}"
    said = cache.get(name)
    try:
        if said is None:
            said = told_by(sources).to_json()
            cache.set(name, said, REMEMBERED_S)
        return SharedLight.from_json(said), sources
    except InvalidParameters as error:
        raise Refused(str(error)) from error


def describe_light(light: SharedLight, channel_names: Sequence[str]) -> list[dict[str, Any]]:
    """What a page says of each channel: shares of the mean light, and what the camera adds."""
    return [
        {
            "name": name,
            "darkest": round(field.range[0], 3),
            "brightest": round(field.range[1], 3),
            "dark": field.dark,
        }
        for name, field in zip(channel_names, light.fields, strict=True)
    ]


def illumination_for(actor: User, illumination_id: UUID) -> Illumination:
    """One light of a project that the actor belongs to; Http404 otherwise."""
    found = (
        Illumination.objects.select_related("dataset__project")
        .filter(pk=illumination_id, dataset__deleted_at=None)
        .first()
    )
    if found is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, found.dataset.project)
    return found


def lights_of(run: Run) -> list[dict[str, Any]]:
    """The lights that a run used, for its page: id, setup, number of images, each channel."""
    used = Illumination.objects.filter(jobs__run=run).distinct().order_by("setup_name", "key")
    return [
        {
            "id": one.pk,
            "setup": one.setup_name,
            "n_images": len(one.sources),
            "channels": describe_light(SharedLight.from_json(one.light), one.channel_names)
            if one.light
            else [],
        }
        for one in used
    ]


def _like(image: Image) -> QuerySet[Image]:
    kind = kind_of(image)
    return (
        images_of(image.dataset)
        .filter(setup=kind.setup_id, height=kind.height, width=kind.width, dtype=kind.dtype)
        .filter(exclusion=None)
        .annotate(names=ArrayAgg("channels__name", order_by="channels__index"))
        .filter(names=list(kind.channel_names))
        .order_by("blob_id", "series", "axes_said", "id")
    )


def _coarse_planes(images: Sequence[Image | None]) -> Iterator[NDArray[Any]]:
    for image in images:
        assert image is not None
        pyramid = image_folder(image.pk) / "pyramid.zarr"
        level, z = image.levels[-1]["level"], image.n_slices // 2
        try:
            yield np.stack(
                [read_level_plane(pyramid, level, 0, c, z) for c in range(image.n_channels)]
            )
        except FileNotFoundError as error:
            raise InvalidParameters(GONE) from error
