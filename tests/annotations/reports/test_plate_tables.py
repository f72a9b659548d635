"""Wells and conditions in a report: the unit is the image, then the well, never the cell."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from annotations.reports.bundle import build_bundle
from annotations.reports.conditions import condition_words
from annotations.reports.content import ReportContent, ReportImage, Setup, Well
from annotations.reports.isa import ASSAY, INVESTIGATION, STUDY

DMSO = Well("P1", "A01", compound="DMSO", control="negative", replicate=1)
DMSO_AGAIN = replace(DMSO, name="A02", replicate=2)
TAXOL = Well("P1", "B01", compound="Taxol", dose=0.5, unit="uM", line="HeLa")
NIKON = Setup("Left", microscope="Nikon Ti2", objective="Plan Apo 20x")

MakePlate = Callable[..., dict[str, list[dict[str, str]]]]


def cells(n: int) -> NDArray[np.uint32]:
    """A plane (1, 1, 20, 60) with n cells of 4 px²."""
    labels = np.zeros((1, 1, 20, 60), np.uint32)
    for label in range(1, n + 1):
        labels[0, 0, 5:7, 4 * label : 4 * label + 2] = label
    return labels


@pytest.fixture
def plate(
    make_image: Callable[..., ReportImage], content: ReportContent, tmp_path: Path
) -> MakePlate:
    """Makes a report of images with these counts in these wells and reads its tables."""

    def make(*images: tuple[int, Well | None], **given: object) -> dict[str, list[dict[str, str]]]:
        shown = tuple(
            make_image(f"{number}.tif", labels=cells(n), well=well, site=number, **given)
            for number, (n, well) in enumerate(images)
        )
        build_bundle(replace(content, images=shown), tmp_path / "report.zip")
        with zipfile.ZipFile(tmp_path / "report.zip") as archive:
            return {
                name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
                for name in archive.namelist()
                if name.endswith(".csv")
            }

    return make


def test_every_cell_and_image_names_its_well_and_condition(plate: MakePlate) -> None:
    tables = plate((2, TAXOL), (1, None))
    wanted = {"plate": "P1", "well": "B01", "site": "0", "compound": "Taxol", "dose": "0.5",
              "dose_unit": "uM", "line": "HeLa", "control": "", "replicate": ""}  # fmt: skip
    for table in ("cells.csv", "images.csv"):
        first = tables[table][0]
        assert {name: first[name] for name in wanted} == wanted
        assert tables[table][-1]["well"] == ""


def test_a_well_has_mean_and_deviation_of_its_images(plate: MakePlate) -> None:
    tables = plate((2, DMSO), (4, DMSO), (9, TAXOL))
    dmso, taxol = tables["wells.csv"]
    assert (dmso["well"], dmso["n_images"], dmso["n_cells_sum"]) == ("A01", "2", "6")
    assert float(dmso["n_cells_mean"]) == 3
    assert float(dmso["n_cells_sd"]) == pytest.approx(2**0.5)
    assert (taxol["n_cells_mean"], taxol["n_cells_sd"]) == ("9.0", "")
    assert float(taxol["median_area_px_mean"]) == 4


def test_the_n_of_a_condition_is_its_wells(plate: MakePlate) -> None:
    tables = plate((2, DMSO), (4, DMSO), (7, DMSO_AGAIN), (9, TAXOL))
    dmso, taxol = tables["conditions.csv"]
    assert (dmso["control"], dmso["n_wells"], dmso["n_images"]) == ("negative", "2", "3")
    # Wells count alike however many images they have: 3 and 7, not 2, 4 and 7.
    assert float(dmso["n_cells_mean"]) == 5
    assert float(dmso["n_cells_sd"]) == pytest.approx(8**0.5)
    assert taxol["compound"] == "Taxol"


def test_without_wells_there_are_no_tables_of_them(plate: MakePlate) -> None:
    tables = plate((2, None))
    assert "wells.csv" not in tables
    assert "compound" not in tables["images.csv"][0]


def test_without_a_pixel_size_no_table_names_a_metric_unit(plate: MakePlate) -> None:
    tables = plate((2, DMSO), pixel_size_um=None)
    for name, rows in tables.items():
        columns = set(rows[0]) if rows and name != "data_dictionary.csv" else set()
        assert not [one for one in columns if "_um" in one or "mm2" in one]
    units = {row["unit"] for row in tables["data_dictionary.csv"]}
    assert not [unit for unit in units if "µm" in unit or "mm²" in unit]


def test_every_column_of_the_new_tables_is_explained(plate: MakePlate) -> None:
    tables = plate((2, DMSO))
    explained = {(row["file"], row["column"]) for row in tables["data_dictionary.csv"]}
    for name in ("wells.csv", "conditions.csv"):
        assert {(name, column) for column in tables[name][0]} <= explained


def test_the_setup_is_named_in_table_methods_and_provenance(
    plate: MakePlate, tmp_path: Path
) -> None:
    tables = plate((2, None), (3, None), setup=NIKON)
    row = tables["images.csv"][0]
    assert (row["setup"], row["objective"], row["camera"]) == ("Left", "Plan Apo 20x", "")
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        record = json.loads(archive.read("provenance.json"))
    assert record["images"][0]["setup"]["microscope"] == "Nikon Ti2"


def test_wells_and_images_are_there_as_isa_tab(plate: MakePlate, tmp_path: Path) -> None:
    noted = replace(TAXOL, others=(("batch", 'the "7th"'),))
    plate((2, noted), (3, None), setup=NIKON)
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        read = {
            name: list(
                csv.reader(io.StringIO(archive.read(f"isa/{name}").decode()), delimiter="\t")
            )
            for name in (INVESTIGATION, STUDY, ASSAY)
        }
        assert {row[-2] for row in read[ASSAY][1:]} <= set(archive.namelist())
    assert ["STUDY FACTORS"] in read[INVESTIGATION]
    titles, row = read[STUDY]
    said = dict(zip(titles, row, strict=True))
    assert (said["Sample Name"], said["Factor Value[dose]"], said["Unit"]) == (
        "P1 B01",
        "0.5",
        "uM",
    )
    assert said["Comment[batch]"] == "the '7th'"
    assert {len(row) for row in read[ASSAY]} == {len(read[ASSAY][0])}
    assert [row[0] for row in read[ASSAY][1:]] == ["P1 B01", ""]
    assert read[ASSAY][1][2:5] == ["Left", "Nikon Ti2", "Plan Apo 20x"]


def test_a_condition_reads_as_people_say_it() -> None:
    assert condition_words(TAXOL) == "Taxol 0.5 uM, HeLa"
    assert condition_words(DMSO) == "DMSO"
    assert condition_words(Well("", "A01")) == "No condition said"
