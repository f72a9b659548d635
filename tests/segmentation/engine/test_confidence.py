"""A confidence is a probability that can be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.engine.arrays import AnyArray
from segmentation.engine.confidence import (
    N_FEATURES,
    Calibration,
    calibration_of,
    cross_validated,
    features_of,
    fit,
    raw_confidences,
    reliability,
)

KNOWN = Calibration(-6.0, (4.0, 3.0, 2.0, -1.0, -2.0))


def drawn(n: int, seed: int) -> tuple[AnyArray, AnyArray]:
    """Evidence of `n` cells and whether each is right, as the known calibration says."""
    rng = np.random.default_rng(seed)
    evidence = np.concatenate([rng.uniform(20, 900, (n, 1)), rng.random((n, 3))], axis=1)
    is_right = (rng.random(n) < KNOWN.probabilities(evidence)).astype(float)
    return evidence, is_right


def test_the_fit_finds_the_calibration_that_made_the_cells() -> None:
    evidence, is_right = drawn(20_000, 1)
    features = features_of(evidence)
    fitted = fit(features, is_right, np.ones(len(features)))
    told = fitted.probabilities(evidence)
    assert np.abs(told - KNOWN.probabilities(evidence)).mean() < 0.03
    _, error = reliability(told, is_right, np.ones(len(told)))
    assert error < 0.03


def test_a_group_is_judged_by_a_fit_that_never_saw_it() -> None:
    evidence, is_right = drawn(400, 2)
    features = features_of(evidence)
    groups = ["a"] * 200 + ["b"] * 200
    weights = np.ones(400)
    crossed = cross_validated(features, is_right, weights, groups)
    lied = cross_validated(
        features, np.where(np.arange(400) < 200, 1 - is_right, is_right), weights, groups
    )
    assert np.array_equal(crossed[:200], lied[:200])
    assert not np.array_equal(crossed[200:], lied[200:])


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_every_cell_gets_a_probability(n: int, seed: int) -> None:
    evidence, _ = drawn(n, seed)
    for told in (KNOWN.probabilities(evidence), raw_confidences(evidence)):
        assert told.shape == (n,)
        assert ((told >= 0) & (told <= 1)).all()


def test_a_cell_far_from_the_size_of_the_others_is_less_sure() -> None:
    usual = np.array([100.0, 0.9, 0.9, 0.5])
    rows = np.stack([usual, usual, usual, usual * [16, 1, 1, 1], usual / [16, 1, 1, 1]])
    told = KNOWN.probabilities(rows)
    assert told[0] == told[1] == told[2]
    assert told[3] < told[0] > told[4]


def test_the_error_of_a_boaster_is_what_he_boasts() -> None:
    is_right = np.array([1.0, 0.0] * 50)
    bins, error = reliability(np.full(100, 0.9, np.float32), is_right, np.ones(100))
    assert error == pytest.approx(0.4, abs=1e-3)
    assert len(bins) == 1


def test_a_card_without_a_calibration_has_none() -> None:
    assert calibration_of({}) is None
    card = {"calibration": {"intercept": 1, "slopes": [0] * N_FEATURES}}
    assert calibration_of(card) == Calibration(1.0, (0.0,) * N_FEATURES)
