"""The worked example of an entry: a small calculation with the numbers of the run on the screen.

The numbers are rounded as they are shown before anything is computed with them, so that a learner with a calculator
gets what stands there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.answers.example import Picked, names_at, pick
from bot.answers.values import names_of
from bot.content.expressions import ExpressionError, NoSuchItem
from bot.content.parts import GAP, Worked, expression_and_format, places
from bot.content.prose import formatted, render, value_of
from sims.engine.experiment import Run

TYPED = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?")
CLOSE = 1e-9  # of a comparison of two rounded numbers


@dataclass(frozen=True)
class WorkedExample:
    """A calculation with its numbers: `lines` and `ask` are Markdown, `ask` has a gap, `right` is what belongs there.

    `example` is the number of the training example that it is about, from 0, and `seen` its inputs as the network gets
    them; None and nothing where it is about none.
    """

    says: str
    lines: tuple[str, ...]
    ask: str
    answer: float
    right: str
    tolerance: float
    step: str
    example: int | None = None
    seen: tuple[float, ...] = ()

    @property
    def filled(self) -> str:
        """The last line with its number."""
        return self.ask.replace(GAP, self.right)

    def accepts(self, typed: float) -> bool:
        """Whether a learner's number is near enough."""
        return abs(typed - self.answer) <= self.tolerance + CLOSE

    def verdict(self, typed: str) -> tuple[bool, str]:
        """Whether what a learner typed is right, and what there is to say of it, with the step where it is wrong."""
        found = number_typed(typed)
        if found is None:
            return False, "That is no number."
        return (True, f"Right: {self.right}.") if self.accepts(found) else (False, f"Not quite. {self.step}")


class CannotBeWorked(ExpressionError):
    """A worked example that has no finite numbers in this run."""


def number_typed(text: str) -> float | None:
    """The number that a learner typed, with a point or a comma, a % sign or none; None where it is no number."""
    plain = text.strip().removesuffix("%").replace("−", "-").replace(" ", "").lower()
    return float(plain.replace(",", ".")) if TYPED.fullmatch(plain) else None


def work_out(worked: Worked, run: Run[Any, Any], example: int | None = None) -> WorkedExample:
    """Fill in the numbers of the run, for the training example that the entry picks or for number `example`.

    `ExpressionError` says what cannot be computed, `CannotBeWorked` that a number is not finite.
    """
    values, per_replica = names_of(run)
    at: int | None = None
    seen: tuple[float, ...] = ()
    if worked.example is not None:
        at = example if example is not None else pick(worked.example, run)
        values, per_replica = _over(values, per_replica, names_at(Picked(run.shown, at)))
        seen = tuple(round(float(value), 5) for value in values["u"])
    forms: dict[str, str] = {}
    for name, text in worked.numbers.items():
        expression, forms[name] = expression_and_format(text)
        values, per_replica = _over(values, per_replica, {name: _rounded(expression, forms[name], values, per_replica)})

    def told(text: str) -> str:
        return render(text, values, per_replica, forms=forms, sums=True)

    expression, form = expression_and_format(worked.answer)
    answer = _rounded(expression, form, values, per_replica)
    return WorkedExample(
        told(worked.says), tuple(map(told, worked.lines)), told(worked.ask), float(answer), formatted(answer, form),
        worked.tolerance if worked.tolerance is not None else _usual_tolerance(form), told(worked.step), at, seen)


def worked_in(worked: Worked | None, run: Run[Any, Any], lenient: bool) -> WorkedExample | None:
    """The worked example with the run's numbers; None where there is none, a number is not finite, or, if `lenient`,
    something is not there."""
    if worked is None:
        return None
    try:
        return work_out(worked, run)
    except CannotBeWorked:
        return None
    except NoSuchItem:
        if not lenient:
            raise
        return None


def _over(values: Mapping[str, Any], per_replica: set[str], new: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The values and the names that vary by replica, with `new` values, the same in all replicas, over them."""
    return {**values, **new}, per_replica - new.keys()


def _rounded(expression: str, form: str, values: Mapping[str, Any], per_replica: set[str]) -> float | int:
    value = value_of(expression, values, per_replica)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ExpressionError(f"{expression!r} is {value!r}; a worked example computes with numbers")
    if not np.isfinite(value):
        raise CannotBeWorked(f"{expression!r} is not a finite number in this run")
    return round(value) if form == "d" else round(float(value), places(form)) + 0.0  # + 0.0 turns -0 into 0


def _usual_tolerance(form: str) -> float:
    """One unit of the last place; half of one for ".0f", nothing for a whole number."""
    if form == "d":
        return CLOSE
    return 10.0 ** -places(form) if places(form) else 0.5
