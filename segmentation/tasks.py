"""The worker's doors of the machine; only here the engine is entered."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from segmentation.actions.jobs import sweep_jobs
from segmentation.actions.prompts import answer_prompt, warm_up
from segmentation.actions.work import work_on
from webapp.queue import give_answer

logger = logging.getLogger(__name__)
FAILED = "An unexpected error stopped this click. The server's log says more."


@shared_task(name="segmentation.run_job")
def run_job(job_id: str) -> None:
    """Segment one image of a run."""
    work_on(UUID(job_id))


@shared_task(name="segmentation.sweep")
def sweep() -> int:
    """Queue again what a lost worker left behind."""
    return sweep_jobs()


@shared_task(name="segmentation.answer_prompt", acks_late=False)
def answer(address: str, image_id: str, question: dict[str, Any]) -> None:
    """Answer a click or a box while somebody waits."""
    try:
        give_answer(address, answer_prompt(UUID(image_id), question))
    except Exception:
        # Whoever waits hears it at once; the traceback is for whoever runs the server.
        logger.exception("the prompt on image %s failed", image_id)
        give_answer(address, {"refused": FAILED})


@worker_ready.connect
def prepare(sender: Any, **_: Any) -> None:
    """The worker for clicks is fast from the first one on."""
    if "prompts" in sender.app.amqp.queues.consume_from:
        warm_up()
