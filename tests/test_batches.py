"""Batches: each epoch holds every example once, and a replica's are the same alone and among others."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.engine.backprop import loss_gradients
from sims.engine.batches import Batches, updates_per_epoch
from sims.engine.datasets import Axis, Data, uniform
from sims.engine.experiment import drain
from sims.engine.masks import Masks
from sims.engine.network import dense
from sims.engine.randomness import ensemble_seeds
from sims.engine.training import HiddenLabels, Trained, TrainingConfig, train

NETWORKS = [dense(2, [3], 1, "tanh", "sigmoid"), dense(2, [5, 4], 1, "relu", "sigmoid"),
            dense(2, [], 1, "linear", "linear"), dense(2, [1], 2, "sigmoid", "softmax")]


def numbered(seeds: np.ndarray, points: int, outputs: int = 1) -> Data:
    """Examples whose first input is their number, the same number their target and, plus one, their weight."""
    number = np.broadcast_to(np.arange(float(points)), (len(seeds), 1, points))
    inputs = np.concatenate([number, uniform(seeds, [-1], [1], points)], axis=1)
    axes = (Axis("number"), Axis("x"))
    return Data(inputs, np.repeat(number, outputs, axis=1), axes, (Axis("y"),) * outputs, number + 1)


@given(points=st.integers(1, 60), size=st.one_of(st.none(), st.integers(1, 70)), replicas=st.integers(1, 3),
       first=st.integers(0, 100))
def test_each_epoch_is_a_permutation_of_all_examples(points: int, size: int | None, replicas: int, first: int) -> None:
    seeds = ensemble_seeds(first, replicas)
    batches = Batches(numbered(seeds, points), size, seeds, np.float64)
    per_epoch = updates_per_epoch(points, size)
    for epoch in range(3):
        seen = []
        for t in range(epoch * per_epoch, (epoch + 1) * per_epoch):
            inputs, transposed, targets, shares = batches.at(t)
            np.testing.assert_array_equal(inputs.transpose(0, 2, 1), transposed)
            np.testing.assert_array_equal(inputs[:, :1], targets)
            np.testing.assert_array_equal(targets + 1, shares)
            assert (inputs[:, -1] == 1).all()
            seen.append(targets[:, 0].copy())
        lengths = [batch.shape[1] for batch in seen]
        assert all(length == min(size or points, points) for length in lengths[:-1])
        assert 1 <= lengths[-1] <= min(size or points, points)
        for order in np.concatenate(seen, axis=1):
            assert sorted(order) == list(range(points))


def test_each_epoch_and_each_replica_has_an_order_of_its_own() -> None:
    seeds = ensemble_seeds(0, 3)
    batches = Batches(numbered(seeds, 12), 5, seeds, np.float64)
    orders = [np.concatenate([batches.at(3 * epoch + i)[2][:, 0].copy() for i in range(3)], axis=1)
              for epoch in range(2)]
    assert len({order.tobytes() for epoch in orders for order in epoch}) == 6


def trained(network_number: int, data: Data, config: TrainingConfig, seeds: np.ndarray) -> Trained:
    return drain(train(NETWORKS[network_number], data, config, seeds, frames=2))


@pytest.mark.parametrize("number", range(len(NETWORKS)))
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_for_every_batch_size_a_replica_is_the_same_alone_and_in_the_crowd(number: int, optimizer: str) -> None:
    seeds, points = ensemble_seeds(11, 9), 17
    outputs = NETWORKS[number].sizes[-1]

    def data(some: np.ndarray) -> Data:
        inputs = uniform(some, [-1, -1], [1, 1], points)
        yes = ((inputs**2).sum(axis=1, keepdims=True) < 0.5).astype(float)
        targets = yes if outputs == 1 else np.concatenate([yes, 1 - yes], axis=1)
        return Data(inputs, targets, (Axis("x1"), Axis("x2")), (Axis("y"),) * outputs)

    for size in range(1, points + 1):
        loss = "cross_entropy" if outputs == 2 else "squared_error"
        config = TrainingConfig(loss, optimizer, 0.05, 2 * updates_per_epoch(points, size) + 1, size,
                                dropout=0.3 if number == 1 else 0)
        crowded = trained(number, data(seeds), config, seeds)
        for place in (0, 8):
            alone = trained(number, data(seeds[place : place + 1]), config, seeds[place : place + 1])
            for one, many in zip(alone.weights, crowded.weights, strict=True):
                np.testing.assert_array_equal(one[0], many[place], err_msg=f"batches of {size}")
            assert alone.loss[0] == crowded.loss[place]


@pytest.mark.parametrize("size", [5, 7, 12, 30])
def test_each_step_goes_down_the_gradient_of_its_own_batchs_mean(size: int) -> None:
    seeds, points, rate = ensemble_seeds(2, 3), 12, 0.001
    data = replace(numbered(seeds, points), example_weights=None)
    steps = 2 * updates_per_epoch(points, size)
    config, network = TrainingConfig("squared_error", "sgd", rate, steps, size), dense(2, [4], 1, "tanh", "linear")
    run = drain(train(network, data, config, seeds, dtype=np.float64, frames=2 * steps + 1))
    batches = Batches(data, size, seeds, np.float64)
    for t, (before, after) in enumerate(pairwise(run.frames)):
        inputs, _, targets, _ = batches.at(t)
        by_hand = loss_gradients(network, before.weights, inputs[:, :-1], targets, "squared_error")
        for old, new, gradient in zip(before.weights, after.weights, by_hand, strict=True):
            np.testing.assert_allclose(old - new, rate * gradient, rtol=1e-9, atol=1e-12)


def test_a_smaller_batch_has_the_first_of_the_masks_columns() -> None:
    network, seeds = dense(2, [5, 4], 1, "relu", "sigmoid"), ensemble_seeds(0, 3)
    whole, cut = (Masks(network, 10, 0.3, seeds, np.float32) for _ in range(2))
    for t in range(40):  # more than are drawn at once
        size = 10 if t % 3 else 4
        masks, smaller = whole.at(t, 10), cut.at(t, size)
        for layer, mask in masks.items():
            np.testing.assert_array_equal(smaller[layer], mask[..., :size])


def test_labels_of_hidden_units_are_refused_with_batches() -> None:
    seeds = ensemble_seeds(0, 2)
    data = numbered(seeds, 12)
    training = train(NETWORKS[0], data, TrainingConfig(batch_size=5), seeds, labels=HiddenLabels(data.targets, 1.0))
    with pytest.raises(ValueError, match="leave batch_size None"):
        drain(training)
