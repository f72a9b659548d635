"""The viewer in Chromium with software GL, on mosaics of real images: the table of viewer.md.

    python -m tests.benchmarks.viewer DATA [--only NAME]

Prints a row a figure beside its target. The server, its database and the browser are real; the
windows are 1280 x 800 pixels, of which the picture takes about 930 x 660.

Beside the frames a second stands what one frame cost the processors (of the page and of the
graphics process): that number holds on a machine that does other work, too.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, BrowserContext, Page

from tests.benchmarks.lab import CHECKOUT, Lab, Picture, running_lab
from tests.benchmarks.mosaics import mosaic
from tests.chromium import running_chromium

MEGABYTE = 1e6
BUNDLE = CHECKOUT / "static/build/viewer.js"
N_FRAMES = 60
N_EDITS = 500
N_IMAGES = 50
QUIET_S = 0.6
TAB_RESTS_AFTER_MS = 1500
LONGEST_WAIT_S = 30

MOVE = """
async ({ n, kind }) => {
  const holder = document.querySelector(".holder");
  const canvas = [...holder.querySelectorAll("canvas")].pop();
  const box = holder.getBoundingClientRect();
  const shared = { bubbles: true, cancelable: true, pointerId: 1, isPrimary: true };
  const tell = (type, [x, y], more) => {
    const place = { clientX: box.left + x, clientY: box.top + y };
    const Kind = type === "wheel" ? WheelEvent : PointerEvent;
    canvas.dispatchEvent(new Kind(type, { ...shared, ...place, ...more }));
  };
  const frame = () => new Promise(requestAnimationFrame);
  const middle = [box.width / 2, box.height / 2];
  const times = [];
  if (kind === "pan") tell("pointerdown", middle, { button: 1, buttons: 4 });
  let last = await frame();
  for (let i = 1; i <= n; i++) {
    const place = [middle[0] + 150 * Math.sin(i / 9), middle[1] + 90 * Math.cos(i / 7)];
    if (kind === "pan") tell("pointermove", place, { buttons: 4 });
    else tell("wheel", place, { deltaY: i % 20 < 10 ? -40 : 40, ctrlKey: true });
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  if (kind === "pan") tell("pointerup", middle, { button: 1 });
  return times;
}
"""

# From the event to the pixels, in one go: between two calls from outside the page would have drawn.
POINT = """
steps => {
  const canvas = [...document.querySelector(".holder").querySelectorAll("canvas")].pop();
  const shared = { bubbles: true, cancelable: true, pointerId: 1, isPrimary: true };
  const startedAt = performance.now();
  for (const [type, x, y, buttons] of steps) {
    const more = { clientX: x, clientY: y, buttons, pressure: buttons && 0.5 };
    canvas.dispatchEvent(new PointerEvent(type, { ...shared, ...more }));
  }
  window.coverslip_viewer.measure_frame();
  return performance.now() - startedAt;
}
"""


class Table:
    """Rows of name, target and what was measured."""

    def row(self, name: str, target: str, measured: str) -> None:
        print(f"  {name:58s} {target:>14s}   {measured}", flush=True)


@contextmanager
def browser_at(lab: Lab) -> Iterator[tuple[Browser, BrowserContext]]:
    """A Chromium that is signed in at the lab."""
    with running_chromium() as chromium:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        context.set_default_timeout(300_000)
        address = f"http://127.0.0.1:{lab.port}"
        context.add_cookies([{"name": "sessionid", "value": lab.cookie, "url": address}])
        yield chromium, context


def open_image(context: BrowserContext, lab: Lab) -> tuple[Page, float]:
    """Go to the image from its dataset; the seconds from there to the first full picture.

    In a tab that has come to rest: while Chromium makes a new one, its own user interface keeps
    the processors busy for a second, which nobody sees who is in the lab already.
    """
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{lab.port}/datasets/{lab.dataset}", wait_until="load")
    page.wait_for_timeout(TAB_RESTS_AFTER_MS)
    start = time.perf_counter()
    page.goto(f"http://127.0.0.1:{lab.port}/images/{lab.image}", wait_until="commit")
    page.wait_for_function("() => window.coverslip_viewer !== undefined", polling=5)
    page.evaluate("window.coverslip_viewer.ready")
    return page, time.perf_counter() - start


def frames(page: Page, kind: str) -> str:
    """Pan or zoom for some frames; frames a second by the median and by the slowest twentieth."""
    page.evaluate(MOVE, {"n": 15, "kind": kind})
    before = processor_ms()
    times = np.array(page.evaluate(MOVE, {"n": N_FRAMES, "kind": kind}))
    cost = (processor_ms() - before) / N_FRAMES
    slow = 1000 / np.percentile(times, 95)
    return f"{1000 / np.median(times):.0f} frames/s (slow: {slow:.0f}; {cost:.0f} ms of processor)"


def browser_processes(*kinds: str) -> list[psutil.Process]:
    """The processes of Chromium of these kinds: "renderer" is a page, "gpu-process" draws."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if any(f"--type={kind}" in one.cmdline() for kind in kinds):
                found.append(one)
        except psutil.Error:
            continue
    return found


def processor_ms() -> float:
    """What the pages and the graphics process have taken of the processors until now."""
    times = [one.cpu_times() for one in browser_processes("renderer", "gpu-process")]
    return 1000 * sum(time.user + time.system for time in times)


def memory_of_tab() -> float:
    """The memory of the largest page in MB, with its part of what it shares with others (PSS).

    What is resident besides is Chromium's own program, some 130 MB, which all its processes share.
    """
    sizes = [one.memory_full_info().pss for one in browser_processes("renderer")]
    return max(sizes, default=0) / MEGABYTE


def wait_for_tiles(page: Page) -> None:
    """Until nothing has been fetched for a while: what is ahead is loaded too."""
    count, since, start = -1, time.perf_counter(), time.perf_counter()
    while time.perf_counter() - start < LONGEST_WAIT_S:
        now = page.evaluate("performance.getEntriesByType('resource').length")
        if now != count:
            count, since = now, time.perf_counter()
        elif time.perf_counter() - since > QUIET_S:
            return
        page.wait_for_timeout(50)


def heap_of(page: Page) -> float:
    """The JavaScript heap of a tab in MB, after its rubbish was collected."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")) / MEGABYTE


def cell_points(labels: np.ndarray, n: int) -> list[tuple[int, int]]:
    """Points (y, x) in the middle of cells near the middle of the image."""
    side = labels.shape[0]
    half = min(side // 2, 300)
    part = labels[side // 2 - half : side // 2 + half, side // 2 - half : side // 2 + half]
    points = []
    for number in np.unique(part)[1:]:
        ys, xs = np.nonzero(part == number)
        points.append((int(ys.mean()) + side // 2 - half, int(xs.mean()) + side // 2 - half))
    return points[:n]


def select_each(page: Page, points: list[tuple[int, int]]) -> list[float]:
    """Click the cells that are on the screen; milliseconds from the events to the pixels."""
    times = []
    for point in points:
        place = page.evaluate(
            "([y, x]) => window.coverslip_viewer.image_to_screen(y, x)", list(point)
        )
        x, y = place["x"], place["y"]
        steps = [["pointermove", x, y, 0], ["pointerdown", x, y, 1], ["pointerup", x, y, 0]]
        page.keyboard.press("Escape")
        milliseconds = float(page.evaluate(POINT, steps))
        if page.evaluate("window.coverslip_viewer.selected.length") == 1:
            times.append(milliseconds)
    assert len(times) >= 5
    return times


def zoom_to_middle(page: Page, times: int) -> None:
    """Zoom in around the middle."""
    for _ in range(times):
        page.keyboard.press("+")
    page.wait_for_timeout(300)
    wait_for_tiles(page)


def draw(page: Page, n_strokes: int) -> np.ndarray:
    """Short strokes of the brush; milliseconds from the pointer's event to the pixels."""
    page.keyboard.press("b")
    box = page.locator(".holder").first.bounding_box()
    assert box is not None
    times = []
    for i in range(n_strokes):
        x, y = box["x"] + 100 + 13 * (i % 60), box["y"] + 80 + 11 * (i // 60 % 40)
        page.evaluate(POINT, [["pointermove", x, y, 0], ["pointerdown", x, y, 1]])
        for step in range(1, 4):
            move = ["pointermove", x + 3 * step, y + step, 1]
            times.append(float(page.evaluate(POINT, [move])))
        page.evaluate(POINT, [["pointerup", x + 9, y + 3, 0]])
    return np.array(times)


def measure_opening(data: Path, table: Table) -> None:
    """An everyday image."""
    pixels, labels = mosaic(data, 2048, 3, 1000)
    with running_lab(Picture(pixels, labels)) as lab, browser_at(lab) as (_, context):
        open_image(context, lab)[0].close()
        took = [open_image(context, lab) for _ in range(5)]
        seconds = np.median([one for _, one in took])
        table.row("open 2,048 x 2,048, 3 channels", "< 1 s", f"{seconds:.2f} s")
        page = took[-1][0]
        start = heap_of(page)
        strokes = draw(page, N_EDITS)
        page.wait_for_function("() => window.coverslip_viewer.saved === 'saved'")
        n_edits = page.evaluate("window.coverslip_viewer.version")
        table.row(
            "brush, event to pixels",
            "< 16 ms",
            f"p50 {np.median(strokes):.1f}, p95 {np.percentile(strokes, 95):.1f} ms",
        )
        table.row(f"heap over {n_edits} edits", "flat", f"{start:.0f} -> {heap_of(page):.0f} MB")
        table.row(f"memory of the tab over {N_IMAGES} images", "flat", over_images(page, lab))


def over_images(page: Page, lab: Lab) -> str:
    """Open image after image in the same tab; its memory after some, and after all.

    After its rubbish was collected: when a browser does that by itself depends on how much memory
    the machine has.
    """
    sizes = []
    for _ in range(N_IMAGES):
        page.goto(f"http://127.0.0.1:{lab.port}/images/{lab.image}")
        page.wait_for_function("() => window.coverslip_viewer !== undefined", polling=20)
        page.evaluate("window.coverslip_viewer.ready")
        heap_of(page)
        sizes.append(memory_of_tab())
    return f"{np.median(sizes[2:7]):.0f} -> {np.median(sizes[-5:]):.0f} MB"


def measure_large(data: Path, table: Table) -> None:
    """A whole slide."""
    pixels, labels = mosaic(data, 10_000, 4, 50_000)
    n_cells = int(labels.max())
    with running_lab(Picture(pixels, labels)) as lab, browser_at(lab) as (_, context):
        del pixels
        open_image(context, lab)[0].close()
        page, seconds = open_image(context, lab)
        name = f"10,000 x 10,000, 4 channels, {n_cells:,} cells"
        table.row(f"open {name}", "< 2 s", f"{seconds:.2f} s")
        for place, steps in (("whole", 0), ("closer", 5), ("cells", 5)):
            zoom_to_middle(page, steps)
            table.row(f"pan, {place}", ">= 30 frames/s", frames(page, "pan"))
            table.row(f"zoom, {place}", ">= 30 frames/s", frames(page, "zoom"))
            full = [page.evaluate("window.coverslip_viewer.measure_full_frame()") for _ in range(9)]
            table.row(f"one full frame, {place}", "", f"{np.median(full):.0f} ms")
        selected = select_each(page, cell_points(labels, 60))
        table.row("select a cell", "< 50 ms", f"p95 {np.percentile(selected, 95):.0f} ms")
        at_once, heap = memory_of_tab(), heap_of(page)
        collected = f"{at_once:.0f} MB, {memory_of_tab():.0f} without its rubbish"
        table.row("memory of the tab", "< 600 MB", collected)
        table.row("JavaScript heap", "", f"{heap:.0f} MB")


def measure_huge(data: Path, table: Table) -> None:
    """More cells than anybody corrects by hand."""
    pixels, labels = mosaic(data, 20_000, 1, 200_000)
    n_cells = int(labels.max())
    with running_lab(Picture(pixels, labels)) as lab, browser_at(lab) as (_, context):
        del pixels
        open_image(context, lab)[0].close()
        page, seconds = open_image(context, lab)
        table.row(f"open 20,000 x 20,000, {n_cells:,} cells", "", f"{seconds:.2f} s")
        table.row("pan, whole", ">= 20 frames/s", frames(page, "pan"))
        zoom_to_middle(page, 10)
        table.row("pan, cells", ">= 20 frames/s", frames(page, "pan"))
        selected = select_each(page, cell_points(labels, 60))
        table.row("select a cell", "< 50 ms", f"p95 {np.percentile(selected, 95):.0f} ms")


def measure_bundle(_: Path, table: Table) -> None:
    """What a browser loads first."""
    size = len(gzip.compress(BUNDLE.read_bytes(), 9))
    table.row("bundle of the viewer, gzipped", "< 250 kB", f"{size / 1000:.0f} kB")


PARTS: dict[str, Callable[[Path, Table], None]] = {
    "bundle": measure_bundle,
    "opening": measure_opening,
    "large": measure_large,
    "huge": measure_huge,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", choices=list(PARTS))
    options = parser.parse_args()
    table = Table()
    for name, measure in PARTS.items():
        if options.only in (None, name):
            measure(options.data, table)


if __name__ == "__main__":
    main()
