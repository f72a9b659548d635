"""Folders of the Cell Tracking Challenge: a label image a frame, as the frames of one series.

Names after "Naming and file content conventions" of the challenge: `maskTTT.tif` of results,
`man_segTTT.tif` and `man_segTTT_ZZZ.tif` of segmentation truth, `man_trackTTT.tif` of markers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from annotations.labels.importing.entry import Drawn, FileOfMasks, Labels, Shape, Unfit
from annotations.labels.importing.tiff import open_tiff_labels
from segmentation.engine.spool import new_array
from webapp.imaging.limits import Limits

_FRAME = re.compile(r"^(man_seg|man_track|mask)_?(\d{3,6})(?:_(\d{3,6}))?\.tiff?$", re.IGNORECASE)
_OWN_FOLDERS = {"seg", "tra", "gt"}
MARKERS = "These are tracking markers, which are smaller than the cells."


@dataclass(frozen=True)
class Frame:
    """One file: its frame, and its slice when it holds only that one."""

    path: Path
    t: int
    z: int | None


@dataclass(frozen=True)
class Series:
    """The files of one folder and kind."""

    name: str
    kind: str
    frames: tuple[Frame, ...]


def frames_in(paths: Mapping[str, Path], zip_name: str) -> list[Series]:
    """The series among the members of a zip; none when most names are others."""
    found: defaultdict[tuple[str, str], list[Frame]] = defaultdict(list)
    for name, path in paths.items():
        said = _FRAME.match(PurePosixPath(name.replace("\\", "/")).name)
        if said is not None:
            key = _series_name(name, zip_name), said[1].lower()
            found[key].append(Frame(path, int(said[2]), int(said[3]) if said[3] else None))
    n_tiffs = sum(name.lower().endswith((".tif", ".tiff")) for name in paths)
    if 2 * sum(map(len, found.values())) <= n_tiffs:
        return []
    return [
        Series(name, kind, tuple(sorted(frames, key=lambda one: (one.t, one.z or 0))))
        for (name, kind), frames in sorted(found.items())
    ]


def read_frames(series: list[Series], limits: Limits) -> FileOfMasks:
    """An entry for each series."""
    return FileOfMasks("CTC folder", [FramesEntry(one, limits) for one in series])


def _series_name(name: str, zip_name: str) -> str:
    """The folder that names the series: 01 of 01_GT/SEG/man_seg000.tif; else the zip does."""
    folders = list(PurePosixPath(name.replace("\\", "/")).parts[:-1])
    while folders and folders[-1].lower() in _OWN_FOLDERS:
        folders.pop()
    return folders[-1] if folders else zip_name


@dataclass(frozen=True)
class FramesEntry:
    """Label images of frames; the numbers of cells go through all of them."""

    series: Series
    limits: Limits
    own_shape: Shape | None = None

    @property
    def name(self) -> str:
        """The folder."""
        return self.series.name

    def draw(self, shape: Shape) -> Drawn:
        """Frames that the folder does not have stay empty, and are named."""
        labels: Labels = new_array(shape, np.uint32)
        for frame in self.series.frames:
            if frame.t >= shape[0] or (frame.z or 0) >= shape[1]:
                raise Unfit(
                    f"There are masks for frame {frame.t}, counted from 0, and the image has "
                    f"{shape[0]:,} frames of {shape[1]:,} slices."
                )
            planes = slice(None) if frame.z is None else slice(frame.z, frame.z + 1)
            target = labels[frame.t : frame.t + 1, planes]
            (entry,) = open_tiff_labels(frame.path, self.name, self.limits).entries
            target[:] = entry.draw((1, target.shape[1], *shape[2:])).labels
        return Drawn(labels, notes=self._notes(shape))

    def _notes(self, shape: Shape) -> list[str]:
        notes = [MARKERS] if self.series.kind == "man_track" else []
        missing = sorted(set(range(shape[0])) - {frame.t for frame in self.series.frames})
        if missing:
            named = ", ".join(map(str, missing[:8])) + (", …" if len(missing) > 8 else "")
            notes.append(f"No masks for {len(missing):,} frames, counted from 0: {named}.")
        return notes
