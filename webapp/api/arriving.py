"""Parts of uploads are read from the connection while they arrive.

Django first collects a whole request in a temporary file. A part of a large file would lie on the
disk twice, and a connection that breaks would lose all of it. Here the door reads the connection
itself, so memory stays flat and what arrived before a break is kept.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from webapp.api.kept_threads import KeptThreadsHandler

PART = b"application/offset+octet-stream"


class ArrivingBody:
    """The body of one request as a file that can be read once, from another thread.

    A connection that breaks ends the file early. Calling it stands in for the connection after
    the body: nothing more comes.
    """

    def __init__(self, receive: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._receive, self._loop = receive, loop
        self._left = bytearray()
        self._is_complete = False

    async def __call__(self) -> Any:
        """Never another message; the request handler cancels this when the answer is sent."""
        await asyncio.Event().wait()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes (all that is left without), b"" at the end."""
        while not self._is_complete and (size < 0 or len(self._left) < size):
            self._left += self._next()
        n_bytes = len(self._left) if size < 0 else size
        piece = bytes(self._left[:n_bytes])
        del self._left[:n_bytes]
        return piece

    def close(self) -> None:
        """The rest is not wanted."""
        self._is_complete = True

    def _next(self) -> bytes:
        message = asyncio.run_coroutine_threadsafe(self._receive(), self._loop).result()
        more = message["type"] == "http.request" and message.get("more_body", False)
        self._is_complete = not more
        return cast(bytes, message.get("body", b""))


class ArrivingHandler(KeptThreadsHandler):
    """Django's handler, which leaves the body of an upload's part on the connection."""

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Wrap the connection when this is a part."""
        if (b"content-type", PART) in scope["headers"]:
            receive = ArrivingBody(receive, asyncio.get_running_loop())
        await super().handle(scope, receive, send)

    async def read_body(self, receive: Any) -> Any:
        """The part as it is, anything else collected first."""
        if isinstance(receive, ArrivingBody):
            return receive
        return await super().read_body(receive)
