"""Prose with live numbers: `{{ accuracy:.0%}}` becomes the number of the run on the screen.

Inside the braces stands an expression (see expressions.py) and, after a colon, a format as in Python's f-strings.
A metric gives replica 0's value; `accuracy.mean` and its like speak of all replicas. Single braces and `$` are left
alone for LaTeX.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from bot.content.expressions import ExpressionError, NoSuchItem, evaluate, is_comparison, names_in
from bot.content.formats import powers_of_ten

SIGNS = ("×", "·", "+", "−", "/", "÷")
SLOT = re.compile(r"\{\{\s*(.+?)\s*(?::([^:{}\[\]]*))?\}\}")
ENDS = re.compile(r"(?<=[.?!])(?<!\.\.\.)(?<! al\.)\s+")  # not "20, 40 ... of these", "Dauphin et al. (2014)"


def sentences(text: str) -> list[str]:
    """The sentences of what an author wrote; some begin with a small letter ("tanh units"), a number, a quote."""
    return [sentence for sentence in ENDS.split(text.strip()) if sentence]


def render(text: str, values: Mapping[str, Any], per_replica: set[str], lenient: bool = False,
           forms: Mapping[str, str] | None = None, sums: bool = False) -> str:
    """Fill in the numbers; `ExpressionError` names the slot that cannot be filled.

    `lenient` writes "(none)" for an item that is not there: the third unit, where a learner has set two. `forms` are
    the formats of names that stand without one. In `sums` a negative number after a sign of arithmetic gets brackets.
    """
    known = forms or {}

    def fill(slot: re.Match[str]) -> str:
        form = slot[2] or known.get(slot[1], "")
        try:
            value = value_of(slot[1], values, per_replica)
        except NoSuchItem:
            if not lenient:
                raise
            return "(none)"
        try:
            shown = formatted(value, form)
        except ValueError as error:
            raise ExpressionError(f"{{{{ {slot[1]}:{form}}}}}: the format does not fit {value!r}") from error
        after_sign = text[: slot.start()].rstrip().endswith(SIGNS)
        return f"({shown})" if sums and after_sign and shown.startswith("−") else shown

    return SLOT.sub(fill, text)


def slots(text: str) -> list[tuple[str, str]]:
    """The (expression, format) of every number in the text."""
    return [(slot[1], slot[2] or "") for slot in SLOT.finditer(text)]


def value_of(expression: str, values: Mapping[str, Any], per_replica: set[str]) -> Any:
    """The one number or name that an expression gives for the run on the screen."""
    if is_comparison(expression):
        raise ExpressionError(f"{{{{ {expression} }}}} compares; in prose only a number or a name can stand")
    value = np.asarray(evaluate(expression, values, per_replica))
    if value.ndim and names_in(expression) & per_replica:
        value = value[0]  # of all the replicas, the one on the screen
    if np.ndim(value):
        raise ExpressionError(f"{{{{ {expression} }}}} is a list of {len(value)}; pick one: {{{{ {expression}[0] }}}}")
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def formatted(value: Any, form: str) -> str:
    """A value as people read it, by a format as in Python's f-strings; ValueError where that does not fit."""
    if isinstance(value, float) and not np.isfinite(value):
        return "not a number" if np.isnan(value) else "infinity"
    shown = format(value, form.strip())
    if not isinstance(value, float | int):
        return shown
    if shown.startswith("-"):
        shown = shown[1:] if not re.search("[1-9]", shown) else "−" + shown[1:]  # no "−0.00"
    return powers_of_ten(shown) if value else shown.partition("e")[0]
