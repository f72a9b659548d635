"""The session ends while somebody draws: the page stays, the edits wait, nobody gets another's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import check_accessibility
from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer

pytestmark = pytest.mark.browser

# A place of the synthetic image "small" without a cell.
EMPTY = (60, 260)


def sign_in_elsewhere(viewer: Viewer, person: str) -> None:
    """As if another tab had signed in somebody, or nobody."""
    cookie = {"name": "as", "value": person, "domain": "127.0.0.1", "path": "/"}
    viewer.page.context.add_cookies([cookie])


def draw(viewer: Viewer, title: str) -> None:
    """A new cell at EMPTY, before or after the dialog of this title comes; then it is there."""
    viewer.press("b")
    viewer.drag((60, 255), (60, 265))
    expect(dialog_of(viewer, title)).to_be_visible()
    if viewer.n_waiting == 0:
        # Something else has asked the server before the stroke could begin.
        viewer.press("Escape")
        viewer.drag((60, 255), (60, 265))
        viewer.page.evaluate("dispatchEvent(new Event('focus'))")


def dialog_of(viewer: Viewer, title: str) -> Locator:
    """The dialog about the session."""
    return viewer.page.get_by_role("dialog", name=title)


def test_after_signing_in_again_in_a_new_tab_the_page_goes_on_by_itself(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    sign_in_elsewhere(viewer, "nobody")
    draw(viewer, "You are signed out")
    dialog = dialog_of(viewer, "You are signed out")
    expect(dialog).to_contain_text("One change is kept in this browser, and sent afterwards")
    check_accessibility(viewer.page)
    drawn = viewer.label(EMPTY)
    assert drawn != 0
    dialog.get_by_role("button", name="Go on drawing").click()
    expect(viewer.page.locator("#saved")).to_contain_text("Signed out · 1 kept here")
    viewer.page.evaluate("dispatchEvent(new Event('focus'))")
    with viewer.page.expect_popup() as opened:
        dialog.get_by_role("button", name="Sign in").click()
    tab = opened.value
    assert "/account/sign-in?next=/account/signed-in" in tab.url
    with tab.expect_event("close"):
        tab.get_by_role("link", name="Bea Kim").click()
    viewer.until_version(1)
    expect(dialog).to_be_hidden()
    viewer.says("You are signed in again")
    assert viewer.label(EMPTY) == drawn


def test_what_one_person_drew_is_never_sent_in_the_name_of_another(
    open_viewer: OpenViewer,
) -> None:
    viewer, rita = open_viewer(), open_viewer(person="rita")
    sign_in_elsewhere(viewer, "rita")
    draw(viewer, "Rita Moss is signed in now")
    dialog = dialog_of(viewer, "Rita Moss is signed in now")
    expect(dialog).to_contain_text(
        "only when Bea Kim is signed in again, never in the name of Rita"
    )
    with viewer.page.expect_event("load"):
        dialog.get_by_role("button", name="Go on as Rita Moss").click()
    viewer.wait()
    assert (viewer.version, viewer.n_waiting, viewer.label(EMPTY)) == (0, 0, 0)
    sign_in_elsewhere(viewer, "bea")
    viewer.page.goto(re.sub(r"\?.*", "", viewer.page.url))
    viewer.wait().until_version(1)
    rita.until_version(1)
    rita.press("y")
    expect(rita.page.locator(".history-row").first).to_contain_text("Bea Kim")


def test_a_socket_that_is_refused_is_noticed_without_drawing(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.add_init_script(
        """{
          window.sockets = [];
          const Real = WebSocket;
          window.WebSocket = class extends Real {
            constructor(url) { super(url); sockets.push(this); }
          };
        }"""
    )
    viewer.reload()
    sign_in_elsewhere(viewer, "nobody")
    viewer.page.evaluate("sockets.at(-1).close()")
    expect(dialog_of(viewer, "You are signed out")).to_contain_text("Everything drawn so far")
