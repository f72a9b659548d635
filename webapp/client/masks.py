"""`manage.py import-masks`: masks that other programs made, to the images of a dataset."""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from webapp.client.folder_package import is_zarr
from webapp.client.place import LITTER, NOTHING, NotAsked, Place, place_at, refuse, sending_parser
from webapp.client.sendable import Sendable, sendable
from webapp.client.server import TROUBLE, ServerSaysNo

ASK_EVERY_S = 1.0
PIECE_BYTES = 1 << 20
AT_END = ("ready", "failed")
ACCEPTABLE = ("masks", "result")
FRAME = re.compile(r"^(man_seg|man_track|mask)_?\d{3,6}(_\d{3,6})?\.tiff?$", re.I)


@dataclass(frozen=True)
class MaskFile:
    """What is sent as one: a file, or a folder that is one; `name` tells its folders, too."""

    name: str
    path: Path


def main(arguments: Sequence[str]) -> int:
    """Send everything, say what would become of it, accept it if asked; 1 when any is not good."""
    options = _parser().parse_args(arguments)
    files = [file for path in options.paths for file in mask_files(path)]
    try:
        door = _Door(place_at(options.to, to="write"))
    except NotAsked as sentence:
        return refuse(sentence)
    if not files:
        return refuse(NOTHING)
    return _end(door, *_send_all(door, files), options.accept)


def _send_all(door: _Door, files: Sequence[MaskFile]) -> tuple[list[str], int]:
    """What can be accepted, and how many are not good."""
    good, n_bad = [], 0
    for file in files:
        try:
            proposals = door.proposals(file)
        except TROUBLE as error:
            print(f"failed    {file.name}: {error}", flush=True)
            n_bad += 1
            continue
        for one in proposals:
            print(_line(one), flush=True)
        good += [one["id"] for one in proposals if one["becomes"] in ACCEPTABLE]
        n_bad += sum(one["becomes"] not in (*ACCEPTABLE, "here") for one in proposals)
    return good, n_bad


def mask_files(path: Path, above: Path | None = None) -> Iterator[MaskFile]:
    """The files of a folder in order; an OME-Zarr and the frames of a series are one file each."""
    above = above or path.parent
    name = path.resolve().name if path == above else str(path.relative_to(above))
    if not path.is_dir() or is_zarr(path) or _is_series(path):
        yield MaskFile(f"{name}.zip" if path.is_dir() else name, path)
        return
    for child in sorted(path.iterdir()):
        if not LITTER.match(child.name):
            yield from mask_files(child, above)


def _is_series(folder: Path) -> bool:
    """Whether frames of the Cell Tracking Challenge lie in a folder, or in its SEG and TRA."""
    found = [*folder.glob("*.tif"), *folder.glob("SEG/*.tif"), *folder.glob("TRA/*.tif")]
    return sum(bool(FRAME.match(one.name)) for one in found) > 1


@dataclass(frozen=True)
class _Door:
    """The masks of one dataset of a server."""

    place: Place

    def proposals(self, file: MaskFile) -> list[dict[str, Any]]:
        """Send a file and wait until it is read; ServerSaysNo with why it could not be."""
        server, content = self.place.server, sendable(file.path)
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(content.size_bytes),
        }
        address = f"/api/datasets/{self.place.dataset}/label-files?name={quote(file.name)}"
        told = server.ask("POST", address, headers, _pieces(content)).content
        while told["state"] not in AT_END:
            time.sleep(ASK_EVERY_S)
            told = server.ask_patiently("GET", f"/api/label-files/{told['id']}", {}).content
        if told["state"] == "failed":
            raise ServerSaysNo(400, told["sentence"])
        proposals: list[dict[str, Any]] = told["proposals"]
        return proposals

    def accept(self, ids: Sequence[str]) -> None:
        """All of them, or none."""
        address = f"/api/datasets/{self.place.dataset}/label-proposals/accept"
        body = json.dumps({"proposals": list(ids)}).encode()
        self.place.server.ask("POST", address, {"Content-Type": "application/json"}, body)


def _pieces(content: Sendable) -> Iterator[bytes]:
    for start in range(0, content.size_bytes, PIECE_BYTES):
        yield content.read(start, min(PIECE_BYTES, content.size_bytes - start))


def _line(one: dict[str, Any]) -> str:
    cells = "" if one["n_objects"] is None else f", {one['n_objects']} cells"
    image = f" -> {one['image_name']}{cells}" if one["image_name"] else ""
    return f"{one['becomes']:9s} {one['name']}{image}: {' '.join([one['sentence'], *one['notes']])}"


def _end(door: _Door, ids: Sequence[str], n_bad: int, must_accept: bool) -> int:
    if not must_accept:
        print(f"{len(ids)} can be accepted, by --accept or on the page of the dataset's masks.")
    elif ids:
        try:
            door.accept(ids)
        except TROUBLE as error:
            return refuse(error)
        print(f"{len(ids)} accepted.")
    return int(n_bad > 0)


def _parser() -> argparse.ArgumentParser:
    parser = sending_parser(
        "import-masks",
        "Send files with masks to a dataset, and say which image each belongs to and what would "
        "happen.",
    )
    parser.add_argument("--accept", action="store_true", help="accept what can be accepted")
    return parser
