"""Label images in TIFF: 8 to 32 bits, whole numbers, one or many pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import FileOfMasks, Unfit
from annotations.labels.importing.raster import RasterEntry
from webapp.imaging.limits import Limits
from webapp.imaging.tiff.bands import page_bands, plain_bands
from webapp.imaging.tiff.opening import TiffReader, open_tiff

SEVERAL_CHANNELS = (
    "This TIFF has {n} channels; masks have one number a pixel. Export the label image alone."
)
COLORS = (
    "This TIFF is a color picture; masks have one number a pixel. Export a label image of 8, 16 "
    "or 32 bits."
)


def open_tiff_labels(source: Path, name: str, limits: Limits) -> FileOfMasks:
    """The pages as planes; values are those that are stored, whatever palette shows them."""
    reader = open_tiff(source, limits, None)
    page = reader.grid.pages[0].keyframe
    n_frames, n_channels, n_slices = reader.grid.planes.shape
    if n_channels > 1:
        raise Unfit(SEVERAL_CHANNELS.format(n=n_channels))
    if page.samplesperpixel > 2:
        raise Unfit(COLORS)
    numbers = reader.grid.planes[:, 0].ravel()
    entry = RasterEntry(
        name,
        (n_frames, n_slices),
        (page.imagelength, page.imagewidth),
        lambda number: _plane(reader, int(numbers[number])),
        are_told=not reader.grid.is_ambiguous,
    )
    return FileOfMasks("label TIFF", (entry,))


def _plane(reader: TiffReader, number: int) -> NDArray[Any]:
    """The stored values (Y, X) of a page, its first sample."""
    page = reader.grid.pages[0].keyframe
    bands = (
        plain_bands(page, reader.grid.first_byte + number * page.nbytes)
        if reader.grid.first_byte is not None
        else page_bands(reader.grid.pages[number])
    )
    plane = np.empty((page.imagelength, page.imagewidth), page.dtype)
    for row, samples in bands:
        plane[row : row + samples.shape[1]] = samples[0]
    return plane
