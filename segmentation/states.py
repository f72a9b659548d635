"""What a run and its jobs can be."""

from __future__ import annotations

from django.db import models


class JobState(models.TextChoices):
    """One image of a run."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class RunState(models.TextChoices):
    """What a person started."""

    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


OPEN_JOBS = (JobState.QUEUED, JobState.RUNNING)
