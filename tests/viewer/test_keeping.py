"""What a person drew is never lost: offline, in a closed tab, in two tabs, in a small browser."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer

pytestmark = pytest.mark.browser

# Places of the synthetic image "small".
EMPTY = (60, 260)
ALSO_EMPTY = (60, 290)
FIRST_FRESH_LABEL = 1_000_000
EDITS = re.compile(r"/edits$")


def draw(viewer: Viewer) -> None:
    """A new cell at EMPTY."""
    viewer.press("b")
    viewer.drag((60, 255), (60, 265))


def cut_off(viewer: Viewer) -> None:
    """No edit reaches the server from this window any more."""
    viewer.page.context.route(EDITS, lambda route: route.abort())


def reconnect(viewer: Viewer) -> None:
    """The server can be reached again."""
    viewer.page.context.unroute(EDITS)
    viewer.page.evaluate("dispatchEvent(new Event('online'))")


def says_kept(viewer: Viewer, n_edits: int) -> None:
    """Until the page says that so many edits are on the disk."""
    expect(viewer.page.locator("#saved")).to_contain_text(f"Offline · {n_edits} kept here")


def sent_edits(page: Page) -> list[str]:
    """Collects the client_id of every edit that a page sends."""
    sent: list[str] = []
    page.on(
        "request",
        lambda request: (
            sent.append(json.loads(request.post_data or "{}")["client_id"])
            if request.method == "POST" and EDITS.search(request.url)
            else None
        ),
    )
    return sent


def test_work_done_offline_survives_the_closed_tab_and_is_sent_later(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    cut_off(viewer)
    draw(viewer)
    says_kept(viewer, 1)
    url, context = viewer.page.url, viewer.page.context
    again = Viewer(context.new_page())
    # The call returns before the page is gone, and a page that goes takes no routes.
    with viewer.page.expect_event("close"):
        viewer.page.close(run_before_unload=True)
    context.unroute(EDITS)
    again.page.goto(url)
    again.wait().until_version(1)
    assert again.label(EMPTY) == FIRST_FRESH_LABEL


def test_a_stroke_of_the_very_last_moment_is_not_lost(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    cut_off(viewer)
    viewer.page.on("dialog", lambda dialog: dialog.accept())
    # The disk writes nothing and never answers.
    viewer.page.evaluate(
        """() => {
          IDBObjectStore.prototype.put = () => {};
          Object.defineProperty(IDBTransaction.prototype, "oncomplete", { set() {} });
        }"""
    )
    draw(viewer)
    expect(viewer.page.locator("#saved")).to_be_visible()
    viewer.reload()
    viewer.until_label(EMPTY, FIRST_FRESH_LABEL)
    says_kept(viewer, 1)
    reconnect(viewer)
    viewer.until_version(1)
    viewer.reload()
    assert (viewer.version, viewer.n_waiting) == (1, 0)


def test_a_second_tab_leaves_the_edits_to_the_first_until_that_is_closed(
    open_viewer: OpenViewer,
) -> None:
    first = open_viewer()
    cut_off(first)
    draw(first)
    says_kept(first, 1)
    second = Viewer(first.page.context.new_page())
    sent = sent_edits(second.page)
    second.page.goto(first.page.url)
    second.wait()
    second.page.evaluate("dispatchEvent(new Event('focus'))")
    assert second.n_waiting == 0
    reconnect(first)
    first.until_version(1)
    second.until_version(1)
    assert sent == []
    cut_off(first)
    first.press("b")
    first.drag((60, 285), (60, 295))
    says_kept(first, 1)
    drawn = first.label(ALSO_EMPTY)
    first.page.close()
    second.page.context.unroute(EDITS)
    second.until_version(2)
    assert second.label(ALSO_EMPTY) == drawn
    assert len(set(sent)) == 1


def test_an_edit_of_twenty_megabytes_fits(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    kept = viewer.page.evaluate(
        """async () => {
          const open = indexedDB.open("coverslip");
          const database = await new Promise((resolve) => {
            open.onsuccess = () => resolve(open.result);
          });
          const write = database.transaction("outbox", "readwrite", { durability: "strict" });
          const runs = new Uint32Array(5 * 2 ** 20);
          const patch = { t: 0, z: 0, bbox: [0, 0, 1, 1], runs };
          const row = { id: "large", number: 1, person: "nobody", edit: { patches: [patch] } };
          write.objectStore("outbox").put(row);
          await new Promise((resolve) => { write.oncomplete = resolve; });
          const read = database.transaction("outbox").objectStore("outbox").get("large");
          await new Promise((resolve) => { read.onsuccess = resolve; });
          return read.result.edit.patches[0].runs.byteLength;
        }"""
    )
    assert kept == 20 * 2**20


def test_what_an_older_page_kept_is_taken_over_once(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    cut_off(viewer)
    # As pages before this one kept it.
    patch = {"t": 0, "z": 0, "bbox": [60, 260, 61, 262], "runs": "AAIABw=="}
    edit = {"client_id": "old", "base_version": 0, "kind": "brush", "undoes": None}
    entry = json.dumps({**edit, "patches": [patch]})
    viewer.page.evaluate(
        "entry => localStorage.setItem('coverslip.outbox.bea.small.1', entry)", entry
    )
    viewer.reload()
    viewer.until_label(EMPTY, 7)
    says_kept(viewer, 1)
    assert viewer.page.evaluate("localStorage.getItem('coverslip.outbox.bea.small.1')") is None
    reconnect(viewer)
    viewer.until_version(1)


def test_a_browser_that_keeps_nothing_says_so_and_goes_on(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.add_init_script(
        "indexedDB.open = () => { throw new DOMException('No.', 'SecurityError'); }"
    )
    viewer.reload()
    viewer.says("Leave the tab open until everything is saved")
    cut_off(viewer)
    draw(viewer)
    expect(viewer.page.locator("#saved")).to_contain_text("Offline · 1 waiting")
    asked: list[str] = []
    viewer.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with viewer.page.expect_event("dialog"):
        viewer.page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    reconnect(viewer)
    viewer.until_version(1)


def test_edits_that_wait_in_another_image_are_named(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    cut_off(viewer)
    draw(viewer)
    says_kept(viewer, 1)
    # The sentence comes before the picture, and is gone again before that of a busy machine.
    viewer.page.goto(viewer.page.url.replace("/small", "/cells"))
    viewer.says("One change of yours in the image “B03 · site 3” did not reach the server yet")
    viewer.page.context.unroute(EDITS)
    viewer.page.get_by_role("button", name="Open it").click()
    viewer.page.wait_for_url(re.compile("/images/small"))
    viewer.wait().until_version(1)
