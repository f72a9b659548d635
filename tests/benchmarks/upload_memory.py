"""What the web process needs while a file of two gigabytes goes up in one request.

Run as `python -m tests.benchmarks.upload_memory`. Prints the memory of the web process before,
its highest value meanwhile, and the speed.
"""

from __future__ import annotations

import base64
import threading
import time

import psutil

from tests.benchmarks.lab import Lab, running_lab

SIZE_BYTES = 2**31
PIECE_BYTES = 2**20
MEGABYTE = 2**20
TUS = {"Tus-Resumable": "1.0.0"}


def announce(lab: Lab) -> str:
    """Start an upload; its address."""

    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    headers = TUS | {
        "Authorization": f"Bearer {lab.token}",
        "Upload-Length": str(SIZE_BYTES),
        "Upload-Metadata": f"filename {encoded('large.bin')},dataset {encoded(lab.dataset)}",
    }
    connection = lab.connect()
    connection.request("POST", "/api/uploads", headers=headers)
    location = connection.getresponse().headers["Location"]
    assert location is not None
    return location


def send(lab: Lab, location: str) -> None:
    """The whole file in one PATCH."""
    connection = lab.connect()
    connection.putrequest("PATCH", location)
    headers = TUS | {
        "Authorization": f"Bearer {lab.token}",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(SIZE_BYTES),
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    piece = bytes(range(256)) * (PIECE_BYTES // 256)
    for _ in range(SIZE_BYTES // PIECE_BYTES):
        connection.send(piece)
    answer = connection.getresponse()
    assert answer.status == 204, answer.read()
    assert answer.headers["Upload-Offset"] == str(SIZE_BYTES)


def main() -> None:
    """Start, send, watch."""
    with running_lab() as lab:
        web = psutil.Process(lab.process_id)
        location = announce(lab)
        before = highest = web.memory_info().rss
        started = time.perf_counter()
        sending = threading.Thread(target=send, args=(lab, location))
        sending.start()
        while sending.is_alive():
            highest = max(highest, web.memory_info().rss)
            time.sleep(0.05)
        took = time.perf_counter() - started
    print(
        f"before {before / MEGABYTE:.0f} MB, highest {highest / MEGABYTE:.0f} MB, "
        f"{SIZE_BYTES / MEGABYTE / took:.0f} MB/s"
    )


if __name__ == "__main__":
    main()
