"""The PDF: dated, archival, and saying the numbers of the tables."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotations.labels.marks import Region
from annotations.reports.content import CellRecord, ReportContent, Setup, Well
from annotations.reports.document import write_document, write_example
from annotations.reports.document_data import document_data, example_images
from annotations.reports.measured import measured
from annotations.reports.methods_text import methods_text
from annotations.reports.plots import axis, histogram, round_step
from annotations.reports.statistics import DatasetStatistics
from annotations.reports.wording import number, short_name


def gathered(content: ReportContent) -> DatasetStatistics:
    statistics = DatasetStatistics()
    for place, image in enumerate(content.images):
        for t, z in image.planes():
            plane = measured(image, t, z)
            records = [image.describe_cell(int(label)) for label in plane.table["label"]]
            statistics.add(place, plane, records)
    return statistics


def data_of(content: ReportContent) -> dict[str, Any]:
    statistics = gathered(content)
    return document_data(content, statistics, statistics.row(content), {"cells.csv": "0" * 64}, [])


def test_the_pdf_is_dated_as_the_report_and_archival(
    content: ReportContent, tmp_path: Path
) -> None:
    write_document(tmp_path / "r.pdf", data_of(content), content.created_at, tmp_path)
    pdf = (tmp_path / "r.pdf").read_bytes()
    assert b"D:20260304123000" in pdf
    assert b"pdfaid" in pdf


def test_the_date_alone_changes_the_bytes(content: ReportContent, tmp_path: Path) -> None:
    digests = []
    for hour in (8, 8, 9):
        at = datetime(2026, 1, 1, hour, tzinfo=UTC)
        write_document(tmp_path / "r.pdf", data_of(content), at, tmp_path)
        digests.append(hashlib.sha256((tmp_path / "r.pdf").read_bytes()).hexdigest())
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("n_images", [1, 60, 501])
def test_few_and_many_images_can_be_set(
    content: ReportContent, make_image: Any, tmp_path: Path, n_images: int
) -> None:
    names = [f"image {i} *_[#]$ – {'long ' * 20}.tif" for i in range(n_images)]
    images = tuple(make_image(name, segmentation=None) for name in names)
    data = data_of(replace(content, images=images, question="", exclusions=(), members=()))
    assert data["n_not_listed"] == max(0, n_images - 500)
    write_document(tmp_path / "r.pdf", data, content.created_at, tmp_path)
    assert (tmp_path / "r.pdf").stat().st_size > 10_000


@pytest.mark.parametrize(
    "name", ["細胞.tif", "\U0001f9eb dish.tif", "a\x07b\x00c\n.tif", "\u202egpj.tif", "\ue000.tif"]
)
def test_no_letter_in_a_name_stops_the_document(
    content: ReportContent, make_image: Any, tmp_path: Path, name: str
) -> None:
    data = data_of(replace(content, images=(make_image(name),)))
    digests = set()
    for _ in range(2):
        write_document(tmp_path / "r.pdf", data, content.created_at, tmp_path)
        digests.add(hashlib.sha256((tmp_path / "r.pdf").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_an_example_is_the_middle_of_the_image_at_full_resolution(
    make_image: Any, tmp_path: Path
) -> None:
    labels = np.zeros((1, 1, 1000, 2000), dtype=np.uint32)
    assert write_example(tmp_path / "e.png", make_image(labels=labels)) == 480
    assert write_example(tmp_path / "e.png", make_image(labels=labels[:, :, :30])) == 40
    assert write_example(tmp_path / "e.png", make_image(labels=labels[:, :, :1, :1])) == 1


def test_the_examples_are_drawn_with_a_seed_that_the_content_gives(
    content: ReportContent, make_image: Any
) -> None:
    many = replace(content, images=tuple(make_image(f"{i}.tif") for i in range(40)))
    seed, chosen = example_images(many)
    assert (seed, chosen) == example_images(many)
    assert len(set(chosen)) == 6
    assert chosen == sorted(chosen)
    other = replace(many, audit_head=replace(many.audit_head, hash="77" * 32))
    assert example_images(other) != (seed, chosen)


def test_the_methods_say_what_was_done(content: ReportContent) -> None:
    text = methods_text(content, gathered(content))
    assert "2 images were segmented with Coverslip 0.1.0, method “generalist”" in text
    assert "weights generalist-1 (SHA-256 abababababab…), parameters diameter automatic" in text
    assert "The masks of 1 image were corrected by hand (7 edits)." in text
    assert "The masks of 1 of 2 images were reviewed and approved by Clara." in text
    assert "scikit-image 0.26.0" in text
    assert "2 objects were measured; those touching the edge of the image (1)" in text
    assert "1 image was excluded" in text


def test_the_methods_name_the_setups_and_the_unit_of_statistics(
    content: ReportContent, make_image: Any
) -> None:
    setup = Setup("Left", microscope="Nikon Ti2", objective="Plan Apo 20x")
    first = make_image("a.tif", setup=setup, well=Well("P", "A01"))
    text = methods_text(replace(content, images=(first, make_image("b.tif"))), DatasetStatistics())
    assert (
        "1 image was acquired with the setup Left (Nikon Ti2, Plan Apo 20x). "
        "What acquired 1 other image is not known." in text
    )
    assert "The images show 1 well; wells, not cells or images, are the unit" in text


def test_the_document_of_a_plate_shows_its_conditions(
    content: ReportContent, make_image: Any, tmp_path: Path
) -> None:
    wells = [Well("P", f"A{n:02d}", compound="DMSO" if n % 2 else "Taxol") for n in range(1, 5)]
    images = tuple(make_image(f"{well.name}.tif", well=well) for well in wells)
    data = data_of(replace(content, images=images))
    assert [row["condition"] for row in data["conditions"]["rows"]] == ["DMSO", "Taxol"]
    assert [len(group) for group in data["conditions"]["plot"]["points"]] == [2, 2]
    write_document(tmp_path / "r.pdf", data, content.created_at, tmp_path)
    assert (tmp_path / "r.pdf").stat().st_size > 10_000


def test_the_methods_say_what_was_done_to_the_pixels_before(
    content: ReportContent, make_image: Any
) -> None:
    before = {"background": "divide", "denoise": "median"}
    manifest = {"method": "m", "parameters": {"diameter": 9, "preprocessing": before}}
    image = make_image(segmentation=manifest)
    text = methods_text(replace(content, images=(image,)), DatasetStatistics())
    assert (
        "parameters diameter 9 px, after illumination correction (division by a smooth surface) "
        "and median filter of 3 × 3 pixels for the segmentation alone (measured were the "
        "originals)." in text
    )


def test_parameters_are_told_with_their_units(content: ReportContent, make_image: Any) -> None:
    parameters = {
        "channels": [0, 2],
        "diameter": 30.5,
        "is_tiled": True,
        "minimum_area_px": 15,
        "radius_um": 2,
    }
    image = make_image(segmentation={"method": "m", "parameters": parameters})
    text = methods_text(replace(content, images=(image,)), DatasetStatistics())
    assert (
        "parameters channels 1 and 3; diameter 30.5 px; tiled yes; minimum area 15 px²; "
        "radius 2 µm." in text
    )


def test_images_with_different_histories_are_told_apart(
    content: ReportContent, make_image: Any
) -> None:
    images = (
        make_image("a.tif", segmentation=None),
        make_image("b.tif", segmentation={"method": "threshold", "parameters": {}}),
        make_image("c.tif", segmentation=None, pixel_size_um=None),
        make_image("d.tif", segmentation={"method": "import", "format": "COCO"}),
    )
    text = methods_text(replace(content, images=images, exclusions=()), DatasetStatistics())
    assert "2 images were annotated by hand in Coverslip 0.1.0." in text
    assert "1 image was segmented with Coverslip 0.1.0, method “threshold”." in text
    assert "given masks made elsewhere, imported into Coverslip 0.1.0 (COCO)." in text
    assert "The pixel size of 1 image is not known" in text
    assert "No image was excluded." in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (1234567, "1,234,567"),
        (0.0, "0"),
        (12.345, "12.3"),
        (123.456, "123"),
        (98765.4, "98,765"),
        (0.000123, "0.000123"),
        (None, "–"),
    ],
)
def test_numbers_are_worded_for_people(value: float | None, expected: str) -> None:
    assert number(value) == expected


def test_a_long_name_keeps_both_ends() -> None:
    assert short_name("short.tif", 20) == "short.tif"
    assert short_name("a-very-long-name-of-plate-7-C04.tif", 20) == "a-very-long-n…04.tif"
    assert len(short_name("x" * 99, 20)) == 20


def test_a_histogram_counts_every_value_or_says_how_many_lie_beyond() -> None:
    values = np.random.default_rng(0).lognormal(5, 1, 5000)
    bins = histogram(values)
    assert bins is not None
    assert sum(bins["counts"]) + bins["n_beyond"] == 5000
    assert bins["n_beyond"] <= 50
    assert bins["edges"][0] <= values.min()


@pytest.mark.parametrize("values", [[5.0], [3.0, 3.0, 3.0], [0.0, 0.0], [1e-7, 2e-7], [1e9, 2e9]])
def test_the_plainest_values_make_a_histogram(values: list[float]) -> None:
    bins = histogram(np.array(values))
    assert bins is not None
    assert sum(bins["counts"]) + bins["n_beyond"] == len(values)


def test_no_values_make_no_histogram() -> None:
    assert histogram(np.zeros(0)) is None


def test_axes_have_round_ticks_that_reach_the_top() -> None:
    assert round_step(97, 4) == 25
    assert axis(97) == [0, 25, 50, 75, 100]
    assert axis(100) == [0, 25, 50, 75, 100]


@pytest.mark.parametrize("highest", [0, 1, 2, 3, 5, 9, 10, 11, 99, 12345])
def test_axes_of_counts_have_whole_ticks(highest: int) -> None:
    ticks = axis(highest, whole=True)
    assert all(tick == round(tick) for tick in ticks)
    assert ticks[-1] >= max(highest, 1)
    assert len(ticks) <= 6


def test_the_methods_say_what_was_set_aside_and_what_cells_are(
    content: ReportContent, make_image: Any
) -> None:
    region = Region(0, 0, ((0.0, 0.0), (0.0, 40.0), (20.0, 40.0), (20.0, 0.0)))
    record = CellRecord("Mitotic", "ambiguous", "edited")
    image = make_image(ignored={"r-1": region}, describe_cell=lambda _: record)
    told = replace(content, images=(image,), class_names=("Mitotic",))
    said = methods_text(told, gathered(told))
    assert "In 1 image people set 1 region aside, listed below: 1 object with the centroid" in said
    assert "People gave the objects classes: 1 Mitotic and 0 without a class." in said
    assert "1 object was called ambiguous; they were kept and marked." in said
    (row,) = data_of(told)["ignored"]
    assert (row["where"], row["cells"]) == ("rows 0 to 20, columns 0 to 40", "1")
