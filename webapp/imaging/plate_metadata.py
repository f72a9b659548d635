"""Plates and wells as OME-Zarr 0.5 describes them.

Source: https://ngff.openmicroscopy.org/0.5/#hcs-layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.imaging.naming.wells import Well, letters_of
from webapp.imaging.zarr_metadata import group


def row_name(well: Well) -> str:
    """The folder of a row: `A`."""
    return letters_of(well.row)


def column_name(well: Well) -> str:
    """The folder of a column: `1`."""
    return str(well.column + 1)


def well_path(well: Well) -> str:
    """Where a well lies in its plate: `A/1`."""
    return f"{row_name(well)}/{column_name(well)}"


def plate_metadata(name: str, n_fields: Mapping[Well, int]) -> dict[str, Any]:
    """The `zarr.json` of a plate; `n_fields` says of each well how many images it has.

    Only rows and columns with images are named. ValueError for a plate without wells.
    """
    wells = sorted(n_fields)
    if not wells:
        raise ValueError("a plate of an export has wells")
    rows = {letters_of(row): row for row in sorted({well.row for well in wells})}
    columns = {str(one + 1): one for one in sorted({well.column for well in wells})}
    row_places, column_places = list(rows), list(columns)
    plate = {
        "name": name,
        "rows": [{"name": row} for row in rows],
        "columns": [{"name": column} for column in columns],
        "wells": [
            {
                "path": well_path(well),
                "rowIndex": row_places.index(row_name(well)),
                "columnIndex": column_places.index(column_name(well)),
            }
            for well in wells
        ],
        "field_count": max(n_fields.values()),
    }
    return group({"ome": {"version": "0.5", "plate": plate}})


def well_metadata(n_fields: int) -> dict[str, Any]:
    """The `zarr.json` of a well with images at the paths `0`, `1` and so on."""
    images = [{"path": str(number)} for number in range(n_fields)]
    return group({"ome": {"version": "0.5", "well": {"images": images}}})
