"""What every measured column means: its unit, and its definition in one sentence.

The one source of the data dictionary in reports and of the definitions page. A name never
changes its meaning; a new meaning gets a new name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """A column: its ``name``, its ``unit`` ("" when it has none), its meaning in one sentence."""

    name: str
    unit: str
    meaning: str


_MOMENTS = (
    "of the ellipse with the same second central moments as the pixels of the object, as "
    "scikit-image's regionprops"
)
_NEEDS_SQUARE = "Empty when the pixels are not square."

OBJECT_DEFINITIONS = (
    Definition("label", "", "Number of the object in the label image; 0 is background."),
    Definition("area_px", "px²", "Number of pixels of the object."),
    Definition("area_um2", "µm²", "area_px times the area of a pixel."),
    Definition("bbox_y0", "px", "First row of the bounding box; rows count from 0 at the top."),
    Definition("bbox_x0", "px", "First column of the bounding box; columns count from 0 at left."),
    Definition("bbox_y1", "px", "Row after the last row of the bounding box."),
    Definition("bbox_x1", "px", "Column after the last column of the bounding box."),
    Definition("centroid_y_px", "px", "Mean row of the pixels; the first row's centre is 0."),
    Definition("centroid_x_px", "px", "Mean column of the pixels; the first column's centre is 0."),
    Definition("centroid_y_um", "µm", "centroid_y_px times the height of a pixel."),
    Definition("centroid_x_um", "µm", "centroid_x_px times the width of a pixel."),
    Definition("major_axis_px", "px", f"Full length of the major axis {_MOMENTS}."),
    Definition("minor_axis_px", "px", f"Full length of the minor axis {_MOMENTS}."),
    Definition("major_axis_um", "µm", f"Full length of the major axis {_MOMENTS}."),
    Definition("minor_axis_um", "µm", f"Full length of the minor axis {_MOMENTS}."),
    Definition("eccentricity", "", f"0 for a circle, near 1 for a line; {_MOMENTS}."),
    Definition(
        "orientation_rad",
        "rad",
        "Angle from the vertical to the major axis, counter-clockwise, -pi/2 to pi/2; of no "
        "meaning for round objects.",
    ),
    Definition(
        "perimeter_px",
        "px",
        "Length of the line through the centres of the border pixels (4-neighbourhood), as "
        "skimage.measure.perimeter(neighborhood=4); 0 for a single pixel.",
    ),
    Definition("perimeter_um", "µm", f"perimeter_px times the side of a pixel. {_NEEDS_SQUARE}"),
    Definition(
        "perimeter_crofton_px",
        "px",
        "Perimeter by the Cauchy-Crofton formula in four directions, as "
        "skimage.measure.perimeter_crofton(directions=4).",
    ),
    Definition(
        "perimeter_crofton_um",
        "µm",
        f"perimeter_crofton_px times the side of a pixel. {_NEEDS_SQUARE}",
    ),
    Definition(
        "area_convex_px",
        "px²",
        "Pixels whose centre is in or on the convex hull of the object's pixel sides, as "
        "skimage.morphology.convex_hull_image.",
    ),
    Definition("solidity", "", "area_px / area_convex_px; 1 for a convex object."),
    Definition(
        "circularity",
        "",
        "4 pi area_px / perimeter_crofton_px²; near 1 for a circle, above 1 for objects of a few "
        f"pixels. {_NEEDS_SQUARE}",
    ),
    Definition("touches_edge", "", "1 when a pixel lies on the edge of the image, otherwise 0."),
)

CONFIDENCE = Definition(
    "confidence",
    "",
    "How sure the method was of the cell, 0 to 1; for the generalist the chance that it overlaps "
    "the true cell with an IoU above 0.7. Empty for a cell that a person drew or changed.",
)

CLASS = Definition(
    "class",
    "",
    "Name of the class that people gave the cell, as it was when the report was asked for; Cell "
    "when they gave none.",
)
STATE = Definition(
    "state",
    "",
    "ambiguous when a person marked the cell so (it is kept in all numbers); else approved when "
    "this version of the image is; else the origin.",
)
ORIGIN = Definition(
    "origin",
    "",
    "model: as the segmentation made the cell; imported: as it came from elsewhere; edited: a "
    "person changed its pixels since; manual: a person drew it.",
)

_STATISTICS = {
    "mean": "Mean",
    "sd": "Standard deviation of the population (divided by n)",
    "min": "Smallest",
    "max": "Largest",
    "median": "Median",
    "sum": "Sum",
}


def channel_definitions(number: int, channel: str) -> tuple[Definition, ...]:
    """The columns of one channel, counted from 1, with the name that people know it by."""
    return tuple(
        Definition(
            f"channel_{number}_{statistic}",
            "as stored",
            f"{words} of the pixel values of channel {number} ({channel}) in the object, without "
            "background correction.",
        )
        for statistic, words in _STATISTICS.items()
    )
