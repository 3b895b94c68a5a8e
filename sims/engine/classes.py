"""Tasks with several classes on the plane: clouds round the centre with one label each, or several labels at
once.
"""

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips, uniform
from sims.engine.randomness import draw
from sims.engine.shapes import PLANE

SURE = 6.0  # how sharply a label switches from no to yes
OVERLAP = 0.25  # how far each label's half of the plane reaches beyond the centre


def directions(classes: int) -> Array:
    """Unit vectors evenly round the circle, (classes, 2), the first one upwards."""
    angle = np.pi / 2 + 2 * np.pi * np.arange(classes) / classes
    return np.stack((np.cos(angle), np.sin(angle)), axis=1)


def label_axes(classes: int) -> tuple[Axis, ...]:
    """What the outputs say, one class each."""
    return tuple(Axis(f"class {k}", low=0, high=1) for k in range(classes))


def clouds(seeds: Array, points: int, classes: int, spread: float, purpose: str = "data") -> Data:
    """One label for each example: as many round clouds as classes, evenly on a circle of radius 1, with
    standard deviation `spread`; the classes in turn, targets one-hot (R, classes, N)."""
    label = np.arange(points) % classes
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, spread, (2, points)))
    one_hot = (np.arange(classes)[:, None] == label).astype(float)
    targets = np.broadcast_to(one_hot, (len(seeds), classes, points))
    return Data(directions(classes)[label].T + noise, targets, PLANE, label_axes(classes))


def overlapping(seeds: Array, points: int, classes: int, purpose: str = "data") -> Data:
    """Several labels at once, each in its own half of the plane, and these halves overlap: every label is a
    coin flip with probability sigmoid(6 (x . direction + 0.25)). Where all say no, the likeliest is true."""
    inputs = uniform(seeds, [-1.2, -1.2], [1.2, 1.2], points, purpose)
    chance = activate("sigmoid", SURE * (directions(classes) @ inputs + OVERLAP))
    labels = coin_flips(seeds, chance, purpose + " labels")
    likeliest = np.arange(classes)[:, None] == chance.argmax(axis=1)[:, None]  # (R, classes, N)
    targets = np.where(labels.any(axis=1, keepdims=True), labels, likeliest)
    return Data(inputs, targets, PLANE, label_axes(classes))
