"""A training can move to another machine with one file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmentation.engine.cli.pack import main as pack
from segmentation.engine.cli.train import clusters_of, find_files
from segmentation.engine.cli.train import main as train
from segmentation.engine.training.data import RECIPE
from segmentation.engine.training.pack import read_pack
from segmentation.engine.training.synthetic import draw_image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five labeled images, one of them in color."""
    made = tmp_path / "drawn"
    for name in ("images", "masks"):
        (made / name).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for i in range(5):
        _, plane, labels = draw_image(rng)
        grey = np.round(255 * np.clip(plane, 0, 1)).astype(np.uint8)
        pixels = np.stack([grey, grey // 2, 255 - grey], axis=-1) if i == 3 else grey
        Image.fromarray(pixels).save(made / "images" / f"{i}.png")
        Image.fromarray(labels.astype(np.uint16)).save(made / "masks" / f"{i}.png")
    return made


def test_the_pack_holds_what_the_folders_hold(folder: Path, tmp_path: Path) -> None:
    assert pack(["--data", str(folder), "--out", str(tmp_path / "all.pack")]) == 0
    files = find_files([folder], RECIPE, 0)
    for is_held_out in (False, True):
        ours = read_pack(tmp_path / "all.pack", is_held_out=is_held_out)
        theirs = clusters_of(files, is_held_out=is_held_out)
        assert [c.modality for c in ours] == [c.modality for c in theirs]
        for one, other in zip(ours, theirs, strict=True):
            assert one.weight == other.weight
            for a, b in zip(one.images, other.images, strict=True):
                assert np.array_equal(a.labels, b.labels)
                assert np.array_equal(a.flows, b.flows)
                assert np.array_equal(a.levels[0], b.levels[0])


@pytest.mark.slow
def test_a_training_learns_from_a_pack_with_crops_from_other_processes(
    folder: Path, tmp_path: Path
) -> None:
    packed, recipe, out = tmp_path / "all.pack", tmp_path / "recipe.json", tmp_path / "out"
    recipe.write_text(json.dumps({"synthetic": {"weight": 0.1, "n_images": 1}, "parts": []}))
    options = ["--recipe", str(recipe)]
    pack(["--data", str(folder), "--out", str(packed), *options])
    options += ["--steps", "2", "--crops", "2", "--loaders", "2", "--threads", "1"]
    assert train(["--data", str(packed), "--out", str(out), *options]) == 0
    told = json.loads((out / "log.jsonl").read_text().splitlines()[-1])
    assert told["step"] == 2
    assert (out / "checkpoint.pt").is_file()
