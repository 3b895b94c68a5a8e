"""T-shirts: price, shipping, marketing and material, three concepts made of them, and a label made of the concepts.

The concepts are sigmoids of the inputs, and the label is drawn with a known probability that depends on the
concepts alone. A network sees the inputs and the label, never the concepts, unless it is given labels for them.
"""

from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips, uniform

AXES = tuple(Axis(name) for name in ("price", "shipping cost", "marketing", "material"))  # each from -1 to 1
SELLS = (Axis("top seller", low=0, high=1),)
CONCEPTS = ("affordability", "awareness", "quality")


@dataclass(frozen=True)
class Shirts:
    """T-shirts with the concepts that decide their sales, (R, 3, N)."""

    data: Data
    concepts: Array


def concepts_of(inputs: Array, slope: float) -> Array:
    """Affordability, awareness and quality of T-shirts (R, 4, N): (R, 3, N), each from 0 to 1."""
    price, shipping, marketing, material = inputs.transpose(1, 0, 2)
    return activate("sigmoid", slope * np.stack((-(price + shipping), marketing, material + 0.4 * price), axis=1))


def named_concepts(inputs: Array, slope: float) -> dict[str, Array]:
    """Affordability, awareness and quality of T-shirts (R, 4, N) by name: {"affordability": (R, N), ...}."""
    return dict(zip(CONCEPTS, concepts_of(inputs, slope).transpose(1, 0, 2), strict=True))


def chance_of(concepts: Array) -> Array:
    """The probability that T-shirts with these concepts (R, 3, N) are top sellers: (R, 1, N)."""
    return activate("sigmoid", 12 * (concepts.sum(axis=1, keepdims=True) - 1.5))


def shirts(seeds: Array, points: int, slope: float, purpose: str) -> Shirts:
    """T-shirts drawn evenly; the label is a coin flip with probability sigmoid(12 (sum of the concepts - 1.5))."""
    inputs = uniform(seeds, [-1] * 4, [1] * 4, points, purpose)
    concepts = concepts_of(inputs, slope)
    return Shirts(Data(inputs, coin_flips(seeds, chance_of(concepts), purpose + " labels"), AXES, SELLS), concepts)
