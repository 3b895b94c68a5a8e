"""Products of small arrays for R replicas at once, by the way that is exact and fast where they are computed.

`weighted_sums` are what layers are made of, and sums over the examples are what gradients are made of. Two things
decide how: BLAS adds up few numbers in an order that depends on where they lie in memory, so that a replica would not
be the same alone and among others; and OpenBLAS, which numpy brings on x86, multiplies small matrices fast with AVX-512
alone. Else a call takes as long for 3 x 3 sums as for many more: multiplying a matrix with a vector several times is up
to four times as fast, and for nine sums or fewer one product of vectors for each is faster still.
"""

from collections.abc import Callable

import numpy as np

from sims.engine.activations import Array
from sims.engine.processor import PROCESSOR, Processor

FEW_INPUTS, FEW_POINTS = 4, 16  # points below which BLAS adds in changing orders: a unit's inputs, and its gradient
MOST_VECTORS, MANY_POINTS = 8, 100  # for which vectors are faster than matrices without AVX-512
MOST_SUMS = 9  # for which a product of vectors for each sum is faster

Products = Callable[[Array, Array, Array], object]  # (left, right, out)


def weighted_sums(units: int, points: int) -> Products:
    """The function that fills pre-activations (R, units, points) from weights (R, units, n_in + 1) and values (R,
    n_in + 1, points)."""
    return _one_unit_of_few if units == 1 and points < FEW_INPUTS else np.matmul


def sums_over_examples(rows: int, columns: int, points: int, processor: Processor = PROCESSOR) -> Products:
    """The function that fills sums over the examples (R, rows, columns) from (R, rows, points) and (R, points,
    columns)."""
    slow = processor.x86 and not processor.avx512
    one_of_few = rows == 1 and points < FEW_POINTS
    if slow and (one_of_few or (rows > 1 and rows * columns <= MOST_SUMS)):
        return _by_sums
    if one_of_few:
        return _one_row_of_few
    if not slow or points < MANY_POINTS or not 2 <= min(rows, columns) <= MOST_VECTORS:
        return np.matmul
    return _by_rows if rows <= columns else _by_columns


def _one_unit_of_few(weights: Array, values: Array, out: Array) -> None:
    out[...] = np.add.accumulate(weights.transpose(0, 2, 1) * values, axis=1)[:, -1:]


def _one_row_of_few(left: Array, right: Array, out: Array) -> None:
    np.sum(right * left.transpose(0, 2, 1), axis=1, keepdims=True, out=out)


def _by_sums(left: Array, right: Array, out: Array) -> None:
    np.vecdot(left.transpose(1, 0, 2)[:, None], right.transpose(2, 0, 1), out=out.transpose(1, 2, 0))


def _by_rows(left: Array, right: Array, out: Array) -> None:
    np.matmul(left[:, :, None], right[:, None], out[:, :, None])


def _by_columns(left: Array, right: Array, out: Array) -> None:
    np.matmul(left[:, None], right.transpose(0, 2, 1)[..., None], out.transpose(0, 2, 1)[..., None])
