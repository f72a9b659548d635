"""Masks that real runs make: a brush that snaps to what the network sees, and a run beside work."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import PATIENCE_MS
from tests.browser.product import Product
from tests.browser.test_story import (
    empty_spot,
    enter_the_lab,
    middle_of_a_cell,
    upload_one,
)
from tests.viewer.driver import Point, Viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

RUN_MS = 300_000
EDITS = re.compile(r"/edits$")
PIXELS_AROUND = """([middle_y, middle_x, label]) => {
  const { label_at } = window.coverslip_viewer;
  const found = [];
  for (let y = Math.round(middle_y) - 90; y < middle_y + 90; y++)
    for (let x = Math.round(middle_x) - 90; x < middle_x + 90; x++)
      if (label_at(y, x) === label) found.push(y * 10000 + x);
  return found;
}"""

HAS_ANSWER = """() => performance.getEntriesByType("resource").some(
  ({ name, responseStatus }) => name.endsWith("/prompts") && responseStatus === 200)"""


@pytest.fixture(scope="module")
def lena(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    """The windows of somebody of the lab; refusals may be written on their consoles."""
    context = browser.new_context(
        base_url=product.address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    enter_the_lab(context.new_page(), "lena")
    yield context
    context.close()


def segment_with(page: Page, dataset: str, method: str) -> None:
    """Run a method on all of a dataset and wait for the end."""
    page.goto(dataset + "/run")
    page.locator(f"input[name=method][value={method}]").check()
    page.get_by_role("button", name=re.compile("Start|Segment")).first.click()
    page.wait_for_url("**/runs/*")
    finished = page.get_by_role("heading", name="Finished", exact=True)
    expect(finished).to_be_visible(timeout=RUN_MS)


def open_segmented(person: BrowserContext, method: str) -> tuple[Viewer, str]:
    """A new image with the masks of a method, in the viewer; and the address of its dataset."""
    page = person.new_page()
    dataset = upload_one(page)
    segment_with(page, dataset, method)
    page.goto(dataset)
    page.locator("a[href^='/images/']").first.click()
    return Viewer(page).wait(), dataset


def pixels_around(viewer: Viewer, place: Point, label: int) -> set[int]:
    """The pixels of a cell around a place."""
    return set(viewer.page.evaluate(PIXELS_AROUND, [*place, label]))


def until_seen(viewer: Viewer, place: Point) -> None:
    """Move the brush until the network has said what it sees; its worker may be starting yet."""
    end = time.monotonic() + RUN_MS / 1000
    while not viewer.page.evaluate(HAS_ANSWER):
        assert time.monotonic() < end
        for x in (place[1] + 1, place[1]):
            viewer.hover((place[0], x))
        viewer.page.wait_for_timeout(200)


def test_one_touch_of_a_large_brush_that_snaps_gives_the_cell_that_the_network_sees(
    lena: BrowserContext,
) -> None:
    viewer, _ = open_segmented(lena, "generalist")
    page = viewer.page
    place = middle_of_a_cell(page)
    cell = pixels_around(viewer, place, viewer.label(place))
    viewer.press("v")
    viewer.click(place)
    viewer.press("d")
    viewer.until_version(1)
    viewer.press("b", *["]"] * 10)
    viewer.press("Shift+B")
    until_seen(viewer, place)
    viewer.drag(place, (place[0] + 1, place[1] + 1))
    viewer.until_version(2)
    drawn = pixels_around(viewer, place, viewer.label(place))
    assert len(drawn & cell) / len(drawn | cell) > 0.8
    viewer.press("Control+z", "Shift+B")
    viewer.drag(place, (place[0] + 1, place[1] + 1))
    viewer.until_version(4)
    plain = pixels_around(viewer, place, viewer.label(place))
    assert len(plain - cell) > 100, "without snapping the same touch goes beyond the cell"
    page.close()


def test_what_was_drawn_offline_on_masks_that_a_run_replaced_is_shown_and_copied(
    lena: BrowserContext,
) -> None:
    viewer, dataset = open_segmented(lena, "threshold")
    page = viewer.page
    page.route(EDITS, lambda route: route.abort())
    y, x = empty_spot(page)
    viewer.press("b")
    viewer.drag((y, x - 6), (y, x + 6))
    expect(page.locator("#saved")).to_contain_text("1 kept here")
    other = lena.new_page()
    segment_with(other, dataset, "generalist")
    other.close()
    page.unroute(EDITS)
    page.evaluate("dispatchEvent(new Event('online'))")
    panel = page.get_by_role("region", name="Changes at the same place")
    expect(panel).to_contain_text("This image was segmented anew. Reload the page")
    with page.expect_event("load"):
        panel.get_by_role("button", name="Reload the page").click()
    viewer.wait()
    expect(panel.get_by_role("heading")).to_have_text("Drawn on former masks")
    expect(panel).to_contain_text("Your change is kept in this browser")
    assert (viewer.version, viewer.label((y, x))) == (0, 0)
    check_accessibility(page)
    panel.get_by_role("button", name="Show the masks before").click()
    copy = page.get_by_role("button", name="Copy this cell")
    expect(copy).to_be_visible()
    check_accessibility(page)
    copy.click()
    viewer.until_version(1)
    assert viewer.label((y, x)) != 0
    panel.get_by_role("button", name="Forget mine").click()
    expect(panel).to_be_hidden()
    viewer.reload()
    viewer.until_version(1)
    expect(panel).to_be_hidden()
    assert viewer.label((y, x)) != 0
    page.close()
