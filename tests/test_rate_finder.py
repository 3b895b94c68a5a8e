"""The sweep's parts on curves that are known, and a training of its own against the plain one."""

import numpy as np
import pytest

from sims.engine.coffee import roasts
from sims.engine.experiment import drain, perform
from sims.engine.network import dense
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.engine.training import TrainingConfig, train
from sims.rate_finder import BATCH, HIGH, LOW, POINTS, FinderParams, on_their_own, rates_of, running_mean, steepest_fall

EXPERIMENT = find("rate_finder")


def test_the_rates_grow_by_one_factor_from_end_to_end() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(sweep_steps=20, steps=20), seed=2, replicas=2).metrics
    assert m.sweep_rates[[0, -1]] == pytest.approx([LOW, HIGH])
    assert m.sweep_rates[1:] / m.sweep_rates[:-1] == pytest.approx(np.full(19, m.factor[0]))


def test_a_running_mean_of_one_value_is_that_value_and_forgets_old_ones() -> None:
    assert running_mean(np.full((1, 30), 0.7))[0] == pytest.approx(np.full(30, 0.7))
    assert running_mean(np.array([[1.0] + [0.0] * 60]))[0, -1] < 1e-5


def test_the_steepest_fall_is_where_a_known_curve_falls() -> None:
    rates = rates_of(FinderParams(sweep_steps=100))
    curve = np.where(np.arange(100) < 60, 1.0, 0.2)[None]
    assert 50 <= np.flatnonzero(rates == steepest_fall(curve, rates))[0] <= 65


def test_a_fall_beyond_the_lowest_point_does_not_count() -> None:
    rates = rates_of(FinderParams(sweep_steps=100))
    curve = np.where(np.arange(100) < 40, 1.0, 0.2)
    curve[70:80] = 9.0  # blown up, and down again
    assert 30 <= np.flatnonzero(rates == steepest_fall(curve[None], rates))[0] <= 45


def test_a_training_of_its_own_is_the_plain_one_at_that_rate() -> None:
    seeds = ensemble_seeds(2, 2)
    network, data, params = dense(2, [4], 1, "tanh", "sigmoid"), roasts(seeds, POINTS), FinderParams(steps=20)
    own = drain(on_their_own(network, data, params, seeds, [np.array([0.02, 0.2])]))
    alone = drain(train(network, data, TrainingConfig(learning_rate=0.3, steps=20, batch_size=BATCH), seeds))
    assert own.shape == (2, 11)
    assert own[:, 4] == pytest.approx(alone.loss)
