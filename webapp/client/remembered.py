"""Which uploads this computer has begun, so that they go on after a break."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Lock

from webapp.client.sendable import Sendable


class Remembered:
    """Addresses of unfinished uploads in a file of this person's, by file and dataset."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or _default()
        self._lock = Lock()

    def address(self, file: Sendable, dataset: str) -> str | None:
        """Where the parts of a file go that was begun before and has not changed since."""
        return self._read().get(_key(file, dataset))

    def keep(self, file: Sendable, dataset: str, address: str) -> None:
        """Remember it."""
        self._change(_key(file, dataset), address)

    def forget(self, file: Sendable, dataset: str) -> None:
        """It is finished, or the server knows it no more."""
        self._change(_key(file, dataset), None)

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in kept.items()}

    def _change(self, key: str, address: str | None) -> None:
        with self._lock:
            kept = self._read()
            if address is None:
                kept.pop(key, None)
            else:
                kept[key] = address
            self._file.parent.mkdir(parents=True, exist_ok=True)
            partial = self._file.with_suffix(".partial")
            partial.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            partial.replace(self._file)


def _default() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "coverslip" / "uploads.json"


def _key(file: Sendable, dataset: str) -> str:
    return f"{dataset} {file.identity}"
