"""One outline around a wrong cell makes it right: the cell takes exactly that shape."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Point, Viewer

pytestmark = pytest.mark.browser

# Places of the synthetic image "small".
EMPTY = (60, 260)
CELL_8 = (150, 130)
CELL_10 = (140, 330)
CELL_11 = (165, 440)
FIRST_FRESH_LABEL = 1_000_000

COUNT = """() => {
  const { label_at } = window.coverslip_viewer;
  const counts = {};
  for (let y = 0; y < 300; y++)
    for (let x = 0; x < 520; x++) {
      const label = label_at(y, x);
      if (label !== 0) counts[label] = (counts[label] ?? 0) + 1;
    }
  return counts;
}"""


def areas(viewer: Viewer) -> dict[int, int]:
    """How many pixels every cell has, as far as the test looks."""
    counts = viewer.page.evaluate(COUNT)
    return {int(label): n for label, n in counts.items()}


def around(y: float, x: float, reach: float) -> list[Point]:
    """The corners of a square around a place, and the first again."""
    sides = [(-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1)]
    return [(y + dy * reach, x + dx * reach) for dy, dx in sides]


def test_a_cell_takes_the_shape_of_an_outline_and_others_stay(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    before = areas(viewer)
    viewer.press("z")
    viewer.drag(*around(*CELL_8, 28))
    viewer.until_version(1)
    after = areas(viewer)
    assert after[8] == 56 * 56
    assert {**after, 8: before[8]} == before
    viewer.press("Control+z")
    viewer.until_version(2)
    assert areas(viewer) == before


def test_of_two_cells_inside_the_selected_one_stays_and_the_other_goes(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    before = areas(viewer)
    viewer.click(CELL_11)
    viewer.press("z")
    viewer.drag((95, 280), (95, 500), (205, 500), (205, 280), (96, 280))
    viewer.until_version(1)
    after = areas(viewer)
    assert 10 not in after
    assert viewer.label(CELL_10) == 11
    others = {label: n for label, n in before.items() if label not in (10, 11)}
    assert {label: after[label] for label in others} == others


def test_with_shift_an_ellipse_is_dragged_over_a_cell(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("z")
    viewer.page.keyboard.down("Shift")
    y, x = CELL_8
    viewer.drag((y - 40, x - 30), (y + 40, x + 30))
    viewer.page.keyboard.up("Shift")
    viewer.until_version(1)
    assert areas(viewer)[8] == pytest.approx(math.pi * 40 * 30, rel=0.02)
    assert viewer.label((y - 36, x - 26)) != 8


def test_inside_a_much_larger_cell_a_new_one_is_cut_out(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    before = areas(viewer)
    viewer.press("z")
    viewer.drag(*around(*CELL_8, 8))
    viewer.until_version(1)
    assert viewer.label(CELL_8) == FIRST_FRESH_LABEL
    assert areas(viewer) == {**before, 8: before[8] - 16 * 16, FIRST_FRESH_LABEL: 16 * 16}


def test_where_no_cell_is_a_new_one_is_made_and_with_alt_everywhere(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    before = areas(viewer)
    viewer.press("z")
    viewer.drag(*around(*EMPTY, 8))
    viewer.until_version(1)
    assert viewer.label(EMPTY) == FIRST_FRESH_LABEL
    viewer.page.keyboard.down("Alt")
    viewer.drag(*around(*CELL_8, 28))
    viewer.page.keyboard.up("Alt")
    viewer.until_version(2)
    after = areas(viewer)
    assert after[8] == before[8] - 56 * 56
    assert after[FIRST_FRESH_LABEL + 1] == 56 * 56


def test_a_click_lets_the_model_draw_the_cell_that_is_there(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    before = areas(viewer)
    viewer.press("z")
    viewer.drag(*around(*CELL_8, 28))
    viewer.until_version(1)
    viewer.click(CELL_8)
    viewer.until_version(2)
    assert areas(viewer) == before


def test_while_it_is_drawn_it_says_in_words_and_stripes_what_will_happen(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    viewer.press("z")
    tool = viewer.page.locator('.rail [data-command="redraw"]')
    expect(tool).to_be_visible()
    expect(tool).to_have_attribute("aria-pressed", "true")
    corners = around(*CELL_8, 28)
    viewer.hover(corners[0])
    viewer.page.mouse.down()
    plain = viewer.page.locator(".holder").first.screenshot()
    for corner in corners[1:]:
        viewer.hover(corner)
    viewer.page.wait_for_timeout(200)
    assert viewer.page.locator(".holder").first.screenshot() != plain
    # What was begun is forgotten.
    viewer.press("Escape")
    viewer.page.mouse.up()
    assert viewer.version == 0
    assert viewer.n_waiting == 0
