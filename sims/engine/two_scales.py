"""Two inputs of unlike spread, and the same two standardised: the bowls of a linear neuron, and descent in both.

A flat's price depends on its area (40 to 160 m²) and on its rooms (1 to 6). All is centred, so the loss is a bowl over
the two weights alone. In square metres and rooms it is a long trough: the area's large spread makes it steep in one
direction and limits the learning rate, and the weight of rooms, for which the bowl is nearly flat, gets nowhere (LeCun
et al., 1998, section 5). With both inputs standardised the bowl is nearly round.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import NEURON, bowl, every_step, path
from sims.engine.datasets import Axis, Data, uniform
from sims.engine.randomness import draw
from sims.engine.training import Frame, TrainingConfig, train

FLATS, STEPS = 100, 50
OF_THE_LIMIT = 0.9  # the learning rate, as a share of the largest safe one of each bowl
PRICES, NOISE = (2.0, 20.0), 20.0  # thousand per m² and per room; the standard deviation of what is added
SIDE = 30  # of the surface
REACH = {"raw": 30.0, "standardised": 90.0}  # how far from the lowest point the surface goes, either way


def flats(seeds: Array) -> tuple[Array, Array]:
    """Area and rooms of flats (R, 2, FLATS) and their prices in thousand (R, 1, FLATS), all less their means."""
    values = uniform(seeds, [40, 1], [160, 6], FLATS, "flats")
    added = draw(seeds, "prices of flats", lambda rng: rng.normal(0, NOISE, (1, FLATS)))
    price = np.einsum("i,rin->rn", np.array(PRICES), values)[:, None] + added
    return tuple(each - each.mean(axis=2, keepdims=True) for each in (values, price))


def descend(seeds: Array, inputs: Array, targets: Array, name: Literal["raw", "standardised"],
            ) -> Generator[Frame, None, dict[str, Array]]:
    """Plain descent from zero weights in the bowl of two centred inputs (R, 2, N), targets (R, 1, N).

    Gives `stretch` (R,), how many times as steep the bowl is in its steepest direction as in its flattest; `path`
    (R, STEPS + 1, 2), the weights less the best ones; `left` (R,), the share of its way that the second weight still
    has to go; `axis` (SIDE,) and `surface` (R, SIDE, SIDE), the typical error around the lowest point.
    """
    theory = bowl(inputs, targets)
    config = TrainingConfig(loss="squared_error", optimizer="sgd", learning_rate=OF_THE_LIMIT * theory.critical_rate,
                            steps=STEPS)
    data = Data(inputs, targets, (Axis("area"), Axis("rooms")), (Axis("price"),))
    net = yield from train(NEURON, data, config, seeds, weights=[np.zeros((1, 3, 1))], dtype=np.float64,
                           name=f"two inputs, {name}", frames=every_step(STEPS))
    away = path(net, STEPS) - theory.best[:, None]
    axis = np.linspace(-REACH[name], REACH[name], SIDE)
    points = np.stack(np.meshgrid(axis, axis), axis=-1) + theory.best[:, None, None]  # (R, SIDE, SIDE, 2)
    return {"stretch": theory.stretch, "path": away, "left": np.abs(away[:, -1, 1] / away[:, 0, 1]), "axis": axis,
            "surface": np.sqrt(theory.loss(points))}


def both(seeds: Array) -> Generator[Frame, None, dict[str, Array]]:
    """The same flats in square metres and rooms, and standardised: what `descend` gives, ending in _raw and
    _standardised."""
    inputs, targets = flats(seeds)
    found: dict[str, Array] = {}
    scaled: dict[Literal["raw", "standardised"], Array] = {
        "raw": inputs, "standardised": inputs / inputs.std(axis=2, keepdims=True)}
    for name, seen in scaled.items():
        there = yield from descend(seeds, seen, targets, name)
        found |= {f"{what}_{name}": values for what, values in there.items()}
    return found
