"""A worker that dies in the middle of a job leaves nothing half written, and the job completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from annotations.models import Annotation
from segmentation.actions.jobs import sweep_jobs
from segmentation.actions.run import request_run
from segmentation.models import Job, Segmentation
from webapp.actions.datasets import create_dataset
from webapp.actions.ingest import ingest
from webapp.actions.projects import create_project
from webapp.actions.uploads import append_part, start_upload
from webapp.models import User

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0

pytestmark = pytest.mark.slow


def field_of_discs(side: int, spacing: int) -> bytes:
    """A PNG of bright discs on a grid with noise, `side` pixels high and wide."""
    y, x = np.ogrid[:side, :side]
    distance = np.hypot((y % spacing) - spacing / 2, (x % spacing) - spacing / 2)
    noise = np.random.default_rng(1).integers(0, 20, (side, side))
    pixels = np.where(distance < spacing / 4, 180, 20) + noise
    buffer = BytesIO()
    Picture.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def job_for_large_image() -> Job:
    """A queued job on an image that takes some seconds."""
    alice = User.objects.create_user("alice@lab.example", "a long password", name="Alice Kern")
    project = create_project(actor=alice, name="Screen")
    dataset = create_dataset(actor=alice, project_id=project.pk, name="Plate 1")
    content = field_of_discs(3000, 50)
    upload = start_upload(
        actor=alice, dataset_id=dataset.pk, file_name="discs.png", size_bytes=len(content)
    )
    append_part(actor=alice, upload_id=upload.pk, offset_bytes=0, pieces=[content])
    ingest(upload.pk)
    run = request_run(
        actor=alice, dataset_id=dataset.pk, image_ids=None, method="threshold", parameters={}
    )
    return run.jobs.get()


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker of the queue that segments."""
    command = [sys.executable, "-m", "celery", "-A", "webapp.config.celery_app", "worker"]
    options = ["-Q", "gpu", "--pool=solo", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen([*command, *options], cwd=CHECKOUT, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=30)


def wait_for(job: Job, is_there: Callable[[Job], bool]) -> None:
    """Look again until the job is as expected, asking the sweeper as the clock of `up` does."""
    end = time.monotonic() + PATIENCE_S
    while not is_there(job):
        assert time.monotonic() < end, f"the job stayed {job.state}: {job.sentence}"
        time.sleep(0.1)
        sweep_jobs()
        job.refresh_from_db()


def test_a_killed_worker_leaves_nothing_half_written_and_the_next_one_completes_the_run(
    process_environment: dict[str, str],
) -> None:
    job = job_for_large_image()
    with worker(process_environment) as first:
        wait_for(job, lambda job: job.state == "running")
        os.kill(first.pid, signal.SIGKILL)
        first.wait(timeout=30)
    assert not Segmentation.objects.exists()
    assert not Annotation.objects.exists()
    job.image.refresh_from_db()
    assert job.image.state == "uploaded"

    with worker(process_environment):
        wait_for(job, lambda job: job.state == "finished")
    assert job.n_attempts == 2
    assert job.segmentation is not None
    assert job.segmentation.n_objects == 60 * 60
    assert Annotation.objects.get().base == job.segmentation
    job.run.refresh_from_db()
    assert job.run.state == "finished"
