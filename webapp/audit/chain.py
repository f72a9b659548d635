"""Hash chains: canonical JSON, the hash of a row, and checking a whole chain. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

GENESIS = "0" * 64


def canonical(value: Any) -> Any:
    """The one JSON form of a value: numbers as strings, times in UTC microseconds.

    Raises TypeError for anything that has no such form.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return canonical(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_json(row: Mapping[str, Any]) -> bytes:
    """Sorted keys, no spaces, UTF-8: the bytes that are hashed."""
    text = json.dumps(
        canonical(row), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def link_hash(prev_hash: str, row: Mapping[str, Any]) -> str:
    """sha256(prev_hash + canonical_json(row)), in hex."""
    return hashlib.sha256(prev_hash.encode() + canonical_json(row)).hexdigest()


@dataclass(frozen=True)
class Link:
    """One stored row of a chain: its place, what it says, and the hashes it carries."""

    place: int
    row: Mapping[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True)
class Break:
    """The first row where a chain does not hold, and why."""

    place: int
    reason: str


def first_break(links: Iterable[Link], *, first_place: int = 1) -> Break | None:
    """Recompute a chain in order; None when every row holds."""
    prev_hash, place = GENESIS, first_place
    for link in links:
        if link.place != place:
            return Break(place, f"row {place} is missing, row {link.place} follows")
        if link.prev_hash != prev_hash:
            return Break(place, "it does not follow the row before it")
        if link_hash(prev_hash, link.row) != link.hash:
            return Break(place, "its content was changed after it was written")
        prev_hash, place = link.hash, place + 1
    return None
