"""The network knows what kinds of image it has seen."""

from __future__ import annotations

import numpy as np

from segmentation.engine.likeness import fit, likeness_of

N_CHANNELS = 12


def drawn(seed: int = 0) -> tuple[np.ndarray, list[str]]:
    """Pooled vectors of two kinds that differ in two channels and vary in all."""
    rng = np.random.default_rng(seed)
    kinds = ["nuclei"] * 120 + ["phase"] * 60
    pooled = rng.normal(0, 1, (180, N_CHANNELS)) * np.linspace(0.5, 3, N_CHANNELS)
    pooled[120:, :2] += 12
    return pooled, kinds


def test_an_image_is_recognized_as_the_kind_it_is() -> None:
    pooled, kinds = drawn()
    likeness = fit(pooled, kinds)
    fresh, truth = drawn(1)
    named = [likeness.nearest(vector) for vector in fresh]
    assert [kind for kind, _ in named] == truth
    assert np.mean([distance <= 1 for _, distance in named]) > 0.9


def test_an_image_of_another_world_is_far_from_all_kinds() -> None:
    pooled, kinds = drawn()
    strange = np.zeros(N_CHANNELS)
    strange[0] = -30
    assert fit(pooled, kinds).nearest(strange)[1] > 2


def test_it_comes_back_from_the_card_and_the_tensors() -> None:
    pooled, kinds = drawn()
    likeness = fit(pooled, kinds)
    card = {"likeness": {"kinds": list(likeness.kinds), "limit": likeness.limit}}
    again = likeness_of(card, likeness.tensors())
    assert again is not None
    kind, distance = likeness.nearest(pooled[5])
    assert again.nearest(pooled[5])[0] == kind
    assert abs(again.nearest(pooled[5])[1] - distance) < 1e-4
    assert likeness_of({}, {}) is None
