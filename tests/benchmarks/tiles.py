"""How long a tile takes with four clients on one web process.

Run as `python -m tests.benchmarks.tiles`. Prints the median and the 95th percentile in
milliseconds, for tiles of the image, of its masks, and for tiles that the browser has already.
The clients are processes of their own on the same machine, so they take their share of its cores.
"""

from __future__ import annotations

import random
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.benchmarks.lab import N_CHANNELS, SIDE, Lab, running_lab

N_CLIENTS = 4
N_REQUESTS = 400
N_TILES = SIDE // 512


def ask(lab: Lab, addresses: list[str], headers: dict[str, str], seed: int) -> list[float]:
    """The times of one client's requests in milliseconds, one after the other."""
    connection = lab.connect()
    choose = random.Random(seed)
    times = []
    for _ in range(N_REQUESTS):
        address = choose.choice(addresses)
        started = time.perf_counter()
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        if answer.status not in (200, 304):
            raise RuntimeError(f"{address} answered {answer.status}")
    return times[10:]


def measure(name: str, lab: Lab, addresses: list[str], headers: dict[str, str]) -> None:
    """Ask from all clients at once and print one line."""
    with ProcessPoolExecutor(N_CLIENTS) as clients:
        started = time.perf_counter()
        answers = list(clients.map(partial(ask, lab, addresses, headers), range(N_CLIENTS)))
        took = time.perf_counter() - started
    times = sorted(one for client in answers for one in client)
    print(
        f"{name:<28} p50 {statistics.median(times):5.1f} ms   "
        f"p95 {times[int(len(times) * 0.95)]:5.1f} ms   "
        f"{N_CLIENTS * N_REQUESTS / took:5.0f} tiles/s"
    )


def addresses_of(lab: Lab) -> tuple[list[str], list[str]]:
    """Every full-size tile of the image, and of the label image."""
    import json

    def ask_json(path: str) -> dict[str, str]:
        connection = lab.connect()
        connection.request("GET", path, headers={"Cookie": f"sessionid={lab.cookie}"})
        content: dict[str, str] = json.loads(connection.getresponse().read())
        return content

    image = ask_json(f"/api/images/{lab.image}")["tile_url"]
    base = ask_json(f"/api/annotations/{lab.annotation}")["tile_url"]
    places = [(row, col) for row in range(N_TILES) for col in range(N_TILES)]
    return (
        [
            image.format(level=0, t=0, c=c, z=0, row=row, col=col)
            for c in range(N_CHANNELS)
            for row, col in places
        ],
        [base.format(level=0, t=0, z=0, row=row, col=col) for row, col in places],
    )


def main() -> None:
    """Start, measure, stop."""
    with running_lab() as lab:
        image, base = addresses_of(lab)
        cookie = {"Cookie": f"sessionid={lab.cookie}"}
        token = {"Authorization": f"Bearer {lab.token}"}
        measure("image tiles", lab, image, cookie)
        measure("label tiles", lab, base, cookie)
        measure("image tiles, by token", lab, image, token)
        one = image[:1]
        connection = lab.connect()
        connection.request("GET", one[0], headers=cookie)
        etag = connection.getresponse().headers["ETag"]
        measure("tiles the browser has", lab, one, cookie | {"If-None-Match": etag})


if __name__ == "__main__":
    main()
