"""Networks of PyTorch: `nn.Sequential`, `nn.Module` with `forward`, functions of `torch.nn.functional`."""

import ast
from collections.abc import Iterator, Sequence

from bot.diagnosis.code.choices import put_loss, put_optimizer
from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.torch_loop import read_loop
from bot.diagnosis.code.values import Call, Sym, Value, dimension, is_number
from bot.diagnosis.draft import Draft, Part, assemble, put_start
from bot.diagnosis.vocabulary import ACTIVATIONS, LOSSES, OPTIMIZERS, other_layer, plain

_MODULES = {"Linear", "LazyLinear", "Bilinear"}
_LOSS_CLASSES = {name for name in LOSSES if name.endswith("loss")}
_LOSS_FUNCTIONS = {"cross_entropy": "CrossEntropyLoss", "binary_cross_entropy": "BCELoss", "nll_loss": "NLLLoss",
                   "binary_cross_entropy_with_logits": "BCEWithLogitsLoss", "mse_loss": "MSELoss", "l1_loss": "L1Loss",
                   "smooth_l1_loss": "SmoothL1Loss"}


def read_torch(trace: Trace) -> Draft | None:
    """The network that PyTorch code builds; None where there is none."""
    draft = Draft()
    parts = list(_network(trace))
    training = [call for call in trace.calls if _is_torch(call)]
    if not parts and not training:
        return None
    draft.put("framework", "pytorch")
    assemble(draft, parts, "linear" if _flow_is_shown(trace) else None)
    _losses(draft, trace)
    for call in trace.calls:
        if plain(call.name) in OPTIMIZERS and (call.args or call.keywords) and call.name[0] not in "().":
            put_optimizer(draft, call, call.line)
    _starts(draft, trace)
    read_loop(draft, trace, parts)
    return draft


def _is_torch(call: Call) -> bool:
    parts = call.name.split(".")
    loss = plain(call.name) in _LOSS_CLASSES and call.last[0].isupper()
    return loss or call.last in ("zero_grad", "backward") or "optim" in parts or (
        parts[0] == "torch" and call.last in ("Adam", "SGD"))


def _flow_is_shown(trace: Trace) -> bool:
    forward = any(name.endswith("forward") for name in trace.functions)
    return forward or any(call.last == "Sequential" for call in trace.calls)


def _network(trace: Trace) -> Iterator[Part]:
    """The parts of the first module with layers, in the order in which data pass them."""
    for name in trace.classes or [""]:  # a `forward` may stand there without its class
        forward = [call for call in trace.calls if call.scope[-1:] == ("forward",) and call.scope[:1] in (
            (name,), ("forward",))]
        made = _made(trace, name)
        if any(plain_parts(call) for call in made.values()) or any(call.last in _MODULES for call in forward):
            for parts in (list(_flow(forward, made)), [part for call in made.values() for part in plain_parts(call)]):
                if any(part.kind in ("dense", "other") for part in parts):
                    yield from parts
                    return
    yield from _sequential(trace)


def _made(trace: Trace, name: str) -> dict[str, Call]:
    """What the constructor of a class sets, by name; a plain list of layers counts as a sequence of them."""
    made = {}
    for step in trace.steps:
        if (name and step.scope[:1] != (name,)) or not step.targets or not step.targets[0].startswith("self."):
            continue
        if isinstance(step.value, Call):
            made[step.targets[0]] = step.value
        elif isinstance(step.value, tuple) and any(isinstance(one, Call) for one in step.value):
            made[step.targets[0]] = Call("ModuleList", step.value, line=step.line)
    return made


def _sequential(trace: Trace) -> Iterator[Part]:
    whole = next((call for call in trace.calls if call.last == "Sequential" and list(_inside(call))), None)
    if whole is not None:
        yield from _inside(whole)
        return
    for call in trace.calls:
        if call.last in _MODULES:
            yield from plain_parts(call)


def _inside(call: Call) -> Iterator[Part]:
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
        return list(_inside(call))
    if name in _MODULES:
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


def _flow(forward: Sequence[Call], made: dict[str, Call]) -> Iterator[Part]:
    """The parts that `forward` passes: modules by name, and functions such as `F.relu`, `torch.sigmoid`, `x.tanh()`."""
    for call in forward:
        if call.name in made:
            yield from plain_parts(made[call.name])
        elif isinstance(call.of, Call) and call.of.last in _MODULES:
            yield from plain_parts(call.of)
        elif plain(call.name) in ACTIVATIONS and call.last[0].islower():
            yield Part("activation", call.line, activation=ACTIVATIONS[plain(call.name)])
        elif call.last == "dropout":
            rate = call.get("p", 1)
            yield Part("dropout", call.line, rate=float(rate) if is_number(rate) and 0 <= rate < 1 else 0.5)
        elif (kind := other_layer(call.last)) and not call.name.startswith("self."):
            yield Part("other", call.line, name=kind)


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


