"""What a tus client says."""

from __future__ import annotations

import base64
from typing import Any

from django.test import Client

VERSION = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


def encoded(text: str) -> str:
    """Base64, as Upload-Metadata wants it."""
    return base64.b64encode(text.encode()).decode()


def announce(browser: Client, dataset: Any, name: str, size: int, **headers: str) -> Any:
    """Start an upload."""
    metadata = f"filename {encoded(name)},dataset {encoded(str(dataset.pk))}"
    return browser.post(
        "/api/uploads",
        headers=VERSION | {"Upload-Length": str(size), "Upload-Metadata": metadata} | headers,
    )


def append(
    browser: Client, location: str, offset: int | str, content: bytes, **headers: str
) -> Any:
    """Send one part."""
    headers = VERSION | {"Upload-Offset": str(offset)} | headers
    return browser.patch(location, content, content_type=PART, headers=headers)


def offset_of(browser: Client, location: str) -> int:
    """How many bytes the server has."""
    return int(browser.head(location, headers=VERSION)["Upload-Offset"])
