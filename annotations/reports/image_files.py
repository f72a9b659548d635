"""Images and labels from files of a person's disk, for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

# Axes of TIFF readers that say little; each is taken for the next of ours that is missing.
_UNNAMED_AXES = "IQRHEVALP"
_MICROMETERS = {"um": 1.0, "µm": 1.0, "μm": 1.0, "micron": 1.0, "nm": 1e-3, "mm": 1e3, "cm": 1e4}


_READ_ERRORS = (
    tifffile.TiffFileError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    RuntimeError,  # of the decoders
)


class UnreadableFile(Exception):
    """A file that cannot be used; the message is one sentence."""


@dataclass(frozen=True)
class ImageFile:
    """Pixels (T, C, Z, Y, X), and micrometers per pixel (y, x) where the file says so."""

    pixels: NDArray[Any]
    pixel_size_um: tuple[float, float] | None


def read_image(path: Path, keep_palette_numbers: bool = False) -> ImageFile:
    """Read a TIFF of any axes, or what Pillow reads; samples of colors become channels.

    A picture with a palette gives its colors, or with ``keep_palette_numbers`` their numbers.
    """
    if not path.is_file():
        raise UnreadableFile(f"There is no file {path}.")
    try:
        if path.suffix.lower() in {".tif", ".tiff"}:
            return _read_tiff(path)
        with Image.open(path) as picture:
            has_colors = picture.mode == "P" and not keep_palette_numbers
            pixels = np.asarray(picture.convert("RGB") if has_colors else picture)
    except _READ_ERRORS as error:
        reason = str(error).rstrip(".")
        raise UnreadableFile(f"{path.name} cannot be read as an image: {reason}.") from error
    return ImageFile(_to_tczyx(pixels, "YXS" if pixels.ndim == 3 else "YX"), None)


def read_labels(path: Path) -> ImageFile:
    """Read labels as uint32; raises `UnreadableFile` unless they are whole numbers from 0."""
    found = read_image(path, keep_palette_numbers=True)
    pixels = found.pixels
    has_fractions = pixels.dtype.kind == "f" and not np.array_equal(pixels, np.rint(pixels))
    if pixels.dtype.kind not in "uibf" or has_fractions:
        raise UnreadableFile(f"{path.name} does not hold labels: they must be whole numbers.")
    if pixels.size and (pixels.min() < 0 or pixels.max() >= 2**32):
        raise UnreadableFile(f"{path.name} does not hold labels from 0 to 4294967295.")
    return ImageFile(pixels.astype(np.uint32), found.pixel_size_um)


def _read_tiff(path: Path) -> ImageFile:
    with tifffile.TiffFile(path) as file:
        series = file.series[0]
        return ImageFile(_to_tczyx(series.asarray(), series.axes), _pixel_size(file))


def _to_tczyx(pixels: NDArray[Any], axes: str) -> NDArray[Any]:
    names = _named(axes)
    if len(set(names)) != len(names) or not set("YX") <= set(names):
        raise ValueError(f"its axes {axes} are not understood")
    for name in "TCZ":
        if name not in names:
            pixels, names = pixels[None], name + names
    return pixels.transpose([names.index(name) for name in "TCZYX"])


def _named(axes: str) -> str:
    """Samples are channels; unnamed pages are frames, then slices, then channels."""
    names = axes.replace("S", "C") if "C" not in axes else axes
    for unnamed in (name for name in names if name in _UNNAMED_AXES):
        free = next((name for name in "TZC" if name not in names), unnamed)
        names = names.replace(unnamed, free, 1)
    return names


def _pixel_size(file: tifffile.TiffFile) -> tuple[float, float] | None:
    """From OME metadata, or from ImageJ's, or None."""
    if file.ome_metadata:
        metadata = tifffile.xml2dict(file.ome_metadata)["OME"].get("Image", {})
        first = metadata[0] if isinstance(metadata, list) else metadata
        pixels = first.get("Pixels", {})
        sizes = [
            _micrometers(pixels.get(f"PhysicalSize{axis}"), pixels.get(f"PhysicalSize{axis}Unit"))
            for axis in "YX"
        ]
    elif file.imagej_metadata:
        unit = file.imagej_metadata.get("unit")
        tags = file.pages.first.tags
        sizes = [
            _micrometers(_inverse(tags.valueof(name)), unit)
            for name in ("YResolution", "XResolution")
        ]
    else:
        return None
    y, x = sizes
    return None if y is None or x is None else (y, x)


def _inverse(ratio: tuple[int, int] | None) -> float | None:
    return ratio[1] / ratio[0] if ratio and ratio[0] else None


def _micrometers(length: float | None, unit: str | None) -> float | None:
    scale = _MICROMETERS.get((unit or "µm").replace("\\u00B5", "µ"))
    return None if not length or scale is None else float(length) * scale
