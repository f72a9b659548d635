"""Hands for an open viewer that count what they do, and how long a person takes for it.

Seconds are those of a practised person by the keystroke-level model (Card, Moran, Newell, Comm.
ACM 23:396, 1980): a key 0.28 s, pointing 1.1 s, a click 0.2 s, to decide 1.35 s, and a drawn line
0.9 s a piece beside 0.16 s a centimeter. What the product takes to answer is measured beside it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from playwright.sync_api import Page, Request

from segmentation.engine.arrays import AnyArray

KEY_S, POINT_S, BUTTON_S, DECIDE_S = 0.28, 1.1, 0.2, 1.35
LINE_S, CENTIMETER_S = 0.9, 0.16
PIXELS_A_CENTIMETER = 38
MOST_PIECES = 8
POLL_MS, QUIET_POLLS = 30, 3
PATIENCE_S = 120.0
Point = tuple[float, float]
Box = tuple[int, int, int, int]

# As runs in one text: a list of a million numbers takes Playwright many seconds.
READ_LABELS = """([y0, x0, y1, x1]) => {
  const { label_at } = window.coverslip_viewer;
  const runs = [];
  let [last, n] = [label_at(y0, x0), 0];
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const label = label_at(y, x);
      if (label !== last) {
        runs.push(last, n);
        [last, n] = [label, 0];
      }
      n++;
    }
  return [...runs, last, n].join(" ");
}"""
IS_SAVED = (
    "() => window.coverslip_viewer.saved === 'saved' && window.coverslip_viewer.n_waiting === 0"
)
PLACE = """([y, x]) => {
  const place = window.coverslip_viewer.image_to_screen(y, x);
  const top = document.elementFromPoint(place.x, place.y);
  return { ...place, is_free: top !== null && top.closest(".holder") !== null };
}"""


@dataclass
class Effort:
    """What was done for some cells, and how long a person and the product take for it."""

    n_cells: int = 0
    n_good_before: int = 0
    n_good: int = 0
    person_s: float = 0.0
    product_s: float = 0.0
    actions: dict[str, int] = field(default_factory=dict)

    @property
    def n_actions(self) -> int:
        """Keys, clicks and drags."""
        return sum(self.actions.values())

    def count(self, kind: str, seconds: float) -> None:
        """One more action."""
        self.person_s += seconds
        self.actions[kind] = self.actions.get(kind, 0) + 1

    def add(self, other: Effort) -> None:
        """Take in the effort of another image."""
        for name in ("n_cells", "n_good_before", "n_good", "person_s", "product_s"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, n in other.actions.items():
            self.actions[kind] = self.actions.get(kind, 0) + n


class Traffic:
    """How many questions of a page the server has not answered yet."""

    def __init__(self, page: Page) -> None:
        self._open: set[Request] = set()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    @property
    def is_quiet(self) -> bool:
        """Whether everything that was asked is answered."""
        return not self._open

    def forget(self) -> None:
        """A new document: what the last one asked is nobody's business any more."""
        self._open.clear()

    def _begin(self, request: Request) -> None:
        if "/api/" in request.url and "/api/me/" not in request.url:
            self._open.add(request)

    def _end(self, request: Request) -> None:
        self._open.discard(request)


class Hands:
    """Keys, clicks and drags in an open viewer; points are (y, x) of the image."""

    def __init__(
        self, page: Page, traffic: Traffic, shape: tuple[int, int], effort: Effort
    ) -> None:
        self.page = page
        self.shape = shape
        self.effort = effort
        self._traffic = traffic
        self._tool = ""

    def labels(self, box: Box | None = None) -> AnyArray:
        """Return what the viewer shows in a box, (Y, X); without one in the whole image."""
        y0, x0, y1, x1 = box or (0, 0, *self.shape)
        read: str = self.page.evaluate(READ_LABELS, [y0, x0, y1, x1])
        runs = np.array(read.split(), np.int64).reshape(-1, 2)
        return np.repeat(runs[:, 0], runs[:, 1]).reshape(y1 - y0, x1 - x0)

    def sees(self, box: Box) -> bool:
        """Whether a box of the image is on the screen, and nothing lies over its corners."""
        y0, x0, y1, x1 = box
        corners = [[y0, x0], [y0, x1 - 1], [y1 - 1, x0], [y1 - 1, x1 - 1]]
        return all(self.page.evaluate(PLACE, corner)["is_free"] for corner in corners)

    @property
    def selected(self) -> list[int]:
        """The selected cells."""
        labels: list[int] = self.page.evaluate("window.coverslip_viewer.selected")
        return labels

    def decide(self) -> None:
        """Look at a cell and know what to do: no action, but time."""
        self.effort.person_s += DECIDE_S

    def use(self, tool: str) -> None:
        """Take a tool in hand, unless it is there already."""
        if self._tool != tool:
            self.key(tool)
            self._tool = tool

    def key(self, name: str) -> None:
        """Press a key."""
        self.effort.count("key", KEY_S)
        self._do(lambda: self.page.keyboard.press(name))

    def click(self, point: Point, modifier: str = "") -> None:
        """Click, perhaps with a key held."""
        place = self._screen(point)
        self.effort.count("click", POINT_S + BUTTON_S)

        def act() -> None:
            if modifier:
                self.page.keyboard.down(modifier)
            self.page.mouse.click(*place)
            if modifier:
                self.page.keyboard.up(modifier)

        self._do(act)

    def select_nothing(self) -> None:
        """Give up the selection, if there is one."""
        if self.selected:
            self.key("Escape")

    def press_at(self, point: Point, keys: Sequence[str]) -> None:
        """Point at a cell and press keys that are about it, unless others are selected."""
        self.select_nothing()
        self.page.mouse.move(*self._screen(point))
        self.effort.person_s += POINT_S
        for name in keys:
            self.key(name)

    def drag(self, points: Sequence[Point]) -> None:
        """Draw along points."""
        places = [self._screen(point) for point in points]
        length = float(np.hypot(*np.diff(np.array(places), axis=0).T).sum())
        n_pieces = min(len(points) - 1, MOST_PIECES)
        seconds = POINT_S + LINE_S * n_pieces + CENTIMETER_S * length / PIXELS_A_CENTIMETER
        self.effort.count("drag", seconds)

        def act() -> None:
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place)
            self.page.mouse.up()

        self._do(act)

    def drag_across(self, start: Point, end: Point) -> None:
        """Drag from corner to corner with shift held; both are places to be pointed at."""
        places = [self._screen(start), self._screen(end)]
        self.effort.count("drag", KEY_S + 2 * POINT_S + BUTTON_S)

        def act() -> None:
            self.page.keyboard.down("Shift")
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            self.page.mouse.move(*places[1], steps=2)
            self.page.mouse.up()
            self.page.keyboard.up("Shift")

        self._do(act)

    def n_screen_pixels(self, start: Point, end: Point) -> float:
        """How far two points are from each other on the screen."""
        (ay, ax), (by, bx) = self._screen(start), self._screen(end)
        return float(np.hypot(by - ay, bx - ax))

    def _do(self, act: object) -> None:
        """Act, and wait until the answer is drawn and the server has it."""
        assert callable(act)
        started = time.perf_counter()
        act()
        self._settle(started)
        polled = POLL_MS * QUIET_POLLS / 1000
        self.effort.product_s += max(0.0, time.perf_counter() - started - polled)

    def _settle(self, started: float) -> None:
        n_quiet = 0
        while n_quiet < QUIET_POLLS:
            self.page.wait_for_timeout(POLL_MS)
            is_quiet = self._traffic.is_quiet and self.page.evaluate(IS_SAVED)
            n_quiet = n_quiet + 1 if is_quiet else 0
            if time.perf_counter() - started > PATIENCE_S:
                raise TimeoutError(f"{self.page.url}: the last action was never answered.")

    def _screen(self, point: Point) -> tuple[float, float]:
        """Where a point is on the screen; a person waits while a notice lies over it."""
        started = time.perf_counter()
        while True:
            place = self.page.evaluate(PLACE, list(point))
            waited_s = time.perf_counter() - started
            if place["is_free"] or waited_s > 10:
                self.effort.person_s += waited_s if waited_s > 0.2 else 0.0
                return place["x"], place["y"]
            self.page.wait_for_timeout(100)
