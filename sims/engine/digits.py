"""Handwritten digits of 8×8 pixels, 600 of the set that scikit-learn has; `digits.md` tells whose they are."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.randomness import draw

FILE = Path(__file__).with_name("digits.npz")
SIDE, CLASSES = 8, 10
AXES = tuple(Axis(f"row {row + 1}, column {column + 1}", low=0, high=1)
             for row in range(SIDE) for column in range(SIDE))
CLASS_AXES = tuple(Axis(f"digit {digit}", low=0, high=1) for digit in range(CLASSES))


@dataclass(frozen=True)
class Digits:
    """Images as `data`, inputs (R, 64, N) row by row with ink from 0 to 1, targets one-hot (R, classes, N); and the
    digits themselves, `labels` (R, N)."""

    data: Data
    labels: Array


@cache
def handwritten() -> tuple[Array, Array]:
    """All images (64, 600), ink from 0 to 1, and their digits (600,)."""
    with np.load(FILE) as stored:
        return stored["images"].T / 16, stored["labels"].astype(int)


def split_digits(seeds: Array, points: int, classes: int = CLASSES, purpose: str = "data") -> tuple[Digits, Digits]:
    """`points` images of the first `classes` digits to train on and all others, fresh; each replica draws its own. At
    most two thirds of the images are for training."""
    images, labels = handwritten()
    images, labels = images[:, labels < classes], labels[labels < classes]
    order = draw(seeds, purpose, lambda rng: rng.permutation(len(labels)))  # (R, 60 * classes)
    known = min(points, 2 * len(labels) // 3)
    return _digits(images, labels, order[:, :known], classes), _digits(images, labels, order[:, known:], classes)


def _digits(images: Array, labels: Array, chosen: Array, classes: int) -> Digits:
    drawn = labels[chosen]  # (R, N)
    targets = (drawn[:, None] == np.arange(classes)[:, None]).astype(np.float32)
    inputs = images[:, chosen].transpose(1, 0, 2).astype(np.float32)
    return Digits(Data(inputs, targets, AXES, CLASS_AXES[:classes]), drawn)
