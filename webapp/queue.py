"""Asking a worker, by task name: for work once the transaction is committed, or for an answer."""

from __future__ import annotations

import json
import logging
from functools import cache
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import ChannelError, OperationalError
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
KEPT_ANSWER_S = 30


class NoAnswer(Exception):
    """No worker answered in time."""


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


def is_empty(queue: str) -> bool:
    """Whether no message waits there: a row that still waits then has lost its own."""
    with current_app.connection_or_acquire() as connection:
        try:
            waiting = connection.default_channel.queue_declare(queue, passive=True)
        except ChannelError:  # nothing was ever sent there
            return True
    return int(waiting.message_count) == 0


def ask_and_wait(task: str, *arguments: Any, queue: str, patience_s: float) -> Any:
    """Send `task` at once and return what a worker answers.

    The task gets the address for `give_answer` before its arguments. Nothing is kept: a question
    that nobody answered within `patience_s` is forgotten. Raises `NoAnswer`.
    """
    address = f"coverslip:answer:{uuid4().hex}"
    try:
        current_app.send_task(task, args=(address, *arguments), queue=queue, expires=patience_s)
        found = _valkey().blpop([address], timeout=patience_s)
    except (OperationalError, RedisError, OSError) as error:
        raise NoAnswer from error
    if found is None:
        raise NoAnswer
    return json.loads(found[1])


def give_answer(address: str, answer: Any) -> None:
    """Answer a question of `ask_and_wait`."""
    with _valkey().pipeline() as pipeline:
        pipeline.rpush(address, json.dumps(answer))
        pipeline.expire(address, KEPT_ANSWER_S)
        pipeline.execute()


@cache
def _valkey() -> Redis:
    """One pool of connections a process."""
    return Redis.from_url(settings.REDIS_URL)
