"""Names of files made from names of images: safe everywhere, unique, still recognizable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_EXTENSION = re.compile(
    r"\.(ome\.tiff?|ome\.zarr|zarr\.zip|tiff?|png|jpe?g|czi|nd2|lif|zarr|zip|webp|bmp)$", re.I
)
# Device names that Windows refuses as file names, whatever the extension.
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
_LONGEST_BYTES = 120


def file_stem(name: str) -> str:
    """A safe file name without extension; letters of every script are kept."""
    stem = _EXTENSION.sub("", unicodedata.normalize("NFC", name).strip())
    # Format characters such as the right-to-left override can disguise an extension.
    stem = "".join(mark for mark in stem if unicodedata.category(mark) not in ("Cf", "Cs"))
    stem = _FORBIDDEN.sub("_", stem).strip(" .")
    stem = _shortened(stem, _LONGEST_BYTES)
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return stem or "image"


def unique_stems(names: Iterable[str]) -> list[str]:
    """`file_stem` of every name, the second of equals called "name (2)"; case does not count."""
    taken: set[str] = set()
    stems = []
    for name in names:
        stem = file_stem(name)
        unique, number = stem, 2
        while unique.casefold() in taken:
            unique = f"{stem} ({number})"
            number += 1
        taken.add(unique.casefold())
        stems.append(unique)
    return stems


def _shortened(text: str, n_bytes: int) -> str:
    return text.encode("utf-8")[:n_bytes].decode("utf-8", errors="ignore").rstrip(" .")
