"""Held-out images in the real product: a lab, its datasets, a page of the real browser."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from segmentation.engine.arrays import AnyArray
from segmentation.engine.cli.train import find_files
from segmentation.engine.files import read_labels
from segmentation.engine.training.data import RECIPE, LabeledFile
from tests.benchmarks.correcting_hands import PATIENCE_S
from tests.browser.product import PASSWORD, running_product
from tests.chromium import running_chromium

LARGEST_SIDE = 1100
"""Larger ones would be shown coarser than they are on the benchmark's screen."""
LEAST_CELLS, MOST_CELLS = 15, 250
RUN_PATIENCE_MS = 3_600_000


@dataclass(frozen=True)
class Task:
    """An image to correct: its file, named by its turn, and the truth (Y, X) int64."""

    path: Path
    modality: str
    truth: AnyArray


@contextmanager
def open_product(data: Path, n_images: int) -> Iterator[tuple[Page, list[Task]]]:
    """Start the product with a lab in it; its first page, and the images to work on."""
    expect.set_options(timeout=PATIENCE_S * 1000)
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as images,
        running_product(Path(folder)) as product,
        running_chromium() as chromium,
    ):
        tasks = prepare(choose(data, n_images), Path(images))
        context = chromium.new_context(
            base_url=product.address,
            viewport={"width": 1440, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        found_the_lab(page)
        yield page, tasks


def choose(data: Path, n_images: int) -> list[LabeledFile]:
    """Return held-out images that fit the screen, the modalities in turn."""
    by_kind: dict[str, list[LabeledFile]] = {}
    for file in find_files([data], RECIPE, 0):
        if file.is_held_out and is_fit(file.labels):
            by_kind.setdefault(file.part.modality, []).append(file)
    most = max(len(files) for files in by_kind.values())
    turns = [f for turn in range(most) for files in by_kind.values() for f in files[turn:][:1]]
    return turns[:n_images]


def is_fit(path: Path) -> bool:
    """Say whether a label file is one plane of the right size with some cells."""
    labels = read_labels(path)
    n_cells = len(np.unique(labels)) - 1
    is_one_plane = len(labels) == 1 and max(labels.shape) <= LARGEST_SIDE
    return is_one_plane and LEAST_CELLS <= n_cells <= MOST_CELLS


def prepare(files: list[LabeledFile], folder: Path) -> list[Task]:
    """Copy the images under names that keep their order."""
    tasks = []
    for turn, file in enumerate(files):
        path = folder / f"{turn:02d}_{file.image.name}"
        shutil.copyfile(file.image, path)
        truth = np.unique(read_labels(file.labels)[0], return_inverse=True)[1]
        shape = read_labels(file.labels).shape[1:]
        tasks.append(Task(path, file.part.modality, truth.reshape(shape).astype(np.int64)))
    return tasks


def found_the_lab(page: Page) -> None:
    """Alice opens the address and becomes the owner."""
    page.goto("/")
    page.get_by_label("Your name").fill("Alice Kern")
    page.get_by_label("E-mail address").fill("alice@lab.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the lab").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alice")


def segmented_dataset(page: Page, name: str, tasks: list[Task]) -> str:
    """A project of this name with the images in it, segmented; the address of the dataset."""
    page.goto("/")
    page.get_by_role("button", name="New project").first.click()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("button", name="New dataset").first.click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Images")
    page.get_by_role("button", name="Create dataset").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Upload")
    dataset = page.url.removesuffix("/upload")
    page.locator("#files").set_input_files([task.path for task in tasks])
    expect(page.locator("tr.file-row.ready")).to_have_count(len(tasks))
    page.goto(dataset + "/run")
    page.get_by_role("button", name=re.compile("Start|Segment")).first.click()
    page.wait_for_url("**/runs/*")
    finished = page.get_by_role("heading", name="Finished", exact=True)
    expect(finished).to_be_visible(timeout=RUN_PATIENCE_MS)
    return dataset


def wait_for_viewer(page: Page) -> None:
    """Until the first full picture is there; the page's CSP forbids Playwright's own waiting."""
    while not page.evaluate("() => window.coverslip_viewer !== undefined"):
        page.wait_for_timeout(50)
    page.evaluate("window.coverslip_viewer.ready")
