"""What waits for a worker, with the real broker."""

from __future__ import annotations

from uuid import uuid4

import pytest
from celery import current_app

from webapp.queue import ask_worker, is_empty

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_queue_is_empty_until_something_waits_in_it() -> None:
    queue = f"of_this_test_{uuid4().hex}"
    assert is_empty(queue)
    ask_worker("nobody.does_this", queue=queue)
    assert not is_empty(queue)
    with current_app.connection_or_acquire() as connection:
        connection.default_channel.queue_purge(queue)
    assert is_empty(queue)
