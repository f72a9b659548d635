"""Label images come in with exactly the numbers that they had, or with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from annotations.labels.importing.entry import Unfit
from annotations.labels.importing.fitting import fit_planes
from annotations.labels.importing.numbers import LARGEST_KEPT, as_labels, small_numbers
from tests.annotations.labels.importing.proposed import Choice, only_one, proposed, target

SHAPE = (1, 1, 40, 50)


def some_labels(shape: tuple[int, ...], largest: int = 9) -> Any:
    """Blocks of 5 x 5 pixels with numbers, some of them missing."""
    small = np.random.default_rng(3).integers(0, largest + 1, (*shape[:-2], 8, 10))
    return small.repeat(5, -2).repeat(5, -1)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "int16", "int32", "float32"])
@pytest.mark.parametrize("compression", [None, "deflate"])
def test_a_label_tiff_keeps_its_numbers(tmp_path: Path, dtype: str, compression: Any) -> None:
    labels = some_labels(SHAPE[2:]).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", labels, compression=compression)
    row, read = only_one(tmp_path / "a.tif", SHAPE)
    assert np.array_equal(read[0, 0], labels)
    assert row.n_objects == len(np.unique(labels[labels > 0]))
    assert row.largest_label == labels.max()


def test_more_than_65535_cells_keep_their_numbers(tmp_path: Path) -> None:
    labels = np.arange(300 * 300, dtype=np.uint32).reshape(300, 300)
    tifffile.imwrite(tmp_path / "a.tif", labels)
    row, read = only_one(tmp_path / "a.tif", (1, 1, 300, 300))
    assert np.array_equal(read[0, 0], labels)
    assert row.n_objects == 89_999


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_a_label_png_keeps_its_numbers(tmp_path: Path, dtype: str) -> None:
    labels = some_labels(SHAPE[2:], 255 if dtype == "uint8" else 60_000).astype(dtype)
    Image.fromarray(labels).save(tmp_path / "a.png")
    assert np.array_equal(only_one(tmp_path / "a.png", SHAPE)[1][0, 0], labels)


def test_of_a_palette_the_numbers_count(tmp_path: Path) -> None:
    labels = some_labels(SHAPE[2:]).astype(np.uint8)
    picture = Image.fromarray(labels, mode="P")
    picture.putpalette([value for color in range(256) for value in (255 - color, 7, color)])
    picture.save(tmp_path / "a.png")
    assert np.array_equal(only_one(tmp_path / "a.png", SHAPE)[1][0, 0], labels)


def test_a_gray_picture_saved_in_color_is_read_and_said(tmp_path: Path) -> None:
    labels = some_labels(SHAPE[2:]).astype(np.uint8)
    Image.fromarray(np.stack([labels] * 3, -1)).save(tmp_path / "a.png")
    row, read = only_one(tmp_path / "a.png", SHAPE)
    assert np.array_equal(read[0, 0], labels)
    assert "three colors" in row.notes[0]
    Image.fromarray(np.stack([labels, labels, 255 - labels], -1)).save(tmp_path / "b.png")
    with pytest.raises(Unfit, match="color picture"):
        proposed(tmp_path / "b.png", [target("b.png", SHAPE)])


@pytest.mark.parametrize("values", [[[-1, 2]], [[0.5, 2]], [[np.nan, 2]], [[np.inf, 2]]])
def test_what_is_no_number_of_a_cell_is_refused(values: Any) -> None:
    with pytest.raises(Unfit, match="whole numbers"):
        as_labels(np.array(values, np.float32))


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=40))
def test_very_large_numbers_are_numbered_anew_with_the_same_cells(values: list[int]) -> None:
    labels = np.array(values, np.uint32).reshape(1, 1, 1, -1)
    small, notes = small_numbers(labels)
    assert small.max() <= LARGEST_KEPT
    assert bool(notes) == (labels.max() > LARGEST_KEPT)
    assert np.array_equal(small == 0, labels == 0)
    assert len({*zip(labels.ravel().tolist(), small.ravel().tolist(), strict=True)}) == len(
        np.unique(labels)
    )


def test_frames_and_slices_stay_where_they_are(tmp_path: Path) -> None:
    labels = some_labels((3, 2, 40, 50)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.ome.tif", labels, metadata={"axes": "TZYX"})
    assert np.array_equal(only_one(tmp_path / "a.ome.tif", (3, 2, 40, 50))[1], labels)
    tifffile.imwrite(tmp_path / "pages.tif", labels.reshape(6, 40, 50), metadata=None)
    for shape in ((6, 1, 40, 50), (1, 6, 40, 50), (3, 2, 40, 50)):
        read = only_one(tmp_path / "pages.tif", shape)[1]
        assert np.array_equal(read, labels.reshape(shape))


@given(
    own=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    wanted=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    are_told=st.booleans(),
)
@settings(deadline=None)
def test_planes_are_laid_out_whole_or_refused(
    own: tuple[int, int], wanted: tuple[int, int], are_told: bool
) -> None:
    is_same_number = own[0] * own[1] == wanted[0] * wanted[1]
    if own != wanted and (not is_same_number or (are_told and 1 not in own)):
        with pytest.raises(Unfit, match="The masks have"):
            fit_planes(own, are_told, (*wanted, 8, 8))
        return
    fit = fit_planes(own, are_told, (*wanted, 8, 8))
    assert fit.planes.shape == wanted
    assert sorted(fit.planes.ravel().tolist()) == list(range(own[0] * own[1]))


def test_another_size_is_said_with_both_and_never_scaled(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", some_labels(SHAPE[2:]).astype(np.uint8))
    ((row, labels),) = proposed(tmp_path / "a.tif", [target("a.tif", (1, 1, 50, 40))])
    assert labels is None
    assert "50 × 40 pixels, the image 40 × 50" in row.sentence
    assert "turned" in row.sentence
    ((row, _),) = proposed(tmp_path / "a.tif", [target("a.tif", (5, 1, 40, 50))])
    assert "have one plane, the image 5 frames" in row.sentence


def test_masks_of_one_number_wait_for_an_answer(tmp_path: Path) -> None:
    mask = (some_labels(SHAPE[2:]) > 5).astype(np.uint8) * 255
    Image.fromarray(mask).save(tmp_path / "a.png")
    row, read = only_one(tmp_path / "a.png", SHAPE)
    assert (row.has_pieces, row.are_pieces, row.n_objects) == (True, None, 1)
    assert np.array_equal(read[0, 0], mask)
    row, read = only_one(tmp_path / "a.png", SHAPE, choices={0: Choice(are_pieces=True)})
    assert row.are_pieces is True
    assert row.n_objects == read.max() > 1
    assert np.array_equal(read[0, 0] > 0, mask > 0)
    row, _ = only_one(tmp_path / "a.png", SHAPE, choices={0: Choice(are_pieces=False)})
    assert (row.are_pieces, row.n_objects) == (False, 1)


def test_one_piece_of_one_number_is_a_cell_without_a_question(tmp_path: Path) -> None:
    mask = np.zeros((40, 50), np.uint8)
    mask[3:9, 4:12] = 255
    Image.fromarray(mask).save(tmp_path / "a.png")
    row, _ = only_one(tmp_path / "a.png", SHAPE)
    assert not row.has_pieces
    assert row.n_objects == 1


def test_pieces_that_lie_apart_are_said(tmp_path: Path) -> None:
    labels = np.zeros((40, 50), np.uint8)
    labels[3:9, 4:12], labels[20:25, 4:12], labels[30:35, 30:35] = 1, 1, 2
    Image.fromarray(labels).save(tmp_path / "a.png")
    row, _ = only_one(tmp_path / "a.png", SHAPE)
    assert "1 piece lies apart from the cell whose number they have." in row.notes
