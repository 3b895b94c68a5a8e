"""The units of the network on the screen, layer by layer, with their activations on given inputs."""

from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.network import buffers, forward
from sims.engine.training import Trained

MOST_UNITS = 8  # of a layer
MOST_UNITS_DEEP = 4  # of a layer, where there are more than three hidden layers
FIXED_SPANS = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}


@dataclass(frozen=True)
class Unit:
    """A unit with its activations at N inputs.

    `values` (N,) are in the target's unit at the output. `margin` (N,) is zero on the unit's boundary: where its
    pre-activation changes sign or, for softmax, where its class takes the lead.
    """

    name: str
    activation: str
    values: Array
    margin: Array
    target: int | None  # which target it answers for; None for a hidden unit
    has_boundary: bool


def most_units(shown: Trained) -> int:
    """How many units of a layer are shown."""
    return MOST_UNITS if len(shown.network.sizes) <= 5 else MOST_UNITS_DEEP


def layer_names(shown: Trained) -> list[str]:
    """What the layers after the input are called."""
    hidden = len(shown.network.sizes) - 2
    names = ["Hidden layer"] if hidden == 1 else [f"Hidden layer {i + 1}" for i in range(hidden)]
    return [*names, "Output"]


def unit_names(shown: Trained, layer: int) -> list[str]:
    """The names of a layer's units, counted from 1; layer 0 is the first after the input."""
    if layer == len(shown.network.sizes) - 2:
        return [axis.name for axis in shown.data.target_axes]
    return [f"unit {j + 1}" for j in range(shown.network.sizes[layer + 1])]


def layers_of(shown: Trained, inputs: Array) -> list[list[Unit]]:
    """The units of each layer after the input, at inputs (1, n_in, N) as the network sees them."""
    weights = [layer[:1] for layer in shown.weights]
    a, z = buffers(shown.network, inputs, 1, np.float32), list[Array]()
    with np.errstate(all="ignore"):
        forward(shown.network, weights, a, z)
    last = len(weights) - 1
    found = []
    for layer, activation in enumerate(shown.network.activations):
        names = unit_names(shown, layer)[: most_units(shown)]
        values, before = a[layer + 1][0, :-1], z[layer][0]  # (units, N)
        found.append(
            [
                _unit(
                    shown,
                    j if layer == last else None,
                    name,
                    activation,
                    values[j],
                    _margin(activation, before, j),
                )
                for j, name in enumerate(names)
            ]
        )
    return found


def span(activation: str, values: Array) -> tuple[float, float]:
    """The range that a picture of an activation covers."""
    if activation in FIXED_SPANS:
        return FIXED_SPANS[activation]
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if activation in ("relu", "leaky_relu"):
        low = min(low, 0.0)
    return (low, high) if high > low else (low, low + 1.0)


def _unit(shown: Trained, target: int | None, name: str, activation: str, values: Array, margin: Array) -> Unit:
    if target is None:
        return Unit(name, activation, values, margin, None, activation != "linear")
    axis = shown.data.target_axes[target]
    decides = activation in ("sigmoid", "softmax")
    return Unit(name, activation, axis.offset + axis.scale * values, margin, target, decides)


def _margin(activation: str, before: Array, unit: int) -> Array:
    if activation != "softmax" or len(before) == 1:
        return before[unit]
    return before[unit] - np.delete(before, unit, axis=0).max(axis=0)
