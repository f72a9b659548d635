"""One large image through the product: ingest, run with progress, cancel, label tiles.

    python -m tests.benchmarks.large_run IMAGE.tif

Prints seconds and the highest memory of each step, every step in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psutil

from tests.benchmarks.lab import CHECKOUT, _make_database

PIECE_BYTES = 4 << 20
GIGABYTE = 1e9
WORK = """
import sys, django
django.setup()
{}
"""
RUN = "from segmentation.actions.work import work_on; work_on(__import__('uuid').UUID(sys.argv[1]))"
BASE = (
    "from annotations.models import Annotation; from annotations.actions.base import *;"
    "a = Annotation.objects.get(pk=sys.argv[1]); base_pyramid(a); base_objects(a)"
)


@contextmanager
def process(code: str, argument: str) -> Iterator[psutil.Process]:
    """Run code in a Django process of its own."""
    command = [sys.executable, "-c", WORK.format(code), argument]
    running = subprocess.Popen(command, cwd=CHECKOUT)
    try:
        yield psutil.Process(running.pid)
    finally:
        running.wait()


def memory_of(watched: psutil.Process) -> float:
    """Return the memory of a process and its children in GB."""
    family = [watched, *watched.children(recursive=True)]
    return sum(one.memory_info().rss for one in family) / GIGABYTE


def is_running(watched: psutil.Process) -> bool:
    """Say whether the process still works."""
    return watched.is_running() and watched.status() != psutil.STATUS_ZOMBIE


def watch(name: str, code: str, argument: str) -> None:
    """Run, and print how long it took and the highest memory."""
    start, highest = time.perf_counter(), 0.0
    with process(code, argument) as watched:
        while is_running(watched):
            try:
                highest = max(highest, memory_of(watched))
            except psutil.NoSuchProcess:
                break
            time.sleep(0.2)
    print(f"{name:24s} {time.perf_counter() - start:8.1f} s   {highest:6.2f} GB", flush=True)


def upload(path: Path) -> tuple[UUID, UUID]:
    """Upload the file as a person does; returns dataset and image."""
    from tests.cast import make_person
    from webapp.actions.datasets import create_dataset
    from webapp.actions.projects import create_project
    from webapp.actions.uploads import append_part, start_upload

    olga = make_person("Olga")
    project = create_project(actor=olga, name="Benchmark")
    dataset = create_dataset(actor=olga, project_id=project.pk, name="Slides")
    sent = start_upload(
        actor=olga, dataset_id=dataset.pk, file_name=path.name, size_bytes=path.stat().st_size
    )
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE_BYTES), b"")
        append_part(actor=olga, upload_id=sent.pk, offset_bytes=0, pieces=pieces)
    return dataset.pk, sent.pk


def cancel_soon(dataset: UUID) -> None:
    """Start a run, cancel it once it tells progress, and print how soon the work ends."""
    from segmentation.actions.run import cancel_run, request_run
    from webapp.models import User

    olga = User.objects.get()
    run = request_run(
        actor=olga,
        dataset_id=dataset,
        image_ids=None,
        method="generalist",
        parameters={"diameter": 60},
    )
    job = run.jobs.get()
    with process(RUN, str(job.pk)) as watched:
        while is_running(watched) and job.progress < 0.04:
            time.sleep(0.2)
            job.refresh_from_db()
        reached, start = job.progress, time.perf_counter()
        cancel_run(actor=olga, run_id=run.pk)
        while is_running(watched):
            time.sleep(0.05)
    print(
        f"cancelled at {reached:.0%}: ended after {time.perf_counter() - start:.1f} s", flush=True
    )


def main() -> None:
    """Print the steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path)
    options = parser.parse_args()
    from tests.services import SERVICES

    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
    try:
        SERVICES.start()
        _make_database()
        measure(options.image)
    finally:
        SERVICES.stop()


def measure(path: Path) -> None:
    """Go through the steps."""
    dataset, image = upload(path)
    ingest = "from webapp.actions.ingest import ingest; import uuid; ingest(uuid.UUID(sys.argv[1]))"
    watch("ingest", ingest, str(image))
    cancel_soon(dataset)
    from annotations.models import Annotation
    from segmentation.actions.run import request_run
    from webapp.models import User

    run = request_run(
        actor=User.objects.get(),
        dataset_id=dataset,
        image_ids=None,
        method="generalist",
        parameters={},
    )
    job = run.jobs.get()
    watch("run", RUN, str(job.pk))
    job.refresh_from_db()
    print(f"  {job.state}, progress {job.progress:.0%}", flush=True)
    annotation = Annotation.objects.get(is_current=True)
    watch("label tiles and objects", BASE, str(annotation.pk))


if __name__ == "__main__":
    main()
