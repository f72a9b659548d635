"""The rail of tools: those of a kind share a place, and every one is reached by every hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import check_accessibility
from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer

pytestmark = pytest.mark.browser


def family(viewer: Viewer, name: str) -> Locator:
    """A place of the rail that several commands share."""
    return viewer.page.locator(".rail").get_by_role("group", name=name, exact=True)


def test_the_others_of_a_kind_come_out_by_a_click_and_the_last_one_stays(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    select = family(viewer, "Select")
    expect(select.locator(".tool:visible")).to_have_attribute("data-command", "pick")
    select.get_by_role("button", name="More: Select").click()
    check_accessibility(viewer.page)
    menu = viewer.page.get_by_role("menu", name="Select")
    expect(menu.get_by_role("menuitemradio")).to_have_count(2)
    menu.get_by_role("menuitemradio", name="Select cells by drawing around them").click()
    expect(menu).to_be_hidden()
    chosen = select.locator(".tool:visible")
    expect(chosen).to_have_attribute("data-command", "choose")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    viewer.press("v")
    expect(chosen).to_have_attribute("data-command", "pick")


def test_the_keyboard_reaches_them_and_comes_back(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    delete = family(viewer, "Delete cells")
    delete.locator(".tool:visible").focus()
    viewer.press("ArrowRight")
    menu = viewer.page.get_by_role("menu", name="Delete cells")
    expect(menu.get_by_role("menuitemradio").first).to_be_focused()
    viewer.press("Escape")
    expect(menu).to_be_hidden()
    expect(delete.locator(".tool:visible")).to_be_focused()
    viewer.press("ArrowRight", "ArrowDown", "Enter")
    expect(viewer.page.locator(".delete-panel")).to_be_visible()


def test_a_long_press_and_the_right_button_open_them_too(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    reshape = family(viewer, "Reshape cells")
    menu = viewer.page.get_by_role("menu", name="Reshape cells")
    reshape.locator(".tool:visible").click(button="right")
    expect(menu).to_be_visible()
    viewer.page.mouse.click(600, 400)
    expect(menu).to_be_hidden()
    reshape.locator(".tool:visible").hover()
    viewer.page.mouse.down()
    expect(menu).to_be_visible()
    viewer.page.mouse.up()
    expect(menu).to_be_visible()
    viewer.press("Escape", "v")
    viewer.click((150, 130))
    reshape.get_by_role("button", name="More: Reshape cells").click()
    menu.get_by_role("menuitemradio", name="Grow the cell by a pixel").click()
    viewer.until_version(1)
