"""The data that a learner's network is trained on: well-known small tasks in their own units, or the learner's rows.

All of them are drawn here as people feed them: gates with 0 and 1, roasts in degrees and minutes, pixels from 0 to 255.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sims.engine import classes, coffee, shapes
from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.digits import CLASSES, handwritten
from sims.engine.general.rows import MOST_CLASSES, read_rows
from sims.engine.randomness import draw

TaskName = Literal["xor", "and", "or", "circles", "moons", "spirals", "blobs", "imbalanced", "coffee", "digits", "line",
                   "sine", "square", "houses", "own"]
GATES: dict[str, shapes.Gate] = {"xor": "xor", "and": "and", "or": "or"}
RARE = 0.05  # share of yes among the imbalanced examples
REFERENCE = np.arange(4)  # seeds of the draw that an input's usual values are taken from: the same for all runs
BRIGHT = 255  # a pixel of a usual picture, full of ink


@dataclass(frozen=True)
class Task:
    """`inputs` (R or 1, n_in, N) in their units and `answers` (R or 1, n_out, N): numbers, or where `classes` is not 0
    the place of each example's class, n_out = 1. `names` and `units` are those of the inputs, `said` of the answers."""

    inputs: Array
    answers: Array
    classes: int
    names: tuple[str, ...]
    units: tuple[str, ...]
    said: tuple[str, ...]
    flat: bool = False  # whether all inputs are of one kind, as pixels are, and are scaled alike


def make_task(name: TaskName, seeds: Array, points: int, noise: float, own: str = "") -> Task:
    """The task of that name; `points` and `noise` where it is drawn. `own` holds the rows of the task "own"."""
    if name in GATES:
        return gate(GATES[name])
    if name == "own":
        return own_task(own)
    return DRAWN[name](seeds, points, noise)


def gate(rule: shapes.Gate) -> Task:
    """The four rows of a gate's table, with inputs 0 and 1."""
    answers = np.array(shapes.GATES[rule])[None, None]
    return Task((shapes.CORNERS[None] + 1) / 2, answers, 2, ("input 1", "input 2"), ("", ""), (rule.upper(),))


def own_task(text: str) -> Task:
    """A learner's rows. Their targets count as classes where they are words, one-hot, or whole numbers from 0 on."""
    rows = read_rows(text)
    answers, found = rows.targets.T[None], np.unique(rows.targets)
    units, count, said = ("",) * len(rows.names), 0, rows.target_names
    if answers.shape[1] > 1 and set(found) == {0, 1} and bool((answers.sum(axis=1) == 1).all()):
        answers, count = answers.argmax(axis=1, keepdims=True).astype(float), answers.shape[1]
    elif answers.shape[1] == 1 and 2 <= len(found) <= MOST_CLASSES and bool((found == np.arange(len(found))).all()):
        count, said = len(found), rows.words[-len(found) if len(found) > 2 else -1:] or said
    return Task(rows.inputs.T[None], answers, count, rows.names, units, said)


def circles(seeds: Array, points: int, noise: float) -> Task:
    """A disc inside a ring."""
    return _plane(*_of_shape(shapes.rings(seeds, points, noise)))


def spirals(seeds: Array, points: int, noise: float) -> Task:
    """Two spirals wound into each other."""
    return _plane(*_of_shape(shapes.spirals(seeds, points, noise=0.3 * noise)))


def moons(seeds: Array, points: int, noise: float) -> Task:
    """Two half circles that reach into each other."""
    upper = np.arange(points) < points // 2

    def one(rng: np.random.Generator) -> Array:
        angle = rng.uniform(0, np.pi, points)
        x = np.where(upper, np.cos(angle), 1 - np.cos(angle))
        y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
        return np.stack((x, y)) + rng.normal(0, noise, (2, points))

    return _plane(draw(seeds, "data", one), (~upper).astype(float)[None, None])


def blobs(seeds: Array, points: int, noise: float) -> Task:
    """Three round clouds, a class each."""
    data = classes.clouds(seeds, points, 3, 0.2 + noise)
    names = tuple(f"class {k}" for k in range(3))
    return _plane(data.inputs, data.targets.argmax(axis=1, keepdims=True)[:1].astype(float), 3, names)


def imbalanced(seeds: Array, points: int, noise: float) -> Task:
    """Two clouds that overlap, one of them with few examples."""
    rare = np.arange(points) < max(1, round(RARE * points))
    centre = np.where(rare, 0.6, -0.2)

    def one(rng: np.random.Generator) -> Array:
        return centre + rng.normal(0, 0.4 + noise, (2, points))

    return _plane(draw(seeds, "data", one), rare.astype(float)[None, None])


def roasts(seeds: Array, points: int, noise: float) -> Task:
    """Coffee roasts in degrees and minutes; the good ones fill a triangle."""
    values, good = coffee.roast_values(seeds, points)
    return Task(values, good, 2, ("temperature", "duration"), ("°C", "min"), ("good roast",))


def digits(seeds: Array, points: int, noise: float) -> Task:
    """Handwritten digits, 8×8 pixels from 0 to 255; each replica its own choice of at most 600."""
    images, labels = handwritten()
    images = BRIGHT * images.T  # (600, 64)
    order = draw(seeds, "data", lambda rng: rng.permutation(len(labels))[:points])  # (R, N)
    names = tuple(f"pixel {k + 1}" for k in range(images.shape[1]))
    said = tuple(f"digit {k}" for k in range(CLASSES))
    inputs, answers = images[order].transpose(0, 2, 1), labels[order][:, None].astype(float)
    return Task(inputs, answers, CLASSES, names, ("",) * len(names), said, flat=True)


def line(seeds: Array, points: int, noise: float) -> Task:
    """y = 2x + 1 for x from 0 to 10, exactly."""
    x = np.linspace(0, 10, points)[None, None]
    return Task(x, 2 * x + 1, 0, ("x",), ("",), ("y",))


def square(seeds: Array, points: int, noise: float) -> Task:
    """y = x² for x from -3 to 3, exactly."""
    x = np.linspace(-3, 3, points)[None, None]
    return Task(x, x * x, 0, ("x",), ("",), ("y",))


def sine(seeds: Array, points: int, noise: float) -> Task:
    """A period of a sine with noise."""
    x = np.linspace(0, 2 * np.pi, points)[None, None]
    return Task(x, np.sin(x) + draw(seeds, "noise", lambda rng: rng.normal(0, noise, (1, points))), 0, ("x",), ("",),
                ("y",))


def houses(seeds: Array, points: int, noise: float) -> Task:
    """Prices, in thousands, of houses with a floor area and a number of rooms."""
    def one(rng: np.random.Generator) -> Array:
        area = rng.uniform(40, 240, points)
        rooms = np.round(area / 35 + rng.normal(0, 0.7, points)).clip(1, 8)
        price = 30 + 2 * area + 12 * rooms + rng.normal(0, 100 * noise, points)
        return np.stack((area, rooms, price))

    drawn = draw(seeds, "data", one)
    return Task(drawn[:, :2], drawn[:, 2:], 0, ("floor area", "rooms"), ("m²", ""), ("price",))


DRAWN: dict[str, Callable[[Array, int, float], Task]] = {
    "circles": circles, "moons": moons, "spirals": spirals, "blobs": blobs, "imbalanced": imbalanced, "coffee": roasts,
    "digits": digits, "line": line, "sine": sine, "square": square, "houses": houses,
}


def _of_shape(data: Data) -> tuple[Array, Array]:
    return data.inputs, data.targets[:1]


def _plane(inputs: Array, answers: Array, count: int = 2, said: tuple[str, ...] = ("yes",)) -> Task:
    return Task(inputs, answers, count, ("input 1", "input 2"), ("", ""), said)
