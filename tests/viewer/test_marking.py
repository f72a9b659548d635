"""Saying what cells are in a real browser: classes, ambiguous cells, regions to ignore."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer
from tests.viewer.test_editing import CELL_1, CELL_8, CELL_10

pytestmark = pytest.mark.browser


def color_by(viewer: Viewer, name: str) -> None:
    viewer.page.get_by_label("Color of the masks").select_option(name)


def test_a_class_is_given_by_two_keys_and_kept_over_a_reload(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    color_by(viewer, "class")
    viewer.hover(CELL_1)
    viewer.press("q", "1")
    viewer.says("This cell is now “Mitotic”")
    viewer.hover(CELL_8)
    viewer.press("Shift+q")
    viewer.until_version(2)
    expect(viewer.page.locator(".legend")).to_contain_text("Mitotic · 2")
    viewer.reload()
    color_by(viewer, "class")
    expect(viewer.page.locator(".legend")).to_contain_text("Mitotic · 2")
    viewer.press("Control+z")
    expect(viewer.page.locator(".legend")).to_contain_text("Mitotic · 1")


def test_the_menu_works_with_arrows_and_reads_well(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.click(CELL_1)
    viewer.press("q")
    check_accessibility(viewer.page)
    viewer.press("ArrowUp", "Enter")
    viewer.press("q")
    expect(viewer.page.get_by_role("menuitem", name="Dead")).to_be_focused()
    viewer.press("Escape")
    expect(viewer.page.get_by_role("menu")).to_have_count(0)
    viewer.until_version(1)


def test_the_pieces_of_a_split_cell_keep_its_class(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    color_by(viewer, "class")
    viewer.click(CELL_10)
    viewer.press("q", "2", "s")
    viewer.drag((90, 330), (200, 330))
    viewer.until_version(2)
    expect(viewer.page.locator(".legend")).to_contain_text("Dead · 2")


def test_an_ambiguous_cell_is_seen_by_others_at_once_and_undone_by_a_key(
    open_viewer: OpenViewer,
) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    color_by(rita, "state")
    bea.hover(CELL_10)
    bea.press("u")
    bea.says("This cell is now ambiguous")
    expect(rita.page.locator(".legend")).to_contain_text("ambiguous · 1")
    bea.press("u")
    bea.says("This cell is no longer ambiguous")
    bea.until_version(2)
    expect(rita.page.locator(".legend")).not_to_contain_text("ambiguous")


def test_states_tell_who_made_a_cell(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    color_by(viewer, "state")
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    viewer.drag((140, 360), (140, 390))
    expect(viewer.page.locator(".legend")).to_contain_text("drawn by a person · 1")
    expect(viewer.page.locator(".legend")).to_contain_text("changed by a person · 1")
    viewer.press("Control+z", "Control+z")
    expect(viewer.page.locator(".legend")).not_to_contain_text("by a person")


def test_a_region_to_ignore_is_drawn_listed_and_measured_again(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("i")
    viewer.drag((20, 20), (20, 200), (120, 200), (120, 20))
    viewer.says("are not measured")
    viewer.until_version(1)
    viewer.reload()
    regions = viewer.page.locator(".regions li")
    expect(regions).to_have_count(1)
    viewer.page.get_by_role("button", name="Measure Region 1 again").click()
    expect(viewer.page.locator(".regions li:visible")).to_have_count(0)
    viewer.press("Control+z")
    expect(regions).to_have_count(1)
    viewer.press("i")
    viewer.click((60, 100), "Shift")
    expect(viewer.page.locator(".regions li:visible")).to_have_count(0)


def test_a_region_is_made_and_moved_with_the_keys_alone(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("Shift+i")
    viewer.says("are not measured")
    viewer.until_version(1)
    viewer.page.locator(".region-sides summary").focus()
    viewer.press("Enter")
    right = viewer.page.get_by_label("Region 1: right in pixels")
    expect(right).to_have_value("599.5")
    right.focus()
    viewer.press("Control+a")
    viewer.page.keyboard.type("240.5")
    viewer.press("Tab")
    viewer.until_version(2)
    expect(right).to_have_value("240.5")
    expect(viewer.page.get_by_label("Region 1: top in pixels")).to_have_value("-0.5")
    right.fill("-20")
    right.blur()
    viewer.says("The bottom must lie below the top")


def test_a_viewer_may_look_but_not_mark(open_viewer: OpenViewer) -> None:
    viewer = open_viewer(person="vic")
    viewer.hover(CELL_1)
    viewer.press("u")
    viewer.says("You may look at this project, not change it.")
    viewer.press("q")
    assert viewer.page.get_by_role("menu").count() == 0
    assert viewer.version == 0
