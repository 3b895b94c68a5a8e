"""What a confidence is weighed from: how likely the mix finds an entry, and how far its sources agree that it is ours.

A near miss has our words, so that one source or another takes it for ours; seldom do all of them at once.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOP, SCOPE = "top", "scope"  # the signs that the confidence of every matcher has


def signs(entries: Floats, groups: Floats, length: Floats, pointed: Floats,
          alone: Mapping[str, Floats]) -> dict[str, Floats]:
    """The signs for each entry of N questions, by name, as (N, n_entries) or (N, 1).

    `entries` (N, n_entries) and `groups` (N, n_groups) are the mix's probabilities, `length` (N,) is that of the
    question (matcher.length_of), `pointed` (N, n_entries) says what its code points to; `alone` has, by the name of a
    source, the probability of all entries together by that source alone, (N,).
    """
    found = logit(entries)
    return {
        TOP: found, SCOPE: logit(entries.sum(axis=1))[:, None],
        "margin": found - logit(_others(entries)),
        "group": logit(groups.max(axis=1, initial=0.0))[:, None],
        "length": length[:, None],
        "pointed": pointed,
        **{f"ours by {name}": logit(values)[:, None] for name, values in alone.items()},
    }


def logit(p: Floats) -> Floats:
    """Log odds, finite at 0 and 1."""
    p = np.minimum(np.maximum(p, 1e-6), 1 - 1e-6)  # np.clip takes as long again
    return np.asarray(np.log(p / (1 - p)))


def _others(entries: Floats) -> Floats:
    """For each entry the likeliest one beside it, (N, n_entries); 0 where there is no other."""
    if entries.shape[1] < 2:
        return np.zeros_like(entries)
    second, first = np.sort(entries, axis=1)[:, -2:].T
    is_first = np.arange(entries.shape[1]) == entries.argmax(axis=1)[:, None]
    return np.where(is_first, second[:, None], first[:, None])
