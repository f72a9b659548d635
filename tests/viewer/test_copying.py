"""Cells are brought back from earlier versions, and taken over from where they are seen."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer

pytestmark = pytest.mark.browser

CELL_1 = (50, 45)
CELL_8 = (150, 130)
AROUND_CELLS_1_AND_8 = ((5, 5), (5, 200), (225, 200), (225, 5), (5, 5))


def delete_after_marking(viewer: Viewer) -> None:
    """Cell 8 is ambiguous in version 1, not any more in 2, gone in 3, and cell 1 is gone in 4."""
    viewer.press("v")
    viewer.click(CELL_8)
    viewer.press("u")
    viewer.until_version(1)
    viewer.press("u")
    viewer.until_version(2)
    viewer.press("d")
    viewer.until_version(3)
    viewer.click(CELL_1)
    viewer.press("d")
    viewer.until_version(4)


def test_a_cell_of_an_earlier_version_comes_back_with_what_was_said_of_it(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    delete_after_marking(viewer)
    viewer.press("y", "{", "{", "{")
    viewer.until_label(CELL_8, 8)
    viewer.click(CELL_8)
    with viewer.page.expect_request("**/edits") as sent:
        viewer.page.get_by_role("button", name="Bring this cell back").click()
    viewer.until_version(5)
    edit = json.loads(sent.value.post_data or "")
    assert edit["kind"] == "copy"
    before, after = {"is_ambiguous": False}, {"is_ambiguous": True}
    assert edit["marks"] == [{"labels": [8], "before": before, "after": after}]
    assert viewer.label(CELL_8) == 8
    assert viewer.label(CELL_1) == 0
    viewer.press("Control+z")
    viewer.until_label(CELL_8, 0)


def test_a_lasso_in_an_earlier_version_and_a_key_bring_several_cells_back(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    delete_after_marking(viewer)
    viewer.press("y", "{", "{", "{", "{")
    viewer.until_label(CELL_8, 8)
    viewer.press("Shift+V")
    viewer.drag(*AROUND_CELLS_1_AND_8)
    viewer.press("Shift+C")
    viewer.until_version(5)
    assert viewer.label(CELL_8) == 8
    assert viewer.label(CELL_1) == 1


def test_what_is_only_there_is_copied_by_a_click_on_the_differences(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    delete_after_marking(viewer)
    viewer.press("Shift+Y")
    choice = viewer.page.get_by_label("Compare with")
    choice.select_option("version:0")
    viewer.page.get_by_role("button", name="Differences").click()
    counts = viewer.page.locator(".compare-bar .difference-counts")
    expect(counts).to_contain_text("2 only there", timeout=60_000)
    viewer.press("v")
    viewer.click(CELL_8)
    viewer.page.get_by_role("button", name="Copy this cell").click()
    viewer.until_version(5)
    assert viewer.label(CELL_8) == 8
    expect(counts).to_contain_text("1 only there", timeout=60_000)
    viewer.press("Shift+V")
    viewer.drag(*AROUND_CELLS_1_AND_8)
    viewer.press("Shift+C")
    viewer.until_version(6)
    assert viewer.label(CELL_1) == 1
