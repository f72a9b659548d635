"""The worker's doors of the machine; only here the engine is entered."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from segmentation.actions.jobs import sweep_jobs
from segmentation.actions.work import work_on


@shared_task(name="segmentation.run_job")
def run_job(job_id: str) -> None:
    """Segment one image of a run."""
    work_on(UUID(job_id))


@shared_task(name="segmentation.sweep")
def sweep() -> int:
    """Queue again what a lost worker left behind."""
    return sweep_jobs()
