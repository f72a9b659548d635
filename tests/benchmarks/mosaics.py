"""Large images pieced together from real ones, with the outlines that people drew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segmentation.engine.files import read_image, read_labels

SET = "bbbc039_u2os"
"""Nuclei of U2OS cells, 16 bit (BBBC039v1, CC0 1.0): about 235 on a million pixels."""

Pixels = NDArray[np.uint16]
Labels = NDArray[np.uint32]


def pieces(data: Path, scale: float) -> list[tuple[Pixels, Labels]]:
    """Return the real images (Y, X) and their labels, scaled."""
    found = []
    for path in sorted((data / SET / "images").glob("*")):
        truth = next((data / SET / "masks").glob(f"{path.stem}.*"))
        pixels, labels = read_image(path).pixels[0, 0, 0], read_labels(truth)[0]
        size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
        small = Image.fromarray(pixels.astype(np.float32)).resize(size, Image.Resampling.BOX)
        named = Image.fromarray(labels.astype(np.int32)).resize(size, Image.Resampling.NEAREST)
        found.append((np.asarray(small).astype(np.uint16), np.asarray(named).astype(np.uint32)))
    return found


def scale_for(data: Path, side: int, n_cells: int) -> float:
    """Return how much to scale the pieces so that about `n_cells` fit into side x side pixels."""
    truths = [labels for _, labels in pieces(data, 1.0)]
    density = sum(int(labels.max()) for labels in truths) / sum(labels.size for labels in truths)
    return float(np.sqrt(density * side**2 / n_cells))


def places(side: int, shape: tuple[int, int]) -> Iterator[tuple[slice, slice]]:
    """Yield windows of at most this shape that cover side x side pixels."""
    for y in range(0, side, shape[0]):
        for x in range(0, side, shape[1]):
            yield slice(y, min(side, y + shape[0])), slice(x, min(side, x + shape[1]))


def mosaic(data: Path, side: int, n_channels: int, n_cells: int) -> tuple[Pixels, Labels]:
    """Return pixels (C, side, side) and labels (side, side), numbered from 1 without gaps.

    Channels show the pieces in different order; the labels belong to the first.
    """
    found = pieces(data, scale_for(data, side, n_cells))
    pixels = np.empty((n_channels, side, side), np.uint16)
    labels = np.zeros((side, side), np.uint32)
    rng = np.random.default_rng(0)
    n_labels = 0
    for rows, columns in places(side, found[0][0].shape):
        height, width = rows.stop - rows.start, columns.stop - columns.start
        for channel, which in enumerate(rng.integers(0, len(found), n_channels)):
            pixels[channel, rows, columns] = found[which][0][:height, :width]
            if channel == 0:
                piece = found[which][1][:height, :width]
                present, numbers = np.unique(piece, return_inverse=True)
                fresh = np.where(present > 0, n_labels + np.cumsum(present > 0), 0)
                labels[rows, columns] = fresh[numbers].reshape(piece.shape)
                n_labels += int((present > 0).sum())
    return pixels, labels
