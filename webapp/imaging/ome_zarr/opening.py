"""Open one image of a zipped OME-Zarr and offer bands of rows, some chunks at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from webapp.imaging.limits import Limits, UnreadableImage, check_shape
from webapp.imaging.ome_zarr.array import check_array
from webapp.imaging.ome_zarr.images import ZarrImage
from webapp.imaging.ome_zarr.listing import image_in
from webapp.imaging.ome_zarr.multiscales import BAD, Multiscales, read_multiscales
from webapp.imaging.ome_zarr.package import ZarrPackage
from webapp.imaging.reader import Band, Facts, Pixels

N_KEPT_BYTES = 256 * 2**20
N_BAND_BYTES = 64 * 2**20
N_ROWS = 512
LABELS = "{what} beside the image in this OME-Zarr, not read here; import masks by themselves."
OTHERS = "{what} not read: only the OME-Zarr in this zip is."


@dataclass
class ZarrReader:
    """An open array. Chunks that hold several planes are decoded once, as far as memory goes."""

    facts: Facts
    array: Any
    axes: str
    _kept: OrderedDict[tuple[int, ...], Pixels] = field(default_factory=OrderedDict)

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the rows of every channel of frame t, slice z."""
        n_channels, height = self.facts.shape[1], self.facts.shape[3]
        n_rows = self._rows_of_band()
        for c in range(n_channels):
            for row in range(0, height, n_rows):
                place = {"t": t, "c": c, "z": z}
                pixels = self._rows(place, row, min(height, row + n_rows))
                yield Band(c, row, pixels[np.newaxis])

    def _rows_of_band(self) -> int:
        """Return a whole number of chunks that fit into a band."""
        width, size = self.facts.shape[4], self.array.dtype.itemsize
        chunk: int = self.array.chunks[self.axes.index("y")]
        n_fitting: int = min(N_ROWS, N_BAND_BYTES // (width * size)) // chunk
        return chunk * max(1, n_fitting)

    def _rows(self, place: dict[str, int], first: int, end: int) -> Pixels:
        """Return rows of one plane as (rows, X) in this machine's byte order."""
        chunks = dict(zip(self.axes, self.array.chunks, strict=True))
        starts = {axis: at - at % chunks.get(axis, 1) for axis, at in place.items()}
        slab = self._slab(starts, chunks, first, end)
        rows: Pixels = slab[tuple(place[axis] - starts[axis] for axis in "tcz")]
        return rows

    def _slab(self, starts: dict[str, int], chunks: dict[str, int], first: int, end: int) -> Pixels:
        """Return the planes (T, C, Z, rows, X) that lie in the same chunks."""
        key = (*starts.values(), first)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        window = {axis: slice(at, at + chunks.get(axis, 1)) for axis, at in starts.items()}
        window |= {"y": slice(first, end), "x": slice(None)}
        read = np.asarray(self.array[tuple(window[axis] for axis in self.axes)])
        missing = [axis for axis in "tczyx" if axis not in self.axes]
        read = read.reshape((1,) * len(missing) + read.shape)
        order = [*missing, *self.axes]
        slab = read.transpose([order.index(axis) for axis in "tczyx"])
        slab = np.ascontiguousarray(slab, slab.dtype.newbyteorder("="))
        self._keep(key, slab)
        return slab

    def _keep(self, key: tuple[int, ...], slab: Pixels) -> None:
        self._kept[key] = slab
        while len(self._kept) > 1 and sum(one.nbytes for one in self._kept.values()) > N_KEPT_BYTES:
            self._kept.popitem(last=False)


def open_ome_zarr(
    source: Path, limits: Limits, series: int = 0, listed_in: Path | None = None
) -> ZarrReader:
    """Return a reader for image number `series` after everything that describes it was checked.

    `listed_in` is a folder where children that read the same file tell each other what is in it.
    """
    package = ZarrPackage(source)
    listed = image_in(package, series, listed_in)
    image = listed.image
    scales = read_multiscales(image.path, image.attributes)
    stored = check_array(package, scales.array)
    sizes = _sizes(scales, stored)
    shape = (sizes["t"], sizes["c"], sizes["z"], sizes["y"], sizes["x"])
    check_shape(shape, limits)
    array = open_array(source, scales.array)
    facts = replace(
        _facts(image, scales, shape, array.dtype),
        notes=(*scales.notes, *_left_out(listed.n_labels, listed.n_others if series == 0 else 0)),
        n_series=listed.n_images,
        series_name=image.name(series, listed.n_images),
    )
    return ZarrReader(facts, array, scales.axes)


def _left_out(n_labels: int, n_others: int) -> tuple[str, ...]:
    """Return what to say of what lies in the zip and was not read."""
    notes = []
    if n_labels:
        notes.append(LABELS.format(what=_counted(n_labels, "label image", "lies", "lie")))
    if n_others:
        notes.append(OTHERS.format(what=_counted(n_others, "other file", "was", "were")))
    return tuple(notes)


def _counted(n: int, thing: str, one: str, many: str) -> str:
    return f"1 {thing} {one}" if n == 1 else f"{n:,} {thing}s {many}"


def _sizes(scales: Multiscales, stored: tuple[int, ...]) -> dict[str, int]:
    if len(stored) != len(scales.axes):
        raise UnreadableImage(BAD)
    return dict.fromkeys("tczyx", 1) | dict(zip(scales.axes, stored, strict=True))


def open_array(source: Path, path: str) -> Any:
    """Return the array; few threads, as each takes address space that is limited."""
    import zarr
    from zarr.storage import ZipStore

    zarr.config.set({"async.concurrency": 2, "threading.max_workers": 2})
    return zarr.open_array(ZipStore(source, mode="r", read_only=True), path=path, mode="r")


def _facts(
    image: ZarrImage,
    scales: Multiscales,
    shape: tuple[int, int, int, int, int],
    dtype: np.dtype[Any],
) -> Facts:
    """Put together what the description says."""
    y, x = scales.step_um("y"), scales.step_um("x")
    place = image.place
    return Facts(
        shape=shape,
        source_dtype=dtype.newbyteorder("=").name,
        source_format="OME-Zarr",
        channel_names=scales.channel_names,
        channel_colors=scales.channel_colors,
        pixel_size_um=(y, x) if y and x else None,
        slice_step_um=scales.step_um("z") if shape[2] > 1 else None,
        frame_interval_s=scales.interval_s if shape[0] > 1 else None,
        plate=place.plate if place else "",
        well=str(place.well) if place else "",
        site=place.site if place else None,
    )
