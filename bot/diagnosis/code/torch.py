"""Networks of PyTorch: `nn.Sequential`, `nn.Module` with `forward`, functions of `torch.nn.functional`."""

import ast
from collections.abc import Iterator, Sequence

from bot.diagnosis.code.choices import put_loss, put_optimizer
from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.loops import looped_over
from bot.diagnosis.code.softmaxes import read_axis_of_library
from bot.diagnosis.code.torch_forward import MODULES, flow_of, inside, plain_parts
from bot.diagnosis.code.torch_loop import read_loop
from bot.diagnosis.code.values import Call, Sym, is_number
from bot.diagnosis.draft import Draft, Part, assemble, put_start
from bot.diagnosis.vocabulary import LOSSES, OPTIMIZERS, plain

_LOSS_CLASSES = {name for name in LOSSES if name.endswith("loss")}
_LOSS_FUNCTIONS = {"cross_entropy": "CrossEntropyLoss", "binary_cross_entropy": "BCELoss", "nll_loss": "NLLLoss",
                   "binary_cross_entropy_with_logits": "BCEWithLogitsLoss", "mse_loss": "MSELoss", "l1_loss": "L1Loss",
                   "smooth_l1_loss": "SmoothL1Loss"}


def read_torch(trace: Trace) -> list[Draft]:
    """The networks that PyTorch code builds: the first, and others that have an optimizer of their own."""
    parts = list(_network(trace))
    if not parts and not any(_is_torch(call) for call in trace.calls):
        return []
    optimizers = [call for call in trace.calls if _makes_optimizer(call)]
    for made in looped_over(trace).values():  # trained by one loop
        if all(own := [_of_model(trace, call.target) for call in made]):
            return [_read(trace, parts, optimizers) for parts in own]
    by_name = [(name, call) for call in optimizers if (name := _whose(call)) is not None]
    if len({name for name, _ in by_name}) > 1:
        several = [(_of_model(trace, name), call) for name, call in dict(by_name).items()]
        if all(own for own, _ in several):
            return [_read(trace, own, [call]) for own, call in several]
    return [_read(trace, parts, optimizers)]


def _read(trace: Trace, parts: Sequence[Part], optimizers: Sequence[Call]) -> Draft:
    draft = Draft()
    draft.put("framework", "pytorch")
    assemble(draft, parts, "linear" if _flow_is_shown(trace) else None)
    _losses(draft, trace)
    for call in optimizers:
        put_optimizer(draft, call, call.line)
    _starts(draft, trace)
    read_axis_of_library(draft, trace)
    read_loop(draft, trace, parts)
    return draft


def _makes_optimizer(call: Call) -> bool:
    return plain(call.name) in OPTIMIZERS and bool(call.args or call.keywords) and call.name[0] not in "()."


def _whose(call: Call) -> str | None:
    """The model that an optimizer is for: `net` of `Adam(net.parameters())`."""
    given = call.get("params", 0)
    return given.name.removesuffix(".parameters") if isinstance(given, Call) and given.last == "parameters" else None


def _of_model(trace: Trace, name: str) -> list[Part]:
    """The parts of the model of that name: a sequence, or an object of a class of the text."""
    made = trace.names.get(name)
    if not isinstance(made, Call):
        return []
    return _of_class(trace, made.last) if made.last in trace.classes else plain_parts(made)


def _is_torch(call: Call) -> bool:
    parts = call.name.split(".")
    loss = plain(call.name) in _LOSS_CLASSES and call.last[0].isupper()
    return loss or call.last in ("zero_grad", "backward") or "optim" in parts or parts[:2] == ["torch", "nn"] or (
        parts[0] == "torch" and call.last in ("Adam", "SGD"))


def _flow_is_shown(trace: Trace) -> bool:
    forward = any(name.endswith("forward") for name in trace.functions)
    return forward or any(call.last == "Sequential" for call in trace.calls)


def _network(trace: Trace) -> Iterator[Part]:
    """The parts of the first module with layers, in the order in which data pass them."""
    for name in [*trace.classes, ""]:  # a `forward` may stand there without its class
        if parts := _of_class(trace, name):
            yield from parts
            return
    yield from _sequential(trace)


def _of_class(trace: Trace, name: str) -> list[Part]:
    """The parts of a class of modules, in the order in which `forward` passes them; none where it has no layers."""
    forward = [call for call in trace.calls if call.scope[-1:] == ("forward",) and call.scope[:1] in (
        (name,), ("forward",))]
    made = _made(trace, name)
    if any(plain_parts(call) for call in made.values()) or any(call.last in MODULES for call in forward):
        as_made = [part for call in made.values() for part in plain_parts(call)]
        for parts in (list(flow_of(trace, forward, made)), as_made):
            if any(part.kind in ("dense", "other") for part in parts):
                return parts
    return []


def _made(trace: Trace, name: str) -> dict[str, Call]:
    """What the constructor of a class sets, by name; a plain list of layers counts as a sequence of them."""
    made = {}
    for step in trace.steps:
        if (name and step.scope[:1] != (name,)) or not step.targets or not step.targets[0].startswith("self."):
            continue
        value = trace.names.get(step.targets[0])  # with the layers that were appended to it
        if not isinstance(value, type(step.value)) or trace.lines.get(step.targets[0]) != step.line:
            value = step.value
        if isinstance(value, Call):
            made[step.targets[0]] = value
        elif isinstance(value, tuple) and any(isinstance(one, Call) for one in value):
            made[step.targets[0]] = Call("ModuleList", value, line=step.line)
    return made


def _sequential(trace: Trace) -> Iterator[Part]:
    sequences = [call for call in trace.calls if call.last == "Sequential" and list(inside(call))]
    nested = {id(one) for call in sequences for one in call.args}
    whole = next((call for call in sequences if id(call) not in nested), None)
    if whole is not None:
        yield from inside(whole)
        return
    for call in trace.calls:
        other = call.name.split(".")[0] in ("nn", "torch") and any(part.kind == "other" for part in plain_parts(call))
        if call.last in MODULES or other:
            yield from plain_parts(call)


def _losses(draft: Draft, trace: Trace) -> None:
    for call in trace.calls:
        if plain(call.name) in _LOSS_CLASSES and call.last[0].isupper():
            put_loss(draft, call, call.line)
        elif call.last in _LOSS_FUNCTIONS and call.args:
            put_loss(draft, Sym(_LOSS_FUNCTIONS[call.last]), call.line)
    followed = {call.name.removesuffix(".backward") for call in trace.calls if call.last == "backward"}
    for step in trace.steps:  # loss = ((y_pred - y) ** 2).mean()
        named = isinstance(step.node, ast.Assign) and any(
            "loss" in target.lower() or target in followed for target in step.targets)
        if named and _squares_a_difference(step.node):
            draft.put("loss", "squared_error", step.line)


def _squares_a_difference(node: ast.AST) -> bool:
    for inner in ast.walk(node):
        base = None
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
            base = inner.left
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            base = inner.func.value if inner.func.attr in ("pow", "square") else None
        if isinstance(base, ast.BinOp) and isinstance(base.op, ast.Sub):
            return True
    return False


def _starts(draft: Draft, trace: Trace) -> None:
    """Weights set by `nn.init` or in place: `fc.weight.data.fill_(0.5)`."""
    for call in trace.calls:
        first = getattr(call.args[0], "name", "") if call.args else ""
        if ("weight" in call.name or "weight" in first) and call.last.endswith(("_", "uniform", "normal")):
            _start(draft, call, [one for one in call.args if is_number(one)])


def _start(draft: Draft, call: Call, numbers: Sequence[float]) -> None:
    name = call.last.rstrip("_")
    if name in ("fill", "constant"):
        value = next(iter(numbers), call.get("val", "value"))
        if is_number(value):
            put_start(draft, "zeros" if value == 0 else "constant", [value], call.line)
    elif name == "zero":
        put_start(draft, "zeros", [], call.line)
    elif name == "uniform":
        ends = [*numbers] or [call.get("a"), call.get("b")]
        put_start(draft, "uniform", ends if len(ends) == 2 and is_number(ends[0]) else [0.0, 1.0], call.line)
    elif name == "normal":
        std = call.get("std", default=numbers[1] if len(numbers) > 1 else 1.0)
        put_start(draft, "normal", [std if is_number(std) else None], call.line)
    else:
        put_start(draft, name, [], call.line)


