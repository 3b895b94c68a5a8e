"""Optimizers: each makes a function that moves one flat parameter vector in place, given its gradient.

A flat vector means one call for all layers and replicas: for tiny networks the number of calls is the cost. The
learning rate is a function of the step, a number or one for each parameter.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.schedules import RateAt

Step = Callable[[Array, Array, int], None]  # (weights, gradient, step counted from 1), changes the weights


def sgd(size: int, dtype: Any, rate: RateAt, momentum: float) -> Step:
    """Plain gradient descent: w <- w - rate * g."""

    def step(w: Array, g: Array, t: int) -> None:
        np.multiply(g, dtype(rate(t)), g)
        w -= g

    return step


def with_momentum(size: int, dtype: Any, rate: RateAt, momentum: float) -> Step:
    """Heavy-ball momentum (Polyak, 1964): v <- momentum * v + g; w <- w - rate * v."""
    velocity = np.zeros(size, dtype)

    def step(w: Array, g: Array, t: int) -> None:
        np.multiply(velocity, dtype(momentum), velocity)
        np.add(velocity, g, velocity)
        np.multiply(velocity, dtype(rate(t)), g)
        w -= g

    return step


def nesterov(size: int, dtype: Any, rate: RateAt, momentum: float) -> Step:
    """Nesterov momentum as libraries compute it (Sutskever et al., 2013): v <- momentum * v + g;
    w <- w - rate * (g + momentum * v)."""
    velocity, ahead = np.zeros((2, size), dtype)

    def step(w: Array, g: Array, t: int) -> None:
        np.multiply(velocity, dtype(momentum), velocity)
        np.add(velocity, g, velocity)
        np.multiply(velocity, dtype(momentum), ahead)
        np.add(g, ahead, g)
        np.multiply(g, dtype(rate(t)), g)
        w -= g

    return step


def rmsprop(size: int, dtype: Any, rate: RateAt, momentum: float) -> Step:
    """RMSprop (Tieleman and Hinton, 2012): s <- 0.9 s + 0.1 g^2; w <- w - rate * g / (sqrt(s) + 1e-8).

    0.9 is Keras' default too; PyTorch's is 0.99.
    """
    squares, scratch = np.zeros((2, size), dtype)

    def step(w: Array, g: Array, t: int) -> None:
        np.multiply(g, g, scratch)
        np.subtract(scratch, squares, scratch)
        np.multiply(scratch, dtype(0.1), scratch)
        np.add(squares, scratch, squares)
        np.sqrt(squares, scratch)
        np.add(scratch, dtype(1e-8), scratch)
        np.divide(g, scratch, g)
        np.multiply(g, dtype(rate(t)), g)
        w -= g

    return step


def adam(size: int, dtype: Any, rate: RateAt, momentum: float) -> Step:
    """Adam (Kingma and Ba, 2015) with beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8.

    Epsilon is added to the root of the average before that is corrected for its start at zero: the faster variant at
    the end of the paper's section 2, which Keras and scikit-learn use too. The paper's algorithm 1, and PyTorch, add it
    after; in their terms ours is 1e-8 / sqrt(1 - beta2^t), 3e-7 at the first step and 1e-8 after some thousand.

    The two averages are kept as plain decaying sums; the factors (1 - beta) that would make them averages go into the
    rate and the epsilon, which saves two passes over the parameters.
    """
    b1, b2 = 0.9, 0.999
    sums = np.zeros((2, size), dtype)  # of the gradients and of their squares
    total, squares = sums
    keep = np.repeat(np.array([[b1], [b2]], dtype), size, axis=1)
    tiny = np.array(1e-8 / np.sqrt(1 - b2), dtype)

    def step(w: Array, g: Array, t: int) -> None:
        np.multiply(sums, keep, sums)
        np.add(total, g, total)
        np.multiply(g, g, g)
        np.add(squares, g, squares)
        np.sqrt(squares, g)
        np.add(g, tiny, g)
        np.divide(total, g, g)
        np.multiply(g, dtype(rate(t) * (1 - b1) / (1 - b1**t) * ((1 - b2**t) / (1 - b2)) ** 0.5), g)
        np.subtract(w, g, w)

    return step


OPTIMIZERS: dict[str, Callable[[int, type, RateAt, float], Step]] = {
    "sgd": sgd, "momentum": with_momentum, "nesterov": nesterov, "rmsprop": rmsprop, "adam": adam,
}
