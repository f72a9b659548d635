"""Hands for the viewer: points are (y, x) of the image, as everywhere."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

Point = tuple[float, float]


class Viewer:
    """One browser window with an open image."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def wait(self) -> Viewer:
        """Until the first full picture is on the screen, and a new cell could be drawn."""
        self.page.wait_for_function("() => window.coverslip_viewer !== undefined")
        self.page.evaluate("window.coverslip_viewer.ready")
        return self.until_idle()

    def until_idle(self) -> Viewer:
        """Until everything that the view asks for is on the screen."""
        self.page.wait_for_function("() => window.coverslip_viewer.is_idle")
        return self

    def reload(self) -> Viewer:
        self.page.reload()
        return self.wait()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def label(self, point: Point) -> int:
        return int(self._ask("([y, x]) => window.coverslip_viewer.label_at(y, x)", list(point)))

    @property
    def version(self) -> int:
        return int(self._ask("window.coverslip_viewer.version"))

    @property
    def n_waiting(self) -> int:
        return int(self._ask("window.coverslip_viewer.n_waiting"))

    def hover(self, point: Point) -> None:
        self.page.mouse.move(*self._screen(point))

    def click(self, point: Point, modifier: str | None = None) -> None:
        if modifier:
            self.page.keyboard.down(modifier)
        self.page.mouse.click(*self._screen(point))
        if modifier:
            self.page.keyboard.up(modifier)

    def drag(self, *points: Point) -> None:
        self.hover(points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self._screen(point), steps=4)
        self.page.mouse.up()

    def until_version(self, version: int) -> None:
        """Until the server has this many edits and nothing waits."""
        self.page.wait_for_function(
            "version => window.coverslip_viewer.version === version"
            " && window.coverslip_viewer.saved === 'saved'",
            arg=version,
        )

    def until_label(self, point: Point, label: int) -> None:
        self.page.wait_for_function(
            "([y, x, label]) => window.coverslip_viewer.label_at(y, x) === label",
            arg=[*point, label],
        )

    def until_selected(self, *labels: int) -> None:
        """Until exactly these cells are selected, in this order."""
        self.page.wait_for_function(
            "labels => String(window.coverslip_viewer.selected) === String(labels)",
            arg=list(labels),
        )

    def until_shown(self, point: Point) -> None:
        """Until a point of the image lies well inside the picture, beside any panel."""
        self.page.wait_for_function(
            """([y, x]) => {
              const place = window.coverslip_viewer.image_to_screen(y, x);
              const box = document.querySelector(".holder").getBoundingClientRect();
              return Math.abs(place.y - box.top - box.height / 2) < box.height / 4
                && Math.abs(place.x - box.left - box.width / 2) < box.width / 4;
            }""",
            arg=list(point),
        )

    def until_in_address(self) -> None:
        """Until a reload would show this place with these cells selected."""
        self.page.wait_for_function(
            """() => {
              const { image_to_screen, selected } = window.coverslip_viewer;
              const query = new URLSearchParams(location.search);
              const zoom = image_to_screen(0, 1).x - image_to_screen(0, 0).x;
              const [y, x] = (query.get("at") ?? "").split(",").map(Number);
              const place = image_to_screen(y, x);
              const box = document.querySelector(".holder").getBoundingClientRect();
              const [down, right] = [box.top + box.height / 2, box.left + box.width / 2];
              return Math.abs(Number(query.get("zoom")) - zoom) < 1e-3
                && Math.hypot(place.y - down, place.x - right) < zoom
                && (query.get("cell") ?? "") === selected.join("~");
            }"""
        )

    def says(self, text: str) -> None:
        """Until a notice with this text is shown."""
        self.page.locator(".notice", has_text=text).first.wait_for()

    def _screen(self, point: Point) -> tuple[float, float]:
        place = self._ask("([y, x]) => window.coverslip_viewer.image_to_screen(y, x)", list(point))
        return float(place["x"]), float(place["y"])

    def _ask(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)
