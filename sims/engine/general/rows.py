"""A learner's own rows as one line of text: `age,height|price;31,1.8|12;45,1.7|9`.

Rows are parted by semicolons, inputs from targets by a bar, values by commas. A first row of words names the columns. A
last column of words, such as `cat` and `dog`, holds classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sims.engine.activations import Array

MOST_ROWS, MOST_COLUMNS, MOST_CLASSES, LONGEST = 1000, 16, 10, 300_000


@dataclass(frozen=True)
class Rows:
    """`inputs` (N, n_in); `targets` (N, n_out), numbers or, where there are `words`, the place of each row's word."""

    inputs: Array
    targets: Array
    names: tuple[str, ...]
    target_names: tuple[str, ...]
    words: tuple[str, ...] = ()


def read_rows(text: str) -> Rows:
    """The rows of a text; `ValueError` says which row is wrong, counted from 1, or what is too large."""
    if len(text) > LONGEST:
        raise ValueError(f"these rows are too long: {len(text)} characters, and at most {LONGEST} are taken")
    rows = [_cells(row, place) for place, row in enumerate(filter(str.strip, text.split(";")), 1)]
    head = rows.pop(0) if rows and not any(_is_number(cell) for side in rows[0] for cell in side) else None
    if not rows:
        raise ValueError("there are no rows; write for example 0,1|1;1,1|0")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"there are {len(rows)} rows, and at most {MOST_ROWS} are taken")
    widths = [tuple(map(len, row)) for row in ([head] if head else []) + rows]
    odd = next((place for place, (one, two) in enumerate(pairwise(widths), 2) if one != two), None)
    if odd:
        raise ValueError(f"row {odd} has {widths[odd - 1]} inputs and targets, and the row before {widths[odd - 2]}")
    n_in, n_out = widths[0]
    if not 1 <= n_in <= MOST_COLUMNS or not 1 <= n_out <= MOST_CLASSES:
        raise ValueError(f"rows have 1 to {MOST_COLUMNS} inputs and 1 to {MOST_CLASSES} targets, not {n_in}, {n_out}")
    numbered = [f"input {i + 1}" for i in range(n_in)], [f"target {i + 1}" for i in range(n_out)]
    names, target_names = head or numbered
    targets, words = _targets([row[1] for row in rows])
    return Rows(_numbers([row[0] for row in rows]), targets, tuple(names), tuple(target_names), words)


def write_rows(rows: Rows) -> str:
    """The text of rows, from which `read_rows` makes the same."""
    def target(values: Array) -> str:
        return rows.words[int(values[0])] if rows.words else ",".join(f"{value:.9g}" for value in values)

    lines = [f"{','.join(f'{value:.9g}' for value in inputs)}|{target(values)}"
             for inputs, values in zip(rows.inputs, rows.targets, strict=True)]
    head = "|".join(",".join(map(_name, names)) for names in (rows.names, rows.target_names))
    return ";".join([head, *lines])


def _name(name: str) -> str:
    """A column's name without the signs that part cells; one that is a number would be read as a row."""
    plain = " ".join(name.translate(str.maketrans(",;|", "   ")).split())
    return f"column {plain}".strip() if not plain or _is_number(plain) else plain


def _cells(row: str, place: int) -> tuple[list[str], list[str]]:
    inputs, bar, targets = row.partition("|")
    if not bar:
        raise ValueError(f"row {place} has no bar between inputs and targets: {row.strip()[:40]!r}")
    return [cell.strip() for cell in inputs.split(",")], [cell.strip() for cell in targets.split(",")]


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _numbers(cells: Sequence[Sequence[str]]) -> Array:
    for place, row in enumerate(cells, 1):
        if wrong := next((cell for cell in row if not _is_number(cell) or abs(float(cell)) > 1e9), None):
            raise ValueError(f"row {place} of the numbers holds {wrong[:20]!r}: numbers below a billion are taken")
    return np.array([[float(cell) for cell in row] for row in cells])


def _targets(cells: Sequence[Sequence[str]]) -> tuple[Array, tuple[str, ...]]:
    if len(cells[0]) > 1 or all(_is_number(row[0]) for row in cells):
        return _numbers(cells), ()
    words = tuple(sorted({row[0] for row in cells}))
    if not 2 <= len(words) <= MOST_CLASSES:
        raise ValueError(f"the target has {len(words)} different words; 2 to {MOST_CLASSES} classes are taken")
    return np.array([[float(words.index(row[0]))] for row in cells]), words
