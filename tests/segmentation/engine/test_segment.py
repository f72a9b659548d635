"""The public door of the engine on real weights and unusual images."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from segmentation.engine.arrays import AnyArray
from segmentation.engine.errors import (
    Cancelled,
    InvalidParameters,
    SegmentationFailed,
    UnknownMethod,
)
from segmentation.engine.metrics import score
from segmentation.engine.segment import segment

METHODS = ("generalist", "threshold")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_plain_discs_are_found_in_every_type_of_pixel(
    method: str, dtype: str, discs: tuple[AnyArray, AnyArray]
) -> None:
    image = discs[0].astype(np.float64) / discs[0].max()
    scale = {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
    planes = (image * scale).astype(dtype)[np.newaxis]
    result = segment(planes, method=method, parameters={})
    assert score(result.labels, discs[1])[0].average_precision == 1
    assert result.labels.dtype == np.uint32
    assert result.diameter_px == pytest.approx(22, rel=0.15)
    assert len(result.confidences) == 9


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 3, 5), (2, 1, 40), (3, 33, 2), (5, 7, 7)])
def test_tiny_images_give_labels_of_their_size(method: str, shape: tuple[int, ...]) -> None:
    planes = np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)
    result = segment(planes, method=method, parameters={})
    assert result.labels.shape == shape[1:]
    assert len(result.confidences) == result.labels.max()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0, 65535])
def test_a_constant_image_holds_no_cell_and_says_why(method: str, value: int) -> None:
    planes = np.full((1, 64, 64), value, np.uint16)
    result = segment(planes, method=method, parameters={})
    assert result.labels.max() == 0
    assert "no contrast" in result.warnings[0]


@pytest.mark.parametrize("seed", range(4))
def test_noise_alone_is_hardly_ever_taken_for_a_cell(seed: int) -> None:
    planes = np.random.default_rng(seed).normal(100, 5, (1, 200, 200)).astype(np.float32)
    assert segment(planes, method="threshold", parameters={}).labels.max() == 0
    found = segment(planes, method="generalist", parameters={}).labels
    assert np.count_nonzero(found) < 0.01 * found.size


@pytest.mark.parametrize("method", METHODS)
def test_missing_and_infinite_pixels_do_no_harm(
    method: str, discs: tuple[AnyArray, AnyArray]
) -> None:
    plane = discs[0].astype(np.float32)
    plane[:4] = np.nan
    plane[-1, -1], plane[-1, 0] = np.inf, -np.inf
    result = segment(plane[np.newaxis], method=method, parameters={})
    assert score(result.labels, discs[1])[0].average_precision == 1
    nothing = segment(np.full((1, 9, 9), np.nan, np.float32), method=method, parameters={})
    assert nothing.labels.max() == 0


def test_contrast_at_the_top_of_16_bits_is_not_lost(discs: tuple[AnyArray, AnyArray]) -> None:
    top = (65535 - (discs[0].max() - discs[0]) // 8).astype(np.uint16)
    result = segment(top[np.newaxis], method="generalist", parameters={})
    assert score(result.labels, discs[1])[0].average_precision == 1


def test_dark_cells_are_found_by_the_threshold_too(discs: tuple[AnyArray, AnyArray]) -> None:
    dark = (65535 - discs[0])[np.newaxis]
    result = segment(dark, method="threshold", parameters={})
    assert score(result.labels, discs[1])[0].average_precision == 1
    assert result.manifest["result"]["polarity"] == "dark"


def test_a_channel_without_contrast_changes_nothing(discs: tuple[AnyArray, AnyArray]) -> None:
    alone = segment(discs[0][np.newaxis], method="generalist", parameters={})
    beside = np.stack([np.full_like(discs[0], 7), discs[0]])
    joined = segment(beside, method="generalist", parameters={})
    assert np.array_equal(alone.labels, joined.labels)
    assert joined.manifest["result"]["channels"] == [1]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_image_gives_the_same_labels_again(
    method: str, discs: tuple[AnyArray, AnyArray]
) -> None:
    first, second = (segment(discs[0][np.newaxis], method=method, parameters={}) for _ in range(2))
    assert np.array_equal(first.labels, second.labels)
    assert np.array_equal(first.confidences, second.confidences)
    assert first.manifest == second.manifest


def test_a_large_image_is_answered_by_tiles_like_its_parts(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    image, truth = np.tile(discs[0], (14, 2)), np.tile(discs[1] > 0, (14, 2))
    seen: list[float] = []
    result = segment(
        image[np.newaxis],
        method="generalist",
        parameters={"diameter": 24},
        on_progress=seen.append,
    )
    assert result.manifest["result"]["n_tiles"] == 2
    assert result.labels.max() == 9 * 28
    overlap = np.count_nonzero((result.labels > 0) & truth) / np.count_nonzero(truth)
    assert overlap > 0.9
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_work_stops_between_tiles_when_it_is_cancelled(discs: tuple[AnyArray, AnyArray]) -> None:
    image = np.tile(discs[0], (8, 1))[np.newaxis]
    answers = itertools.chain([False, False], itertools.repeat(True))
    with pytest.raises(Cancelled):
        segment(image, method="generalist", parameters={}, is_cancelled=lambda: next(answers))


def test_the_manifest_names_everything_that_made_the_result(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    manifest = segment(discs[0][np.newaxis], method="generalist", parameters={}).manifest
    assert manifest["parameters"]["foreground_threshold"] == 0.5
    assert len(manifest["result"]["weights_sha256"]) == 64
    assert manifest["libraries"].keys() >= {"python", "numpy", "torch"}
    assert manifest["device"] == "cpu"
    assert len(manifest["code_version"]) == 16


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"diameter": 0}, "between 3 and 1000 px"),
        ({"diameter": float("nan")}, "between"),
        ({"diameter": True}, "must be a number"),
        ({"nonsense": 1}, "no parameter called nonsense"),
        ({"channels": [4]}, "There is no channel 4"),
        ({"channels": []}, "one to three"),
        ({"channels": ["red"]}, "by number"),
    ],
)
def test_senseless_parameters_are_refused_with_a_sentence(
    parameters: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidParameters, match=sentence):
        segment(np.zeros((1, 8, 8), np.uint8), method="generalist", parameters=parameters)


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(InvalidParameters, match="bright, dark"):
        segment(np.zeros((1, 8, 8), np.uint8), method="threshold", parameters={"polarity": "odd"})


def test_an_unknown_method_or_device_is_refused() -> None:
    planes = np.zeros((1, 8, 8), np.uint8)
    with pytest.raises(UnknownMethod, match="generalist, threshold"):
        segment(planes, method="magic", parameters={})
    with pytest.raises(InvalidParameters, match="no device called"):
        segment(planes, method="generalist", parameters={}, device="abacus")


def test_an_array_that_is_no_image_is_refused() -> None:
    for array in (np.zeros((8, 8)), np.zeros((1, 0, 8)), np.zeros((1, 8, 8), complex)):
        with pytest.raises(SegmentationFailed):
            segment(array, method="threshold", parameters={})


def test_an_image_of_another_world_is_named_as_such() -> None:
    y, x = np.mgrid[:256, :256]
    stripes = (((x + y // 3) % 9 < 3) * 60_000).astype(np.uint16)
    result = segment(stripes[None], method="generalist", parameters={})
    assert result.manifest["result"]["distance_to_training"] > 1
    assert "Unlike the training images: expect to correct much." in result.warnings
