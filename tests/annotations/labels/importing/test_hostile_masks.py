"""Files that were made to do harm end in one sentence, in a child process that stays small."""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotations.labels.importing.child import propose_in_child
from tests.annotations.labels.importing.proposed import target
from webapp.imaging.limits import Limits, UnreadableImage

LIMITS = Limits(memory_bytes=400 * 2**20, cpu_s=20, wall_s=40)
IMAGES = [target("a.tif", (1, 1, 200, 300))]


def read(tmp_path: Path, name: str, content: bytes) -> dict[str, Any]:
    source, folder = tmp_path / name, tmp_path / "out"
    source.write_bytes(content)
    folder.mkdir()
    return propose_in_child(source, name, folder, LIMITS, targets=IMAGES)


def bomb() -> bytes:
    """A pickle that goes on after its end."""
    return (
        b"\x93NUMPY\x01\x00\x46\x00{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(80)
        + pickle.dumps({"masks": 0})[:-1].replace(b"K\x00", b"\x8a\x08" + b"\x7f" * 8)
        + b"."
    )


def zip_bomb() -> bytes:
    """Much more than the memory in half a megabyte."""
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"bomb-{os.getpid()}.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.tif", "w", force_zip64=True) as file,
    ):
        for _ in range(420):
            file.write(bytes(2**20))
    content = path.read_bytes()
    path.unlink()
    return content


def many_corners(n_corners: int) -> bytes:
    ring = "[0.5,1.5]," * n_corners + "[9,9]"
    geometry = '{"type":"Polygon","coordinates":[[' + ring + "]]}"
    return ('[{"type":"Feature","geometry":' + geometry + ',"properties":{}}]').encode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.json", b"[" * 2_000_000, "nested too deeply"),
        (
            "a.json",
            b'{"images":[],"annotations":[' + b"[1]," * 2_000_000 + b"1]}",
            r"memory|images",
        ),
        ("a.json", many_corners(2_500_000), "memory"),
        ("a.zip", zip_bomb(), "memory"),
        ("a.npy", bomb(), "damaged"),
    ],
    ids=["nesting", "many objects", "many corners", "zip bomb", "large number"],
)
def test_it_ends_in_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableImage, match=sentence):
        read(tmp_path, name, content)


def test_a_hundred_thousand_corners_are_drawn_in_bounds(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "a.json", many_corners(100_000))["proposals"]
    assert row["image"] == "a.tif"


def test_an_image_of_masks_larger_than_the_memory_is_refused(tmp_path: Path) -> None:
    content = json.dumps([{"type": "Feature", "geometry": {}, "properties": {}}]).encode()
    (tmp_path / "a.json").write_bytes(content)
    (tmp_path / "out").mkdir()
    huge = [target("a.tif", (1, 1, 60_000, 60_000))]
    with pytest.raises(UnreadableImage, match="memory"):
        propose_in_child(tmp_path / "a.json", "a.json", tmp_path / "out", LIMITS, targets=huge)
