"""Random numbers: each replica has a seed of its own, and each purpose a stream of its own.

Because the streams are separate, changing the number of hidden units does not change the data, and replica k of the
run with seed s is exactly replica 0 of the run with seed s + k.
"""

from collections.abc import Callable

import numpy as np

from sims.engine.activations import Array

REPLICAS = 32
LARGEST_SEED = 2**31 - 1 - 10_000  # room for the crowd above the seed


def crowd(seed: int, replicas: int = REPLICAS) -> Array:
    """The seeds of a run: `seed` for the replica on the screen, the following ones for the others. (R,)"""
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"seed must lie between 0 and {LARGEST_SEED}, not {seed}")
    return np.arange(seed, seed + replicas)


def stream(seed: int, purpose: str) -> np.random.Generator:
    """An independent generator for one replica's seed and one purpose, such as "data" or "weights"."""
    return np.random.default_rng([int(seed), *purpose.encode()])


def draw(seeds: Array, purpose: str, make: Callable[[np.random.Generator], Array]) -> Array:
    """Call `make` with each replica's own generator and stack the results: (R, ...)."""
    return np.stack([make(stream(seed, purpose)) for seed in seeds])
