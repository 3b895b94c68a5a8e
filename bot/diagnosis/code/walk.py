"""Following statements in order without running them: which calls are made, what names stand for, where loops are."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from bot.diagnosis.code.arithmetic import binary
from bot.diagnosis.code.evaluate import Evaluator, Step, Trace, dotted, item_name
from bot.diagnosis.code.rewriting import by_self, helpers, numbered_items
from bot.diagnosis.code.syntax import Stretch
from bot.diagnosis.code.values import UNKNOWN, Array, Call, Record, Sym, Value

MOST_STEPS = 40_000  # statements followed, repeated loops included
MOST_ROUNDS = 12     # rounds of a loop that adds layers
MOST_NODES = 400     # of the syntax tree of such a loop
MOST_HELPED = 40     # calls of short functions that are followed one by one
MOST_LAYERS = 100    # that are put into one list
DEEPEST = 60         # nested statements


def follow(parts: Sequence[Stretch]) -> Trace:
    """Follow statements twice: the second time with what functions were called with, and with later names known.

    What is set between sentences ("it fails for x = 10") does not change what code sets.
    """
    first = _Walker({}, {}, {}, frozenset())
    second = first
    for walker in range(2):
        for part in parts:
            second.in_prose = part.in_prose
            second.block(part.statements)
        if walker == 0:
            by_self(parts, first.trace)
            numbered = numbered_items(parts, first.lists)
            second = _Walker(_bound(first.trace), dict(first.trace.names), dict(first.trace.lines),
                             frozenset(first.in_code))
            second.helpers, second.numbered = helpers(first.trace), numbered
    return second.trace


def _bound(trace: Trace) -> dict[str, dict[str, tuple[Value, int]]]:
    """What the parameters of each function of the text are, with lines, where its first call has known values."""
    bound: dict[str, dict[str, tuple[Value, int]]] = {}
    for call in trace.calls:
        for name in (call.last, f"{call.last}.__init__"):
            function = trace.functions.get(name)
            if function is None or name in bound:
                continue
            parameters = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
            pairs = enumerate(zip(parameters, call.args, strict=False))
            given: dict[str, tuple[Value, int]] = {key: (value, call.line_of(i)) for i, (key, value) in pairs}
            given |= {key: (value, call.line_of(key)) for key, value in call.keywords.items()}
            bound[name] = {key: pair for key, pair in given.items() if not isinstance(pair[0], Sym | Call)}
    return bound


class _Walker(Evaluator):
    def __init__(self, bound: dict[str, dict[str, tuple[Value, int]]], later: dict[str, Value],
                 later_lines: dict[str, int], kept: frozenset[str]):
        super().__init__(later, later_lines)
        self.bound, self.kept = bound, kept
        self.in_prose = False
        self.in_code: set[str] = set()
        self.inside_helpers = self.followed = 0
        self.lists: dict[str, int] = {}               # arrays in a list, by its name: how many
        self.numbered: frozenset[str] = frozenset()   # lists whose items stand in the text as `W_0`, `W_1`

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            if len(self.trace.steps) > MOST_STEPS or len(self.scope) + len(self.loops) > DEEPEST:
                return
            if (reader := _READERS.get(type(statement))) is not None:
                reader(self, statement)

    def _inside(self, body: Sequence[ast.stmt], names: tuple[str, ...] = (), loop: int | None = None) -> None:
        """Follow a body, with what stands around it noted."""
        scope, loops = self.scope, self.loops
        self.scope, self.loops = scope + names, loops if loop is None else (*loops, loop)
        self.block(body)
        self.scope, self.loops = scope, loops

    def _function(self, node: Any) -> None:
        method = bool(self.scope) and self.scope[-1] in self.trace.classes
        name = f"{self.scope[-1]}.{node.name}" if method else node.name
        self.trace.functions[name] = node
        self.trace.functions.setdefault(node.name, node)
        if name in self.helpers:
            return  # followed where it is called
        defaults = node.args.defaults
        named = node.args.args[len(node.args.args) - len(defaults):]
        for argument, default in zip(named, defaults, strict=True):
            self._set(argument.arg, self.value(default), default.lineno)
        for key, (value, line) in (self.bound.get(name) or self.bound.get(node.name, {})).items():
            self._set(key, value, line)
        self._inside(node.body, (node.name,))

    def inlined(self, call: Call) -> Value | None:
        function = self.trace.functions.get(call.last)
        if function is None or self.inside_helpers >= 2 or self.followed >= MOST_HELPED:
            return None
        self.followed += 1
        parameters = [one.arg for one in function.args.args]
        given = dict(zip(parameters, call.args, strict=False)) | {
            name: value for name, value in call.keywords.items() if name in parameters}
        defaults = function.args.defaults
        for name, default in zip(parameters[len(parameters) - len(defaults):], defaults, strict=True):
            if name not in given:
                given[name] = self.value(default)
        before = {name: self.trace.names[name] for name in parameters if name in self.trace.names}
        self.trace.names.update(given)
        self.inside_helpers += 1
        value = self._body_of(function)
        self.inside_helpers -= 1
        for name in parameters:
            self.trace.names.pop(name, None)
        self.trace.names.update(before)
        return value

    def _body_of(self, function: Any) -> Value | None:
        """Follow a helper's statements up to its `return`, and give what that returns."""
        for statement in function.body:
            if not isinstance(statement, ast.Return):
                self.block([statement])
                continue
            if isinstance(statement.value, ast.Dict):
                pairs = zip(statement.value.keys, statement.value.values, strict=True)
                return Record({str(key.value): self.value(value) for key, value in pairs
                               if isinstance(key, ast.Constant)})
            return self.value(statement.value) if statement.value is not None else None
        return None

    def _class(self, node: ast.ClassDef) -> None:
        self.trace.classes[node.name] = tuple(self.value(base) for base in node.bases)
        self._inside(node.body, (node.name,))

    def _for(self, node: Any) -> None:
        over = self.value(node.iter)
        self.trace.loops[node.lineno] = (node, over)
        rounds: tuple[Value, ...] = (UNKNOWN,)
        if isinstance(over, tuple) and len(over) <= MOST_ROUNDS and len(self.loops) < 2 and _adds(node):
            rounds = over
        elif isinstance(over, tuple) and over and all(isinstance(one, str) for one in over):
            rounds = over[:1]  # activations, optimizers: the first of what is tried
        for value in rounds:
            self._assign(node.target, value, node.lineno)
            self._inside(node.body, loop=node.lineno)

    def _while(self, node: ast.While) -> None:
        self.value(node.test)
        self.trace.loops[node.lineno] = (node, UNKNOWN)
        self._inside(node.body, loop=node.lineno)

    def _if(self, node: ast.If) -> None:
        self.value(node.test)
        self._inside(node.body)
        self._inside(node.orelse)

    def _with(self, node: Any) -> None:
        around: list[str] = []
        for item in node.items:
            value = self.value(item.context_expr)
            around += ["no_grad"] if isinstance(value, Call) and value.last in ("no_grad", "inference_mode") else []
            if item.optional_vars is not None:
                self._assign(item.optional_vars, value, node.lineno)
        self._inside(node.body, tuple(around))

    def _try(self, node: ast.Try) -> None:
        for part in (node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody):
            self._inside(part)

    def _import(self, node: Any) -> None:
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
        for alias in node.names:
            if alias.asname:
                self.trace.names[alias.asname] = Sym(f"{module}{alias.name}")

    def _simple(self, node: Any) -> None:
        value = self.value(node.value) if node.value is not None else None
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if hasattr(node, "target") else []
        names = tuple(name for target in targets for name in _names(target))
        if isinstance(node.value, ast.Lambda) and names:
            self.lambdas[names[0]] = node.value
        if isinstance(value, Call) and names:
            value = replace(value, target=names[0])
            if self.trace.calls and self.trace.calls[-1].name == value.name:
                self.trace.calls[-1] = value
        if isinstance(node, ast.Expr) and isinstance(value, Call):
            self._joined(value)
        if isinstance(value, Record) and len(names) == 1:
            for key, part in value.fields.items():
                own = f"{names[0]}.{key}"
                self.trace.steps.append(Step(node, (own,), part, node.lineno, self.scope, self.loops))
                self._set(own, part, node.lineno)
            return
        whole = UNKNOWN if len(names) == 1 and names[0] in self.numbered else value  # its items are variables
        self.trace.steps.append(Step(node, names, whole, node.lineno, self.scope, self.loops))
        if isinstance(node, ast.AugAssign):
            value = binary(node.op, self.name(names[0]), value) if names and isinstance(value, tuple) else UNKNOWN
        if len(names) == 1 and not isinstance(node, ast.AugAssign):
            self._items(node, names[0], value)
        for target in targets:
            self._assign(target, value, node.lineno)

    def _items(self, node: Any, name: str, value: Value) -> None:
        """Note a list of arrays; where its items are used by their numbers, each is a variable of its own."""
        items = value.parts if isinstance(value, Array) else value if isinstance(value, tuple) else ()
        if not 1 < len(items) <= MOST_LAYERS or not all(
                isinstance(one, Array) and one.rows is None and len(one.shape or ()) == 2 for one in items):
            return
        self.lists[name] = len(items)
        for i, one in enumerate(items if name in self.numbered else ()):
            self.trace.steps.append(Step(node, (f"{name}_{i}",), one, node.lineno, self.scope, self.loops))
            self._set(f"{name}_{i}", one, node.lineno)

    def _joined(self, call: Call) -> None:
        """`layers.append(nn.Linear(3, 4))` on a list, a `ModuleList` or a `Sequential`: the layer is one of its own."""
        name, _, method = call.name.rpartition(".")
        whole = self.trace.names.get(name) if method in ("append", "add_module", "extend") else None
        new = call.args[-1:] if method != "extend" or not call.args or not isinstance(call.args[0], tuple) else (
            call.args[0])
        if not new or not all(isinstance(one, Call) and one.last[:1].isupper() for one in new):
            return
        if isinstance(whole, tuple) and len(whole) < MOST_LAYERS:
            self.trace.names[name] = (*whole, *new)
        elif isinstance(whole, Call) and whole.last in ("ModuleList", "Sequential") and len(whole.args) < MOST_LAYERS:
            self.trace.names[name] = replace(whole, args=(*whole.args, *new))

    def _assign(self, target: Any, value: Value, line: int) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            parts = value if isinstance(value, tuple) and len(value) == len(target.elts) else None
            for i, part in enumerate(target.elts):
                last = self.in_prose and i == len(target.elts) - 1  # "my model, layers = [3, 5]"
                whole = value if isinstance(value, Call) or last else UNKNOWN
                self._assign(part, parts[i] if parts is not None else whole, line)
        else:
            name = item_name(target)
            if name and not (isinstance(target, ast.Subscript) and name == dotted(target.value)):
                self._set(name, value, line)

    def _set(self, name: str, value: Value, line: int) -> None:
        if self.in_prose and (name in self.kept or name in self.in_code):
            return
        if not self.in_prose:
            self.in_code.add(name)
        self.trace.names[name] = value
        self.trace.lines[name] = line


_READERS: dict[type[ast.AST], Any] = {
    ast.FunctionDef: _Walker._function, ast.AsyncFunctionDef: _Walker._function, ast.ClassDef: _Walker._class,
    ast.For: _Walker._for, ast.AsyncFor: _Walker._for, ast.While: _Walker._while, ast.If: _Walker._if,
    ast.With: _Walker._with, ast.AsyncWith: _Walker._with, ast.Try: _Walker._try, ast.Import: _Walker._import,
    ast.ImportFrom: _Walker._import, ast.Assign: _Walker._simple, ast.AnnAssign: _Walker._simple,
    ast.AugAssign: _Walker._simple, ast.Return: _Walker._simple, ast.Expr: _Walker._simple,
}


def _names(target: Any) -> list[str]:
    if isinstance(target, ast.Tuple | ast.List):
        return [name for part in target.elts for name in _names(part)]
    name = item_name(target) if isinstance(target, ast.Subscript) else dotted(target)
    return [name] if name else []


def _adds(node: Any) -> bool:
    """Whether a loop's body adds layers: only then is it followed round by round."""
    inside = list(islice(ast.walk(node), MOST_NODES))
    return len(inside) < MOST_NODES and any(
        getattr(inner, "attr", getattr(inner, "id", "")) in _ADDING for inner in inside)


_ADDING = {"add", "append", "add_module", "Dense", "Linear"}
