"""A real server with one large image in it, for the benchmarks that talk to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CHECKOUT = Path(__file__).resolve().parents[2]
SIDE = 2048
N_CHANNELS = 3
CELL_PX = 40
PART_BYTES = 32 << 20


@dataclass(frozen=True)
class Lab:
    """Where the server listens, who is signed in there, and what there is to look at."""

    port: int
    process_id: int
    cookie: str
    token: str
    dataset: str
    image: str
    annotation: str

    def connect(self) -> HTTPConnection:
        """A connection that is kept open, as a browser does."""
        return HTTPConnection("127.0.0.1", self.port, timeout=60)


@dataclass(frozen=True)
class Picture:
    """The image that the lab has: pixels (C, Y, X), and the labels (Y, X) of its segmentation."""

    pixels: NDArray[np.uint16]
    labels: NDArray[np.uint32]


@contextmanager
def running_lab(picture: Picture | None = None) -> Iterator[Lab]:
    """PostgreSQL, Valkey and one uvicorn process, thrown away at the end.

    Without a `picture` there is one of three channels with some 2,000 cells.
    """
    from tests.services import SERVICES

    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
    try:
        SERVICES.start()
        _make_database()
        made = _fill(picture or squares())
        with _server() as (port, process_id):
            yield Lab(port, process_id, *made)
    finally:
        SERVICES.stop()


def _make_database() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _fill(picture: Picture) -> tuple[str, str, str, str, str]:
    """Upload and segment the picture; returns cookie, token, and the ids."""
    from django.test import Client

    from annotations.models import Annotation
    from segmentation.actions.jobs import claim_job, finish_job
    from segmentation.actions.run import request_run
    from tests.cast import make_person, result_of
    from webapp.actions.datasets import create_dataset
    from webapp.actions.ingest import ingest
    from webapp.actions.projects import create_project
    from webapp.actions.tokens import create_token
    from webapp.actions.uploads import append_part, start_upload

    olga = make_person("Olga")
    project = create_project(actor=olga, name="Benchmark")
    dataset = create_dataset(actor=olga, project_id=project.pk, name="Plate 1")
    content = _tiff(picture.pixels)
    size_bytes = len(content)
    upload = start_upload(
        actor=olga, dataset_id=dataset.pk, file_name="large.tif", size_bytes=size_bytes
    )
    for start in range(0, size_bytes, PART_BYTES):
        part = bytes(content[start : start + PART_BYTES])
        append_part(actor=olga, upload_id=upload.pk, offset_bytes=start, pieces=[part])
    del content
    ingest(upload.pk)
    run = request_run(
        actor=olga, dataset_id=dataset.pk, image_ids=None, method="threshold", parameters={}
    )
    job = claim_job(run.jobs.get().pk)
    assert job is not None
    finish_job(job, result_of(picture.labels[None, None]))
    annotation = Annotation.objects.get(is_current=True)
    browser = Client()
    browser.force_login(olga)
    _, secret = create_token(actor=olga, name="benchmark", scope="write")
    ids = (str(dataset.pk), str(upload.pk), str(annotation.pk))
    return (browser.cookies["sessionid"].value, secret, *ids)


def _cells() -> NDArray[np.uint32]:
    """Squares on a grid, (Y, X) uint32, numbered row by row from 1."""
    y, x = np.ogrid[:SIDE, :SIDE]
    n_columns = SIDE // CELL_PX
    inside = (y % CELL_PX < 24) & (x % CELL_PX < 24)
    inside &= (y // CELL_PX < n_columns) & (x // CELL_PX < n_columns)
    return np.where(inside, y // CELL_PX * n_columns + x // CELL_PX + 1, 0).astype(np.uint32)


def squares() -> Picture:
    """Three channels of noise with some 2,000 bright squares."""
    noise = np.random.default_rng(1).integers(90, 140, (N_CHANNELS, SIDE, SIDE))
    return Picture((noise + 3000 * (_cells() > 0)).astype(np.uint16), _cells())


def _tiff(pixels: NDArray[np.uint16]) -> memoryview:
    from io import BytesIO

    import tifffile

    buffer = BytesIO()
    tifffile.imwrite(buffer, pixels, metadata={"axes": "CYX"}, ome=True)
    return buffer.getbuffer()


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(tempfile.gettempdir()) / f"coverslip-benchmark-{os.getpid()}.log"
    command = [sys.executable, "-m", "uvicorn", "webapp.config.asgi:application"]
    options = ["--port", str(port), "--no-access-log", "--lifespan", "off"]
    with log.open("wb") as output:
        server = subprocess.Popen([*command, *options], cwd=CHECKOUT, stderr=output)
    try:
        _wait_for(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.unlink()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
