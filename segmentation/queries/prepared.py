"""What the steps before a method do to an image: in words, and as a picture before and after."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

from segmentation.engine.normalize import contrast_limits, scale_to_unit
from segmentation.engine.preprocessing.prepared import prepare
from segmentation.engine.preprocessing.settings import (
    PREPROCESSING,
    Preprocessing,
    preprocessing_of,
)
from segmentation.queries.illumination import light_of_image
from webapp.imaging.tiles import read_level_plane
from webapp.models import Image
from webapp.storage.derived import image_folder

MOST_PIXELS = 4_000_000
"""Of the plane that a picture is made from; of larger ones a smaller copy is shown."""
SIDE = 360
GAP = 6


@dataclass(frozen=True)
class Spot:
    """Where the close-up looks, as shares of the square that frames the whole plane."""

    y: float = 0.5
    x: float = 0.5


def steps_of(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """What a run did to the pixels before its method looked, in words; empty for nothing."""
    wanted = preprocessing_of(parameters.get(PREPROCESSING))
    return wanted.words if wanted else ()


def before_and_after(image: Image, wanted: Preprocessing, channel: int, spot: Spot) -> bytes:
    """A PNG: above as it is, below prepared; left the whole plane, right a close-up of it.

    Of the first frame and the middle slice. Raises IndexError for a channel that is not there,
    Refused where too few images tell the light of a setup.
    """
    plane, shrunk_by = _plane(image, channel)
    if wanted.window_px is not None:
        wanted = replace(wanted, window_px=max(1.0, wanted.window_px / shrunk_by))
    fields = None
    if wanted.needs_light:
        light, _ = light_of_image(image)
        fields = [light.fields[channel].on(plane.shape)]
    prepared = np.asarray(prepare(plane[np.newaxis], wanted, fields)[0])
    spot = _in_plane(spot, plane.shape)
    rows = [
        np.hstack([_framed(_whole(one)), _framed(_close_up(one, spot))])
        for one in (_grey(plane), _grey(prepared))
    ]
    file = io.BytesIO()
    Picture.fromarray(np.vstack([rows[0], rows[1]])).save(file, "PNG", compress_level=3)
    return file.getvalue()


def _plane(image: Image, channel: int) -> tuple[NDArray[Any], float]:
    """One plane (Y, X) from the finest level that is small enough, and how much it is reduced."""
    if not 0 <= channel < image.n_channels:
        raise IndexError(f"no channel {channel} of {image.n_channels}")
    fitting = [one for one in image.levels if one["height"] * one["width"] <= MOST_PIXELS]
    level = fitting[0] if fitting else image.levels[-1]
    pyramid = image_folder(image.pk) / "pyramid.zarr"
    plane = read_level_plane(pyramid, level["level"], 0, channel, image.n_slices // 2)
    return plane, image.height / level["height"]


def _grey(plane: NDArray[Any]) -> NDArray[np.uint8]:
    return (255 * scale_to_unit(plane, *contrast_limits(plane))).astype(np.uint8)


def _whole(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = _size_of_whole(grey.shape)
    is_larger = height > grey.shape[0]
    how = Picture.Resampling.NEAREST if is_larger else Picture.Resampling.BOX
    return np.asarray(Picture.fromarray(grey).resize((width, height), how))


def _size_of_whole(shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of the picture of a whole plane, which fills the square one way."""
    scale = SIDE / max(shape)
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def _in_plane(spot: Spot, shape: tuple[int, ...]) -> Spot:
    """What a place in the framed square is in the plane, as shares of its height and width."""
    shares = [
        ((share - 0.5) * (SIDE + GAP) / n + 0.5)
        for share, n in zip((spot.y, spot.x), _size_of_whole(shape), strict=True)
    ]
    return Spot(*(float(np.clip(share, 0, 1)) for share in shares))


def _close_up(grey: NDArray[np.uint8], spot: Spot) -> NDArray[np.uint8]:
    """Pixels of half the side, each drawn as two by two."""
    part = SIDE // 2
    top, left = (
        int(np.clip(share * n - part / 2, 0, max(0, n - part)))
        for share, n in zip((spot.y, spot.x), grey.shape, strict=True)
    )
    window = grey[top : top + part, left : left + part]
    return window.repeat(2, axis=0).repeat(2, axis=1)


def _framed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """In the middle of a dark square with a gap around."""
    frame = np.zeros((SIDE + GAP, SIDE + GAP), np.uint8)
    top, left = ((SIDE + GAP - n) // 2 for n in picture.shape)
    frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return frame
