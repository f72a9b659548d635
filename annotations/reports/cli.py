"""The command line of measuring: ``measure IMAGE LABELS --csv OUT``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from annotations.labels.measure import measure_plane
from annotations.reports.csv_files import CsvFile
from annotations.reports.image_files import ImageFile, UnreadableFile, read_image, read_labels


def main(argv: Sequence[str]) -> int:
    """Run the command; returns 0, or 1 after one sentence on standard error."""
    options = _parser().parse_args(argv)
    try:
        image = read_image(options.image)
        labels = read_labels(options.labels)
        size = tuple(options.pixel_size_um) if options.pixel_size_um else None
        n_rows = write_measurements(image, labels, options.csv, size)
    except (UnreadableFile, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{n_rows} rows written to {options.csv}\n")
    return 0


def write_measurements(
    image: ImageFile,
    labels: ImageFile,
    destination: Path,
    pixel_size_um: tuple[float, float] | None = None,
) -> int:
    """Measure every plane into a CSV file with the columns t, z and those of `measure_plane`.

    The pages of the labels belong to those of the image: the same number of frames and slices,
    or one page for all of them. Returns the number of rows. Raises `ValueError` with one sentence
    when they do not belong together.
    """
    _check_belong_together(image, labels)
    n_frames, _, n_slices, _, _ = image.pixels.shape
    label_frames, _, label_slices, _, _ = labels.pixels.shape
    size = pixel_size_um or image.pixel_size_um
    places = [(t, z) for t in range(n_frames) for z in range(n_slices)]
    n_rows = 0
    with CsvFile(destination, ("t", "z", *_columns(image, size))) as file:
        for t, z in places:
            plane = labels.pixels[min(t, label_frames - 1), 0, min(z, label_slices - 1)]
            table = measure_plane(plane, image.pixels[t, :, z], size)
            for values in zip(*table.values(), strict=True):
                file.write({"t": t, "z": z, **dict(zip(table, values, strict=True))})
                n_rows += 1
    return n_rows


def _check_belong_together(image: ImageFile, labels: ImageFile) -> None:
    n_frames, _, n_slices, height, width = image.pixels.shape
    label_frames, n_label_channels, label_slices, label_height, label_width = labels.pixels.shape
    if (label_height, label_width) != (height, width):
        raise ValueError(
            f"The image is {height} x {width} pixels, but the labels are "
            f"{label_height} x {label_width}."
        )
    if n_label_channels != 1:
        raise ValueError(f"The labels have {n_label_channels} channels; they must have one.")
    if label_frames not in (1, n_frames) or label_slices not in (1, n_slices):
        raise ValueError(
            f"The image has {n_frames} frames and {n_slices} slices, but the labels have "
            f"{label_frames} and {label_slices}."
        )


def _columns(image: ImageFile, pixel_size_um: tuple[float, float] | None) -> list[str]:
    """The columns of a measurement; those of an empty plane are the same."""
    nothing = np.zeros((1, 1), dtype=np.uint32)
    return list(measure_plane(nothing, image.pixels[0, :, 0, :1, :1], pixel_size_um))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manage.py measure",
        description="Measure the objects of a label image and write one CSV row for each.",
    )
    parser.add_argument("image", type=Path, help="the image: TIFF of any axes, PNG, JPEG")
    parser.add_argument("labels", type=Path, help="its labels: whole numbers, 0 is background")
    parser.add_argument("--csv", type=Path, required=True, help="the table to write")
    parser.add_argument(
        "--pixel-size-um",
        type=float,
        nargs=2,
        metavar=("Y", "X"),
        help="size of a pixel in micrometers; otherwise that of the file, if it has one",
    )
    return parser
