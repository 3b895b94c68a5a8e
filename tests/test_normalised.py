"""Batch normalisation: its gradients against finite differences, its folding, and what it normalises."""

import numpy as np
import pytest

from sims.engine.activations import Array
from sims.engine.losses import losses
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.normalised import Layer, backward, forward, layers_of

SEEDS = np.arange(3)
POINTS = 7
WEIGHTS = np.random.default_rng(1).uniform(0, 3, (3, 1, POINTS))  # of the examples


def some(activation: str, normed: bool) -> tuple[list[Layer], Array, list[Layer], Array, Array, Array]:
    """Layers in float64 with scales and shifts off their start, their gradients, inputs and targets."""
    rng = np.random.default_rng(0)
    network = dense(2, [4, 3], 1, activation, "sigmoid")
    start = initial_weights(network, SEEDS)
    layers, flat = layers_of(network, start, normed, np.float64)
    gradients, gradient = layers_of(network, start, normed, np.float64)
    gradient[:] = 0
    for layer in layers:
        layer.scale += rng.normal(0, 0.3, layer.scale.shape)
        layer.shift += rng.normal(0, 0.3, layer.shift.shape)
    inputs = rng.normal(size=(3, 2, POINTS))
    targets = (rng.random((3, 1, POINTS)) < 0.5).astype(float)
    return layers, flat, gradients, gradient, inputs, targets


def mean_loss(layers: list[Layer], inputs: Array, targets: Array) -> float:
    """The mean loss, summed over the replicas, in training."""
    out = forward(layers, inputs, training=True)
    return float(losses("log_loss", "sigmoid", np.log(out / (1 - out)), targets, WEIGHTS).mean(axis=-1).sum())


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "leaky_relu"])
@pytest.mark.parametrize("normed", [True, False])
def test_gradients_are_the_finite_differences(activation: str, normed: bool) -> None:
    layers, flat, gradients, gradient, inputs, targets = some(activation, normed)
    forward(layers, inputs, training=True)
    backward(layers, gradients, "log_loss", targets, WEIGHTS)
    step, numeric = 1e-6, np.zeros_like(flat)
    for i in range(flat.size):
        flat[i] += step
        above = mean_loss(layers, inputs, targets)
        flat[i] -= 2 * step
        numeric[i] = (above - mean_loss(layers, inputs, targets)) / (2 * step)
        flat[i] += step
    assert np.abs(gradient).max() > 0.01
    np.testing.assert_allclose(gradient, numeric, atol=1e-8)


def test_hidden_pre_activations_have_mean_0_and_variance_1_in_a_batch() -> None:
    layers, _, _, _, inputs, _ = some("tanh", normed=True)
    forward(layers, inputs, training=True)
    for layer in layers[:-1]:
        z = layer.left["z"]
        np.testing.assert_allclose(z.mean(axis=2), 0, atol=1e-12)
        np.testing.assert_allclose(z.var(axis=2), 1, rtol=1e-3)
    assert "z" not in layers[-1].left  # the output layer is never normalised


@pytest.mark.parametrize("normed", [True, False])
def test_folded_weights_compute_the_same(normed: bool) -> None:
    layers, _, _, _, inputs, _ = some("tanh", normed)
    forward(layers, inputs, training=True)
    for layer in layers:
        layer.follow(0.5)
    folded = outputs(dense(2, [4, 3], 1, "tanh", "sigmoid"), [layer.folded() for layer in layers], inputs)
    np.testing.assert_allclose(folded, forward(layers, inputs, training=False), atol=1e-12)
