"""One server, spoken to in the name of a person's token."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import Any
from urllib.parse import urljoin

PATIENCE_S = 120.0
PIECE_BYTES = 1 << 20
TRY_AGAIN_AFTER_S = (1.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0)


class ServerSaysNo(Exception):
    """The server answered, and refused; `sentence` is its own."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence

    @property
    def is_worth_retrying(self) -> bool:
        """The server has trouble, other bytes than we thought, or got a damaged part."""
        return self.status >= 500 or self.status in (409, 423, 460)


class NoAnswer(Exception):
    """Nobody answered, however often it was tried."""


TROUBLE = (ServerSaysNo, NoAnswer, OSError, HTTPException)
"""All that asking can end in; each says why in a sentence."""


@dataclass(frozen=True)
class Answer:
    """Headers and the JSON of the body, None when it has none."""

    headers: HTTPMessage
    content: Any


class Server:
    """A Coverslip at an address such as https://cells.lab.example."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address, token

    def url(self, path: str) -> str:
        """The whole address of a page of this server."""
        return urljoin(self._address, path)

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterator[bytes] | None = None,
    ) -> Answer:
        """Ask once; ServerSaysNo for a refusal, OSError or HTTPException without an answer.

        A body in pieces needs its Content-Length among the headers.
        """
        request = urllib.request.Request(  # noqa: S310 - http and https alone, checked before
            urljoin(self._address, path), body, dict(headers or {}), method=method
        )
        request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
                return Answer(answer.headers, _json(answer.read()))
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes that lie at an address, in pieces; ServerSaysNo, OSError or HTTPException."""
        request = urllib.request.Request(  # noqa: S310 - http and https alone, checked before
            urljoin(self._address, path), headers={"Authorization": f"Bearer {self._token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
                while piece := answer.read(PIECE_BYTES):
                    yield piece
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error

    def ask_patiently(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Ask again while nobody answers, or the server has trouble; NoAnswer in the end."""
        for wait_s in (*TRY_AGAIN_AFTER_S, None):
            try:
                return self.ask(method, path, headers)
            except (ServerSaysNo, OSError, HTTPException) as error:
                if isinstance(error, ServerSaysNo) and not error.is_worth_retrying:
                    raise
                if wait_s is None:
                    raise NoAnswer(f"{self._address} does not answer: {error}") from error
                time.sleep(wait_s)
        raise AssertionError("the last try answers or raises")


def _refusal(error: urllib.error.HTTPError) -> ServerSaysNo:
    """What the server said no with."""
    with error:
        content = _json(error.read())
    sentence = content.get("detail") if isinstance(content, dict) else None
    text = sentence or f"The server answered {error.code} {error.reason}."
    return ServerSaysNo(error.code, text)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
