"""Batches: the examples that each step of training sees."""

from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.randomness import stream


class Batches:
    """The examples of each step: all of them, or each replica's own shuffle cut into batches (a remainder that does
    not fill a batch waits for the next shuffle)."""

    def __init__(self, data: Data, size: int | None, seeds: Array, dtype: Any) -> None:
        self.points = points = data.inputs.shape[-1]
        self.size = min(size or points, points)
        self.per_epoch = points // self.size
        self.shuffles = [stream(seed, "shuffle") for seed in seeds] if self.per_epoch > 1 else []
        # Rows: inputs, ones, targets, example weights; examples last. Memory of a batch: row, replica, example.
        every = max(len(seeds) if self.shuffles else 1, len(data.inputs), len(data.targets))
        ones = np.ones((every, 1, points), dtype)
        shares = ones if data.example_weights is None else data.example_weights
        rows = np.concatenate([np.broadcast_to(part, (every, *part.shape[1:]))
                               for part in (data.inputs, ones, data.targets, shares)], axis=1, dtype=dtype)
        self.rows = rows.swapaxes(0, 1).reshape(rows.shape[1], every * points)
        self.first = np.arange(every)[:, None] * points  # where each replica's examples start in a row
        self.batch = np.empty((self.per_epoch, len(self.rows), every, self.size), dtype)
        inputs = data.inputs.shape[1] + 1
        batches = [batch.transpose(1, 0, 2) for batch in self.batch]
        self.views = [(now[:, :inputs], now[:, :inputs].transpose(0, 2, 1), now[:, inputs:-1], now[:, -1:])
                      for now in batches]
        self.fill(np.arange(points)[None])

    def fill(self, orders: Array) -> None:
        """Lay the examples out, each replica's in its own order, (R, points) or (1, points)."""
        used = self.first + orders[:, : self.per_epoch * self.size]
        self.batch[:] = self.rows.take(
            used.reshape(len(used), self.per_epoch, self.size).swapaxes(0, 1), axis=1).swapaxes(0, 1)

    def at(self, t: int) -> tuple[Array, Array, Array, Array]:
        """Inputs with ones (R, n_in + 1, B), the same turned (R, B, n_in + 1), targets (R, n_out, B), and example
        weights (R, 1, B)."""
        if self.shuffles and t % self.per_epoch == 0:
            self.fill(np.stack([rng.permutation(self.points) for rng in self.shuffles]))
        return self.views[t % self.per_epoch]
