"""Clipping on gradients that are known, and the chain's slopes against differences."""

import numpy as np
import pytest

from sims.cliff import Chain, angle, clipped
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("cliff")


def test_by_norm_keeps_the_direction_and_by_value_may_turn_it() -> None:
    g = np.array([[30.0, 40.0], [0.3, -0.4]])
    assert clipped(g, "norm", 5.0) == pytest.approx(np.array([[3, 4], [0.3, -0.4]]))
    assert clipped(g, "value", 5.0) == pytest.approx(np.array([[5, 5], [0.3, -0.4]]))
    assert np.array_equal(clipped(g, "none", 5.0), g)
    assert angle(g[:1], np.array([[5.0, 5.0]])) == pytest.approx([45 - np.degrees(np.arctan(0.75))])


def test_the_slopes_are_the_differences_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 1, 30))
    chain, at, e = Chain(x, 0.5 * x + 0.1, 7), np.array([[1.1, 0.8], [0.9, -0.3]]), 1e-6
    slopes = chain.gradient(at)
    for k in (0, 1):
        up, down = at + e * np.eye(2)[k], at - e * np.eye(2)[k]
        assert slopes[:, k] == pytest.approx((chain.loss(*up.T) - chain.loss(*down.T)) / (2 * e), rel=1e-6)


def test_the_loss_is_the_mean_squared_error_of_the_chain() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(steps=10), seed=3, replicas=2)
    x, y = run.shown.data.inputs[:, 0], run.shown.data.targets[:, 0]
    assert run.metrics.start_loss == pytest.approx(((1.3**10 * x - y) ** 2).mean(axis=1))


def test_a_step_is_never_longer_than_the_limit_allows() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(limit=0.5, steps=50), seed=3, replicas=3).metrics
    steps = np.linalg.norm(np.diff(m.path, axis=1), axis=2)
    assert np.nanmax(steps) <= 0.01 * 0.5 * (1 + 1e-9)
