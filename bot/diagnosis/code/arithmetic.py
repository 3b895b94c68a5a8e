"""Arithmetic on values that were read: numbers, arrays of known numbers, and random arrays scaled and shifted."""

import ast
import math
from collections.abc import Callable

import numpy as np

from bot.diagnosis.code.values import MOST, UNKNOWN, Array, Value, as_rows, is_number

LARGEST = 1e15
_NUMBERS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.FloorDiv: lambda a, b: a // b, ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: math.pow(a, b),
}


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """The value of `left op right`; UNKNOWN where it cannot be told."""
    if is_number(left) and is_number(right):
        return _numbers(op, left, right)
    if isinstance(left, tuple) and isinstance(op, ast.Mult) and is_number(right):
        return left * int(right) if 0 < right * len(left) <= MOST else UNKNOWN
    if isinstance(left, tuple) and isinstance(right, tuple) and isinstance(op, ast.Add):
        return left + right if len(left) + len(right) <= MOST else UNKNOWN
    if isinstance(left, Array) and is_number(right):
        return _array_and_number(op, left, right)
    if isinstance(right, Array) and is_number(left):
        return _number_and_array(op, left, right)
    if isinstance(left, Array) and isinstance(right, Array):
        return _arrays(op, left, right)
    for one in (left, right):
        if isinstance(one, Array) and isinstance(op, ast.Mult | ast.Div):
            return Array(shape=one.shape)  # scaled by something unknown
    return UNKNOWN


def _numbers(op: ast.operator, left: float, right: float) -> Value:
    function = _NUMBERS.get(type(op))
    if function is None or abs(left) > LARGEST or abs(right) > LARGEST:
        return UNKNOWN
    try:
        value = function(left, right)
    except (ArithmeticError, ValueError):
        return UNKNOWN
    if not math.isfinite(value) or abs(value) > LARGEST:
        return UNKNOWN
    whole = isinstance(left, int) and isinstance(right, int) and not isinstance(op, ast.Div) and value == int(value)
    return int(value) if whole else value


def _array_and_number(op: ast.operator, array: Array, number: float) -> Value:
    if isinstance(op, ast.Mult):
        return array.scaled(number)
    if isinstance(op, ast.Div):
        return array.scaled(1 / number) if number else UNKNOWN
    if isinstance(op, ast.Add):
        return array.shifted(number)
    if isinstance(op, ast.Sub):
        return array.shifted(-number)
    if array.rows is not None and isinstance(op, ast.Pow | ast.Mod | ast.FloorDiv) and abs(number) <= 20:
        with np.errstate(all="ignore"):
            function = {ast.Pow: np.power, ast.Mod: np.mod, ast.FloorDiv: np.floor_divide}[type(op)]
            return of_rows(function(array.rows, number))
    return Array(shape=array.shape)


def _number_and_array(op: ast.operator, number: float, array: Array) -> Value:
    if isinstance(op, ast.Mult):
        return array.scaled(number)
    if isinstance(op, ast.Add):
        return array.shifted(number)
    if isinstance(op, ast.Sub):
        return array.scaled(-1.0).shifted(number)
    return Array(shape=array.shape)


def _arrays(op: ast.operator, left: Array, right: Array) -> Value:
    function = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide}.get(type(op))
    if function is not None and left.rows is not None and right.rows is not None:
        try:
            if np.broadcast(left.rows, right.rows).size <= MOST:
                with np.errstate(all="ignore"):
                    return of_rows(function(left.rows, right.rows))
        except ValueError:
            return UNKNOWN
    random = next((one for one in (left, right) if one.rows is None), None)
    return Array(shape=left.shape if left.shape == right.shape else None) if random else UNKNOWN


def of_rows(rows: Value) -> Value:
    """An array of known numbers; UNKNOWN where there are none, or too many."""
    numbers = as_rows(rows) if isinstance(rows, tuple) else np.asarray(rows, dtype=np.float64)
    if numbers is None or not numbers.ndim or not 0 < numbers.size <= MOST or not np.isfinite(numbers).all():
        return UNKNOWN
    return Array(shape=numbers.shape, rows=numbers)


def negated(value: Value) -> Value:
    """The value of `-value`."""
    if is_number(value):
        return -value
    return value.scaled(-1.0) if isinstance(value, Array) else UNKNOWN
