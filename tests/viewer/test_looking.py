"""Looking at cells in a real browser: the list, the histogram, colors, versions, planes."""

from __future__ import annotations

import io

import pytest
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
    viewer.page.wait_for_timeout(200)
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

    def selected() -> list[int]:
        rows = viewer.page.locator('.cells .row[aria-selected="true"]')
        return [int(label) for label in rows.evaluate_all("rows => rows.map(r => r.dataset.label)")]

    order = [("Home", 1), ("ArrowDown", 3), ("ArrowUp", 1), ("End", 29)]
    for key, label in order:
        viewer.press(key)
        if key == "ArrowDown":
            assert selected() != [1]
        else:
            assert selected() == [label]
    viewer.press("1", "0")
    assert selected() == [10]
    viewer.press("Shift+ArrowDown")
    assert selected() == [10, 11]


def test_a_cell_that_is_clicked_is_brought_into_the_list(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
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


def test_axe_finds_nothing_in_the_list_and_the_legend(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.get_by_label("Color of the masks").select_option(label="by area")
    brush_range(viewer.page.locator(".range-hist"), 0.5, 0.99)
    check_accessibility(viewer.page)
