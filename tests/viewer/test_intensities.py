"""Cells by the mean of a channel: counted from the image, and again after an edit."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer
from tests.viewer.test_rendering import image_of, labels_of

pytestmark = pytest.mark.browser

CELL_10 = (140, 330)


def means_of(viewer: Viewer) -> dict[int, float]:
    """The mean of the second channel under every cell, with numpy."""
    labels = labels_of(viewer).levels[0].astype(np.int64)
    values = image_of(viewer).levels[0][1].astype(np.float64)
    totals, counts = np.bincount(labels.ravel(), values.ravel()), np.bincount(labels.ravel())
    return {int(label): totals[label] / counts[label] for label in np.unique(labels)[1:]}


def shown_value(viewer: Viewer, label: int) -> str:
    """The last column of a cell's row."""
    return viewer.page.locator(f"#cell-{label} .area").inner_text()


def order_by_mean(viewer: Viewer) -> None:
    """Sort the list by the mean of the second channel and wait for its numbers."""
    viewer.page.get_by_label("Order of the cells").select_option(label="by mean of hoechst")
    expect(viewer.page.locator(".cells .row .area").first).not_to_have_text("–")


def test_the_list_is_sorted_and_the_masks_are_colored_by_the_mean_of_a_channel(
    open_viewer: OpenViewer,
) -> None:
    viewer = open_viewer()
    order_by_mean(viewer)
    expected = means_of(viewer)
    rows = viewer.page.locator(".cells .row")
    shown = [int(label) for label in rows.evaluate_all("rows => rows.map(r => r.dataset.label)")]
    assert shown == sorted(expected, key=lambda label: expected[label])[: len(shown)]
    for label in shown[:4]:
        assert shown_value(viewer, label).replace("\u2009", "") == str(round(expected[label]))
    viewer.page.get_by_label("Color of the masks").select_option(label="by mean of hoechst")
    low = np.quantile(list(expected.values()), 0.02, method="nearest")
    legend = viewer.page.locator(".legend")
    expect(legend).to_contain_text(f"≤ {round(low):,}".replace(",", "\u2009"))


def test_the_mean_follows_an_edit(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    order_by_mean(viewer)
    viewer.click(CELL_10)
    before = shown_value(viewer, 10)
    viewer.page.locator(".holder").first.focus()
    viewer.press("g")
    viewer.until_version(1)
    expect(viewer.page.locator("#cell-10 .area")).not_to_have_text(before)
    after = shown_value(viewer, 10)
    viewer.reload()
    order_by_mean(viewer)
    viewer.click(CELL_10)
    assert shown_value(viewer, 10) == after
