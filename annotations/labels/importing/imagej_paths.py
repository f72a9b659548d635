"""The paths of composite ROIs of ImageJ: moves, lines and curves as a list of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
_MOVE, _LINE, _QUADRATIC, _CUBIC, _CLOSE = range(5)
_NUMBERS_OF = {_MOVE: 2, _LINE: 2, _QUADRATIC: 4, _CUBIC: 6, _CLOSE: 0}
_STEPS_OF_A_CURVE = 16


def rings_of(values: Sequence[float]) -> list[list[Point]]:
    """The closed rings (x, y) of a path; ValueError when it is broken."""
    rings: list[list[Point]] = []
    at = 0
    while at < len(values):
        kind = int(values[at])
        n = _NUMBERS_OF.get(kind, -1)
        numbers = values[at + 1 : at + 1 + n]
        if n < 0 or len(numbers) < n or (kind != _MOVE and not rings):
            raise ValueError
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if kind == _MOVE:
            rings.append(points)
        elif kind == _LINE:
            rings[-1].extend(points)
        elif kind != _CLOSE:
            rings[-1].extend(_curve(rings[-1][-1], points))
        at += 1 + n
    return rings


def _curve(start: Point, controls: Sequence[Point]) -> list[Point]:
    """Points along a Bezier curve, its end included."""
    return [
        _at([start, *controls], step / _STEPS_OF_A_CURVE)
        for step in range(1, _STEPS_OF_A_CURVE + 1)
    ]


def _at(points: Sequence[Point], share: float) -> Point:
    """The point of a Bezier curve by repeated halving of its controls (de Casteljau)."""
    while len(points) > 1:
        points = [
            (ax + share * (bx - ax), ay + share * (by - ay))
            for (ax, ay), (bx, by) in pairwise(points)
        ]
    return points[0]
