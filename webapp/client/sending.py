"""Sends one file by the tus protocol: in checked parts, going on where it stopped."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from webapp.client.remembered import Remembered
from webapp.client.sendable import Sendable, sendable
from webapp.client.server import TRY_AGAIN_AFTER_S, NoAnswer, Server, ServerSaysNo

PART_BYTES = 8 * 2**20
VERSION = {"Tus-Resumable": "1.0.0"}
OnProgress = Callable[[int], None]


@dataclass(frozen=True)
class Sender:
    """Files of this computer on their way into one dataset."""

    server: Server
    dataset: str
    remembered: Remembered

    def send(self, path: Path, on_progress: OnProgress) -> str:
        """Send what the server does not have yet; returns the address of the upload.

        `on_progress` hears how many bytes the server has. Raises ServerSaysNo with its sentence,
        NoAnswer when the connection stays away.
        """
        file = sendable(path)
        address, offset = self._known(file) or (self._announce(file), 0)
        self._send_parts(file, address, offset, on_progress)
        self.remembered.forget(file, self.dataset)
        return address

    def _known(self, file: Sendable) -> tuple[str, int] | None:
        """Where a file goes that was begun before, and how much of it is there."""
        address = self.remembered.address(file, self.dataset)
        if address is None:
            return None
        try:
            return address, self._offset(address)
        except ServerSaysNo:
            self.remembered.forget(file, self.dataset)
            return None

    def _announce(self, file: Sendable) -> str:
        named = {"filename": file.name, "dataset": self.dataset}
        metadata = ",".join(f"{key} {_base64(value.encode())}" for key, value in named.items())
        size = {"Upload-Length": str(file.size_bytes), "Upload-Metadata": metadata}
        answer = self.server.ask_patiently("POST", "/api/uploads", VERSION | size)
        address = answer.headers["Location"]
        self.remembered.keep(file, self.dataset, address)
        return str(address)

    def _send_parts(
        self, file: Sendable, address: str, offset: int, on_progress: OnProgress
    ) -> None:
        n_tries, size_bytes = 0, file.size_bytes
        while offset < size_bytes:
            on_progress(offset)
            try:
                offset = self._send_part(file.read(offset, PART_BYTES), offset, address)
                n_tries = 0
            except (ServerSaysNo, OSError, HTTPException) as error:
                if isinstance(error, ServerSaysNo) and not error.is_worth_retrying:
                    raise
                if n_tries == len(TRY_AGAIN_AFTER_S):
                    raise NoAnswer(f"The server does not take it: {error}") from error
                time.sleep(TRY_AGAIN_AFTER_S[n_tries])
                n_tries += 1
                offset = self._offset(address)
        on_progress(size_bytes)

    def _send_part(self, part: bytes, offset: int, address: str) -> int:
        headers = VERSION | {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {_base64(hashlib.sha256(part).digest())}",
        }
        answer = self.server.ask("PATCH", address, headers, part)
        return int(answer.headers["Upload-Offset"])

    def _offset(self, address: str) -> int:
        answer = self.server.ask_patiently("HEAD", address, VERSION)
        return int(answer.headers["Upload-Offset"])


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
