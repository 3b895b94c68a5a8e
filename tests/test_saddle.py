"""The saddle of two weights: descent against the two update formulas, and the waits against their logarithm."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.network import mean_loss
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.saddle import NETWORK, line, waits

EXPERIMENT = find("saddle")


def test_the_path_is_that_of_the_two_formulas() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(start="random", steps=40), seed=5, replicas=3)
    _, gram, best = line(run.seeds)
    w1, w2 = run.metrics.path[:, 0].T
    for step in range(40):
        assert run.metrics.path[:, step] == pytest.approx(np.stack([w1, w2], axis=1))
        pull = 2 * 0.05 * gram * (w1 * w2 - best)
        w1, w2 = w1 - pull * w2, w2 - pull * w1


def test_the_excess_is_the_loss_less_the_least_there_is() -> None:
    seeds = ensemble_seeds(5, 2)
    data, gram, best = line(seeds)

    def loss(w1: float, w2: float) -> np.ndarray:
        weights = [np.tile([[w], [0.0]], (2, 1, 1)) for w in (w1, w2)]
        return mean_loss(NETWORK, weights, data.inputs, data.targets, "squared_error")

    least = ((data.targets - best[:, None, None] * data.inputs) ** 2).mean(axis=(1, 2))
    assert loss(0.5, -1.0) - least == pytest.approx(gram * (-0.5 - best) ** 2)


def test_a_wait_ends_at_the_first_value_below_half_and_never_ends_where_there_is_none() -> None:
    assert waits(np.array([[4.0, 3, 1.9, 5], [4, 4, 4, 2]])).tolist() == [2, 4]


def test_the_wait_grows_by_the_logarithm_over_that_of_the_growth() -> None:
    m = perform(EXPERIMENT, seed=5, replicas=6).metrics
    assert m.wait_6 - m.wait_4 == pytest.approx(np.log(100) / np.log(m.growth), abs=1.5)
