"""Batches: the examples that each step of training sees."""

from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.memory import aligned
from sims.engine.randomness import stream

Views = tuple[Array, Array, Array, Array]


def updates_per_epoch(points: int, size: int | None) -> int:
    """The number of batches that `points` examples make, the last of which may be smaller; 1 where `size` is None."""
    return -(-points // min(size or points, points))


class Batches:
    """The examples of each step: all of them, or each replica's own shuffle of all of them cut into batches, the last
    of which is smaller where the size does not divide their number."""

    def __init__(self, data: Data, size: int | None, seeds: Array, dtype: Any) -> None:
        self.points = points = data.inputs.shape[-1]
        self.size = min(size or points, points)
        self.per_epoch = updates_per_epoch(points, size)
        self.shuffles = [stream(seed, "shuffle") for seed in seeds] if self.per_epoch > 1 else []
        # Rows: inputs, ones, targets, example weights; examples last. Memory of a batch: row, replica, example.
        every = max(len(seeds) if self.shuffles else 1, len(data.inputs), len(data.targets))
        ones = np.ones((every, 1, points), dtype)
        shares = ones if data.example_weights is None else data.example_weights
        rows = np.concatenate([np.broadcast_to(part, (every, *part.shape[1:]))
                               for part in (data.inputs, ones, data.targets, shares)], axis=1, dtype=dtype)
        self.rows = rows.swapaxes(0, 1).reshape(rows.shape[1], every * points)
        self.first = np.arange(every)[:, None] * points  # where each replica's examples start in a row
        whole, rest = divmod(points, self.size)
        self.whole = aligned((len(self.rows), whole, every, self.size), dtype)
        self.rest = np.empty((len(self.rows), every, rest), dtype)
        self.weights = shares.shape[1]  # 1 for each example, or one for each of its outputs
        edges = np.cumsum([data.inputs.shape[1] + 1, data.targets.shape[1]])
        self.views = [_views(batch, *edges) for batch in (*self.whole.swapaxes(0, 1), *([self.rest] if rest else []))]
        if not self.shuffles:  # else each epoch begins with it
            self.keep_order()

    @property
    def sizes(self) -> set[int]:
        """The one or two sizes that batches have."""
        return {targets.shape[-1] for _, _, targets, _ in self.views}

    def keep_order(self) -> None:
        """Give the examples in the order of the data in every epoch."""
        self.shuffles = []
        self.fill(np.arange(self.points)[None])

    def fill(self, orders: Array) -> None:
        """Lay the examples out, each replica's in its own order, (R, points) or (1, points)."""
        used = self.first + orders
        cut = self.whole.shape[1] * self.size
        whole = used[:, :cut].reshape(len(used), -1, self.size).swapaxes(0, 1)  # (batches, R, B)
        self.rows.take(whole, axis=1, out=self.whole, mode="clip")  # "clip": else numpy fills a copy first
        if cut < self.points:
            self.rest[:] = self.rows.take(used[:, cut:], axis=1)

    def at(self, t: int) -> Views:
        """Inputs with ones (R, n_in + 1, B), their transpose (R, B, n_in + 1), targets (R, n_out, B), and example
        weights (R, 1, B) or (R, n_out, B)."""
        if self.shuffles and t % self.per_epoch == 0:
            self.fill(np.stack([rng.permutation(self.points) for rng in self.shuffles]))
        return self.views[t % self.per_epoch]


def _views(batch: Array, targets: int, weights: int) -> Views:
    """A batch (row, R, example) as what `Batches.at` gives: up to row `targets` are the inputs, from row `weights` on
    the example weights."""
    now = batch.transpose(1, 0, 2)
    inputs = now[:, :targets]
    return inputs, inputs.transpose(0, 2, 1), now[:, targets:weights], now[:, weights:]
