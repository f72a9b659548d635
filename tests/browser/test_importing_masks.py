"""Masks of another program are dropped, accepted, and lie on the image in the viewer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewWindow
from tests.browser.test_story import NUCLEI, enter_the_lab, upload_one
from tests.viewer.driver import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def test_dropped_masks_become_those_of_the_image(new_window: NewWindow, tmp_path: Path) -> None:
    width, height = Image.open(NUCLEI).size
    labels = np.zeros((height, width), np.uint16)
    labels[20:60, 30:90] = 700
    masks = tmp_path / f"{NUCLEI.stem}_cp_masks.png"
    Image.fromarray(labels).save(masks)
    wrong = tmp_path / "notes.txt"
    wrong.write_text("hello")
    page = new_window()
    enter_the_lab(page, "ada")
    page.goto(f"{upload_one(page)}/masks")
    page.locator("#files").set_input_files([masks, wrong])
    row = page.locator("tr.file-row")
    expect(row).to_contain_text("They become the masks of the image.")
    expect(page.locator("[data-key=reading]")).to_contain_text("This is no file of masks")
    check_accessibility(page)
    page.get_by_role("button", name="Accept what is selected").click()
    expect(page.locator("[data-key=accepted]")).to_contain_text("1 cell from nuclei_01_cp_masks")
    page.locator("[data-key=accepted] a").click()
    viewer = Viewer(page).wait()
    assert viewer.label((40, 60)) == 700
