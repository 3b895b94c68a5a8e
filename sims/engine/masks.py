"""Dropout masks: which hidden units each replica keeps at each step (Srivastava et al., 2014)."""

from itertools import pairwise
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.network import Network
from sims.engine.randomness import stream

AT_ONCE = 16  # steps whose masks are drawn together: a call of the generator costs more than a mask


class Masks:
    """The masks of training steps, in their order, each replica's from a stream of its own."""

    def __init__(self, network: Network, points: int, rate: float, seeds: Array, dtype: Any) -> None:
        self.keep = 1 - rate
        self.streams = [stream(seed, "dropout") for seed in seeds]
        edges = np.cumsum([0, *network.sizes[1:-1]])
        # Memory: step, unit, replica, example, as the activations have it.
        self.drawn = np.empty((AT_ONCE, edges[-1], len(seeds), points), dtype)
        self.views = [{layer: step[first:last].transpose(1, 0, 2)
                       for layer, (first, last) in enumerate(pairwise(edges))}
                      for step in self.drawn]

    def at(self, t: int, points: int) -> dict[int, Array]:
        """The masks of step t, which must come after step t - 1, for a batch of `points` examples: {hidden layer:
        (R, units, points)}, 0 or 1 / keep. A smaller batch has the first columns of what a whole one would have."""
        if t % AT_ONCE == 0:
            steps, units, _, most = self.drawn.shape
            for r, rng in enumerate(self.streams):
                self.drawn[:, :, r] = rng.random((steps, units, most)) < self.keep
            self.drawn /= self.keep
        masks = self.views[t % AT_ONCE]
        whole = points == self.drawn.shape[-1]
        return masks if whole else {layer: mask[..., :points] for layer, mask in masks.items()}
