"""The headline of an answer: its first finding with the number that settles it, as one line of plain text.

Previews of links, cards and replies show no more than this, so it never says more than the run: a claim that does not
stand at the answer's settings is said to be untrue there.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.answers.answer import Answer
from bot.answers.claims import ClaimResult
from bot.answers.values import names_of
from bot.content.expressions import ExpressionError, evaluate, parse
from bot.content.formats import number, plain_text
from bot.content.settings import said_with
from sims.engine.metrics import measures

LONGEST = 250  # characters that previews of links show
AND = " and "  # between two numbers of which a claim says something each
SILENT = {"", "share", "correlation", "probability", "output", "R²"}  # units that the number itself or its label tells


@dataclass(frozen=True)
class Figure:
    """What the run on the screen measured for a claim: "98.5%", or "61% against 74%" where it compares two metrics,
    "61% and 4%" where it says something of each.

    `label` says what was measured, or is empty where the claim itself says it.
    """

    value: str
    label: str


def headline(answer: Answer) -> str:
    """The first finding with its counts over the runs and the figure of this run, in at most `LONGEST` characters."""
    claim = answer.first_finding
    settings = _changed(answer)
    says = plain_text(claim.says)
    if not claim.stands:
        says = f"{settings or 'In these runs'}, this does not hold: {says}"
    elif settings:
        says = f"{settings}: {says}"
    endings = list(_endings(claim, figure(answer, claim)))
    return next((whole for end in endings if len(whole := f"{says} {end}") <= LONGEST), _cut(says, endings[-1]))


def count(claim: ClaimResult) -> str:
    """In how many runs a claim is true, as the beginning of a sentence: "True in 31 of 32 runs"."""
    if claim.is_identity:
        return "Always, by the formula" if claim.stands else "Not at these settings"
    return f"True in {claim.replicas_true} of {claim.replicas} runs"


def _endings(claim: ClaimResult, measured: Figure | None) -> Iterator[str]:
    """What follows the claim, from the fullest form to the shortest."""
    alone = count(claim)
    full = f"{alone}; {claim.control.evidence}" if claim.control else alone
    if measured and measured.label:
        yield f"{full}. In this one: {measured.value} ({measured.label})."
    if measured:
        yield f"{full}. In this one: {measured.value}." if claim.control else f"{full}; in this one {measured.value}."
    yield f"{full}."
    yield f"{alone}."


def figure(answer: Answer, claim: ClaimResult) -> Figure | None:
    """The numbers of the run on the screen that the claim compares; None where it compares no one or two metrics, or
    one that is only yes or no."""
    declared = measures(type(answer.run.metrics))
    rule = parse(claim.holds)
    compared = list(_metrics_in(rule, set(declared)))
    if not 1 <= len(compared) <= 2:
        return None
    first = declared[_name(compared[0])]
    unit = first.unit
    if first.kind == "flag":
        return None
    try:
        values = [_of_this_run(answer, node) for node in compared]
    except ExpressionError:  # a unit that is not there at these settings
        return None
    value = _between(rule, set(declared)).join(number(value, unit) for value in values)
    alone = len(compared) == 1 and isinstance(compared[0], ast.Name)
    told = unit in SILENT or (alone and first.label.startswith(unit)) or isinstance(values[-1], str)
    if not told and np.isfinite(values[-1]) and not (unit == "times" and abs(values[-1]) < 1):
        value += f" {unit[:-1] if values == [1] and unit.endswith('s') else unit}"
    return Figure(value, first.label if alone else "")


def _between(rule: ast.expr, metrics: set[str]) -> str:
    """What stands between a rule's two numbers: they are only held against one another where it compares them."""
    comparisons = [node for node in ast.walk(rule) if isinstance(node, ast.Compare)]
    return " against " if any(len(list(_metrics_in(node, metrics))) > 1 for node in comparisons) else AND


def _metrics_in(node: ast.expr, metrics: set[str]) -> Iterator[ast.expr]:
    """The metrics that an expression names, with their index where they have one, from left to right."""
    if isinstance(node, ast.Name):
        if node.id in metrics:
            yield node
    elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.value, ast.Name):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _metrics_in(child, metrics)


def _name(node: ast.expr) -> str:
    return next(part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _of_this_run(answer: Answer, node: ast.expr) -> Any:
    values, per_replica = names_of(answer.run)
    value = np.asarray(evaluate(ast.unparse(node), values, per_replica))
    return (value[0] if value.ndim else value).item()


def _changed(answer: Answer) -> str:
    changed = said_with(type(answer.run.params), answer.changed)
    return f"With {' and '.join(changed)}" if changed else ""


def _cut(says: str, ending: str) -> str:
    room = LONGEST - len(ending) - 3
    return f"{says[:room].rsplit(' ', 1)[0]} … {ending}"
