"""From Enter to the next image: milliseconds until its full picture is on the screen.

    python -m tests.benchmarks.next_image DATA [--images 6]

Real images, segmented by the generalist, in the real product and browser. First each is submitted
before the next one could be made ready, which is what opening a page takes; then the person looks
at each for a while, as she would, and submits it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from tests.benchmarks.real_images import Task, open_product, segmented_dataset, wait_for_viewer

LOOKING_MS = 6000
POLL_MS = 5


def submit(page: Page) -> float:
    """Press Enter; the milliseconds until the next image is there as a whole."""
    address = page.url.split("?")[0]
    started = time.perf_counter()
    page.keyboard.press("Enter")
    while page.url.split("?")[0] == address:
        page.wait_for_timeout(POLL_MS)
    wait_for_viewer(page)
    return 1000 * (time.perf_counter() - started)


def measure(page: Page, tasks: list[Task], *, at_once: bool) -> None:
    """Go through the images of a new dataset."""
    name = "at once" if at_once else "after a look"
    page.goto(segmented_dataset(page, name, tasks))
    page.locator("li.tile", has_text=tasks[0].path.stem).locator("a").first.click()
    wait_for_viewer(page)
    times = []
    for _ in tasks[1:]:
        if not at_once:
            page.wait_for_timeout(LOOKING_MS)
        times.append(submit(page))
    said = ", ".join(f"{one:.0f}" for one in times)
    print(f"  {name:14s} median {np.median(times):5.0f} ms  (target 300 ms)  {said}", flush=True)


def main() -> None:
    """Print both rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, default=6)
    options = parser.parse_args()
    with open_product(options.data, options.images) as (page, tasks):
        for at_once in (True, False):
            measure(page, tasks, at_once=at_once)


if __name__ == "__main__":
    main()
