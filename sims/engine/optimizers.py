"""Optimizers: each makes a function that moves one flat parameter vector in place, given its gradient.

A flat vector means one call for all layers and replicas: for tiny networks the number of calls is the cost.
"""

from collections.abc import Callable

import numpy as np

from sims.engine.activations import Array

Step = Callable[[Array, Array, int], None]  # (weights, gradient, step counted from 1), changes the weights


def sgd(size: int, dtype: type, rate: float, momentum: float) -> Step:
    """Plain gradient descent: w <- w - rate * g."""

    def step(w: Array, g: Array, t: int) -> None:
        g *= dtype(rate)
        w -= g

    return step


def with_momentum(size: int, dtype: type, rate: float, momentum: float) -> Step:
    """Heavy-ball momentum (Polyak, 1964): v <- momentum * v + g; w <- w - rate * v."""
    velocity = np.zeros(size, dtype)

    def step(w: Array, g: Array, t: int) -> None:
        np.multiply(velocity, dtype(momentum), velocity)
        np.add(velocity, g, velocity)
        np.multiply(velocity, dtype(rate), g)
        w -= g

    return step


def adam(size: int, dtype: type, rate: float, momentum: float) -> Step:
    """Adam (Kingma and Ba, 2015) with beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8."""
    mean, square, scratch = (np.zeros(size, dtype) for _ in range(3))
    b1, b2, c1, c2, tiny = (np.array(x, dtype) for x in (0.9, 0.999, 0.1, 0.001, 1e-8))

    def step(w: Array, g: Array, t: int) -> None:
        np.multiply(mean, b1, mean)
        np.multiply(g, c1, scratch)
        np.add(mean, scratch, mean)
        np.multiply(square, b2, square)
        np.multiply(g, g, g)
        np.multiply(g, c2, g)
        np.add(square, g, square)
        np.sqrt(square, g)
        np.add(g, tiny, g)
        np.divide(mean, g, g)
        np.multiply(g, dtype(rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)), g)
        w -= g

    return step


OPTIMIZERS: dict[str, Callable[[int, type, float, float], Step]] = {
    "sgd": sgd,
    "momentum": with_momentum,
    "adam": adam,
}
