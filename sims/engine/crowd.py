"""A crowd: the replicas of several trainings that differ in no more than their examples, starting weights, learning
rates and prices on large weights. For tiny networks the number of calls is the cost, and one large training makes as
few of them as one small one. A replica gets the same result alone and in the crowd.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.loop import Chunk
from sims.engine.network import Network
from sims.engine.training_config import HiddenLabels, TrainingConfig

CHUNK_BYTES = 1_100_000  # activations of the replicas trained together; more of them fall out of the caches


@dataclass(frozen=True)
class Task:
    """One training of R networks: what `train` takes (`sims/engine/training.py`). Without `losses`, frames before the
    last have nan for their losses: where the weights of every step are wanted and nobody sees these."""

    network: Network
    data: Data
    config: TrainingConfig
    weights: Sequence[Array] | None = None
    validation: Data | None = None
    labels: HiddenLabels | None = None
    name: str = ""
    frames: int | Sequence[int] = 60
    losses: bool = True

    @property
    def kind(self) -> object:
        """Equal for tasks that can be made as one crowd; a task with labels for hidden units has its own."""
        inputs, weights = self.data.inputs, self.data.example_weights
        shape = (1, inputs.shape[-1]) if weights is None else weights.shape[1:]
        return (self.network, inputs.shape[1:], self.data.targets.shape[1:], shape, id(self.labels),
                replace(self.config, learning_rate=0, l2=0))


class Crowd:
    """The replicas of `tasks` of one kind, task by task, `seeds` (R,) and `starts` for each, in chunks."""

    def __init__(self, tasks: Sequence[Task], starts: Sequence[Sequence[Array]], seeds: Array, dtype: Any) -> None:
        network, labels, count = tasks[0].network, tasks[0].labels, len(tasks)
        data = _joined([task.data for task in tasks], len(seeds))
        own: dict[str, Any] = {name: _each([getattr(task.config, name) for task in tasks], len(seeds))
                               for name in ("learning_rate", "l2")}
        config = replace(tasks[0].config, **own)
        begun = [np.concatenate([_full(layer, len(seeds)) for layer in layers]) if count > 1 else layers[0]
                 for layers in zip(*starts, strict=True)]
        every = np.tile(seeds, count)
        self.replicas = len(seeds)
        self.parts = _parts(network, data, config, len(every))
        self.chunks = [
            Chunk(network, data.part(part), config.part(part), every[part], [_cut(layer, part) for layer in begun],
                  replace(labels, targets=_cut(labels.targets, part)) if labels else None, dtype)
            for part in self.parts]

    def advance(self, first: int, last: int) -> None:
        """Make the steps from `first` to `last`."""
        for chunk in self.chunks:
            chunk.advance(first, last)

    def snapshot(self, task: int) -> tuple[Array, ...]:
        """A copy of the weights of one task's replicas, which are also what these fall back to when they diverge."""
        layers = [chunk.snapshot(part) for chunk, part in self._with(task)]
        return tuple(np.concatenate(layer) if len(layer) > 1 else layer[0] for layer in zip(*layers, strict=True))

    def diverged_at(self, task: int) -> Array:
        """The step at which each of a task's replicas diverged, or -1, (R,)."""
        return np.concatenate([chunk.diverged_at[part] for chunk, part in self._with(task)])

    @property
    def is_gone(self) -> bool:
        """Whether all replicas have diverged."""
        return all((chunk.diverged_at >= 0).all() for chunk in self.chunks)

    def _with(self, task: int) -> list[tuple[Chunk, slice]]:
        """The chunks that hold replicas of a task, and which of theirs these are."""
        first, last = task * self.replicas, (task + 1) * self.replicas
        return [(chunk, slice(max(first, part.start) - part.start, min(last, part.stop) - part.start))
                for chunk, part in zip(self.chunks, self.parts, strict=True) if part.start < last and part.stop > first]


def _each(values: Sequence[float | Array], replicas: int) -> float | Array:
    """One number for all replicas, or one for each."""
    if not any(isinstance(value, np.ndarray) for value in values) and len(set(values)) == 1:
        return values[0]
    return np.concatenate([np.broadcast_to(value, replicas).astype(float) for value in values])


def _joined(parts: Sequence[Data], replicas: int) -> Data:
    """The examples of all tasks, one after another along the replica axis."""
    if len(parts) == 1:
        return parts[0]
    inputs, targets = (np.concatenate([_full(getattr(part, name), replicas) for part in parts])
                       for name in ("inputs", "targets"))
    if all(part.example_weights is None for part in parts):
        return replace(parts[0], inputs=inputs, targets=targets)
    ones = np.ones((1, 1, inputs.shape[-1]))
    weights = [_full(ones if part.example_weights is None else part.example_weights, replicas) for part in parts]
    return replace(parts[0], inputs=inputs, targets=targets, example_weights=np.concatenate(weights))


def _full(array: Array, replicas: int) -> Array:
    return np.broadcast_to(array, (replicas, *array.shape[1:]))


def _parts(network: Network, data: Data, config: TrainingConfig, replicas: int) -> list[slice]:
    points = min(config.batch_size or data.inputs.shape[-1], data.inputs.shape[-1])
    at_once = max(1, min(128, CHUNK_BYTES // (4 * points * (sum(network.sizes) + len(network.sizes)))))
    edges = [int(edge) for edge in np.linspace(0, replicas, -(-replicas // at_once) + 1).round()]  # equal parts
    return [slice(first, last) for first, last in pairwise(edges)]


def _cut(array: Array, part: slice) -> Array:
    return array if len(array) == 1 else array[part]
