"""Grouped block by block, an image gives the same cells as at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.engine import spool
from segmentation.engine.arrays import AnyArray
from segmentation.engine.blocks import BlockGrouper, Blocks
from segmentation.engine.confidence import Calibration
from segmentation.engine.grouping import Fields, Grouping, GroupingSettings, group
from segmentation.engine.seams import seam_model_of
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card
from tests.segmentation.engine.test_grouping import perfect_fields

SETTINGS = GroupingSettings(
    minimum_area_px=4,
    minimum_agreement=0.2,
    minimum_confidence=0.3,
    calibration=Calibration(-4.0, (2.0, 3.0, 1.0, -0.5, -0.5)),
)
JOINING = replace(SETTINGS, seams=seam_model_of(find_card(DEFAULT_WEIGHTS).facts))


def scattered_cells(rng: np.random.Generator, shape: tuple[int, int]) -> AnyArray:
    """Draw discs, rings and bars of up to 15 pixels, many of them touching."""
    labels = np.zeros(shape, np.uint32)
    y, x = np.mgrid[: shape[0], : shape[1]]
    for number in range(1, 1 + shape[0] * shape[1] // 120):
        cy, cx, radius = rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), rng.uniform(2, 7)
        distance = np.hypot((y - cy) * rng.choice([1.0, 2.5]), x - cx)
        hole = rng.choice([0.0, 0.4]) * radius
        labels[(distance < radius) & (distance >= hole) & (labels == 0)] = number
    return labels


def noisy_fields(rng: np.random.Generator, labels: AnyArray) -> Fields:
    """Return perfect fields with errors."""
    fields = perfect_fields(labels)
    noise = rng.normal(0, 25, fields.flows.shape)
    flows = np.clip(fields.flows * (fields.foreground > 0) + noise, -127, 127).astype(np.int8)
    doubt = rng.integers(0, 90, labels.shape)
    foreground = np.clip(fields.foreground.astype(int) - doubt, 0, 255).astype(np.uint8)
    boundary = np.clip(fields.boundary.astype(int) - doubt, 0, 255).astype(np.uint8)
    return Fields(flows, foreground, boundary, rng.integers(40, 90, labels.shape).astype(np.uint8))


def grouped_in_blocks(
    fields: Fields,
    blocks: Blocks,
    n_rows: int,
    n_threads: int = 1,
    chosen: GroupingSettings = SETTINGS,
) -> Grouping:
    """Hand the rows over a few at a time."""
    shape = fields.foreground.shape
    grouper = BlockGrouper((shape[0], shape[1]), chosen, blocks, n_threads=n_threads)
    for y in range(0, shape[0], n_rows):
        rows = slice(y, y + n_rows)
        grouper.write(fields.part(rows, slice(None)))
    return grouper.finish()


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 260),
    st.integers(1, 200),
    st.integers(1, 90),
    st.integers(1, 3),
    st.sampled_from([SETTINGS, JOINING]),
)
@settings(max_examples=60, deadline=None)
def test_blocks_give_exactly_what_the_whole_image_gives(
    seed: int, height: int, width: int, n_rows: int, n_threads: int, chosen: GroupingSettings
) -> None:
    rng = np.random.default_rng(seed)
    fields = noisy_fields(rng, scattered_cells(rng, (height, width)))
    whole = group(fields, chosen)
    found = grouped_in_blocks(fields, Blocks(48, 64, margin=80), n_rows, n_threads, chosen)
    assert np.array_equal(found.labels, whole.labels)
    assert np.array_equal(found.confidences, whole.confidences)
    assert np.array_equal(found.evidence, whole.evidence)


def test_an_object_larger_than_the_margin_is_still_one_object_per_place() -> None:
    labels = np.zeros((300, 60), np.uint32)
    labels[10:290, 20:40] = 1
    found = grouped_in_blocks(perfect_fields(labels), Blocks(32, 32, margin=16), 7)
    present = np.unique(found.labels)
    assert np.array_equal(present, np.arange(len(present)))
    assert len(found.confidences) == len(present) - 1


def test_large_arrays_lie_in_a_file_that_leaves_nothing_behind(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    array = spool.new_array((40, 40), np.uint32)
    assert isinstance(array, np.memmap)
    assert not array.any()
    array[3, 5] = 7
    spool.forget(array[2:9])
    assert array[3, 5] == 7
    assert list(__import__("pathlib").Path(str(tmp_path)).iterdir()) == []
