"""Open any file of masks: by its first bytes, never by its name."""

from __future__ import annotations

from pathlib import Path

from annotations.labels.importing.entry import FileOfMasks
from webapp.imaging.limits import Limits, UnreadableImage, check_size_bytes

N_HEAD_BYTES = 64
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_PNG, _NPY, _GZIP = b"\x89PNG\r\n\x1a\n", b"\x93NUMPY", b"\x1f\x8b"
_ZIP, _ROI = b"PK\x03\x04", b"Iout"


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
    if head.startswith((_NPY, _GZIP)):
        from annotations.labels.importing.cellpose import open_npy, open_packed_npy

        return (open_npy if head.startswith(_NPY) else open_packed_npy)(source, name, limits)
    if head.startswith(_ROI):
        from annotations.labels.importing.imagej import read_rois

        return read_rois(name, [source.read_bytes()])
    if head.startswith(_ZIP):
        from annotations.labels.importing.ome_zarr import is_zarr, open_zarr_labels
        from annotations.labels.importing.package import open_zip

        return (open_zarr_labels if is_zarr(source) else open_zip)(source, name, limits)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from annotations.labels.importing.json_file import open_json

        return open_json(source, name)
    raise UnreadableImage(
        "This is no file of masks that can be read here. Save the masks as a label TIFF, one "
        "number a cell, and drop that."
    )
