"""Printed predictions, weights and gradients: which arrays they are, and what a mentor sees in them at a glance."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.diagnosis.draft import Draft
from bot.diagnosis.numbers.arrays import Printed, row_tables

_DECIMAL = re.compile(r"\d\.|\.\d")
_INPUTS = re.compile(r"(?:x|x_?train|y_?train|x_?test|y_?test)$|[xy] (?:have|has|looks?|is|data)\b")
_A_WEIGHT = re.compile(r"(?<![\w.])`?w`?(?![\w(])")
_LONG = re.compile(r"-?\d{1,6}\.\d{5,20}")
ALIKE = 0.01    # outputs this near one another are the same; beyond 1 relative to their size
NEAR = 0.02     # to 0, 0.5 and 1
_NO_OUTPUTS = ("weight", "grad", "loss", "cost", "bias", "w1", "w2", "input", "error", "dropout", "rate", "layers",
               "data")
_OUTPUTS = ("output", "predict", "result", "pred", "out", "gives", "print", "return", "hat", "answer", "says", "get")


def find_outputs(arrays: Sequence[Printed], lines: Sequence[str], is_code: Sequence[bool],
             found: dict[str, Any], draft: Draft) -> tuple[tuple[float, ...], ...] | None:
    """The printed predictions: an array with decimals that is no list of losses or weights, or a table of rows."""
    for table, line in row_tables(lines, is_code):
        if len({row[:-1] for row in table}) > 1 or len(table) >= 3:
            found["lines"]["outputs"] = line
            return tuple(row[-1:] for row in table)
    predicted = any("predict(" in line for line in lines)  # x = model.predict(...)
    usable = [one for one in arrays if (_DECIMAL.search(one.text) or "nan" in one.text) and not any(
        word in one.label for word in _NO_OUTPUTS) and (predicted or not _INPUTS.match(one.label))
        and not _A_WEIGHT.search(one.label)]
    flat = [tuple(row[0] for row in one.rows) for one in usable if one.is_flat]
    widths = {len(row) for row in flat}
    if len(flat) >= 2 and len(flat) == len(usable) and len(widths) == 1 and widths != {1}:
        found["lines"]["outputs"] = usable[0].line
        return tuple(flat)  # several lists of the same length: a row of outputs each
    if not usable and (same := _repeated(lines)) is not None:
        found["lines"]["outputs"] = same[1]
        return same[0]
    kept: list[tuple[float, ...]] = []
    for one in usable:
        if one.is_flat and len(one.rows) > 1 and not _may_be_outputs(one):
            continue
        if kept and len(one.rows[0]) != len(kept[0]):
            break
        found["lines"].setdefault("outputs", one.line)
        kept += one.rows
    whole_row = len(kept) == 1 and len(kept[0]) > 1 and len(kept[0]) == draft.get("outputs")
    return tuple(kept) if len(kept) >= 2 or whole_row else None


def _repeated(lines: Sequence[str]) -> tuple[tuple[tuple[float, ...], ...], int] | None:
    """A number of five decimals or more that stands alone on three lines or more, and no other one does."""
    alone = [(line.strip(), i) for i, line in enumerate(lines, 1) if _LONG.fullmatch(line[:60].strip())]
    if len(alone) < 3 or len({text for text, _ in alone}) != 1:
        return None
    return tuple((float(text),) for text, _ in alone), alone[0][1]


def _may_be_outputs(one: Printed) -> bool:
    """Whether a plain list of numbers can be predictions: it is called so, or all lie from 0 to 1."""
    shares = len(one.rows) >= 3 and all(0 <= row[0] <= 1 for row in one.rows)
    return any(word in one.label for word in _OUTPUTS) or (shares and any(row[0] for row in one.rows))


def judge_outputs(outputs: tuple[tuple[float, ...], ...], found: dict[str, Any], draft: Draft) -> None:
    """What predictions show: all the same, stuck at a level, beyond what probabilities can be."""
    width = min(len(row) for row in outputs)
    table = np.array([row[:width] for row in outputs])  # (rows, outputs)
    found["outputs"] = outputs[:1000]
    if not np.isfinite(table).all():
        return
    if found.get("all_outputs_equal"):  # the log said so
        return
    spread = table.max(axis=0) - table.min(axis=0)
    same = bool((spread <= ALIKE * np.maximum(1, np.abs(table).max(axis=0))).all()) and len(table) >= 3
    found["all_outputs_equal"] = same and width == 1
    found["outputs_by_column_equal"] = same and width > 1
    if same and width == 1:
        middle = float(table.mean())
        found["stuck_at"] = next((level for level in (0.0, 0.5, 1.0) if abs(middle - level) <= NEAR), round(middle, 4))
    found["values_above_one"] = bool(table.max() > 1.001) and _are_probabilities(found, draft)
    found["values_negative"] = bool(table.min() < -0.001) and _are_probabilities(found, draft)
    found["rows_sum_to_one"] = width > 1 and bool(np.allclose(table.sum(axis=1), 1, atol=0.02))
    if width == 1 and len(table) == 4 and draft.get("data") in (None, "xor"):
        found["two_thirds"] = _is_half_solved(table[:, 0])


def _are_probabilities(found: dict[str, Any], draft: Draft) -> bool:
    """Whether outputs were meant as probabilities: by the post's words, its task or its loss."""
    by_loss = draft.get("loss") in ("log_loss", "cross_entropy", "sparse_cross_entropy")
    return by_loss or "probabilities" in found["said"] or draft.get("task") == "classes"


def _is_half_solved(values: Any) -> bool:
    """XOR's four outputs with two at 0.5, or with three alike at 2/3 or 1/3 and the other right."""
    ordered = np.sort(values)
    three = ordered[3] - ordered[1] <= 0.05 and ordered[0] < ordered[1] - 0.15 and 0.55 < ordered[2] < 0.85
    three_low = ordered[2] - ordered[0] <= 0.05 and ordered[3] > ordered[2] + 0.15 and 0.15 < ordered[1] < 0.45
    two = (np.abs(values - 0.5) <= 0.05).sum() == 2
    return bool(three or three_low or two)


def judge_weights(arrays: Sequence[Printed], found: dict[str, Any]) -> None:
    """What printed weights and gradients show: all zero, or the same for each unit."""
    for one in arrays:
        flat = [value for row in one.rows for value in row]
        if len(flat) < 2:
            continue
        about_gradient = "grad" in one.label or one.label.startswith(("dw", "dz", "db", "delta"))
        about_weight = "weight" in one.label or one.label.startswith(("w", "self.w", "theta")) or "syn" in one.label
        if not (about_gradient or about_weight):
            continue
        name = "gradients" if about_gradient else "weights"
        if all(value == 0 for value in flat):
            found[f"zero_{name}"] = True
        elif _alike(one.rows):
            found[f"equal_{name}"] = True
        found["lines"].setdefault(f"equal_{name}", one.line)


def _alike(rows: tuple[tuple[float, ...], ...]) -> bool:
    """Whether all rows are the same, or in every row all numbers: units that are copies of one another."""
    return (len(rows) > 1 and len(set(rows)) == 1) or all(len(row) > 1 and len(set(row)) == 1 for row in rows)
