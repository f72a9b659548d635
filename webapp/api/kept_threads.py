"""Django's handler on threads that are kept, with the database connections they hold.

Django runs every request on a new thread. A database connection belongs to a thread, so every
request would open one, and proving a password to PostgreSQL is slow by design (SCRAM): it takes
longer than what most requests ask. Here a request borrows a thread from those that are idle. One
thread serves one request at a time, as before.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

N_KEPT = 8


class KeptThreadsHandler(ASGIHandler):
    """More requests than kept threads get new threads, which end with them."""

    def __init__(self) -> None:
        super().__init__()
        self._idle: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:
        """Middleware and view as one call on the borrowed thread.

        Each step of a chain in Django's asynchronous mode goes to the thread and back, which
        together takes longer than most answers.
        """
        super().load_middleware(is_async=False)
        chain = vars(self)["_middleware_chain"]
        self._middleware_chain: Any = sync_to_async(chain, thread_sensitive=True)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request on a borrowed thread."""
        if scope["type"] != "http":
            raise ValueError("this handler answers HTTP only")
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")
        async with ThreadSensitiveContext() as context:
            SyncToAsync.context_to_thread_executor[context] = thread
            try:
                await self.handle(scope, receive, send)
            finally:
                # Taken out again before the context ends, which would end the thread.
                del SyncToAsync.context_to_thread_executor[context]
                self._give_back(thread)

    def close(self) -> None:
        """End the idle threads and their connections."""
        while self._idle:
            thread = self._idle.pop()
            thread.submit(connections.close_all)
            thread.shutdown()

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self._idle) < N_KEPT:
            self._idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)
