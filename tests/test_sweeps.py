"""A learning rate for each replica, and what controls are made of: the start, and labels in another order."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.engine.coffee import roasts
from sims.engine.datasets import Axis, Data, shuffled
from sims.engine.experiment import drain
from sims.engine.network import dense, initial_weights
from sims.engine.normalised import train_normalised
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.randomness import ensemble_seeds
from sims.engine.scores import accuracy_on
from sims.engine.sweeps import train_rates
from sims.engine.training import Trained, TrainingConfig, at_start, train

NETWORK = dense(2, [3], 1, "tanh", "sigmoid")
SEEDS = ensemble_seeds(6, 5)
DATA = roasts(SEEDS, 30)
RATES = np.array([0.3, 0.01, 0.05, 1.0, 0.1])


def same(one: Trained, other: Trained, place: int) -> None:
    """The first replica of one is that at `place` of the other, bit for bit."""
    for mine, theirs in zip(one.weights, other.weights, strict=True):
        np.testing.assert_array_equal(mine[0], theirs[place])
    assert one.loss[0] == other.loss[place]
    assert one.diverged_at[0] == other.diverged_at[place]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_replica_with_a_rate_of_its_own_is_trained_as_with_that_rate_alone(optimizer: str) -> None:
    config = TrainingConfig(optimizer=optimizer, learning_rate=RATES,
                            steps=40, batch_size=8, schedule="cosine", l1=0.001)
    together = drain(train(NETWORK, DATA, config, SEEDS))
    for place, rate in enumerate(RATES):
        own = slice(place, place + 1)
        alone = drain(train(NETWORK, DATA.part(own), replace(config, learning_rate=float(rate)), SEEDS[own]))
        same(alone, together, place)
    assert [config.rate_of(replica) for replica in range(5)] == RATES.tolist()


def test_many_replicas_with_rates_of_their_own_are_cut_into_parts_as_their_rates_are() -> None:
    seeds, rates = ensemble_seeds(0, 70), np.linspace(0.01, 0.5, 70)
    together = drain(train(NETWORK, roasts(seeds, 300), TrainingConfig(learning_rate=rates, steps=5), seeds))
    for place in (0, 41, 69):
        own = seeds[place : place + 1]
        same(drain(train(NETWORK, roasts(own, 300), TrainingConfig(learning_rate=float(rates[place]), steps=5), own)),
             together, place)


def test_rates_that_are_not_one_for_each_replica_are_refused() -> None:
    with pytest.raises(ValueError, match="4 learning rates for 5 replicas"):
        drain(train(NETWORK, DATA, TrainingConfig(learning_rate=RATES[:4]), SEEDS))
    start = initial_weights(NETWORK, SEEDS)
    for refused in ({"learning_rate": RATES}, {"l1": 0.1}, {"l2": 0.1}, {"dropout": 0.1}):
        config = TrainingConfig(**refused)
        with pytest.raises(ValueError, match="batch normalisation takes no"):
            drain(train_normalised(NETWORK, DATA, config, SEEDS, start, ""))


def test_a_sweep_is_the_trainings_that_it_stands_for() -> None:
    rates = (0.05, 2.0, 1e4)
    seeds = ensemble_seeds(1, 3)
    inputs = np.random.default_rng(0).normal(size=(3, 2, 20))
    data = Data(inputs, inputs.sum(axis=1, keepdims=True), (Axis("x1"), Axis("x2")), (Axis("sum"),))
    network, config = dense(2, [], 1, "linear", "linear"), TrainingConfig("squared_error", "sgd", steps=60)
    swept = drain(train_rates(network, data, config, rates, seeds, validation=data, frames=10))
    for rate, ours in zip(rates, swept, strict=True):
        alone = drain(train(network, data, replace(config, learning_rate=rate), seeds, validation=data, frames=10))
        assert ours.config == alone.config
        assert (ours.data is data, ours.validation is data) == (True, True)
        np.testing.assert_array_equal(ours.diverged_at, alone.diverged_at)
        np.testing.assert_array_equal(ours.weights[0], alone.weights[0])
        for mine, theirs in zip(ours.frames, alone.frames, strict=False):
            np.testing.assert_array_equal(mine.weights[0], theirs.weights[0])
            np.testing.assert_array_equal(mine.loss, theirs.loss)
            np.testing.assert_array_equal(mine.validation_loss, theirs.validation_loss)
    assert [bool((net.diverged_at >= 0).any()) for net in swept] == [False, True, True]


def test_the_start_is_measured_like_any_training() -> None:
    run = drain(train(NETWORK, DATA, TrainingConfig(steps=300), SEEDS))
    start = at_start(run)
    for layer, first in zip(start.weights, initial_weights(NETWORK, SEEDS), strict=True):
        np.testing.assert_allclose(layer, first, rtol=1e-6)
    np.testing.assert_array_equal(start.loss, run.frames[0].loss)
    assert accuracy_on(DATA, start).mean() < 0.8 < accuracy_on(DATA, run).mean()
    assert (start.diverged_at == -1).all()


@given(points=st.integers(1, 40), first=st.integers(0, 50))
def test_shuffled_labels_are_the_labels_with_their_weights_in_each_replicas_own_order(points: int, first: int) -> None:
    seeds = ensemble_seeds(first, 3)
    number = np.arange(float(points))[None, None]
    data = Data(roasts(seeds, points).inputs, number, DATA.axes, DATA.target_axes, 10 * number)
    moved = shuffled(data, seeds)
    np.testing.assert_array_equal(moved.inputs, data.inputs)
    np.testing.assert_array_equal(moved.example_weights, 10 * moved.targets)
    assert all(sorted(labels) == list(range(points)) for labels in moved.targets[:, 0])
    alone = shuffled(replace(data, inputs=data.inputs[2:]), seeds[2:])
    np.testing.assert_array_equal(alone.targets[0], moved.targets[2])
    assert points < 20 or len({labels.tobytes() for labels in moved.targets}) == 3


def test_nothing_can_be_learned_of_shuffled_labels() -> None:
    seeds = ensemble_seeds(0, 40)
    data, fresh = roasts(seeds, 100), roasts(seeds, 200, "fresh")
    config = TrainingConfig(steps=200)
    nets = [drain(train(NETWORK, some, config, seeds, frames=2)) for some in (data, shuffled(data, seeds))]
    learned, control = (accuracy_on(fresh, net) for net in nets)
    majority = np.maximum(fresh.targets.mean(axis=(1, 2)), 1 - fresh.targets.mean(axis=(1, 2)))
    assert (learned > majority).mean() > 0.9
    assert (control > majority).mean() < 0.2
