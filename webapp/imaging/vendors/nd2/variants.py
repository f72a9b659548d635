"""The description in an ND2 file: a tree of named values ("lite variants").

Source: the layout as the library nd2 by Talley Lambert (BSD-3) reads it, checked against it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.vendors.nd2.chunks import DAMAGED, MAX_DESCRIPTION_BYTES

_BYTES, _LEVEL, _COMPRESSED, _STRING = 9, 11, 76, 8
_NUMBERS = {1: "<?", 2: "<i", 3: "<I", 4: "<q", 5: "<Q", 6: "<d", 7: "<Q"}
MAX_DEPTH = 64

Tree = dict[str, Any]
"""Values by name; a list holds the values of a level whose names are empty."""


def decode(data: bytes) -> Tree:
    """Return the tree of one chunk; UnreadableImage when it is damaged."""
    try:
        found = _Decoder(data).level(1, len(data), 0)
    except (struct.error, UnicodeDecodeError, zlib.error, IndexError) as error:
        raise UnreadableImage(DAMAGED, repr(error)) from error
    return found if isinstance(found, dict) else {"": found}


def items(value: Any) -> list[Any]:
    """Return the values of a level, whether it has names or not."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


class _Decoder:
    """Reads from one piece of bytes, from front to back."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def level(self, n_items: int, end: int, depth: int) -> Tree | list[Any]:
        """Return the next `n_items` values, which end before byte `end`."""
        if depth > MAX_DEPTH:
            raise UnreadableImage(DAMAGED, "levels lie too deep in each other")
        named: Tree = {}
        unnamed: list[Any] = []
        for _ in range(n_items):
            if self.position + 2 > end:
                break
            start = self.position
            kind, n_letters = self.data[start], self.data[start + 1]
            self.position += 2
            if kind == _COMPRESSED:
                return self._unpacked(end).level(1, MAX_DESCRIPTION_BYTES, depth + 1)
            name = self._take(2 * n_letters).decode("utf-16-le").rstrip("\x00")
            value = self._value(kind, start, depth)
            if name:
                named[name] = value
            else:
                unnamed.append(value)
        return unnamed if unnamed and not named else named

    def _value(self, kind: int, start: int, depth: int) -> Any:
        readers: dict[int, Callable[[], Any]] = {
            _STRING: self._string,
            _BYTES: lambda: self._take(self._number("<Q")),
            _LEVEL: lambda: self._level_at(start, depth),
        }
        if kind in _NUMBERS:
            return self._number(_NUMBERS[kind])
        if kind not in readers:
            raise UnreadableImage(DAMAGED, f"a value of kind {kind}")
        return readers[kind]()

    def _level_at(self, start: int, depth: int) -> Tree | list[Any]:
        """A level tells its length from its own start; a table of offsets follows it."""
        n_items, n_bytes = self._number("<I"), self._number("<Q")
        end = min(len(self.data), start + n_bytes)
        value = self.level(n_items, end, depth + 1)
        self.position = start + n_bytes + 8 * n_items
        return value

    def _unpacked(self, end: int) -> _Decoder:
        packed = self.data[self.position + 10 : end]
        unpacker = zlib.decompressobj()
        return _Decoder(unpacker.decompress(packed, MAX_DESCRIPTION_BYTES))

    def _string(self) -> str:
        end = self.position
        while self.data[end : end + 2] not in (b"\x00\x00", b""):
            end += 2
        text = self.data[self.position : end].decode("utf-16-le", "replace")
        self.position = end + 2
        return text

    def _number(self, form: str) -> Any:
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _take(self, n_bytes: int) -> bytes:
        taken = self.data[self.position : self.position + n_bytes]
        if len(taken) < n_bytes:
            raise UnreadableImage(DAMAGED, "a value goes beyond its chunk")
        self.position += n_bytes
        return taken
