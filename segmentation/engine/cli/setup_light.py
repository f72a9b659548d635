"""The light that the files of one call share, for the step `shared` before a method."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray
from segmentation.engine.files import ImageFile, read_image
from segmentation.engine.preprocessing.flat_field import SharedLight
from segmentation.engine.preprocessing.settings import PREPROCESSING, preprocessing_of
from segmentation.engine.preprocessing.shared_light import MOST_IMAGES, shared_light_of
from webapp.imaging.pyramid import halve, pyramid_levels

Kind = tuple[tuple[int, ...], str, tuple[str, ...] | None]
"""Files of one kind share a light: their channels and size, pixel type and names of channels."""


def kind_of(image: ImageFile) -> Kind:
    """Return of which kind a file is."""
    _, n_channels, _, height, width = image.pixels.shape
    return (n_channels, height, width), image.pixels.dtype.name, image.channel_names


class SetupLights:
    """The lights of the files of one call, each told when the first of its kind needs it."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._known: dict[Kind, SharedLight] = {}

    def light_for(self, image: ImageFile, parameters: Mapping[str, Any]) -> SharedLight | None:
        """Return the light of this kind of file, None where the parameters ask for none.

        Told from at most 48 files, chosen by the digests of their bytes; of each the first frame
        and the middle slice. Raises `UnreadableFile`, and `InvalidParameters` for fewer than 12.
        """
        wanted = preprocessing_of(parameters.get(PREPROCESSING))
        if wanted is None or not wanted.needs_light:
            return None
        kind = kind_of(image)
        if kind not in self._known:
            height, width = image.pixels.shape[-2:]
            self._known[kind] = shared_light_of(_planes(self._files, kind), (height, width))
        return self._known[kind]


def _planes(files: Sequence[Path], kind: Kind) -> Iterator[tuple[str, AnyArray]]:
    """The digest and the reduced planes of the files that are told from."""
    n_told = 0
    for digest, path in sorted((_digest(path), path) for path in set(files) if path.is_file()):
        image = read_image(path)
        if kind_of(image) == kind:
            yield digest, _reduced(image.pixels[0, :, image.pixels.shape[2] // 2])
            n_told += 1
        if n_told == MOST_IMAGES:
            return


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reduced(planes: AnyArray) -> AnyArray:
    """Return planes (C, Y, X) as the coarsest level of a pyramid has them."""
    n_halves = len(pyramid_levels(*planes.shape[1:])) - 1
    is_kept = planes.dtype in (np.uint8, np.uint16)
    smaller = [np.array(one, one.dtype if is_kept else np.float32) for one in planes]
    for _ in range(n_halves):
        smaller = [halve(plane) for plane in smaller]
    return np.stack(smaller)
