"""Updates of weights written by hand: their rate, their order, their sign, and the slopes that they use."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from bot.diagnosis.code.evaluate import Step, Trace, item_name
from bot.diagnosis.code.flow import Flow, asks_for_slope, sides_of
from bot.diagnosis.code.formulas import Formula, by_name, called, slope_in, squeezed
from bot.diagnosis.code.matrices import Matrix, bare, is_bias, is_product, is_update, names_in, short
from bot.diagnosis.code.signs import Signs
from bot.diagnosis.code.values import Call, is_number
from bot.diagnosis.draft import Draft

MOST_UPDATES = 40

_RATE = re.compile(r"^(lr|learning_?rate|alpha|eta|rate|step_?size|learn_?rate|epsilon|learningrate|a|l_?rate|n)$",
                   re.IGNORECASE)


_COUNT = re.compile(r"^(m|n|num\w{0,12}|n_?(samples|examples|train)|batch_?size|samples|examples|size)$", re.IGNORECASE)


def read_updates(draft: Draft, trace: Trace, flow: Flow, known: Mapping[str, Formula],
                 weights: Sequence[Matrix]) -> None:
    """Fill in what the updates of the weights show."""
    names = {one.name for one in weights}
    updates = [step for step in trace.steps if is_update(step) and set(step.targets) & names][:MOST_UPDATES]
    signs = Signs(trace.functions, flow)
    for step in trace.steps:
        if isinstance(step.node, ast.Assign) and not is_update(step):
            sign = signs.of(step.node.value)
            for name in step.targets:
                if sign or name not in signs.known:
                    signs.known[name] = sign
    for step in updates:
        _rate(draft, trace, step)
        _sign(draft, step, signs)
    _own_activation(draft, trace, flow, updates)
    if updates:
        draft.put("optimizer", "sgd", updates[0].line)
        _order(draft, trace, updates)
        _slopes(draft, trace, flow, known)
        _missing_slopes(draft, trace, flow, known, updates)
        _biases(draft, trace)
        _averaging(draft, trace, updates[0])


def change(step: Step) -> tuple[ast.expr, int]:
    """What an update adds to a weight, and with which sign."""
    node = step.node
    if isinstance(node, ast.AugAssign):
        return node.value, 1 if isinstance(node.op, ast.Add) else -1
    operation = node.value if isinstance(node, ast.Assign) else None
    assert isinstance(operation, ast.BinOp)
    return operation.right, 1 if isinstance(operation.op, ast.Add) else -1


def _sign(draft: Draft, step: Step, signs: Signs) -> None:
    expression, direction = change(step)
    sign = signs.of(expression)
    if sign:
        verdict = "wrong" if sign * direction > 0 else "right"
        if verdict == "wrong" and draft.get("sign_of_update") == "right":
            del draft.fields["sign_of_update"]
        draft.put("sign_of_update", verdict, step.line)


def _rate(draft: Draft, trace: Trace, step: Step) -> None:
    expression, _ = change(step)
    for node in ast.walk(expression):
        name = item_name(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if name and _RATE.match(short(name)) and is_number(value := trace.names.get(name)):
            draft.put("learning_rate", float(value), trace.lines.get(name))
            return
    for node in _factors(expression):
        if isinstance(node, ast.Constant) and is_number(node.value) and 0 < node.value <= 100:
            draft.put("learning_rate", float(node.value), step.line)
            return


def _factors(node: ast.expr) -> Iterator[ast.expr]:
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult | ast.Div):
        if not isinstance(node.op, ast.Div):
            yield node.right
        node = node.left
    yield node


def _order(draft: Draft, trace: Trace, updates: Sequence[Step]) -> None:
    """Whether a weight changes before a gradient is computed from its old value."""
    at = {id(step): i for i, step in enumerate(trace.steps)}
    verdict = False
    for first in updates:
        name = first.targets[0]
        for later in updates:
            if at[id(later)] <= at[id(first)] or later.targets[0] == name or later.scope != first.scope:
                continue
            between = trace.steps[at[id(first)] + 1:at[id(later)] + 1]
            if len(between) <= 200 and _needs(between, name):
                draft.put("update_before_gradients", True, first.line)
                verdict = True
    if not verdict and len(updates) > 1:
        draft.put("update_before_gradients", False, updates[0].line)


def _needs(between: Sequence[Step], name: str) -> bool:
    """Whether the last of these statements depends on a variable through the statements in hand."""
    wanted = names_in(between[-1].node) - set(between[-1].targets)
    if name in wanted:
        return True
    for step in reversed(between[:-1]):
        if set(step.targets) & wanted:
            read = names_in(step.node) - set(step.targets)
            if name in read:
                return True
            wanted |= read
    return False


def _slopes(draft: Draft, trace: Trace, flow: Flow, known: Mapping[str, Formula]) -> None:
    for step in trace.steps:
        for _, at, written_for in slopes_in(step, flow, known):
            if written_for is None:
                continue
            if at != written_for and draft.get("derivative_at") == draft.get("derivative_written_for"):
                draft.fields.pop("derivative_at", None)
                draft.fields.pop("derivative_written_for", None)
            draft.put("derivative_at", at, step.line)
            draft.put("derivative_written_for", written_for, step.line)


def _missing_slopes(draft: Draft, trace: Trace, flow: Flow, known: Mapping[str, Formula],
                    updates: Sequence[Step]) -> None:
    """Whether a hidden layer's weights are updated without the slope of its activation."""
    at = {id(step): i for i, step in enumerate(trace.steps)}
    for update in updates:
        layer = next((i for i, name in enumerate(flow.used) if name in update.targets), None)
        if layer is None or layer + 1 >= len(flow.used) or flow.kinds.get(layer) in (None, "linear"):
            continue
        own = {name for name, number in {**flow.before, **flow.after}.items() if number == layer}
        sliced = _slice(trace.steps[max(0, at[id(update)] - 60):at[id(update)] + 1])
        sloped = any(name in own for step in sliced for name, _, _ in slopes_in(step, flow, known))
        led_back = any(flow.used[layer + 1] in names_in(step.node) for step in sliced)
        if led_back:
            draft.put("derivative_missing", not sloped, update.line)


def _own_activation(draft: Draft, trace: Trace, flow: Flow, updates: Sequence[Step]) -> None:
    """Whether a layer's gradient is made with its own output, `dW2 = dZ2 @ A2.T`, where it needs what went in."""
    at = {id(step): i for i, step in enumerate(trace.steps)}
    for layer, weight in enumerate(flow.used):
        own = next((one for one in updates if weight in one.targets), None)
        steps = [step for step in trace.steps if any(_is_gradient_of(name, weight) for name in step.targets)]
        steps += _slice(trace.steps[max(0, at[id(own)] - 60):at[id(own)] + 1]) if own is not None else []
        found: dict[int, int] = {}
        for step in steps:
            for node in ast.walk(step.node):
                if is_product(node) or (isinstance(node, ast.Call) and called(node) == "outer"):
                    names = [bare(side) for side in sides_of(node) if side is not None]
                    if not set(names) & set(flow.used):
                        found |= {flow.after[name]: step.line for name in names if name in flow.after}
        if layer in found and layer - 1 not in found:
            draft.put("gradient_from_own_output", True, found[layer])


def _is_gradient_of(name: str, weight: str) -> bool:
    own, of = short(name).lower().replace("_", ""), short(weight).lower().replace("_", "")
    return own in (f"d{of}", f"grad{of}", f"{of}grad", f"{of}deriv", f"{of}derivative", f"delta{of}", f"{of}delta")


def _slice(steps: Sequence[Step]) -> list[Step]:
    """The last statement and those before it that it depends on, back to the layers' own activations."""
    wanted, kept = set(names_in(steps[-1].node)), [steps[-1]]
    for step in reversed(steps[:-1]):
        if set(step.targets) & wanted and not is_update(step):
            kept.append(step)
            wanted |= names_in(step.node)
    return kept


def slopes_in(step: Step, flow: Flow, known: Mapping[str, Formula]) -> Iterator[tuple[str, str, str | None]]:
    """The slopes in a statement: of which variable, whether that is a or z, and which of them the slope is for."""
    if step.scope and step.scope[-1] in known:
        return
    for inner in ast.walk(step.node):
        if isinstance(inner, ast.Call) and inner.args:
            name = called(inner) or ""
            formula = known.get(name) or by_name(name)
            place = _place(inner.args[0], flow)
            if formula is not None and asks_for_slope(inner, formula) and place is not None:
                flat = formula.activation in ("relu", "leaky_relu", "linear")
                yield *place, None if flat else formula.slope_for
        elif isinstance(inner, ast.Compare) and (place := _place(inner.left, flow)) is not None:
            yield *place, None  # (h > 0)
        elif isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult | ast.Sub):
            yield from _written_out(inner, flow)


def _written_out(node: ast.BinOp, flow: Flow) -> Iterator[tuple[str, str, str | None]]:
    """`a * (1 - a)` and `1 - a ** 2`, in place."""
    text = squeezed(node)
    for name in names_in(node) if text else ():
        where = "a" if name in flow.after else "z" if name in flow.before else None
        if where is not None and slope_in(text, short(name), [text]) in (("sigmoid", "a"), ("tanh", "a")):
            yield name, where, "a"


def _place(node: ast.AST, flow: Flow) -> tuple[str, str] | None:
    name = bare(node)
    if name in flow.after:
        return str(name), "a"
    return (str(name), "z") if name in flow.before else None


def _averaging(draft: Draft, trace: Trace, update: Step) -> None:
    """Whether the gradient is a sum over the examples: nothing on the way to the update divides by their number."""
    at = next(i for i, step in enumerate(trace.steps) if step is update)
    sliced = _slice(trace.steps[max(0, at - 60):at + 1])
    averaged = any(_is_count(node.right) for step in sliced for node in ast.walk(step.node)
                   if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
    averaged |= any(isinstance(node, ast.Call) and called(node) == "mean" for node in ast.walk(update.node))
    draft.put("gradient_not_averaged", not averaged, update.line)


def _is_count(node: ast.AST) -> bool:
    """Whether an expression is a number of examples: `m`, `len(X)`, `X.shape[0]`, 4."""
    if isinstance(node, ast.Constant):
        return is_number(node.value) and node.value >= 2
    if isinstance(node, ast.Call):
        return called(node) in ("len", "float", "size")
    name = item_name(node) or ""
    return "shape" in name or bool(_COUNT.match(short(name)))


def _biases(draft: Draft, trace: Trace) -> None:
    made = {name for step in trace.steps if not is_update(step) for name in step.targets
            if is_bias(name) and not isinstance(step.value, Call)}
    updated = {name for step in trace.steps if is_update(step) for name in step.targets if is_bias(name)}
    if made:
        line = trace.lines.get(next(iter(sorted(made))))
        draft.put("bias_not_updated", not updated, line)
