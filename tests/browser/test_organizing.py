"""Finding, tagging and throwing away by keyboard, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import check_accessibility
from webapp.models import Image

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def window_of(person: Any, browser: Browser, address: str) -> Page:
    """A window in which the person is signed in."""
    signed_in = Client()
    signed_in.force_login(person)
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    value = signed_in.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": address}])
    return context.new_page()


def test_images_are_found_tagged_and_erased_by_keyboard(
    browser: Browser,
    live_server: Any,
    settings: Any,
    olga: Any,
    project: Any,
    make_image: Callable[[str], Any],
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    make_image("alpha.tif")
    make_image("beta.tif")
    page = window_of(olga, browser, live_server.url)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("plate")
    expect(page.get_by_role("option", name="Plate 1")).to_have_attribute("aria-selected", "true")
    check_accessibility(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Plate 1")
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Tag…").click()
    page.get_by_label("Put on").fill("treated")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 images have other tags now.")).to_be_visible()
    page.get_by_role("checkbox", name="Select beta").check()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Move to the trash").click()
    page.get_by_role("link", name="Trash · 1 image").click()
    page.get_by_role("checkbox", name="Choose beta").check()
    page.get_by_role("button", name="Erase for good…").click()
    page.get_by_label("Type the name of the project").fill(project.name)
    check_accessibility(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    assert [image.name for image in Image.objects.all()] == ["alpha"]
    page.context.close()
