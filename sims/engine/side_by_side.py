"""Trainings that differ in their examples, in the examples' weights or in their rates alone, made as one crowd.

Variants are data of the same number of examples: other targets, other fillings of a gap, losses times a factor (a
weight that all examples share). One large training makes as few calls as one small one (`sims/engine/sweeps.py` does
the same for rates alone).
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.network import Network, initial_weights
from sims.engine.training import Frame, Trained, TrainingConfig, train


def train_variants(network: Network, variants: Mapping[str, Data], config: TrainingConfig, seeds: Array, *,
                   rates: Mapping[str, float | Array] | None = None, weights: Sequence[Array] | None = None,
                   starts: Mapping[str, Sequence[Array]] | None = None, dtype: Any = np.float32,
                   frames: int = 60) -> Generator[Frame, None, dict[str, Trained]]:
    """Train the network once for each variant and seed, from the same starts; one result for each variant, by name.

    `rates` are learning rates of their own, a number or (R,), and `starts` starting weights of their own, for the
    variants that are named there. Each result is what training on that variant alone gives, but that its frames go on
    to the end where all its replicas diverge.
    """
    count, replicas = len(variants), len(seeds)
    start = list(weights) if weights is not None else initial_weights(network, seeds)
    own = {name: np.broadcast_to((rates or {}).get(name, config.learning_rate), replicas).astype(float)
           for name in variants}
    begun = [[_full(layer, replicas) for layer in (starts or {}).get(name, start)] for name in variants]
    together = replace(config, learning_rate=np.concatenate(list(own.values())))
    every = yield from train(network, _joined(list(variants.values()), replicas), together, np.tile(seeds, count),
                             weights=[np.concatenate(layers) for layers in zip(*begun, strict=True)], dtype=dtype,
                             frames=frames)
    return {name: _part(every, number, replicas, replace(config, learning_rate=own[name]), data, name)
            for number, (name, data) in enumerate(variants.items())}


def times(data: Data, factor: float | Array) -> Data:
    """The examples with their losses times a factor: one number, or weights that broadcast to (R, 1, N)."""
    shape = (len(data.inputs), 1, data.inputs.shape[-1])
    return replace(data, example_weights=np.broadcast_to(np.asarray(factor, float), shape))


def _full(array: Array, replicas: int) -> Array:
    return np.broadcast_to(array, (replicas, *array.shape[1:]))


def _joined(parts: Sequence[Data], replicas: int) -> Data:
    """The examples of all variants, one after another along the replica axis."""
    ones = np.ones((1, 1, parts[0].inputs.shape[-1]))
    weights = None
    if any(part.example_weights is not None for part in parts):
        weights = np.concatenate([_full(ones if part.example_weights is None else part.example_weights, replicas)
                                  for part in parts])
    return replace(parts[0], inputs=np.concatenate([_full(part.inputs, replicas) for part in parts]),
                   targets=np.concatenate([_full(part.targets, replicas) for part in parts]),
                   example_weights=weights)


def _part(every: Trained, number: int, replicas: int, config: TrainingConfig, data: Data, name: str) -> Trained:
    """The replicas of one variant."""
    mine = slice(number * replicas, (number + 1) * replicas)
    cut = tuple(replace(frame, loss=frame.loss[mine], weights=tuple(layer[mine] for layer in frame.weights), name=name)
                for frame in every.frames)
    return replace(every, config=config, data=data, frames=cut, diverged_at=every.diverged_at[mine], name=name)
