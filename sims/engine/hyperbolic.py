"""The hyperbolic tangent in place, by whatever is fast on this processor.

Numpy has vector code for it in single precision where an x86 processor has AVX2 or AVX-512, with 0.9 or 0.2 ns for each
element, and else takes 11: more than all the rest of a step of training. There a rational function in plain arithmetic
takes 2.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sims.engine.processor import PROCESSOR, Processor

Array = NDArray[Any]

FARTHEST = np.float32(8.6)  # from here on the tangent is within 7e-8 of 1
# r = x P(x^2) / Q(x^2) is half of tanh(x / 2) on that range, fitted so that r / (r^2 + 1/4), which is tanh(x), has the
# least largest error, 5e-9; that is lost in rounding. Lowest power first; Q has a leading 1.
NUMERATOR = tuple(np.array(value, np.float32) for value in (203345.65625, 6053.90771484375, 23.22939109802246))
DENOMINATOR = tuple(np.array(value, np.float32) for value in (813382.625, 91997.453125, 981.2267456054688))
QUARTER = np.array(0.25, np.float32)


def numpy_tanh(z: Array) -> None:
    """Numpy's own."""
    np.tanh(z, z)


def rational_tanh(z: Array) -> None:
    """A rational function for float32, within 2e-7 of the tangent everywhere, odd, at most 1 in size, and nan for nan.

    It never falls by more than 2e-7, its rounding error, where the tangent rises. All operations are exactly rounded,
    so that a result depends on its argument alone, whatever stands beside it in memory.
    """
    p0, p1, p2 = NUMERATOR
    q0, q1, q2 = DENOMINATOR
    square, scratch = np.empty_like(z), np.empty_like(z)
    np.minimum(z, _row(FARTHEST, z.shape[-1]), out=z)  # numpy is far slower with a single number
    np.maximum(z, _row(-FARTHEST, z.shape[-1]), out=z)
    np.multiply(z, z, square)
    np.multiply(square, p2, scratch)
    np.add(scratch, p1, scratch)
    np.multiply(scratch, square, scratch)
    np.add(scratch, p0, scratch)
    np.multiply(scratch, z, scratch)  # x P
    np.add(square, q2, z)
    np.multiply(z, square, z)
    np.add(z, q1, z)
    np.multiply(z, square, z)
    np.add(z, q0, z)  # Q
    np.divide(scratch, z, z)  # r
    np.multiply(z, z, square)
    np.add(square, QUARTER, square)
    np.divide(z, square, z)


@lru_cache(maxsize=64)
def _row(value: np.float32, points: int) -> Array:
    return np.full(points, value)


def fastest(processor: Processor) -> Callable[[Array], None]:
    """The tangent of float32 numbers that is the fastest on a processor."""
    return rational_tanh if processor.x86 and not processor.avx2 else numpy_tanh


TANH: dict[Any, Callable[[Array], None]] = {
    np.dtype(np.float32): fastest(PROCESSOR),
    np.dtype(np.float64): numpy_tanh,
}
