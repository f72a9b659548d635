"""The checksum that a client sends with a part of a file, computed again as the bytes arrive."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterable, Iterator

from webapp.states import Refused

ALGORITHMS = ("sha256", "sha1", "crc32")


class DamagedPart(Refused):
    """The bytes that arrived are not those that were sent."""

    status = 460  # "Checksum Mismatch" of the tus protocol
    code = "damaged_part"

    def __init__(self) -> None:
        super().__init__("A part of the file was damaged on its way. It is sent once more.")


class PartChecksum:
    """`<algorithm> <base64>`: what is promised, and what `through` has seen so far.

    crc32 is four bytes, the highest first.
    """

    def __init__(self, header: str) -> None:
        self._algorithm, _, encoded = header.strip().partition(" ")
        if self._algorithm not in ALGORITHMS:
            raise Refused(f"Upload-Checksum knows {', '.join(ALGORITHMS)}.")
        try:
            self._promised = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise Refused("The value of Upload-Checksum is not base64.") from error
        self._crc = 0
        self._hash = hashlib.new("sha256" if self._algorithm == "sha256" else "sha1")

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces; DamagedPart after the last one when they are not what was promised."""
        for piece in pieces:
            if self._algorithm == "crc32":
                self._crc = zlib.crc32(piece, self._crc)
            else:
                self._hash.update(piece)
            yield piece
        if self._seen() != self._promised:
            raise DamagedPart

    def _seen(self) -> bytes:
        return self._crc.to_bytes(4, "big") if self._algorithm == "crc32" else self._hash.digest()
