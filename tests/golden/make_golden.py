"""Write the examples that Python and TypeScript must agree with: patches, marks, operations.

Run as ``python tests/golden/make_golden.py``. Everything here is done the slow and obvious way,
pixel by pixel with exact fractions, and shares no code with the product: it is the second opinion.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

Grid = list[list[int]]
HERE = Path(__file__).parent
NEIGHBORS = ((-1, 0), (1, 0), (0, -1), (0, 1))


# --- patches ---------------------------------------------------------------------------------


def varint(value: int) -> bytes:
    out = []
    while True:
        low, value = value % 128, value // 128
        out.append(low + (128 if value else 0))
        if not value:
            return bytes(out)


def text_of(runs: list[list[int]]) -> str:
    return base64.b64encode(b"".join(varint(n) for run in runs for n in run)).decode()


def patch_of(before: Grid, after: Grid, t: int, z: int) -> dict[str, Any]:
    changed = [
        (y, x)
        for y, row in enumerate(before)
        for x, label in enumerate(row)
        if label != after[y][x]
    ]
    y0, y1 = min(y for y, _ in changed), max(y for y, _ in changed) + 1
    x0, x1 = min(x for _, x in changed), max(x for _, x in changed) + 1
    runs: list[list[int]] = []
    gap = 0
    for y in range(y0, y1):
        for x in range(x0, x1):
            old, new = before[y][x], after[y][x]
            if old == new:
                gap += 1
            elif runs and gap == 0 and runs[-1][2:] == [old, new]:
                runs[-1][1] += 1
            else:
                runs.append([gap, 1, old, new])
                gap = 0
    return {"t": t, "z": z, "bbox": [y0, x0, y1, x1], "runs": text_of(runs)}


def patch_case(name: str, before: Grid, after: Grid, t: int = 0, z: int = 0) -> dict[str, Any]:
    return {
        "name": name,
        "height": len(before),
        "width": len(before[0]),
        "before": before,
        "after": after,
        "patch": patch_of(before, after, t, z),
        "reversed": patch_of(after, before, t, z),
    }


def blank(height: int, width: int, label: int = 0) -> Grid:
    return [[label] * width for _ in range(height)]


def changed_copy(grid: Grid, pixels: dict[tuple[int, int], int]) -> Grid:
    copy = [list(row) for row in grid]
    for (y, x), label in pixels.items():
        copy[y][x] = label
    return copy


def valid_patches() -> list[dict[str, Any]]:
    chance = random.Random(20240501)
    block = {(y, x): 7 for y in range(2, 5) for x in range(3, 6)}
    frame = {(y, x): 3 for y in range(5) for x in range(6) if y in (0, 4) or x in (0, 5)}
    wide = blank(20, 150)
    two = changed_copy(blank(4, 6), {(1, 1): 1, (1, 2): 1, (1, 3): 2, (1, 4): 2})
    cases = [
        patch_case("one pixel", blank(3, 4), changed_copy(blank(3, 4), {(1, 2): 5})),
        patch_case("the last pixel", blank(3, 4), changed_copy(blank(3, 4), {(2, 3): 1})),
        patch_case("a whole plane is one run", blank(3, 4), blank(3, 4, 9)),
        patch_case("a block", blank(6, 8), changed_copy(blank(6, 8), block)),
        patch_case("a frame with a hole", blank(5, 6), changed_copy(blank(5, 6), frame)),
        patch_case("erasing two labels makes two runs", two, blank(4, 6)),
        patch_case("merging", two, [[1 if v == 2 else v for v in row] for row in two]),
        patch_case("swapping two labels", two, [[{1: 2, 2: 1}.get(v, v) for v in r] for r in two]),
        patch_case(
            "two far corners", blank(9, 9), changed_copy(blank(9, 9), {(0, 8): 4, (8, 0): 4})
        ),
        patch_case(
            "labels up to the largest",
            [[0, 127, 128, 16383, 16384, 2097151, 2097152, 268435455, 268435456, 4294967295]],
            [[4294967295, 128, 127, 16384, 16383, 2097152, 2097151, 268435456, 268435455, 0]],
        ),
        patch_case("a long gap", wide, changed_copy(wide, {(0, 0): 1, (19, 149): 1})),
        patch_case("a run over two rows", [[0, 0, 1], [1, 0, 0]], [[0, 2, 2], [2, 2, 0]]),
        patch_case("another frame and slice", blank(2, 2), blank(2, 2, 6), t=12, z=345),
    ]
    for number in range(12):
        height, width = chance.randint(1, 9), chance.randint(1, 12)
        labels = chance.choice([[0, 1], [0, 1, 2, 3], [0, 5, 300, 70000]])
        before = [[chance.choice(labels) for _ in range(width)] for _ in range(height)]
        after = [
            [chance.choice(labels) if chance.random() < 0.4 else v for v in row] for row in before
        ]
        if before != after:
            cases.append(patch_case(f"random {number}", before, after, t=number % 3, z=number % 2))
    return cases


def invalid_patches() -> list[dict[str, Any]]:
    good = {"t": 0, "z": 0, "bbox": [0, 0, 1, 2], "runs": text_of([[0, 2, 0, 1]])}

    def raw(data: bytes) -> str:
        return base64.b64encode(data).decode()

    broken: list[tuple[str, dict[str, Any]]] = [
        ("no runs", {"runs": ""}),
        ("not base64", {"runs": "%%%%"}),
        ("base64 without its padding", {"runs": text_of([[0, 2, 0, 1]]).rstrip("=")}),
        ("base64 with other unused bits", {"runs": "AAIAAR=="}),
        ("base64 of the url alphabet", {"bbox": [0, 0, 1, 1], "runs": "AAH__wMA"}),
        ("a number cut off", {"runs": raw(b"\x00\x02\x00\x81")}),
        ("three numbers", {"runs": raw(b"\x00\x02\x00")}),
        ("a number longer than needed", {"runs": raw(b"\x80\x00\x02\x00\x01")}),
        ("a number above 32 bits", {"runs": raw(b"\x00\x02\x00\xff\xff\xff\xff\x1f")}),
        ("a number of six bytes", {"runs": raw(b"\x00\x02\x00\x80\x80\x80\x80\x80\x01")}),
        ("an empty run", {"runs": text_of([[0, 0, 0, 1], [0, 2, 0, 1]])}),
        ("a run that changes nothing", {"runs": text_of([[0, 2, 3, 3]])}),
        ("two runs that should be one", {"runs": text_of([[0, 1, 0, 1], [0, 1, 0, 1]])}),
        ("runs past the box", {"runs": text_of([[0, 3, 0, 1]])}),
        ("a loose box on the right", {"runs": text_of([[0, 1, 0, 1]])}),
        ("a loose box on the left", {"runs": text_of([[1, 1, 0, 1]])}),
        ("a loose box above", {"bbox": [0, 0, 2, 2], "runs": text_of([[2, 2, 0, 1]])}),
        ("a loose box below", {"bbox": [0, 0, 2, 2], "runs": text_of([[0, 2, 0, 1]])}),
        ("an empty box", {"bbox": [0, 0, 0, 2]}),
        ("a box upside down", {"bbox": [1, 2, 0, 0]}),
        ("a negative box", {"bbox": [0, -1, 1, 1]}),
        ("a box of three numbers", {"bbox": [0, 0, 1]}),
        ("a box of fractions", {"bbox": [0, 0, 1, 1.5]}),
        ("a box outside the numbers", {"bbox": [0, 0, 1, 2**31]}),
        ("a negative frame", {"t": -1}),
        ("a frame that is text", {"t": "0"}),
        ("a slice that is true", {"z": True}),
        ("runs that are a list", {"runs": [0, 2, 0, 1]}),
        ("an unknown key", {"class": "lymphocyte"}),
    ]
    cases: list[dict[str, Any]] = [
        {"name": name, "patch": {**good, **change}, "error": True} for name, change in broken
    ]
    missing = {key: value for key, value in good.items() if key != "z"}
    cases.append({"name": "no slice", "patch": missing, "error": True})
    cases.append({"name": "a list", "patch": [], "error": True})
    return cases


# --- operations ------------------------------------------------------------------------------


def mask_of(height: int, width: int, is_inside: Callable[[Fraction, Fraction], bool]) -> Grid:
    return [[int(is_inside(Fraction(y), Fraction(x))) for x in range(width)] for y in range(height)]


def distance_squared(y: Fraction, x: Fraction, a: list[float], b: list[float]) -> Fraction:
    """To the nearest point of the segment a-b, by projecting onto it."""
    ay, ax, by, bx = Fraction(a[0]), Fraction(a[1]), Fraction(b[0]), Fraction(b[1])
    dy, dx = by - ay, bx - ax
    length = dy * dy + dx * dx
    share = Fraction(0) if length == 0 else ((y - ay) * dy + (x - ax) * dx) / length
    share = min(Fraction(1), max(Fraction(0), share))
    return (y - ay - share * dy) ** 2 + (x - ax - share * dx) ** 2


def pairs(points: list[list[float]]) -> list[tuple[list[float], list[float]]]:
    if len(points) == 1:
        return [(points[0], points[0])]
    return [(points[i], points[i + 1]) for i in range(len(points) - 1)]


def stroke(points: list[list[float]], radius: float, height: int, width: int) -> Grid:
    limit = Fraction(radius) ** 2
    return mask_of(
        height,
        width,
        lambda y, x: any(distance_squared(y, x, a, b) <= limit for a, b in pairs(points)),
    )


def meets_square(y: Fraction, x: Fraction, a: list[float], b: list[float]) -> bool:
    """Clip the segment to the closed unit square around (y, x) (Liang and Barsky, 1984)."""
    low, high = Fraction(0), Fraction(1)
    for start, end, middle in ((a[0], b[0], y), (a[1], b[1], x)):
        origin, step = Fraction(start), Fraction(end) - Fraction(start)
        near, far = middle - Fraction(1, 2) - origin, middle + Fraction(1, 2) - origin
        if step == 0:
            if near > 0 or far < 0:
                return False
            continue
        enter, leave = sorted((near / step, far / step))
        low, high = max(low, enter), min(high, leave)
    return low <= high


def line(points: list[list[float]], height: int, width: int) -> Grid:
    return mask_of(
        height, width, lambda y, x: any(meets_square(y, x, a, b) for a, b in pairs(points))
    )


def in_polygon(y: Fraction, x: Fraction, points: list[list[float]]) -> bool:
    """Count the sides that a ray to the right meets."""
    if len(points) < 3:
        return False
    inside = False
    for i, (py, px) in enumerate(points):
        qy, qx = points[(i + 1) % len(points)]
        if (Fraction(py) <= y) != (Fraction(qy) <= y):
            share = (y - Fraction(py)) / (Fraction(qy) - Fraction(py))
            if x < Fraction(px) + share * (Fraction(qx) - Fraction(px)):
                inside = not inside
    return inside


def regions(grid: Grid, belongs: Callable[[int, int], bool]) -> list[list[tuple[int, int]]]:
    """4-connected regions in raster order of their first pixels, by flooding."""
    height, width = len(grid), len(grid[0])
    seen: set[tuple[int, int]] = set()
    found = []
    for start in [(y, x) for y in range(height) for x in range(width)]:
        if start in seen or not belongs(*start):
            continue
        region, todo = [], [start]
        seen.add(start)
        while todo:
            y, x = todo.pop()
            region.append((y, x))
            for dy, dx in NEIGHBORS:
                near = (y + dy, x + dx)
                if not (0 <= near[0] < height and 0 <= near[1] < width) or near in seen:
                    continue
                if belongs(*near):
                    seen.add(near)
                    todo.append(near)
        found.append(region)
    return found


def split(plane: Grid, label: int, points: list[list[float]], new_labels: list[int]) -> Grid:
    height, width = len(plane), len(plane[0])
    touched = line(points, height, width) if points else blank(height, width)
    cut = {
        (y, x)
        for y in range(height)
        for x in range(width)
        if plane[y][x] == label and touched[y][x]
    }
    parts = regions(plane, lambda y, x: plane[y][x] == label and (y, x) not in cut)
    if len(parts) < 2 or not cut:
        return plane
    owner = {pixel: number for number, part in enumerate(parts) for pixel in part}
    while True:
        joins: dict[tuple[int, int], int] = {}
        for y, x in cut - set(owner):
            near = [owner[y + dy, x + dx] for dy, dx in NEIGHBORS if (y + dy, x + dx) in owner]
            if near:
                joins[y, x] = min(near)
        if not joins:
            break
        owner.update(joins)
    sizes = [len(part) for part in parts]
    largest = sizes.index(max(sizes))
    fresh = iter(new_labels)
    names = [label if number == largest else next(fresh) for number in range(len(parts))]
    return changed_copy(plane, {pixel: names[number] for pixel, number in owner.items()})


def fill(plane: Grid, label: int) -> Grid:
    height, width = len(plane), len(plane[0])
    filled = {}
    for region in regions(plane, lambda y, x: plane[y][x] != label):
        if any(y in (0, height - 1) or x in (0, width - 1) for y, x in region):
            continue
        filled.update({(y, x): label for y, x in region if plane[y][x] == 0})
    return changed_copy(plane, filled)


def around(plane: Grid, y: int, x: int, reach: int) -> list[int]:
    """What lies in the plane at most ``reach`` rows and columns, and 3 steps, from a pixel."""
    return [
        plane[y + dy][x + dx]
        for dy in range(-reach, reach + 1)
        for dx in range(-reach, reach + 1)
        if abs(dy) + abs(dx) <= (1 if reach == 1 else 3)
        and 0 <= y + dy < len(plane)
        and 0 <= x + dx < len(plane[0])
    ]


def grown(plane: Grid, labels: list[int], protect: bool) -> Grid:
    pixels = {}
    for y, row in enumerate(plane):
        for x, label in enumerate(row):
            near = [other for other in around(plane, y, x, 1) if other in labels]
            if near and (label == 0 if protect else label not in labels):
                pixels[y, x] = min(near)
    return changed_copy(plane, pixels)


def spared(plane: Grid, changed: Grid, labels: list[int]) -> Grid:
    """Every label that vanished or fell apart has its pixels again."""

    def n_pieces(of: Grid, label: int) -> int:
        return len(regions(of, lambda y, x: of[y][x] == label))

    counts = {label: (n_pieces(plane, label), n_pieces(changed, label)) for label in labels}
    broken = {label for label, (had, has) in counts.items() if had and not 0 < has <= had}
    return [
        [old if {old, new} & broken else new for old, new in zip(*rows, strict=True)]
        for rows in zip(plane, changed, strict=True)
    ]


def shrunk(plane: Grid, labels: list[int]) -> Grid:
    rim = {
        (y, x): 0
        for y, row in enumerate(plane)
        for x, label in enumerate(row)
        if label in labels and set(around(plane, y, x, 1)) != {label}
    }
    return spared(plane, changed_copy(plane, rim), labels)


def smoothed(plane: Grid, labels: list[int]) -> Grid:
    pixels = {}
    for y, row in enumerate(plane):
        for x, label in enumerate(row):
            near = around(plane, y, x, 2)
            for other in {0, *labels}:
                is_ours = label in labels if other == 0 else label == 0
                if is_ours and Fraction(near.count(other), len(near)) > Fraction(1, 2):
                    pixels[y, x] = other
    return spared(plane, changed_copy(plane, pixels), labels)


def grid(*rows: str) -> Grid:
    """A plane drawn as text: a dot is background."""
    return [[0 if mark == "." else int(mark) for mark in row] for row in rows]


def eighths(chance: random.Random, low: float, high: float) -> float:
    return chance.randint(int(low * 8), int(high * 8)) / 8


def raster_cases() -> list[dict[str, Any]]:
    chance = random.Random(77)
    cases: list[dict[str, Any]] = []

    def add(name: str, operation: str, height: int, width: int, **given: Any) -> None:
        points = given.get("points", [])
        if operation == "disc":
            result = stroke([given["center"]], given["radius"], height, width)
        elif operation == "stroke":
            result = stroke(points, given["radius"], height, width)
        elif operation == "line":
            result = line(points, height, width)
        else:
            result = mask_of(height, width, lambda y, x: in_polygon(y, x, points))
        size = {"height": height, "width": width}
        cases.append({"name": name, "operation": operation, **size, **given, "result": result})

    for radius in (0, 0.5, 1, 1.5, 2, 2.5, 5):
        add(f"a disc of radius {radius}", "disc", 12, 12, center=[5, 6], radius=radius)
    add("a disc between pixels", "disc", 9, 9, center=[4.5, 4.5], radius=2.125)
    add("a disc that touches nothing", "disc", 5, 5, center=[2.5, 2.5], radius=0.5)
    add("a disc cut by the corner", "disc", 6, 6, center=[-1, 0.5], radius=3)
    add("a disc outside", "disc", 4, 4, center=[20, 20], radius=3)
    add("exactly on the rim", "disc", 11, 11, center=[5, 5], radius=5)

    add("one sample is a disc", "stroke", 8, 8, points=[[3.5, 3]], radius=2)
    add("no samples", "stroke", 4, 4, points=[], radius=2)
    add("across", "stroke", 9, 14, points=[[4, 2], [4, 11]], radius=1.5)
    add("slanted", "stroke", 14, 14, points=[[2, 2], [11, 8.5]], radius=2)
    add("thinner than a pixel", "stroke", 10, 10, points=[[1, 1], [8, 8]], radius=0)
    add("a corner", "stroke", 12, 12, points=[[2, 2], [2, 9], [9, 9]], radius=1)
    add("standing still", "stroke", 8, 8, points=[[3, 3], [3, 3], [3, 3]], radius=1.5)
    for number in range(6):
        points = [[eighths(chance, -2, 16), eighths(chance, -2, 18)] for _ in range(4)]
        radius = eighths(chance, 0, 4)
        add(f"random stroke {number}", "stroke", 15, 17, points=points, radius=radius)

    add("a level line", "line", 5, 8, points=[[2, 1], [2, 6]])
    add("a line on the border of pixels", "line", 5, 8, points=[[1.5, 1.5], [1.5, 6.5]])
    add("a diagonal through the corners", "line", 7, 7, points=[[0, 0], [6, 6]])
    add("a diagonal through the middles of sides", "line", 7, 7, points=[[0.5, 0], [6.5, 6]])
    add("a point", "line", 4, 4, points=[[1.25, 2]])
    add("a point on a corner", "line", 4, 4, points=[[1.5, 1.5]])
    add("bent", "line", 9, 9, points=[[1, 1], [7.5, 3.25], [2.125, 7.75]])
    for number in range(6):
        points = [[eighths(chance, -3, 15), eighths(chance, -3, 15)] for _ in range(3)]
        add(f"random line {number}", "line", 13, 13, points=points)

    add("a square on pixel centres", "polygon", 6, 7, points=[[1, 1], [1, 5], [4, 5], [4, 1]])
    add(
        "a square on pixel borders",
        "polygon",
        6,
        7,
        points=[[0.5, 0.5], [0.5, 5.5], [4.5, 5.5], [4.5, 0.5]],
    )
    add("a triangle", "polygon", 9, 9, points=[[0, 4], [8, 8], [8, 0]])
    add("a triangle the other way round", "polygon", 9, 9, points=[[8, 0], [8, 8], [0, 4]])
    add("a figure of eight", "polygon", 9, 11, points=[[1, 1], [7, 9], [1, 9], [7, 1]])
    star = [[0, 6], [11, 10], [4, 0], [4, 12], [11, 2]]
    add("a star with a hollow middle", "polygon", 13, 13, points=star)
    add("two points", "polygon", 4, 4, points=[[0, 0], [3, 3]])
    add("larger than the plane", "polygon", 4, 4, points=[[-9, -9], [-9, 9], [9, 9], [9, -9]])
    for number in range(6):
        count = chance.randint(3, 7)
        points = [[eighths(chance, -2, 14), eighths(chance, -2, 14)] for _ in range(count)]
        add(f"random lasso {number}", "polygon", 12, 12, points=points)
    return cases


def drawing_cases() -> list[dict[str, Any]]:
    plane = grid("1122.", "1122.", "..33.", "..33.")
    mask = grid(".111.", ".111.", ".111.", ".....")
    cases: list[dict[str, Any]] = []
    for label in (1, 9):
        for protect in (True, False):
            where = "beside its neighbours" if protect else "over its neighbours"
            result = [
                [
                    label if mask[y][x] and (v in (0, label) or not protect) else v
                    for x, v in enumerate(row)
                ]
                for y, row in enumerate(plane)
            ]
            cases.append(
                {
                    "name": f"painting {label} {where}",
                    "operation": "paint",
                    "plane": plane,
                    "mask": mask,
                    "label": label,
                    "protect_others": protect,
                    "result": result,
                }
            )
    for only in (None, 2):
        result = [
            [0 if mask[y][x] and only in (None, v) else v for x, v in enumerate(row)]
            for y, row in enumerate(plane)
        ]
        name = "erasing everything" if only is None else f"erasing only {only}"
        cases.append(
            {
                "name": name,
                "operation": "erase",
                "plane": plane,
                "mask": mask,
                "only_label": only,
                "result": result,
            }
        )
    for labels, target in (([1, 2], 1), ([2, 3], 3), ([1, 2, 3], 2), ([2], 70000), ([8], 1)):
        result = [[target if v in labels else v for v in row] for row in plane]
        cases.append(
            {
                "name": f"merging {labels} into {target}",
                "operation": "merge",
                "plane": plane,
                "labels": labels,
                "target": target,
                "result": result,
            }
        )
    for labels in ([2], [1, 3], [8], []):
        result = [[0 if v in labels else v for v in row] for row in plane]
        cases.append(
            {
                "name": f"deleting {labels}",
                "operation": "delete",
                "plane": plane,
                "labels": labels,
                "result": result,
            }
        )
    return cases


def hole_cases() -> list[dict[str, Any]]:
    chance = random.Random(5)
    planes = {
        "a ring": grid(".....", ".111.", ".1.1.", ".111.", "....."),
        "a ring open at a corner": grid(".....", ".111.", ".1.1.", ".11..", "....."),
        "a ring with a gap": grid(".....", ".1.1.", ".1.1.", ".111.", "....."),
        "a neighbour inside stays": grid("11111", "1...1", "1.2.1", "1...1", "11111"),
        "a bay at the edge is open": grid(".1...", "1.1..", "1.1..", "1.1.."),
        "closed by a neighbour, not by itself": grid(".11..", "1..2.", ".112."),
        "two holes": grid("1111111", "1.11..1", "1111111"),
        "no such label": grid(".2.", "2.2", ".2."),
    }
    for number in range(5):
        planes[f"random holes {number}"] = [
            [chance.choice([0, 1, 1, 1, 2]) for _ in range(9)] for _ in range(8)
        ]
    return [
        {
            "name": name,
            "operation": "fill_holes",
            "plane": plane,
            "label": 1,
            "result": fill(plane, 1),
        }
        for name, plane in planes.items()
    ]


def split_cases() -> list[dict[str, Any]]:
    chance = random.Random(11)
    fresh = [101, 102, 103, 104, 105, 106, 107, 108, 109]
    block = blank(7, 9, 4)
    dumbbell = grid("11...11", "1111111", "1111111", "11...11")
    tied = blank(5, 7, 1)
    beside = grid("1111222", "1111222", "1111222", "1111222")
    pieces = grid("11.11", "11.11", "11.11")
    crumb = grid("1..11", "...11")
    island = grid("1.111", "..111", "..111")
    given: list[tuple[str, Grid, int, list[list[float]]]] = [
        ("down the middle", block, 4, [[-1, 4], [8, 4]]),
        ("the larger part keeps the label", block, 4, [[-1, 6], [8, 6]]),
        ("equal parts: the first keeps the label", tied, 1, [[-1, 3], [6, 3]]),
        ("slanted", block, 4, [[-1, 1.25], [7, 7.5]]),
        ("along the corners", blank(7, 7, 4), 4, [[-1, -1], [7, 7]]),
        ("on the border between pixels", block, 4, [[-1, 4.5], [7, 4.5]]),
        ("a waist", dumbbell, 1, [[-1, 3], [5, 3]]),
        ("not all the way", block, 4, [[-1, 4], [4, 4]]),
        ("missing the object", grid("11...", "11..."), 1, [[-1, 4], [3, 4]]),
        ("the neighbour is not cut", beside, 1, [[2, -1], [2, 8]]),
        ("a bent line cuts out a corner", block, 4, [[-1, 5], [3, 5], [3, 9]]),
        ("a zigzag makes many parts", block, 4, [[-1, 1], [7, 3], [-1, 5], [7, 7]]),
        ("a loop cuts out the middle", blank(9, 9, 2), 2, [[2, 2], [2, 6], [6, 6], [6, 2], [2, 2]]),
        ("a label in two pieces, one of them cut", pieces, 1, [[1, -1], [1, 1]]),
        ("a label in two pieces, the line misses both", pieces, 1, [[-1, 2], [3, 2]]),
        ("the line takes one of two pieces whole", crumb, 1, [[0, -1], [0, 0]]),
        ("a cut that no part reaches stays", island, 1, [[0, -1], [0, 0], [1, 1], [1, 5]]),
        ("a single point on a bridge", grid("11111"), 1, [[0, 2]]),
        ("no line", block, 4, []),
    ]
    for number in range(8):
        plane = [[1 if chance.random() < 0.85 else 0 for _ in range(10)] for _ in range(9)]
        points = [[eighths(chance, -2, 11), eighths(chance, -2, 12)] for _ in range(3)]
        given.append((f"random split {number}", plane, 1, points))
    many = [*fresh, *range(110, 200)]
    return [
        {
            "name": name,
            "operation": "split_by_line",
            "plane": plane,
            "label": label,
            "points": points,
            "new_labels": many,
            "result": split(plane, label, points, many),
        }
        for name, plane, label, points in given
    ]


def reshape_cases() -> list[dict[str, Any]]:
    chance = random.Random(23)
    blob = mask_of(13, 15, lambda y, x: (y - 6) ** 2 * 2 + (x - 7) ** 2 <= 42)
    blob = changed_copy(blob, {(0, 7): 1, (1, 7): 1, (6, 14): 1, (5, 3): 0, (12, 7): 1})
    corner = mask_of(8, 9, lambda y, x: y * y + x * x <= 40)
    bell = grid("111...111", "111...111", "111111111", "111...111", "111...111")
    planes = {
        "a blob with bumps and a notch": (blob, [1]),
        "at the corner of the image": (corner, [1]),
        "a thin line stays when it would vanish": (grid(".......", ".11111.", "......."), [1]),
        "a bridge stays when it would break": (bell, [1]),
        "one pixel": (grid("...", ".1.", "..."), [1]),
        "two cells side by side": (grid("......", ".1122.", ".1122.", ".1122.", "......"), [1, 2]),
        "a neighbour that is not meant": (grid(".....", ".112.", ".112.", ".112.", "....."), [1]),
        "a gap between two": (grid("111.222", "111.222", "111.222", "111.222"), [1, 2]),
        "the whole plane": (blank(5, 6, 3), [3]),
        "a label that is not there": (grid("11.", "11."), [7]),
        "no label": (grid("11.", "11."), []),
    }
    for number in range(8):
        seeds = [(chance.randrange(12), chance.randrange(14), n % 4) for n in range(9)]
        plane = [
            [
                min(seeds, key=lambda s, y=y, x=x: (s[0] - y) ** 2 + (s[1] - x) ** 2)[2]  # type: ignore[misc]
                for x in range(14)
            ]
            for y in range(12)
        ]
        noisy = [[v if chance.random() < 0.93 else chance.randrange(4) for v in r] for r in plane]
        planes[f"random {number}"] = (noisy, [1, 2] if number % 2 else [1, 2, 3])
    cases = []
    for name, (plane, labels) in planes.items():
        given = {"plane": plane, "labels": labels}
        for protect in (True, False):
            where = "beside others" if protect else "over others"
            cases.append(
                {
                    "name": f"{name}, {where}",
                    "operation": "grow",
                    **given,
                    "protect_others": protect,
                    "result": grown(plane, labels, protect),
                }
            )
        for operation, result in (("shrink", shrunk), ("smooth", smoothed)):
            cases.append(
                {
                    "name": name,
                    "operation": operation,
                    **given,
                    "result": result(plane, labels),
                }
            )
    return cases


# --- marks -----------------------------------------------------------------------------------

TUMOR, STROMA = "0d9c3d1e-5f0a-4b1e-8a53-1c2f3a4b5c6d", "7b0f8e55-93d8-4d9f-a3c1-aa11bb22cc33"
CORNER = "c0ffee00-1111-4222-8333-444455556666"
TRIANGLE = {"t": 0, "z": 0, "points": [[0, 0], [0, 8.125], [7.5, 3]]}
Said = dict[str, list[Any]]


def cells_mark(labels: list[int], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {"labels": labels, "before": before, "after": after}


def region_mark(before: Any, after: Any) -> dict[str, Any]:
    return {"region": CORNER, "before": before, "after": after}


def said_after(said: Said, marks: list[dict[str, Any]]) -> Said:
    """`{"cells": [[label, class, is_ambiguous], ...], "regions": [[id, region], ...]}`."""
    cells = {label: {"class": kind, "is_ambiguous": flag} for label, kind, flag in said["cells"]}
    regions = dict(said["regions"])
    for mark in marks:
        for label in mark.get("labels", []):
            blank_cell = {"class": None, "is_ambiguous": False}
            cells[label] = {**cells.get(label, blank_cell), **mark["after"]}
        if "region" in mark:
            regions[mark["region"]] = mark["after"]
    told = [[label, cell["class"], cell["is_ambiguous"]] for label, cell in sorted(cells.items())]
    return {
        "cells": [row for row in told if row[1:] != [None, False]],
        "regions": [[key, value] for key, value in sorted(regions.items()) if value is not None],
    }


def valid_marks() -> list[dict[str, Any]]:
    nothing: Said = {"cells": [], "regions": []}
    tumor = cells_mark([3, 9, 4294967295], {"class": None}, {"class": TUMOR})
    told = said_after(nothing, [tumor])
    unclear = cells_mark([9], {"is_ambiguous": False}, {"is_ambiguous": True})
    both = cells_mark(
        [3], {"class": TUMOR, "is_ambiguous": False}, {"class": STROMA, "is_ambiguous": True}
    )
    aside = region_mark(None, TRIANGLE)
    moved = region_mark(TRIANGLE, {"t": 2, "z": 1, "points": [[-4, 0], [9, 9], [1.5, 2], [3, 3]]})
    cases: list[tuple[str, Said, list[dict[str, Any]]]] = [
        ("a class for three cells", nothing, [tumor]),
        (
            "another class for one of them",
            told,
            [cells_mark([3], {"class": TUMOR}, {"class": None})],
        ),
        ("ambiguous keeps the class", told, [unclear]),
        ("both facts at once", told, [both]),
        ("two marks of different cells", told, [unclear, both]),
        ("a region comes", nothing, [aside]),
        ("a region changes", said_after(nothing, [aside]), [moved]),
        ("a region goes", said_after(nothing, [aside]), [region_mark(TRIANGLE, None)]),
        ("a region and cells", told, [aside, unclear]),
    ]
    return [
        {
            "name": name,
            "marks": marks,
            "reversed": [{**m, "before": m["after"], "after": m["before"]} for m in marks],
            "facts_before": said,
            "facts_after": said_after(said, marks),
        }
        for name, said, marks in cases
    ]


def invalid_marks() -> list[dict[str, Any]]:
    good = cells_mark([1], {"class": None}, {"class": TUMOR})
    aside = region_mark(None, TRIANGLE)

    def corner(point: Any) -> dict[str, Any]:
        return region_mark(None, {**TRIANGLE, "points": [[0, 0], [5, 5], point]})

    broken: list[tuple[str, Any]] = [
        ("no list", good),
        ("text", "marks"),
        ("no cell", [{**good, "labels": []}]),
        ("the background", [{**good, "labels": [0]}]),
        ("a negative cell", [{**good, "labels": [-1]}]),
        ("a number above 32 bits", [{**good, "labels": [2**32]}]),
        ("half a cell", [{**good, "labels": [1.5]}]),
        ("a cell that is true", [{**good, "labels": [True]}]),
        ("cells that do not ascend", [{**good, "labels": [5, 4]}]),
        ("a cell twice in a mark", [{**good, "labels": [4, 4]}]),
        ("a cell in two marks", [good, cells_mark([1], {"class": TUMOR}, {"class": None})]),
        ("other facts before than after", [{**good, "before": {"is_ambiguous": False}}]),
        ("no facts", [cells_mark([1], {}, {})]),
        ("an unknown fact", [cells_mark([1], {"size": None}, {"size": TUMOR})]),
        ("a fact that stays", [cells_mark([1], {"class": TUMOR}, {"class": TUMOR})]),
        ("a class that is no id", [{**good, "after": {"class": "tumor"}}]),
        ("an id in capitals", [{**good, "after": {"class": TUMOR.upper()}}]),
        ("ambiguous as a number", [cells_mark([1], {"is_ambiguous": 0}, {"is_ambiguous": 1})]),
        ("an unknown key", [{**good, "why": "because"}]),
        ("a missing key", [{"labels": [1], "after": {"class": TUMOR}}]),
        ("a region that stays", [region_mark(TRIANGLE, TRIANGLE)]),
        ("a region twice", [aside, aside]),
        ("a region without an id", [{**aside, "region": "corner"}]),
        ("a region of two corners", [region_mark(None, {**TRIANGLE, "points": [[0, 0], [1, 1]]})]),
        ("a region in no plane", [region_mark(None, {**TRIANGLE, "t": -1})]),
        ("a region with a name", [region_mark(None, {**TRIANGLE, "name": "dust"})]),
        ("a corner of one number", [corner([1])]),
        ("a corner that is text", [corner(["1", "2"])]),
        ("a corner between the eighths", [corner([0.1, 2])]),
        ("a corner far away", [corner([0, 2**21])]),
    ]
    return [{"name": name, "marks": marks, "error": True} for name, marks in broken]


def seeded(plane: Grid, label: int, first: list[int], second: list[int], new: int) -> Grid:
    height, width = len(plane), len(plane[0])

    def is_label(y: int, x: int) -> bool:
        return 0 <= y < height and 0 <= x < width and plane[y][x] == label

    seeds = sorted((tuple(first), tuple(second)))
    if seeds[0] == seeds[1] or not all(is_label(*seed) for seed in seeds):
        return plane
    around_it = [(y, x) for y in range(-1, height + 1) for x in range(-1, width + 1)]
    others = [place for place in around_it if not is_label(*place)]

    def squared(a: tuple[int, ...], b: tuple[int, ...]) -> int:
        return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2

    inside = [place for place in around_it if is_label(*place)]
    depth = {place: min(squared(place, other) for other in others) for place in inside}
    middles = [
        min(
            (place for place in inside if squared(place, seed) < depth[place]),
            key=lambda place, seed=seed: (-depth[place], squared(place, seed), place),  # type: ignore[misc]
        )
        for seed in seeds
    ]
    pieces = regions(plane, lambda y, x: plane[y][x] == label)
    piece_of = {pixel: number for number, piece in enumerate(pieces) for pixel in piece}
    is_reached = all(piece_of[m] == piece_of[s] for m, s in zip(middles, seeds, strict=True))  # type: ignore[index]
    starts = middles if middles[0] != middles[1] and is_reached else seeds
    owner = {start: number for number, start in enumerate(starts)}
    reached = list(owner)
    while reached:
        # The list is in the order of arrival, and max gives the first of equals.
        y, x = max(reached, key=lambda place: depth[place])  # type: ignore[index]
        reached.remove((y, x))
        for near in ((y - 1, x), (y, x - 1), (y, x + 1), (y + 1, x)):
            if near in depth and near not in owner:
                owner[near] = owner[y, x]
                reached.append(near)
    counts = [list(owner.values()).count(number) for number in (0, 1)]
    smaller = 1 if counts[0] >= counts[1] else 0
    return changed_copy(plane, {p: new for p, number in owner.items() if number == smaller})


def seed_cases() -> list[dict[str, Any]]:
    chance = random.Random(31)
    two = mask_of(
        14,
        22,
        lambda y, x: (y - 6) ** 2 + (x - 6) ** 2 <= 30 or (y - 7) ** 2 + (x - 15) ** 2 <= 22,
    )
    rod = mask_of(9, 20, lambda y, x: 2 <= y <= 6 and 1 <= x <= 18)
    disc = mask_of(11, 11, lambda y, x: (y - 5) ** 2 + (x - 5) ** 2 <= 20)
    corner = mask_of(8, 12, lambda y, x: y <= 5 and x <= 9)
    pieces = grid("111.111", "111.111", "111.111")
    diagonal = grid("11111..", "11111..", "11111..", ".....11", ".....11")
    given: list[tuple[str, Grid, list[int], list[int]]] = [
        ("two discs that touch", two, [6, 5], [7, 16]),
        ("two discs, clicked near the outline", two, [2, 4], [10, 16]),
        ("the order of the clicks does not matter", two, [7, 16], [6, 5]),
        ("a rod", rod, [4, 3], [4, 16]),
        ("a rod, both clicks on one side", rod, [3, 2], [5, 6]),
        ("a disc: between the clicks", disc, [5, 3], [5, 8]),
        ("at the corner of the image", corner, [0, 0], [4, 9]),
        ("two pieces, one click each", pieces, [1, 1], [1, 5]),
        ("pieces that touch by a corner", diagonal, [2, 4], [3, 5]),
        ("twice the same pixel", disc, [5, 5], [5, 5]),
        ("one click beside the cell", disc, [5, 5], [0, 0]),
        ("one click outside the plane", disc, [5, 5], [5, 30]),
        ("neighbours in a line of one pixel", grid("1111"), [0, 1], [0, 2]),
    ]
    for number in range(10):
        discs = [(chance.randrange(12), chance.randrange(16), chance.randint(6, 20)) for _ in "abc"]
        plane = [
            [int(any((y - a) ** 2 + (x - b) ** 2 <= r for a, b, r in discs)) for x in range(16)]
            for y in range(12)
        ]
        inside = [[y, x] for y in range(12) for x in range(16) if plane[y][x]]
        given.append((f"random cell {number}", plane, chance.choice(inside), chance.choice(inside)))
    return [
        {
            "name": name,
            "operation": "split_by_seeds",
            "plane": plane,
            "label": 1,
            "first": first,
            "second": second,
            "new_label": 9,
            "result": seeded(plane, 1, first, second, 9),
        }
        for name, plane, first, second in given
    ]


def redrawn(plane: Grid, mask: Grid, new: int, selected: list[int], protect: bool) -> Grid:
    pixels = [(y, x) for y, row in enumerate(plane) for x, _ in enumerate(row)]
    inside = [(y, x) for y, x in pixels if mask[y][x]]
    cells = sorted({label for row in plane for label in row} - {0})
    own = {cell: [p for p in pixels if plane[p[0]][p[1]] == cell] for cell in cells}
    shared = {cell: [p for p in own[cell] if p in inside] for cell in cells}
    third, half, three_quarters = Fraction(1, 3), Fraction(1, 2), Fraction(3, 4)
    under = [cell for cell in cells if Fraction(len(shared[cell]), len(own[cell])) > third]
    meant = [cell for cell in under if cell in selected] or under
    target = max(meant, key=lambda cell: len(shared[cell])) if meant else new
    gone = [c for c in cells if Fraction(len(shared[c]), len(own[c])) > three_quarters]
    cleared = changed_copy(plane, {p: 0 for cell in {*gone, target} for p in own.get(cell, [])})
    giving = [c for c in cells if inside and Fraction(len(shared[c]), len(inside)) > half]
    free = [(y, x) for y, x in inside if cleared[y][x] in (0, *giving) or not protect]
    return changed_copy(cleared, dict.fromkeys(free, target))


def redraw_cases() -> list[dict[str, Any]]:
    chance = random.Random(47)
    side = grid("......", ".11.22", ".11.22", ".11.22", "......")
    broken = grid("......", ".1123.", ".1.23.", ".1143.", "......")
    third = grid(".......", ".......", ".11111.", ".11111.", ".11111.")
    quarters = grid("2222221111")
    chip = grid(".........", ".22111111", ".11111111", ".11111111", ".11111111")

    def box(plane: Grid, y0: int, x0: int, y1: int, x1: int) -> Grid:
        return mask_of(len(plane), len(plane[0]), lambda y, x: y0 <= y < y1 and x0 <= x < x1)

    given: list[tuple[str, Grid, Grid, list[int]]] = [
        ("nothing lies under it", side, box(side, 0, 3, 5, 4), []),
        ("the cell is larger than it was", side, box(side, 0, 0, 5, 3), []),
        ("the cell is smaller than it was", side, box(side, 1, 1, 3, 2), []),
        ("the cell gives up what is outside", side, box(side, 2, 0, 5, 3), []),
        ("a neighbour is in the way", side, box(side, 1, 1, 4, 5), []),
        ("both halves: the selected one", side, box(side, 1, 2, 4, 5), [2]),
        ("both halves: the smaller number", side, box(side, 1, 2, 4, 5), []),
        ("a selected one elsewhere is not meant", side, box(side, 1, 0, 4, 3), [2]),
        ("pieces become one", broken, box(broken, 0, 0, 5, 6), []),
        ("pieces become the selected one", broken, box(broken, 0, 0, 5, 6), [4]),
        ("a new one cut out of a larger one", third, box(third, 2, 1, 3, 6), []),
        ("a third inside is not enough", third, box(third, 0, 1, 3, 6), [1]),
        ("a piece takes from the larger one", chip, box(chip, 1, 1, 3, 4), []),
        ("nothing is inside", side, box(side, 0, 0, 0, 0), [1]),
        ("three quarters inside stay", quarters, box(quarters, 0, 0, 1, 9), []),
    ]
    for number in range(14):
        seeds = [(chance.randrange(11), chance.randrange(13), n % 5) for n in range(9)]
        plane = [
            [
                min(seeds, key=lambda s, y=y, x=x: (s[0] - y) ** 2 + (s[1] - x) ** 2)[2]  # type: ignore[misc]
                for x in range(13)
            ]
            for y in range(11)
        ]
        (cy, cx), size = (chance.randrange(11), chance.randrange(13)), chance.randint(1, 40)
        disc = mask_of(
            11, 13, lambda y, x, cy=cy, cx=cx, size=size: (y - cy) ** 2 + (x - cx) ** 2 <= size
        )
        given.append((f"random {number}", plane, disc, [] if number % 2 else [number % 5]))
    return [
        {
            "name": f"{name}, {'beside others' if protect else 'over others'}",
            "operation": "redraw",
            "plane": plane,
            "mask": mask,
            "new_label": 9,
            "selected": selected,
            "protect_others": protect,
            "result": redrawn(plane, mask, 9, selected, protect),
        }
        for name, plane, mask, selected in given
        for protect in (True, False)
    ]


def write(name: str, cases: list[dict[str, Any]]) -> None:
    """One case a line: small, and a change shows as one line."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write("patches.json", valid_patches() + invalid_patches())
    drawn = raster_cases() + drawing_cases() + hole_cases() + split_cases()
    write("marks.json", valid_marks() + invalid_marks())
    write("operations.json", drawn + reshape_cases() + seed_cases() + redraw_cases())
