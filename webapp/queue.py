"""Asking a worker, by task name, once the transaction is committed."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ask_worker(task: str, *arguments: Any, queue: str = "cpu", priority: int = 5) -> None:
    """Queue `task` after commit.

    The row is the truth: when the broker is away the message is lost, logged, and the sweeper
    asks again from the row.
    """

    def send() -> None:
        try:
            current_app.send_task(task, args=arguments, queue=queue, priority=priority)
        except (OperationalError, OSError) as error:
            logger.warning("%s%r was not queued, the sweeper will: %s", task, arguments, error)

    transaction.on_commit(send, robust=True)
