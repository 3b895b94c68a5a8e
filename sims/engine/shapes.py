"""Small classic tasks on the plane and on the line, in general use: XOR, rings, spirals and curves.

Inputs are about -1 to 1, as the network sees them, so that no task here needs scaling.
"""

from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.randomness import draw

PLANE = (Axis("input 1", low=-1.5, high=1.5), Axis("input 2", low=-1.5, high=1.5))
YES = (Axis("yes", low=0, high=1),)
Gate = Literal["xor", "or", "and"]
GATES: dict[Gate, tuple[float, ...]] = {"xor": (0, 1, 1, 0), "or": (0, 1, 1, 1), "and": (0, 0, 0, 1)}
CORNERS = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])  # (2, 4), in the order of GATES


def gate(seeds: Array, points: int, spread: float, rule: Gate = "xor", purpose: str = "data") -> Data:
    """A logic gate of two inputs, each on (1) or off (-1): XOR says yes where exactly one of them is on.

    `points` examples, the four corners in turn, with normal noise of standard deviation `spread`. Without
    spread, and with four points, that is the gate's classic table, the same for all replicas.
    """
    corner = np.arange(points) % 4
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, spread, (2, points)))
    yes = np.array(GATES[rule])[corner]
    return Data(CORNERS[:, corner] + noise, np.broadcast_to(yes, (len(seeds), 1, points)), PLANE, YES)


def rings(seeds: Array, points: int, noise: float = 0.1, purpose: str = "data") -> Data:
    """Yes inside: half of the points lie about the centre (radius up to 0.5), the others on a ring about them
    (radius 0.8 to 1.2); normal noise of standard deviation `noise` on both coordinates."""
    def one(rng: np.random.Generator) -> Array:
        inside = np.arange(points) < points // 2
        radius = np.where(inside, 0.5 * np.sqrt(rng.random(points)), rng.uniform(0.8, 1.2, points))
        angle = rng.uniform(0, 2 * np.pi, points)
        return _polar(radius, angle) + rng.normal(0, noise, (2, points))

    yes = (np.arange(points) < points // 2).astype(float)
    return Data(draw(seeds, purpose, one), np.broadcast_to(yes, (len(seeds), 1, points)), PLANE, YES)


def spirals(seeds: Array, points: int, turns: float = 1, noise: float = 0.03, purpose: str = "data") -> Data:
    """Two spirals wound into each other, `turns` times about the centre; yes for one of them."""
    def one(rng: np.random.Generator) -> Array:
        yes = np.arange(points) < points // 2
        along = np.sqrt(rng.uniform(0.02, 1, points))  # evenly by area, not by angle
        angle = 2 * np.pi * turns * along + np.pi * yes
        return _polar(1.2 * along, angle) + rng.normal(0, noise, (2, points))

    yes = (np.arange(points) < points // 2).astype(float)
    return Data(draw(seeds, purpose, one), np.broadcast_to(yes, (len(seeds), 1, points)), PLANE, YES)


def _polar(radius: Array, angle: Array) -> Array:
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)))
