"""Inputs that go together: drawn as asked for, solved as numpy and ridge do, and spread as the formula says."""

import numpy as np
import pytest

from sims.correlated_inputs import solved, tied
from sims.engine.experiment import perform
from sims.engine.randomness import draw, ensemble_seeds
from sims.engine.registry import find

EXPERIMENT, SEEDS = find("correlated_inputs"), ensemble_seeds(8, 3)


def test_inputs_have_the_correlation_that_was_asked_for() -> None:
    for tie in (-0.9, 0.0, 0.98):
        x = tied(SEEDS, 5000, tie, "some")
        assert [np.corrcoef(one)[0, 1] for one in x] == pytest.approx([tie] * 3, abs=0.04)
        assert x.std(axis=2) == pytest.approx(1, abs=0.05)


def test_weights_are_least_squares_and_a_price_leaves_no_slope_of_the_priced_loss() -> None:
    x, y = tied(SEEDS, 20, 0.8, "some"), draw(SEEDS, "y", lambda rng: rng.normal(size=20))
    rows = np.column_stack([*x[0], np.ones(20)])
    assert solved(x, y)[0] == pytest.approx(np.linalg.lstsq(rows, y[0], rcond=None)[0])
    w = solved(x, y, 0.3)[0]
    slope = 2 * rows.T @ (rows @ w - y[0]) / 20 + 0.3 * np.append(w[:2], 0)
    assert slope == pytest.approx(0, abs=1e-10)


def test_the_spread_follows_the_inflation_factor() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=10), seed=0, replicas=16).metrics
    assert m.spread_first.mean() == pytest.approx(m.spread_theory[0], rel=0.1)
    assert m.inflation[0] == pytest.approx(1 / (1 - 0.98**2))


def test_the_neuron_arrives_at_least_squares() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(correlation=0.5, steps=1000), seed=8, replicas=3).metrics
    x = tied(SEEDS, 60, 0.5, "data")
    y = x.sum(axis=1) + draw(SEEDS, "data noise", lambda rng: rng.normal(0, 1.0, (60,)))
    np.testing.assert_allclose(np.stack([m.first, m.second], axis=1), solved(x, y)[:, :2], atol=1e-6)
