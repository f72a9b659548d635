"""Read an image file of any common kind as planes, for the command line and for training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from PIL import Image, ImageSequence, UnidentifiedImageError

from segmentation.engine.arrays import AnyArray
from segmentation.engine.channel_names import color_names, names_of
from segmentation.engine.spool import IN_MEMORY_BYTES, forget, new_array

TIFF_SUFFIXES = {".tif", ".tiff", ".btf", ".tf8", ".tf2", ".lsm", ".stk", ".qptiff", ".svs"}
AXES = "TCZYX"
MAXIMUM_PIXELS = 4_000_000_000
DECODED_ROWS = 512
COMPARED_PIXELS = 20_000_000
_INVERTED = tifffile.PHOTOMETRIC.MINISWHITE


class UnreadableFile(Exception):
    """The file holds no image that can be read; the message is one sentence for the user."""


@dataclass(frozen=True)
class ImageFile:
    """The pixels of one file: `pixels` (T, C, Z, Y, X) in the dtype of the file.

    `channel_names` has one name for each channel, or is None when the file tells none.
    """

    pixels: AnyArray
    pixel_size_um: tuple[float, float] | None = None
    channel_names: tuple[str, ...] | None = None


def read_image(path: Path) -> ImageFile:
    """Read a TIFF, PNG, JPEG, BMP, GIF or WebP file.

    Palettes and bilevel images are expanded, an opaque alpha channel is dropped, and three
    equal color channels become one. Raises `UnreadableFile`.
    """
    if not path.is_file():
        raise UnreadableFile(f"{path.name}: there is no such file.")
    if path.stat().st_size == 0:
        raise UnreadableFile(f"{path.name}: the file is empty.")
    try:
        image = _read_tiff(path) if path.suffix.lower() in TIFF_SUFFIXES else _read_picture(path)
    except UnreadableFile:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableFile(f"{path.name}: this is no image file that can be read.") from error
    except MemoryError as error:
        raise UnreadableFile(f"{path.name}: the image does not fit into memory.") from error
    except Exception as error:
        # Decoders raise errors of every type on damaged files.
        reason = str(error).strip().splitlines()
        detail = reason[0].rstrip(".") if reason else type(error).__name__
        raise UnreadableFile(
            f"{path.name}: the file is damaged or of an unsupported kind ({detail})."
        ) from error
    return _checked(path, image)


def read_labels(path: Path) -> AnyArray:
    """Read a label image (Y, X), or (T, Z, Y, X) planes stacked as (N, Y, X), as uint32.

    Raises `UnreadableFile` for colors, fractions and negative numbers.
    """
    pixels = read_image(path).pixels
    if pixels.shape[1] != 1:
        raise UnreadableFile(f"{path.name}: a label image has one channel.")
    labels = pixels[:, 0].reshape(-1, *pixels.shape[-2:])
    if labels.dtype.kind == "f" and not np.array_equal(labels, np.round(labels)):
        raise UnreadableFile(f"{path.name}: labels must be whole numbers.")
    if labels.dtype.kind in "if" and labels.size and labels.min() < 0:
        raise UnreadableFile(f"{path.name}: labels must not be negative.")
    return labels.astype(np.uint32)


def _checked(path: Path, image: ImageFile) -> ImageFile:
    """Refuse what no method can read: no pixels, complex numbers, text."""
    if image.pixels.size == 0:
        raise UnreadableFile(f"{path.name}: the image has no pixels.")
    if image.pixels.dtype.kind not in "buif":
        raise UnreadableFile(
            f"{path.name}: pixels of type {image.pixels.dtype} cannot be segmented."
        )
    return image


def _read_tiff(path: Path) -> ImageFile:
    """Read the largest series of a TIFF file by the axes that it declares."""
    with tifffile.TiffFile(path) as tiff:
        if not tiff.series:
            raise UnreadableFile(f"{path.name}: the file has no image in it.")
        series = max(tiff.series, key=lambda s: s.size)
        if series.size > MAXIMUM_PIXELS:
            raise UnreadableFile(f"{path.name}: the image is larger than 4 billion pixels.")
        pixels = _pixels_of(series)
        axes = series.axes
        page = series.keyframe
        is_palette = page.photometric == tifffile.PHOTOMETRIC.PALETTE
        # Channels that are shown in colors are no palette: ImageJ writes one of its lookup tables.
        if is_palette and page.colormap is not None and "C" not in axes:
            pixels, axes = _look_up_colors(pixels, axes, page.colormap)
        if page.photometric == _INVERTED and pixels.dtype.kind == "u":
            pixels = np.iinfo(pixels.dtype).max - pixels
        ordered = _order_axes(pixels, axes, has_color_samples="S" in axes)
        names = names_of(tiff, axes, ordered.shape[1])
    return ImageFile(ordered, channel_names=names)


def _pixels_of(series: tifffile.TiffPageSeries) -> AnyArray:
    """Return the pixels of a series; large ones are mapped from the file or decoded into one."""
    if series.size * series.dtype.itemsize <= IN_MEMORY_BYTES:
        return np.asarray(series.asarray())
    if series.dataoffset is not None and series.keyframe.photometric != _INVERTED:
        return np.asanyarray(series.asarray(out="memmap"))
    import zarr

    pixels = new_array(series.shape, series.dtype)
    stored = zarr.open_array(series.aszarr(level=0), mode="r")
    rows = series.axes.index("Y")
    before = (slice(None),) * rows
    for y in range(0, series.shape[rows], DECODED_ROWS):
        band = (*before, slice(y, y + DECODED_ROWS))
        pixels[band] = stored[band]
        forget(pixels)
    return pixels


def _look_up_colors(pixels: AnyArray, axes: str, colormap: AnyArray) -> tuple[AnyArray, str]:
    """Replace palette numbers by the colors (3, N) they stand for; extra samples are dropped."""
    if "S" in axes:
        pixels = pixels.take(0, axis=axes.index("S"))
        axes = axes.replace("S", "")
    return np.moveaxis(colormap[:, pixels.astype(np.intp)], 0, -1), axes + "S"


def _order_axes(pixels: AnyArray, axes: str, *, has_color_samples: bool) -> AnyArray:
    """Bring named axes into TCZYX.

    Samples S join the channels; unnamed stacks (I, Q and others) are slices when no Z is
    declared, otherwise frames.
    """
    names = list(axes)
    if has_color_samples:
        position = names.index("S")
        pixels = np.moveaxis(pixels, position, -1)
        names.append(names.pop(position))
        pixels = _simplify_colors(pixels)
    for name in [n for n in names if n not in "TCZYXS"]:
        free = next((f for f in "ZT" if f not in names), None)
        position = names.index(name)
        if free is None:
            position_t = names.index("T")
            pixels = np.moveaxis(pixels, position, position_t)
            names.insert(position_t, names.pop(position))
            shape = list(pixels.shape)
            shape[position_t : position_t + 2] = [shape[position_t] * shape[position_t + 1]]
            pixels = pixels.reshape(shape)
            names.pop(position_t)
        else:
            names[position] = free
    if "S" in names and "C" in names:
        c, s = names.index("C"), names.index("S")
        pixels = np.moveaxis(pixels, s, c + 1)
        shape = list(pixels.shape)
        shape[c : c + 2] = [shape[c] * shape[c + 1]]
        pixels = pixels.reshape(shape)
        names.pop(s)
    elif "S" in names:
        names[names.index("S")] = "C"
    for name in AXES:
        if name not in names:
            pixels = pixels[..., np.newaxis]
            names.append(name)
    return pixels.transpose([names.index(name) for name in AXES])


def _simplify_colors(pixels: AnyArray) -> AnyArray:
    """Drop an opaque alpha sample and merge equal colors; samples are the last axis."""
    n_samples = pixels.shape[-1]
    if n_samples in (2, 4) and _is_everywhere(pixels[..., -1:], pixels[..., -1].flat[0]):
        pixels = pixels[..., :-1]
    if pixels.shape[-1] >= 3 and _is_everywhere(pixels[..., 1:3], pixels[..., :1]):
        grey = pixels[..., :1]
        rest = pixels[..., 3:]
        pixels = np.concatenate([grey, rest], axis=-1) if rest.shape[-1] else grey
    return pixels


def _is_everywhere(samples: AnyArray, expected: Any) -> bool:
    """Say whether samples (..., Y, X, S) equal what is expected, band by band of rows."""
    n_rows = max(1, samples.shape[-3] // -(-samples.size // COMPARED_PIXELS))
    for y in range(0, samples.shape[-3], n_rows):
        band = (..., slice(y, y + n_rows), slice(None), slice(None))
        wanted = expected[band] if isinstance(expected, np.ndarray) else expected
        if not np.all(samples[band] == wanted):
            return False
        forget(samples)
    return True


def _read_picture(path: Path) -> ImageFile:
    """Read a picture file with Pillow; the frames of an animation become T."""
    with Image.open(path) as picture:
        width, height = picture.size
        if width * height * getattr(picture, "n_frames", 1) > MAXIMUM_PIXELS:
            raise UnreadableFile(f"{path.name}: the image is larger than 4 billion pixels.")
        frames = [_frame_samples(frame) for frame in ImageSequence.Iterator(picture)]
    first = frames[0].shape
    stack = np.stack([frame for frame in frames if frame.shape == first])
    ordered = _order_axes(stack, "TYXS", has_color_samples=True)
    return ImageFile(ordered, channel_names=color_names(ordered.shape[1]))


def _frame_samples(frame: Image.Image) -> AnyArray:
    """Return one frame as (Y, X, samples)."""
    if frame.mode in ("P", "CMYK", "YCbCr", "LAB", "HSV", "PA", "RGBX"):
        frame = frame.convert("RGBA" if "transparency" in frame.info else "RGB")
    elif frame.mode == "1":
        frame = frame.convert("L")
    samples = np.asarray(frame)
    return samples[..., np.newaxis] if samples.ndim == 2 else samples
