"""Sending files that people once uploaded: never shown in place, never named by the client."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.http import FileResponse, Http404

from webapp.api.steady import SteadyFile


def attachment(
    path: Path, name: str, *, content_type: str = "application/octet-stream", etag: str = ""
) -> FileResponse:
    """The bytes of a file as a download under a name; 404 when the file is gone.

    The name is sent twice (RFC 6266): plain ASCII for old clients, UTF-8 for the others.
    """
    if not path.is_file():
        raise Http404("The bytes of this file are not here any more.")
    answer = SteadyFile(path.open("rb"), content_type=content_type)
    answer["Content-Disposition"] = content_disposition(name)
    answer["Content-Length"] = str(path.stat().st_size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-cache"
    if etag:
        answer["ETag"] = f'"{etag}"'
    return answer


def content_disposition(name: str) -> str:
    """`attachment` with the name in both forms; quotes and line ends cannot leave it."""
    plain = "".join(
        character if " " <= character <= "~" and character not in '"\\%' else "_"
        for character in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
