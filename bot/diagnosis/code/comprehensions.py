"""Lists that are written as a rule, `[x ** 2 for x in range(10)]`, and short functions of the text, by their numbers.

Each item's expression is valued as any other is; what that may cost in all is bounded.
"""

import ast
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.diagnosis.code.values import UNKNOWN, Array, Call, Sym, Value, is_number

if TYPE_CHECKING:
    from bot.diagnosis.code.evaluate import Evaluator

MOST_ITEMS = 1_000
MOST_NODES = 20_000  # expressions that are valued for such lists, in one text
MOST_CALLED = 3      # functions within functions
FEW = 12             # items whose calls all count: layers, not examples


def listed(self: "Evaluator", node: ast.ListComp | ast.GeneratorExp) -> Value:
    """The items of a comprehension; arrays that are all made alike count as one of them, of unknown size."""
    first = node.generators[0]
    items = _items(self.value(first.iter))
    size = sum(1 for _ in islice(ast.walk(node.elt), 200))
    simple = len(node.generators) == 1 and not first.ifs and isinstance(first.target, ast.Name | ast.Tuple)
    if not simple or not items or self.spent + size * len(items) > MOST_NODES:
        return _alike(self, node)
    self.spent += size * len(items)
    values = _valued(self, node.elt, first.target, items)
    if any(value is UNKNOWN for value in values):
        return _of_two(self, node.elt)
    if all(isinstance(value, Array) for value in values):
        known = [value.rows for value in values]
        if any(rows is None for rows in known):
            return replace(values[0], shape=(None, None), rows=None, parts=tuple(values))
        return tuple(_nested(rows.tolist()) for rows in known)
    return tuple(values)


def _valued(self: "Evaluator", expression: ast.expr, target: Any, items: list[Value]) -> list[Value]:
    """The expression's value for each item; its calls are noted for the first item alone, or for a few."""
    names = [one.id for one in ast.walk(target) if isinstance(one, ast.Name)]
    before = {name: self.trace.names[name] for name in names if name in self.trace.names}
    values: list[Value] = []
    for item in items:
        parts = item if isinstance(target, ast.Tuple) and isinstance(item, tuple) else (item,)
        self.trace.names.update(zip(names, parts if len(parts) == len(names) else [UNKNOWN] * len(names), strict=True))
        noted = len(self.trace.calls)
        values.append(self.value(expression))
        if len(items) > FEW and len(values) > 1:
            del self.trace.calls[noted:]
    for name in names:
        self.trace.names.pop(name, None)
    self.trace.names.update(before)
    return values


def _alike(self: "Evaluator", node: ast.ListComp | ast.GeneratorExp) -> Value:
    for part in node.generators[1:]:
        self.value(part.iter)
    value = self.value(node.elt)
    if isinstance(value, Array):
        return replace(value, shape=(None, None), rows=None)
    return _of_two(self, node.elt)


def _of_two(self: "Evaluator", expression: ast.expr) -> Value:
    """`1 if won else -1` for each of some unknown things: labels of two values."""
    inner = expression.elts[0] if isinstance(expression, ast.List) and len(expression.elts) == 1 else expression
    if isinstance(inner, ast.IfExp):
        return two_labels(self.value(inner.body), self.value(inner.orelse))
    return UNKNOWN


def two_labels(one: Value, other: Value) -> Value:
    """An array of labels that are one of two numbers; UNKNOWN where they are none."""
    one, other = (part[0] if isinstance(part, tuple) and len(part) == 1 else part for part in (one, other))
    if is_number(one) and is_number(other):
        return Array((None,), "labels", min(one, other), max(one, other))
    return UNKNOWN


def _items(over: Value) -> list[Value] | None:
    """What a loop goes through, where that is known and not too much."""
    if isinstance(over, Array) and over.rows is not None and len(over.rows) <= MOST_ITEMS:
        return list(_nested(over.rows.tolist()))
    if isinstance(over, tuple):
        return list(over) if len(over) <= MOST_ITEMS else None
    if not isinstance(over, Call):
        return None
    if over.last in ("range", "xrange") and over.args and all(
            is_number(one) and one == int(one) and abs(one) < 1e9 for one in over.args) and 0 not in over.args[2:3]:
        counted = range(*(int(one) for one in over.args[:3]))
        return list(counted) if len(counted) <= MOST_ITEMS else None
    if over.last in ("zip", "enumerate", "list") and over.args:
        parts = [_items(one) for one in over.args[:8]]
        if any(part is None for part in parts):
            return None
        known = [part for part in parts if part is not None]
        return known[0] if over.last == "list" else list(zip(*known, strict=False)) if over.last == "zip" else list(
            enumerate(known[0]))
    return None


def _nested(value: Any) -> Any:
    return tuple(_nested(item) for item in value) if isinstance(value, list) else value


def returned(self: "Evaluator", name: str, args: tuple[Value, ...]) -> Value | None:
    """What a function of the text gives for known numbers, where it is a single `return` or a lambda."""
    function = self.lambdas.get(name) or self.trace.functions.get(name)
    if function is None or not args or not all(
            is_number(one) or (isinstance(one, Array) and one.rows is not None) for one in args):
        return None
    body: Any = function.body
    if isinstance(body, list):
        body = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
        body = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    names = [one.arg for one in function.args.args]
    size = sum(1 for _ in islice(ast.walk(body), 200)) if body is not None else 200
    if body is None or len(names) != len(args) or size >= 200 or self.spent + size > MOST_NODES or (
            self.called >= MOST_CALLED):
        return None
    self.spent += size
    self.called += 1
    before = {name: self.trace.names[name] for name in names if name in self.trace.names}
    noted = len(self.trace.calls)
    self.trace.names.update(zip(names, args, strict=True))
    value = self.value(body)
    self.called -= 1
    del self.trace.calls[noted:]
    for one in names:
        self.trace.names.pop(one, None)
    self.trace.names.update(before)
    return None if value is UNKNOWN or isinstance(value, Sym | Call) else value
