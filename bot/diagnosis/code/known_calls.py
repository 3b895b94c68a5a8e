"""Calls whose value is known: arrays of zeros or random numbers, arrays written out, their shapes, plain functions."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bot.diagnosis.code.arithmetic import of_rows
from bot.diagnosis.code.values import MOST, UNKNOWN, Array, Call, Sym, Value, as_rows, dimensions, is_number

_WRAPPERS = {
    "array", "asarray", "matrix", "mat", "tensor", "FloatTensor", "LongTensor", "DoubleTensor", "Tensor", "as_tensor",
    "Variable", "Parameter", "constant", "convert_to_tensor", "from_numpy", "list", "tuple", "float32", "asfarray",
    "DataFrame",
}
_SAME = {
    "astype", "float", "double", "long", "int", "cuda", "to", "cpu", "detach", "numpy", "copy", "clone", "tolist",
    "requires_grad_", "values", "squeeze_", "type", "contiguous", "requires_grad", "to_numpy", "cast",
}
_ELEMENTWISE: dict[str, Callable[[Any], Any]] = {
    "sin": np.sin, "cos": np.cos, "exp": np.exp, "sqrt": np.sqrt, "square": np.square, "abs": np.abs, "log": np.log,
    "tanh": np.tanh,
}


def known(call: Call, receiver: Value = None) -> Value:
    """The value of a call where it can be told, or the call itself. `receiver` is what a method is called on."""
    if isinstance(receiver, Array | tuple) and (value := _method(call, receiver)) is not None:
        return value
    for reader in (_filled, _random, _sequence, _wrapped, _function):
        if (value := reader(call)) is not None:
            return value
    return call


def _shape(call: Call, first: int = 0, *names: str) -> tuple[int | None, ...] | None:
    for name in (*names, "size", "shape"):
        if name in call.keywords:
            return dimensions(call.keywords[name])
    given = call.args[first:]
    if not given:
        return None
    if isinstance(given[0], tuple):
        return dimensions(given[0])
    return dimensions(tuple(part for part in given if not isinstance(part, str))) or None


def _filled(call: Call) -> Value:
    name = call.last
    if name in ("zeros", "ones", "empty") and not call.keywords.get("kernel_initializer"):
        return Array(_shape(call), "constant", 1.0 if name == "ones" else 0.0)
    if name in ("zeros_like", "ones_like") and call.args and isinstance(call.args[0], Array):
        return Array(call.args[0].shape, "constant", float(name == "ones_like"))
    if name in ("full", "fill") and len(call.args) >= 2 and is_number(call.args[1]):
        first = call.args[0]
        return Array(dimensions(first), "constant", float(call.args[1]))
    return None


def _random(call: Call) -> Value:
    name, parts = call.last, call.name.split(".")
    if name in ("rand", "random_sample", "ranf") or (name == "random" and len(parts) > 1):
        return Array(_shape(call), "uniform", 0.0, 1.0)
    if name in ("randn", "standard_normal"):
        return Array(_shape(call), "normal", 0.0, 1.0)
    if name == "uniform" and len(parts) > 1 and "init" not in parts:
        return _uniform(call)
    if name == "normal" and len(parts) > 1 and "init" not in parts:
        return _normal(call)
    if name in ("random_normal", "truncated_normal"):
        return _normal_of_tensorflow(call)
    if name == "random_uniform":
        low, high = call.get("minval", 1, default=0), call.get("maxval", 2, default=1)
        return Array(_first_shape(call), "uniform", _float(low, 0), _float(high, 1))
    if name == "get_variable":
        return _variable_of_tensorflow(call)
    if name in ("randint", "randrange"):
        low, high = call.get("low", 0, default=0), call.get("high", 1, default=0)
        return Array(_shape(call, 2), "integers", _float(low, 0), _float(high, 0))
    return None


def _first_shape(call: Call) -> tuple[int | None, ...] | None:
    given = call.get("shape", 0)
    return dimensions(given) if given is not None else None


def _uniform(call: Call) -> Value:
    if isinstance(call.get(0), tuple):  # tf.random.uniform(shape, minval, maxval)
        low, high = call.get("minval", 1, default=0), call.get("maxval", 2, default=1)
        return Array(_first_shape(call), "uniform", _float(low, 0), _float(high, 1))
    size = call.get("size", 2)
    low, high = call.get("low", 0, default=0), call.get("high", 1, default=1)
    return Array(dimensions(size) if size is not None else None, "uniform", _float(low, math.nan),
                 _float(high, math.nan))


def _normal(call: Call) -> Value:
    if isinstance(call.get(0), tuple):
        return _normal_of_tensorflow(call)
    size = call.get("size", 2)
    mean, std = call.get("loc", "mean", 0, default=0), call.get("scale", "std", 1, default=1)
    return Array(dimensions(size) if size is not None else None, "normal", _float(mean, 0), _float(std, math.nan))


def _normal_of_tensorflow(call: Call) -> Value:
    mean, std = call.get("mean", 1, default=0), call.get("stddev", 2, default=1)
    return Array(_first_shape(call), "normal", _float(mean, 0), _float(std, 1))


def _variable_of_tensorflow(call: Call) -> Value:
    """`tf.get_variable("w", [2, 3], initializer=...)`."""
    shape, initializer = call.get("shape", 1), call.get("initializer", default=Sym("glorot_uniform_initializer"))
    name = initializer.last if isinstance(initializer, Sym | Call) else ""
    return Array(dimensions(shape) if shape is not None else None, start=name.removesuffix("_initializer"))


LARGEST = 1e100  # of the numbers that a sequence is made of


def _float(value: Value, otherwise: float) -> float:
    return float(value) if is_number(value) else otherwise


def _sequence(call: Call) -> Value:
    numbers = [one for one in call.args if is_number(one) and abs(one) <= LARGEST]
    if len(numbers) != len(call.args) or not numbers:
        return None
    if call.last in ("range", "xrange") and call.last == call.name:
        return _counted(numbers)
    if call.last == "arange":
        start, stop, step = (0, numbers[0], 1) if len(numbers) == 1 else (*numbers[:2], *(numbers[2:3] or [1]))
        if step and 0 < (stop - start) / step <= MOST:
            return of_rows(np.arange(start, stop, step))
    if call.last == "linspace" and len(numbers) >= 2:
        count = call.get(2, "num", default=50)
        if is_number(count) and 1 <= count <= MOST:
            return of_rows(np.linspace(numbers[0], numbers[1], int(count)))
    return None


def _counted(numbers: list[float]) -> Value:
    if any(number != int(number) for number in numbers):
        return None
    counted = range(*(int(number) for number in numbers[:3])) if 0 not in numbers[2:3] else range(0)
    return tuple(counted[:64]) if not counted[64:] else None  # the length of a very long range has no C form


def _wrapped(call: Call) -> Value:
    if call.last not in _WRAPPERS or not call.args:
        return None
    inner = call.args[0]
    if isinstance(inner, Array):
        return inner
    rows = as_rows(inner)
    return of_rows(rows) if rows is not None else None


def _function(call: Call) -> Value:
    if not call.args:
        return None
    inner = call.args[0]
    if call.last in _ELEMENTWISE:
        if is_number(inner):
            return _plain(call.last, inner)
        if isinstance(inner, Array) and inner.rows is not None:
            with np.errstate(all="ignore"):
                return of_rows(_ELEMENTWISE[call.last](inner.rows))
    if call.last == "where" and len(call.args) == 3 and all(is_number(one) for one in call.args[1:]):
        return Array((None,), "labels", float(min(call.args[1:])), float(max(call.args[1:])))
    if call.last == "len" and isinstance(inner, tuple):
        return len(inner)
    if call.last == "len" and isinstance(inner, Array) and inner.shape and inner.shape[0]:
        return inner.shape[0]
    if call.last in ("int", "float") and is_number(inner):
        return int(inner) if call.last == "int" else float(inner)
    if call.last in ("reshape", "transpose", "expand_dims") and isinstance(inner, Array):
        return _method(Call(call.name, call.args[1:], call.keywords), inner)
    return None


def _plain(name: str, number: float) -> Value:
    try:
        value = float(getattr(math, {"abs": "fabs", "square": "fabs"}.get(name, name))(number))
    except (ArithmeticError, ValueError):
        return UNKNOWN
    return value * value if name == "square" else value


def _method(call: Call, receiver: Value) -> Value:
    array = receiver if isinstance(receiver, Array) else of_rows(receiver)
    if not isinstance(array, Array):
        return None
    name = call.last
    if name in _SAME:
        return array
    if name in ("transpose", "t"):
        return array.transposed()
    if name in ("reshape", "view", "resize"):
        shape = _shape(call)
        return array.shaped(_filled_in(shape, array)) if shape else array
    if name in ("unsqueeze", "expand_dims"):
        at = call.get("dim", "axis", 0)
        return _widened(array, at) if is_number(at) else array
    if name in ("ravel", "flatten", "squeeze"):
        return array.shaped((-1,)) if array.rows is not None else Array(None, array.fill, array.low, array.high)
    return None


def _filled_in(shape: tuple[int | None, ...], array: Array) -> tuple[int | None, ...]:
    if array.rows is not None or -1 not in shape:
        return shape
    return tuple(None if size == -1 else size for size in shape)


def _widened(array: Array, at: float) -> Array:
    if array.shape is None:
        return array
    shape = list(array.shape)
    place = int(at) if at >= 0 else len(shape) + 1 + int(at)
    shape.insert(max(0, min(place, len(shape))), 1)
    return array.shaped(tuple(shape))
