"""What cells look like beside their colour, and what is compared, beside the pixels of numpy."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer
from tests.viewer.reference_masks import Compared, Look, Masks, rgb
from tests.viewer.reference_picture import Pyramid, Screen, compose
from tests.viewer.test_rendering import (
    PLAIN,
    canvas_of,
    check,
    drag_by,
    image_of,
    labels_of,
    must_agree,
    objects_of,
    query,
    screen_of,
)

pytestmark = pytest.mark.browser

ZOOM = 1.37
# Places of the synthetic image "small" that are on the screen.
EMPTY = (60, 260)
CELL_10 = (140, 330)
CELL_11 = (165, 440)
ADDED, CHANGED, REMOVED = rgb("56b4e9"), rgb("e69f00"), rgb("ff7a45")
NO_CLASS = rgb("8592a0")

LABELS_NOW = """() => {
  const { label_at } = window.coverslip_viewer;
  const labels = new Uint32Array(480 * 600);
  for (let at = 0; at < labels.length; at++) labels[at] = label_at(Math.floor(at / 600), at % 600);
  let text = "";
  for (const byte of new Uint8Array(labels.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}"""
OVERLAY = """() => {
  const canvas = document.querySelectorAll(".holder canvas")[1];
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return [btoa(text), canvas.height, canvas.width];
}"""


def labels_now(viewer: Viewer) -> Pyramid:
    """The masks as they are, with all edits."""
    data = base64.b64decode(viewer.page.evaluate(LABELS_NOW))
    finest = np.frombuffer(data, "<u4").reshape(480, 600)
    return Pyramid((finest, finest[::2, ::2]))


def make_ambiguous(viewer: Viewer) -> None:
    viewer.hover(CELL_10)
    viewer.press("u")
    viewer.until_version(1)


@pytest.mark.parametrize("mode", ["outline", "fill"])
@pytest.mark.parametrize("density", [1, 2])
def test_an_ambiguous_cell_has_dashes_and_wide_stripes(
    open_viewer: OpenViewer, mode: str, density: float
) -> None:
    viewer = open_viewer("small", query=query(ZOOM, PLAIN), density=density)
    viewer.page.get_by_role("button", name=mode.title(), exact=True).click()
    make_ambiguous(viewer)
    check(viewer, ZOOM, PLAIN, Masks(mode, looks={10: Look.DASHED}))


def test_stripes_move_with_the_picture(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("small", query=query(ZOOM, PLAIN))
    make_ambiguous(viewer)
    before = screen_of(viewer, ZOOM, canvas_of(viewer))
    drag_by(viewer, [(13, 7), (-31, 60), (5, -141), (0, 33)])
    shown = canvas_of(viewer)
    screen = screen_of(viewer, ZOOM, shown)
    down, right = (screen.snapped_origin(axis) - before.snapped_origin(axis) for axis in (0, 1))
    moved = replace(screen, anchor=(round(right), -round(down)))
    masks = Masks(looks={10: Look.DASHED})
    # What came in at a side had no neighbors beyond it.
    must_agree(shown, compose(image_of(viewer), labels_of(viewer), PLAIN, moved, masks), border=4)


@pytest.mark.parametrize("mode", ["outline", "fill"])
def test_cells_that_are_asked_for_stand_out_and_others_are_faint(
    open_viewer: OpenViewer, mode: str
) -> None:
    viewer = open_viewer("small", query=query(ZOOM, PLAIN))
    viewer.page.get_by_role("button", name=mode.title(), exact=True).click()
    viewer.page.get_by_label("Only cells with this: Confidence").select_option("doubtful")
    looks = {int(row[0]): Look.LIT if row[8] < 0.5 else Look.DIMMED for row in objects_of(viewer)}
    assert set(looks.values()) == {Look.LIT, Look.DIMMED}
    check(viewer, ZOOM, PLAIN, Masks(mode, looks=looks))


def test_cells_have_the_colors_of_their_classes(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("small", query=query(ZOOM, PLAIN))
    viewer.page.get_by_role("button", name="Fill", exact=True).click()
    viewer.hover(CELL_10)
    viewer.press("q", "1")
    viewer.hover(CELL_11)
    viewer.press("q", "2")
    viewer.until_version(2)
    viewer.page.get_by_label("Color of the masks").select_option(label="by class")
    expect(viewer.page.locator(".legend")).to_contain_text("Dead · 1")
    colors = {int(row[0]): NO_CLASS for row in objects_of(viewer)}
    colors |= {10: rgb("e69f00"), 11: rgb("cc79a7")}
    check(viewer, ZOOM, PLAIN, Masks("fill", colors=colors))


def edit_three_cells(viewer: Viewer) -> int:
    """Draw a new cell, take a part of another, delete a third; gives the number of the new one."""
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    viewer.until_version(1)
    viewer.press("e")
    viewer.drag((140, 360), (150, 375))
    viewer.until_version(2)
    viewer.press("v")
    viewer.click(CELL_11)
    viewer.press("d")
    viewer.until_version(3)
    viewer.press("Escape")
    return viewer.label(EMPTY)


def test_what_has_changed_lies_over_what_was(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("small", query=query(ZOOM, PLAIN))
    drawn = edit_three_cells(viewer)
    viewer.press("y")
    viewer.page.get_by_role("button", name="What changed").click()
    expect(viewer.page.locator(".time-line .difference-counts")).to_contain_text("1 removed")
    labels = labels_now(viewer)
    present = [int(label) for label in np.unique(labels.levels[0]) if label]
    masks = Masks(
        colors={drawn: ADDED, 10: CHANGED},
        looks=dict.fromkeys(present, Look.DIMMED) | {drawn: Look.LIT | Look.HATCHED, 10: Look.LIT},
    )
    colors = {10: REMOVED, 11: REMOVED}
    compared = Compared(colors, {11: Look.LIT | Look.CROSSED})

    def must_show(compared: Compared) -> None:
        shown = canvas_of(viewer)
        screen = screen_of(viewer, ZOOM, shown)
        below = (labels_of(viewer), compared)
        must_agree(shown, compose(image_of(viewer), labels, PLAIN, screen, masks, below))

    must_show(compared)
    viewer.click(CELL_11)
    must_show(replace(compared, selected=frozenset({11})))


def test_a_region_to_ignore_is_shaded_and_striped(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("small", query=query(ZOOM, PLAIN))
    viewer.press("Shift+i")
    viewer.until_version(1)
    screen = screen_of(viewer, ZOOM, canvas_of(viewer))
    text, height, width = viewer.page.evaluate(OVERLAY)
    shown = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
    # The region is the part of the image that is on the screen; its edge is drawn besides.
    inside = [
        (places > 3) & (places < length - 4) & (at > 4) & (at < at.size - 5)
        for places, length in ((screen.places(0), 480), (screen.places(1), 600))
        for at in [np.arange(places.size)]
    ]
    off = np.abs(shown.astype(int) - region_layer(screen)).max(axis=2)[np.ix_(*inside)]
    # As far as two ways to smooth a line differ; one pixel beside would be 29 and 145.
    assert off.mean() < 12
    assert off.max() <= 60


def region_layer(screen: Screen) -> NDArray[np.float64]:
    """Shade, and lines that stand still in the image, (Y, X, 4); a line is covered by parts."""
    parts = (np.arange(16) + 0.5) / 16
    y = (np.arange(screen.height)[:, None] + parts).ravel()
    x = (np.arange(screen.width)[:, None] + parts).ravel()
    sums = sum(screen.snapped_origin(axis) for axis in (0, 1))
    covered = np.zeros((screen.height, screen.width))
    for row in range(screen.height):
        across = (y[16 * row : 16 * row + 16, None] + x - sums + 4.5) % 9 - 4.5
        is_line = np.abs(across) < np.sqrt(0.5)
        covered[row] = is_line.reshape(16, screen.width, 16).mean(axis=(0, 2))
    ink = 0.5 * covered
    alpha = ink + 0.38 * (1 - ink)
    colors = [(ink * line + 0.38 * (1 - ink) * shade) / alpha for line, shade in INKS]
    return np.stack([*colors, 255 * alpha], axis=2)


INKS = ((232, 5), (237, 7), (242, 10))
"""Red, green and blue of the lines, and of the shade below."""
