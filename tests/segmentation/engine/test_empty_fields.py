"""Empty fields give zero cells: noise, uneven light, compression, hot pixels and dust are none."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmentation.engine.arrays import AnyArray
from segmentation.engine.files import read_image
from segmentation.engine.segment import segment
from segmentation.engine.standing_out import EMPTY

DEMO = Path(__file__).resolve().parents[3] / "webapp/demo/images"
Rng = np.random.Generator


def grid(size: int) -> tuple[AnyArray, AnyArray]:
    """Rows and columns from 0 to 1, (size, size)."""
    y, x = np.mgrid[:size, :size] / (size - 1)
    return y, x


def vignette(size: int) -> AnyArray:
    """Light that falls off toward the corners, (size, size)."""
    y, x = grid(size)
    return 1 - 0.6 * ((y - 0.5) ** 2 + (x - 0.5) ** 2)


def gradient(size: int, rng: Rng) -> AnyArray:
    """Light that grows from left to right, with noise."""
    return 500 + 1000 * grid(size)[1] + rng.normal(0, 20, (size, size))


def spotlight(size: int, rng: Rng) -> AnyArray:
    """Light in the middle only, with noise."""
    y, x = grid(size)
    light = np.exp(-6 * ((y - 0.5) ** 2 + (x - 0.5) ** 2))
    return 200 * light + rng.normal(50, 5, (size, size))


def compressed(quality: int) -> Callable[[int, Rng], AnyArray]:
    """Uneven light with noise after JPEG."""

    def make(size: int, rng: Rng) -> AnyArray:
        plane = 120 + 40 * vignette(size) + rng.normal(0, 3, (size, size))
        buffer = io.BytesIO()
        Image.fromarray(plane.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=quality)
        return np.asarray(Image.open(buffer)).astype(np.float64)

    return make


def hot_pixels(size: int, rng: Rng) -> AnyArray:
    """One pixel of two thousand at forty times the background."""
    plane = rng.normal(100, 3, (size, size))
    plane[rng.random((size, size)) < 5e-4] = 4000
    return plane


def dust(height: float) -> Callable[[int, Rng], AnyArray]:
    """A single speck of about 3 px on noise."""

    def make(size: int, rng: Rng) -> AnyArray:
        y, x = np.mgrid[:size, :size]
        speck = np.exp(-((y - size / 2) ** 2 + (x - size / 3) ** 2) / (2 * 1.2**2))
        return rng.normal(1000, 20, (size, size)) + height * speck

    return make


KINDS: dict[str, Callable[[int, Rng], AnyArray]] = {
    "constant": lambda size, rng: np.full((size, size), 100.0),
    "Gaussian noise": lambda size, rng: rng.normal(1000, 50, (size, size)),
    "weak noise": lambda size, rng: rng.normal(100, 2, (size, size)),
    "ten photons": lambda size, rng: rng.poisson(10, (size, size)),
    "one photon": lambda size, rng: rng.poisson(1, (size, size)),
    "hardly a photon": lambda size, rng: rng.poisson(0.05, (size, size)),
    "gradient": gradient,
    "vignette": lambda size, rng: 2000 * vignette(size) + rng.normal(0, 20, (size, size)),
    "vignette without noise": lambda size, rng: 2000 * vignette(size),
    "spotlight": spotlight,
    "JPEG": compressed(40),
    "strong JPEG": compressed(10),
    "hot pixels": hot_pixels,
    "bright dust": dust(800),
    "dark dust": dust(-500),
}


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("size", [64, 200, 512])
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_field_holds_no_cell(kind: str, size: int, bits: int) -> None:
    plane = KINDS[kind](size, np.random.default_rng(size)).astype(np.float64)
    if bits == 8:
        plane = plane * min(1.0, 250 / plane.max())
    pixels = plane.clip(0, 65535).astype(np.uint8 if bits == 8 else np.uint16)
    result = segment(pixels[np.newaxis], method="generalist", parameters={})
    assert result.labels.max() == 0
    assert len(result.warnings) == 1


@pytest.mark.parametrize("kind", ["Gaussian noise", "vignette", "hot pixels"])
def test_a_large_empty_field_holds_no_cell(kind: str) -> None:
    plane = KINDS[kind](1500, np.random.default_rng(1)).clip(0, 65535).astype(np.uint16)
    assert segment(plane[np.newaxis], method="generalist", parameters={}).labels.max() == 0


def test_what_is_dropped_is_said(discs: tuple[AnyArray, AnyArray]) -> None:
    plane = KINDS["vignette"](200, np.random.default_rng(0)).astype(np.uint16)
    result = segment(plane[np.newaxis], method="generalist", parameters={})
    assert result.warnings == (EMPTY,)
    assert result.manifest["result"]["n_dropped_as_noise"] > 0


@pytest.mark.parametrize("contrast", [1.0, 0.6])
def test_dim_cells_in_noise_and_uneven_light_are_kept(
    contrast: float, discs: tuple[AnyArray, AnyArray]
) -> None:
    rng = np.random.default_rng(0)
    signal = 40 * contrast * (discs[1] > 0) + 200 * vignette(160)[:, :]
    plane = (500 + signal + rng.normal(0, 40 * 0.5, signal.shape)).astype(np.uint16)
    assert segment(plane[np.newaxis], method="generalist", parameters={}).labels.max() >= 7


@pytest.mark.parametrize("name", ["dic_02.png", "phase_02.tif", "bacteria_02.tif"])
def test_cells_as_bright_as_their_surroundings_are_kept(name: str) -> None:
    image = read_image(DEMO / name)
    result = segment(image.pixels[0, :, 0], method="generalist", parameters={})
    assert result.labels.max() >= 3


def test_bacteria_in_brightfield_are_kept() -> None:
    planes = read_image(DEMO / "bacteria_03.ome.tif").pixels[0, :1, 0]
    assert segment(planes, method="generalist", parameters={}).labels.max() >= 3
