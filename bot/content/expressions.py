"""The small language of claims and of numbers in prose, evaluated on a run's metrics.

    accuracy >= 0.97                 a claim: true or false for each replica
    0.6 <= accuracy < 0.95           the same with two bounds
    kept > hidden and error < 0.1    two comparisons that must hold together
    loss_end > 1.2 * loss_best       arithmetic is allowed
    accuracy_by_width[2] > 0.9       one column of a metric with several values
    accuracy.median                  a statistic over the replicas: mean, median, min, max, share, count
"""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.content.errors import OurError

Array = NDArray[Any]


class ExpressionError(OurError, ValueError):
    """An expression that cannot be read or evaluated; the message says why and what is possible."""

    kind = "bad content"


class NoSuchItem(ExpressionError):
    """An index beyond the end: with fewer units there is no `unit_names[2]`."""


_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: np.divide,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}

STATISTICS: dict[str, Callable[[Array], Any]] = {
    "mean": lambda x: np.nanmean(x, axis=0), "median": lambda x: np.nanmedian(x, axis=0),
    "min": lambda x: np.nanmin(x, axis=0), "max": lambda x: np.nanmax(x, axis=0),
    "share": lambda x: (x != 0).mean(axis=0), "count": lambda x: (x != 0).sum(axis=0),
}


def parse(text: str) -> ast.expr:
    """The syntax tree of an expression; `ExpressionError` where it is not one."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ExpressionError(f"{text!r} is not an expression such as 'accuracy >= 0.9'") from error


_tree = lru_cache(4096)(parse)  # for who changes nothing in it: the same few rules are asked of every post


def names_in(text: str) -> set[str]:
    """The metrics and settings that an expression names."""
    return {node.id for node in ast.walk(_tree(text)) if isinstance(node, ast.Name)}


def is_comparison(text: str) -> bool:
    """Whether the expression is true or false, as a claim must be: a comparison, or several joined by `and`."""
    tree = _tree(text)
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    return all(isinstance(part, ast.Compare) for part in parts)


def evaluate(text: str, values: Mapping[str, Any], per_replica: set[str]) -> Any:
    """The value of an expression, given metrics and settings by name.

    `per_replica` says which names start with the replica axis; an index picks from the axis after it. The result is
    (R,), or a scalar where only settings, shared metrics and statistics occur.
    """
    try:
        with np.errstate(all="ignore"):
            return _value(_tree(text), values, per_replica)
    except IndexError as error:
        raise NoSuchItem(f"{text!r} cannot be evaluated: {error}") from error
    except (TypeError, ArithmeticError) as error:  # division by zero gives inf or nan, for numbers as for arrays
        raise ExpressionError(f"{text!r} cannot be evaluated: {error}") from error


def judge(text: str, values: Mapping[str, Any], per_replica: set[str], replicas: int) -> NDArray[np.bool_]:
    """Whether a claim holds, for each replica (R,); anything said of nan, or of a unit that is not there, is false."""
    if not is_comparison(text):
        raise ExpressionError(f"{text!r} compares nothing; a claim looks like 'accuracy >= 0.9'")
    try:
        truth = np.asarray(evaluate(text, values, per_replica), dtype=bool)
    except NoSuchItem:
        truth = np.zeros(replicas, bool)
    return np.broadcast_to(truth, (replicas,))


def _value(node: ast.expr, values: Mapping[str, Any], per_replica: set[str]) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float | str):
        return node.value
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise ExpressionError(f"there is no metric or setting {node.id!r}; there are: {', '.join(sorted(values))}")
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, values, per_replica)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left, values, per_replica), _value(node.right, values, per_replica)
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Compare | ast.BoolOp):
        return _truth(node, values, per_replica)
    if isinstance(node, ast.Subscript):
        whole, index = _value(node.value, values, per_replica), _value(node.slice, values, per_replica)
        varies = _name_of(node) in per_replica
        return np.asarray(whole)[:, index] if varies else np.asarray(whole)[index]
    if isinstance(node, ast.Attribute):
        if node.attr not in STATISTICS:
            raise ExpressionError(f"there is no statistic {node.attr!r}; there are: {', '.join(STATISTICS)}")
        return STATISTICS[node.attr](np.asarray(_value(node.value, values, per_replica)))
    raise ExpressionError(f"{ast.unparse(node)!r} is not allowed here; use metrics, numbers, + - * / and comparisons")


def _name_of(node: ast.expr) -> str:
    """The metric that an index picks from, as in "weights[0][2]"; empty where it picks from something else."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _truth(node: ast.Compare | ast.BoolOp, values: Mapping[str, Any], per_replica: set[str]) -> Any:
    if isinstance(node, ast.Compare):
        return _compare(node, values, per_replica)
    if not isinstance(node.op, ast.And):
        raise ExpressionError(f"{ast.unparse(node)!r} joins comparisons by something other than 'and'")
    return reduce(np.logical_and, (_value(part, values, per_replica) for part in node.values))


def _compare(node: ast.Compare, values: Mapping[str, Any], per_replica: set[str]) -> Any:
    sides = [_value(side, values, per_replica) for side in (node.left, *node.comparators)]
    answer: Any = True
    for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
        if type(op) not in _OPERATORS:
            raise ExpressionError(f"{ast.unparse(node)!r} compares in a way that is not allowed")
        # nan != 1 is true in numpy; nothing at all is to be claimed of a replica that diverged
        finite = np.logical_and(*(_finite(side) for side in (left, right)))
        answer = np.logical_and(answer, _OPERATORS[type(op)](left, right) & finite)
    return answer


def _finite(side: Any) -> Any:
    if isinstance(side, float):
        return side == side
    if isinstance(side, int | str):
        return True
    array = np.asarray(side)
    return ~np.isnan(array) if array.dtype.kind == "f" else np.ones(array.shape, bool)
