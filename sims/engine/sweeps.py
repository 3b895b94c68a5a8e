"""Sweeps over the learning rate, all rates trained as one crowd: many small trainings cost most of their time in calls,
and one large training makes as few of them as one small one."""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.network import Network, initial_weights
from sims.engine.training import Frame, Trained, TrainingConfig, train


def train_rates(network: Network, data: Data, config: TrainingConfig, rates: Sequence[float], seeds: Array, *,
                weights: Sequence[Array] | None = None, validation: Data | None = None, name: str = "",
                frames: int = 60) -> Generator[Frame, None, list[Trained]]:
    """Train with each of the learning rates, from the same starts and on the same examples; one result for each rate.

    Each is bit for bit what training with that rate alone gives, but that its frames go on to the end where all its
    replicas diverge. The frames that are yielded hold the replicas of all rates, rate by rate.
    """
    start = list(weights) if weights is not None else initial_weights(network, seeds)
    count, replicas = len(rates), len(seeds)
    together = replace(config, learning_rate=np.repeat(np.array(rates, float), replicas))
    every = yield from train(network, repeated(data, count), together, np.tile(seeds, count), name=name, frames=frames,
                             weights=[_repeated(layer, count) for layer in start],
                             validation=repeated(validation, count) if validation else None)
    return [_one_of(every, number, replicas, replace(config, learning_rate=float(rate)), data, validation)
            for number, rate in enumerate(rates)]


def repeated(data: Data, times: int) -> Data:
    """The examples of R replicas `times` over, the replicas in turn: (times * R, ...); shared ones stay shared."""
    weights = None if data.example_weights is None else _repeated(data.example_weights, times)
    return replace(data, inputs=_repeated(data.inputs, times), targets=_repeated(data.targets, times),
                   example_weights=weights)


def _repeated(array: Array, times: int) -> Array:
    return array if len(array) == 1 else np.concatenate([array] * times)


def _one_of(every: Trained, number: int, replicas: int, config: TrainingConfig, data: Data,
            validation: Data | None) -> Trained:
    """The replicas of one rate."""
    part = slice(number * replicas, (number + 1) * replicas)
    cut = [replace(frame, loss=frame.loss[part], weights=tuple(layer[part] for layer in frame.weights),
                   validation_loss=None if frame.validation_loss is None else frame.validation_loss[part])
           for frame in every.frames]
    return replace(every, config=config, data=data, validation=validation, frames=tuple(cut),
                   diverged_at=every.diverged_at[part])
