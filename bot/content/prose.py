"""Prose with live numbers: `{{ accuracy:.0%}}` becomes the number of the run on the screen.

Inside the braces stands an expression (see expressions.py) and, after a colon, a format as in Python's f-strings.
A metric gives replica 0's value; `accuracy.mean` and its like speak of all replicas. Single braces and `$` are left
alone for LaTeX.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from bot.content.expressions import ExpressionError, NoSuchItem, evaluate, is_comparison
from bot.content.formats import powers_of_ten

SLOT = re.compile(r"\{\{\s*(.+?)\s*(?::([^:{}\[\]]*))?\}\}")


def render(text: str, values: Mapping[str, Any], per_replica: set[str], lenient: bool = False) -> str:
    """Fill in the numbers; `ExpressionError` names the slot that cannot be filled.

    `lenient` writes "(none)" for an item that is not there: the third unit, where a learner has set two.
    """
    def fill(slot: re.Match[str]) -> str:
        try:
            return _number(slot[1], slot[2] or "", values, per_replica)
        except NoSuchItem:
            if not lenient:
                raise
            return "(none)"

    return SLOT.sub(fill, text)


def slots(text: str) -> list[tuple[str, str]]:
    """The (expression, format) of every number in the text."""
    return [(slot[1], slot[2] or "") for slot in SLOT.finditer(text)]


def _number(expression: str, form: str, values: Mapping[str, Any], per_replica: set[str]) -> str:
    if is_comparison(expression):
        raise ExpressionError(f"{{{{ {expression} }}}} compares; in prose only a number or a name can stand")
    value = np.asarray(evaluate(expression, values, per_replica))
    if (value.ndim and expression not in values) or expression in per_replica:
        value = value[0]  # of all the replicas, the one on the screen
    if np.ndim(value):
        raise ExpressionError(f"{{{{ {expression} }}}} is a list of {len(value)}; pick one: {{{{ {expression}[0] }}}}")
    plain = value.item() if isinstance(value, np.generic | np.ndarray) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return "not a number" if np.isnan(plain) else "infinity"
    try:
        shown = format(plain, form.strip())
    except ValueError as error:
        raise ExpressionError(f"{{{{ {expression}:{form}}}}}: the format does not fit {plain!r}") from error
    if not isinstance(plain, float | int):
        return shown
    if shown.startswith("-"):
        shown = shown[1:] if not re.search("[1-9]", shown) else "−" + shown[1:]  # no "−0.00"
    return powers_of_ten(shown) if plain else shown.partition("e")[0]
