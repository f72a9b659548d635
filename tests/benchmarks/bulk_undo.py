"""Ten thousand cells deleted by a rule in a real browser: milliseconds until undo shows them again.

Run as `python -m tests.benchmarks.bulk_undo`. A plane of 8,064 x 8,064 pixels with 50,176 cells, of
which every fifth is small; real server, real Chromium with software GL, the whole plane on the
screen. From the key to the pixels, so the target is that of viewer.md: undo of anything < 100 ms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.benchmarks.bulk_edits import N_COLUMNS, PITCH_PX, RADIUS_PX
from tests.benchmarks.lab import Picture, running_lab
from tests.benchmarks.viewer import browser_at, open_image

SMALL_RADIUS_PX = 8
N_ROUNDS = 5
PATIENCE_MS = 600_000

PRESS = """shift => {
  const holder = document.querySelector(".holder");
  const started = performance.now();
  const key = { key: "z", ctrlKey: true, shiftKey: shift, bubbles: true, cancelable: true };
  holder.dispatchEvent(new KeyboardEvent("keydown", key));
  const changed = performance.now();
  window.coverslip_viewer.measure_frame();
  return [changed - started, performance.now() - started];
}"""


def cells() -> NDArray[np.uint32]:
    """Discs on a grid, (Y, X) uint32, numbered row by row from 1; every fifth is small."""
    y, x = np.ogrid[:PITCH_PX, :PITCH_PX]
    middle = PITCH_PX // 2
    square = (y - middle) ** 2 + (x - middle) ** 2
    numbers = np.arange(1, N_COLUMNS**2 + 1, dtype=np.uint32).reshape(N_COLUMNS, N_COLUMNS)
    small, large = numbers * (numbers % 5 == 0), numbers * (numbers % 5 != 0)
    discs = [
        np.kron(chosen.astype(np.uint32), (square <= radius**2).astype(np.uint32))
        for chosen, radius in ((small, SMALL_RADIUS_PX), (large, RADIUS_PX))
    ]
    return discs[0] + discs[1]


def wait_until_saved(page: Page, version: int) -> None:
    """Until the server has this version."""
    page.wait_for_function(
        "version => window.coverslip_viewer.version === version"
        " && window.coverslip_viewer.saved === 'saved'",
        arg=version,
        timeout=PATIENCE_MS,
    )


def delete_small(page: Page) -> None:
    """Delete the small cells by the rule of their size."""
    page.keyboard.press("Shift+D")
    page.get_by_label("Area below").fill("400")
    page.get_by_role("button", name="Delete 10").click()
    wait_until_saved(page, 1)


def main() -> None:
    """Start, delete, undo and redo, print."""
    labels = cells()
    noise = np.random.default_rng(1).integers(90, 140, (1, *labels.shape), dtype=np.uint16)
    picture = Picture(noise + 3000 * (labels > 0).astype(np.uint16), labels)
    with running_lab(picture) as lab, browser_at(lab) as (_, context):
        page, _ = open_image(context, lab)
        delete_small(page)
        version = 1
        for name, shift in [("undo", False), ("redo", True)] * N_ROUNDS:
            changed, drawn = page.evaluate(PRESS, shift)
            print(f"  {name} of {N_COLUMNS**2 // 5:,} cells: {drawn:6.0f} ms", end="")
            print(f" to the pixels ({changed:.0f} ms of it the change)", flush=True)
            version += 1
            wait_until_saved(page, version)


if __name__ == "__main__":
    main()
