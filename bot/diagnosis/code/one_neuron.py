"""A neuron written with plain numbers: `p = w * x + b`, and `w -= lr * (p - y) * x` in a loop over the examples."""

import ast
from dataclasses import dataclass

from bot.diagnosis.code.evaluate import Step, Trace, dotted
from bot.diagnosis.code.formulas import activation_in, by_name, called, squeezed
from bot.diagnosis.code.matrices import is_update
from bot.diagnosis.code.values import Array, is_number
from bot.diagnosis.draft import Draft


@dataclass(frozen=True)
class Neuron:
    """The statement that computes its output, the names of its weights and of its bias, and the activation."""

    step: Step
    weights: tuple[str, ...]
    bias: str | None
    activation: str


def one_neuron(trace: Trace) -> Neuron | None:
    """The neuron that a text trains with plain numbers; None where there is none."""
    updated = {step.targets[0] for step in trace.steps if is_update(step) and step.loops and len(step.targets) == 1}
    for step in trace.steps:
        if not isinstance(step.node, ast.Assign) or len(step.targets) != 1 or is_update(step):
            continue
        activation, inner = _unwrapped(step.node.value)
        terms = _terms(inner)
        products = [one for one in terms if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult)]
        weights = [name for one in products for name in (dotted(one.left), dotted(one.right)) if name in updated]
        others = [name for one in terms if one not in products and (name := dotted(one))]
        plain = len(weights) == len(products) >= 1 and len(products) + len(others) == len(terms) and len(others) <= 1
        if plain and all(_is_plain_number(trace, name) for name in (*weights, *others)):
            return Neuron(step, tuple(str(name) for name in weights), others[0] if others else None, activation)
    return None


def _unwrapped(node: ast.expr) -> tuple[str, ast.expr]:
    """`sigmoid(w * x + b)` without the function around it, and which that is."""
    if isinstance(node, ast.Call) and len(node.args) == 1:
        formula = by_name(called(node) or "")
        if formula is not None and formula.activation is not None and not formula.is_slope:
            return formula.activation, node.args[0]
    kind = activation_in(squeezed(node))
    return (kind, node) if kind else ("linear", node)


def _terms(node: ast.expr) -> list[ast.expr]:
    """What a sum adds up."""
    terms: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and len(terms) < 20:
        terms.append(node.right)
        node = node.left
    return [node, *reversed(terms)]


def _is_plain_number(trace: Trace, name: str) -> bool:
    """Whether a variable is first set to a number, or to one drawn by chance."""
    first = next((step.value for step in trace.steps if name in step.targets and not is_update(step)), None)
    if isinstance(first, tuple):  # w, b = 0.0, 0.0
        return all(is_number(one) for one in first)
    return is_number(first) or (isinstance(first, Array) and first.shape is None and first.rows is None)


def put_neuron(draft: Draft, trace: Trace, neuron: Neuron) -> None:
    """Fill in what a neuron by plain numbers shows of its network and its start."""
    line = neuron.step.line
    draft.put("inputs", len(neuron.weights), line)
    draft.put("outputs", 1, line)
    draft.put("output_activation", neuron.activation, line)
    draft.put("bias", neuron.bias is not None, line)
    draft.put("loss", "squared_error" if neuron.activation == "linear" else None, line)
    start = next(step for step in trace.steps if neuron.weights[0] in step.targets and not is_update(step))
    value = start.value
    if isinstance(value, tuple):
        value = value[start.targets.index(neuron.weights[0])]
    if isinstance(value, Array) and value.fill in ("uniform", "normal"):
        draft.put("start", value.fill, start.line)
        ends = ("start_low", "start_high") if value.fill == "uniform" else ("", "start_std")
        for name, number in zip(ends, (value.low, value.high), strict=True):
            if name:
                draft.put(name, number, start.line)
    elif is_number(value):
        draft.put("start", "zeros" if value == 0 else "constant", start.line)
        draft.put("start_constant", float(value) if value else None, start.line)
