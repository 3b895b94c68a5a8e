"""Sweeps over the learning rate, all rates trained as one crowd: many small trainings cost most of their time in calls,
and one large training makes as few of them as one small one."""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.network import Network, initial_weights
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together


def train_rates(network: Network, data: Data, config: TrainingConfig, rates: Sequence[float], seeds: Array, *,
                weights: Sequence[Array] | None = None, validation: Data | None = None, name: str = "",
                frames: int = 60) -> Generator[Frame, None, list[Trained]]:
    """Train with each of the learning rates, from the same starts and on the same examples; one result for each rate.

    Each is bit for bit what training with that rate alone gives, but that its frames go on to the end where all its
    replicas diverge.
    """
    start = list(weights) if weights is not None else initial_weights(network, seeds)
    return (yield from train_together([
        Task(network, data, replace(config, learning_rate=float(rate)), start, validation, name=name, frames=frames)
        for rate in rates], seeds))


def repeated(data: Data, times: int) -> Data:
    """The examples of R replicas `times` over, the replicas in turn: (times * R, ...); shared ones stay shared."""
    weights = None if data.example_weights is None else _repeated(data.example_weights, times)
    return replace(data, inputs=_repeated(data.inputs, times), targets=_repeated(data.targets, times),
                   example_weights=weights)


def _repeated(array: Array, times: int) -> Array:
    return array if len(array) == 1 else np.concatenate([array] * times)
