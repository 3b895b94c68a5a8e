"""The data of coffee roasting: roasts vary in temperature and duration, and the good ones fill a triangle.

A roast is good where T > 175 °C, D > 12 min and D < 21 - 3/85 T (the example is that of a well-known course
on machine learning). All scales are fixed by the distribution that the roasts are drawn from, not by the
sample.
"""

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, even_axis, standardised, uniform

AXES = (even_axis("temperature", "°C", 150, 285), even_axis("duration", "min", 11.5, 15.5))
GOOD = (Axis("good roast", low=0, high=1),)
START_SCALE = 2.0  # of the initial weights: with sharper first lines the triangle closes in more of the runs
EDGES = ("too cold", "too short", "too much")  # too much: too long for that heat


def beyond_edges(values: Array) -> Array:
    """For each of the three edges, whether a roast lies beyond it: (R, 2, N) in °C and minutes to (R, 3,
    N)."""
    temperature, duration = values[:, 0], values[:, 1]
    beyond = (temperature <= 175, duration <= 12, duration >= 21 - 3 / 85 * temperature)
    return np.stack(beyond, axis=1).astype(float)


def edge_concepts(_: object, values: Array) -> dict[str, Array]:
    """The three edges as concepts of roasts (R, 2, N) in °C and minutes: {"too cold": (R, N), ...}, whatever the
    settings."""
    return dict(zip(EDGES, beyond_edges(values).transpose(1, 0, 2), strict=True))


def roast_values(seeds: Array, points: int, purpose: str = "data") -> tuple[Array, Array]:
    """Roasts drawn evenly over the plane in °C and minutes (R, 2, N), and their labels (R, 1, N)."""
    values = uniform(seeds, [150, 11.5], [285, 15.5], points, purpose)
    return values, 1 - beyond_edges(values).max(axis=1, keepdims=True)


def roasts(seeds: Array, points: int, purpose: str = "data") -> Data:
    """Roasts drawn evenly over the plane, standardised as a network is to see them, with their labels (R, 1, N)."""
    values, good = roast_values(seeds, points, purpose)
    return Data(standardised(values, AXES), good, AXES, GOOD)


def plane(side: int = 40) -> tuple[Array, Array]:
    """A grid over the whole plane, in units and as the network sees it: both (1, 2, side * side)."""
    grid = np.stack(np.meshgrid(np.linspace(150, 285, side), np.linspace(11.5, 15.5, side))).reshape(1, 2, -1)
    return grid, standardised(grid, AXES)
