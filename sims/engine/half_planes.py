"""Yes on one side of a line and no on the other: points on the plane that one neuron can tell apart."""

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, uniform
from sims.engine.randomness import draw

AXES = (Axis("x1"), Axis("x2"))
YES = (Axis("yes", low=0, high=1),)


def separable(seeds: Array, points: int, gap: float, purpose: str) -> tuple[Data, Array]:
    """Points away from a line drawn by chance, yes on one side of it; and the line (R, 3), its normal of length 1."""
    def one(rng: np.random.Generator) -> Array:
        angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3)
        line = np.array([np.cos(angle), np.sin(angle), offset])
        found = np.zeros((2, 0))
        while found.shape[1] < points:
            tried = rng.uniform(-1, 1, (2, 4 * points))
            found = np.concatenate((found, tried[:, np.abs(line[:2] @ tried + offset) >= gap]), axis=1)
        return np.concatenate((line[:, None].repeat(points, 1), found[:, :points]))

    drawn = draw(seeds, purpose, one)  # (R, 5, N)
    line, inputs = drawn[:, :3, 0], drawn[:, 3:]
    side = (line[:, :2, None] * inputs).sum(axis=1) + line[:, 2:]
    return Data(inputs, (side > 0).astype(float)[:, None], AXES, YES), line


def beside_line(seeds: Array, line: Array, points: int, purpose: str) -> Data:
    """Points over the whole square, no gap, labelled by the true line (R, 3)."""
    inputs = uniform(seeds, [-1, -1], [1, 1], points, purpose)
    side = (line[:, :2, None] * inputs).sum(axis=1) + line[:, 2:]
    return Data(inputs, (side > 0).astype(float)[:, None], AXES, YES)
