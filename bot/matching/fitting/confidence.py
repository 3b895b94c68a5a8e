"""The confidence that the first entry is right: logistic regression on its signs."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.matching.confidence import SCOPE, TOP

OUTSIDE_WEIGHT = 2.0  # of a question out of scope while signs are weighed: few, and an answer to them costs most
RIDGE = 0.01  # pulls the weights of standardised signs to zero

Floats = NDArray[np.float64]


def fit_confidence(signs: Mapping[str, Floats], right: Floats, scope: NDArray[np.str_],
                   weights: Floats) -> dict[str, float | dict[str, float]]:
    """The fields `top`, `scope`, `offset` and `further` of Numbers, from the signs (N,) of the first entries and from
    how right these are (N,); one that is half right counts half as right and half as wrong.

    Questions out of scope count for more while the signs are weighed against one another. Then all are weighed alike,
    so that the confidence is a probability.
    """
    table = np.column_stack(list(signs.values()))
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    inputs = (table - mean) / spread
    slopes, _ = _logistic(inputs, right, np.where(scope == "in", 1, OUTSIDE_WEIGHT) * weights, RIDGE)
    [scale], offset = _logistic((inputs @ slopes)[:, None], right, weights, 0.0)
    slopes = scale * slopes / spread
    found: dict[str, float] = {name: round(float(slope), 4) for name, slope in zip(signs, slopes, strict=True)}
    top, of_scope = found.pop(TOP), found.pop(SCOPE)
    return {"top": top, "scope": of_scope, "offset": round(float(offset - slopes @ mean), 4), "further": found}


def _logistic(inputs: Floats, right: Floats, weights: Floats, ridge: float) -> tuple[Floats, float]:
    """Slopes (k,) and the offset, for inputs (N, k)."""
    share = weights / weights.sum()

    def loss(fitted: Floats) -> tuple[float, Floats]:
        z = inputs @ fitted[:-1] + fitted[-1]
        chance = 1 / (1 + np.exp(-z))
        value = -(share * (right * np.log(chance + 1e-12) + (1 - right) * np.log(1 - chance + 1e-12))).sum()
        errors = share * (chance - right)
        gradient = np.append(errors @ inputs + ridge * fitted[:-1], errors.sum())
        return float(value + ridge * fitted[:-1] @ fitted[:-1] / 2), gradient

    found = minimize(loss, np.zeros(inputs.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return found[:-1], float(found[-1])
