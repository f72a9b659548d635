"""Names that people and their files bring along, made fit to be shown and stored."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from webapp.states import Refused

MAX_NAME = 120
MAX_FILE_NAME = 255


def clean_name(name: str, what: str) -> str:
    """A visible name: no control characters, no surrounding space; Refused when empty."""
    cleaned = _visible(name).strip()
    if not cleaned:
        raise Refused(f"Please give the {what} a name.")
    if len(cleaned) > MAX_NAME:
        raise Refused(f"The name of the {what} is longer than {MAX_NAME} characters. Shorten it.")
    return cleaned


def clean_file_name(name: str) -> str:
    """The last part of an uploaded file's name. It is shown, never used as a path."""
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _visible(last).strip() or "unnamed"
    if len(cleaned) <= MAX_FILE_NAME:
        return cleaned
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > 10:
        return cleaned[:MAX_FILE_NAME]
    return f"{stem[: MAX_FILE_NAME - len(suffix) - 1]}.{suffix}"


def _visible(text: str) -> str:
    """Control and direction-changing characters become a space; the rest is normalized (NFC)."""
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character
        for character in unicodedata.normalize("NFC", text)
    )
