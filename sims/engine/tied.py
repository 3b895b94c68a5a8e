"""The tied model of superposition: features are squeezed through a few linear units and restored by the same weights.

Elhage et al. (2022): x' = ReLU(W^T W x + b), with or without the ReLU, trained by Adam on the squared error.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.randomness import draw

SAMPLE = 2048  # examples of each replica
BATCH = 128


@dataclass
class Tied:
    """The model of R replicas: the weights (R, hidden, n), the output biases (R, n), and how they learn."""

    flat: Array
    weights: Array
    bias: Array
    relu: bool

    def layers(self) -> list[Array]:
        """The layers (R, n_in + 1, n_out) of the dense network that computes what the tied model does."""
        no_bias = np.zeros((len(self.weights), 1, self.weights.shape[1]))
        into = np.concatenate((self.weights.transpose(0, 2, 1), no_bias), axis=1)
        return [into, np.concatenate((self.weights, self.bias[:, None]), axis=1)]


def start(seeds: Array, features: int, hidden: int, relu: bool) -> Tied:
    """Small random directions (Glorot and Bengio, 2010) and no bias, in one flat vector for the optimizer."""
    replicas, size = len(seeds), len(seeds) * hidden * features
    flat = np.zeros(size + replicas * features, np.float32)
    weights = flat[:size].reshape(replicas, hidden, features)
    deviation = np.sqrt(2 / (features + hidden))
    weights[:] = draw(seeds, "weights", lambda rng: rng.normal(0, deviation, (hidden, features)))
    return Tied(flat, weights, flat[size:].reshape(replicas, features), relu)


def updates(model: Tied, examples: Array, importance: Array, rate: float) -> Callable[[int], None]:
    """A function that makes one step of Adam on the next batch of the examples (R, n, N)."""
    batches = [np.ascontiguousarray(examples[:, :, i : i + BATCH]) for i in range(0, SAMPLE, BATCH)]
    optimize = OPTIMIZERS["adam"](model.flat.size, np.float32, lambda step: rate, 0)
    gradient = np.empty_like(model.flat)
    for_weights = gradient[: model.weights.size].reshape(model.weights.shape)
    for_bias = gradient[model.weights.size :].reshape(model.bias.shape)
    factor = (2 * importance / BATCH).astype(np.float32)[:, None]

    def update(t: int) -> None:
        x, w = batches[t % len(batches)], model.weights
        hidden = w @ x  # (R, hidden, B)
        z = w.transpose(0, 2, 1) @ hidden
        z += model.bias[:, :, None]
        delta = z - x if not model.relu else (np.maximum(z, 0) - x) * (z > 0)
        delta *= factor  # (R, n, B)
        for_weights[:] = hidden @ delta.transpose(0, 2, 1) + (w @ delta) @ x.transpose(0, 2, 1)
        delta.sum(axis=2, out=for_bias)
        optimize(model.flat, gradient, t + 1)

    return update
