"""An image as the network is shown it."""

from __future__ import annotations

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.methods.generalist.sizing import spread_windows
from segmentation.engine.normalize import contrast_limits, scale_to_unit, spread_over_planes
from segmentation.engine.resampling import resample, taps
from segmentation.engine.tiling import Window

OVERVIEW_SIDE = 1024
PROBE_SIDE = 512
N_PROBES = 4


class NormalizedImage:
    """The chosen channels with their contrast limits; windows are normalized when asked for."""

    def __init__(self, planes: AnyArray, channels: tuple[int, ...]) -> None:
        self.planes = planes
        self.channels = channels
        self.limits = [contrast_limits(planes[c]) for c in channels]
        self.height, self.width = planes.shape[1:]

    @property
    def has_contrast(self) -> bool:
        """Say whether any chosen channel holds more than one value."""
        return any(high > low for low, high in self.limits)

    def window(self, window: Window) -> FloatArray:
        """Return the three planes (3, h, w) of a window."""
        rows, columns = slice(window.y0, window.y1), slice(window.x0, window.x1)
        return spread_over_planes(
            [
                scale_to_unit(self.planes[c, rows, columns], *limits)
                for c, limits in zip(self.channels, self.limits, strict=True)
            ]
        )

    def scaled(self, window: Window, size: tuple[int, int]) -> FloatArray:
        """Return the three planes (3, h, w) of a window of the image scaled to `size`."""
        if size == (self.height, self.width):
            return self.window(window)
        rows = taps(self.height, size[0], window.y0, window.y1)
        columns = taps(self.width, size[1], window.x0, window.x1)
        (y0, y1), (x0, x1) = rows.source, columns.source
        scaled = []
        for c, limits in zip(self.channels, self.limits, strict=True):
            unit = scale_to_unit(self.planes[c, y0:y1, x0:x1], *limits)
            scaled.append(resample(unit[np.newaxis], rows, columns, (y0, x0))[0])
        return spread_over_planes(scaled)

    def whole(self) -> Window:
        """Return the window of the whole image."""
        return Window(0, 0, self.height, self.width)

    def probes(self) -> list[Window]:
        """Return the windows with the most contrast, a few hundred pixels a side."""
        corners = spread_windows(
            self.height, self.width, PROBE_SIDE, N_PROBES, self.planes[self.channels[0]]
        )
        return [
            Window(y, x, min(self.height, y + PROBE_SIDE), min(self.width, x + PROBE_SIDE))
            for y, x in corners
        ]

    def overview(self) -> tuple[FloatArray, float]:
        """Return planes of at most 1024 px a side by leaving out lines, and their scale."""
        step = -(-max(self.height, self.width) // OVERVIEW_SIDE)
        coarse = NormalizedImage(self.planes[:, ::step, ::step], self.channels)
        coarse.limits = self.limits
        return coarse.window(coarse.whole()), 1 / step
