"""The light of a channel as a picture: gray as it falls, a line at every tenth of the mean."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image as Picture

from segmentation.engine.preprocessing.flat_field import FlatField
from segmentation.engine.tiling import Window

SIDE = 360
LINE = (232, 163, 61)


def picture_of(field: FlatField) -> bytes:
    """A PNG with the shape of the images, its longer side 360 pixels."""
    scale = SIDE / max(field.shape)
    height, width = (max(2, round(side * scale)) for side in field.shape)
    light = field.on((height, width)).over(Window(0, 0, height, width))
    grey = (255 * light / light.max()).astype(np.uint8)
    colored = np.repeat(grey[..., np.newaxis], 3, axis=2)
    tenths = np.floor(light * 10).astype(int)
    is_line = np.zeros(light.shape, bool)
    is_line[1:] |= tenths[1:] != tenths[:-1]
    is_line[:, 1:] |= tenths[:, 1:] != tenths[:, :-1]
    colored[is_line] = LINE
    file = io.BytesIO()
    Picture.fromarray(colored).save(file, "PNG")
    return file.getvalue()
