"""A unit read as a yes or no by a cut of its own, the one that suits it best."""

import numpy as np

from sims.engine.activations import Array


def cut_accuracy(known: Array, known_yes: Array, fresh: Array, fresh_yes: Array) -> tuple[Array, Array]:
    """How often each unit is right by its own best cut, in whichever direction: on the known examples and on fresh
    ones, (R, units) each.

    The activations are `known` (R, units, N) and `fresh` (R, units, M), the answers, true for yes, (R, N) and (R, M).
    Cut and direction are chosen on the known examples: "yes above", or "yes up to the cut".
    """
    points = known.shape[2]
    order = known.argsort(axis=2)
    ranked = np.take_along_axis(known, order, axis=2)
    yes = np.take_along_axis(np.broadcast_to(known_yes[:, None], known.shape), order, axis=2)
    right = yes.sum(axis=2, keepdims=True) - yes.cumsum(axis=2) + (~yes).cumsum(axis=2)  # (R, units, N), "yes above"
    either = np.maximum(right, points - right)
    best = either.argmax(axis=2)[:, :, None]
    upward = np.take_along_axis(right, best, axis=2) * 2 >= points
    says = (fresh > np.take_along_axis(ranked, best, axis=2)) == upward
    return either.max(axis=2) / points, (says == fresh_yes[:, None]).mean(axis=2)
