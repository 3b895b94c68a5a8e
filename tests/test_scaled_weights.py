"""All weights times k: losses on paper, and a layer's factor divided out of the next."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.registry import find
from sims.scaled_weights import loss_at, rebalanced, times

EXPERIMENT = find("scaled_weights")


def test_the_loss_at_a_factor_is_the_loss_of_scaled_logits() -> None:
    z, y = np.array([[1.0, -2.0]]), np.array([[[1.0, 1.0]]])
    expected = [np.mean(np.log1p(np.exp(-k * z[0]))) for k in (1, 3)]
    assert loss_at(z, y, np.array([1.0, 3.0]))[0] == pytest.approx(expected)


@pytest.mark.parametrize(("activation", "same"), [("relu", True), ("tanh", False)])
def test_a_factor_is_divided_out_behind_relu_and_not_behind_tanh(activation: str, same: bool) -> None:
    network = dense(2, [4], 1, activation, "sigmoid")
    weights = tuple(layer.astype(np.float32) for layer in initial_weights(network, np.arange(2)))
    x = np.random.default_rng(0).normal(size=(2, 2, 50)).astype(np.float32)
    before, after = outputs(network, weights, x), outputs(network, rebalanced(weights, 3.0, back=True), x)
    assert (np.abs(before - after).max() < 1e-5) == same


def test_a_factor_of_one_changes_nothing() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(factor=1, steps=20), seed=2, replicas=3).metrics
    assert np.array_equal(m.loss, m.loss_scaled)
    assert np.all(m.network_changed == 0)
    assert times((np.ones((1, 2, 1)),), 2.5)[0].tolist() == [[[2.5], [2.5]]]
