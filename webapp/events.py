"""Telling others: in the transaction (upward to higher apps), after commit (to browsers)."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from webapp.kept_loop import run_on_kept_loop

logger = logging.getLogger(__name__)
PATIENCE_S = 5.0
_listeners: dict[str, list[Callable[..., None]]] = defaultdict(list)


def listen(name: str, listener: Callable[..., None]) -> None:
    """A higher app asks to be called inside the transaction that announces `name`."""
    if listener not in _listeners[name]:
        _listeners[name].append(listener)


def announce(name: str, **payload: Any) -> None:
    """Call every listener now; an exception in one undoes the whole transaction."""
    for listener in _listeners[name]:
        listener(**payload)


def tell_project(project_id: UUID | str, message: Mapping[str, Any]) -> None:
    """After commit: send a message to everybody who looks at this project."""
    transaction.on_commit(lambda: _renew_stamp(project_id), robust=True)
    transaction.on_commit(lambda: send(f"project.{project_id}", message), robust=True)


def stamp_of(project_id: UUID | str) -> int:
    """A number that is another one after everything that `tell_project` tells."""
    return int(cache.get(f"told:{project_id}") or 0)


def tell_annotation(annotation_id: UUID | str, message: Mapping[str, Any]) -> None:
    """After commit: send a message to everybody who has this annotation open."""
    transaction.on_commit(lambda: send(f"annotation.{annotation_id}", message), robust=True)


def tell_annotations_of(project_id: UUID | str, message: Mapping[str, Any]) -> None:
    """After commit: send a message to everybody who has any annotation of the project open."""
    transaction.on_commit(lambda: send(f"annotations_of.{project_id}", message), robust=True)


def tell_person(user_id: UUID | str, message: Mapping[str, Any]) -> None:
    """After commit: send a message to every open page of one person."""
    transaction.on_commit(lambda: send(f"person.{user_id}", message), robust=True)


def _renew_stamp(project_id: UUID | str) -> None:
    cache.add(f"told:{project_id}", 0, timeout=None)
    cache.incr(f"told:{project_id}")


def send(group: str, message: Mapping[str, Any]) -> None:
    """Send now. A browser that misses it catches up from the database: a lost broker is logged."""
    layer = get_channel_layer()
    if layer is None:
        raise RuntimeError("CHANNEL_LAYERS is not configured")
    try:
        told = layer.group_send(group, {"type": "told", "message": dict(message)})
        run_on_kept_loop(told, PATIENCE_S)
    except (OSError, RedisError) as error:
        logger.warning("live message to %s was not sent: %s", group, error)
