"""What it takes to bring real predictions to the truth: actions and seconds per 100 cells.

    python -m tests.benchmarks.correcting DATA [--images 10] [--way NAME]

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
from pathlib import Path

from playwright.sync_api import Page

from segmentation.engine.arrays import AnyArray
from tests.benchmarks.correcting_hands import Effort, Hands, Traffic
from tests.benchmarks.correcting_reviewer import Means, Reviewer
from tests.benchmarks.correcting_shapes import GOOD, ious, is_counted
from tests.benchmarks.real_images import Task, open_product, segmented_dataset, wait_for_viewer

WAYS = {
    "all tools": Means(has_all_tools=True, walks_doubtful=False),
    "doubtful cells first": Means(has_all_tools=True, walks_doubtful=True),
    "delete and redraw": Means(has_all_tools=False, walks_doubtful=False),
}


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
    parser.add_argument("--way", choices=list(WAYS), help="only this one")
    options = parser.parse_args()
    print(f"until every true cell has one of IoU >= {GOOD}")
    with open_product(options.data, options.images) as (page, tasks):
        for way in [options.way] if options.way else WAYS:
            correct_all(page, way, tasks)


if __name__ == "__main__":
    main()
