"""On a slow line a page is seen before its script is there: nothing a person does then is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewWindow
from tests.browser.test_story import NUCLEI, enter_the_lab

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SCRIPTS = "**/{home,live_page,upload,shell}*.js"


@contextmanager
def script_held_back(page: Page) -> Iterator[None]:
    """What is done inside is done before the script of the next page has come."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(SCRIPTS, hold)
    yield
    started = "performance.getEntriesByType('navigation')[0].domContentLoadedEventStart"
    assert page.evaluate(started) == 0, "the script was there before"
    for route in held:
        route.continue_()
    page.unroute(SCRIPTS)


def make(page: Page, what: str, name: str) -> None:
    """The dialog of a new project or dataset, which has come or will come, filled in."""
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("button", name=f"Create {what}").click()


def test_what_is_done_before_the_script_is_there_is_done_when_it_is(new_window: NewWindow) -> None:
    page = new_window()
    enter_the_lab(page, "mira")
    with script_held_back(page):
        page.goto("/", wait_until="commit")
        page.get_by_role("button", name="New project").first.click()
    make(page, "project", "Early")
    expect(page.get_by_role("heading", level=1)).to_have_text("Early")
    project = page.url
    with script_held_back(page):
        page.goto(project, wait_until="commit")
        page.get_by_role("button", name="New dataset").first.click()
    with script_held_back(page):
        make(page, "dataset", "Early too")
        page.wait_for_url("**/upload", wait_until="commit")
        page.locator("#files").set_input_files([NUCLEI])
    expect(page.locator("tr.file-row.ready")).to_have_count(1)
    with script_held_back(page):
        page.goto(project + "/people", wait_until="commit")
        page.get_by_role("button", name="Leave").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Leave Early?")
    question.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
