"""Open an image of several files and offer the bands of each file at its place."""

from __future__ import annotations

import dataclasses
import gc
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from webapp.imaging.limits import Limits, UnreadableImage
from webapp.imaging.parts.manifest import Manifest, Part
from webapp.imaging.reader import Band, Facts, Reader

MOST_OPEN = 8
COLLECT_EVERY = 64
N_EMPTY_ROWS = 512
OpenPart = Callable[[Part], Reader]

PART_DIFFERS = (
    "{name} is not what it was when the files were put together. Restore the single images from "
    "the trash and group them again."
)


@dataclass
class PartsReader:
    """An image of several files, of which a few are open at a time."""

    facts: Facts
    manifest: Manifest
    open_part: OpenPart
    _open: OrderedDict[str, Reader] = field(default_factory=OrderedDict)
    _n_closed: int = 0

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the bands of all files with planes of frame t, slice z; black where there is none.

        Raises UnreadableImage when a file is not what the list says.
        """
        is_here = np.zeros(self.facts.shape[1], bool)
        for part in self.manifest.parts:
            n_frames, n_channels, n_slices = part.shape
            if part.t <= t < part.t + n_frames and part.z <= z < part.z + n_slices:
                is_here[part.c : part.c + n_channels] = True
                yield from self._bands_of(part, t - part.t, z - part.z)
        for c in np.flatnonzero(~is_here):
            yield from self._black(int(c))

    def _bands_of(self, part: Part, t: int, z: int) -> Iterator[Band]:
        n_channels = part.shape[1]
        for band in self._reader(part).bands(t, z):
            pixels = band.pixels[: max(0, n_channels - band.channel)]
            if len(pixels):
                yield Band(part.c + band.channel, band.row, pixels)

    def _reader(self, part: Part) -> Reader:
        """Return the open file of a part; the one that was used longest ago is closed."""
        if part.sha256 in self._open:
            self._open.move_to_end(part.sha256)
            return self._open[part.sha256]
        reader = self.open_part(part)
        check_part(self.facts, part, reader.facts)
        self._open[part.sha256] = reader
        if len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
            self._n_closed += 1
            if self._n_closed % COLLECT_EVERY == 0:
                gc.collect()  # readers hold themselves, and with them open files
        return reader

    def _black(self, c: int) -> Iterator[Band]:
        height, width = self.facts.shape[3:]
        for row in range(0, height, N_EMPTY_ROWS):
            n_rows = min(N_EMPTY_ROWS, height - row)
            yield Band(c, row, np.zeros((1, n_rows, width), self.facts.source_dtype))


def open_parts(source: Path, blobs: Path, limits: Limits, series: int = 0) -> Reader:
    """Return a reader for the list at `source`, whose parts lie by their digests under `blobs`.

    A list without a shape is that of an OME-TIFF over several files, which may hold several images.
    """
    from webapp.imaging.opening import open_image

    manifest = Manifest.from_bytes(source.read_bytes())
    if manifest.shape is None:
        from webapp.imaging.tiff.ome_set import open_ome_set

        files = [(part.file_name, part_path(blobs, part)) for part in manifest.parts]
        return open_ome_set(files, limits, series)

    def open_part(part: Part) -> Reader:
        return open_image(part_path(blobs, part), limits, part.axes_said or None)

    first = open_part(manifest.parts[0]).facts
    facts = _facts(manifest, first)
    return PartsReader(facts, manifest, open_part)


def part_path(blobs: Path, part: Part) -> Path:
    """Where the bytes of a part lie; a digest is 64 hexadecimal digits and never a path."""
    digest = part.sha256
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError("not a digest")
    return blobs / digest[:2] / digest[2:4] / digest


def check_part(facts: Facts, part: Part, found: Facts) -> None:
    """Refuse a file whose planes are not those that the list counts on.

    Channels that were left out when the file was read alone (equal colors, an opaque alpha) come
    last in it, so it may have more than the list says.
    """
    n_frames, n_channels, n_slices, height, width = found.shape
    fits = (n_frames, n_slices) == (part.shape[0], part.shape[2]) and n_channels >= part.shape[1]
    is_same = (height, width) == facts.shape[3:] and found.source_dtype == facts.source_dtype
    if not (fits and is_same):
        raise UnreadableImage(PART_DIFFERS.format(name=part.file_name))


def _facts(manifest: Manifest, first: Facts) -> Facts:
    """Put together what the list says and what the first file says of its kind."""
    assert manifest.shape is not None
    notes = [note for note in first.notes if note]
    if manifest.missing:
        notes.append("These planes are in no file and are black: " + ", ".join(manifest.missing))
    return dataclasses.replace(
        first,
        shape=manifest.shape,
        source_format=f"{first.source_format}, {len(manifest.parts):,} files",
        channel_names=manifest.channel_names,
        channel_colors=manifest.channel_colors,
        pixel_size_um=manifest.pixel_size_um,
        slice_step_um=manifest.slice_step_um,
        frame_interval_s=manifest.frame_interval_s,
        notes=tuple(notes),
        axes_are_ambiguous=False,
        unknown_sizes=(),
        is_color=False,
        has_alpha=False,
        n_series=1,
        series_name="",
        plate=manifest.plate,
        well=manifest.well,
        site=manifest.site,
    )
