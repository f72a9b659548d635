"""The viewer on a small laptop, a tablet and dense screens; the side panels without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.viewer.conftest import OpenViewer

pytestmark = pytest.mark.browser

LAPTOP, TABLET = (1280, 800), (1024, 768)
CELL_8 = (150, 130)
CELL_10 = (140, 330)

OUTSIDE = """
() => [...document.querySelectorAll("button, input, select, a, h1, h2")]
  .filter(one => one.checkVisibility({ visibilityProperty: true }))
  .filter(one => !one.closest(".film"))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5))
  .map(([one]) => one.outerHTML.slice(0, 90))
"""

CANVASES = """
() => [...document.querySelectorAll(".holder canvas")].slice(0, 2).map(one =>
  [one.width, one.height, one.clientWidth, one.clientHeight])
"""

IN_PANEL = """
() => [...document.querySelectorAll(".panel :is(button, input, select, summary, [tabindex='0'])")]
  .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.disabled)
  .map((one, at) => (one.dataset.place = String(at)))
"""


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_nothing_lies_beside_the_screen(open_viewer: OpenViewer, size: tuple[int, int]) -> None:
    page = open_viewer("cells", size=size).page
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert page.evaluate("document.documentElement.scrollHeight") == size[1]
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("density", [1.5, 2])
def test_a_dense_screen_is_sharp_and_is_hit_where_it_is_clicked(
    open_viewer: OpenViewer, density: float
) -> None:
    viewer = open_viewer(density=density, size=TABLET)
    for width, height, css_width, css_height in viewer.page.evaluate(CANVASES):
        assert (width, height) == (round(css_width * density), round(css_height * density))
    for point, label in [(CELL_8, 8), (CELL_10, 10)]:
        viewer.click(point)
        expect(viewer.page.locator(f"#cell-{label}")).to_have_attribute("aria-selected", "true")


def test_a_tablet_page_is_accessible(open_viewer: OpenViewer) -> None:
    viewer = open_viewer(size=TABLET)
    check_accessibility(viewer.page)
    viewer.press("i")
    viewer.drag((20, 20), (20, 200), (120, 200), (120, 20))
    viewer.until_version(1)
    check_accessibility(viewer.page)


def test_everything_in_the_side_panel_is_reached_with_tab(open_viewer: OpenViewer) -> None:
    page = open_viewer().page
    expect(page.locator(".cells .row").first).to_be_visible()
    wanted = set(page.evaluate(IN_PANEL))
    assert len(wanted) > 25
    page.locator(".panel [data-place='0']").focus()
    reached = {"0"}
    for _ in range(len(wanted) + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement?.dataset.place ?? ''"))
    assert wanted - reached == set()


def test_what_is_wrong_with_the_pixels_is_said_in_the_panel(open_viewer: OpenViewer) -> None:
    page = open_viewer("approved").page
    said = page.locator(".sec", has=page.get_by_role("heading", name="Image quality"))
    expect(said.get_by_role("listitem")).to_contain_text(
        ["Left out of results. Focus was lost.", "Out of focus. Sharpness is 0.8"]
    )
    link = said.get_by_role("link", name="Numbers and limits")
    expect(link).to_have_attribute("href", "/images/approved/details#quality")
    check_accessibility(page)
