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
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together


def train_variants(network: Network, variants: Mapping[str, Data], config: TrainingConfig, seeds: Array, *,
                   rates: Mapping[str, float | Array] | None = None, weights: Sequence[Array] | None = None,
                   starts: Mapping[str, Sequence[Array]] | None = None, dtype: Any = np.float32,
                   frames: int = 60) -> Generator[Frame, None, dict[str, Trained]]:
    """Train the network once for each variant and seed, from the same starts; one result for each variant, by name.

    `rates` are learning rates of their own, a number or (R,), and `starts` starting weights of their own, for the
    variants that are named there. Each result is what training on that variant alone gives, but that its frames go on
    to the end where all its replicas diverge.
    """
    own = {name: (rates or {}).get(name, config.learning_rate) for name in variants}
    start = list(weights) if weights is not None else initial_weights(network, seeds)
    trained = yield from train_together([
        Task(network, data, replace(config, learning_rate=own[name]), (starts or {}).get(name, start), name=name,
             frames=frames) for name, data in variants.items()], seeds, dtype)
    return dict(zip(variants, trained, strict=True))


def times(data: Data, factor: float | Array) -> Data:
    """The examples with their losses times a factor: one number, or weights that broadcast to (R, 1, N)."""
    shape = (len(data.inputs), 1, data.inputs.shape[-1])
    return replace(data, example_weights=np.broadcast_to(np.asarray(factor, float), shape))
