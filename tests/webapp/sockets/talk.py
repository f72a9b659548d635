"""One browser's end of a websocket.

The communicator of `channels.testing` cannot be imported without Daphne and Twisted, which the
product does not use; this one stands on asgiref, which Django brings.
"""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

from asgiref.testing import ApplicationCommunicator

ANSWER_S = 5.0


class Talk(ApplicationCommunicator):
    """A window that opened the websocket at `path` of an ASGI application."""

    def __init__(self, application: Any, path: str) -> None:
        super().__init__(
            application,
            {
                "type": "websocket",
                "path": path,
                "query_string": b"",
                "headers": [],
                "subprotocols": [],
            },
        )

    async def connect(self) -> tuple[bool, int | None]:
        """Knock, and return (was let in, the code of a refusal)."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(ANSWER_S)
        if answer["type"] == "websocket.close":
            return False, answer.get("code", 1000)
        assert answer["type"] == "websocket.accept"
        return True, None

    async def say(self, message: Any) -> None:
        """Send one JSON message."""
        await self.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def hear(self) -> dict[str, Any]:
        """The next JSON message; fails when the socket closes instead."""
        answer = await self.receive_output(ANSWER_S)
        assert answer["type"] == "websocket.send", answer
        message: dict[str, Any] = json.loads(answer["text"])
        return message

    async def disconnect(self) -> None:
        """Close the window."""
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(ANSWER_S)

    # Channels closes old database connections around every message, the test's own among them.
    async def send_input(self, message: dict[str, Any]) -> None:
        """Send one ASGI message."""
        with mock.patch("channels.db.close_old_connections", _leave_open):
            await super().send_input(message)

    async def receive_output(self, timeout: float = ANSWER_S) -> dict[str, Any]:
        """The next ASGI message."""
        with mock.patch("channels.db.close_old_connections", _leave_open):
            answer: dict[str, Any] = await super().receive_output(timeout)
            return answer


def _leave_open() -> None:
    """Stand in for closing the connections."""
