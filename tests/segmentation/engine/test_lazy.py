"""Planes that are read window by window are used like an array."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.engine.arrays import AnyArray
from segmentation.engine.lazy import lazy_planes, unmapped
from segmentation.engine.normalize import contrast_limits, has_contrast
from segmentation.engine.segment import segment
from segmentation.engine.spool import IN_MEMORY_BYTES, is_mapped, new_array, sampled
from segmentation.engine.tiling import Window


def opened(pixels: AnyArray, asked: list[Window] | None = None) -> AnyArray:
    """Return planes (C, Y, X) that are read through a door which notes every window."""

    def read(c: int, window: Window) -> AnyArray:
        if asked is not None:
            asked.append(window)
        return pixels[c, window.y0 : window.y1, window.x0 : window.x1]

    return lazy_planes(pixels.shape, pixels.dtype, read)


slices = st.builds(
    slice,
    st.none() | st.integers(0, 40),
    st.none() | st.integers(0, 40),
    st.none() | st.integers(1, 9),
)


@given(st.integers(0, 2**32 - 1), slices, slices, st.integers(0, 1))
@settings(max_examples=80, deadline=None)
def test_every_slice_gives_what_an_array_gives(
    seed: int, rows: slice, columns: slice, c: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 999, (2, 31, 23)).astype(np.uint16)
    planes = opened(pixels)
    assert np.array_equal(planes[c, rows, columns], pixels[c, rows, columns])
    assert np.array_equal(planes[c][rows], pixels[c][rows])
    assert np.array_equal(planes[:, rows, columns], pixels[:, rows, columns])
    assert np.array_equal(np.asarray(planes[c]), pixels[c])
    assert (planes.shape, planes.dtype, planes.ndim, planes.size, len(planes)) == (
        pixels.shape,
        pixels.dtype,
        3,
        pixels.size,
        2,
    )


def test_limits_read_a_plane_once_and_by_bands() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (1, 2100, 700)).astype(np.uint8)
    asked: list[Window] = []
    plane = opened(pixels, asked)[0]
    assert contrast_limits(plane) == contrast_limits(pixels[0])
    assert has_contrast(plane)
    assert max(window.y1 - window.y0 for window in asked) <= 512
    assert sum((w.y1 - w.y0) * (w.x1 - w.x0) for w in asked) <= pixels.size


@pytest.mark.parametrize("n_channels", [1, 2, 5])
def test_cells_are_the_same_as_in_an_array(
    n_channels: int, discs: tuple[AnyArray, AnyArray]
) -> None:
    rng = np.random.default_rng(1)
    plane = discs[0] / discs[0].max() * 200
    pixels = np.stack(
        [plane * (c + 1) / 5 + rng.normal(0, 3, plane.shape) for c in range(n_channels)]
    )
    pixels = pixels.clip(0, 255).astype(np.uint8)
    known = segment(pixels, method="generalist", parameters={})
    found = segment(opened(pixels), method="generalist", parameters={})
    assert np.array_equal(found.labels, known.labels)
    assert np.array_equal(found.confidences, known.confidences)


@pytest.fixture(scope="module")
def mapped() -> AnyArray:
    """One plane that is just too large for the memory, so that it lies in a file."""
    side = int(np.ceil(np.sqrt(IN_MEMORY_BYTES / 2))) + 1
    planes = new_array((1, side, side), np.uint16)
    planes[0, ::37, ::41] = np.random.default_rng(0).integers(
        1, 60_000, planes[0, ::37, ::41].shape
    )
    return planes


def resident_bytes() -> int:
    """How much of the files that this process maps is in its memory (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("RssFile")).split()[1])


def test_a_mapped_image_reads_like_an_array(mapped: AnyArray) -> None:
    planes = unmapped(mapped)
    assert is_mapped(mapped)
    assert np.array_equal(planes[0, 100:900, 2000:2500], mapped[0, 100:900, 2000:2500])
    assert np.array_equal(planes[0][::37, ::41], mapped[0, ::37, ::41])


@pytest.mark.parametrize("step", [1, 7, 512, 600])
def test_a_sample_of_a_mapped_plane_is_that_of_an_array(mapped: AnyArray, step: int) -> None:
    assert np.array_equal(sampled(mapped[0], step), mapped[0, ::step, ::step])


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what is in the memory")
def test_sampling_a_mapped_plane_does_not_fill_the_memory(mapped: AnyArray) -> None:
    sampled(mapped[0], 512)
    before = resident_bytes()
    has_contrast(unmapped(mapped)[0])
    sampled(mapped[0], 3)
    assert resident_bytes() - before < IN_MEMORY_BYTES / 4
