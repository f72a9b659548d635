"""The demo images and the images of the tests can be read and say whose they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.webapp.imaging.ingested import Ingested

REPOSITORY = Path(__file__).parents[3]
DEMO = REPOSITORY / "webapp/demo"
IMAGES = REPOSITORY / "tests/images"
ENTRIES = json.loads((DEMO / "demo.json").read_text(encoding="utf-8"))["images"]
FREE = {"CC0 1.0", "MIT", "BSD-3-Clause", "Apache-2.0", "CC BY 3.0", "CC BY 4.0"}

Ingest = Callable[..., Ingested]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_a_demo_image_is_read_without_questions(entry: dict[str, str], ingest: Ingest) -> None:
    image = ingest(DEMO / entry["file"]).image
    assert not image.axes_are_ambiguous
    assert all(channel.low < channel.high for channel in image.channels)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_a_demo_image_names_source_citation_and_free_licence(entry: dict[str, str]) -> None:
    assert all(entry.values())
    assert entry["licence"] in FREE
    assert entry["source"].startswith("https://")
    assert entry["licence_url"].startswith("https://")
    attribution = (DEMO / "ATTRIBUTION.md").read_text(encoding="utf-8")
    (row,) = [line for line in attribution.splitlines() if f"| {entry['file']} |" in line]
    for field in ("title", "changed", "source", "citation", "licence"):
        assert entry[field] in row


def test_the_list_and_the_folder_of_demo_images_agree_and_stay_small() -> None:
    files = {path.relative_to(DEMO).as_posix(): path for path in (DEMO / "images").iterdir()}
    assert set(files) == {entry["file"] for entry in ENTRIES}
    sizes = [path.stat().st_size for path in files.values()]
    assert max(sizes) < 300_000
    assert sum(sizes) < 4_000_000


def test_the_demo_movie_has_five_frames_and_a_pixel_size(ingest: Ingest) -> None:
    image = ingest(DEMO / "images/movie_01.tif").image
    assert image.shape[:3] == (5, 1, 1)
    assert image.pixel_size_um == pytest.approx((0.8667, 0.8667), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "shape", "channels"),
    [
        ("nuclei.png", (1, 1, 1, 128, 128), ["Grey"]),
        ("two_channels.ome.tif", (1, 2, 1, 96, 128), ["DAPI", "GFP"]),
        ("movie.tif", (4, 1, 1, 96, 128), ["Grey"]),
        ("stained.png", (1, 3, 1, 96, 128), ["Red", "Green", "Blue"]),
    ],
)
def test_an_image_of_the_tests_is_what_its_name_says(
    name: str, shape: tuple[int, ...], channels: list[str], ingest: Ingest
) -> None:
    image = ingest(IMAGES / name).image
    assert image.shape == shape
    assert [channel.name for channel in image.channels] == channels
    assert name in (IMAGES / "ATTRIBUTION.md").read_text(encoding="utf-8")
