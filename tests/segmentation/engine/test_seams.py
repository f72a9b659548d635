"""Pieces of one cell are joined, cells that touch are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from segmentation.engine.arrays import AnyArray
from segmentation.engine.seams import (
    LOG_DIAMETER_UNIT,
    SIGNS,
    SeamModel,
    Seams,
    boundary_alone,
    join_map,
    seam_model_of,
)
from segmentation.engine.training.seam_training import seams_of
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card
from tests.segmentation.engine.test_grouping import perfect_fields


def bar(n_pieces: int, length: int, border: int) -> tuple[AnyArray, AnyArray]:
    """Return a bar cut into pieces (Y, X), and a boundary along its outline and its cuts."""
    labels = np.zeros((30, n_pieces * length + 20), np.uint32)
    boundary = np.zeros(labels.shape, np.uint8)
    for i in range(n_pieces):
        labels[10:20, 10 + i * length : 10 + (i + 1) * length] = i + 1
        boundary[10:20, [10 + i * length, 9 + (i + 1) * length]] = border
    boundary[[10, 19], 10 : 10 + n_pieces * length] = 230
    return labels, boundary


def join(
    labels: AnyArray, boundary: AnyArray, diameter: float, model: SeamModel | None = None
) -> list[int]:
    """Join the pieces as this model says, or the shipped weights."""
    n = int(labels.max())
    pieces = np.concatenate([np.zeros((1, 4)), np.full((n, 4), 0.8)])
    pieces[1:, 0] = np.bincount(labels.ravel())[1:]
    size = np.full(labels.shape, np.log2(diameter) * LOG_DIAMETER_UNIT).astype(np.uint8)
    flows = np.zeros((2, *labels.shape), np.int8)
    model = model or seam_model_of(find_card(DEFAULT_WEIGHTS).facts)
    assert model is not None
    return join_map(Seams(labels, flows, boundary, size, pieces), n, model).tolist()


def test_a_bar_that_the_network_takes_for_one_cell_is_one() -> None:
    labels, boundary = bar(4, 20, border=20)
    area = 4 * 20 * 10
    assert join(labels, boundary, 2 * np.sqrt(area / np.pi)) == [0, 1, 1, 1, 1]


def test_pieces_with_a_border_and_the_size_of_cells_stay_apart() -> None:
    labels, boundary = bar(4, 20, border=240)
    assert join(labels, boundary, 2 * np.sqrt(20 * 10 / np.pi)) == [0, 1, 2, 3, 4]


def test_without_experience_a_seam_with_no_boundary_joins_and_any_other_parts() -> None:
    labels = np.repeat(np.array([[1, 2, 3]], np.uint32), 10, axis=0).repeat(10, axis=1)
    boundary = np.zeros(labels.shape, np.uint8)
    boundary[:, 19:21] = 255
    assert join(labels, boundary, 20.0, boundary_alone(0.3)) == [0, 1, 1, 3]
    assert join(labels, boundary, 20.0, boundary_alone(0.0)) == [0, 1, 2, 3]


def test_an_image_without_seams_has_nothing_to_join() -> None:
    labels, boundary = bar(1, 20, border=0)
    assert join(labels, boundary, 20.0) == [0, 1]
    assert join(np.zeros_like(labels), boundary, 20.0) == [0]


@pytest.mark.parametrize("seed", range(3))
def test_the_signs_of_a_seam_do_not_depend_on_what_else_there_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, (6, 7)).repeat(5, axis=0).repeat(4, axis=1).astype(np.uint32)
    labels[:, -3:] = 0
    other = rng.integers(4, 9, (6, 7)).repeat(5, axis=0).repeat(4, axis=1).astype(np.uint32)
    wide = np.concatenate([labels, np.zeros((30, 3), np.uint32), other], axis=1)
    flows = rng.integers(-100, 100, (2, *wide.shape)).astype(np.int8)
    boundary, size = rng.integers(0, 255, (2, *wide.shape)).astype(np.uint8)

    def signs(part: AnyArray, columns: slice) -> dict[tuple[int, int], list[float]]:
        n = int(part.max()) + 1
        rows = np.stack([np.bincount(part.ravel(), minlength=n)] + [np.ones(n)] * 3, axis=1)
        seams = Seams(
            part, flows[:, :, columns].copy(), boundary[:, columns], size[:, columns], rows
        )
        pairs, _, found = seams.signs()
        return {(int(a), int(b)): row.tolist() for (a, b), row in zip(pairs, found, strict=True)}

    alone = signs(labels, slice(0, labels.shape[1]))
    together = signs(wide, slice(None))
    assert alone == {pair: row for pair, row in together.items() if max(pair) < 4}


def test_a_card_without_seams_gives_no_model() -> None:
    assert seam_model_of({}) is None
    facts = SeamModel(0.5, (1.0,) * 10, (0.0,) * 10, (1.0,) * 10).facts()
    assert facts["signs"] == list(SIGNS)
    assert seam_model_of({"seams": facts}) == SeamModel(0.5, (1.0,) * 10, (0.0,) * 10, (1.0,) * 10)


def test_seams_learn_from_the_cell_that_holds_most_of_a_piece(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    fields = perfect_fields(discs[1])
    size = np.full(discs[1].shape, 70, np.uint8)
    pairs, signs, cells = seams_of(replace(fields, log_diameter=size), discs[1])
    assert len(pairs) == len(signs) == 0
    assert sorted(cells[1:].tolist()) == list(range(1, 10))
