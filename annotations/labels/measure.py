"""Measure every object of a plane, and sum a plane up.

What each column means is written in `annotations.labels.definitions`. All values equal those of
`skimage.measure.regionprops_table` on the same labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.intensity import intensity_statistics
from annotations.labels.row_runs import RowRuns, row_runs
from annotations.labels.shape import convex_areas, crofton_perimeters, index_plane, perimeters

Column = NDArray[Any]
"""uint32, int64 or float64, one value per object."""
Table = dict[str, Column]
"""Columns by name, all of one length, in the order in which they are written."""
PixelSize = tuple[float, float]
"""Micrometers (y, x)."""

_SQUARE_WITHIN = 1e-3


@dataclass(frozen=True)
class PlaneSummary:
    """What a plane holds as a whole. Values that cannot be had are None, never 0.

    ``medians`` are those of the table's columns that describe an object, by column name. Density
    and confluency are those of the part of the plane that no region sets aside.
    """

    n_cells: int
    n_cells_touching_edge: int
    plane_area_px: int
    ignored_area_px: int
    cell_area_px: int
    plane_area_mm2: float | None
    density_per_mm2: float | None
    confluency_percent: float | None
    medians: dict[str, float | None]


def is_square(pixel_size_um: PixelSize) -> bool:
    """Whether the sides of a pixel differ by at most 0.1 %."""
    y, x = pixel_size_um
    return abs(y - x) <= _SQUARE_WITHIN * max(y, x)


def measure_plane(
    labels: NDArray[np.uint32],
    intensities: NDArray[np.generic] | None = None,
    pixel_size_um: PixelSize | None = None,
) -> Table:
    """One row for every label of a (Y, X) plane, labels ascending; no row when it is empty.

    ``intensities`` are (C, Y, X) of any number type. With ``pixel_size_um`` there are columns in
    micrometers too. On pixels that are not square, axes, eccentricity and orientation are those
    of the true shape, while the perimeters in micrometers and the circularity are empty (nan):
    their definitions count steps between pixels and need square ones.
    Raises `ValueError` when the sizes disagree.
    """
    if intensities is not None and intensities.shape[1:] != labels.shape:
        raise ValueError(
            f"The image is {intensities.shape[1]} x {intensities.shape[2]} pixels, "
            f"but the labels are {labels.shape[0]} x {labels.shape[1]}."
        )
    runs = row_runs(labels)
    table = _size_and_place(runs, pixel_size_um)
    table |= _axes(runs, table, pixel_size_um)
    table |= _perimeters(runs, labels.shape, pixel_size_um)
    table |= _shape_factors(runs, table, pixel_size_um)
    table |= _edge_flag(runs, labels.shape)
    for number, image in enumerate(intensities if intensities is not None else (), start=1):
        for name, values in intensity_statistics(runs, image).items():
            table[f"channel_{number}_{name}"] = values
    return table


@dataclass(frozen=True)
class SetAside:
    """The part of a plane that is ignored: its pixels, and those of measured cells in it."""

    area_px: int = 0
    cell_area_px: int = 0


def summarize_plane(
    table: Table,
    shape: tuple[int, int],
    pixel_size_um: PixelSize | None = None,
    set_aside: SetAside | None = None,
) -> PlaneSummary:
    """Sum up the table of a plane of ``shape`` (Y, X); an empty table gives 0 cells."""
    ignored = set_aside or SetAside()
    plane_area_px = shape[0] * shape[1]
    counted_px = plane_area_px - ignored.area_px
    cell_area_px = int(table["area_px"].sum())
    n_cells = table["label"].size
    counted_mm2 = _area_mm2(counted_px, pixel_size_um)
    return PlaneSummary(
        n_cells=n_cells,
        n_cells_touching_edge=int(table["touches_edge"].sum()),
        plane_area_px=plane_area_px,
        ignored_area_px=ignored.area_px,
        cell_area_px=cell_area_px,
        plane_area_mm2=_area_mm2(plane_area_px, pixel_size_um),
        density_per_mm2=n_cells / counted_mm2 if counted_mm2 else None,
        confluency_percent=(
            100.0 * (cell_area_px - ignored.cell_area_px) / counted_px if counted_px else None
        ),
        medians={name: _median(table[name]) for name in columns_with_median(table)},
    )


def _area_mm2(n_px: int, pixel_size_um: PixelSize | None) -> float | None:
    return None if pixel_size_um is None else n_px * pixel_size_um[0] * pixel_size_um[1] / 1e6


def columns_with_median(table: Table) -> list[str]:
    """The columns that a plane's median is given for: sizes, shapes, mean intensities."""
    wanted = ("area_um2", "area_px", "eccentricity", "solidity", "circularity")
    means = [name for name in table if name.startswith("channel_") and name.endswith("_mean")]
    return [name for name in wanted if name in table] + means


def _median(values: Column) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else None


def _size_and_place(runs: RowRuns, pixel_size_um: PixelSize | None) -> Table:
    lengths = runs.x1 - runs.x0
    area = runs.total(lengths)
    table: Table = {"label": runs.labels, "area_px": area}
    if pixel_size_um is not None:
        table["area_um2"] = area * (pixel_size_um[0] * pixel_size_um[1])
    table["bbox_y0"], table["bbox_x0"] = runs.smallest(runs.y), runs.smallest(runs.x0)
    table["bbox_y1"], table["bbox_x1"] = runs.largest(runs.y) + 1, runs.largest(runs.x1)
    table["centroid_y_px"] = runs.total(runs.y * lengths) / area
    table["centroid_x_px"] = runs.total((runs.x0 + runs.x1 - 1) * lengths // 2) / area
    if pixel_size_um is not None:
        table["centroid_y_um"] = table["centroid_y_px"] * pixel_size_um[0]
        table["centroid_x_um"] = table["centroid_x_px"] * pixel_size_um[1]
    return table


def _second_moments(
    runs: RowRuns, table: Table
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Central second moments per pixel (yy, yx, xx), from whole-number sums over the runs."""
    # Coordinates from the corner of the box keep the sums small enough to be exact.
    y = runs.y - table["bbox_y0"][runs.index]
    first = runs.x0 - table["bbox_x0"][runs.index]
    lengths = runs.x1 - runs.x0
    last = first + lengths - 1
    sum_x = (first + last) * lengths // 2
    sum_xx = _sum_of_squares(last) - _sum_of_squares(first - 1)
    area = table["area_px"].astype(np.float64)
    mean_y, mean_x = runs.total(y * lengths) / area, runs.total(sum_x) / area
    yy = runs.total(y * y * lengths) / area - mean_y**2
    yx = runs.total(y * sum_x) / area - mean_y * mean_x
    xx = runs.total(sum_xx) / area - mean_x**2
    return yy, yx, xx


def _sum_of_squares(n: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 + 1 + 4 + ... + n^2; 0 for n = -1."""
    return n * (n + 1) * (2 * n + 1) // 6


def _axes(runs: RowRuns, table: Table, pixel_size_um: PixelSize | None) -> Table:
    yy, yx, xx = _second_moments(runs, table)
    found: Table = {}
    found["major_axis_px"], found["minor_axis_px"] = _axis_lengths(yy, yx, xx)
    if pixel_size_um is not None:
        size_y, size_x = pixel_size_um
        if not is_square(pixel_size_um):
            yy, yx, xx = yy * size_y**2, yx * size_y * size_x, xx * size_x**2
            scale = 1.0
        else:
            scale = (size_y + size_x) / 2
        major, minor = _axis_lengths(yy, yx, xx)
        found["major_axis_um"], found["minor_axis_um"] = major * scale, minor * scale
    major, minor = _axis_lengths(yy, yx, xx)
    ratio = np.divide(minor, major, out=np.ones_like(major), where=major > 0)
    found["eccentricity"] = np.sqrt(1.0 - np.minimum(ratio, 1.0) ** 2)
    found["orientation_rad"] = _orientation(yy, yx, xx)
    return found


def _axis_lengths(
    yy: NDArray[np.float64], yx: NDArray[np.float64], xx: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Full axes of the ellipse with these moments: 4 times the roots of the eigenvalues."""
    half_sum, half_difference = (yy + xx) / 2.0, (yy - xx) / 2.0
    root = np.hypot(half_difference, yx)
    large = half_sum + root
    # det / large instead of half_sum - root: a line has a minor axis of 0, not of rounding noise.
    determinant = np.maximum(yy * xx - yx * yx, 0.0)
    small = np.divide(determinant, large, out=np.zeros_like(large), where=large > 0)
    return 4.0 * np.sqrt(np.maximum(large, 0.0)), 4.0 * np.sqrt(small)


def _orientation(
    yy: NDArray[np.float64], yx: NDArray[np.float64], xx: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Angle from the y axis to the major axis, counter-clockwise in the image, -pi/2 to pi/2."""
    angle = 0.5 * np.arctan2(2.0 * yx, yy - xx)
    return np.where(yy == xx, np.where(yx > 0, np.pi / 4, -np.pi / 4), angle)


def _perimeters(runs: RowRuns, shape: tuple[int, ...], pixel_size_um: PixelSize | None) -> Table:
    index = index_plane(runs, shape[0], shape[1])
    found: Table = {}
    for name, values in (
        ("perimeter", perimeters(index, runs.n_objects)),
        ("perimeter_crofton", crofton_perimeters(index, runs.n_objects)),
    ):
        found[f"{name}_px"] = values
        if pixel_size_um is not None:
            side = sum(pixel_size_um) / 2 if is_square(pixel_size_um) else np.nan
            found[f"{name}_um"] = values * side
    return found


def _shape_factors(runs: RowRuns, table: Table, pixel_size_um: PixelSize | None) -> Table:
    convex = convex_areas(runs)
    perimeter = table["perimeter_crofton_px"].astype(np.float64)
    area = table["area_px"].astype(np.float64)
    circularity = 4.0 * np.pi * area / perimeter**2
    if pixel_size_um is not None and not is_square(pixel_size_um):
        circularity = np.full_like(circularity, np.nan)
    return {
        "area_convex_px": convex,
        "solidity": area / convex,
        "circularity": circularity,
    }


def _edge_flag(runs: RowRuns, shape: tuple[int, ...]) -> Table:
    height, width = shape
    touches = (runs.y == 0) | (runs.y == height - 1) | (runs.x0 == 0) | (runs.x1 == width)
    return {"touches_edge": runs.largest(touches.astype(np.int64))}
