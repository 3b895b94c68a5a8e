"""The hyperbolic tangent and the sigmoid in place, and a logarithm, by whatever is fast on this processor.

Numpy has vector code for the tangent in single precision where an x86 processor has AVX2 or AVX-512, and else takes 11
ns for each element: more than all the rest of a step of training. There a rational function in plain arithmetic takes
2. With AVX-512 the vector code takes 0.2 ns. With AVX2 alone it looks each element up in a table, which took 0.9 ns on
one processor and 2.6 on another; there the exponential (1.3, without a table) makes the cheaper sigmoid.
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
QUARTER, HALF, ONE = (np.array(value, np.float32) for value in (0.25, 0.5, 1))
GREATEST = np.float32(88)  # whose exponential is finite


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


def sigmoid_by_tanh(z: Array) -> None:
    """sigmoid(z) = (1 + tanh(z/2)) / 2, which cannot overflow."""
    half = z.dtype.type(0.5) if z.dtype != HALF.dtype else HALF
    np.multiply(z, half, z)
    TANH[z.dtype](z)
    np.multiply(z, half, z)
    np.add(z, half, z)


def sigmoid_by_exp(z: Array) -> None:
    """sigmoid(z) = 1 / (1 + exp(-z)) for float32, within 2e-7; below -88 it stays at the 6e-39 that it has there."""
    np.negative(z, z)
    np.minimum(z, _row(GREATEST, z.shape[-1]), out=z)
    np.exp(z, z)
    np.add(z, ONE, z)
    np.divide(ONE, z, z)


def log1p_by_log(x: Array) -> Array:
    """log(1 + x) for float32 from 0 to 1, with a relative error below 4e-7: the logarithm of the rounded sum, and what
    was lost in rounding to first order. Numpy has vector code for log1p with AVX-512 alone."""
    total = np.add(x, ONE)
    lost = np.subtract(total, ONE)
    np.subtract(lost, x, lost)
    np.divide(lost, total, lost)
    np.log(total, total)
    return np.subtract(total, lost, total)


@lru_cache(maxsize=64)
def _row(value: np.float32, points: int) -> Array:
    return np.full(points, value)


def has_avx2_alone(processor: Processor) -> bool:
    """Whether exponentials and logarithms have vector code, and the tangent none that is as fast."""
    return processor.avx2 and not processor.avx512


def tangent(processor: Processor) -> Callable[[Array], None]:
    """The tangent of float32 numbers that is the fastest on a processor."""
    return rational_tanh if processor.x86 and not processor.avx2 else numpy_tanh


def sigmoid(processor: Processor) -> Callable[[Array], None]:
    """The sigmoid of float32 numbers that is the fastest on a processor."""
    return sigmoid_by_exp if has_avx2_alone(processor) else sigmoid_by_tanh


def log1p(processor: Processor) -> Callable[[Array], Array]:
    """log(1 + x) of float32 numbers from 0 to 1 that is the fastest on a processor."""
    return log1p_by_log if has_avx2_alone(processor) else np.log1p


SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
TANH: dict[Any, Callable[[Array], None]] = {SINGLE: tangent(PROCESSOR), DOUBLE: numpy_tanh}
SIGMOID: dict[Any, Callable[[Array], None]] = {SINGLE: sigmoid(PROCESSOR), DOUBLE: sigmoid_by_tanh}
LOG1P: dict[Any, Callable[[Array], Array]] = {SINGLE: log1p(PROCESSOR), DOUBLE: np.log1p}
