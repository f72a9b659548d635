"""The hand at work: strokes of mouse, pen and fingers, and how large they are."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Point, Viewer

pytestmark = pytest.mark.browser

EMPTY = (60, 260)
CELL_1 = (50, 45)
CELL_8 = (150, 130)

# A pointer that no mouse has, told to the canvas as the browser would.
POINT = """([type, y, x, more]) => {
  const { image_to_screen } = window.coverslip_viewer;
  const holder = document.querySelector(".holder");
  holder.setPointerCapture = () => {};
  const place = image_to_screen(y, x);
  const shared = { bubbles: true, cancelable: true, clientX: place.x, clientY: place.y };
  holder.querySelector("canvas").dispatchEvent(new PointerEvent(type, { ...shared, ...more }));
}"""
PEN = {"pointerType": "pen", "pointerId": 7, "button": 0, "buttons": 1}
ERASER_END = {**PEN, "button": 5, "buttons": 32}
BARREL = {**PEN, "button": 2, "buttons": 2}
FINGER = {"pointerType": "touch", "pointerId": 8, "button": 0, "buttons": 1, "width": 20}


PIXELS_OF = """label => {
  const { label_at } = window.coverslip_viewer;
  const found = [];
  for (let y = 60; y < 260; y++)
    for (let x = 40; x < 260; x++) if (label_at(y, x) === label) found.push(y * 1000 + x);
  return found;
}"""


HAS_ANSWER = """() => performance.getEntriesByType("resource").some(
  ({ name, responseEnd }) => name.endsWith("/prompts") && responseEnd > 0)"""
"""Whether the model has said what it sees."""


def pixels(viewer: Viewer, label: int) -> set[int]:
    """The pixels of a cell around CELL_8."""
    return set(viewer.page.evaluate(PIXELS_OF, label))


def move(viewer: Viewer, pointer: dict[str, Any], *points: Point) -> None:
    """Put a pointer down at the first point, draw along the others, lift it."""
    begin(viewer, pointer, *points)
    viewer.page.evaluate(POINT, ["pointerup", *points[-1], {**pointer, "buttons": 0}])


def begin(viewer: Viewer, pointer: dict[str, Any], *points: Point) -> None:
    """The same without lifting it."""
    viewer.page.evaluate(POINT, ["pointerdown", *points[0], pointer])
    for point in points[1:]:
        viewer.page.evaluate(POINT, ["pointermove", *point, {**pointer, "button": -1}])


def test_a_fast_stroke_around_a_corner_is_round(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b", "[", "[", "[", "[", "[", "[", "[", "[")
    viewer.hover((60, 235))
    viewer.page.mouse.down()
    for point in ((60, 265), (90, 265)):
        viewer.page.mouse.move(*viewer._screen(point))
    viewer.page.mouse.up()
    drawn = viewer.label((60, 265))
    assert drawn > 0
    # A curve through the three places bulges out of the straight way between two of them.
    bulge = [viewer.label((74, x)) for x in range(266, 276)]
    assert drawn in bulge[2:]
    viewer.until_version(1)


def test_the_brush_keeps_its_size_on_the_screen_or_in_the_image(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b")
    options = viewer.page.get_by_role("group", name="Brush", exact=True)
    size = options.get_by_role("slider", name="Size of the brush")
    expect(size).to_have_attribute("aria-valuetext", "16 pixels of the image")
    options.get_by_role("button", name="Pixels of the screen").click()
    on_screen = size.get_attribute("aria-valuetext")
    viewer.press("+", "+", "+")
    assert size.get_attribute("aria-valuetext") == on_screen
    viewer.reload()
    viewer.press("b")
    expect(size).to_have_attribute("aria-valuetext", on_screen or "")
    viewer.press("v")
    expect(options).to_be_hidden()


def test_a_pen_draws_its_barrel_and_its_other_end_erase(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b")
    move(viewer, PEN, (60, 255), (60, 265), (60, 275))
    drawn = viewer.label(EMPTY)
    assert drawn > 0
    viewer.until_version(1)
    move(viewer, BARREL, (60, 255), (60, 262))
    assert viewer.label((60, 256)) == 0
    viewer.until_version(2)
    viewer.press("c")
    move(viewer, ERASER_END, (60, 275), (60, 281))
    assert viewer.label((60, 276)) == 0
    viewer.until_version(3)
    # The tip has its own tool again.
    tool = viewer.page.locator('.rail [data-command="click"]')
    expect(tool).to_have_attribute("aria-pressed", "true")


def test_the_palm_beside_a_pen_does_not_draw_and_fingers_move_the_picture(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("b")
    begin(viewer, PEN, (60, 255), (60, 265))
    move(viewer, FINGER, (100, 300), (110, 310))
    viewer.page.evaluate(POINT, ["pointermove", 60, 275, {**PEN, "button": -1}])
    viewer.page.evaluate(POINT, ["pointerup", 60, 275, {**PEN, "buttons": 0}])
    viewer.until_version(1)
    assert viewer.label(EMPTY) > 0
    assert viewer.label((105, 305)) == 0
    before = viewer._screen(CELL_1)
    move(viewer, FINGER, (60, 300), (80, 300))
    assert viewer.version == 1
    assert viewer.n_waiting == 0
    assert viewer._screen(CELL_1) != before
    move(viewer, {**FINGER, "width": 90, "height": 80}, (90, 300), (120, 300))
    assert viewer.version == 1


def test_a_brush_that_snaps_fills_the_cell_and_nothing_beside_it(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    cell = pixels(viewer, viewer.label(CELL_8))
    viewer.press("v")
    viewer.click(CELL_8)
    viewer.press("d")
    viewer.until_version(1)
    assert viewer.label(CELL_8) == 0
    viewer.hover(CELL_8)
    viewer.press("Shift+B")
    viewer.hover((CELL_8[0], CELL_8[1] + 1))
    viewer.page.wait_for_function(HAS_ANSWER)
    viewer.press(*["]"] * 12)
    viewer.drag(CELL_8, (CELL_8[0] + 3, CELL_8[1] + 3))
    viewer.until_version(2)
    drawn = viewer.label(CELL_8)
    assert drawn > 0
    filled = pixels(viewer, drawn)
    assert len(filled) > 500
    assert filled <= cell
    # Without snapping the same stroke goes on beyond the cell.
    viewer.press("Control+z")
    viewer.press("Shift+B")
    viewer.drag(CELL_8, (CELL_8[0] + 3, CELL_8[1] + 3))
    viewer.until_version(4)
    assert len(pixels(viewer, viewer.label(CELL_8)) - cell) > 100


def test_an_eraser_that_snaps_takes_away_what_is_beside_the_cell(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    cell = pixels(viewer, viewer.label(CELL_8))
    viewer.press("b", *["]"] * 12)
    viewer.drag(CELL_8, (CELL_8[0] + 3, CELL_8[1] + 3))
    viewer.until_version(1)
    larger = pixels(viewer, 8)
    beside = next(iter(larger - cell))
    start = (beside // 1000, beside % 1000)
    viewer.press("e")
    viewer.hover(start)
    viewer.press("Shift+B")
    viewer.hover((start[0], start[1] + 1))
    viewer.page.wait_for_function(HAS_ANSWER)
    tool = viewer.page.locator('.rail [data-command="eraser"]')
    expect(tool).to_have_attribute("aria-pressed", "true")
    viewer.drag(start, CELL_8)
    viewer.until_version(2)
    left = pixels(viewer, 8)
    assert cell <= left
    assert len(left - cell) < len(larger - cell)
