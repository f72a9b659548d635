"""How long a stroke takes from the browser's request to the server's "saved", one editor.

Run as `python -m tests.benchmarks.strokes`. Prints the median and the 95th percentile in
milliseconds for brush strokes on a 2048 x 2048 label image of some 2,000 cells.
"""

from __future__ import annotations

import json
import statistics
import time
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import numpy as np

from tests.benchmarks.lab import CELL_PX, SIDE, Lab, running_lab

N_STROKES = 300
RADIUS_PX = 7


def stroke(number: int, label: int) -> dict[str, Any]:
    """A disc painted into the gap below the cell with this number, as the viewer sends it."""
    from annotations.labels import patch as patches

    row, column = divmod(number, SIDE // CELL_PX)
    y, x = np.ogrid[-RADIUS_PX : RADIUS_PX + 1, -RADIUS_PX : RADIUS_PX + 1]
    after = np.where(y**2 + x**2 <= RADIUS_PX**2, label, 0).astype(np.uint32)
    corner = (row * CELL_PX + 24, column * CELL_PX)
    found = patches.difference(np.zeros_like(after), after, 0, 0, corner)
    assert found is not None
    return patches.to_json(found)


def send(connection: HTTPConnection, lab: Lab, path: str, content: dict[str, Any]) -> Any:
    """POST JSON by token; the parsed answer."""
    headers = {"Authorization": f"Bearer {lab.token}", "Content-Type": "application/json"}
    address = f"/api/annotations/{lab.annotation}/{path}"
    connection.request("POST", address, json.dumps(content), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{answer.status}: {text!r}")
    return json.loads(text)


def main() -> None:
    """Start, paint, print."""
    with running_lab() as lab:
        connection = lab.connect()
        start = send(connection, lab, "labels", {"count": N_STROKES})["start"]
        times = []
        for number in range(N_STROKES):
            edit = {
                "client_id": str(uuid4()),
                "base_version": number,
                "kind": "brush",
                "patches": [stroke(number, start + number)],
            }
            started = time.perf_counter()
            saved = send(connection, lab, "edits", edit)
            times.append((time.perf_counter() - started) * 1000)
            assert saved == {"version": number + 1, "rebased": False}
    times.sort()
    print(f"first and slowest {times[-1]:.0f} ms")
    print(f"p50 {statistics.median(times):.1f} ms   p95 {times[int(len(times) * 0.95)]:.1f} ms")


if __name__ == "__main__":
    main()
