"""Dense networks, R replicas at once: their weights, activations and outputs.

Arrays are units x points with the replica axis first: activations (R, units + 1, N), whose last row is ones, so that
a layer's weights (R, n_in + 1, n_out) carry the bias in their last row. In memory the unit axis comes first, which
makes the rows without the ones one contiguous block: numpy's elementwise functions are then several times faster.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array
from sims.engine.losses import losses
from sims.engine.memory import aligned
from sims.engine.products import weighted_sums
from sims.engine.randomness import stream


@dataclass(frozen=True)
class Network:
    """An architecture: `sizes` from input to output, one activation name for each layer after the input."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    bias: bool = True

    def __post_init__(self) -> None:
        if len(self.sizes) != len(self.activations) + 1 or min(self.sizes) < 1:
            raise ValueError(f"{len(self.sizes)} sizes need {len(self.sizes) - 1} activations, not {self.activations}")
        if unknown := set(self.activations) - set(ACTIVATIONS):
            raise ValueError(f"unknown activation {unknown.pop()!r}; known: {', '.join(ACTIVATIONS)}")

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(n_in + 1, n_out) of each layer's weights."""
        return tuple((n_in + 1, n_out) for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False))

    @property
    def parameters(self) -> int:
        """The number of weights and biases that training may change."""
        return sum((n_in if self.bias else n_in - 1) * n_out for n_in, n_out in self.shapes)


def dense(n_in: int, hidden: Sequence[int], n_out: int, activation: str, output: str, bias: bool = True) -> Network:
    """The usual network: the same activation in every hidden layer, another one at the output."""
    return Network((n_in, *hidden, n_out), (*[activation] * len(hidden), output), bias)


def with_linear_output(network: Network) -> Network:
    """The network up to its last pre-activations, from which a loss loses no digits."""
    return replace(network, activations=(*network.activations[:-1], "linear"))


def unit_names(count: int) -> Array:
    """What pictures call the units of a hidden layer: unit 1, unit 2 ..."""
    return np.array([f"unit {i + 1}" for i in range(count)])


def initial_weights(network: Network, seeds: Array, scale: float = 1.0, purpose: str = "weights") -> list[Array]:
    """Random weights of every layer, (R, n_in + 1, n_out) in float64; biases start at zero.

    Glorot and Bengio (2010): uniform within sqrt(6 / (n_in + n_out)); for ReLU, He et al. (2015): normal with
    standard deviation sqrt(2 / n_in). `scale` multiplies both.
    """
    weights = [np.zeros((len(seeds), *shape)) for shape in network.shapes]
    for r, seed in enumerate(seeds):
        rng = stream(seed, purpose)
        for layer, activation in zip(weights, network.activations, strict=True):
            n_in, n_out = layer.shape[1] - 1, layer.shape[2]
            if activation in ("relu", "leaky_relu"):
                layer[r, :-1] = scale * rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
            else:
                reach = scale * np.sqrt(6 / (n_in + n_out))
                layer[r, :-1] = rng.uniform(-reach, reach, (n_in, n_out))
    return weights


def with_ones(units: int, replicas: int, points: int, dtype: Any) -> Array:
    """An activation array (R, units + 1, N) whose last row is ones; its memory has the unit axis first."""
    made = aligned((units + 1, replicas, points), dtype)
    made.fill(1)
    return made.transpose(1, 0, 2)


def buffers(network: Network, inputs: Array, replicas: int, dtype: Any) -> list[Array]:
    """Activation arrays for `forward`, the first one holding the inputs and its row of ones.

    `inputs` is (R, n_in, N), or (1, n_in, N) where all replicas share them.
    """
    points = inputs.shape[-1]
    made = [with_ones(network.sizes[0], len(inputs), points, dtype)]
    made[0][:, :-1] = inputs
    return made + [with_ones(size, replicas, points, dtype) for size in network.sizes[1:]]


def forward(network: Network, weights: Sequence[Array], a: list[Array], z: list[Array] | None = None) -> Array:
    """Fill the activations `a[1:]` from `a[0]`, in place; return the outputs (R, n_out, N).

    Where a list `z` is given, each layer's pre-activations are appended to it as copies.
    """
    for layer, name in enumerate(network.activations):
        out = a[layer + 1][:, :-1]  # (R, n_out, N)
        weighted_sums(*out.shape[1:])(weights[layer].transpose(0, 2, 1), a[layer], out)
        if z is not None:
            z.append(out.copy())
        ACTIVATIONS[name].apply(out)
    return a[-1][:, :-1]


def outputs(network: Network, weights: Sequence[Array], inputs: Array) -> Array:
    """The network's outputs (R, n_out, N) for inputs (R, n_in, N)."""
    return forward(network, weights, buffers(network, inputs, len(weights[0]), weights[0].dtype))


def hidden_activations(network: Network, weights: Sequence[Array], inputs: Array, layer: int = 0) -> Array:
    """The activations of one hidden layer (R, units, N), counted from 0 at the first hidden layer."""
    a = buffers(network, inputs, len(weights[0]), weights[0].dtype)
    forward(network, weights, a)
    return a[layer + 1][:, :-1]


def outputs_with(network: Network, weights: Sequence[Array], inputs: Array, units: Mapping[int, Array]) -> Array:
    """The outputs (R, n_out, N) when values (R, N) or (R, 1) stand in some units of the first hidden layer, {unit:
    values}, in place of their activations."""
    a = buffers(network, inputs, len(weights[0]), weights[0].dtype)
    forward(network, weights, a)
    for unit, values in units.items():
        a[1][:, unit] = values
    above = Network(network.sizes[1:], network.activations[1:], network.bias)
    return forward(above, weights[1:], a[1:])


def mean_loss(network: Network, weights: Sequence[Array], inputs: Array, targets: Array, loss: str,
              example_weights: Array | None = None) -> Array:
    """The loss of each replica (R,), averaged over its examples, weighed by `example_weights` as in `Data`."""
    z = outputs(with_linear_output(network), weights, inputs)
    return losses(loss, network.activations[-1], z, targets, example_weights).mean(axis=-1)
