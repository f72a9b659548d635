"""What is said about an image: size, focus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from segmentation.engine.arrays import AnyArray
from segmentation.engine.files import read_image
from segmentation.engine.quality import (
    focus_warning,
    sharpness,
    size_warning,
)
from segmentation.engine.segment import segment

DEMO = Path(__file__).resolve().parents[3] / "webapp/demo/images"
DIAMETER = 22.0


def test_cells_of_a_size_that_was_never_learned_are_named() -> None:
    assert size_warning(30, 9, 77) == ()
    (sentence,) = size_warning(4, 9, 77)
    assert sentence.startswith("The cells measure about 4 px, outside the 9 to 77 px")


def test_blur_by_a_fifth_of_a_cell_is_called_out_of_focus(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    sharp = discs[0][np.newaxis].astype(np.float32)
    noise = np.random.default_rng(1).normal(0, 30, sharp.shape)
    blurred = ndimage.gaussian_filter(sharp, (0, DIAMETER / 5, DIAMETER / 5)) + noise
    assert focus_warning(sharp, [0], DIAMETER) == ()
    (sentence,) = focus_warning(blurred, [0], DIAMETER)
    assert "out of focus" in sentence
    assert focus_warning(np.concatenate([blurred, sharp]), [0, 1], DIAMETER) == ()


def test_magnification_does_not_change_the_focus(discs: tuple[AnyArray, AnyArray]) -> None:
    plane = ndimage.gaussian_filter(discs[0].astype(np.float32), 1)
    larger = ndimage.zoom(plane, 4, order=1)
    assert sharpness(larger, 4 * DIAMETER) == pytest.approx(sharpness(plane, DIAMETER), rel=0.35)


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (9, 2), (40, 3)])
def test_planes_too_small_to_tell_are_not_called_soft(shape: tuple[int, int]) -> None:
    plane = np.random.default_rng(0).integers(0, 99, shape).astype(np.uint8)
    assert focus_warning(plane[np.newaxis], [0], 100.0) == ()


@pytest.mark.parametrize("name", ["nuclei_06.tif", "nuclei_04.png", "axons_01.tif"])
def test_real_images_are_sharp_and_their_blurred_copies_are_not(name: str) -> None:
    plane = read_image(DEMO / name).pixels[0, 0, 0]
    found = segment(plane[np.newaxis], method="generalist", parameters={})
    assert not any("out of focus" in sentence for sentence in found.warnings)
    diameter = found.manifest["result"]["diameter_estimate_px"]
    soft = ndimage.gaussian_filter(plane.astype(np.float32), diameter / 5)
    assert focus_warning(soft[np.newaxis], [0], diameter)


def test_an_image_that_is_out_of_focus_is_told() -> None:
    plane = read_image(DEMO / "nuclei_03.png").pixels[0, :, 0]
    found = segment(plane, method="generalist", parameters={})
    assert any("out of focus" in sentence for sentence in found.warnings)
