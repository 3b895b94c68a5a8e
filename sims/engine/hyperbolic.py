"""The hyperbolic tangent and the sigmoid in place, and a logarithm, by whatever is fast on this processor.

Numpy has vector code for the tangent in single precision where an x86 processor has AVX2 or AVX-512, and else takes 11
ns for each element: more than all the rest of a step of training. There a rational function in plain arithmetic takes
2. With AVX-512 the vector code takes 0.2 ns. With AVX2 alone it looks each element up in a table, which took 0.9 ns on
one processor and 2.6 on another; there the exponential (1.3, without a table) makes the cheaper sigmoid, and the
rational function in arrays that are made once (1.8) the cheaper tangent of many numbers.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sims.engine.memory import aligned
from sims.engine.processor import PROCESSOR, Processor

Array = NDArray[Any]

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
FARTHEST = np.float32(8.6)  # from here on the tangent is within 7e-8 of 1
# r = x (a / (x^2 + d) + b / (x^2 + e) + c / (x^2 + f)) is half of tanh(x / 2) on that range, fitted so that
# r / (r^2 + 1/4), which is tanh(x), has the least largest error, 6e-9; that is lost in rounding. Fractions, all of them
# positive, take fewer passes than a quotient of polynomials.
OVER = tuple(np.array(value, np.float32) for value in (18.794535833168197, 2.4346346703728616, 2.000220594481416))
BESIDE = tuple(np.array(value, np.float32) for value in (877.43507437, 93.92174905, 9.86992218))
QUARTER, HALF, ONE = (np.array(value, np.float32) for value in (0.25, 0.5, 1))
MANY = 400  # tangents of one replica, from where on 32 of them are faster in scratch arrays
GREATEST = np.float32(88)  # whose exponential is finite


def numpy_tanh(z: Array) -> None:
    """Numpy's own."""
    np.tanh(z, z)


class Scratch(NamedTuple):
    """Arrays like the one whose tangents are computed: three to compute in, and its bounds."""

    squares: Array
    sums: Array
    fraction: Array
    highest: Array
    lowest: Array


def scratch_for(z: Array) -> Scratch:
    """What `rational_tanh` needs for arrays shaped like `z`, whose axes are in the order of their memory."""
    made = Scratch(*(aligned(z.shape, z.dtype) for _ in Scratch._fields))
    made.highest.fill(FARTHEST)
    made.lowest.fill(-FARTHEST)
    return made


def rational_tanh(z: Array, scratch: Scratch | None = None) -> None:
    """A rational function for float32, within 2e-7 of the tangent everywhere, odd, at most 1 in size, and nan for nan.

    It never falls by more than 2e-7, its rounding error, where the tangent rises. All operations are exactly rounded,
    so that a result depends on its argument alone, whatever stands beside it in memory. Where many arrays of one shape
    follow each other, `scratch` saves a third of the time.
    """
    a, b, c = OVER
    d, e, f = BESIDE
    rows = (_row(bound, z.shape[-1]) for bound in (FARTHEST, -FARTHEST))  # numpy is far slower with a single number
    square, total, fraction, highest, lowest = scratch or (*(np.empty_like(z) for _ in range(3)), *rows)
    np.minimum(z, highest, out=z)
    np.maximum(z, lowest, out=z)
    np.multiply(z, z, square)
    np.add(square, d, total)
    np.divide(a, total, total)
    np.add(square, e, fraction)
    np.divide(b, fraction, fraction)
    np.add(total, fraction, total)
    np.add(square, f, square)
    np.divide(c, square, square)
    np.add(total, square, total)
    np.multiply(z, total, z)  # r
    np.multiply(z, z, total)
    np.add(total, QUARTER, total)
    np.divide(z, total, z)


def sigmoid_by_tanh(z: Array) -> None:
    """sigmoid(z) = (1 + tanh(z/2)) / 2, which cannot overflow."""
    half = HALF if z.dtype == SINGLE else z.dtype.type(0.5)
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


def in_scratch(processor: Processor, dtype: Any, numbers: int) -> bool:
    """Whether the rational function, given scratch arrays, is the fastest tangent of so many numbers for each of some
    thirty replicas. It does not ask for how many, so that a replica is the same alone and among others."""
    return has_avx2_alone(processor) and dtype == SINGLE and numbers >= MANY


def sigmoid(processor: Processor) -> Callable[[Array], None]:
    """The sigmoid of float32 numbers that is the fastest on a processor."""
    return sigmoid_by_exp if has_avx2_alone(processor) else sigmoid_by_tanh


def log1p(processor: Processor) -> Callable[[Array], Array]:
    """log(1 + x) of float32 numbers from 0 to 1 that is the fastest on a processor."""
    return log1p_by_log if has_avx2_alone(processor) else np.log1p


TANH: dict[Any, Callable[[Array], None]] = {SINGLE: tangent(PROCESSOR), DOUBLE: numpy_tanh}
SIGMOID: dict[Any, Callable[[Array], None]] = {SINGLE: sigmoid(PROCESSOR), DOUBLE: sigmoid_by_tanh}
LOG1P: dict[Any, Callable[[Array], Array]] = {SINGLE: log1p(PROCESSOR), DOUBLE: np.log1p}
