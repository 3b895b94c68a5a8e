"""Which well-known function a table of inputs and targets is: XOR, AND, OR, parity, a line, a square, a sine."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def without_ones(inputs: Numbers) -> Numbers:
    """Inputs (n, k) without constant columns, which stand in for a bias."""
    varies = inputs.max(axis=0) != inputs.min(axis=0)
    return inputs[:, varies] if varies.any() else inputs


def same_function(inputs: Numbers, targets: Numbers) -> str | None:
    """The name of the function that a table (n, k) -> (n, outputs) shows; None where it is no well-known one."""
    if inputs.shape[1] == 1 and targets.shape[1] == 1 and len(inputs) >= 4:
        return _curve(inputs[:, 0], targets[:, 0])
    if targets.shape[1] > 2:
        return None
    label = targets[:, -1]
    low, high = inputs.min(), inputs.max()
    if inputs.shape[1] < 2 or not set(np.unique(inputs)) <= {low, high} or len(set(np.unique(label))) != 2:
        return None
    on = (inputs == high).astype(int)
    yes = label == label.max()
    if inputs.shape[1] > 2:
        return "parity" if (yes == (on.sum(axis=1) % 2 == 1)).all() and len(inputs) >= 6 else _of_two_columns(on, yes)
    return _gate(on, yes)


def _of_two_columns(on: NDArray[np.int_], yes: NDArray[np.bool_]) -> str | None:
    """XOR of the first two of several columns, as in the well-known tutorial with a third."""
    return "xor" if on.shape[1] == 3 and (yes == (on[:, 0] != on[:, 1])).all() and len(on) >= 4 else None


def _gate(on: NDArray[np.int_], yes: NDArray[np.bool_]) -> str | None:
    if len({tuple(row) for row in on.tolist()}) < 3:
        return None
    for name, table in (("xor", on[:, 0] != on[:, 1]), ("and", on.all(axis=1)), ("or", on.any(axis=1)),
                        ("xor", on[:, 0] == on[:, 1])):
        if (yes == table).all():
            return name
    return None


def _curve(x: Numbers, y: Numbers) -> str | None:
    scale = max(float(np.abs(y).max()), 1e-9)
    for name, columns in (("line", (x, np.ones_like(x))), ("square", (x * x, x, np.ones_like(x)))):
        table = np.stack(columns, axis=1)
        fitted, *_ = np.linalg.lstsq(table, y, rcond=None)
        if np.abs(table @ fitted - y).max() < 1e-6 * scale:
            return name
    for angle in (x, 2 * np.pi * x, np.pi * x, 2 * x):
        if np.abs(np.sin(angle) - y).max() < 1e-6:
            return "sine"
    return None
