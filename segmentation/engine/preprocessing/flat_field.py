"""How one setup lights its field: a smooth surface for a channel, and what the camera adds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.errors import InvalidParameters
from segmentation.engine.tiling import Window

DEGREE = 4
POWERS = tuple((i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i))
"""The powers of y and x of each term, y and x from -1 to 1 over the side."""
EVEN = (1.0,) + (0.0,) * (len(POWERS) - 1)
"""The terms of a light that is the same everywhere."""
LOWEST_LIGHT = 0.1
NOT_A_LIGHT = "This is no description of a light."


@dataclass(frozen=True)
class FlatField:
    """`terms` of a surface with the mean 1; `dark`: what a pixel says without any light.

    Of whole planes of `shape` (height, width). A pixel said dark + light * what is there.
    """

    terms: tuple[float, ...]
    dark: float
    shape: tuple[int, int]

    def over(self, window: Window) -> FloatArray:
        """Return the light over a window as (h, w) float32, never below a tenth of the mean."""
        y = places(window.y0, window.y1, self.shape[0])
        x = places(window.x0, window.x1, self.shape[1])
        return np.maximum(surface(y, x, self.terms), LOWEST_LIGHT).astype(np.float32)

    def even(self, window: Window, values: FloatArray) -> FloatArray:
        """Return the values (h, w) of a window as they would be in the mean light."""
        dark = np.float32(self.dark)
        evened: FloatArray = (values - dark) / self.over(window) + dark
        return evened

    def on(self, shape: tuple[int, int]) -> FlatField:
        """Return the same light over a plane of another number of pixels, as of a smaller copy."""
        return FlatField(self.terms, self.dark, shape)

    @property
    def range(self) -> tuple[float, float]:
        """The darkest and the brightest place, as shares of the mean."""
        middles = places(0, 64, 64)
        found = np.maximum(surface(middles, middles, self.terms), LOWEST_LIGHT)
        return float(found.min()), float(found.max())

    def to_json(self) -> dict[str, Any]:
        """What is stored of it; `from_json` gives the same back."""
        return {"terms": list(self.terms), "dark": self.dark, "shape": list(self.shape)}

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> FlatField:
        """Raises `InvalidParameters` for what `to_json` did not write."""
        try:
            terms = tuple(float(term) for term in said["terms"])
            height, width = (int(side) for side in said["shape"])
            dark = float(said["dark"])
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidParameters(NOT_A_LIGHT) from error
        if len(terms) != len(POWERS) or not np.isfinite([*terms, dark]).all():
            raise InvalidParameters(NOT_A_LIGHT)
        return FlatField(terms, dark, (height, width))


@dataclass(frozen=True)
class SharedLight:
    """The light of a setup: a field for each channel, and the names of the images that told it."""

    fields: tuple[FlatField, ...]
    sources: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the fields alone."""
        said = json.dumps([one.to_json() for one in self.fields], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """What a manifest says of it; `from_json` gives the same back."""
        fields = [one.to_json() for one in self.fields]
        return {"digest": self.digest, "fields": fields, "sources": list(self.sources)}

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> SharedLight:
        """Raises `InvalidParameters` for what `to_json` did not write."""
        try:
            fields, sources = list(said["fields"]), tuple(map(str, said["sources"]))
        except (KeyError, TypeError) as error:
            raise InvalidParameters(NOT_A_LIGHT) from error
        return SharedLight(tuple(FlatField.from_json(one) for one in fields), sources)


def surface(y: AnyArray, x: AnyArray, terms: tuple[float, ...]) -> AnyArray:
    """Return the surface at rows y (h,) and columns x (w,) as (h, w) float64."""
    found = np.zeros((len(y), len(x)))
    # one power of x after the other: the same sums in the same order in every window
    for power in range(DEGREE, -1, -1):
        of_y = np.zeros(len(y))
        for (i, j), term in zip(POWERS, terms, strict=True):
            if j == power:
                of_y += term * y**i
        found = found * x + of_y[:, None]
    return found


def places(start: int, stop: int, length: int) -> AnyArray:
    """Return the middles of pixels from start to stop as -1..1 over the whole side."""
    return (np.arange(start, stop) + 0.5) * 2 / length - 1
