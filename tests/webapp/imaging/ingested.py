"""What the imaging tests share: an ingested image, and what makes a sentence a good one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.conversion import convert
from webapp.imaging.image import IngestedImage
from webapp.imaging.limits import Limits, UnreadableImage
from webapp.imaging.opening import open_image
from webapp.imaging.tiles import read_level_plane

CHILD_LIMITS = Limits(wall_s=20, cpu_s=20)


@dataclass(frozen=True)
class Ingested:
    """An ingested image with its folder."""

    image: IngestedImage
    folder: Path

    @property
    def pyramid(self) -> Path:
        return self.folder / "pyramid.zarr"

    def pixels(self, level: int = 0) -> NDArray[Any]:
        """All planes of a level as (T, C, Z, Y, X)."""
        n_frames, n_channels, n_slices = self.image.shape[:3]
        size = self.image.levels[level]
        shape = (n_frames, n_channels, n_slices, size.height, size.width)
        pixels = np.empty(shape, self.image.dtype)
        for t, c, z in itertools.product(*map(range, shape[:3])):
            pixels[t, c, z] = read_level_plane(self.pyramid, level, t, c, z)
        return pixels


def ingest_here(
    source: Path,
    folder: Path,
    limits: Limits | None = None,
    pages_are: str | None = None,
    series: int = 0,
) -> Ingested:
    """Ingest without a child process."""
    folder.mkdir(exist_ok=True)
    reader = open_image(source, limits or Limits(), pages_are, series)
    return Ingested(convert(reader, folder, lambda fraction, step: None), folder)


def assert_is_one_clear_sentence(error: UnreadableImage, source: Path) -> None:
    """No path, no traceback, no jargon; says what is wrong and what to do."""
    sentence = error.sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert 20 < len(sentence) < 400
    assert "\n" not in sentence
    for forbidden in (str(source.parent), source.name, "Traceback", "Error", "Exception", "numpy"):
        assert forbidden not in sentence
    assert any(verb in sentence for verb in ("Export", "Save", "Copy", "Crop", "Open", "Split"))
