"""The pixels of the canvas beside those that numpy computes from the same tiles."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer
from tests.viewer.reference_masks import Masks, ramp_colors, rgb
from tests.viewer.reference_picture import Channel, Pyramid, Screen, compose

pytestmark = pytest.mark.browser

SHAPE = (480, 600)
TILE = 512
LEVELS = ((480, 600), (240, 300))
MIDDLE = (230.3, 505.7)
"""Near the seam of two tiles."""

MOST_OFF = 1
"""Levels of 255 that a pixel may be off: what float32 and 8 bits between the passes make."""
MOST_PIXELS_APART = 0.0005
"""Share of pixels on the edge between two texels, which either side may pick."""

PLAIN = [Channel("e8edf2", 15000, 40000), Channel("3f7bff", 900, 15000)]
CURVED = [Channel("ffb000", 18000, 36000, 0.6), Channel("22aaff", 500, 9000, 2.2)]
ZOOMS = (0.41, 1.0, 1.37, 2.6, 9.0)


def tiles_of(viewer: Viewer, path: str, dtype: str, level: int) -> NDArray[np.generic]:
    """One level of a pyramid, put together from the tiles of the server."""
    height, width = LEVELS[level]
    rows = []
    for row in range(-(-height // TILE)):
        line = []
        for col in range(-(-width // TILE)):
            url = viewer.page.url.split("/images/")[0] + path.format(level=level, row=row, col=col)
            tile = np.frombuffer(viewer.page.request.get(url).body(), dtype)
            line.append(tile.reshape(TILE, TILE))
        rows.append(np.hstack(line))
    return np.vstack(rows)[:height, :width]


def image_of(viewer: Viewer) -> Pyramid:
    """The two channels of the synthetic image."""
    path = "/api/images/small/tiles/d1/{{level}}/0/{c}/0/{{row}}/{{col}}"
    return Pyramid(
        tuple(
            np.stack([tiles_of(viewer, path.format(c=c), "<u2", level) for c in (0, 1)])
            for level in range(len(LEVELS))
        )
    )


def labels_of(viewer: Viewer) -> Pyramid:
    """Its labels."""
    path = "/api/annotations/small/base/d1/{level}/0/0/{row}/{col}"
    return Pyramid(tuple(tiles_of(viewer, path, "<u4", level) for level in range(len(LEVELS))))


def objects_of(viewer: Viewer) -> list[list[float]]:
    """Rows of label, t, z, y0, x0, y1, x1, area, confidence."""
    url = viewer.page.url.split("/images/")[0] + "/api/annotations/small/objects"
    rows: list[list[float]] = viewer.page.request.get(url).json()["objects"]
    return rows


def canvas_of(viewer: Viewer) -> NDArray[np.uint8]:
    """The pixels of the picture, (Y, X, 3), once nothing is hovered and all is drawn."""
    viewer.page.mouse.move(5, 5)
    viewer.until_idle()
    script = "() => document.querySelector('.holder canvas').toDataURL('image/png')"
    data = viewer.page.evaluate(script).split(",")[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def screen_of(viewer: Viewer, zoom: float, canvas: NDArray[np.uint8]) -> Screen:
    """Where the image lies on the canvas now."""
    corner = viewer.page.locator(".holder").first.bounding_box()
    assert corner is not None
    place = viewer.page.evaluate("window.coverslip_viewer.image_to_screen(0, 0)")
    origin = (place["y"] - corner["y"], place["x"] - corner["x"])
    return Screen(*canvas.shape[:2], origin, zoom, canvas.shape[1] / corner["width"])


def query(zoom: float, channels: list[Channel], selected: frozenset[int] = frozenset()) -> str:
    """The address that shows this."""
    written = "~".join(f"1_{c.color}_{c.low}_{c.high}_{c.gamma}" for c in channels)
    cells = f"&cell={'~'.join(map(str, sorted(selected)))}" if selected else ""
    return f"at={MIDDLE[0]},{MIDDLE[1]}&zoom={zoom}&c={written}{cells}"


def must_agree(shown: NDArray[np.uint8], expected: NDArray[np.uint8], border: int = 0) -> None:
    """Pixel by pixel; `border` pixels at the sides of the screen are left out."""
    assert shown.shape == expected.shape
    inner = np.s_[border : shown.shape[0] - border, border : shown.shape[1] - border]
    off = np.abs(shown[inner].astype(int) - expected[inner]).max(axis=2)
    share = float((off > MOST_OFF).mean())
    assert share < MOST_PIXELS_APART, f"{share:.2%} of the pixels differ, up to {off.max()}"


def check(viewer: Viewer, zoom: float, channels: list[Channel], masks: Masks) -> None:
    """Compare what is on the screen."""
    shown = canvas_of(viewer)
    screen = screen_of(viewer, zoom, shown)
    expected = compose(image_of(viewer), labels_of(viewer), channels, screen, masks)
    must_agree(shown, expected)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_channels_add_up_with_their_colors_limits_and_gammas(
    open_viewer: OpenViewer, zoom: float
) -> None:
    viewer = open_viewer("small", query=query(zoom, CURVED))
    viewer.page.get_by_role("button", name="Off", exact=True).click()
    check(viewer, zoom, CURVED, Masks("off"))


@pytest.mark.parametrize("zoom", ZOOMS)
def test_outlines_lie_around_the_cells(open_viewer: OpenViewer, zoom: float) -> None:
    viewer = open_viewer("small", query=query(zoom, PLAIN))
    check(viewer, zoom, PLAIN, Masks())


@pytest.mark.parametrize("density", [1.5, 2])
def test_a_dense_screen_shows_every_one_of_its_pixels(
    open_viewer: OpenViewer, density: float
) -> None:
    viewer = open_viewer("small", query=query(1.37, PLAIN), density=density)
    check(viewer, 1.37, PLAIN, Masks())


def test_fills_and_the_selection(open_viewer: OpenViewer) -> None:
    selected = frozenset({10, 16})
    viewer = open_viewer("small", query=query(1.37, PLAIN, selected))
    viewer.page.get_by_role("button", name="Fill", exact=True).click()
    check(viewer, 1.37, PLAIN, Masks("fill", selected=selected))


def test_colors_by_confidence_and_by_a_measure(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("small", query=query(1.37, PLAIN))
    viewer.page.get_by_role("button", name="Fill", exact=True).click()
    rows = objects_of(viewer)
    choice = viewer.page.get_by_label("Color of the masks")
    choice.select_option(label="by confidence")
    bands = {
        int(row[0]): rgb("56b4e9" if row[8] >= 0.7 else "f0e442" if row[8] >= 0.5 else "e69f00")
        for row in rows
    }
    check(viewer, 1.37, PLAIN, Masks("fill", colors=bands))
    choice.select_option(label="by area")
    by_area = ramp_colors({int(row[0]): row[7] for row in rows})
    check(viewer, 1.37, PLAIN, Masks("fill", colors=by_area))


def drag_by(viewer: Viewer, steps: list[tuple[int, int]]) -> None:
    """Pull the picture with the middle button."""
    mouse: Any = viewer.page.mouse
    y, x = 400, 500
    mouse.move(x, y)
    mouse.down(button="middle")
    for down, right in steps:
        y, x = y + down, x + right
        mouse.move(x, y)
        viewer.until_idle()
    mouse.up(button="middle")


@pytest.mark.parametrize("density", [1, 1.5])
def test_a_picture_that_was_pulled_around_is_the_one_that_is_drawn_anew(
    open_viewer: OpenViewer, density: float
) -> None:
    selected = frozenset({10})
    viewer = open_viewer("small", query=query(1.37, PLAIN, selected), density=density)
    drag_by(viewer, [(13, 7), (-31, 60), (5, -141), (0, 33), (77, 0), (-9, -8)])
    shown = canvas_of(viewer)
    screen = screen_of(viewer, 1.37, shown)
    masks = Masks(selected=selected)
    expected = compose(image_of(viewer), labels_of(viewer), PLAIN, screen, masks)
    # What came in at a side had no neighbors beyond it.
    must_agree(shown, expected, border=4 * round(density))


def test_what_was_coarse_while_zooming_is_sharp_afterwards(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("small", query=query(1.0, PLAIN))
    viewer.page.mouse.move(500, 400)
    for turn in range(16):
        viewer.page.mouse.wheel(0, -60 if turn < 8 else 60)
    check(viewer, 1.0, PLAIN, Masks())


SLOW_FRAMES = """
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => ask(() => setTimeout(callback, 45, performance.now()));
"""
ZOOM_AND_LOOK = """
async (turns) => {
  const holder = document.querySelector(".holder");
  const [picture, above] = holder.querySelectorAll("canvas");
  const { left, top } = holder.getBoundingClientRect();
  const place = { clientX: left + 400, clientY: top + 300, bubbles: true, cancelable: true };
  const seen = [];
  for (const deltaY of turns) {
    above.dispatchEvent(new WheelEvent("wheel", { ...place, deltaY }));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const origin = window.coverslip_viewer.image_to_screen(0, 0);
    const next = window.coverslip_viewer.image_to_screen(1, 1);
    const data = picture.toDataURL("image/png").split(",")[1];
    seen.push([origin.y - top, origin.x - left, next.y - origin.y, data]);
  }
  return seen;
}
"""


def blocks(picture: NDArray[np.generic], side: int = 12) -> NDArray[np.float64]:
    """Means of squares, in which a picture and its enlarged half agree."""
    height, width = (length // side * side for length in picture.shape[:2])
    squares = picture[:height, :width].reshape(height // side, side, width // side, side, 3)
    return np.asarray(squares.mean(axis=(1, 3)))


def test_on_a_slow_machine_the_picture_is_carried_along_to_where_it_belongs(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer("small", query=query(1.0, PLAIN), script=SLOW_FRAMES)
    viewer.page.get_by_role("button", name="Off", exact=True).click()
    turns = [-50, 50] * 4 + [-60] * 8 + [60] * 14
    seen = viewer.page.evaluate(ZOOM_AND_LOOK, turns)
    tiles, labels = image_of(viewer), labels_of(viewer)
    for y, x, zoom, data in seen[10::4]:
        shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
        screen = Screen(*shown.shape[:2], (y, x), zoom, 1)
        expected = compose(tiles, labels, PLAIN, screen, Masks("off"))
        off = np.abs(blocks(shown) - blocks(expected)).mean()
        assert off < 4, f"levels of 255 at zoom {zoom:.2f}: {off:.1f}"
    canvas_of(viewer)
    check(viewer, seen[-1][2], PLAIN, Masks("off"))
