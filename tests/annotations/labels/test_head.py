"""The raster of the newest version survives crashes and catches up."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from annotations.labels import patch as patches
from annotations.labels.digest import label_digest
from annotations.labels.head import Head, VersionGap, _boot
from annotations.labels.patch import InvalidPatch, Patch

SHAPE = (2, 1, 12, 10)


def square(t: int, y: int, x: int, label: int) -> Patch:
    after = np.full((3, 3), label, dtype=np.uint32)
    patch = patches.difference(np.zeros_like(after), after, t, 0, offset=(y, x))
    assert patch is not None
    return patch


def test_without_a_base_the_head_starts_blank_at_version_0(tmp_path: Path) -> None:
    head = Head.open(tmp_path / "head", SHAPE)
    assert head.version == 0
    assert head.shape == SHAPE
    assert not any(plane.any() for plane in head.planes())


def test_the_head_starts_as_the_base(tmp_path: Path) -> None:
    base = np.arange(np.prod(SHAPE), dtype=np.uint32).reshape(SHAPE)
    head = Head.open(tmp_path, SHAPE, base=lambda: base.reshape(-1, *SHAPE[2:]))
    assert np.array_equal(head.plane(1, 0), base[1, 0])


def test_an_applied_edit_is_there_after_opening_again(tmp_path: Path) -> None:
    Head.open(tmp_path, SHAPE).apply(1, [square(0, 2, 2, 5), square(1, 4, 4, 6)])
    again = Head.open(tmp_path, SHAPE)
    assert again.version == 1
    assert (again.plane(0, 0)[2:5, 2:5] == 5).all()
    assert (again.plane(1, 0)[4:7, 4:7] == 6).all()


def test_a_crash_before_the_version_is_written_is_healed_by_applying_again(
    tmp_path: Path,
) -> None:
    head = Head.open(tmp_path, SHAPE)
    edit = [square(0, 2, 2, 5)]
    head.apply(1, edit)
    whole = head.digest()
    _, _, boot = (tmp_path / "version").read_text().partition(" ")
    (tmp_path / "version").write_text(f"0 {boot}")  # as it stood when the process was killed

    healed = Head.open(tmp_path, SHAPE)
    healed.apply(1, edit)
    assert healed.version == 1
    assert healed.digest() == whole


def test_an_old_version_changes_nothing(tmp_path: Path) -> None:
    head = Head.open(tmp_path, SHAPE)
    head.apply(1, [square(0, 2, 2, 5)])
    head.apply(1, [square(0, 6, 6, 9)])
    assert not (head.plane(0, 0) == 9).any()


def test_a_missing_version_is_refused(tmp_path: Path) -> None:
    head = Head.open(tmp_path, SHAPE)
    with pytest.raises(VersionGap):
        head.apply(2, [square(0, 2, 2, 5)])
    assert head.version == 0


def test_a_patch_outside_changes_nothing_of_the_edit(tmp_path: Path) -> None:
    head = Head.open(tmp_path, SHAPE)
    with pytest.raises(InvalidPatch):
        head.apply(1, [square(0, 2, 2, 5), square(0, 10, 2, 5)])
    assert head.version == 0
    assert not head.plane(0, 0).any()


def test_two_heads_on_one_folder_see_each_others_edits(tmp_path: Path) -> None:
    first, second = Head.open(tmp_path, SHAPE), Head.open(tmp_path, SHAPE)
    first.apply(1, [square(0, 2, 2, 5)])
    assert second.version == 1
    assert second.plane(0, 0)[2, 2] == 5


def test_a_head_of_another_boot_is_made_again(tmp_path: Path) -> None:
    Head.open(tmp_path, SHAPE).apply(1, [square(0, 2, 2, 5)])
    (tmp_path / "version").write_text("1 00000000-0000-0000-0000-000000000000")
    assert Head.open(tmp_path, SHAPE).version == 0


def test_where_boots_cannot_be_told_apart_a_head_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.labels.head.BOOT_ID", tmp_path / "none")
    _boot.cache_clear()
    try:
        Head.open(tmp_path, SHAPE).apply(1, [square(0, 2, 2, 5)])
        assert Head.open(tmp_path, SHAPE).version == 1
    finally:
        _boot.cache_clear()


@pytest.mark.parametrize("damage", ["cut off", "not numbers", "no version", "other shape"])
def test_a_broken_head_is_made_again(tmp_path: Path, damage: str) -> None:
    Head.open(tmp_path, SHAPE).apply(1, [square(0, 2, 2, 5)])
    shape = SHAPE
    if damage == "cut off":
        data = (tmp_path / "labels.npy").read_bytes()
        (tmp_path / "labels.npy").write_bytes(data[:200])
    elif damage == "not numbers":
        (tmp_path / "labels.npy").write_text("labels")
    elif damage == "no version":
        (tmp_path / "version").unlink()
    else:
        shape = (1, 1, 5, 5)
    head = Head.open(tmp_path, shape)
    assert head.version == 0
    assert head.shape == shape
    assert not head.plane(0, 0).any()


def test_the_plane_that_is_handed_out_cannot_be_written(tmp_path: Path) -> None:
    plane = Head.open(tmp_path, SHAPE).plane(0, 0)
    with pytest.raises(ValueError, match="read-only"):
        plane[0, 0] = 1


def test_the_digest_is_the_sha256_of_sizes_and_little_endian_labels(tmp_path: Path) -> None:
    head = Head.open(tmp_path, SHAPE)
    head.apply(1, [square(1, 2, 2, 70000)])
    labels = np.zeros(SHAPE, dtype="<u4")
    labels[1, 0, 2:5, 2:5] = 70000
    expected = hashlib.sha256(struct.pack("<4Q", *SHAPE) + labels.tobytes()).hexdigest()
    assert head.digest() == expected


def test_planes_that_do_not_fit_have_no_digest() -> None:
    plane = np.zeros((4, 4), dtype=np.uint32)
    with pytest.raises(ValueError, match="1 planes"):
        label_digest((2, 1, 4, 4), [plane])
    with pytest.raises(ValueError, match="not part"):
        label_digest((1, 1, 5, 4), [plane])
