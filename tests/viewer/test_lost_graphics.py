"""The browser takes the graphics card away, and gives it back: nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer
from tests.viewer.test_rendering import canvas_of, must_agree

pytestmark = pytest.mark.browser

CELL_1 = (50, 45)
CELL_8 = (150, 130)
STROKE = ((25, 225), (25, 240), (28, 255), (25, 270))
"""The synthetic image "small" has no cell there."""

LOSE = """
() => {
  const gl = document.querySelector('.holder canvas').getContext('webgl2');
  window.graphics = gl.getExtension('WEBGL_lose_context');
  window.graphics.loseContext();
  return new Promise((done) => setTimeout(() => done(gl.isContextLost()), 50));
}
"""
RESTORE = """
() => new Promise((done) => {
  const canvas = document.querySelector('.holder canvas');
  canvas.addEventListener('webglcontextrestored', () => done(), { once: true });
  window.graphics.restoreContext();
})
"""


def must_show_what_a_fresh_page_shows(viewer: Viewer) -> None:
    """The selection and the place are in the address; edits must be saved."""
    restored = canvas_of(viewer)
    assert restored.std() > 5
    must_agree(restored, canvas_of(viewer.reload()))


def test_edits_selection_and_place_made_without_graphics_are_there_afterwards(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    assert viewer.page.evaluate(LOSE)
    viewer.click(CELL_1)
    viewer.press("Delete")
    viewer.until_version(1)
    viewer.click(CELL_8)
    viewer.page.mouse.move(500, 400)
    viewer.page.mouse.wheel(0, -200)
    viewer.page.evaluate(RESTORE)
    viewer.until_in_address()
    assert viewer.label(CELL_1) == 0
    must_show_what_a_fresh_page_shows(viewer)


def test_a_stroke_during_which_the_graphics_come_and_go_is_whole(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.press("b")
    viewer.hover(STROKE[0])
    viewer.page.mouse.down()
    viewer.hover(STROKE[1])
    assert viewer.page.evaluate(LOSE)
    viewer.hover(STROKE[2])
    viewer.page.evaluate(RESTORE)
    viewer.hover(STROKE[3])
    viewer.page.mouse.up()
    viewer.until_version(1)
    drawn = {viewer.label(point) for point in STROKE}
    assert len(drawn) == 1
    assert drawn != {0}
    viewer.press("v")
    must_show_what_a_fresh_page_shows(viewer)


def test_colors_of_a_measure_come_back_and_a_long_loss_is_said(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.get_by_label("Color of the masks").select_option(label="by area")
    before = canvas_of(viewer)
    assert viewer.page.evaluate(LOSE)
    notice = viewer.page.locator(".notice", has_text="Your edits are kept")
    expect(notice).to_be_visible()
    viewer.page.evaluate(RESTORE)
    np.testing.assert_array_equal(canvas_of(viewer), before)
