"""Softmax regression: shares as targets, weights for the examples, and a penalty that may pull to earlier weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float32]

MEMORY = 8  # of L-BFGS: steps that it remembers
BALANCE = 0.5  # the power of the inverse frequency that a label's examples are weighted with: 1 makes all labels equal


def fit(inputs: Any, targets: Floats, weights: Floats, penalty: float, iterations: int,
        start: tuple[Floats, Floats] | None = None) -> tuple[Floats, Floats]:
    """Weights (n_labels, n_in) and bias (n_labels,) that minimise the weighted mean log loss plus
    penalty / 2 * |weights - those of `start`|².

    Inputs are (N, n_in), dense or a scipy.sparse matrix; targets (N, n_labels) sum to one in each row.
    """
    shape = (inputs.shape[1] + 1, targets.shape[1])  # the last row is the bias
    origin = np.zeros(shape, np.float32) if start is None else np.vstack([start[0].T, start[1]])
    found = minimize(_objective(inputs, targets, weights / weights.sum(), penalty, origin), origin.ravel(), jac=True,
                     method="L-BFGS-B", options={"maxiter": iterations, "maxcor": MEMORY})
    fitted = found.x.reshape(shape).astype(np.float32)
    return np.ascontiguousarray(fitted[:-1].T), fitted[-1]


def balanced(targets: Floats, weights: Floats) -> Floats:
    """The examples' weights (N,), so changed that rare labels count for more."""
    totals = targets.T @ weights  # (n_labels,)
    return np.asarray(weights * (targets @ (totals.mean() / np.maximum(totals, 1e-6)) ** BALANCE), np.float32)


def _objective(inputs: Any, targets: Floats, weights: Floats, penalty: float,
               origin: Floats) -> Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]:
    """The loss and its gradient, as L-BFGS wants them."""
    transposed, rows = inputs.T, weights[:, None]

    def value(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        fitted = flat.reshape(origin.shape).astype(np.float32)
        logits = inputs @ fitted[:-1] + fitted[-1]  # (N, n_labels)
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        totals = chances.sum(axis=1, keepdims=True)
        loss = -float((rows * targets * (logits - np.log(totals))).sum())
        errors = rows * (chances / totals - targets)
        moved = penalty * (fitted - origin)
        moved[-1] = 0  # the bias is free
        gradient = np.vstack([transposed @ errors, errors.sum(axis=0)]) + moved
        return loss + float((moved * (fitted - origin)).sum()) / 2, gradient.astype(np.float64).ravel()

    return value
