"""What an expression is worth where that can be told without running it: numbers, texts, lists, arrays, calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeGuard

import numpy as np
from numpy.typing import NDArray

MOST = 10_000  # numbers of an array that are kept

Value = Any  # int, float, bool, str, None, a tuple of values, Sym, Call or Array


@dataclass(frozen=True)
class Sym:
    """A name that stands for something unknown: `nn.ReLU`, `x_train`."""

    name: str

    @property
    def last(self) -> str:
        """The part after the last dot."""
        return self.name.rsplit(".", 1)[-1]


UNKNOWN = Sym("?")


@dataclass(frozen=True, eq=False)
class Call:
    """A call that was read. `of` is what it is called on, where that is not a plain name: `Dense(3)(x)`."""

    name: str
    args: tuple[Value, ...] = ()
    keywords: Mapping[str, Value] = field(default_factory=dict)
    line: int = 0
    lines: Mapping[str | int, int] = field(default_factory=dict)  # where an argument's value was written
    words: Mapping[str | int, str] = field(default_factory=dict)  # the variables that are passed, by their names
    scope: tuple[str, ...] = ()  # names of the class and function around
    loops: tuple[int, ...] = ()  # lines of the loops around
    of: Value = None
    target: str = ""             # the name it is assigned to

    @property
    def last(self) -> str:
        """The function's own name, without what stands before the last dot."""
        return self.name.rsplit(".", 1)[-1]

    def get(self, *names: str | int, default: Value = None) -> Value:
        """The first of the arguments, by name or position, that is given."""
        for name in names:
            if isinstance(name, int):
                if name < len(self.args):
                    return self.args[name]
            elif name in self.keywords:
                return self.keywords[name]
        return default

    def line_of(self, *names: str | int) -> int:
        """The line on which the first given of these arguments was written; the call's own where none is."""
        return next((self.lines[name] for name in names if name in self.lines), self.line)


@dataclass(frozen=True, eq=False)
class Array:
    """An array by what is known of it: its shape, how it was filled, or the numbers themselves."""

    shape: tuple[int | None, ...] | None = None
    fill: Literal["constant", "uniform", "normal", "integers", "labels"] | None = None  # "labels": low or high each
    low: float = 0.0   # the constant; the mean of a normal
    high: float = 0.0  # the standard deviation of a normal
    rows: NDArray[np.float64] | None = None  # of one axis at least
    parts: tuple["Array", ...] = ()  # those of a list that this stands for, one for each layer
    start: str = ""    # a start by its name, such as "glorot_uniform"

    def scaled(self, factor: float) -> "Array":
        """Every number times a factor."""
        if self.rows is not None:
            return replace(self, rows=self.rows * factor)
        low, high = self.low * factor, self.high * factor
        if self.fill == "normal":
            return replace(self, low=low, high=abs(high))
        return replace(self, low=min(low, high), high=max(low, high)) if self.fill != "constant" else replace(
            self, low=low)

    def shifted(self, by: float) -> "Array":
        """Every number plus a constant."""
        if self.rows is not None:
            return replace(self, rows=self.rows + by)
        if self.fill == "uniform":
            return replace(self, low=self.low + by, high=self.high + by)
        return replace(self, low=self.low + by)

    def transposed(self) -> "Array":
        """The transpose."""
        shape = tuple(reversed(self.shape)) if self.shape is not None else None
        return replace(self, shape=shape, rows=None if self.rows is None else self.rows.T)

    def shaped(self, shape: tuple[int | None, ...] | None) -> "Array":
        """The array's numbers in another shape; without its numbers where that is not known, or is that of a number."""
        if self.rows is None or not shape or None in shape:
            return replace(self, shape=shape, rows=None)
        try:
            rows = self.rows.reshape([int(size) for size in shape if size is not None])
        except ValueError:
            return replace(self, shape=shape, rows=None)
        return replace(self, shape=rows.shape, rows=rows)


@dataclass(frozen=True, eq=False)
class Record:
    """A dictionary by its keys, as a short function of the text returns it: `{"w": ..., "b": ...}`."""

    fields: Mapping[str, Value]


def is_number(value: Value) -> TypeGuard[int | float]:
    """Whether a value is a number proper, not True or False."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_rows(value: Value) -> NDArray[np.float64] | None:
    """Nested tuples of numbers, or an array, as numbers; None where it is anything else or ragged."""
    if isinstance(value, Array):
        return value.rows
    if not isinstance(value, tuple) or not _regular(value, 0):
        return None
    return np.array(value, dtype=np.float64)


def _regular(value: Value, depth: int) -> bool:
    if not isinstance(value, tuple):
        return isinstance(value, int | float)
    if depth > 3 or not 0 < len(value) <= MOST:
        return False
    if not all(_regular(item, depth + 1) for item in value):
        return False
    return len({_shape(item) for item in value}) == 1


def _shape(value: Value) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, tuple) and value else ()


def dimension(value: Value) -> int | None:
    """A size that is plausible: a whole number from 1 to ten million."""
    if is_number(value) and 1 <= value <= 10_000_000 and value == int(value):
        return int(value)
    return None


def batch_of(value: Value) -> int | None:
    """The size of a batch; 0 for as many as there are examples: `len(x)`, `x.shape[0]`."""
    whole = (isinstance(value, Sym) and value.last == "shape") or (isinstance(value, Call) and value.last == "len")
    return 0 if whole else dimension(value)


def dimensions(value: Value) -> tuple[int | None, ...]:
    """A shape from a number or a tuple of numbers; None for a size that is not known."""
    parts = value if isinstance(value, tuple) else (value,)
    return tuple(-1 if is_number(part) and part == -1 else dimension(part) for part in parts)
