"""Somebody is signed out while she draws: with the real sign-in page, sessions and tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.product import PASSWORD, Product
from tests.browser.test_story import enter_the_lab, upload_one
from tests.viewer.driver import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """A window on whose console refusals may be written: they are what this is about."""
    context = browser.new_context(
        base_url=product.address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def open_an_image(page: Page) -> Viewer:
    """Somebody of the lab uploads one image and opens it."""
    enter_the_lab(page, "nora")
    page.goto(upload_one(page))
    page.locator("a[href^='/images/']").first.click()
    return Viewer(page).wait()


def sign_out_elsewhere(page: Page) -> None:
    """In another tab of the same browser."""
    other = page.context.new_page()
    other.goto("/account/sign-out")
    other.get_by_role("button", name=re.compile("Sign out", re.I)).last.click()
    expect(other.get_by_label("Password")).to_be_visible()
    other.close()


def test_drawing_goes_on_after_signing_in_beside_the_page(page: Page) -> None:
    viewer = open_an_image(page)
    viewer.press("b")
    viewer.drag((40, 40), (40, 80))
    viewer.until_version(1)
    sign_out_elsewhere(page)
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_contain_text("Everything drawn so far is saved")
    dialog.get_by_role("button", name="Go on drawing").click()
    viewer.drag((100, 40), (100, 80))
    drawn = viewer.label((100, 60))
    expect(page.locator("#saved")).to_contain_text("Signed out · 1 kept here")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(dialog).to_contain_text("kept in this browser")
    with page.expect_popup() as opened:
        dialog.get_by_role("button", name="Sign in").click()
    tab = opened.value
    tab.get_by_label(re.compile("E-?mail", re.I)).fill("nora@lab.example")
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    with tab.expect_event("close"):
        tab.get_by_role("button", name="Sign in").click()
    viewer.until_version(2)
    expect(dialog).to_be_hidden()
    assert viewer.label((100, 60)) == drawn != 0
    viewer.press("y")
    page.get_by_role("button", name="Version before").click()
    page.get_by_role("button", name="Restore version 1").click()
    viewer.until_version(3)
    assert (viewer.label((40, 60)) != 0, viewer.label((100, 60))) == (True, 0)
