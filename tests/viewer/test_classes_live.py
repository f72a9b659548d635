"""A manager changes the classes while somebody has an image of the project open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.viewer.conftest import OpenViewer

pytestmark = pytest.mark.browser

CELL_1 = (50, 45)


def test_a_new_class_can_be_given_at_once(open_viewer: OpenViewer) -> None:
    viewer = open_viewer()
    page = viewer.page
    page.get_by_label("Color of the masks").select_option(label="by class")
    legend = page.locator(".legend")
    expect(legend).to_contain_text("Mitotic · 0")
    address = page.url.split("/images/")[0]
    made = {"name": "Debris", "color": "green", "key": "3"}
    assert page.request.post(f"{address}/api/projects/glio/classes", data=made).ok
    expect(legend).to_contain_text("Debris · 0")
    expect(page.get_by_label("Color of the masks")).to_have_value("class")
    viewer.click(CELL_1)
    viewer.press("q", "3")
    expect(legend).to_contain_text("Debris · 1")
    page.get_by_label("Only cells with this: Class").select_option(label="Debris")
    expect(page.locator(".cells-sec h2 .num")).to_have_text("1 of 23")
