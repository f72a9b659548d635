"""One real image travels the whole chain, in the browser, by two people."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from skimage.measure import regionprops_table
from tifffile import imread

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import PATIENCE_MS, NewWindow
from tests.browser.product import CHECKOUT, PASSWORD, Product, running_product

DEMO = CHECKOUT / "webapp" / "demo" / "images"
NUCLEI = DEMO / "nuclei_01.png"
TISSUE = DEMO / "stained_01.png"

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with nobody in it yet."""
    with running_product(tmp_path_factory.mktemp("story of a lab")) as running:
        yield running


def found_the_lab(page: Page) -> None:
    """Alice opens the address and becomes the owner."""
    page.goto("/")
    check_accessibility(page)
    page.get_by_label("Your name").fill("Alice Kern")
    page.get_by_label("E-mail address").fill("alice@lab.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the lab").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alice")
    check_accessibility(page)


def sign_in_again(page: Page) -> None:
    """Alice signs out, and in again."""
    page.get_by_role("button", name=re.compile("Sign out", re.I)).first.click()
    check_accessibility(page)
    sign_in(page, "alice")


def sign_in(page: Page, name: str) -> None:
    """Somebody who has an account, on the page that asks for it."""
    page.get_by_label(re.compile("E-?mail", re.I)).fill(f"{name}@lab.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name.title())


def enter_the_lab(page: Page, name: str) -> None:
    """Somebody who has an account opens the address and signs in."""
    page.goto("/")
    sign_in(page, name)


def make_dataset(page: Page) -> str:
    """A project, a dataset in it; returns the address of the dataset."""
    page.get_by_role("button", name="New project").first.click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Nuclear shape")
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("button", name="New dataset").first.click()
    check_accessibility(page)
    page.get_by_role("textbox", name="Name", exact=True).fill("Pilot")
    page.get_by_role("button", name="Create dataset").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Upload")
    return page.url.removesuffix("/upload")


def upload_one(page: Page) -> str:
    """A dataset with one image; returns its address."""
    page.goto("/")
    dataset = make_dataset(page)
    page.locator("#files").set_input_files([NUCLEI])
    expect(page.locator("tr.file-row.ready")).to_have_count(1)
    return dataset


def upload(page: Page, folder: Path) -> None:
    """Two real images and one that is none; the bad one says why, the others go on."""
    bad = folder / "page.png"
    bad.write_bytes(b"<html>not an image</html>")
    page.locator("#files").set_input_files([NUCLEI, TISSUE, bad])
    expect(page.locator("tr.file-row.ready")).to_have_count(2)
    expect(page.locator("tr.file-row.failed")).to_have_count(1)
    expect(page.locator("tr.file-row.failed .say")).to_contain_text(".")
    check_accessibility(page)


def segment(page: Page, dataset: str) -> None:
    """The built-in network, and its progress until both images are done."""
    page.goto(dataset + "/run")
    check_accessibility(page)
    page.get_by_role("button", name=re.compile("Start|Segment")).first.click()
    page.wait_for_url("**/runs/*")
    finished = page.get_by_role("heading", name="Finished", exact=True)
    expect(finished).to_be_visible(timeout=180_000)
    check_accessibility(page)


def open_image(page: Page, dataset: str, name: str) -> None:
    """From the grid into the viewer, until the first full picture."""
    page.goto(dataset)
    check_accessibility(page)
    page.locator("li.tile", has_text=name).locator("a").first.click()
    wait_for_viewer(page)


def wait_for_viewer(page: Page) -> None:
    """Until the first full picture is there, and a new cell could be drawn."""
    wait_until(page, "() => window.coverslip_viewer !== undefined")
    page.evaluate("window.coverslip_viewer.ready")
    wait_until(page, "() => window.coverslip_viewer.is_idle")


def empty_spot(page: Page) -> tuple[float, float]:
    """An image point with nothing but background around it."""
    found = page.evaluate(
        """() => {
          const viewer = window.coverslip_viewer;
          for (let y = 30; y < 220; y += 6) for (let x = 30; x < 220; x += 6) {
            let n = 0;
            for (let v = -14; v <= 14; v += 2) for (let u = -22; u <= 22; u += 2)
              n += viewer.label_at(y + v, x + u) === 0 ? 0 : 1;
            if (n === 0) return [y, x];
          }
          return null;
        }"""
    )
    assert found is not None
    return found[0], found[1]


def stroke(page: Page, y: float, x: float, width: float) -> None:
    """A stroke with the brush from (y, x) to the right, in image pixels."""
    page.keyboard.press("b")
    start, end = (
        page.evaluate("([y, x]) => window.coverslip_viewer.image_to_screen(y, x)", [y, to])
        for to in (x, x + width)
    )
    page.mouse.move(start["x"], start["y"])
    page.mouse.down()
    page.mouse.move(end["x"], end["y"], steps=6)
    page.mouse.up()


def middle_of_a_cell(page: Page) -> tuple[float, float]:
    """An image point with nothing but one cell around it."""
    found = page.evaluate(
        """() => {
          const { label_at } = window.coverslip_viewer;
          for (let y = 40; y < 220; y += 2) for (let x = 40; x < 220; x += 2) {
            const around = [[0, 0], [-3, 0], [3, 0], [0, -3], [0, 3]];
            const labels = new Set(around.map(([v, u]) => label_at(y + v, x + u)));
            if (labels.size === 1 && !labels.has(0)) return [y, x];
          }
          return null;
        }"""
    )
    assert found is not None
    return found[0], found[1]


def find_a_deleted_cell_again(page: Page, version: int) -> None:
    """Delete a nucleus; a click finds it again, and so does a scribble: four edits."""
    y, x = middle_of_a_cell(page)
    place = page.evaluate("([y, x]) => window.coverslip_viewer.image_to_screen(y, x)", [y, x])
    page.keyboard.press("v")
    page.mouse.click(place["x"], place["y"])
    page.keyboard.press("d")
    wait_until_saved(page, version + 1)
    assert label_at(page, y, x) == 0
    page.keyboard.press("c")
    page.mouse.click(place["x"], place["y"])
    wait_until_saved(page, version + 2)
    assert label_at(page, y, x) > 0
    page.keyboard.press("Control+z")
    wait_until_saved(page, version + 3)
    assert label_at(page, y, x) == 0
    page.keyboard.down("Alt")
    page.mouse.move(place["x"] - 6, place["y"])
    page.mouse.down()
    page.mouse.move(place["x"] + 6, place["y"], steps=6)
    page.mouse.up()
    page.keyboard.up("Alt")
    wait_until_saved(page, version + 4)
    assert label_at(page, y, x) > 0


def label_at(page: Page, y: float, x: float) -> int:
    """The cell number under an image point."""
    return int(page.evaluate("([y, x]) => window.coverslip_viewer.label_at(y, x)", [y, x]))


def wait_until_saved(page: Page, version: int) -> None:
    """The bar says that the server has everything up to this version."""
    wait_until(
        page,
        "version => window.coverslip_viewer.version === version"
        " && window.coverslip_viewer.saved === 'saved'",
        version,
    )


def wait_until(page: Page, question: str, argument: object = None) -> None:
    """Ask the page until it says yes; the page's CSP forbids Playwright's own way of waiting."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(question, argument):
        assert time.monotonic() < end, f"{page.url}: never {question} {argument}"
        page.wait_for_timeout(50)


def invite(page: Page, role: str) -> str:
    """A link for one person."""
    page.get_by_role("link", name="People").first.click()
    page.get_by_role("button", name="Invite by link").click()
    page.locator("#invite-role").select_option(role)
    page.get_by_role("button", name="Make the link").click()
    check_accessibility(page)
    return page.locator("#new-link").input_value()


def join(page: Page, link: str) -> None:
    """Rita opens her link and makes an account."""
    page.goto(link)
    check_accessibility(page)
    page.get_by_label("Your name").fill("Rita Moreau")
    page.get_by_label("E-mail address").fill("rita@lab.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account and join").click()


def download_bundle(page: Page, dataset: str, folder: Path) -> zipfile.ZipFile:
    """Make a report of the approved images and download everything."""
    page.goto(dataset + "/report")
    check_accessibility(page)
    page.get_by_role("button", name="Make report").click()
    expect(page.locator(".chip.good", has_text="Ready").first).to_be_visible(timeout=120_000)
    check_accessibility(page)
    with page.expect_download() as started:
        page.locator("a[href$='.zip']").first.click()
    path = folder / "report.zip"
    started.value.save_as(path)
    return zipfile.ZipFile(path)


def check_against_scikit_image(bundle: zipfile.ZipFile) -> None:
    """Every cell of the CSV has scikit-image's numbers for the label image beside it."""
    rows = list(csv.DictReader(io.StringIO(bundle.read("cells.csv").decode("utf-8-sig"))))
    labels = imread(io.BytesIO(bundle.read("labels/nuclei_01.tif")))
    grey = np.asarray(Image.open(NUCLEI).convert("RGB"))[..., 0]
    names = ("label", "area", "perimeter", "eccentricity", "solidity", "intensity_mean")
    expected = regionprops_table(labels, grey, properties=(*names, "intensity_std"))
    columns = {
        "area": "area_px",
        "perimeter": "perimeter_px",
        "eccentricity": "eccentricity",
        "solidity": "solidity",
        "intensity_mean": "channel_1_mean",
        "intensity_std": "channel_1_sd",
    }
    assert [int(row["label"]) for row in rows] == expected["label"].tolist()
    for theirs, ours in columns.items():
        found = [float(row[ours]) for row in rows]
        np.testing.assert_allclose(found, expected[theirs], rtol=1e-9, atol=1e-9, err_msg=ours)


def test_one_real_image_travels_the_whole_chain(
    product: Product, new_window: NewWindow, tmp_path: Path
) -> None:
    alice = new_window()
    found_the_lab(alice)
    sign_in_again(alice)
    dataset = make_dataset(alice)
    upload(alice, tmp_path)
    segment(alice, dataset)

    open_image(alice, dataset, "nuclei_01")
    check_accessibility(alice)
    y, x = empty_spot(alice)
    stroke(alice, y, x - 6, 12)
    drawn = label_at(alice, y, x)
    assert drawn > 0
    wait_until_saved(alice, 1)
    alice.keyboard.press("Control+z")
    wait_until_saved(alice, 2)
    assert label_at(alice, y, x) == 0
    alice.keyboard.press("Control+Shift+z")
    wait_until_saved(alice, 3)
    alice.reload()
    wait_for_viewer(alice)
    assert label_at(alice, y, x) == drawn
    find_a_deleted_cell_again(alice, version=3)

    viewer = alice.url.split("?")[0]
    alice.goto(dataset)
    link = invite(alice, "reviewer")
    rita = new_window()
    join(rita, link)
    rita.goto(viewer)
    wait_for_viewer(rita)
    assert label_at(rita, y, x) == drawn
    alice.goto(viewer)
    wait_for_viewer(alice)
    alice.keyboard.press("e")
    stroke_with_eraser(alice, y, x)
    wait_until_saved(alice, 8)
    wait_until(rita, "() => window.coverslip_viewer.version === 8")
    assert label_at(rita, y, x) == label_at(alice, y, x)

    alice.get_by_role("button", name=re.compile("^Submit")).click()
    alice.wait_for_url(lambda address: viewer not in address)
    rita.goto("/review")
    check_accessibility(rita)
    rita.get_by_role("link", name=re.compile("Open nuclei_01")).click()
    wait_for_viewer(rita)
    with rita.expect_response(re.compile("/approve$")) as answered:
        rita.get_by_role("button", name=re.compile("^Approve")).click()
    assert answered.value.ok, answered.value.text()
    alice.goto(dataset)
    expect(alice.locator("li.tile", has_text="nuclei_01")).to_contain_text("Approved")

    with download_bundle(alice, dataset, tmp_path) as bundle:
        check_against_scikit_image(bundle)
        assert {"report.pdf", "provenance.json", "images.csv", "overlays/nuclei_01.png"} <= set(
            bundle.namelist()
        )
    alice.get_by_role("link", name="Audit").first.click()
    check_accessibility(alice)
    verified = product.command("verify")
    assert verified.returncode == 0, verified.stderr
    assert "Every chain holds" in verified.stdout


def stroke_with_eraser(page: Page, y: float, x: float) -> None:
    """One touch of the eraser at an image point."""
    place = page.evaluate("([y, x]) => window.coverslip_viewer.image_to_screen(y, x)", [y, x])
    page.mouse.move(place["x"], place["y"])
    page.mouse.down()
    page.mouse.move(place["x"] + 1, place["y"])
    page.mouse.up()
