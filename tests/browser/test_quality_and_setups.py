"""A saturated image is flagged, left out with a reason, named by its setup, and seen prepared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewWindow
from tests.browser.test_story import enter_the_lab, make_dataset

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def burnt(folder: Path) -> Path:
    """Cells on noise of which a tenth of the pixels is at the end of the range; 0.5 µm a pixel."""
    y, x = np.mgrid[:200, :240]
    cells = ((y % 50 - 25) ** 2 + (x % 60 - 30) ** 2 < 200).astype(np.float64)
    noise = np.random.default_rng(1).normal(0, 4, cells.shape)
    pixels = np.clip(40 + 400 * cells + noise, 0, 255).astype(np.uint8)
    sizes = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5}
    tifffile.imwrite(folder / "burnt.ome.tif", pixels, metadata={"axes": "YX", **sizes})
    return folder / "burnt.ome.tif"


def open_details(page: Page, dataset: str) -> None:
    """From the grid to the details of the only image."""
    page.goto(dataset)
    page.get_by_label("Select burnt").check()
    page.get_by_role("link", name="Details").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("burnt")


def test_from_a_flag_to_a_reason_and_from_a_file_to_its_setup(
    new_window: NewWindow, tmp_path: Path
) -> None:
    page = new_window()
    enter_the_lab(page, "ines")
    dataset = make_dataset(page)
    page.locator("#files").set_input_files([burnt(tmp_path)])
    expect(page.locator("tr.file-row.ready")).to_have_count(1)
    open_details(page, dataset)
    expect(page.locator("#quality")).to_contain_text("expose shorter next time")
    page.get_by_label("Leave out of results, because").fill("Burnt; imaged again")
    page.get_by_role("button", name="Leave out").click()
    expect(page.locator("#quality")).to_contain_text("Burnt; imaged again")
    check_accessibility(page)

    page.get_by_role("link", name="Limits").click()
    page.get_by_label("Limit of Saturated").fill("90")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("body")).to_contain_text("The flags follow at once")
    check_accessibility(page)

    open_details(page, dataset)
    expect(page.locator("#quality")).not_to_contain_text("expose shorter next time")
    page.get_by_role("link", name="Unnamed microscope, 0.5 µm").click()
    page.get_by_label("Name").fill("Left microscope")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Left microscope")
    check_accessibility(page)
    page.get_by_role("link", name="Acquisition setups").click()
    expect(page.get_by_role("table")).to_contain_text("Left microscope")
    check_accessibility(page)

    page.goto(dataset + "/run")
    page.get_by_text("Prepare the pixels first").click()
    page.get_by_label("Background", exact=True).select_option("divide")
    expect(page.locator("#preview")).to_be_visible()
    said = page.locator("#preparing-said")
    expect(said).to_have_text("even out the light of each image by itself")
    page.get_by_label("Background", exact=True).select_option("shared")
    expect(page.locator("#light figcaption")).to_contain_text("at least 12 images")
    check_accessibility(page)
