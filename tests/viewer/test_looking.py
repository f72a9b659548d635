"""Looking at cells in a real browser: the list, the histogram, colors, versions, planes."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import check_accessibility
from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Point, Viewer

pytestmark = pytest.mark.browser

# Places of the synthetic image "small".
CELL_1 = (50, 45)
CELL_8 = (150, 130)
CELL_10 = (140, 330)


def color_at(viewer: Viewer, point: Point) -> tuple[int, int, int]:
    """What is on the screen at a point of the image."""
    viewer.page.mouse.move(5, 5)
    viewer.until_idle()
    place = viewer.page.evaluate(
        "([y, x]) => window.coverslip_viewer.image_to_screen(y, x)", list(point)
    )
    picture = Image.open(io.BytesIO(viewer.page.screenshot())).convert("RGB")
    red, green, blue = picture.getpixel((round(place["x"]), round(place["y"])))  # type: ignore[misc]
    return int(red), int(green), int(blue)


def brush_range(chart: Locator, first: float, last: float) -> None:
    """Drag over a histogram, from one part of its width to another."""
    box = chart.bounding_box()
    assert box is not None
    mouse = chart.page.mouse
    mouse.move(box["x"] + first * box["width"], box["y"] + 20)
    mouse.down()
    mouse.move(box["x"] + last * box["width"], box["y"] + 20, steps=4)
    mouse.up()


def numbers_of(viewer: Viewer) -> list[int]:
    """The cells in the rows of the list, from top to bottom."""
    rows = viewer.page.locator(".cells .row")
    return [int(label) for label in rows.evaluate_all("rows => rows.map(r => r.dataset.label)")]


def test_a_range_brushed_over_the_histogram_limits_the_list_and_lights_the_cells(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    plain = color_at(viewer, CELL_1)
    chart = viewer.page.locator(".range-hist")
    brush_range(chart, 0.6, 0.99)
    count = viewer.page.locator(".cells-sec h2 .num")
    expect(count).to_have_text("6 of 23")
    assert 1 in numbers_of(viewer)
    assert color_at(viewer, CELL_1) != plain
    viewer.page.get_by_role("button", name="Show all").click()
    expect(count).to_have_text("23")
    assert color_at(viewer, CELL_1) == plain


def test_a_range_is_set_with_the_keys_too(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    smallest = viewer.page.get_by_label("Area: smallest")
    smallest.focus()
    for _ in range(4):
        viewer.press("PageUp")
    expect(viewer.page.locator(".cells-sec h2 .num")).to_contain_text("of 23")


def test_cells_take_the_color_of_a_measure_and_a_legend_says_which(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("w")
    by_number = color_at(viewer, CELL_8)
    viewer.page.get_by_label("Color of the masks").select_option(label="by area")
    expect(viewer.page.locator(".legend")).to_contain_text("µm²")
    assert color_at(viewer, CELL_8) != by_number
    viewer.page.get_by_label("Color of the masks").select_option(label="by confidence")
    expect(viewer.page.locator(".legend")).to_contain_text("below 50 % sure")


def test_the_list_is_gone_through_with_the_keys(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.get_by_label("Order of the cells").select_option("number")
    viewer.page.locator(".cells").focus()

    def press(key: str, *labels: int) -> None:
        viewer.press(key)
        viewer.until_selected(*labels)

    second = numbers_of(viewer)[1]
    press("Home", 1)
    press("ArrowDown", second)
    press("ArrowUp", 1)
    press("End", 29)
    viewer.press("1")
    press("0", 10)
    press("Shift+ArrowDown", 10, 11)


def test_a_cell_that_is_clicked_is_brought_into_the_list(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.locator(".cells").scroll_into_view_if_needed()
    viewer.click(CELL_10)
    row = viewer.page.locator("#cell-10")
    expect(row).to_have_attribute("aria-selected", "true")
    expect(row).to_be_in_viewport()


def test_a_facet_leaves_only_some_cells(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.get_by_label("Only cells with this: Confidence").select_option("doubtful")
    expect(viewer.page.locator(".cells-sec h2 .num")).to_have_text("6 of 23")
    viewer.page.get_by_label("Only cells with this: Confidence").select_option("hand")
    expect(viewer.page.locator(".cells-empty")).to_contain_text("No cell is like this")


def draw_four_versions(viewer: Viewer) -> None:
    """Paint one cell, delete another, split a third, erase a part of a fourth."""
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    viewer.until_version(1)
    viewer.press("v")
    viewer.click(CELL_8)
    viewer.press("d")
    viewer.until_version(2)
    viewer.press("s")
    viewer.drag((90, 330), (200, 330))
    viewer.until_version(3)
    viewer.press("e")
    viewer.drag((50, 45), (80, 60))
    viewer.until_version(4)
    viewer.press("v", "Escape")


def test_stepping_through_the_versions_shows_the_masks_as_they_were(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    draw_four_versions(viewer)
    viewer.press("y")
    said = viewer.page.locator(".time-line-said")
    expect(said).to_contain_text("Version 4, the newest")
    viewer.press("{", "{")
    expect(said).to_contain_text("Version 2 of 4")
    expect(said).to_contain_text("Bea Kim deleted cells")
    viewer.until_label((140, 300), 10)
    assert viewer.label(CELL_8) == 0
    viewer.press("{")
    viewer.until_label(CELL_8, 8)
    viewer.press("d", "b")
    viewer.click((60, 400))
    viewer.says("This is an earlier version")
    viewer.press("Escape")
    viewer.until_label(CELL_8, 0)
    assert viewer.version == 4


def test_two_versions_are_compared_with_counts_and_patterns(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    draw_four_versions(viewer)
    viewer.press("y")
    viewer.page.get_by_role("button", name="What changed").click()
    counts = viewer.page.locator(".time-line .difference-counts")
    expect(counts).to_have_text("2 added2 changed1 removed")
    viewer.page.get_by_label("Compared until version").fill("2")
    expect(counts).to_have_text("1 added0 changed1 removed")
    check_accessibility(viewer.page)
    red, _, blue = color_at(viewer, CELL_8)
    assert red > blue, "the removed cell shows its place"


def test_an_earlier_version_is_restored_as_one_edit_that_can_be_undone(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    draw_four_versions(viewer)
    viewer.press("y", "{", "{", "{", "{")
    viewer.page.get_by_role("button", name="Restore version 0").click()
    viewer.until_version(5)
    viewer.until_label(CELL_8, 8)
    viewer.until_label((60, 260), 0)
    viewer.reload()
    viewer.until_label(CELL_8, 8)
    viewer.press("Control+z")
    viewer.until_label(CELL_8, 0)
    viewer.until_version(6)


def test_one_channel_is_shown_alone_and_then_all_again(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    solo = viewer.page.get_by_role("button", name="Solo Hoechst, or all again")
    phase = viewer.page.get_by_role("button", name="Show Phase contrast")
    solo.click()
    expect(phase).to_have_attribute("aria-pressed", "false")
    solo.click()
    expect(phase).to_have_attribute("aria-pressed", "true")


def test_a_preset_is_kept_for_the_project_and_used_in_another_image(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    page = viewer.page
    page.get_by_label("Hoechst: brightest value as a number").fill("4000")
    page.get_by_text("Presets").click()
    page.get_by_label("Name of the new preset").fill("Nuclei bright")
    viewer.press("Enter")
    viewer.says("is kept for this project")
    page.goto(page.url.split("?")[0].replace("small", "stack"))
    viewer.wait()
    page.get_by_text("Presets").click()
    check_accessibility(page)
    page.get_by_role("button", name="As in the file").click()
    brightest = page.get_by_label("Hoechst: brightest value as a number")
    expect(brightest).to_have_value("15000")
    page.get_by_text("Presets").click()
    page.get_by_role("button", name="Nuclei bright", exact=True).click()
    expect(brightest).to_have_value("4000")


def test_all_slices_are_shown_at_once_with_their_brightest_values(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("stack")
    page = viewer.page
    slice_picture = color_at(viewer, CELL_10)
    page.get_by_label("Slices shown").select_option("max")
    assert color_at(viewer, CELL_10) != slice_picture
    expect(page.locator(".projection progress")).to_be_hidden()


def test_a_film_plays_and_stops_at_its_end(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("stack")
    page = viewer.page
    frame = page.get_by_label("Slice", exact=True)
    page.get_by_role("button", name="Begin again at the end").click()
    page.get_by_label("Planes per second").select_option("24")
    play = page.get_by_role("button", name="Play Slice")
    play.click()
    expect(frame).to_have_value("4")
    expect(play).to_have_attribute("aria-pressed", "false")
    viewer.press("<")
    expect(frame).to_have_value("3")


def compare_with(viewer: Viewer, value: str) -> None:
    """Open the comparison and choose what to compare with."""
    viewer.press("Shift+y")
    viewer.page.locator(f".compare-bar option[value='{value}']").wait_for(state="attached")
    viewer.page.get_by_label("Compare with").select_option(value=value)
    viewer.page.locator(".holder.side").wait_for()


def side_place(viewer: Viewer, point: Point) -> tuple[float, float]:
    """Where a point of the image is in the second picture."""
    place = viewer.page.evaluate(
        "([y, x]) => window.coverslip_viewer.image_to_screen(y, x)", list(point)
    )
    first = viewer.page.locator(".holder:not(.side)").bounding_box()
    second = viewer.page.locator(".holder.side").bounding_box()
    assert first is not None
    assert second is not None
    assert first["width"] == pytest.approx(second["width"], abs=1), "both show as much"
    return float(place["x"]) - first["x"] + second["x"], float(place["y"])


def test_a_cell_of_another_result_is_copied_from_beside(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    compare_with(viewer, "result:small-other")
    copy = viewer.page.get_by_role("button", name="Copy this cell")
    viewer.until_idle()
    viewer.page.mouse.click(*side_place(viewer, CELL_10))
    expect(copy).to_be_visible()
    check_accessibility(viewer.page)
    edge = (140, 379)
    assert viewer.label(edge) == 10
    copy.click()
    viewer.until_label(edge, 0)
    assert viewer.label(CELL_10) == 10, "the copy takes the place of the cell that was there"
    viewer.until_version(1)
    viewer.press("Control+z")
    viewer.until_label(edge, 10)


def pixels_beside(viewer: Viewer) -> NDArray[np.uint8]:
    """The second picture, (Y, X, 3), without its outermost pixels, which see no neighbors."""
    viewer.until_idle()
    script = "() => document.querySelector('.holder.side canvas').toDataURL('image/png')"
    data = viewer.page.evaluate(script).split(",")[1]
    picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    return np.asarray(picture)[4:-4, 4:-4]


def test_the_picture_beside_that_was_pulled_is_the_one_that_is_drawn_anew(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    compare_with(viewer, "result:small-other")
    viewer.press("+", "+", "+")
    before = pixels_beside(viewer)
    mouse = viewer.page.mouse
    mouse.move(300, 300)
    mouse.down(button="middle")
    for place in ((330, 290), (301, 350), (360, 341)):
        mouse.move(*place, steps=3)
    mouse.up(button="middle")
    mouse.move(5, 5)
    pulled = pixels_beside(viewer)
    assert (pulled != before).any()
    for mode in ("Fill", "Outline"):
        viewer.page.get_by_role("button", name=mode, exact=True).click()
        anew = pixels_beside(viewer)
    assert float((pulled != anew).mean()) < 0.0005


def test_the_differences_to_another_result_are_counted(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    compare_with(viewer, "result:small-other")
    viewer.page.get_by_role("button", name="Differences").click()
    counts = viewer.page.locator(".compare-bar .difference-counts")
    expect(counts).to_have_text("3 only here20 changed0 only there")
    check_accessibility(viewer.page)
    viewer.press("Escape")
    expect(counts).to_be_hidden()


def test_the_differences_are_counted_over_all_planes(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("stack")
    address = viewer.page.url.split("/images/")[0]
    rows = viewer.page.request.get(f"{address}/api/annotations/stack/objects").json()["objects"]
    labels = {row[0] for row in rows}
    missing = {label for label in labels if label % 7 == 0}
    compare_with(viewer, "result:stack-other")
    viewer.page.get_by_role("button", name="Differences").click()
    counts = viewer.page.locator(".compare-bar .difference-counts")
    words = f"In all 10 planes:{len(missing)} only here{len(labels) - len(missing)} changed"
    expect(counts).to_contain_text(words, timeout=120_000)
    here = {row[0] for row in rows if row[1:3] == [0, 0]}
    note = viewer.page.locator(".compare-note")
    expect(note).to_contain_text(f"In this plane: {len(here & missing)} only here")
    viewer.click(CELL_10)
    viewer.press("Delete")
    viewer.until_version(1)
    expect(note).to_contain_text("1 only there")
    expect(counts).to_contain_text("1 only there")


def test_a_cell_is_carried_on_to_the_next_slices_after_a_look(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("stack")
    frame = viewer.page.get_by_label("Slice", exact=True)
    # Number 10 lies in the first slice; the same cell is larger in the second, and has number 40.
    viewer.click(CELL_10)
    viewer.press("Shift+k")
    expect(frame).to_have_value("1")
    viewer.until_label(CELL_10, 40)
    rim = (140, 285)
    viewer.until_label(rim, 40)
    viewer.press("Shift+k")
    expect(frame).to_have_value("2")
    assert viewer.version == 0
    viewer.press("Escape")
    expect(frame).to_have_value("0")
    viewer.press("Shift+k")
    expect(frame).to_have_value("1")
    viewer.press("Enter")
    viewer.until_version(1)
    viewer.until_label(rim, 0)
    assert viewer.label(CELL_10) == 40
    viewer.press("Control+z")
    viewer.until_label(rim, 40)


def test_the_first_tour_goes_on_with_what_the_person_does_and_comes_once(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    tour = viewer.page.get_by_role("region", name="First steps")
    expect(tour).to_contain_text("1 of 5")
    viewer.press("n")
    expect(tour).to_contain_text("2 of 5")
    viewer.press("a")
    expect(tour).to_contain_text("3 of 5")
    check_accessibility(viewer.page)
    tour.get_by_role("button", name="Skip the tour").click()
    expect(tour).to_have_count(0)
    viewer.reload()
    expect(tour).to_have_count(0)


def test_the_place_is_kept_in_the_next_image(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("+", "+", "PageDown")
    viewer.page.wait_for_url(re.compile(r"/images/approved\?at=.*zoom="))


def test_axe_finds_nothing_in_the_list_and_the_legend(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.get_by_label("Color of the masks").select_option(label="by area")
    brush_range(viewer.page.locator(".range-hist"), 0.5, 0.99)
    check_accessibility(viewer.page)
