"""Data: what a network is trained on, in the layout of the engine, with the names and units that people read."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.randomness import draw


@dataclass(frozen=True)
class Axis:
    """One input or output as people read it: value in `unit` = `offset` + `scale` times what the network sees.

    `low` and `high` bound what pictures show, in `unit`.
    """

    name: str
    unit: str = ""
    low: float = -1.0
    high: float = 1.0
    offset: float = 0.0
    scale: float = 1.0

    @property
    def title(self) -> str:
        """The name with its unit, as an axis shows it."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True)
class Data:
    """Examples of R replicas: `inputs` (R, n_in, N), `targets` (R, n_out, N), as the network sees them.

    A first axis of 1 means that all replicas share the examples. `example_weights` (R, 1, N) multiply the examples'
    losses, or (R, n_out, N) each output's part of them, in training and in what is shown of it.
    """

    inputs: Array
    targets: Array
    axes: tuple[Axis, ...]
    target_axes: tuple[Axis, ...]
    example_weights: Array | None = None

    def part(self, part: slice) -> "Data":
        """The examples of some of the replicas."""
        def cut(array: Array) -> Array:
            return array if len(array) == 1 else array[part]

        weights = None if self.example_weights is None else cut(self.example_weights)
        return replace(self, inputs=cut(self.inputs), targets=cut(self.targets), example_weights=weights)

    def astype(self, dtype: Any) -> "Data":
        """The examples in another precision."""
        weights = None if self.example_weights is None else self.example_weights.astype(dtype)
        inputs, targets = self.inputs.astype(dtype), self.targets.astype(dtype)
        return replace(self, inputs=inputs, targets=targets, example_weights=weights)

    def examples(self, first: int, last: int) -> "Data":
        """The examples from `first` to `last`, for a split into training and validation."""
        weights = None if self.example_weights is None else self.example_weights[..., first:last]
        return replace(self, inputs=self.inputs[..., first:last], targets=self.targets[..., first:last],
                       example_weights=weights)


def uniform(seeds: Array, low: list[float], high: list[float], points: int, purpose: str = "data") -> Array:
    """Inputs drawn evenly between `low` and `high`, each replica its own: (R, len(low), points)."""
    return draw(seeds, purpose, lambda rng: rng.uniform(low, high, (points, len(low))).T)


def standardised(values: Array, axes: tuple[Axis, ...]) -> Array:
    """Values in their units (R, n, N) as the network sees them, by the axes' offset and scale."""
    offset = np.array([axis.offset for axis in axes])[:, None]
    scale = np.array([axis.scale for axis in axes])[:, None]
    return (values - offset) / scale


def even_axis(name: str, unit: str, low: float, high: float) -> Axis:
    """An axis whose values are drawn evenly from `low` to `high`, standardised by that distribution's mean and
    standard deviation, (high - low) / sqrt(12)."""
    return Axis(name, unit, low, high, offset=(low + high) / 2, scale=(high - low) / 12**0.5)


def coin_flips(seeds: Array, probability: Array, purpose: str = "labels") -> Array:
    """Yes-or-no labels drawn with the given probabilities (R, n, N), each replica with its own stream."""
    thrown: Any = draw(seeds, purpose, lambda rng: rng.random(probability.shape[1:]))
    return (thrown < probability).astype(float)


def shuffled(data: Data, seeds: Array) -> Data:
    """The examples with each replica's labels in an order of its own, so that inputs tell nothing about them: what a
    measurement finds there, it finds in the absence of anything to learn. An example's weight goes with its label."""
    points = data.targets.shape[-1]
    order = draw(seeds, "shuffled labels", lambda rng: rng.permutation(points))[:, None]  # (R, 1, N)

    def moved(array: Array) -> Array:
        return np.take_along_axis(np.broadcast_to(array, (len(seeds), *array.shape[1:])), order, axis=-1)

    weights = None if data.example_weights is None else moved(data.example_weights)
    return replace(data, targets=moved(data.targets), example_weights=weights)


def noisy_logistic(seeds: Array, points: int, purpose: str, slope: float = 3.0) -> tuple[Data, Array]:
    """Two inputs, even over -1 to 1, and a yes or no drawn with probability sigmoid(slope * (x1 + x2)); with it
    that probability, (R, 1, N), which no network gets to see."""
    inputs = uniform(seeds, [-1, -1], [1, 1], points, purpose)
    chance = activate("sigmoid", slope * inputs.sum(axis=1, keepdims=True))
    labels = coin_flips(seeds, chance, purpose + " labels")
    return Data(inputs, labels, (Axis("x1"), Axis("x2")), (Axis("yes", low=0, high=1),)), chance
