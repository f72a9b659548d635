"""What the web process needs while an original of one gigabyte comes down, alone and in a zip.

Run as `python -m tests.benchmarks.download_memory`. Prints the memory of the web process before,
its highest value meanwhile, and the speed.
"""

from __future__ import annotations

import threading
import time

import psutil

from tests.benchmarks.lab import Lab, running_lab

SIZE_BYTES = 2**30
PIECE_BYTES = 2**20
MEGABYTE = 2**20


def keep_large_original(lab: Lab) -> None:
    """The image's original becomes a gigabyte; its pixels do not matter here."""
    from webapp.models import Blob, Image
    from webapp.storage.blobs import keep_file, staging_file

    with staging_file() as (path, file):
        for number in range(SIZE_BYTES // PIECE_BYTES):
            file.write(number.to_bytes(8, "little") * (PIECE_BYTES // 8))
        file.close()
        stored = keep_file(path)
    Blob.objects.create(sha256=stored.sha256, size_bytes=stored.size_bytes)
    Image.objects.filter(pk=lab.image).update(blob_id=stored.sha256)


def fetch(lab: Lab, address: str) -> int:
    """Read it all; how many bytes came."""
    connection = lab.connect()
    connection.request("GET", address, headers={"Authorization": f"Bearer {lab.token}"})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    n_bytes = 0
    while piece := answer.read(PIECE_BYTES):
        n_bytes += len(piece)
    return n_bytes


def measure(lab: Lab, address: str) -> None:
    """Fetch it while somebody looks at the memory."""
    process = psutil.Process(lab.process_id)
    before = highest = process.memory_info().rss
    is_done = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not is_done.wait(0.05):
            highest = max(highest, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    n_bytes = fetch(lab, address)
    took = time.perf_counter() - started
    is_done.set()
    watcher.join()
    print(
        f"{address.rsplit('/', maxsplit=1)[-1]:<16} {n_bytes / MEGABYTE:6.0f} MB   "
        f"before {before / MEGABYTE:4.0f} MB   highest {highest / MEGABYTE:4.0f} MB   "
        f"{n_bytes / MEGABYTE / took:5.0f} MB/s"
    )


def main() -> None:
    """Alone and in a zip."""
    with running_lab() as lab:
        keep_large_original(lab)
        measure(lab, f"/api/images/{lab.image}/original")
        measure(lab, f"/api/datasets/{lab.dataset}/originals.zip")


if __name__ == "__main__":
    main()
