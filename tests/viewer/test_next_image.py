"""From image to image: the next one is made ready while a person works on the one before."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer

pytestmark = pytest.mark.browser

EMPTY = (60, 260)
MARK = "window.is_same_page = true"


def submit(viewer: Viewer, image: str) -> None:
    """Press Enter and be in the next image."""
    viewer.press("Enter")
    viewer.page.wait_for_url(f"**/images/{image}*")
    viewer.wait()


def wait_until_ready(viewer: Viewer) -> None:
    """Until the next image can come without a new page."""
    viewer.page.wait_for_function("() => window.coverslip_viewer.is_next_ready")


def test_the_next_image_comes_without_a_new_page_and_takes_the_tools_over(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer("cells")
    other = open_viewer("cells", "rita")
    expect(viewer.page.locator(".people .avatar")).to_have_count(2)
    viewer.press("]", "]", "w")
    wait_until_ready(viewer)
    viewer.page.evaluate(MARK)
    submit(viewer, "small")
    assert viewer.page.evaluate("window.is_same_page") is True
    assert "site 3" in viewer.page.title()
    viewer.says("This is B03 · site 3.")
    # The people of the image before see her no more.
    expect(other.page.locator(".people .avatar")).to_have_count(1)
    chosen = viewer.page.get_by_role("group", name="Masks").get_by_role("button", name="Fill")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    before = viewer.page.locator(".film a").first
    expect(before).to_have_attribute("aria-label", "B03 · site 2, In review")


def test_before_it_is_ready_it_comes_without_a_new_page_too(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("cells")
    viewer.page.evaluate(MARK)
    submit(viewer, "small")
    assert viewer.page.evaluate("window.is_same_page") is True
    viewer.says("Submitted. This is B03 · site 3.")
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    viewer.until_version(1)
    assert viewer.label(EMPTY) > 0


def test_what_cannot_come_so_is_opened_as_a_page(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("cells")
    page = viewer.page

    def refuse(route: Route) -> None:
        if "/images/cells" in page.url:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/images/small", refuse)
    viewer.reload()
    page.evaluate(MARK)
    submit(viewer, "small")
    assert page.evaluate("window.is_same_page") is None
    expect(page.get_by_role("heading", level=1)).to_have_text("B03 · site 3")


def test_edits_keys_and_the_address_belong_to_the_image_that_is_shown(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer("cells")
    wait_until_ready(viewer)
    viewer.page.evaluate(MARK)
    submit(viewer, "small")
    viewer.press("b")
    viewer.drag((60, 255), (60, 275))
    assert viewer.label(EMPTY) > 0
    viewer.until_version(1)
    viewer.reload()
    assert viewer.version == 1
    with viewer.page.expect_event("load"):
        viewer.page.go_back()
    viewer.page.wait_for_url("**/images/cells*")
    viewer.wait()
    assert viewer.version == 0
    expect(viewer.page.get_by_role("heading", level=1)).to_have_text("B03 · site 2")


def test_what_others_did_since_it_was_fetched_is_there(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("cells")
    wait_until_ready(viewer)
    other = open_viewer("small", "rita")
    other.press("b")
    other.drag((60, 255), (60, 275))
    other.until_version(1)
    submit(viewer, "small")
    viewer.until_version(1)
    assert viewer.label(EMPTY) == other.label(EMPTY)
