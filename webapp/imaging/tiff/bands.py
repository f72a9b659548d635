"""Read one page of a TIFF a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import numpy as np

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.reader import Pixels
from webapp.imaging.tiff.directories import CUT_OFF

N_BAND_ROWS = 512
_JPEG = {6, 7, 34892, 33007}


def page_bands(page: Any) -> Iterator[tuple[int, Pixels]]:
    """Yield (first row, (samples, rows, X)) of a page from top to bottom."""
    keyframe = page.keyframe
    if _is_one_plain_block(page):
        yield from plain_bands(keyframe, int(page.dataoffsets[0]))
    else:
        yield from _segment_bands(page)


def _is_one_plain_block(page: Any) -> bool:
    """Return whether the pixels lie in the file as they are, all in one strip."""
    keyframe = page.keyframe
    return (
        len(page.dataoffsets) == 1
        and keyframe.is_contiguous
        and keyframe.predictor == 1
        and keyframe.fillorder == 1
        and not keyframe.is_tiled
    )


def plain_bands(keyframe: Any, offset: int) -> Iterator[tuple[int, Pixels]]:
    """Yield the bands of uncompressed pixels that begin at byte `offset`."""
    n_separate, _, height, width, n_together = keyframe.shaped
    dtype = np.dtype(keyframe.dtype).newbyteorder(keyframe.parent.byteorder)
    row_bytes = width * n_together * dtype.itemsize
    file = keyframe.parent.filehandle
    for row in range(0, height, N_BAND_ROWS):
        n_rows = min(N_BAND_ROWS, height - row)
        band = np.empty((n_separate, n_rows, width, n_together), dtype.newbyteorder("="))
        for sample in range(n_separate):
            file.seek(offset + (sample * height + row) * row_bytes)
            data = file.read(n_rows * row_bytes)
            if len(data) < n_rows * row_bytes:
                raise UnreadableImage(CUT_OFF)
            band[sample] = np.frombuffer(data, dtype).reshape(band.shape[1:])
        yield row, _samples_first(band)


def _segment_bands(page: Any) -> Iterator[tuple[int, Pixels]]:
    """Yield one band for each row of strips or tiles."""
    keyframe = page.keyframe
    n_separate, _, height, width, n_together = keyframe.shaped
    segment_rows = keyframe.tilelength if keyframe.is_tiled else keyframe.rowsperstrip
    segment_rows = min(segment_rows, height)
    n_down = ceil(height / segment_rows)
    n_across = ceil(width / keyframe.tilewidth) if keyframe.is_tiled else 1
    for down in range(n_down):
        row = down * segment_rows
        n_rows = min(segment_rows, height - row)
        band = np.zeros((n_separate, n_rows, width, n_together), keyframe.dtype)
        for sample in range(n_separate):
            for across in range(n_across):
                index = (sample * n_down + down) * n_across + across
                _fill(band[sample], page, index)
        yield row, _samples_first(band)


def _fill(rows: Pixels, page: Any, index: int) -> None:
    """Decode segment `index` into its place in (rows, X, samples); absent segments stay 0."""
    if index >= len(page.dataoffsets):
        raise UnreadableImage(CUT_OFF)
    offset, n_bytes = int(page.dataoffsets[index]), int(page.databytecounts[index])
    if not n_bytes:
        return
    file = page.parent.filehandle
    file.seek(offset)
    data = file.read(n_bytes)
    keyframe = page.keyframe
    if not data or (len(data) < n_bytes and keyframe.compression != 1):
        raise UnreadableImage(CUT_OFF)
    options = (
        {"jpegtables": page.jpegtables, "jpegheader": keyframe.jpegheader}
        if keyframe.compression in _JPEG
        else {}
    )
    pixels, position, _ = keyframe.decode(data, index, **options)
    if pixels is None:
        return
    x = position[3]
    block = pixels[0, : len(rows), : rows.shape[1] - x]
    if len(block) < len(rows):
        raise UnreadableImage(CUT_OFF)
    rows[:, x : x + block.shape[1]] = block


def _samples_first(band: Pixels) -> Pixels:
    """Turn (separate, rows, X, together) into (samples, rows, X)."""
    return np.squeeze(band, 3) if band.shape[0] > 1 else np.moveaxis(band[0], 2, 0)
