"""Random numbers: each replica has a seed of its own, and each purpose a stream of its own.

Because the streams are separate, changing the number of hidden units does not change the data. A seed also says to
which crowd it belongs: its last twelve digits are the number that somebody chose, what stands before them counts the
replicas of that crowd. So 7 is on the screen, 1000000000007 and 2000000000007 are two of the others, and the crowds
of 7 and 8 have no replica in common.
"""

from collections.abc import Callable

import numpy as np

from sims.engine.activations import Array

REPLICAS = 32
MOST_REPLICAS = 1000  # in the crowd of one chosen number
APART = 10**12  # between the seeds of neighbouring replicas: beyond it, a seed's second 32-bit word is no character
LARGEST_SEED = MOST_REPLICAS * APART - 1  # below 2**53, so that JSON and browsers keep every digit


def ensemble_seeds(seed: int, replicas: int = REPLICAS) -> Array:
    """The seeds of a run, (R,): `seed` first, for the replica on the screen, then the others of its crowd in order.

    Two seeds belong to the same crowd where they differ by a multiple of `APART`: then they have the same replicas,
    with another one in front. Otherwise they have none in common. `ValueError` where `seed` or `replicas` is too large.
    """
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"seed must lie between 0 and {LARGEST_SEED}, not {seed}")
    if not 1 <= replicas <= MOST_REPLICAS:
        raise ValueError(f"a crowd has from 1 to {MOST_REPLICAS} replicas, not {replicas}")
    first, chosen = divmod(seed, APART)
    others = [place for place in range(replicas) if place != first]
    return np.array([first, *others[: replicas - 1]], np.int64) * APART + chosen


def stream(seed: int, purpose: str) -> np.random.Generator:
    """An independent generator for one replica's seed and one purpose, in ASCII, such as "data" or "weights"."""
    low, high = int(seed) & 0xFFFFFFFF, int(seed) >> 32
    # The 32-bit words that numpy would make of [seed, *purpose], which takes longer than all the rest.
    words = [low, high, *purpose.encode("ascii")] if high else [low, *purpose.encode("ascii")]
    return np.random.Generator(np.random.PCG64(np.array(words, np.uint32)))


def draw(seeds: Array, purpose: str, make: Callable[[np.random.Generator], Array]) -> Array:
    """Call `make` with each replica's own generator and stack the results: (R, ...)."""
    return np.stack([make(stream(seed, purpose)) for seed in seeds])
