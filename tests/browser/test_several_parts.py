"""A folder as a lab has it: an OME-Zarr, a stack that says nothing, one file a channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.test_organizing import window_of
from tests.webapp.imaging.zarr_files import write_plate
from webapp.actions.ingest import ingest
from webapp.models import Image, Upload
from webapp.states import UploadState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six pages without a meaning, two channels of one well, and a plate."""
    inside = tmp_path / "day 1"
    inside.mkdir()
    pixels = np.random.default_rng(1).integers(0, 2**16, (8, 20, 30)).astype(np.uint16)
    tifffile.imwrite(inside / "stack.tif", pixels[:6], photometric="minisblack", metadata=None)
    for n in (1, 2):
        tifffile.imwrite(inside / f"exp_B03_s1_w{n}.tif", pixels[5 + n])
    write_plate(inside / "screen.ome.zarr", {"A/1": [pixels[0]], "B/2": [pixels[1]]}, "0.4")
    return inside


def read_all() -> None:
    """What the worker does."""
    for upload in Upload.objects.filter(state=UploadState.CHECKING):
        ingest(upload.pk)


def test_a_folder_comes_in_and_what_is_doubtful_is_asked(
    browser: Browser, live_server: Any, settings: Any, bob: Any, dataset: Any, folder: Path
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    page = window_of(bob, browser, live_server.url)
    page.goto(f"/datasets/{dataset.pk}/upload")
    page.set_input_files("#folder", folder)
    waiting = page.locator("tr.checking")
    expect(waiting).to_have_count(4)
    read_all()
    page.reload()
    expect(page.get_by_text("2 images: screen - P1 A01, screen - P1 B02")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="Answer what the pages of stack.tif are").click()
    expect(page.get_by_role("img", name="The first pages read as 6 slices")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("radio", name="3 slices × 2 channels").check()
    page.get_by_role("button", name="Read it like this").click()
    expect(page.get_by_text("1 file is read on.")).to_be_visible()
    read_all()
    page.reload()
    expect(page.get_by_text("2 of these files are the planes of 1 image")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="Look at them").click()
    expect(page.get_by_text("1 image of 2 files")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Put together 1 image").click()
    expect(page.get_by_text("1 image is being put together.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    read_all()
    refused = []
    page.on("response", lambda got: refused.append(got.url) if got.status >= 400 else None)
    page.reload()
    expect(page.get_by_text("Its planes are in exp_B03_s1 now.")).to_have_count(2)
    expect(page.locator("#recognized")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    page.context.close()
    assert refused == []
    found = Image.objects.filter(deleted_at=None).order_by("name")
    assert [(image.name, image.shape[:3]) for image in found] == [
        ("exp_B03_s1", (1, 2, 1)),
        ("screen - P1 A01", (1, 1, 1)),
        ("screen - P1 B02", (1, 1, 1)),
        ("stack", (1, 2, 3)),
    ]
