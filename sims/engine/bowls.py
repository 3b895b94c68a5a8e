"""The loss surface of a linear neuron with two weights: a bowl that is known exactly, so that theory can be
checked.

The mean squared error of w'x is its smallest value plus d' G d at the distance d from the best weights,
where G is the mean of x x', half the Hessian (Bishop, *Pattern Recognition and Machine Learning*, 2006,
section 3.1).
"""

from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.training import Trained

NEURON = Network((2, 1), ("linear",), bias=False)


@dataclass(frozen=True)
class Bowl:
    """`gram` is G (R, 2, 2), `best` the weights at the bottom (R, 2), `least` the loss there (R,)."""

    gram: Array
    best: Array
    least: Array

    def loss(self, points: Array) -> Array:
        """The loss (R, ...) at pairs of weights (R, ..., 2), or (1, ..., 2) for all replicas alike."""
        inner = [1] * (points.ndim - 2)
        away = points - self.best.reshape(-1, *inner, 2)
        gram, least = self.gram.reshape(-1, *inner, 2, 2), self.least.reshape(-1, *inner)
        rise: Array = np.matmul(gram, away[..., None])[..., 0] * away
        loss: Array = least + rise.sum(axis=-1)
        return loss

    def surface(self, first: Array, second: Array) -> Array:
        """The loss over a grid, (R, second, first)."""
        return self.loss(np.stack(np.meshgrid(first, second), axis=-1)[None])

    @property
    def critical_rate(self) -> Array:
        """2 / (largest eigenvalue of the Hessian), (R,): plain full-batch descent converges below it only."""
        return 1 / np.linalg.eigvalsh(self.gram)[:, -1]

    @property
    def stretch(self) -> Array:
        """How many times as steep the bowl is in its steepest direction as in its flattest, (R,)."""
        eigenvalues = np.linalg.eigvalsh(self.gram)
        return eigenvalues[:, -1] / eigenvalues[:, 0]


def bowl(inputs: Array, targets: Array) -> Bowl:
    """The bowl of inputs (R, 2, N), one of which may be a row of ones, and targets (R, 1, N)."""
    points = inputs.shape[2]
    gram = inputs @ inputs.transpose(0, 2, 1) / points
    best = np.linalg.solve(gram, inputs @ targets.transpose(0, 2, 1) / points)[:, :, 0]
    least = ((np.einsum("rin,ri->rn", inputs, best) - targets[:, 0]) ** 2).mean(axis=1)
    return Bowl(gram, best, least)


def valley(seeds: Array, points: int, turn: float = 0.0, flat: float = 0.15,
           noise: float = 0.1) -> tuple[Data, list[Array]]:
    """Data whose bowl is a valley: inputs with a spread of 1 across and of `flat` along, turned by `turn`
    degrees.

    With it the weights to start from, (-1, -1); the best ones lie 2 across and 2 along from there. `noise`
    is the spread of what is added to the targets.
    """
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    spread = np.array([1, flat])[:, None]
    inputs = rotation @ draw(seeds, "valley", lambda rng: spread * rng.normal(size=(2, points)))  # (R, 2, N)
    added = draw(seeds, "valley noise", lambda rng: rng.normal(0, noise, (1, points)))
    targets = ((rotation @ np.array([2.0, 2.0]) - 1) @ inputs)[:, None] + added
    start = np.array([-1.0, -1.0, 0.0])[None, :, None]  # (1, 3, 1); the bias is not used
    return Data(inputs, targets, (Axis("x1"), Axis("x2")), (Axis("y"),)), [start]


def path(net: Trained, steps: int | None = None) -> Array:
    """The two weights of a neuron at each recorded step, (R, recorded, 2), nan from the step at which it
    diverged.

    With `steps` it has `steps` + 1 points, even where training ended early because all replicas diverged.
    """
    points = np.stack([frame.weights[0][:, :2, 0] for frame in net.frames], axis=1).astype(float)
    at = np.array([frame.step for frame in net.frames])
    points[(net.diverged_at[:, None] >= 0) & (at >= net.diverged_at[:, None])] = np.nan
    missing = 0 if steps is None else steps + 1 - points.shape[1]
    return np.concatenate([points, np.full((len(points), missing, 2), np.nan)], axis=1)


def every_step(steps: int) -> int:
    """How many frames to ask for so that every one of `steps` steps is recorded: they lie densest at the
    start."""
    return 2 * steps + 1
