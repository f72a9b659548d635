"""Answers of any length in constant memory.

Django's ASGI door collects an answer that is made step by step in a list before it is sent. Here
each piece is made on the request's own thread when the one before is on its way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.http import FileResponse, StreamingHttpResponse

from webapp.storage.zip_stream import PIECE_BYTES


class SteadyResponse(StreamingHttpResponse):
    """Pieces of bytes, one after the other."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces, each made when it is asked for."""
        pieces: Iterator[bytes] = iter(self.streaming_content)  # type: ignore[arg-type]
        take = sync_to_async(_next_of)
        while (piece := await take(pieces)) is not None:
            yield piece


class SteadyFile(SteadyResponse, FileResponse):
    """A file."""

    block_size = PIECE_BYTES


def _next_of(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def zip_answer(pieces: Iterable[bytes], disposition: str) -> SteadyResponse:
    """A zip as a download that is made while it is sent."""
    answer = SteadyResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"] = disposition
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
