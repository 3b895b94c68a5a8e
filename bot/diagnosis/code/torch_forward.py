"""The way of data through modules of PyTorch: what each stands for, and the order in which `forward` passes them."""

import ast
from collections.abc import Iterator, Sequence

from bot.diagnosis.code.evaluate import Trace, dotted
from bot.diagnosis.code.values import Call, Value, dimension, is_number
from bot.diagnosis.draft import Part
from bot.diagnosis.vocabulary import ACTIVATIONS, other_layer, plain

MODULES = {"Linear", "LazyLinear", "Bilinear"}


def inside(call: Call) -> Iterator[Part]:
    """The parts of the modules that a call is given: those of a `Sequential`, of a list."""
    for one in [*call.args, *call.keywords.values()]:
        yield from _parts_of(one)


def _parts_of(value: Value) -> Iterator[Part]:
    if isinstance(value, tuple):
        for one in value:
            yield from _parts_of(one)
    elif isinstance(value, Call):
        yield from plain_parts(value)


def plain_parts(call: Call) -> list[Part]:
    """The parts that one constructed module stands for."""
    name = call.last
    if name in ("Sequential", "OrderedDict", "ModuleList"):
        return list(inside(call))
    if name in MODULES:
        bias = call.get("bias", 2)
        inputs, units = call.get("in_features", 0), call.get("out_features", 1)
        if name == "LazyLinear":
            inputs, units = None, call.get("out_features", 0)
        return [Part("dense", call.line, units=dimension(units), inputs=dimension(inputs),
                     bias=bias if isinstance(bias, bool) else True)]
    if name == "Flatten":
        return [Part("flatten", call.line)]
    if "Dropout" in name:
        rate = call.get("p", 0)
        return [Part("dropout", call.line, rate=float(rate) if is_number(rate) and 0 <= rate < 1 else 0.5)]
    if name.startswith("BatchNorm"):
        return [Part("batch_norm", call.line)]
    if plain(name) in ACTIVATIONS and name[0].isupper():
        return [Part("activation", call.line, activation=ACTIVATIONS[plain(name)])]
    kind = other_layer(name)
    return [Part("other", call.line, name=kind)] if kind and name[0].isupper() else []


def flow_of(trace: Trace, forward: Sequence[Call], made: dict[str, Call]) -> Iterator[Part]:
    """The parts that `forward` passes: modules by name, those of a loop one by one, and functions."""
    around: tuple[int, ...] = ()
    for call in forward:
        if call.loops and call.loops == around:
            continue  # passed with the first call of that loop
        around = call.loops
        inside = [one for one in forward if one.loops == around]
        layers = _gone_through(trace, around[-1], made) if around else None
        if layers is None:
            yield from _passed(call, made)
            around = ()
            continue
        target, modules = layers
        for number, module in enumerate(modules, 1):
            for one in inside:
                if one.name == target or one.name.endswith("[]"):
                    yield from plain_parts(module)
                elif number < len(modules) or not _under_condition(trace, around[-1], one.line):
                    yield from _passed(one, made)


def _gone_through(trace: Trace, line: int, made: dict[str, Call]) -> tuple[str, list[Call]] | None:
    """The modules that a loop of `forward` goes through, with the name they have in it: `for layer in self.layers`."""
    node, _ = trace.loops[line]
    over, target = getattr(node, "iter", None), getattr(node, "target", None)
    if isinstance(over, ast.Call) and dotted(over.func) == "enumerate" and over.args:
        over = over.args[0]
        target = target.elts[-1] if isinstance(target, ast.Tuple) else target
    cut = slice(None)
    if isinstance(over, ast.Subscript) and isinstance(over.slice, ast.Slice):
        ends = [ast.literal_eval(end) if isinstance(end, ast.Constant | ast.UnaryOp) and _is_whole(end) else None
                for end in (over.slice.lower, over.slice.upper)]
        over, cut = over.value, slice(*ends)
    whole = made.get(dotted(over) or "")
    modules = [one for one in whole.args[cut] if isinstance(one, Call)] if whole is not None else []
    if not modules and whole is not None and whole.args and isinstance(whole.args[0], tuple):
        modules = [one for one in whole.args[0][cut] if isinstance(one, Call)]
    return (target.id, modules) if modules and isinstance(target, ast.Name) else None


def _is_whole(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    return isinstance(inner, ast.Constant) and type(inner.value) is int


def _under_condition(trace: Trace, loop: int, line: int) -> bool:
    """Whether a line of a loop stands under an `if`: the activation that the last layer is spared."""
    return any(isinstance(node, ast.If) and node.lineno <= line <= (node.end_lineno or 0)
               for node in ast.walk(trace.loops[loop][0]))


def _passed(call: Call, made: dict[str, Call]) -> Iterator[Part]:
    if call.name in made:
        yield from plain_parts(made[call.name])
    elif isinstance(call.of, Call) and call.of.last in MODULES:
        yield from plain_parts(call.of)
    elif plain(call.name) in ACTIVATIONS and call.last[0].islower():
        yield Part("activation", call.line, activation=ACTIVATIONS[plain(call.name)])
    elif call.last == "dropout":
        rate = call.get("p", 1)
        yield Part("dropout", call.line, rate=float(rate) if is_number(rate) and 0 <= rate < 1 else 0.5)
    elif (kind := other_layer(call.last)) and not call.name.startswith("self."):
        yield Part("other", call.line, name=kind)
