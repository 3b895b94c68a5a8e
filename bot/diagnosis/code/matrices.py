"""Weights that a program keeps in arrays of its own: which names they have, their sizes, and how they start."""

import ast
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.diagnosis.code.evaluate import Step, Trace, dotted, item_name
from bot.diagnosis.code.formulas import called, squeezed
from bot.diagnosis.code.values import UNKNOWN, Array, Call, Sym, Value, as_rows, dimension
from bot.diagnosis.draft import Draft, put_start

MOST_TEXT = 2_000  # characters of statements that are looked through for a scale
_PRODUCTS = {"dot", "matmul", "mm", "inner", "einsum", "addmm", "xw_plus_b"}
_WEIGHT_NAME = re.compile(r"^w[a-z0-9_]{0,3}$|^w[\d_]|weight|^syn|synap|theta|coef|^w(t|ih|ho|in|out)", re.IGNORECASE)
_BIAS_NAME = re.compile(r"^b(\d|_|$|h|o|y|out)|bias", re.IGNORECASE)
_OVER = r"(?P<over>[\w.\[\]]{1,40}(?:\+[\w.\[\]]{1,40})?)"
_ROOTS = (  # squeezed: sqrt(2/n), sqrt(6)/sqrt(n+m), (6/(n+m))**0.5, 6**0.5/(n+m)**0.5
    rf"sqrt\((?P<spread>[1236])/\(?{_OVER}\)", rf"(?:sqrt\((?P<spread>[1236])\)|\b1|\))/sqrt\({_OVER}\)",
    rf"\(?(?P<spread>[1236])/\(?{_OVER}\)\)?\*\*0\.5", rf"(?P<spread>[1236])\*\*0\.5/\(?{_OVER}\)?\*\*0\.5",
)
_DATA_NAME = re.compile(r"^([xyt]s?|inputs?|features?|data|samples|targets?|labels?|[xy]_?\w{0,6})$", re.IGNORECASE)
_SIZES_NAME = re.compile(r"sizes?$|layers?(_?(dims?|sizes?))?$|topology|architecture|structure|shape|dims?$|neurons",
                         re.IGNORECASE)


@dataclass(frozen=True)
class Matrix:
    """One array of weights: (rows, columns) as written, and where it was made."""

    name: str
    shape: tuple[int | None, int | None]
    array: Array
    step: Step


def short(name: str) -> str:
    """A variable's own name: `W1` of `self.W1` and `parameters.W1`."""
    return name.rsplit(".", 1)[-1]


def is_bias(name: str, array: Array | None = None) -> bool:
    """Whether a variable is a bias by its name."""
    return bool(_BIAS_NAME.search(short(name)))


def matrices(trace: Trace) -> list[Matrix]:
    """The arrays of weights, in the order in which they are made."""
    multiplied = names_in_products(trace)
    updated = {name for step in trace.steps if is_update(step) for name in step.targets}
    found: dict[str, Matrix] = {}
    for step in trace.steps:
        for name, array in _set_arrays(step):
            trained = updated | ({name} if _is_variable(step.node) else set())
            if name in found or is_bias(name) or not _may_be_weights(name, array, multiplied, trained):
                continue
            shape = array.shape or ()
            if len(shape) in (1, 2):
                found[name] = Matrix(name, (shape[0], shape[1] if len(shape) == 2 else 1), array, step)
    return list(found.values()) or _unmade(trace, multiplied, updated) or _by_their_fit(trace, multiplied)


def _by_their_fit(trace: Trace, multiplied: set[str]) -> list[Matrix]:
    """Random matrices of other names that are multiplied and fit one another: the weights of a fragment without
    updates."""
    found = {name: Matrix(name, (array.shape[0], array.shape[1]), array, step) for step in trace.steps
             for name, array in _set_arrays(step) if array.fill in ("normal", "uniform") and name in multiplied
             and array.shape and len(array.shape) == 2 and not is_bias(name) and not _DATA_NAME.match(short(name))}
    several = list(found.values())
    fit = [one for one in (several, several[::-1]) if len(one) >= 2 and _fits([matrix.shape for matrix in one])]
    return fit[0] if fit else []


def _is_variable(node: ast.stmt) -> bool:
    """Whether a statement makes what a library trains: `U = tf.Variable(...)`, `nn.Parameter(...)`."""
    value = getattr(node, "value", None)
    return isinstance(value, ast.Call) and called(value) in ("Variable", "get_variable", "Parameter")


def _unmade(trace: Trace, multiplied: set[str], updated: set[str]) -> list[Matrix]:
    """Weights of a fragment that does not show how they are made: multiplied, and named like weights or changed."""
    found: dict[str, Matrix] = {}
    for step in trace.steps:
        for name in sorted((multiplied | updated) & names_in(step.node)):
            named = _WEIGHT_NAME.search(short(name)) and (
                name in updated or isinstance(trace.names.get(name, UNKNOWN), Sym | Call))
            if name not in found and not is_bias(name) and (named or name in multiplied & updated):
                found[name] = Matrix(name, (None, None), Array(), step)
    return list(found.values())


def names_in(node: ast.AST) -> set[str]:
    """The variables that stand in an expression or statement."""
    return {name for one in ast.walk(node) if isinstance(one, ast.Name | ast.Attribute | ast.Subscript)
            and (name := item_name(one))}


def _set_arrays(step: Step) -> Iterator[tuple[str, Array]]:
    if isinstance(step.node, ast.AugAssign):
        return
    if (listed := _list_of_weights(step)) is not None:
        yield step.targets[0], listed
    elif isinstance(step.value, tuple) and len(step.value) == len(step.targets):
        yield from ((name, one) for name, one in zip(step.targets, step.value, strict=True) if isinstance(one, Array))
    elif isinstance(step.value, Array):
        yield from ((name, step.value) for name in step.targets)


def _list_of_weights(step: Step) -> Array | None:
    """`weights = [random.uniform(-1, 1), random.uniform(-1, 1)]` as one array."""
    parts = step.value if isinstance(step.value, tuple) else ()
    if len(step.targets) != 1 or not 0 < len(parts) <= 64 or not _WEIGHT_NAME.search(short(step.targets[0])):
        return None
    if all(isinstance(one, Array) and one.shape is None and one.fill for one in parts):
        return replace(parts[0], shape=(len(parts),))
    rows = as_rows(parts)
    return Array(rows.shape, rows=rows) if rows is not None and rows.ndim <= 2 else None


def _may_be_weights(name: str, array: Array, multiplied: set[str], updated: set[str]) -> bool:
    named = bool(_WEIGHT_NAME.search(short(name)))
    if array.rows is not None or len(array.shape or ()) == 1:  # weights only where they are trained
        return name in updated and (named or name in multiplied)
    return named or (name in multiplied and name in updated)


def names_in_products(trace: Trace) -> set[str]:
    """The variables that stand in a matrix product."""
    found: set[str] = set()
    for step in trace.steps:
        for node in ast.walk(step.node):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                found |= {name for side in (node.left, node.right) if (name := bare(side))}
            elif is_product(node) and isinstance(node, ast.Call):
                sides = [*node.args, node.func.value if isinstance(node.func, ast.Attribute) else None]
                found |= {name for side in sides if side is not None and (name := bare(side))}
    return found


def is_product(node: ast.AST) -> bool:
    """Whether an expression is a matrix product itself."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    return isinstance(node, ast.Call) and called(node) in _PRODUCTS


def bare(node: ast.AST) -> str | None:
    """The variable of `w`, `w.T`, `w.transpose()`, `w[i]`."""
    if isinstance(node, ast.Call) and called(node) in ("transpose", "t") and isinstance(node.func, ast.Attribute):
        plain = dotted(node.func.value) not in ("np", "numpy", "tf", "torch")
        return bare(node.func.value) if plain else bare(node.args[0]) if node.args else None
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return bare(node.value)
    return item_name(node)


def is_update(step: Step) -> bool:
    """`w += ...`, `w -= ...`, or `w = w - ...`."""
    node = step.node
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Add | ast.Sub)
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp)):
        return False
    own = bare(node.value.left)
    return isinstance(node.value.op, ast.Add | ast.Sub) and own is not None and own in step.targets


def sizes(found: Sequence[Matrix], swapped: bool | None) -> list[int | None]:
    """Sizes from inputs to outputs; `swapped` where a matrix is (outputs, inputs), None where that is not known."""
    if not found:
        return []
    forward = [found[0].shape[0], *(one.shape[1] for one in found)]
    backward = [found[0].shape[1], *(one.shape[0] for one in found)]
    if len(found) == 1 and len(found[0].array.shape or ()) == 1:
        return forward  # one weight for each input
    if swapped is None:
        chains = [(fits_forward, chain) for fits_forward, chain in (
            (_fits([one.shape for one in found]), forward),
            (_fits([one.shape[::-1] for one in found]), backward)) if fits_forward]
        return chains[0][1] if chains else forward
    return backward if swapped else forward


def _fits(shapes: Sequence[tuple[int | None, int | None]]) -> bool:
    return all(left[1] == right[0] for left, right in pairwise(shapes))


def listed_sizes(trace: Trace) -> tuple[list[int], int] | None:
    """Sizes that stand in one list, `Network([784, 30, 10])`, with their line."""
    for name, value in trace.names.items():
        of_one = name.endswith(".shape")  # `W.shape = (5, 10)` tells of a matrix, not of a network
        if _SIZES_NAME.search(short(name)) and not of_one and (numbers := _sizes(value)):
            return numbers, trace.lines.get(name, 0)
    for call in trace.calls:
        if call.last in trace.classes or "net" in call.last.lower():
            for i, one in enumerate(call.args):
                if numbers := _sizes(one):
                    return numbers, call.line_of(i)
    return None


def _sizes(value: Value) -> list[int] | None:
    if not isinstance(value, tuple) or not 2 <= len(value) <= 12:
        return None
    numbers = [dimension(one) for one in value]
    return [one for one in numbers if one] if all(numbers) else None


def put_start_of(draft: Draft, array: Array, n_in: int | None, line: int) -> None:
    """How an array is filled at the start; known scalings get their names."""
    if array.start:
        put_start(draft, array.start, [], line)
    elif array.fill == "constant":
        draft.put("start", "zeros" if array.low == 0 else "constant", line)
        draft.put("start_constant", array.low if array.low else None, line)
    elif array.fill == "uniform":
        draft.put("start", "uniform", line)
        if not math.isnan(array.low + array.high):
            draft.put("start_low", array.low, line)
            draft.put("start_high", array.high, line)
    elif array.fill == "normal":
        for name, gain in (("he_normal", 2.0), ("lecun_normal", 1.0)):
            written_out = math.isclose(array.high, round(array.high, 3), rel_tol=1e-9)  # 0.5 is no square root
            if n_in and not written_out and math.isclose(array.high, math.sqrt(gain / n_in), rel_tol=1e-6):
                draft.put("start", name, line)
        draft.put("start", "normal", line)
        if draft.get("start") == "normal" and not math.isnan(array.high):
            draft.put("start_std", array.high, line)
    elif array.rows is not None:
        same = array.rows.size > 1 and float(array.rows.max()) == float(array.rows.min())
        draft.put("start", ("zeros" if array.rows.max() == 0 else "constant") if same else "other", line)
        draft.put("start_constant", float(array.rows.max()) if same and array.rows.max() != 0 else None, line)


def scaling_in(trace: Trace, made: Matrix) -> str | None:
    """A start by the formula of its scale, where the sizes in that are not known: `* np.sqrt(2 / n_in)`."""
    if made.array.rows is not None or made.array.start or made.array.fill == "constant" or (
            made.array.fill and not math.isnan(made.array.low + made.array.high)):
        return None
    text = squeezed(made.step.node)
    for step in trace.steps:
        if len(step.targets) == 1 and step.line < made.step.line and short(step.targets[0]) in text and (
                re.search(rf"(?<!\w){re.escape(short(step.targets[0]))}\b", text.partition("=")[2])):
            text = f"{text};{squeezed(step.node)}"[:MOST_TEXT]
    text = text.replace(".0", "")
    rooted = next((re.search(pattern, text) for pattern in _ROOTS if re.search(pattern, text)), None)
    if rooted is None:
        return None
    spread = rooted.group("spread") or "1"
    both = "+" in rooted.group("over")
    kind = "normal" if "randn" in text or "normal(" in text else "uniform"
    of = {("6", True): "glorot_uniform", ("2", True): "glorot_normal", ("6", False): "he_uniform",
          ("2", False): "he_normal", ("1", False): "lecun_normal", ("3", False): "lecun_uniform"}
    name = of.get((spread, both))
    return name if name and name.endswith(kind) else None


def made_in_a_list(trace: Trace) -> tuple[Array, int] | None:
    """What `weights.append(np.random.randn(n, m))` and `parameters["W" + str(l)] = ...` put in, with the line."""
    for call in trace.calls:
        if call.last == "append" and call.args and isinstance(call.args[0], Array) and not is_bias(call.name[:-7]):
            return call.args[0], call.line
    for step in trace.steps:
        if isinstance(step.value, Array) and step.value.rows is None and step.targets and not is_bias(step.targets[0]):
            return step.value, step.line
    return None


