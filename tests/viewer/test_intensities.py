"""Cells by the values of a channel: counted from the image, and again after an edit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from annotations.labels.measure import measure_plane
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


def test_the_chosen_cell_stays_in_sight_when_the_order_changes(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("cells")
    first = viewer.page.locator(".cells .row").first
    label = first.get_attribute("data-label")
    first.click()
    viewer.page.get_by_label("Order of the cells").select_option(label="by area")
    chosen = viewer.page.locator(f"#cell-{label}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(chosen).to_be_in_viewport()
    assert int(chosen.get_attribute("aria-posinset") or 1) > 1


STATISTICS: dict[str, Callable[[NDArray[np.float64]], float]] = {
    "mean": np.mean,
    "median": np.median,
    "standard deviation": np.std,
    "smallest": np.min,
    "largest": np.max,
    "sum": np.sum,
}


def test_every_statistic_is_that_of_the_report(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    viewer.page.get_by_label("Find a cell by its number").fill("10")
    under = labels_of(viewer).levels[0] == 10
    values = image_of(viewer).levels[0][1][under].astype(np.float64)
    order = viewer.page.get_by_label("Order of the cells")
    for name, statistic in STATISTICS.items():
        order.select_option(label=f"by {name} of hoechst")
        shown = f"{round(float(statistic(values))):,}".replace(",", "\u2009")
        expect(viewer.page.locator("#cell-10 .area")).to_have_text(shown)


SHAPES = {
    "circularity": "circularity",
    "solidity": "solidity",
    "eccentricity": "eccentricity",
    "perimeter (crofton)": "perimeter_crofton_um",
    "major axis": "major_axis_um",
    "minor axis": "minor_axis_um",
    "orientation": "orientation_rad",
}


def test_shapes_are_those_of_the_report(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    table = measure_plane(labels_of(viewer).levels[0].astype(np.uint32), None, (0.65, 0.65))
    order = viewer.page.get_by_label("Order of the cells")
    rows = viewer.page.locator(".cells .row")
    for name, column in SHAPES.items():
        order.select_option(label=f"by {name}")
        expect(rows.first.locator(".area")).not_to_have_text("–")
        for row in rows.all()[:5]:
            at = int(np.searchsorted(table["label"], int(row.get_attribute("data-label") or "")))
            shown = (row.locator(".area").inner_text()).split("\xa0")[0]
            assert float(shown) == pytest.approx(float(table[column][at]), rel=6e-3, abs=1e-3)


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
