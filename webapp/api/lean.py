"""Doors in front of Django, for answers that are asked for by the hundred: tiles.

Django's middleware and request objects cost more than reading a tile does. These doors do the
same in one step on a thread that keeps its database connection: who asks, may she, the bytes.
Everything else goes on to Django.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import InterfaceError, OperationalError, connection

from webapp.queries.tiles import Visitor

Application = Callable[..., Awaitable[None]]
N_THREADS = 4
SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(frozen=True)
class Answer:
    """A whole answer: these are small."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request for something that is only read."""

    parts: dict[str, str]
    headers: dict[str, str]


Door = Callable[[Asked], Answer]


def refusal(status: int, sentence: str, code: str, **headers: str) -> Answer:
    """The same shape as every refusal of the API."""
    body = json.dumps({"detail": sentence, "code": code}).encode()
    kind = {"content-type": "application/json", "cache-control": "no-store"}
    return Answer(status, body, kind | headers)


NOT_HERE = refusal(404, "Nothing is here for you.", "not_found")
SIGN_IN = refusal(401, "Sign in, or send a token.", "not_authenticated")


def visitor_of(headers: dict[str, str]) -> Visitor | None:
    """Who the cookie or the token says is asking; None when neither says anything."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Visitor(secret_sha256=hashlib.sha256(secret.strip().encode()).hexdigest())
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if cookie is None:
        return None
    session = SessionStore(cookie.value)
    user_id, proof = session.get(SESSION_KEY), session.get(HASH_SESSION_KEY)
    return Visitor(user_id=str(user_id), session_hash=str(proof)) if user_id else None


class LeanDoors:
    """An ASGI application: these addresses are answered here, all others by `otherwise`."""

    def __init__(self, doors: Sequence[tuple[re.Pattern[str], Door]], otherwise: Application):
        self.doors = doors
        self.otherwise = otherwise
        self.threads = ThreadPoolExecutor(N_THREADS, thread_name_prefix="lean")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer, or pass on."""
        found = self._find(scope)
        if found is None:
            await self.otherwise(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self.threads, partial(_answer, *found))
        headers = {"content-length": str(len(answer.body)), **answer.headers}
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            }
        )
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    def _find(self, scope: dict[str, Any]) -> tuple[Door, Asked] | None:
        if scope["method"] not in ("GET", "HEAD"):
            return None
        for pattern, door in self.doors:
            match = pattern.fullmatch(scope["path"])
            if match:
                headers = {
                    name.decode("latin-1"): value.decode("latin-1")
                    for name, value in scope["headers"]
                }
                return door, Asked(match.groupdict(), headers)
        return None


def _answer(door: Door, asked: Asked) -> Answer:
    """Ask once more when the database closed the connection that this thread kept."""
    try:
        return door(asked)
    except (OperationalError, InterfaceError):
        connection.close()
        return door(asked)
