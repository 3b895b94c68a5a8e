"""The same examples for several networks of each replica, in an order of their own."""

from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.randomness import draw


def many(data: Data, times: int) -> Data:
    """The examples of R replicas `times` over, (times * R, ...), the replicas in turn."""
    return replace(data, inputs=np.tile(data.inputs, (times, 1, 1)), targets=np.tile(data.targets, (times, 1, 1)))


def scattered(data: Data, seeds: Array) -> Data:
    """The examples in each replica's own random order: the first of them are then no special ones."""
    points = data.inputs.shape[-1]
    order = draw(seeds, "scattered", lambda rng: rng.permutation(points))[:, None]  # (R, 1, N)
    return replace(data, inputs=np.take_along_axis(data.inputs, order, axis=-1),
                   targets=np.take_along_axis(data.targets, order, axis=-1))
