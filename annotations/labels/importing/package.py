"""Zip files of masks: ROIs of one image, frames of a time series, or a file for each image."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from annotations.labels.importing import imagej
from annotations.labels.importing.entry import Entry, FileOfMasks, Unfit, Unreadable
from annotations.labels.importing.frames import frames_in, read_frames
from webapp.imaging.limits import GIGABYTE, Limits, UnreadableImage
from webapp.storage.packages import BadPackage, Member, Package, open_package

TOO_LARGE = "Unpacked this zip is larger than the {limit:.0f} GB that one file may be. Split it."
NOTHING = "There are no masks in this zip that can be read."


def open_zip(source: Path, name: str, limits: Limits) -> FileOfMasks:
    """All masks in a zip; names of members are never used as paths."""
    try:
        with open_package(source) as package:
            return _read(package, name, limits)
    except BadPackage as bad:
        raise Unfit(bad.sentence) from bad


def _read(package: Package, name: str, limits: Limits) -> FileOfMasks:
    members = package.members
    if sum(member.size_bytes for member in members) > limits.max_bytes:
        raise Unfit(TOO_LARGE.format(limit=limits.max_bytes / GIGABYTE))
    folder = Path(tempfile.mkdtemp(prefix="masks-"))
    rois = [member for member in members if member.name.lower().endswith(".roi")]
    if rois:
        return imagej.read_rois(name, _contents(package, rois, folder))
    paths = {member.name: folder / str(member.number) for member in members}
    for member in members:
        package.unpack(member, paths[member.name], lambda _n_bytes: None)
    series = frames_in(paths, name)
    if series:
        return read_frames(series, limits)
    return _each(paths, limits)


def _contents(package: Package, members: list[Member], folder: Path) -> Iterator[bytes]:
    for member in members:
        path = folder / "one.roi"
        package.unpack(member, path, lambda _n_bytes: None)
        yield path.read_bytes()


def _each(paths: dict[str, Path], limits: Limits) -> FileOfMasks:
    """Every member is a file of masks, or says itself why not."""
    from annotations.labels.importing.opening import open_masks

    entries: list[Entry] = []
    formats: set[str] = set()
    for name, path in paths.items():
        try:
            one = open_masks(path, name, limits)
        except (Unfit, UnreadableImage) as error:
            entries.append(Unreadable(name, error.sentence))
            continue
        formats.add(one.format)
        entries.extend(one.entries)
    if not formats:
        raise Unfit(NOTHING)
    return FileOfMasks(f"zip of {', '.join(sorted(formats))}"[:40], entries)
