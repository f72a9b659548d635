"""Label images as TIFF files that keep their labels, their axes and their pixel size."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from annotations.reports.content import ReportImage

_LARGEST_IMAGEJ_LABEL = 65_535
# ImageJ reads hyperstacks through 32-bit offsets; larger files are written as OME BigTIFF.
_LARGEST_IMAGEJ_BYTES = 2**31


def write_label_file(path: Path, image: ReportImage, largest_label: int) -> None:
    """Write the labels of ``image`` plane by plane as one TIFF with the axes TZYX.

    Up to label 65,535 an ImageJ hyperstack of 16 bits, which Fiji opens with its pixel size;
    above that, or beyond 2 GiB, an OME-TIFF (32 bits for the larger labels). Labels are never
    renumbered. The same labels give the same bytes.
    """
    n_frames, _, n_slices, height, width = image.shape
    fits = largest_label <= _LARGEST_IMAGEJ_LABEL
    dtype = np.dtype(np.uint16 if fits else np.uint32)
    n_bytes = n_frames * n_slices * height * width * dtype.itemsize
    is_imagej = fits and n_bytes < _LARGEST_IMAGEJ_BYTES
    with tifffile.TiffWriter(
        path, imagej=is_imagej, ome=not is_imagej, bigtiff=n_bytes >= _LARGEST_IMAGEJ_BYTES
    ) as file:
        file.write(
            _pages(image, dtype),
            shape=_shape(image, is_imagej),
            dtype=dtype,
            photometric="minisblack",
            software="Coverslip",
            **_resolution(image, is_imagej),
            metadata=_imagej_metadata(image) if is_imagej else _ome_metadata(image),
        )


def _pages(image: ReportImage, dtype: np.dtype[Any]) -> Iterator[NDArray[np.generic]]:
    for t, z in image.planes():
        yield image.read_labels(t, z).astype(dtype)


def _shape(image: ReportImage, is_imagej: bool) -> tuple[int, ...]:
    """TZYX; ImageJ's own order has a channel and a sample axis of 1: TZCYXS."""
    n_frames, _, n_slices, height, width = image.shape
    if is_imagej:
        return n_frames, n_slices, 1, height, width, 1
    return n_frames, n_slices, height, width


def _resolution(image: ReportImage, is_imagej: bool) -> dict[str, Any]:
    """Pixels per unit, x first. ImageJ names its unit elsewhere and counts per micrometer."""
    if image.pixel_size_um is None:
        return {}
    y, x = image.pixel_size_um
    if is_imagej:
        return {"resolution": (1 / x, 1 / y), "resolutionunit": "NONE"}
    return {"resolution": (1e4 / x, 1e4 / y), "resolutionunit": "CENTIMETER"}


def _imagej_metadata(image: ReportImage) -> dict[str, Any]:
    metadata: dict[str, Any] = {"axes": "TZCYXS"}
    if image.pixel_size_um is not None:
        metadata["unit"] = "um"
    if image.slice_step_um is not None:
        metadata["spacing"] = image.slice_step_um
    if image.frame_interval_s is not None:
        metadata["finterval"] = image.frame_interval_s
    return metadata


def _ome_metadata(image: ReportImage) -> dict[str, Any]:
    # The file's id follows from its labels; a random one would change the bytes.
    identity = uuid.UUID(hex=image.label_digest[:32])
    metadata: dict[str, Any] = {"axes": "TZYX", "Name": image.name, "UUID": str(identity)}
    if image.pixel_size_um is not None:
        metadata["PhysicalSizeY"], metadata["PhysicalSizeX"] = image.pixel_size_um
        metadata["PhysicalSizeYUnit"] = metadata["PhysicalSizeXUnit"] = "µm"
    if image.slice_step_um is not None:
        metadata["PhysicalSizeZ"], metadata["PhysicalSizeZUnit"] = image.slice_step_um, "µm"
    if image.frame_interval_s is not None:
        metadata["TimeIncrement"], metadata["TimeIncrementUnit"] = image.frame_interval_s, "s"
    return metadata
