"""What the tests of the engine share: one thread, small drawn images."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.engine.arrays import AnyArray


@pytest.fixture(scope="session", autouse=True)
def one_torch_thread() -> None:
    """Leave the other cores to the other tests."""
    import torch

    torch.set_num_threads(1)


def draw_discs(
    shape: tuple[int, int], centers: list[tuple[int, int]], radius: int
) -> tuple[AnyArray, AnyArray]:
    """Return a noisy 16-bit image of bright discs and its labels."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    labels = np.zeros(shape, np.uint32)
    for number, (cy, cx) in enumerate(centers, 1):
        labels[(y - cy) ** 2 + (x - cx) ** 2 <= radius**2] = number
    noise = np.random.default_rng(0).normal(0, 30, shape)
    return (500 + 3000 * (labels > 0) + noise).astype(np.uint16), labels


@pytest.fixture(scope="session")
def discs() -> tuple[AnyArray, AnyArray]:
    """Nine well separated discs of 22 px, as image (Y, X) uint16 and labels."""
    centers = [(y, x) for y in (30, 80, 130) for x in (30, 80, 130)]
    return draw_discs((160, 160), centers, 11)
