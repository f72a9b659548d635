"""The lights of the setups of a run: chosen when it is asked for, told by the first job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from segmentation.engine.preprocessing.flat_field import SharedLight
from segmentation.engine.preprocessing.settings import PREPROCESSING, preprocessing_of
from segmentation.models import Illumination
from segmentation.queries.illumination import (
    Kind,
    Source,
    key_of,
    kind_of,
    sources_for,
    told_by,
)
from webapp.models import Dataset, Image


def illuminations_for(
    dataset: Dataset, images: Sequence[Image], parameters: Mapping[str, Any]
) -> dict[UUID, Illumination]:
    """The light of each image by its id; empty for a run that asks for none.

    Raises Refused when there are too few images of the kind of any.
    """
    wanted = preprocessing_of(parameters.get(PREPROCESSING))
    if wanted is None or not wanted.needs_light:
        return {}
    of_kind: dict[Kind, Illumination] = {}
    found = {}
    for image in images:
        kind = kind_of(image)
        if kind not in of_kind:
            of_kind[kind] = _illumination(dataset, image, kind)
        found[image.pk] = of_kind[kind]
    return found


def light_of(illumination: Illumination) -> SharedLight:
    """The light; told and kept when nobody has yet.

    Raises `InvalidParameters` when the images that tell it are gone.
    """
    if illumination.light is None:
        rows = Illumination.objects.filter(pk=illumination.pk, light__isnull=True)
        rows.update(light=told_by([Source(**one) for one in illumination.sources]).to_json())
        illumination.refresh_from_db(fields=["light"])
    assert illumination.light is not None
    return SharedLight.from_json(illumination.light)


def _illumination(dataset: Dataset, image: Image, kind: Kind) -> Illumination:
    sources = sources_for(image)
    illumination, _ = Illumination.objects.get_or_create(
        dataset=dataset,
        key=key_of(sources, kind),
        defaults={
            "setup_name": image.setup.name if image.setup else "",
            "channel_names": list(kind.channel_names),
            "sources": [asdict(one) for one in sources],
        },
    )
    return illumination
