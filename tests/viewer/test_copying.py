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
CELL_10 = (140, 330)
EDGE_OF_CELL_10 = (140, 362)
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


def test_what_is_gone_or_has_changed_comes_back_from_where_that_is_shown(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    delete_after_marking(viewer)
    viewer.press("e")
    viewer.drag((140, 360), (150, 375))
    viewer.until_version(5)
    assert viewer.label(EDGE_OF_CELL_10) == 0
    viewer.press("v", "Escape", "y")
    viewer.page.get_by_role("button", name="What changed").click()
    counts = viewer.page.locator(".time-line .difference-counts")
    expect(counts).to_have_text("0 added1 changed2 removed")
    banner = viewer.page.locator(".version-banner")
    expect(banner).to_contain_text("select cells to bring them back")
    viewer.until_idle()
    viewer.click(CELL_8)
    expect(banner.get_by_role("button", name="Bring this cell back")).to_be_visible()
    viewer.click(CELL_10, "Shift")
    banner.get_by_role("button", name="Bring 2 cells back").click()
    viewer.until_version(6)
    assert (viewer.label(CELL_8), viewer.label(EDGE_OF_CELL_10)) == (8, 10)
    expect(counts).to_have_text("0 added0 changed1 removed")
    viewer.press("Control+z")
    viewer.until_version(7)
    assert (viewer.label(CELL_8), viewer.label(EDGE_OF_CELL_10)) == (0, 0)


def test_from_what_changed_until_an_earlier_version_cells_come_back_into_the_newest(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    delete_after_marking(viewer)
    viewer.press("y")
    viewer.page.get_by_role("button", name="What changed").click()
    viewer.page.get_by_label("Compared until version").fill("3")
    viewer.until_label(CELL_1, 1)
    viewer.click(CELL_8)
    viewer.press("Shift+C")
    viewer.until_version(5)
    expect(viewer.page.locator(".version-banner")).to_be_hidden()
    assert (viewer.label(CELL_8), viewer.label(CELL_1)) == (8, 0)


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
    expect(counts).to_contain_text("2 only there")
    viewer.press("v")
    viewer.click(CELL_8)
    viewer.page.get_by_role("button", name="Copy this cell").click()
    viewer.until_version(5)
    assert viewer.label(CELL_8) == 8
    expect(counts).to_contain_text("1 only there")
    viewer.press("Shift+V")
    viewer.drag(*AROUND_CELLS_1_AND_8)
    viewer.press("Shift+C")
    viewer.until_version(6)
    assert viewer.label(CELL_1) == 1
