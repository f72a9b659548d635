"""The real browser, as every test and benchmark starts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from webapp.bootstrap.browser import require_browser

# WebGL2 in software, and no talk with the browser's maker. The pages themselves are put together
# without WebGL's software, as on any computer without a graphics card: that takes a third less.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A Chromium without a window, until the block ends."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=str(require_browser()), headless=True, args=FLAGS
        )
        yield chromium
        chromium.close()
