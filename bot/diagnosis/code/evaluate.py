"""What the expressions of a text are worth, their calls noted on the way, the innermost first."""

import ast
from dataclasses import dataclass, field
from typing import Any

from bot.diagnosis.code.arithmetic import binary, negated, of_rows
from bot.diagnosis.code.comprehensions import listed, returned
from bot.diagnosis.code.known_calls import known
from bot.diagnosis.code.values import UNKNOWN, Array, Call, Sym, Value, is_number

DEEPEST = 60  # nested expressions


@dataclass(frozen=True)
class Step:
    """A simple statement that was passed: its node, what it set and to which value."""

    node: ast.stmt
    targets: tuple[str, ...]
    value: Value
    line: int
    scope: tuple[str, ...]
    loops: tuple[int, ...]


@dataclass
class Trace:
    """All that was passed, in order."""

    steps: list[Step] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    names: dict[str, Value] = field(default_factory=dict)  # last value of each name
    lines: dict[str, int] = field(default_factory=dict)    # where that was set
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)  # "Net.forward"
    classes: dict[str, tuple[Value, ...]] = field(default_factory=dict)  # with their bases
    loops: dict[int, tuple[ast.AST, Value]] = field(default_factory=dict)  # by line: the loop, what it counts through


class Evaluator:
    """Values by the names that are known so far; `scope` and `loops` are those around the statement in hand."""

    def __init__(self, later: dict[str, Value], later_lines: dict[str, int]):
        self.trace = Trace()
        self.later, self.later_lines = later, later_lines
        self.scope: tuple[str, ...] = ()
        self.loops: tuple[int, ...] = ()
        self.depth = 0
        self.called = 0  # functions of the text whose value is being worked out
        self.spent = 0  # on lists that are written as a rule
        self.helpers: frozenset[str] = frozenset()  # functions that are followed at each of their calls
        self.lambdas: dict[str, ast.Lambda] = {}

    def name(self, name: str) -> Value:
        """What a name stands for: its last value, or one that it gets further down."""
        if name in self.trace.names:
            return self.trace.names[name]
        return self.later.get(name, Sym(name))

    def value(self, node: Any) -> Value:
        """What an expression is worth."""
        self.depth += 1
        try:
            reader = _READERS.get(type(node), Evaluator._other)
            return reader(self, node) if self.depth < DEEPEST else UNKNOWN
        finally:
            self.depth -= 1

    def _constant(self, node: ast.Constant) -> Value:
        return node.value if isinstance(node.value, int | float | str | None) else UNKNOWN

    def _variable(self, node: ast.Name) -> Value:
        return self.name(node.id)

    def _several(self, node: Any) -> Value:
        return tuple(self.value(item) for item in (node.values if isinstance(node, ast.Dict) else node.elts))

    def _binary(self, node: ast.BinOp) -> Value:
        return binary(node.op, self.value(node.left), self.value(node.right))

    def _unary(self, node: ast.UnaryOp) -> Value:
        inner = self.value(node.operand)
        return negated(inner) if isinstance(node.op, ast.USub) else UNKNOWN

    def _inner(self, node: Any) -> Value:
        return self.value(node.value)

    def _choice(self, node: ast.IfExp) -> Value:
        self.value(node.test)
        self.value(node.orelse)
        return self.value(node.body)

    def _comprehension(self, node: Any) -> Value:
        return listed(self, node)

    def _other(self, node: Any) -> Value:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
            elif isinstance(child, ast.comprehension):
                self.value(child.iter)
        return UNKNOWN

    def _attribute(self, node: ast.Attribute) -> Value:
        name = dotted(node)
        if name in self.trace.names or name in self.later:
            return self.name(name)
        base = self.value(node.value)
        if isinstance(base, Array):
            if node.attr == "T":
                return base.transposed()
            if node.attr == "shape":
                return base.shape or UNKNOWN
            return base if node.attr in ("values", "data") else UNKNOWN
        return Sym(f"{base.name}.{node.attr}") if isinstance(base, Sym) else Sym(name or f"().{node.attr}")

    def _subscript(self, node: ast.Subscript) -> Value:
        name = item_name(node)
        if name is not None and name != dotted(node.value) and (name in self.trace.names or name in self.later):
            return self.name(name)
        whole, index = self.value(node.value), self.value(node.slice)
        if isinstance(whole, tuple):
            return self._item(whole, node.slice, index)
        if isinstance(whole, Call) and whole.last in ("ModuleList", "Sequential") and whole.args:
            layers = whole.args[0] if isinstance(whole.args[0], tuple) else whole.args
            return self._item(layers, node.slice, index)
        if isinstance(whole, Array):
            flat = whole.rows is not None and whole.rows.ndim == 1
            if flat and _adds_an_axis(node.slice):
                return whole.shaped((-1, 1))
            return self._cut(whole, node.slice)
        return whole if isinstance(whole, Sym) else UNKNOWN

    def _cut(self, whole: Array, index: Any) -> Value:
        """`X[:, 0]`, `X[1:]`, `X[:, :-1]` of an array of known numbers."""
        places = []
        for part in index.elts if isinstance(index, ast.Tuple) else [index]:
            ends = [part.lower, part.upper, part.step] if isinstance(part, ast.Slice) else [part]
            values = [None if end is None else self.value(end) for end in ends]
            if any(value is not None and type(value) is not int for value in values):
                return UNKNOWN
            places.append(slice(*values) if isinstance(part, ast.Slice) else values[0])
        if whole.rows is None or None in places or len(places) > whole.rows.ndim:
            return UNKNOWN
        try:
            return of_rows(whole.rows[tuple(places)])
        except (IndexError, ValueError):
            return UNKNOWN

    def _item(self, whole: tuple[Value, ...], node: Any, index: Value) -> Value:
        if isinstance(index, int) and -len(whole) <= index < len(whole):
            return whole[index]
        if isinstance(node, ast.Slice):
            ends = [None if end is None else self.value(end) for end in (node.lower, node.upper)]
            if all(end is None or isinstance(end, int) for end in ends):
                return whole[slice(*ends)]
        return UNKNOWN

    def _call(self, node: ast.Call) -> Value:
        name, receiver = self._called(node.func)
        args = tuple(self.value(one) for one in node.args)
        keywords = {one.arg or "**": self.value(one.value) for one in node.keywords}
        if not isinstance(node.func, ast.Name | ast.Attribute):
            receiver = self.value(node.func)
        lines: dict[str | int, int] = {i: self._written(one) for i, one in enumerate(node.args)}
        lines |= {one.arg or "**": self._written(one.value) for one in node.keywords}
        words: dict[str | int, str] = {i: word for i, one in enumerate(node.args) if (word := dotted(one))}
        words |= {one.arg: word for one in node.keywords if one.arg and (word := dotted(one.value))}
        call = Call(name, args, keywords, node.lineno, lines, words, self.scope, self.loops, receiver)
        self.trace.calls.append(call)
        own = None
        if isinstance(node.func, ast.Name):
            own = self.inlined(call) if name in self.helpers else None if keywords else returned(self, name, args)
        return known(call, receiver) if own is None else own

    def inlined(self, call: Call) -> Value | None:
        """What a short function of the text makes when it is called like this; None where it is not followed."""
        return None

    def _called(self, function: Any) -> tuple[str, Value]:
        """The dotted name of what is called, imports under other names undone, and what a method is called on."""
        if isinstance(function, ast.Name):
            alias = self.trace.names.get(function.id)
            return alias.name if isinstance(alias, Sym) and alias is not UNKNOWN else function.id, None
        if isinstance(function, ast.Attribute):
            receiver = self.value(function.value)
            if isinstance(receiver, Sym) and receiver is not UNKNOWN:
                return f"{receiver.name}.{function.attr}", receiver
            return dotted(function) or f"().{function.attr}", receiver
        return "()", None

    def _written(self, node: Any) -> int:
        """The line of a value: where the name that stands for it was set, or where it stands."""
        name = dotted(node)
        value = self.name(name) if name else None
        if name and (is_number(value) or isinstance(value, str | Call)):
            return self.trace.lines.get(name) or self.later_lines.get(name) or int(node.lineno)
        return int(node.lineno)


_READERS: dict[type[ast.AST], Any] = {
    ast.Constant: Evaluator._constant, ast.Name: Evaluator._variable, ast.Tuple: Evaluator._several,
    ast.List: Evaluator._several, ast.Set: Evaluator._several, ast.Dict: Evaluator._several,
    ast.BinOp: Evaluator._binary, ast.UnaryOp: Evaluator._unary, ast.Call: Evaluator._call,
    ast.Attribute: Evaluator._attribute, ast.Subscript: Evaluator._subscript, ast.Starred: Evaluator._inner,
    ast.Await: Evaluator._inner, ast.IfExp: Evaluator._choice, ast.ListComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
}


def dotted(node: Any) -> str | None:
    """`a.b.c` of a chain of attributes; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 12:
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else None


def item_name(node: Any) -> str | None:
    """`parameters.W1` for `parameters["W1"]`; the name of the whole for any other index; else as `dotted`."""
    if not isinstance(node, ast.Subscript):
        return dotted(node)
    name = dotted(node.value)
    text = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return f"{name}.{text}" if name and isinstance(text, str) else name


def _adds_an_axis(index: Any) -> bool:
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return any((isinstance(part, ast.Constant) and part.value is None)
               or dotted(part) in ("np.newaxis", "numpy.newaxis") for part in parts)
