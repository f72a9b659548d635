"""Hundreds of files at once: the page lists those that matter now and counts the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewWindow
from tests.browser.test_story import enter_the_lab, make_dataset

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

N_FILES = 300
UPLOADS = "**/api/uploads"


def test_of_hundreds_of_files_those_are_listed_that_matter_now(
    new_window: NewWindow, tmp_path: Path
) -> None:
    files = [tmp_path / f"site_{number:03d}.png" for number in range(N_FILES)]
    for number, file in enumerate(files):
        file.write_bytes(b"no picture %d" % number)
    page = new_window()
    enter_the_lab(page, "mira")
    make_dataset(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(UPLOADS, hold)
    page.locator("#files").set_input_files(files)
    rows = page.locator("tr.file-row")
    expect(page.locator("tr.file-row.sending")).to_have_count(3)
    expect(page.locator("#unlisted")).to_contain_text("more files wait to be sent")
    assert rows.count() < N_FILES / 2
    check_accessibility(page)
    page.get_by_role("button", name="Cancel all that wait").click()
    expect(page.locator("#overall-count")).to_have_text("0 of 3 files ready")
    for route in held:
        route.continue_()
    page.unroute(UPLOADS)
    expect(page.locator("tr.file-row.failed")).to_have_count(3)
    expect(page.locator("tr.file-row.failed .file-name").first).to_have_text("site_000.png")
    expect(page.locator("#unlisted")).to_be_hidden()
