"""Correcting cells in a real browser: every tool, undo, saving, reloading, two people at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.viewer.conftest import OpenViewer

pytestmark = pytest.mark.browser

# Places of the synthetic image "small".
EMPTY = (60, 260)
CELL_1 = (50, 45)
CELL_8 = (150, 130)
CELL_10 = (140, 330)
CELL_11 = (165, 440)
CELL_14 = (240, 155)
FIRST_FRESH_LABEL = 1_000_000


def test_a_stroke_on_background_draws_a_new_cell_that_a_reload_keeps(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    assert viewer.label(EMPTY) == FIRST_FRESH_LABEL
    viewer.until_version(1)
    viewer.reload()
    assert viewer.version == 1
    viewer.until_label(EMPTY, FIRST_FRESH_LABEL)


def test_a_stroke_that_starts_on_a_cell_extends_it_and_protects_its_neighbors(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("b")
    viewer.drag((140, 360), (140, 440))
    viewer.until_version(1)
    assert viewer.label((140, 390)) == 10
    assert viewer.label((140, 435)) == 11


def test_with_take_over_the_brush_paints_over_neighbors(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b", "x")
    viewer.drag((140, 360), (140, 440))
    viewer.until_label((140, 435), 10)


def test_undo_and_redo_survive_a_reload(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    viewer.until_version(1)
    viewer.reload()
    viewer.press("Control+z")
    viewer.until_label(EMPTY, 0)
    viewer.until_version(2)
    viewer.reload()
    viewer.press("Control+Shift+z")
    viewer.until_label(EMPTY, FIRST_FRESH_LABEL)
    viewer.until_version(3)


def test_the_eraser_takes_away_only_the_cell_it_started_on(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("e")
    viewer.drag((140, 360), (150, 415))
    viewer.until_version(1)
    assert viewer.label((140, 362)) == 0
    assert viewer.label((150, 415)) == 11


def test_a_line_across_a_cell_splits_it(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("s")
    viewer.drag((90, 330), (200, 330))
    viewer.until_version(1)
    assert {viewer.label((140, 300)), viewer.label((140, 360))} == {10, FIRST_FRESH_LABEL}


def test_a_click_in_each_half_splits_a_cell(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("s")
    viewer.click((140, 300))
    viewer.click((140, 360))
    viewer.until_version(1)
    assert {viewer.label((140, 300)), viewer.label((140, 360))} == {10, FIRST_FRESH_LABEL}


def test_a_lasso_selects_cells_that_one_key_then_merges(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("Shift+V")
    viewer.drag((80, 270), (80, 500), (220, 500), (220, 270), (82, 270))
    viewer.says("2 cells are selected")
    viewer.press("m")
    viewer.until_label(CELL_11, viewer.label(CELL_10))


def test_cells_are_deleted_by_a_rule_after_a_preview_and_come_back_at_once(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("Shift+D")
    panel = viewer.page.get_by_role("dialog", name="Delete cells by a rule")
    panel.get_by_label("Touching the border of the image").check()
    count = panel.get_by_role("status")
    expect(count).to_have_text(re.compile(r"^[1-9]\d* of \d+ cells in this plane$|^[1-9]\d* of"))
    n_meant = int(count.inner_text().split()[0])
    assert viewer.label(CELL_1) == 1, "nothing is done before the button is pressed"
    check_accessibility(viewer.page)
    panel.get_by_role("button", name=f"Delete {n_meant} cells").click()
    viewer.says(f"{n_meant} cells were deleted")
    viewer.until_version(1)
    viewer.press("Control+z")
    viewer.until_version(2)
    viewer.press("Shift+D")
    panel.get_by_label("Touching the border of the image").check()
    expect(count).to_have_text(re.compile(f"^{n_meant} of"))


def test_two_clicks_merge_two_cells(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("m")
    viewer.click(CELL_8)
    viewer.click(CELL_14)
    viewer.until_label(CELL_14, 8)
    viewer.until_version(1)


def test_cells_that_are_selected_together_merge_with_one_key(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.click(CELL_10)
    viewer.click(CELL_11, "Shift")
    viewer.press("m")
    viewer.until_label(CELL_11, 10)


def test_a_lasso_draws_a_cell_and_with_shift_takes_away(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("l")
    viewer.drag((40, 240), (40, 290), (85, 290), (85, 240), (42, 240))
    viewer.until_label(EMPTY, FIRST_FRESH_LABEL)
    viewer.page.keyboard.down("Shift")
    viewer.drag((35, 230), (35, 265), (95, 265), (95, 230))
    viewer.page.keyboard.up("Shift")
    viewer.until_version(2)
    viewer.until_label(EMPTY, 0)
    assert viewer.label((60, 280)) == FIRST_FRESH_LABEL


def test_the_corners_of_a_polygon_can_be_clicked(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("l")
    for corner in [(40, 240), (40, 290), (85, 290), (85, 240)]:
        viewer.click(corner)
    viewer.press("Enter")
    viewer.until_label(EMPTY, FIRST_FRESH_LABEL)


def test_a_cell_grows_shrinks_and_is_smoothed_by_keys_and_undone(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    viewer.until_version(1)
    viewer.press("[", "[", "[", "[", "v")
    edge = (60, 284)
    assert viewer.label(edge) == 0
    viewer.hover(EMPTY)
    viewer.press("g")
    viewer.until_label(edge, FIRST_FRESH_LABEL)
    viewer.press("Shift+G")
    viewer.until_label(edge, 0)
    viewer.press("Control+z")
    viewer.until_label(edge, FIRST_FRESH_LABEL)
    viewer.press("Shift+S")
    viewer.until_label((52, 248), 0)


def test_a_cell_too_thin_to_shrink_stays_and_the_reason_is_said(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b", *["["] * 20)
    viewer.drag((60, 255), (60, 275))
    viewer.press("Shift+G")
    viewer.says("would vanish or fall apart if it shrank")
    assert viewer.label(EMPTY) == FIRST_FRESH_LABEL


def test_a_ring_is_filled(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b", "[", "[", "[")
    viewer.drag((45, 245), (45, 280), (80, 280), (80, 245), (45, 245))
    viewer.until_version(1)
    assert viewer.label((62, 262)) == 0
    viewer.press("o")
    viewer.until_label((62, 262), FIRST_FRESH_LABEL)


def test_deleting_takes_the_cell_out_of_the_list(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.click(CELL_8)
    row = viewer.page.locator("#cell-8")
    expect(row).to_be_visible()
    viewer.press("d")
    viewer.until_label(CELL_8, 0)
    expect(row).to_have_count(0)


def test_a_key_is_changed_in_the_list_of_keys_and_kept_on_the_server(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("?")
    dialog = viewer.page.get_by_role("dialog", name="Keys")
    dialog.get_by_role("button", name="Change the key of “Brush”").click()
    viewer.press("e")
    status = dialog.get_by_role("status")
    expect(status).to_contain_text("This key is used by “Eraser”")
    with viewer.page.expect_response(re.compile("/api/me/settings/keys$")):
        viewer.press("k")
        expect(status).to_contain_text("“Brush” has a new key")
    check_accessibility(viewer.page)
    viewer.page.evaluate("localStorage.clear()")
    viewer.reload()
    viewer.press("k")
    brush = viewer.page.locator(".tool[data-command=brush]")
    expect(brush).to_have_attribute("aria-pressed", "true")
    expect(brush).to_have_attribute("title", "Brush (K)")
    viewer.press("?")
    dialog.get_by_role("button", name="Reset all keys").click()
    viewer.press("Escape", "v", "b")
    expect(brush).to_have_attribute("aria-pressed", "true")


def test_two_people_see_each_other_draw(open_viewer: OpenViewer) -> None:
    bea, rita = open_viewer(), open_viewer(person="rita")
    bea.press("b")
    bea.drag((60, 255), (60, 275))
    rita.until_label(EMPTY, FIRST_FRESH_LABEL)
    rita.click(CELL_8)
    rita.press("d")
    bea.until_label(CELL_8, 0)
    bea.until_version(2)


def test_an_approved_image_says_why_it_cannot_be_changed(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("approved")
    expect(viewer.page.locator(".banner")).to_have_text("This image is approved.")
    viewer.press("b")
    viewer.click((100, 100))
    viewer.says("This image is approved.")
    assert viewer.n_waiting == 0


def test_a_reviewer_reopens_an_approved_image_with_a_reason(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("approved", person="rita")
    viewer.page.get_by_role("button", name="Reopen").click()
    viewer.page.get_by_label("Why is it opened again?").fill("Two cells are missing.")
    viewer.page.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    expect(viewer.page.locator(".banner")).to_be_hidden()


def test_next_goes_through_the_doubtful_cells_and_accept_counts_down(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    left = viewer.page.locator(".doubt .big")
    before = int(left.inner_text())
    viewer.press("n")
    expect(viewer.page.locator("#cell-15")).to_have_attribute("aria-selected", "true")
    viewer.press("a")
    expect(left).to_have_text(str(before - 1))
    expect(viewer.page.locator("#cell-5")).to_have_attribute("aria-selected", "true")
    viewer.press("d")
    expect(left).to_have_text(str(before - 2))


def test_enter_submits_and_opens_the_next_image(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    viewer.press("Enter")
    viewer.page.wait_for_url(re.compile("/images/approved"))


def test_the_address_keeps_the_place(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.click(CELL_8)
    viewer.hover(CELL_8)
    viewer.page.mouse.wheel(0, -400)
    viewer.until_in_address()
    script = "window.coverslip_viewer.image_to_screen(0, 0)"
    before = viewer.page.evaluate(script)
    viewer.reload()
    after = viewer.page.evaluate(script)
    assert "cell=8" in viewer.page.url
    assert after["x"] == pytest.approx(before["x"], abs=1.5)
    assert after["y"] == pytest.approx(before["y"], abs=1.5)
    expect(viewer.page.locator("#cell-8")).to_have_attribute("aria-selected", "true")


def test_the_ruler_measures_and_the_view_is_shared_as_link_and_picture(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("Shift+R")
    viewer.drag((60, 260), (60, 360))
    viewer.says("65 µm · 100 px")
    viewer.press("v")
    viewer.click(CELL_8)
    viewer.click(CELL_10, "Shift")
    viewer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    viewer.press("Shift+L")
    viewer.says("The link to this view is copied")
    link = viewer.page.evaluate("navigator.clipboard.readText()")
    with viewer.page.expect_download() as saved:
        viewer.press("Shift+P")
    picture = saved.value.path().read_bytes()
    assert saved.value.suggested_filename == "B03_site_3.png"
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 50_000
    viewer.page.goto(link)
    viewer.wait()
    for label in (8, 10):
        row = viewer.page.locator(f"#cell-{label}")
        if row.count():
            expect(row).to_have_attribute("aria-selected", "true")
    assert "cell=8~10" in viewer.page.url or "cell=8%7E10" in viewer.page.url


def test_two_fingers_zoom_and_a_long_press_selects_whatever_the_tool(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("b")
    hand = viewer.page.context.new_cdp_session(viewer.page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    place = viewer.page.evaluate("window.coverslip_viewer.image_to_screen(150, 130)")
    touch("touchStart", (place["x"], place["y"]))
    expect(viewer.page.locator("#cell-8")).to_have_attribute("aria-selected", "true")
    touch("touchEnd")
    assert viewer.n_waiting == 0
    script = """() => {
      const { image_to_screen } = window.coverslip_viewer;
      return image_to_screen(0, 100).x - image_to_screen(0, 0).x;
    }"""
    before = viewer.page.evaluate(script)
    touch("touchStart", (400, 300), (500, 300))
    touch("touchMove", (350, 300), (550, 300))
    touch("touchEnd")
    viewer.page.wait_for_function(f"before => ({script})() > 1.5 * before", arg=before)
    assert viewer.page.evaluate("[scrollX, scrollY, visualViewport.scale]") == [0, 0, 1]
    assert viewer.n_waiting == 0


def test_the_picture_comes_back_after_the_graphics_context_was_lost(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    before = viewer.page.locator(".picture").screenshot()
    viewer.page.evaluate(
        """() => {
          const gl = document.querySelector(".picture").getContext("webgl2");
          const extension = gl.getExtension("WEBGL_lose_context");
          extension.loseContext();
          setTimeout(() => extension.restoreContext(), 50);
        }"""
    )
    viewer.until_idle()
    assert viewer.page.locator(".picture").screenshot() == before


def test_a_person_who_may_only_look_sees_an_image_nobody_has_worked_on(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer("blank", person="vic")
    banner = viewer.page.locator(".banner")
    expect(banner).to_have_text("You may look at this project, not change it.")


@pytest.mark.parametrize("state", ["editing", "history", "keys", "approved"])
def test_axe_finds_nothing_to_complain_about(open_viewer: OpenViewer, state: str) -> None:
    viewer = open_viewer("approved" if state == "approved" else "small")
    if state == "history":
        viewer.press("b")
        viewer.drag((60, 255), (60, 275))
        viewer.until_version(1)
        viewer.press("y")
    viewer.press("n")
    if state == "keys":
        viewer.press("?")
    check_accessibility(viewer.page)
