"""What it takes to bring real predictions to the truth: actions and seconds per 100 cells.

    python -m tests.benchmarks.correcting DATA [--images 10]

A scripted reviewer opens held-out images in the real product, in a real browser, corrects the
generalist's cells until every true cell has one of IoU >= .7, and presses Enter for the next -
with all tools, with all of them and the queue of doubtful cells, and by deleting and redrawing
alone. The script knows what is wrong, a person has to look for it: only the queue spares that, and
it is paid for with a key for every doubtful cell that is right. The seconds of the person are
modeled (`correcting_hands.py`), so they are the same on a busy machine; those of the product are
measured.
Zooming in to small cells is not counted, in neither way.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from segmentation.engine.arrays import AnyArray
from segmentation.engine.cli.train import find_files
from segmentation.engine.files import read_labels
from segmentation.engine.training.data import RECIPE, LabeledFile
from tests.benchmarks.correcting_hands import PATIENCE_S, Effort, Hands, Traffic
from tests.benchmarks.correcting_reviewer import GOOD, Means, Reviewer, ious, is_counted
from tests.browser.conftest import FLAGS
from tests.browser.product import running_product
from tests.browser.test_story import PASSWORD
from webapp.bootstrap.browser import require_browser

LARGEST_SIDE = 1100
"""Larger ones would be shown coarser than they are on the benchmark's screen."""
LEAST_CELLS, MOST_CELLS = 15, 250
WAYS = {
    "all tools": Means(has_all_tools=True, walks_doubtful=False),
    "doubtful cells first": Means(has_all_tools=True, walks_doubtful=True),
    "delete and redraw": Means(has_all_tools=False, walks_doubtful=False),
}
RUN_PATIENCE_MS = 3_600_000


@dataclass(frozen=True)
class Task:
    """An image to correct: its file, named by its turn, and the truth (Y, X) int64."""

    path: Path
    modality: str
    truth: AnyArray


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


def n_good(hands: Hands, truth: AnyArray) -> int:
    """How many true cells have one that matches."""
    best = ious(hands.labels(), truth).max(0)
    return int(((best >= GOOD) & is_counted(truth)).sum())


def correct(page: Page, traffic: Traffic, task: Task, means: Means) -> Effort:
    """Correct the image that is open; what it took."""
    effort = Effort(n_cells=int(is_counted(task.truth).sum()))
    hands = Hands(page, traffic, (task.truth.shape[0], task.truth.shape[1]), effort)
    effort.n_good_before = n_good(hands, task.truth)
    Reviewer(hands, task.truth).review(means)
    effort.n_good = n_good(hands, task.truth)
    return effort


def submit(page: Page, effort: Effort, *, is_last: bool) -> None:
    """Enter: the image is submitted and the next one opens."""
    address = page.url.split("?")[0]
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    effort.count("key", 0.28)
    if not is_last:
        page.wait_for_url(lambda url: url.split("?")[0] != address)
        wait_for_viewer(page)


def show(name: str, effort: Effort) -> None:
    """Print a row."""
    per_100 = 100 / max(effort.n_cells, 1)
    n_left = effort.n_cells - effort.n_good
    by_kind = ", ".join(f"{n} {kind}s" for kind, n in sorted(effort.actions.items()))
    print(
        f"  {name:34s} {effort.n_cells:5d} cells, {effort.n_good_before:4d} good before,"
        f" {n_left:3d} not brought there; per 100 cells {effort.n_actions * per_100:6.1f} actions,"
        f" {effort.person_s * per_100:7.1f} s of the person,"
        f" {effort.product_s * per_100:6.1f} s of the product  ({by_kind})",
        flush=True,
    )


def correct_all(page: Page, way: str, tasks: list[Task]) -> None:
    """One way through all images."""
    dataset = segmented_dataset(page, way, tasks)
    traffic = Traffic(page)
    total = Effort()
    page.goto(dataset)
    page.locator("li.tile", has_text=tasks[0].path.stem).locator("a").first.click()
    wait_for_viewer(page)
    for task in tasks:
        effort = correct(page, traffic, task, WAYS[way])
        submit(page, effort, is_last=task is tasks[-1])
        traffic.forget()
        show(f"{way}: {task.modality}", effort)
        total.add(effort)
    show(f"{way}: ALL", total)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, default=10)
    options = parser.parse_args()
    expect.set_options(timeout=PATIENCE_S * 1000)
    print(f"until every true cell has one of IoU >= {GOOD}")
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as images,
        running_product(Path(folder)) as product,
        sync_playwright() as play,
    ):
        tasks = prepare(choose(options.data, options.images), Path(images))
        chromium = play.chromium.launch(
            executable_path=str(require_browser()), headless=True, args=FLAGS
        )
        context = chromium.new_context(
            base_url=product.address,
            viewport={"width": 1440, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        found_the_lab(page)
        for way in WAYS:
            correct_all(page, way, tasks)
        chromium.close()


if __name__ == "__main__":
    main()
