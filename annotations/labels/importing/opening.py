"""Open any file of masks: by its first bytes, never by its name."""

from __future__ import annotations

from pathlib import Path

from annotations.labels.importing.entry import FileOfMasks
from annotations.labels.importing.readable import READABLE
from webapp.imaging.limits import Limits, UnreadableImage, check_size_bytes

N_HEAD_BYTES = 16
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_PNG = b"\x89PNG\r\n\x1a\n"


def open_masks(source: Path, name: str, limits: Limits) -> FileOfMasks:
    """What a file holds; UnreadableImage or Unfit with a sentence when it holds no masks.

    Readers are imported here, when the format is known.
    """
    check_size_bytes(source.stat().st_size, limits)
    with source.open("rb") as file:
        head = file.read(N_HEAD_BYTES)
    if head.startswith(_TIFF):
        from annotations.labels.importing.tiff import open_tiff_labels

        return open_tiff_labels(source, name, limits)
    if head.startswith(_PNG):
        from annotations.labels.importing.png import open_png_labels

        return open_png_labels(source, name, limits)
    raise UnreadableImage(
        f"This is no file of masks that can be read here. Drop one of these: {READABLE}."
    )
