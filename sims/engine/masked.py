"""A network with one hidden layer in which some connections are left out: R replicas, each with a mask of its own."""

from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.network import Network, initial_weights
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.training import recorded_steps
from sims.engine.untrained import training_is_left_out


@dataclass(frozen=True)
class Recorded:
    """The weights at the recorded steps: `steps` (k,), and for each step both layers (R, n_in + 1, n_out)."""

    steps: list[int]
    weights: list[tuple[Array, Array]]


def masked_start(network: Network, seeds: Array, mask: Array) -> list[Array]:
    """Random starting weights, those of left-out connections zero: mask (R, n_in, hidden) of 0 and 1."""
    first, second = initial_weights(network, seeds)
    first[:, :-1] *= mask
    return [first, second]


def gradients(first: Array, second: Array, mask: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """The slopes of the mean log loss of a tanh layer and one sigmoid output by the weights of both layers, left-out
    connections zero: x (R, n_in + 1, N) with its row of ones, y (R, 1, N), mask (R, n_in, hidden)."""
    points = x.shape[2]
    a = np.tanh(np.matmul(first.transpose(0, 2, 1), x))  # (R, hidden, N)
    z = np.matmul(second[:, :-1].transpose(0, 2, 1), a) + second[:, -1:]  # (R, 1, N)
    delta = (activate("sigmoid", z) - y) / points
    into = np.concatenate((np.matmul(a, delta.transpose(0, 2, 1)), delta.sum(axis=2, keepdims=True)), axis=1)
    back = second[:, :-1] * delta * (1 - a * a)  # (R, hidden, N)
    slope = np.matmul(x, back.transpose(0, 2, 1))
    slope[:, :-1] *= mask
    return slope, into


def train_masked(network: Network, start: list[Array], mask: Array, inputs: Array, targets: Array, rate: float,
                 steps: int, frames: int = 30) -> Recorded:
    """Train by Adam on all examples at once, inputs (R, n_in, N), targets (R, 1, N); a left-out connection stays out.

    `ValueError` for any network but one hidden tanh layer and one sigmoid output.
    """
    if network.activations != ("tanh", "sigmoid") or network.sizes[-1] != 1:
        raise ValueError("masks are for one hidden tanh layer and one sigmoid output")
    shapes = [layer.shape for layer in start]
    sizes = [layer.size for layer in start]
    flat = np.concatenate([layer.ravel() for layer in start]).astype(np.float32)
    first, second = flat[: sizes[0]].reshape(shapes[0]), flat[sizes[0] :].reshape(shapes[1])
    x = np.concatenate((inputs, np.ones_like(inputs[:, :1])), axis=1).astype(np.float32)
    y, kept = targets.astype(np.float32), mask.astype(np.float32)
    step = OPTIMIZERS["adam"](flat.size, np.float32, lambda t: rate, 0)
    at = recorded_steps(steps, frames)
    done, weights = 0, []
    for goal in at:
        for t in range(done, done if training_is_left_out() else goal):
            slopes = gradients(first, second, kept, x, y)
            step(flat, np.concatenate([slope.ravel() for slope in slopes]), t + 1)
        done = goal
        weights.append((first.copy(), second.copy()))
    return Recorded(at, weights)
