"""Two people change the same cell: both changes are shown, and one of them is chosen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import check_accessibility
from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer

pytestmark = pytest.mark.browser

# A cell of the synthetic image "small", and two places in it.
CELL_8 = (150, 130)
UPPER = (120, 130)
LOWER = (170, 130)
CELL_10 = (130, 330)
EDITS = re.compile(r"/edits$")


def panel_of(viewer: Viewer) -> Locator:
    """The panel with both changes."""
    return viewer.page.get_by_role("region", name="Changes at the same place")


def collide(bea: Viewer, rita: Viewer) -> Locator:
    """While Bea, who is offline, deletes a cell, Rita splits it."""
    bea.page.route(EDITS, lambda route: route.abort())
    bea.click(CELL_8)
    bea.press("d")
    bea.until_label(CELL_8, 0)
    rita.press("s")
    rita.drag((155, 80), (155, 200))
    rita.until_version(1)
    panel = panel_of(bea)
    expect(panel.get_by_role("heading")).to_have_text("Two changes at the same place")
    expect(panel).to_contain_text("Rita Moss changed the same cells")
    expect(panel.get_by_role("listitem")).to_contain_text(
        ["Minedeleted cells", "Rita Mosssplit a cell"]
    )
    assert bea.label(UPPER) == rita.label(UPPER)
    assert bea.n_waiting == 0
    bea.page.unroute(EDITS)
    return panel


def collide_twice(bea: Viewer, rita: Viewer) -> Locator:
    """While Bea, who is offline, deletes two cells, Rita splits both."""
    bea.page.route(EDITS, lambda route: route.abort())
    for n_waiting, cell in enumerate((CELL_8, CELL_10), start=1):
        bea.click(cell)
        bea.press("d")
        bea.until_label(cell, 0)
        assert bea.n_waiting == n_waiting
    rita.press("s")
    rita.drag((155, 80), (155, 200))
    rita.until_version(1)
    expect(panel_of(bea).get_by_role("heading")).to_have_text("Two changes at the same place")
    rita.drag((140, 270), (140, 395))
    rita.until_version(2)
    bea.page.unroute(EDITS)
    return panel_of(bea)


def drawn_on(overlay: Locator) -> str:
    """What is on the upper canvas once it is drawn."""
    Viewer(overlay.page).until_idle()
    return str(overlay.evaluate("canvas => canvas.toDataURL()"))


def test_both_changes_are_shown_in_words_and_in_the_image(open_viewer: OpenViewer) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    panel = collide(bea, rita)
    overlay = bea.page.locator(".holder .overlay").first
    pictures = []
    for side in ("Both", "Mine", "Theirs"):
        button = panel.get_by_role("button", name=side, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        pictures.append(drawn_on(overlay))
    assert len(set(pictures)) == 3
    check_accessibility(bea.page)
    panel.get_by_role("button", name="Show the place").click()
    bea.until_idle()
    where = bea.page.evaluate("window.coverslip_viewer.image_to_screen(150, 130)")
    assert 300 < where["x"] < 700


def test_mine_is_put_on_top_as_a_new_edit_and_can_be_undone(open_viewer: OpenViewer) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    panel = collide(bea, rita)
    panel.get_by_role("button", name="Put mine on top").click()
    bea.until_version(2)
    expect(panel).to_be_hidden()
    rita.until_label(UPPER, 0)
    assert (bea.label(UPPER), bea.label(LOWER)) == (0, rita.label(LOWER))
    bea.press("Control+z")
    bea.until_version(3)
    rita.until_version(3)
    assert bea.label(UPPER) == rita.label(UPPER) != 0


def test_theirs_is_kept_and_mine_stays_in_the_history(open_viewer: OpenViewer) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    panel = collide(bea, rita)
    kept = (rita.label(UPPER), rita.label(LOWER))
    panel.get_by_role("button", name="Keep theirs").click()
    bea.until_version(3)
    expect(panel).to_be_hidden()
    assert (bea.label(UPPER), bea.label(LOWER)) == kept
    bea.press("y")
    rows = bea.page.locator(".history-row")
    expect(rows).to_contain_text(["Undid a change", "Deleted cells", "Split a cell"])


def test_of_several_each_is_looked_at_and_decided_in_turn(open_viewer: OpenViewer) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    panel = collide_twice(bea, rita)
    title = panel.get_by_role("heading")
    expect(title).to_have_text("Two changes at the same place · 1 of 2")
    panel.get_by_role("button", name="Show the place").click()
    bea.until_shown(CELL_8)
    beyond = panel.get_by_role("button", name="Next")
    beyond.focus()
    bea.press("Enter")
    expect(title).to_have_text("Two changes at the same place · 2 of 2")
    expect(beyond).to_be_focused()
    bea.until_shown(CELL_10)
    bea.press("Enter")
    expect(title).to_have_text("Two changes at the same place · 1 of 2")
    bea.until_shown(CELL_8)
    panel.get_by_role("button", name="Put mine on top").click()
    expect(title).to_have_text("Two changes at the same place")
    expect(beyond).to_be_hidden()
    bea.until_version(3)
    assert (bea.label(UPPER), bea.label(LOWER)) == (0, rita.label(LOWER))
    panel.get_by_role("button", name="Keep theirs").click()
    expect(panel).to_be_hidden()
    bea.until_version(5)
    rita.until_version(5)
    assert bea.label(CELL_10) == rita.label(CELL_10) != 0


def test_the_choice_is_still_open_after_a_reload(open_viewer: OpenViewer) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    collide(bea, rita)
    bea.reload()
    expect(panel_of(bea)).to_contain_text("Rita Moss changed the same cells")
    bea.press("Shift+J")
    expect(panel_of(bea).get_by_role("button", name="Show the place")).to_be_focused()
    bea.page.keyboard.press("Tab")
    bea.page.keyboard.press("Tab")
    expect(panel_of(bea).get_by_role("button", name="Put mine on top")).to_be_focused()
    bea.page.keyboard.press("Enter")
    bea.until_version(2)
    bea.reload()
    expect(panel_of(bea)).to_be_hidden()


def test_what_an_approved_image_does_not_take_is_kept_until_the_person_forgets_it(
    open_viewer: OpenViewer,
) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    bea.page.route(EDITS, lambda route: route.abort())
    bea.click(CELL_8)
    bea.press("d")
    bea.until_label(CELL_8, 0)
    rita.page.get_by_role("button", name="Approve").click()
    expect(bea.page.locator(".banner")).to_have_text("This image is approved.")
    bea.page.unroute(EDITS)
    bea.page.evaluate("dispatchEvent(new Event('online'))")
    panel = panel_of(bea)
    expect(panel.get_by_role("heading")).to_have_text("Not saved")
    expect(panel).to_contain_text("This image is approved. Your change is kept in this browser")
    bea.until_label(CELL_8, 8)
    panel.get_by_role("button", name="Forget mine").click()
    expect(panel).to_be_hidden()
    bea.reload()
    expect(panel).to_be_hidden()
