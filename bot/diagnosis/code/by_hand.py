"""Networks written by hand, in numpy or as a graph of matrix products in TensorFlow 1."""

import ast
import re
from collections.abc import Mapping
from typing import Any

from bot.diagnosis.code.choices import put_loss, put_optimizer
from bot.diagnosis.code.evaluate import Step, Trace
from bot.diagnosis.code.flow import Flow, flow, named_activations
from bot.diagnosis.code.formulas import Formula, activation_in, called, formulas, squeezed
from bot.diagnosis.code.loops import batch_by_slices, goes_through_data, loops_around, picks_at_random, put_length
from bot.diagnosis.code.matrices import (
    Matrix,
    bare,
    is_bias,
    is_product,
    is_update,
    listed_sizes,
    made_in_a_list,
    matrices,
    names_in,
    put_start_of,
    scaling_in,
    short,
    sizes,
)
from bot.diagnosis.code.one_neuron import one_neuron, put_neuron
from bot.diagnosis.code.signs import is_target_and_guess
from bot.diagnosis.code.softmaxes import read_axis_by_hand
from bot.diagnosis.code.updates import read_updates, slopes_in
from bot.diagnosis.code.values import Array, Call, Sym, Value, dimension, is_number
from bot.diagnosis.draft import Draft
from bot.diagnosis.spec import Layer
from bot.diagnosis.vocabulary import LOSSES, OPTIMIZERS, plain

_LOSS_NAME = re.compile(r"loss|cost|^j$|error|mse|cross_?entropy|^xent|^e$", re.IGNORECASE)


def read_by_hand(trace: Trace) -> list[Draft]:
    """The network that matrices written by hand make, if there is one."""
    weights = matrices(trace)
    known = formulas(trace)
    listed = listed_sizes(trace) if not weights or len(weights) < 2 else None
    neuron = one_neuron(trace) if all(one.array.shape is None for one in weights) else None
    if neuron is not None:
        weights, listed = [Matrix(name, (None, None), Array(), neuron.step) for name in neuron.weights], None
    if not weights and (listed is None or not (known or made_in_a_list(trace))):
        return []
    draft = Draft()
    draft.put("framework", _library(trace))
    way = flow(trace, known, weights)
    ordered = _in_order(weights, way)
    chain = sizes(ordered, way.swapped)
    line = ordered[0].step.line if ordered else 0
    if listed is not None and (len(weights) < 2 or None in chain):
        chain, line = [*listed[0]], listed[1]
    if neuron is not None:
        put_neuron(draft, trace, neuron)
    else:
        _layers(draft, trace, way, known, ordered, chain, line)
        _start(draft, trace, ordered, chain, way)
        _biases(draft, trace, weights, way)
    read_updates(draft, trace, way, known, weights)
    _rate_by_name(draft, trace)
    _losses(draft, trace, way, known)
    _graph(draft, trace)
    _loops(draft, trace, weights)
    read_axis_by_hand(draft, trace, way.swapped)
    if draft.get("batch_size") != 0 or draft.get("framework") != "numpy":
        draft.fields.pop("gradient_not_averaged", None)  # one example, or a loss that is a mean itself
    return [draft]


def _rate_by_name(draft: Draft, trace: Trace) -> None:
    """The rate by its variable, where no update shows it."""
    for name, value in trace.names.items():
        if re.fullmatch(r"(self\.)?(lr|learning_?rate|alpha|eta)", name, re.IGNORECASE) and is_number(value):
            draft.put("learning_rate", float(value), trace.lines.get(name))


def _library(trace: Trace) -> str:
    first = {call.name.split(".")[0] for call in trace.calls}
    if first & {"tf", "tensorflow"}:
        return "tensorflow"
    return "pytorch" if "torch" in first else "numpy"


def _in_order(weights: list[Matrix], way: Flow) -> list[Matrix]:
    """The weights that data pass, in that order; all as made where the way is not seen whole."""
    by_name = {one.name: one for one in weights} | {one.name.rsplit(".", 1)[-1]: one for one in weights}
    used = [by_name[name] for name in way.used if name in by_name]
    return used if len(used) >= len(weights) else weights


def _layers(draft: Draft, trace: Trace, way: Flow, known: Mapping[str, Formula], weights: list[Matrix],
            chain: list[int | None], line: int) -> None:
    if len(chain) < 2:
        return
    count = len(chain) - 1
    kinds: list[Any] = [way.kinds.get(i) for i in range(count)]
    named = named_activations(trace)
    if not any(kinds) and named:
        kinds = [named[min(i, len(named) - 2)] if i < count - 1 and len(named) > 1 else named[-1] for i in range(count)]
    only = {one.activation for one in known.values() if one.activation and not one.is_slope} or {
        one.activation for one in known.values() if one.activation}
    only = only or _in_loops(trace)
    if not any(kinds) and len(only) == 1:
        kinds = [next(iter(only))] * count
    if len(way.used) == count and any(one.array.shape for one in weights):
        kinds = [kind or (None if i in way.passed_on else "linear") for i, kind in enumerate(kinds)]
    lines = [way.lines.get(i) or (weights[i].step.line if i < len(weights) else line) for i in range(count)]
    draft.put("inputs", chain[0], line)
    draft.put("layers", tuple(Layer(units=units, activation=kind, line=at) for units, kind, at in zip(
        chain[1:-1], kinds[:-1], lines[:-1], strict=True)), line)
    draft.put("outputs", chain[-1], weights[-1].step.line if weights else line)
    if count - 1 in way.twice and kinds[-1] not in (None, "linear"):
        draft.put("output_activation", *way.twice[count - 1])
        draft.put("before_output", kinds[-1], lines[-1])
    draft.put("output_activation", kinds[-1], lines[-1])


def _in_loops(trace: Trace) -> set[str]:
    """Activations of products in a loop over the layers: `for w, b in zip(weights, biases): x = np.tanh(x @ w + b)`."""
    return {kind for step in trace.steps if step.loops and isinstance(step.node, ast.Assign)
            and any(is_product(node) for node in ast.walk(step.node.value))
            and (kind := activation_in(squeezed(step.node.value)))}


def _start(draft: Draft, trace: Trace, weights: list[Matrix], chain: list[int | None], way: Flow) -> None:
    if weights:
        first = weights[0]
        draft.put("start", scaling_in(trace, first), first.step.line)
        put_start_of(draft, first.array, chain[0] if chain else None, first.step.line)
    elif (made := made_in_a_list(trace)) is not None:
        put_start_of(draft, made[0], None, made[1])


def _biases(draft: Draft, trace: Trace, weights: list[Matrix], way: Flow) -> None:
    """A bias by its name, wherever it stands; none only where the weights are seen to be made without."""
    objects = {name for name, value in trace.names.items() if isinstance(value, Call)}
    trained = {one.name for one in weights} | way.before.keys() | way.after.keys()
    named = any(is_bias(name) and name not in objects for step in trace.steps
                for name in {*step.targets, *names_in(step.node)} - _items_of_lists(step.node)
                if len(short(name)) > 1 or name in step.targets or names_in(step.node) & trained
                or _is_added(step.node, name))
    biased = named or any(is_bias(argument.arg) for function in trace.functions.values()
                          for argument in function.args.args)
    whole = bool(weights) and all(one.array.shape is not None for one in weights)
    made = {one.name for one in weights}
    zeros = any(isinstance(step.value, Array) and step.value.fill == "constant" and step.value.low == 0 and step.targets
                and not made & set(step.targets) and len(step.value.shape or ()) in (1, 2) and _is_row(step.value)
                for step in trace.steps)
    draft.put("bias", biased or zeros or (False if whole or _adds_nothing(trace, weights, way) else None))


def _is_row(array: Array) -> bool:
    """Whether an array has one axis of more than one number: (n,), (n, 1), (1, n)."""
    return len([size for size in array.shape or () if size != 1]) <= 1


def _is_added(node: ast.stmt, name: str) -> bool:
    """Whether a statement sets something to a sum with this variable as its last term."""
    value = node.value if isinstance(node, ast.Assign | ast.Return) else None
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) and bare(value.right) == name


def _adds_nothing(trace: Trace, weights: list[Matrix], way: Flow) -> bool:
    """Whether the way forward is seen whole, two layers at least, and nothing is added to any product on it."""
    names = {one.name for one in weights}
    if len(names) < 2 or not names <= set(way.used):
        return False
    way_on = {*way.before, *way.after}
    made = [step for step in trace.steps if names_in(step.node) & names and any(map(is_product, ast.walk(step.node)))
            and (isinstance(step.node, ast.Return) or set(step.targets) & way_on)]
    return len(made) >= len(names) and not any(_adds_to_product(node) for step in made for node in ast.walk(step.node))


def _adds_to_product(node: ast.AST) -> bool:
    """Whether an expression adds something to a product of matrices: `x @ w + b`, `tf.add(tf.matmul(x, w), b)`."""
    if isinstance(node, ast.Call):
        return called(node) in ("add", "bias_add", "xw_plus_b", "addmm", "linear", "Dense")
    return (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
            and (is_product(node.left) or is_product(node.right)))


def _items_of_lists(node: ast.AST) -> set[str]:
    """Names that stand for the items of a comprehension only: `b` of `[f(a, b) for a, b in pairs]`."""
    return {name for one in ast.walk(node) if isinstance(one, ast.comprehension) for name in names_in(one.target)}


def _losses(draft: Draft, trace: Trace, way: Flow, known: Mapping[str, Formula]) -> None:
    """The loss whose gradient is used; where no gradient is written out, the one that is computed."""
    last = max((*way.kinds, *way.before.values()), default=-1)
    outputs = {name for name, layer in {**way.before, **way.after}.items() if layer == last}
    error = next((step for step in trace.steps if _is_difference(step, outputs)), None)
    if error is not None and any(is_update(step) for step in trace.steps):
        sloped = any(name in outputs for step in trace.steps for name, _, _ in slopes_in(step, way, known))
        kind = way.kinds.get(last)
        by_slope = {"sigmoid": "log_loss", "softmax": "cross_entropy"}.get(kind or "linear", "squared_error")
        draft.put("loss", "squared_error" if sloped else by_slope, error.line)
    for step in trace.steps:
        if isinstance(step.node, ast.Assign | ast.Return) and (loss := _written_loss(step)):
            draft.put("loss", loss, step.line)


def _loops_of_products(trace: Trace, names: set[str]) -> tuple[int, ...]:
    """The loops in which the weights are used, where no update is shown."""
    used = (step for step in trace.steps if names_in(step.node) & names and step.loops)
    return next((step.loops for step in used), ())


def _is_difference(step: Step, outputs: set[str]) -> bool:
    """Whether a statement subtracts outputs from something or the reverse, and nothing much else."""
    for node in ast.walk(step.node):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            left, right = (str(getattr(side, "id", getattr(side, "attr", ""))) for side in (node.left, node.right))
            known = {name.rsplit(".", 1)[-1] for name in outputs}
            if {left, right} & known or is_target_and_guess(left, right):
                return True
    return False


def _written_loss(step: Step) -> str | None:
    names = [*step.targets, *step.scope[-1:]] if isinstance(step.node, ast.Return) else list(step.targets)
    if not any(_LOSS_NAME.search(name) for name in names):
        return None
    text = squeezed(step.node)
    if "log(" in text:
        return "log_loss" if "1-" in text else "cross_entropy"
    if "**2" in text or "square(" in text or re.search(r"power\(.{1,40},2\)|pow\(.{1,40},2\)", text):
        return "squared_error"
    return None


def _graph(draft: Draft, trace: Trace) -> None:
    """What a graph of TensorFlow 1 says by the names of its functions."""
    for call in trace.calls:
        name = plain(call.name)
        if "crossentropy" in name and name in LOSSES and (call.args or call.keywords):
            draft.fields.pop("loss", None)
            put_loss(draft, Sym(call.name), call.line)
            _logits(draft, call.get("logits", 0))
        elif name in OPTIMIZERS and call.last.endswith("Optimizer"):
            put_optimizer(draft, call, call.line)


def _logits(draft: Draft, given: Value) -> None:
    if isinstance(given, Call) and plain(given.name) in ("softmax", "sigmoid"):
        draft.fields["output_activation"] = plain(given.name)
        draft.lines["output_activation"] = given.line
    elif draft.get("output_activation") is None:
        draft.put("output_activation", "linear")


def _not_over_items(trace: Trace, step: Step) -> tuple[int, ...]:
    """The loops around an update but those through the weight's own items: `for i in range(3): w[i] += ...`."""
    target = step.node.target if isinstance(step.node, ast.AugAssign) else getattr(step.node, "targets", [None])[0]
    places = {name for one in ast.walk(target) if isinstance(one, ast.Subscript) for name in names_in(one.slice)} if (
        target is not None) else set()
    return tuple(line for line in step.loops
                 if getattr(getattr(trace.loops.get(line, (None,))[0], "target", None), "id", None) not in places)


def _loops(draft: Draft, trace: Trace, weights: list[Matrix]) -> None:
    names = {one.name for one in weights}
    places = [(step.scope, _not_over_items(trace, step), step.line) for step in trace.steps if is_update(step) and (
        set(step.targets) & names or not names)]
    places += [(call.scope, call.loops, call.line) for call in trace.calls if call.last == "run" and call.loops]
    around = next((found for scope, loops, _ in places if (found := loops_around(trace, scope, loops))), ())
    if not around and not places:
        around = _loops_of_products(trace, names)
    if not around:
        return
    picks = picks_at_random(trace, around)
    if sliced := batch_by_slices(trace, around):
        draft.put("batch_size", *sliced)
    batch = next((call for call in trace.calls if call.last == "next_batch"), None)
    if batch is not None:
        draft.put("batch_size", dimension(batch.get("batch_size", 0)), batch.line_of("batch_size", 0))
    elif any(goes_through_data(trace, line) for line in around) or (picks and len(around) == 1):
        draft.put("batch_size", 1, around[-1])
    elif len(around) == 1 and draft.get("framework") != "tensorflow":
        draft.put("batch_size", 0, around[0])
    put_length(draft, trace, around, 1 if picks or batch is not None else None)
    made = [one.step for one in weights if one.array.shape and set(one.step.loops) & set(around[:1])]
    draft.put("weights_reset_in_loop", True if made else None, made[0].line if made else None)


