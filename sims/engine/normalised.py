"""Batch normalisation of hidden layers, forward and backward, for R replicas at once (Ioffe and Szegedy,
2015).

A unit's pre-activation z is normalised over the batch, z' = (z - mean) / sqrt(variance + eps), then scaled
and shifted by two learned numbers, y = scale z' + shift. With g the loss's derivative by y and N examples,
that by z is scale / sqrt(variance + eps) (g - mean(g) - z' mean(g z')). When the network is used, running
averages stand in for the batch; then all of it can be folded into ordinary weights.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array
from sims.engine.batches import Batches
from sims.engine.datasets import Data
from sims.engine.losses import output_delta
from sims.engine.network import Network
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.recording import train_by
from sims.engine.schedules import rate_at
from sims.engine.training import Frame, Trained, TrainingConfig

EPS = 1e-5
KEEP = 0.9  # of the running averages at each step
FRAMES = 30


@dataclass
class Layer:
    """One layer of R replicas: weights (R, n_in, n_out), scale and shift (R, n_out, 1), and running averages;
    `left` is what the last forward pass left for the backward one."""

    name: str
    normed: bool
    weights: Array
    scale: Array
    shift: Array
    mean: Array
    variance: Array
    left: dict[str, Array] = field(default_factory=dict)

    def forward(self, a: Array, training: bool) -> Array:
        """The activations (R, n_out, B) of inputs (R, n_in, B)."""
        z = self.weights.transpose(0, 2, 1) @ a
        if self.normed:
            mean, variance = self.mean, self.variance
            if training:
                mean = np.add.reduce(z, axis=2, keepdims=True) / z.shape[2]
            z -= mean
            if training:
                variance = np.add.reduce(z * z, axis=2, keepdims=True) / z.shape[2]
            self.left["deviation"] = np.sqrt(variance + EPS)
            z /= self.left["deviation"]
            self.left.update(z=z, mean=mean, variance=variance)
            z = z * self.scale
        z += self.shift
        ACTIVATIONS[self.name].apply(z)
        self.left.update(input=a, output=z)
        return z

    def backward(self, delta: Array, out: "Layer", fused: bool) -> Array:
        """The derivative by the inputs, from that by the activations; those by the parameters go to `out`."""
        if not fused:
            delta = ACTIVATIONS[self.name].backward(self.left["output"], delta)
        delta.sum(axis=2, keepdims=True, out=out.shift)
        if self.normed:
            z = self.left["z"]
            (delta * z).sum(axis=2, keepdims=True, out=out.scale)
            along = out.scale / z.shape[2]
            delta = (delta - out.shift / z.shape[2] - z * along) * (self.scale / self.left["deviation"])
        np.matmul(self.left["input"], delta.transpose(0, 2, 1), out=out.weights)
        return self.weights @ delta

    def follow(self, keep: float) -> None:
        """Let the running averages keep a share of what they were and take the rest from the last batch."""
        if self.normed:
            self.mean += (1 - keep) * (self.left["mean"] - self.mean)
            self.variance += (1 - keep) * (self.left["variance"] - self.variance)

    def folded(self) -> Array:
        """The ordinary weights (R, n_in + 1, n_out) that do what the layer does by its running averages."""
        factor = self.scale / np.sqrt(self.variance + EPS) if self.normed else np.ones_like(self.scale)
        bias = self.shift - self.mean * factor
        return np.concatenate((self.weights * factor.transpose(0, 2, 1), bias.transpose(0, 2, 1)), axis=1)


def layers_of(network: Network, start: list[Array], normed: bool, dtype: type) -> tuple[list[Layer], Array]:
    """The layers at their start, hidden ones normalised or not, and the flat vector that all parameters are
    in."""
    replicas = len(start[0])
    sizes = [w[:, :-1].size + 2 * replicas * w.shape[2] for w in start]
    flat, layers, first = np.zeros(sum(sizes), dtype), [], 0
    for i, (w, name) in enumerate(zip(start, network.activations, strict=True)):
        n_in, n_out = w.shape[1] - 1, w.shape[2]
        edges = np.cumsum([first, replicas * n_in * n_out, replicas * n_out, replicas * n_out])
        weights, scale, shift = (flat[a:b].reshape(replicas, -1, n_out if k == 0 else 1)
                                 for k, (a, b) in enumerate(pairwise(edges)))
        weights[:], scale[:], shift[:] = w[:, :-1], 1, w[:, -1:].transpose(0, 2, 1)
        mean, variance = np.zeros_like(shift), np.ones_like(shift)
        layers.append(Layer(name, normed and i < len(start) - 1, weights, scale, shift, mean, variance))
        first = int(edges[-1])
    return layers, flat


def forward(layers: list[Layer], inputs: Array, training: bool) -> Array:
    """The outputs (R, n_out, B); in training by the batch's own statistics, else by running averages."""
    a = inputs
    for layer in layers:
        a = layer.forward(a, training)
    return a


def backward(layers: list[Layer], gradients: list[Layer], loss: str, targets: Array, weights: Array) -> None:
    """The gradient of the mean loss after a forward pass in training, into the parameters of `gradients`; `weights`
    (R, 1, B) are the examples' own."""
    delta, fused = output_delta(loss, layers[-1].name, layers[-1].left["output"], targets)
    delta = delta * weights / targets.shape[-1]
    for layer, out in zip(reversed(layers), reversed(gradients), strict=True):
        delta = layer.backward(delta, out, fused)
        fused = False


def train_normalised(network: Network, data: Data, config: TrainingConfig, seeds: Array, start: list[Array],
                     name: str, frames: int = FRAMES) -> Generator[Frame, None, tuple[Trained, list[Layer]]]:
    """Train with batch normalisation of the hidden layers, from weights (R, n_in + 1, n_out), on shuffled batches of
    `config.batch_size`; recorded folded. With it come the layers as they end up. `ValueError` where `config` asks for
    what is not built in here: l1, l2, weight decay, dropout, or a learning rate for each replica."""
    if config.l1 or config.l2 or config.weight_decay or config.dropout or isinstance(config.learning_rate, np.ndarray):
        raise ValueError("batch normalisation takes no l1, l2 or dropout, and one learning rate for all replicas")
    layers, flat = layers_of(network, start, True, np.float32)
    gradients, gradient = layers_of(network, [np.zeros_like(w) for w in start], True, np.float32)
    rate = rate_at(config, config.rate_of())
    optimize = OPTIMIZERS[config.optimizer](flat.size, np.float32, rate, config.momentum)
    batches = Batches(data, config.batch_size, seeds, np.float32)

    def update(t: int) -> None:
        inputs, _, targets, example_weights = batches.at(t)
        forward(layers, inputs[:, :-1], training=True)
        backward(layers, gradients, config.loss, targets, example_weights)
        for layer in layers:
            layer.follow(KEEP)
        optimize(flat, gradient, t + 1)

    def folded() -> list[Array]:
        return [layer.folded() for layer in layers]

    forward(layers, data.inputs.astype(np.float32), training=True)
    for layer in layers:
        layer.follow(0.0)  # the running averages start with all the examples
    trained = yield from train_by(network, data, config, update, folded, name, frames)
    return trained, layers
