"""Real plates of one file a channel become images whose planes are those of the files."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
import tifffile

from tests.webapp.imaging.ingested import ingest_here
from tests.webapp.imaging.test_vendor_files import DATA
from webapp.imaging.conversion import convert
from webapp.imaging.limits import Limits
from webapp.imaging.naming.builtin import recognize, stem_of
from webapp.imaging.naming.grouping import FileFacts, stacks_of
from webapp.imaging.opening import open_image, open_source
from webapp.imaging.parts.manifest import Manifest, Part
from webapp.imaging.planes import read_planes
from webapp.imaging.reader import Facts

PLATE = DATA / "sbs_plate_96well" / "images"
HUMAN = DATA / "cellprofiler_examples" / "ExampleHuman"


@pytest.mark.parametrize(
    ("folder", "n_images", "shape"), [(PLATE, 36, (1, 2, 1)), (HUMAN, 1, (1, 3, 1))]
)
def test_planes_of_real_files_are_not_touched(
    folder: Path, n_images: int, shape: tuple[int, int, int], tmp_path: Path
) -> None:
    if not folder.exists():
        pytest.skip("the shared images are not here")
    paths = sorted(folder.iterdir())
    recognition = recognize([path.name for path in paths])
    assert recognition is not None
    facts = [open_image(path, Limits()).facts for path in paths]
    files = [
        FileFacts(path, stem_of(path.name), _alone(one), one.source_dtype)
        for path, one in zip(paths, facts, strict=True)
    ]
    stacks = stacks_of(files, recognition.parts)
    assert len(stacks) == n_images
    assert all(stack.shape[:3] == shape and not stack.faults for stack in stacks)
    members = stacks[0].members
    manifest = Manifest(
        name=stacks[0].name,
        parts=tuple(
            Part(_kept(one.file.key, tmp_path / "blobs"), one.file.stem, *one.place)  # type: ignore[arg-type]
            for one in members
        ),
        shape=stacks[0].shape,
    )
    source = tmp_path / "list.parts"
    source.write_bytes(manifest.to_bytes())
    assert Manifest.from_bytes(source.read_bytes()) == manifest
    reader = open_source(source, Limits(), parts_in=tmp_path / "blobs")
    convert(reader, tmp_path, lambda share, step: None)
    shown = read_planes(tmp_path / "pyramid.zarr", 0, 0)
    for channel, one in zip(shown, members, strict=True):
        stored = tifffile.imread(one.file.key)  # type: ignore[arg-type]
        assert np.array_equal(channel, stored if stored.ndim == 2 else stored[..., 0])
        alone = ingest_here(one.file.key, tmp_path / one.file.stem)  # type: ignore[arg-type]
        assert np.array_equal(channel, alone.pixels()[0, 0, 0])


def _alone(facts: Facts) -> tuple[int, int, int, int, int]:
    """The shape of a file's image: grey pictures stored as colors have one channel."""
    return (*facts.shape[:1], 1 if facts.is_color else facts.shape[1], *facts.shape[2:])


def _kept(path: Path, blobs: Path) -> str:
    """Put a file where blobs lie."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    target = blobs / digest[:2] / digest[2:4] / digest
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    return digest
