"""The raster of an annotation's newest version: a cache that knows its version and catches up.

A folder holds ``labels.npy``, the uint32 (T, Z, Y, X) raster, and ``version``: a number, and the
boot of the machine in which it was written. The pixels are written before the version, and patches
hold absolute values: after a crash in between, applying the same version again gives the same
raster. What a killed process wrote stays in the memory of the system; what a power cut leaves on
the disk is not trusted: in another boot the raster is made again from its edits. So no stroke
waits for the disk. Apply a version only once its edit is committed, for the raster has no way to
take half an edit back.

Several processes may open one head. They share the pages of the file, and a lock makes sure that
each version is applied by one of them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotations.labels import patch as patches
from annotations.labels.digest import Shape, label_digest
from annotations.labels.patch import Patch

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
Plane = NDArray[np.uint32]
BasePlanes = Callable[[], Iterable[Plane]]
"""Gives the planes of version 0 in the order of (t, z); called only when the raster is made."""


class VersionGap(Exception):
    """A version was to be applied before the one in front of it."""


class Head:
    """The newest raster of one annotation. Make it with `Head.open`."""

    def __init__(self, folder: Path, raster: NDArray[np.uint32]) -> None:
        self._folder = folder
        self._raster = raster

    @classmethod
    def open(cls, folder: Path, shape: Shape, base: BasePlanes | None = None) -> Head:
        """Open the head in ``folder``, for labels of ``shape`` (T, Z, Y, X).

        Where there is none, or what is there is broken or has another shape, it is made again
        as version 0: from ``base``, or blank without one. The caller then applies all edits.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            raster = _opened(folder, shape)
            if raster is None:
                (folder / "version").unlink(missing_ok=True)
                _make(folder, shape, base)
                raster = _opened(folder, shape)
        if raster is None:
            raise OSError(f"The labels in {folder} were written but cannot be read back.")
        return cls(folder, raster)

    @property
    def shape(self) -> Shape:
        """(T, Z, Y, X)."""
        n_frames, n_slices, height, width = self._raster.shape
        return n_frames, n_slices, height, width

    @property
    def version(self) -> int:
        """The version that the raster shows."""
        return _read_version(self._folder)[0]

    def plane(self, t: int, z: int) -> Plane:
        """The labels of one plane, (Y, X) uint32, read only; it follows later edits."""
        view: Plane = self._raster[t, z].view()
        view.flags.writeable = False
        return view

    def scratch(self) -> NDArray[np.uint32]:
        """A copy (T, Z, Y, X) to be changed at will; only what is changed takes memory."""
        copy: NDArray[np.uint32] = np.load(self._folder / "labels.npy", mmap_mode="c")
        return copy

    def planes(self) -> Iterator[Plane]:
        """All planes in the order of (t, z)."""
        for t, z in np.ndindex(*self.shape[:2]):
            yield self.plane(t, z)

    def apply(self, version: int, edit: Sequence[Patch]) -> None:
        """Bring the raster from ``version - 1`` to ``version``; an older version changes nothing.

        Raises `VersionGap` when a version in between is missing and `InvalidPatch` when a patch
        lies outside; the raster is then unchanged.
        """
        for patch in edit:
            patches.check_inside(patch, self.shape)
        with _locked(self._folder):
            current = self.version
            if version <= current:
                return
            if version != current + 1:
                raise VersionGap(f"Version {version} cannot follow version {current}.")
            for patch in edit:
                patches.apply(self._raster[patch.t, patch.z], patch)
            _flush(self._raster)
            _write_version(self._folder, version)

    def digest(self) -> str:
        """The fingerprint of the labels as they are now (see `annotations.labels.digest`)."""
        return label_digest(self.shape, self.planes())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _opened(folder: Path, shape: Shape) -> NDArray[np.uint32] | None:
    """The raster when it is whole and of this shape, else None."""
    try:
        if _read_version(folder)[1] != _boot():
            return None
        # A file that was cut off is refused here; opened for writing it would grow back as zeros.
        np.load(folder / "labels.npy", mmap_mode="r", allow_pickle=False)
        raster: NDArray[np.uint32] = np.load(folder / "labels.npy", mmap_mode="r+")
    except (OSError, ValueError, EOFError):
        return None
    is_ours = raster.shape == shape and raster.dtype == np.dtype("<u4")
    return raster if is_ours and raster.flags.c_contiguous else None


def _make(folder: Path, shape: Shape, base: BasePlanes | None) -> None:
    temporary = folder / "labels.npy.new"
    raster = np.lib.format.open_memmap(temporary, mode="w+", dtype=np.dtype("<u4"), shape=shape)
    if base is not None:
        places = iter(np.ndindex(*shape[:2]))
        for place, plane in zip(places, base(), strict=True):
            raster[place] = plane
    _flush(raster)
    temporary.replace(folder / "labels.npy")
    _write_version(folder, 0)


def _flush(raster: NDArray[np.uint32]) -> None:
    """Where boots cannot be told apart, the disk has to have the pixels before the version."""
    assert isinstance(raster, np.memmap)
    if not _boot():
        raster.flush()


def _read_version(folder: Path) -> tuple[int, str]:
    """The version, and the boot in which it was written; ValueError for anything else."""
    number, _, boot = (folder / "version").read_text(encoding="ascii").partition(" ")
    return int(number), boot


def _write_version(folder: Path, version: int) -> None:
    temporary = folder / "version.new"
    with temporary.open("w", encoding="ascii") as file:
        file.write(f"{version} {_boot()}" if _boot() else str(version))
        if not _boot():
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(folder / "version")


@cache
def _boot() -> str:
    """The id of this start of the machine, empty where the system has none."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
