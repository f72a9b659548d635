"""A zip file as the folder of a Zarr: which files it has, and the JSON in them.

Names are only ever looked up in the zip, never used as paths of this computer.
"""

from __future__ import annotations

import json
import zipfile
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.zip_directory import BadDirectory, directory_place

MOST_JSON_BYTES = 16 * 2**20
_IS_ENCRYPTED = 0x1
METADATA = ("zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata")

DAMAGED = "This zip is damaged or was cut off. Copy or make it once more, and upload that."
ENCRYPTED = "This zip has a password. Make it again without one."
BAD_JSON = (
    "The description in {name} of this OME-Zarr is damaged. Export the image again and upload "
    "that, or save it as OME-TIFF."
)


class ZarrPackage:
    """An open zip with the files of one or more Zarr groups."""

    def __init__(self, source: Path) -> None:
        self.source = source
        try:
            with source.open("rb") as file:
                directory_place(file)
            self._archive = zipfile.ZipFile(source)
        except (BadDirectory, zipfile.BadZipFile, ValueError, OSError) as error:
            raise UnreadableImage(DAMAGED) from error
        if any(info.flag_bits & _IS_ENCRYPTED for info in self._archive.infolist()):
            raise UnreadableImage(ENCRYPTED)

    @cached_property
    def names(self) -> frozenset[str]:
        """All files, as the zip names them."""
        return frozenset(name for name in self._archive.namelist() if not name.endswith("/"))

    @cached_property
    def groups(self) -> dict[str, dict[str, Any]]:
        """The attributes of each group by its path in the zip, "" for the root."""
        found: dict[str, dict[str, Any]] = {}
        for name in sorted(self.names):
            parent, _, file_name = name.rpartition("/")
            if file_name == "zarr.json":
                described = self.json(name)
                if described.get("node_type") == "group":
                    attributes = described.get("attributes")
                    found[parent] = _ome_of(attributes if isinstance(attributes, dict) else {})
            elif file_name == ".zattrs" and f"{_in(parent)}zarr.json" not in self.names:
                found[parent] = self.json(name)
        return found

    @cached_property
    def n_others(self) -> int:
        """How many files lie in no Zarr, but for what operating systems leave in folders."""
        ends = tuple(f"/{name}" for name in METADATA)
        folders = {
            PurePosixPath(name).parent
            for name in self.names
            if name.endswith(ends) or name in METADATA
        }
        paths = [PurePosixPath(name) for name in self.names]
        return sum(
            not _is_litter(path) and folders.isdisjoint([path.parent, *path.parent.parents])
            for path in paths
        )

    def json(self, name: str) -> dict[str, Any]:
        """Return a JSON object in the zip; UnreadableImage when it is none."""
        sentence = BAD_JSON.format(name=name[-80:])
        try:
            info = self._archive.getinfo(name)
            if info.file_size > MOST_JSON_BYTES:
                raise UnreadableImage(sentence)
            value = json.loads(self._archive.read(info))
        except (KeyError, ValueError, RecursionError, zipfile.BadZipFile, OSError) as error:
            raise UnreadableImage(sentence) from error
        if not isinstance(value, dict):
            raise UnreadableImage(sentence)
        return value


def _ome_of(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return what OME says: in Zarr 3 under a key of its own."""
    ome = attributes.get("ome")
    return ome if isinstance(ome, dict) else attributes


def _is_litter(path: PurePosixPath) -> bool:
    return path.name.startswith(".") or path.parts[0] == "__MACOSX"


def _in(parent: str) -> str:
    return f"{parent}/" if parent else ""


def joined(*parts: str) -> str:
    """Return a path in the zip; parts that lead out of it are refused."""
    steps = [step for part in parts for step in part.split("/") if step]
    if any(step in (".", "..") or "\\" in step for step in steps):
        raise UnreadableImage(
            "This OME-Zarr names files outside of itself, which is refused for safety. Export "
            "the image again and upload that."
        )
    return "/".join(steps)
