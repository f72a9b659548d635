"""Secrets that are generated once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from webapp.embedded.folders import DataFolder


def secret(data: DataFolder, name: str) -> str:
    """The named secret, generated at first use: 64 characters safe in URLs, mode 0600."""
    path = data.secrets / name
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


def _write_once(path: Path, value: str) -> None:
    """Write the whole value or nothing, whoever else is starting and whenever we are killed."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)  # fails when another start was first, whose value then counts
    except FileExistsError:
        pass
    finally:
        partial.unlink()
