"""A reader for pictures that are decoded in one piece: PNG, JPEG, BMP, GIF, WebP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.imaging.reader import Band, Facts, Pixels


@dataclass(frozen=True)
class WholePicture:
    """Decoded frames, each (Y, X, C); the facts were made from the same header."""

    facts: Facts
    frames: tuple[Pixels, ...]

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the one band of frame t; there is only slice 0."""
        assert z == 0
        yield Band(0, 0, self.frames[t].transpose(2, 0, 1))
