"""The viewer in a real browser, on synthetic images and a server that keeps edits in memory."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import running_chromium
from tests.viewer.driver import Viewer

STATIC = Path(__file__).parents[2] / "static"
PATIENCE_MS = 60_000
OpenViewer = Callable[..., Viewer]


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built viewer, beside the one that is served so that nobody is disturbed."""
    folder = tmp_path_factory.mktemp("build")
    subprocess.run(["node", "build.mjs", f"--outdir={folder}"], cwd=STATIC, check=True)
    return folder


@pytest.fixture(scope="session")
def server(bundles: Path) -> Iterator[str]:
    """The address of a server that computes each image once."""
    command = ["node", "dev/server.mjs", "0", str(bundles)]
    with subprocess.Popen(command, cwd=STATIC, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().removesuffix("/images/cells")
        process.terminate()


@pytest.fixture
def address(server: str) -> str:
    """The server with no edits yet."""
    person = {"Cookie": "as=bea", "X-CSRFToken": "dev"}
    urlopen(Request(f"{server}/api/start-over", b"{}", person), timeout=10).close()
    return server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium that draws in software."""
    expect.set_options(timeout=PATIENCE_MS)
    with running_chromium() as chromium:
        yield chromium


@pytest.fixture
def open_viewer(browser: Browser, address: str) -> Iterator[OpenViewer]:
    """Opens an image in a window of its own person; an error on a page fails the test."""
    errors: list[str] = []
    contexts = []

    def open_window(
        image: str = "small",
        person: str = "bea",
        query: str = "",
        density: float = 1,
        size: tuple[int, int] = (1280, 800),
        script: str = "",
    ) -> Viewer:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=density,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/images/{image}?as={person}&{query}")
        return Viewer(page).wait()

    yield open_window
    for context in contexts:
        # A page that goes may still be asking for something that a test holds back.
        context.unroute_all(behavior="ignoreErrors")
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.close()
    assert not errors
