"""Scores of predicted numbers: known cases, and what a shift or another unit does to them."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.regression_scores import mean_square, r_squared, squared_correlation

EXPERIMENT = find("regression_scores")
TARGETS = np.array([[1.0, 2.0, 3.0, 6.0]])


def test_r_squared_is_1_for_the_targets_0_for_their_mean_and_below_0_beyond() -> None:
    assert r_squared(TARGETS, TARGETS) == pytest.approx(1)
    assert r_squared(np.full((1, 4), 3.0), TARGETS) == pytest.approx(0)
    assert r_squared(np.full((1, 4), 4.0), TARGETS) == pytest.approx(-4 / 14)
    assert mean_square(np.full((1, 4), 3.0), TARGETS) == pytest.approx(14 / 4)


def test_the_squared_correlation_is_numpys_and_blind_to_shift_and_scale() -> None:
    said = np.array([[0.5, 2.5, 2.0, 4.0]])
    found = squared_correlation(said, TARGETS)
    assert found == pytest.approx(np.corrcoef(said[0], TARGETS[0])[0, 1] ** 2)
    assert squared_correlation(3 * said - 7, TARGETS) == pytest.approx(found)


def test_in_a_run_scores_agree_with_one_another() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=40), seed=1, replicas=4).metrics
    np.testing.assert_allclose(m.explained, 1 - m.squared / m.variance)
    np.testing.assert_allclose(m.mse_pounds, 1e4 * m.mse)
    assert np.all((m.mae <= m.rmse) & (m.r2_mean <= 1e-12))
    whole = perform(EXPERIMENT, EXPERIMENT.params(steps=40, window=1), seed=1, replicas=4).metrics
    np.testing.assert_allclose(whole.r2_narrow, whole.r2, atol=0.12)  # the whole range, other examples
