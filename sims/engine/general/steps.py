"""Training steps that the plain loop does not make: batch normalisation with dropout, an order that is never shuffled,
and the slips of scripts that are written by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array, activate
from sims.engine.batches import Batches
from sims.engine.datasets import Data
from sims.engine.general.settings import NetworkParams
from sims.engine.losses import output_delta
from sims.engine.network import Network
from sims.engine.normalised import KEEP, Layer, layers_of
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.randomness import stream
from sims.engine.recording import train_by
from sims.engine.schedules import rate_at
from sims.engine.training import Training, TrainingConfig

Derivative = Callable[[Array, Array], Array]  # (pre-activations, activations) to what stands for the derivative
GIVEN_Z: dict[str, Derivative] = {"sigmoid": lambda z, a: z * (1 - z), "tanh": lambda z, a: 1 - z * z}
GIVEN_A: dict[str, Derivative] = {"sigmoid": lambda z, a: activate("sigmoid", a) * (1 - activate("sigmoid", a)),
                             "tanh": lambda z, a: 1 - np.tanh(a) ** 2}
DERIVATIVES: dict[str, dict[str, Derivative]] = {
    "derivative_given_z": GIVEN_Z, "derivative_given_a": GIVEN_A,
    "derivative_missing": dict.fromkeys(ACTIVATIONS, lambda z, a: np.ones_like(a)),
}


@dataclass
class SlippedLayer(Layer):
    """A layer that computes what it passes down with a wrong derivative, or with weights that have already changed."""

    slip: str = "none"
    rate: float = 0.0

    def backward(self, delta: Array, out: Layer, fused: bool) -> Array:
        """The derivative by the inputs, as a script with this slip has it; those by the parameters go to `out`."""
        wrong = DERIVATIVES.get(self.slip, {}).get(self.name)
        if wrong and not fused:
            z = self.weights.transpose(0, 2, 1) @ self.left["input"] + self.shift
            delta, fused = delta * wrong(z, self.left["output"]), True
        below = super().backward(delta, out, fused)
        if self.slip == "early_update":
            if not fused:
                delta = ACTIVATIONS[self.name].backward(self.left["output"], delta)
            return (self.weights - self.rate * out.weights) @ delta
        return below


class Steps:
    """The arrays of a training, and its update step by step."""

    def __init__(self, network: Network, data: Data, config: TrainingConfig, params: NetworkParams, seeds: Array,
                 start: list[Array]) -> None:
        self.network, self.config, self.params = network, config, params
        plain, self.flat = layers_of(network, start, params.batch_norm, np.float32)
        self.layers: list[Layer] = [slipped(layer, params, config.rate_of()) for layer in plain]
        self.gradients, self.gradient = layers_of(network, [np.zeros_like(w) for w in start], params.batch_norm,
                                                  np.float32)
        self.gradient[:] = 0
        self.first, self.kept = self.flat.copy(), np.zeros_like(self.flat)
        rate = rate_at(config, config.rate_of())
        self.optimize = OPTIMIZERS[config.optimizer](self.flat.size, np.float32, rate, config.momentum)
        self.batches = Batches(data, config.batch_size, seeds, np.float32)
        if params.order != "shuffled":
            self.batches.keep_order()
        self.dice = [stream(seed, "dropout") for seed in seeds] if config.dropout else []
        self.settle(data.inputs.astype(np.float32))

    def settle(self, inputs: Array) -> None:
        """Let the running averages of batch normalisation start with all the examples."""
        if self.params.batch_norm:
            self.forward(inputs, {})
            for layer in self.layers:
                layer.follow(0.0)

    def forward(self, inputs: Array, masks: dict[int, Array]) -> Array:
        """The outputs (R, n_out, B) in training, and in each layer what its way back needs."""
        a = inputs
        for number, layer in enumerate(self.layers):
            a = layer.forward(a, training=True)
            if number in masks:
                a = a * masks[number]
        return a

    def update(self, t: int) -> None:
        """One step; t counts from 0."""
        slip = self.params.slip
        if slip == "weights_made_anew" and t % self.batches.per_epoch == 0:
            self.flat[:] = self.first
        inputs, _, targets, shares = self.batches.at(t)
        if slip == "targets_broadcast":
            targets = np.broadcast_to(targets.mean(axis=2, keepdims=True), targets.shape)
        masks = masks_of(self.network, self.dice, inputs.shape[-1], self.config.dropout)
        self.backward(self.forward(inputs[:, :-1], masks), targets, shares, masks)
        for layer in self.layers:
            layer.follow(KEEP)
        self.slip_gradients(slip)
        if slip != "never_updated":
            self.optimize(self.flat, self.gradient, t + 1)

    def backward(self, outputs: Array, targets: Array, shares: Array, masks: dict[int, Array]) -> None:
        """The gradient of the batch's mean loss, into `gradient`; `shares` (R, 1, B) are the examples' weights."""
        delta, fused = output_delta(self.config.loss, self.layers[-1].name, outputs, targets)
        delta = delta * shares / np.float32(targets.shape[-1])
        for number in reversed(range(len(self.layers))):
            if number in masks:
                delta = delta * masks[number]
            delta = self.layers[number].backward(delta, self.gradients[number], fused)
            fused = False

    def slip_gradients(self, slip: str) -> None:
        """Add what the loss's penalty asks for, leave out what is not trained, and make the slips of gradients."""
        for layer, gradient in zip(self.layers, self.gradients, strict=True):
            if self.config.l2:
                gradient.weights += np.float32(self.config.l2) * layer.weights
            if slip == "biases_fixed" or not self.network.bias:
                gradient.shift[:] = 0
        if slip == "hidden_fixed":
            for gradient in self.gradients[:-1]:
                gradient.weights[:], gradient.scale[:], gradient.shift[:] = 0, 0, 0
        if slip == "wrong_sign":
            np.negative(self.gradient, self.gradient)
        if slip == "gradients_kept":
            self.kept += self.gradient
            self.gradient[:] = self.kept

    def folded(self) -> list[Array]:
        """The weights (R, n_in + 1, n_out) of the dense network that computes the same."""
        return [layer.folded() for layer in self.layers]


def masks_of(network: Network, dice: list[np.random.Generator], points: int, rate: float) -> dict[int, Array]:
    """Dropout's masks for a step, {hidden layer: (R, units, points)} of 0 and 1 / (1 - rate), from each replica's own
    generator; none without generators."""
    if not dice:
        return {}
    return {layer: np.stack([rng.random((units, points), np.float32) >= rate for rng in dice]) / np.float32(1 - rate)
            for layer, units in enumerate(network.sizes[1:-1])}


def slipped(layer: Layer, params: NetworkParams, rate: float) -> Layer:
    """A layer with the slip of training code that the settings name, where that is one of its own."""
    if params.slip not in DERIVATIVES and params.slip != "early_update":
        return layer
    parts: dict[str, Any] = vars(layer)
    return SlippedLayer(**parts, slip=params.slip, rate=rate)


def train_with_steps(network: Network, data: Data, config: TrainingConfig, params: NetworkParams, seeds: Array,
                     start: list[Array], validation: Data | None, frames: int) -> Training:
    """Train with steps of this kind, recorded as `train` does."""
    steps = Steps(network, data, config, params, seeds, start)
    return (yield from train_by(network, data, config, steps.update, steps.folded, frames=frames,
                                validation=validation))
