"""The label pyramid is read back by zarr exactly as it was picked."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import zarr

from annotations.labels import patch as patches
from annotations.labels.pyramid import chunk_path, levels_of, write_pyramid


def random_labels(shape: tuple[int, int, int, int]) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 2**32, size=shape, dtype=np.uint32)


def test_zarr_reads_every_level_as_a_sampling_of_the_labels(tmp_path: Path) -> None:
    labels = random_labels((2, 2, 700, 1100))
    write_pyramid(tmp_path / "labels.zarr", labels.shape, lambda t, z: labels[t, z])

    group = zarr.open_group(tmp_path / "labels.zarr", mode="r")
    (multiscale,) = group.attrs["ome"]["multiscales"]
    assert [item["path"] for item in multiscale["datasets"]] == ["0", "1", "2"]
    for level in range(3):
        step = 2**level
        stored = group[str(level)][...]
        assert stored.dtype == np.uint32
        assert np.array_equal(stored, labels[:, :, ::step, ::step])


def test_a_tile_is_a_whole_gzipped_block_padded_with_background(tmp_path: Path) -> None:
    labels = random_labels((1, 1, 600, 520))
    write_pyramid(tmp_path / "p", labels.shape, lambda t, z: labels[t, z])
    data = gzip.decompress(chunk_path(tmp_path / "p", 0, 0, 0, 1, 1).read_bytes())
    tile = np.frombuffer(data, dtype="<u4").reshape(512, 512)
    assert np.array_equal(tile[:88, :8], labels[0, 0, 512:, 512:])
    assert not tile[88:].any()
    assert not tile[:, 8:].any()


def test_a_tile_of_background_is_not_written(tmp_path: Path) -> None:
    labels = np.zeros((1, 1, 600, 600), dtype=np.uint32)
    labels[0, 0, 0, 0] = 1
    write_pyramid(tmp_path / "p", labels.shape, lambda t, z: labels[t, z])
    assert chunk_path(tmp_path / "p", 0, 0, 0, 0, 0).exists()
    assert not chunk_path(tmp_path / "p", 0, 0, 0, 1, 1).exists()
    assert zarr.open_array(tmp_path / "p" / "0", mode="r")[...].sum() == 1


def test_the_same_labels_give_the_same_files_and_replace_the_old_ones(tmp_path: Path) -> None:
    def files(folder: Path) -> dict[str, bytes]:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}

    labels = random_labels((1, 1, 60, 50))
    write_pyramid(tmp_path / "a", (1, 1, 9, 9), lambda t, z: np.ones((9, 9), np.uint32))
    for name in ("a", "b"):
        write_pyramid(tmp_path / name, labels.shape, lambda t, z: labels[t, z])
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_patch_applied_to_the_levels_is_what_writing_again_would_give() -> None:
    before = random_labels((1, 1, 45, 33))[0, 0]
    after = before.copy()
    after[7:30, 5:28] = 4
    patch = patches.difference(before, after, 0, 0)
    assert patch is not None
    for level in range(6):
        step = 2**level
        plane = before[::step, ::step].copy()
        patches.apply_at_level(plane, patch, level)
        assert np.array_equal(plane, after[::step, ::step])


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((512, 512), [(512, 512)]),
        ((513, 10), [(513, 10), (257, 5)]),
        ((2049, 1000), [(2049, 1000), (1025, 500), (513, 250), (257, 125)]),
    ],
)
def test_levels_halve_until_one_tile_holds_all(
    size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    levels = levels_of(*size)
    assert [(level.height, level.width) for level in levels] == expected
    assert [level.level for level in levels] == list(range(len(expected)))
