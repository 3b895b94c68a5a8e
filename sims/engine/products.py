"""Sums over the examples of products of small layers' values, for R replicas at once: what gradients are made of.

OpenBLAS, which numpy brings on x86, multiplies small matrices fast with AVX-512 alone. Else a call takes as long for
3 x 3 sums as for many more, and it is up to four times as fast to let it multiply a matrix with a vector several times.
"""

from collections.abc import Callable

import numpy as np

from sims.engine.activations import Array
from sims.engine.processor import PROCESSOR, Processor

MOST_VECTORS, FEWEST_POINTS = 8, 100  # otherwise matrices are as fast there too

Products = Callable[[Array, Array, Array], object]


def by_matrices(left: Array, right: Array, out: Array) -> None:
    """Fill `out` (R, m, k) with the products of `left` (R, m, N) and `right` (R, N, k)."""
    np.matmul(left, right, out)


def by_vectors(left: Array, right: Array, out: Array) -> None:
    """Fill `out` (R, m, k) with the products of `left` (R, m, N) and `right` (R, N, k): where there are few rows or few
    columns and many examples, one of them after another."""
    rows, columns = out.shape[1:]
    if not 2 <= min(rows, columns) <= MOST_VECTORS or left.shape[2] < FEWEST_POINTS:
        np.matmul(left, right, out)
    elif rows <= columns:
        np.matmul(left[:, :, None], right[:, None], out[:, :, None])
    else:
        np.matmul(left[:, None], right.transpose(0, 2, 1)[..., None], out.transpose(0, 2, 1)[..., None])


def fastest(processor: Processor) -> Products:
    """The function that is the faster one on a processor."""
    return by_vectors if processor.x86 and not processor.avx512 else by_matrices


products = fastest(PROCESSOR)
