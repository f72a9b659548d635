"""A running product and browser windows of several people."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.product import Product, running_lab
from tests.chromium import running_chromium

# A worker that has just started loads its libraries first, beside everything else.
PATIENCE_MS = 300_000
NewWindow = Callable[[], Page]


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    """The product with a few people in it; a module that draws takes one nobody else takes."""
    with (
        tempfile.TemporaryDirectory(prefix="coverslip browser ") as folder,
        running_lab(Path(folder)) as running,
    ):
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    # Playwright keeps an event loop in this thread, which Django would mistake for its own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with running_chromium() as chromium:
        yield chromium


@pytest.fixture
def new_window(browser: Browser, product: Product) -> Iterator[NewWindow]:
    """Opens a window of its own person; any error on its console fails the test."""
    complaints: list[str] = []
    contexts = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None
            ),
        )

    def open_window() -> Page:
        context = browser.new_context(
            base_url=product.address,
            viewport={"width": 1440, "height": 900},
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        listen(page)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not complaints
