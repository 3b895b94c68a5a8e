"""What is known after statements were followed once, written into them or noted before they are followed again."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from bot.diagnosis.code.evaluate import Trace, dotted
from bot.diagnosis.code.syntax import Stretch
from bot.diagnosis.code.values import Call

LONGEST_HELPER = 200  # nodes of the syntax tree of a function that is followed at each of its calls
_MAKING = {"Dense", "Linear", "randn", "rand", "zeros", "ones", "full", "uniform", "normal"}
_WHOLE = {"fit", "backward"}


def by_self(parts: Sequence[Stretch], trace: Trace) -> None:
    """Write `net.w1` as `self.w1`, where `net` is an object of a class of the text that sets `self.w1`."""
    objects = {name for name, value in trace.names.items() if isinstance(value, Call) and value.last in trace.classes}
    own = {name.removeprefix("self.") for name in trace.names if name.startswith("self.")}
    for node in (inner for part in parts for one in part.statements for inner in ast.walk(one)) if objects else ():
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (
                node.attr in own and node.value.id in objects):
            node.value.id = "self"


def numbered_items(parts: Sequence[Stretch], lists: Mapping[str, int]) -> frozenset[str]:
    """Write `W[0]` as `W_0` where `W` is a list of arrays whose items are only used by their numbers."""
    found: dict[str, list[tuple[Any, int]]] = {name: [] for name in lists}
    nodes: Iterator[Any] = (inner for part in parts for one in part.statements for inner in ast.walk(one))
    for node in nodes if lists else ():
        name = dotted(node.value) if isinstance(node, ast.Subscript) else None
        if name in found:
            found[name].append((node, _number_of(node.slice, lists[name])))
    used = {name: places for name, places in found.items() if places and all(i >= 0 for _, i in places)}
    for name, places in used.items():
        for node, i in places:
            whole = node.value
            if isinstance(whole, ast.Attribute):
                node.__class__, node.attr, node.value = ast.Attribute, f"{whole.attr}_{i}", whole.value
            else:
                node.__class__, node.id = ast.Name, f"{name}_{i}"
                del node.value
            del node.slice
    return frozenset(used)


def _number_of(node: ast.expr, count: int) -> int:
    """The place that a written index names, from 0; -1 where it names none."""
    value = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    if not isinstance(value, ast.Constant) or type(value.value) is not int:
        return -1
    place = value.value if value is node else count - value.value
    return place if 0 <= place < count else -1


def helpers(trace: Trace) -> frozenset[str]:
    """Short functions that make or add layers or weights, and are called more than once: each call makes others."""
    found = set()
    for name, function in trace.functions.items():
        called = sum(call.name == name for call in trace.calls)
        inside = list(islice(ast.walk(function), LONGEST_HELPER))
        words = {getattr(inner, "attr", getattr(inner, "id", "")) for inner in inside}
        if called > 1 and len(inside) < LONGEST_HELPER and words & _MAKING and not words & _WHOLE and not any(
                isinstance(inner, ast.FunctionDef | ast.For | ast.While) for inner in inside[1:]):
            found.add(name)
    return frozenset(found)
