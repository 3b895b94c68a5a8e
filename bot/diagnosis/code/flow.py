"""The way forward through weights written by hand: which variable is a pre-activation, which an activation."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.diagnosis.code.evaluate import Step, Trace, dotted, item_name
from bot.diagnosis.code.formulas import Formula, activation_in, by_name, called, squeezed
from bot.diagnosis.code.matrices import Matrix, bare, is_product
from bot.diagnosis.vocabulary import ACTIVATIONS, plain

_BACKWARD = re.compile(r"delta|err|grad|^d[A-Z_]|^d(w|z|b|h|a|o|l|out|hid)\d?$|_d$")  # variables of the way back


@dataclass
class Flow:
    """What the forward pass shows. Layers are counted from 0 by their weights."""

    before: dict[str, int] = field(default_factory=dict)           # variable -> layer whose z it is
    after: dict[str, int] = field(default_factory=dict)            # variable -> layer whose activation it is
    kinds: dict[int, str] = field(default_factory=dict)            # layer -> activation
    lines: dict[int, int] = field(default_factory=dict)            # layer -> line of its activation
    swapped: bool | None = None                                    # weights stand left of what they multiply
    used: list[str] = field(default_factory=list)                  # weights in the order in which data pass them
    twice: dict[int, tuple[str, int]] = field(default_factory=dict)  # layer -> a second activation, with its line
    passed_on: set[int] = field(default_factory=set)               # layers whose z goes into a function we do not know


def flow(trace: Trace, known: Mapping[str, Formula], weights: Sequence[Matrix]) -> Flow:
    """Follow the forward pass through the statements, in the order in which they stand."""
    found = Flow()
    names = {one.name for one in weights} | {one.name.rsplit(".", 1)[-1] for one in weights}
    for step in trace.steps:
        node = step.node
        if isinstance(node, ast.Assign | ast.Return | ast.Expr) and node.value is not None and not (
                step.scope and step.scope[-1] in known):
            _statement(found, step, node.value, names, known)
    return found


def _statement(found: Flow, step: Step, expression: ast.expr, names: set[str], known: Mapping[str, Formula]) -> None:
    if any(_BACKWARD.search(target.rsplit(".", 1)[-1]) for target in step.targets):
        return
    layer = _new_layer(found, expression, names)
    if layer is None:
        layer = _picked_rows(found, expression, names, known)
    if layer is None and not any(_mentions(node, found.before) for node in ast.walk(expression)):
        _note_second(found, step, expression, known)
        return
    kind = _activation(expression, known, found, layer is not None)
    if kind is None:
        _note_unknown(found, expression, layer)
        if layer is not None:
            found.before.update(dict.fromkeys(step.targets, layer))
        return
    if layer is None:
        layer = next(found.before[name] for node in ast.walk(expression) if (name := _mentions(node, found.before)))
    if layer in found.kinds and step.targets and step.targets[0] not in found.after and _is_backward(expression):
        return
    found.kinds.setdefault(layer, kind)
    found.lines.setdefault(layer, step.line)
    for target in step.targets:
        found.after.setdefault(target, layer)


def _note_second(found: Flow, step: Step, expression: ast.expr, known: Mapping[str, Formula]) -> None:
    """Note a sigmoid or softmax over what an activation gave already: `y = softmax(np.tanh(z))` in two lines."""
    if not isinstance(expression, ast.Call) or not expression.args:
        return
    formula = known.get(called(expression) or "") or by_name(called(expression) or "")
    name = _mentions(expression.args[0], found.after)
    if name and formula and formula.activation in ("sigmoid", "softmax") and not asks_for_slope(expression, formula):
        found.twice.setdefault(found.after[name], (formula.activation, step.line))


def _note_unknown(found: Flow, expression: ast.expr, layer: int | None) -> None:
    """Note a layer whose product, or a variable that holds it, is given to a function that is none of numpy's."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and not is_product(node) and (dotted(node.func) or "np.").split(".")[0] not in (
                "np", "numpy", "tf", "torch", "print", "math"):
            names = [name for one in node.args for part in ast.walk(one) if (name := _mentions(part, found.before))]
            found.passed_on |= {found.before[name] for name in names}
            if layer is not None and any(is_product(part) for one in node.args for part in ast.walk(one)):
                found.passed_on.add(layer)


def _is_backward(expression: ast.expr) -> bool:
    return any(isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) for node in ast.walk(expression))


def _mentions(node: ast.AST, names: Mapping[str, int]) -> str | None:
    name = item_name(node) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) else None
    return name if name in names else None


def _new_layer(found: Flow, expression: ast.expr, names: set[str]) -> int | None:
    """The number of the layer whose weights are multiplied here for the first time."""
    for node in ast.walk(expression):
        if not is_product(node) and not _is_scalar_product(node):
            continue
        left, right = sides_of(node)
        for side, on_the_left in ((left, True), (right, False)):
            name = bare(side) if side is not None else None
            if name in names and name is not None and name not in found.used:
                turned = name != item_name(side) if side is not None else False
                if found.swapped is None:
                    found.swapped = on_the_left != turned
                found.used.append(name)
                return len(found.used) - 1
    return None


def _picked_rows(found: Flow, expression: ast.expr, names: set[str], known: Mapping[str, Formula]) -> int | None:
    """A layer that adds up rows of its weights: `sigmoid(np.sum(weights[words], axis=0))`."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and called(node) == "sum" and node.args:
            name = bare(node.args[0])
            if name in names and name not in found.used:
                found.used.append(str(name))
                return len(found.used) - 1
    return None


def _is_scalar_product(node: ast.AST) -> bool:
    """`w[0] * x[0]`: weights taken one by one."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and any(
        isinstance(side, ast.Subscript) for side in (node.left, node.right))


def _is_part_of_sum(node: ast.AST) -> bool:
    return _is_scalar_product(node) or (isinstance(node, ast.Call) and called(node) == "sum")


def sides_of(node: ast.AST) -> tuple[ast.AST | None, ast.AST | None]:
    """The two sides of a product: of `a @ b`, `a.dot(b)`, `np.dot(a, b)`."""
    if isinstance(node, ast.BinOp):
        return node.left, node.right
    if not isinstance(node, ast.Call):
        return None, None
    module = dotted(node.func.value) if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Attribute) and module not in ("np", "numpy", "tf", "torch", "tf.linalg", "K"):
        return node.func.value, node.args[0] if node.args else None
    return node.args[0] if node.args else None, node.args[1] if len(node.args) > 1 else None


def _activation(expression: ast.expr, known: Mapping[str, Formula], found: Flow, has_product: bool) -> str | None:
    """The activation that is applied to a product, or to a variable that holds one."""
    for node in ast.walk(expression):
        if not isinstance(node, ast.Call):
            continue
        name = called(node) or ""
        formula = known.get(name) or by_name(name)
        if formula is None or formula.activation is None or asks_for_slope(node, formula):
            continue
        parts = (inner for one in node.args for inner in ast.walk(one))
        on = node.func.value if isinstance(node.func, ast.Attribute) else node
        applied = any(is_product(part) or (has_product and _is_part_of_sum(part)) or _mentions(part, found.before)
                      for part in parts)
        if applied or _mentions(on, found.before):
            return formula.activation
    text = squeezed(expression)
    plainly = has_product or "exp(" in text or "max" in text
    return activation_in(text) if plainly and "*(1-" not in text else None


def asks_for_slope(node: ast.Call, formula: Formula) -> bool:
    """Whether a function that can give both, `sigmoid(x, deriv=True)`, is asked for the slope here."""
    if not formula.is_slope:
        return False
    flags = [*node.args[1:], *(one.value for one in node.keywords)]
    if any(isinstance(flag, ast.Constant) and flag.value in (True, 1) for flag in flags):
        return True
    name = (called(node) or "").lower()
    return any(word in name for word in ("deriv", "prime", "grad", "slope", "back", "dash")) or name.startswith("d")


def named_activations(trace: Trace) -> list[str]:
    """Activations given by name to helpers such as `linear_activation_forward(X, W1, b1, "relu")`, in order."""
    kinds = []
    for call in trace.calls:
        if "forward" in call.last and "back" not in call.last:
            given = [one for one in (*call.args, *call.keywords.values()) if isinstance(one, str)]
            kinds += [ACTIVATIONS[plain(one)] for one in given if plain(one) in ACTIVATIONS]
    return kinds
