"""Open an ND2: which frame is which plane, then bands of rows; a position is an image."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.imaging.instrument import NOTHING_SAID, Instrument
from webapp.imaging.limits import Limits, UnreadableImage, check_plane_memory, check_shape
from webapp.imaging.reader import Band, Facts, Pixels
from webapp.imaging.series import check_series, numbered
from webapp.imaging.vendors.nd2.chunks import DAMAGED, FILE_SIGNATURE, HEADER, Chunks
from webapp.imaging.vendors.nd2.instrument import instrument_of
from webapp.imaging.vendors.nd2.loops import Loop, axis_size, frame_numbers, read_loops
from webapp.imaging.vendors.nd2.picture import Picture, channel_facts, read_picture
from webapp.imaging.vendors.nd2.variants import Tree, decode
from webapp.imaging.vendors.stored import stored_bands

N_TIME_STAMP_BYTES = 8

TOO_OLD = (
    "This ND2 file was written by NIS-Elements before version 4, whose files cannot be read "
    "here. Open it in NIS-Elements, save it as TIFF, and upload that file."
)
STOPPED = "The acquisition was stopped early; the {n} complete time points were read."
INCOMPLETE = (
    "Frames are missing in this ND2 file. Open it in NIS-Elements, save what is there once "
    "more, and upload that file."
)


@dataclass(frozen=True)
class Nd2Reader:
    """One position of an open ND2 file."""

    facts: Facts
    chunks: Chunks
    picture: Picture
    frames: dict[tuple[int, int], int]

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield bands with all channels, which lie together in a frame."""
        first, n_bytes = self.chunks.data_of(_frame_name(self.frames[t, z]))
        plane = self.picture.plane
        for row, samples in (
            self._unpacked(first, n_bytes)
            if self.picture.is_packed
            else stored_bands(self.chunks.file, first + N_TIME_STAMP_BYTES, plane)
        ):
            # colors are stored as blue, green, red
            yield Band(0, row, samples[::-1] if self.picture.is_color else samples)

    def _unpacked(self, first: int, n_bytes: int) -> Iterator[tuple[int, Pixels]]:
        plane = self.picture.plane
        self.chunks.file.seek(first + N_TIME_STAMP_BYTES)
        packed = self.chunks.file.read(n_bytes - N_TIME_STAMP_BYTES)
        data = zlib.decompressobj().decompress(packed, plane.height * plane.row_bytes)
        if len(data) < plane.n_bytes:
            raise UnreadableImage(DAMAGED, "a packed frame is too short")
        yield 0, plane.rows_of(data, plane.height)


def open_nd2(source: Path, limits: Limits, series: int) -> Nd2Reader:
    """Return a reader of position `series` after everything in the description was checked."""
    file = source.open("rb")
    _check_version(file.read(HEADER.size + 32 + 64))
    chunks = Chunks.of(file)
    picture = read_picture(_tree(chunks, b"ImageAttributesLV!", "SLxImageAttributes"))
    described = _tree(chunks, b"ImageMetadataSeqLV|0!", "SLxPictureMetadata")
    loops, is_guessed, notes = _loops(chunks)
    n_positions = axis_size(loops, "P")
    check_series(n_positions, series)
    channels = channel_facts(described, picture)
    picture = dataclasses.replace(picture, is_color=channels.is_color)
    shape = (
        axis_size(loops, "T"),
        picture.plane.n_samples,
        axis_size(loops, "Z"),
        picture.plane.height,
        picture.plane.width,
    )
    check_shape(shape, limits)
    if picture.is_packed:
        check_plane_memory(picture.plane.n_bytes, limits)
    steps = {loop.axis: loop.step for loop in loops}
    facts = dataclasses.replace(
        channels,
        shape=shape,
        source_dtype=picture.plane.dtype.newbyteorder("=").name,
        slice_step_um=steps.get("Z"),
        frame_interval_s=steps.get("T") or _measured_interval(chunks, loops),
        notes=notes,
        instrument=_instrument(chunks),
        axes_are_ambiguous=is_guessed,
        n_series=n_positions,
        series_name=_position_name(loops, series) if n_positions > 1 else "",
    )
    return Nd2Reader(facts, chunks, picture, _frames(chunks, picture, loops, series))


def _frames(
    chunks: Chunks, picture: Picture, loops: tuple[Loop, ...], series: int
) -> dict[tuple[int, int], int]:
    """Return the frame of each (t, z) of a position; all are there, before the first pixel."""
    places = frame_numbers(loops).items()
    frames = {(t, z): number for (p, t, z), number in places if p == series}
    for number in frames.values():
        _, n_bytes = chunks.data_of(_frame_name(number))
        if not picture.is_packed and n_bytes < N_TIME_STAMP_BYTES + picture.plane.n_bytes:
            raise UnreadableImage(DAMAGED, f"frame {number} is too short")
    return frames


def _check_version(start: bytes) -> None:
    """Refuse what is not "Ver3.0" or newer."""
    name, version = start[HEADER.size : HEADER.size + 32], start[HEADER.size + 32 :][:6]
    if name != FILE_SIGNATURE:
        raise UnreadableImage(DAMAGED, "no signature")
    if not version.startswith(b"Ver") or version[3:4] < b"3":
        raise UnreadableImage(TOO_OLD, repr(version))


def _tree(chunks: Chunks, name: bytes, root: str) -> Tree:
    tree = decode(chunks.read(name))
    found = tree.get(root, tree)
    return found if isinstance(found, dict) else {}


def _instrument(chunks: Chunks) -> Instrument:
    """Return what the notes of the file say of the microscope; nothing where it has none."""
    if b"ImageTextInfoLV!" not in chunks.places:
        return NOTHING_SAID
    return instrument_of(_tree(chunks, b"ImageTextInfoLV!", "SLxImageTextInfo"))


def _frame_name(number: int) -> bytes:
    return f"ImageDataSeq|{number}!".encode()


def _loops(chunks: Chunks) -> tuple[tuple[Loop, ...], bool, tuple[str, ...]]:
    """Return the loops that the frames fill, whether they were guessed, and what to tell."""
    loops: tuple[Loop, ...] = ()
    if b"ImageMetadataLV!" in chunks.places:
        loops = read_loops(_tree(chunks, b"ImageMetadataLV!", "SLxExperiment"))
    n_frames = sum(name.startswith(b"ImageDataSeq|") for name in chunks.places)
    n_wanted = int(np.prod([loop.count for loop in loops], dtype=np.int64))
    if n_wanted == 1 and n_frames > 1:
        return (Loop("T", n_frames),), True, ()
    if n_wanted <= n_frames:
        return loops, False, ()
    n_each = n_wanted // loops[0].count
    n_complete = n_frames // n_each
    if loops[0].axis != "T" or n_complete < 1:
        raise UnreadableImage(INCOMPLETE, f"{n_frames} of {n_wanted} frames")
    shorter = dataclasses.replace(loops[0], count=n_complete)
    return (shorter, *loops[1:]), False, (STOPPED.format(n=n_complete),)


def _measured_interval(chunks: Chunks, loops: tuple[Loop, ...]) -> float | None:
    """Return the mean of the measured times in seconds, for loops that name no interval."""
    name, n_times = b"CustomData|AcqTimesCache!", axis_size(loops, "T")
    if n_times < 2 or name not in chunks.places:
        return None
    milliseconds = np.frombuffer(chunks.read(name)[: 8 * 10**7], "<f8")
    numbers = frame_numbers(loops)
    last = numbers[0, n_times - 1, 0]
    if last >= len(milliseconds):
        return None
    seconds = float(milliseconds[last] - milliseconds[numbers[0, 0, 0]]) / 1000 / (n_times - 1)
    return float(f"{seconds:.6g}") if np.isfinite(seconds) and seconds > 0 else None


def _position_name(loops: tuple[Loop, ...], series: int) -> str:
    """Return the name that was given to a position, or its number."""
    named = [loop.names for loop in loops if loop.axis == "P"]
    name = named[0][series] if len(named) == 1 and series < len(named[0]) else ""
    return name.strip() or numbered("Position", series, axis_size(loops, "P"))
