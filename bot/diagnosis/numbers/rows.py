"""Rows of data that stand in a post as a table: CSV, with or without names above, the target in the last column, or
`[0, 1] -> [1]` on a line each."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.diagnosis.code.tables import same_function, without_ones
from bot.diagnosis.draft import Draft
from sims.engine.general.rows import MOST_CLASSES, MOST_COLUMNS, MOST_ROWS

FEWEST = 4  # rows, from which it is a table
_MARKS = (",", ";", "\t")
_MISSING = ("", "?", "na", "n/a", "nan", "null", "none", "-")
_LOG = re.compile(r"\b(epochs?|loss|acc(uracy)?|val_\w+|iter(ation)?|step)\b", re.IGNORECASE)

_CELL = r"-?\d{1,9}(?:\.\d{1,6})?"
_CELLS = rf"[\[(]?[ ]?({_CELL}(?:,?[ ]{{1,3}}{_CELL}|,{_CELL}){{0,15}})[ ]?[\])]?"
_MAPPED = re.compile(rf"[ ]{{0,8}}{_CELLS}[ ]{{0,3}}(?:-{{1,12}}>|={{1,4}}>|→|:)[ ]{{0,3}}{_CELLS}[ .,;]{{0,4}}$")

Cells = Sequence[Sequence[str]]


def read_table(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in inputs and targets from the table of a post that has no other data; what is left out of it is told."""
    start, cells = _longest(lines)
    if len(cells) < FEWEST or draft.get("rows") or draft.get("framework") not in (None, "words"):
        return
    head = cells[0] if not any(_number(cell) is not None for cell in cells[0]) else None
    if head is not None and _LOG.search(" ".join(head)):
        return
    whole = [row for row in cells[1 if head else 0:] if not any(cell.lower() in _MISSING for cell in row)]
    left_out = len(cells) - bool(head) - len(whole)
    inputs = _inputs([row[:-1] for row in whole])
    targets, words = _targets([row[-1] for row in whole])
    if inputs is None or targets is None or len(whole) < FEWEST:
        return
    if left_out:
        draft.assumed.append(f"{left_out} rows with a missing value are left out")
    if len(whole) > MOST_ROWS:
        draft.assumed.append(f"of {len(whole):,} rows the first {MOST_ROWS:,} are taken")
    _put(draft, inputs[:MOST_ROWS], targets[:MOST_ROWS], words, start + bool(head))


def read_mapped(draft: Draft, lines: Sequence[str]) -> None:
    """Fill in the rows of `[0, 1] -> [1]`, three or more; whole numbers alone are targets, others were predicted."""
    if draft.get("framework") is None or draft.get("rows") or draft.get("other_layers"):
        return
    rows: list[tuple[list[float], list[float]]] = []
    start = 0
    for i, line in enumerate([*lines, "."], 1):
        match = _MAPPED.match(line[:200])
        if match is not None:
            start = start if rows else i
            rows.append(tuple([float(one) for one in re.findall(_CELL, part)] for part in match.groups()))  # type: ignore[arg-type]
        elif line.strip():
            if len(rows) >= FEWEST - 1:
                break
            rows = []
    widths = {(len(inputs), len(targets)) for inputs, targets in rows}
    if len(rows) < FEWEST - 1 or len(widths) > 1 or draft.get("inputs") not in (None, len(rows[0][0])):
        return
    inputs, targets = (np.array([row[i] for row in rows[:MOST_ROWS]]) for i in (0, 1))
    if targets.shape[1] == 1 and (targets == np.round(targets)).all():
        _put(draft, inputs, targets, 0, start)


def _longest(lines: Sequence[str]) -> tuple[int, list[list[str]]]:
    """The longest run of lines with the same number of cells, two or more: the line (from 1) of its first, and it."""
    best: tuple[int, list[list[str]]] = (1, [])
    for mark in (*_MARKS, None):
        run: list[list[str]] = []
        for i, line in enumerate([*lines, ""]):
            cells = [cell.strip().strip("\"'") for cell in line.split(mark)]
            if mark is None and not all(cell in ("0", "1", "-1") for cell in cells):
                cells = []  # by spaces only a table of truth
            if run and len(cells) != len(run[0]):
                best, run = _longer(best, i - len(run) + 1, run), []
            if len(cells) > 1 and (run or _is_row(cells)):
                run.append(cells)
        best = _longer(best, len(lines) - len(run) + 1, run)
    return best


def _longer(best: tuple[int, list[list[str]]], start: int, run: list[list[str]]) -> tuple[int, list[list[str]]]:
    return (start, run) if len(run) > len(best[1]) else best


def _is_row(cells: Sequence[str]) -> bool:
    """Whether cells can begin a table: short names, or numbers, and no code."""
    return all(len(cell) <= 40 and not re.search(r"[()=\[\]{}]|\d\s{1,20}-?[\d.]", cell) for cell in cells)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) and abs(value) <= 1e9 else None


def _inputs(cells: Cells) -> NDArray[np.float64] | None:
    """Columns of numbers as they are, a column of words as one column for each; None where these are too many."""
    columns: list[list[float]] = []
    for column in zip(*cells, strict=True):
        numbers = [_number(cell) for cell in column]
        if all(number is not None for number in numbers):
            columns.append([number for number in numbers if number is not None])
            continue
        kinds = sorted(set(column))
        if len(kinds) > MOST_CLASSES:
            return None
        columns += [[float(cell == kind) for cell in column] for kind in kinds]
    return np.array(columns).T if 1 <= len(columns) <= MOST_COLUMNS else None


def _targets(cells: Sequence[str]) -> tuple[NDArray[np.float64] | None, int]:
    """The last column, (n, 1), and how many classes its words are; 0 for numbers."""
    numbers = [_number(cell) for cell in cells]
    if all(number is not None for number in numbers):
        return np.array(numbers, float).reshape(-1, 1), 0
    kinds = sorted(set(cells))
    if not 2 <= len(kinds) <= MOST_CLASSES:
        return None, 0
    return np.array([[float(kinds.index(cell))] for cell in cells]), len(kinds)


def _put(draft: Draft, inputs: NDArray[np.float64], targets: NDArray[np.float64], words: int, line: int) -> None:
    found = np.unique(targets)
    whole = len(found) <= MOST_CLASSES and bool((found == np.arange(len(found))).all())
    classes = words or (len(found) if whole and len(found) > 1 else 0)
    draft.put("rows", tuple(map(tuple, inputs.tolist())), line)
    draft.put("targets", tuple(map(tuple, targets.tolist())), line)
    draft.put("examples", len(inputs), line)
    draft.put("inputs", inputs.shape[1], line)
    draft.put("classes", classes or None)
    draft.put("target", "integers" if classes > 2 else "binary" if classes else "real", line)
    draft.put("data", same_function(without_ones(inputs), targets), line)
    draft.put("data", "inline", line)
