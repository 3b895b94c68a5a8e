"""What functions written by hand compute, by their formulas: activations, and slopes given a or z."""

import ast
import re
from dataclasses import dataclass
from typing import Literal

from bot.diagnosis.code.evaluate import Trace, dotted
from bot.diagnosis.vocabulary import ACTIVATIONS, plain

MOST_STATEMENTS = 12  # of a function that is looked into

_SIGMOID = re.compile(r"1/\(1\+(\w{1,10}\.)?exp\(-|\bexpit\(")
_TANH = re.compile(r"\btanh\(|\(exp\((\w+)\)-exp\(-\1\)\)/")
_RELU = re.compile(r"maximum\(0,|maximum\(\w+,0\)|\bmax\(0,|\b\w+\*\(\w+>0\)|where\(\w+>0,\w+,0\)|\bclip\(\w+,0,")
_LEAKY = re.compile(r"maximum\((?:0?\.\d+|\d/\d+)\*|maximum\((\w+),(?:0?\.\d+|\d/\d+|\w+)\*\1\)|"
                    r"where\(\w+>0,\w+,(0?\.\d+|\w+)\*")
_SOFTMAX = re.compile(r"exp\(.{0,80}/.{0,40}\bsum\(|/\w*sum\w*$")
_STEP = re.compile(r"where\(\w+>=?0,1,(0|-1)\)|heaviside\(|\bsign\(")
_DERIVATIVE_NAME = re.compile(r"deriv|prime|grad|slope|backward|_d$|^d_|^d(sig|tanh|relu)|dash|delta_")


@dataclass(frozen=True)
class Formula:
    """A function of one number: an activation, and what its slope is written for, if it gives one."""

    activation: str | None = None
    slope_for: Literal["a", "z"] | None = None
    is_slope: bool = False  # gives the slope always, or when it is told to by a flag


def formulas(trace: Trace) -> dict[str, Formula]:
    """The functions of a text that are activations or their slopes, by name."""
    found: dict[str, Formula] = {}
    for name, function in trace.functions.items():
        small = len(function.body) <= MOST_STATEMENTS and len(function.args.args) <= 4
        layer = small and any(_multiplies(node) for node in ast.walk(function))
        if small and not layer and (formula := _of_function(name, function)):
            found[name.rsplit(".", 1)[-1]] = formula
    for step in trace.steps:
        node = step.node
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and step.targets:
            formula = _of_body(step.targets[0], [node.value.body], [one.arg for one in node.value.args.args])
            if formula is not None:
                found[step.targets[0]] = formula
    return found


def _multiplies(node: ast.AST) -> bool:
    """Whether a node is a matrix product: a function with one is a layer, not an activation."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    return isinstance(node, ast.Call) and called(node) in ("dot", "matmul", "mm")


def by_name(name: str) -> Formula | None:
    """What a function is that the post does not define, by its name alone: `sigmoid`, `tanh_prime`."""
    last = name.rsplit(".", 1)[-1].lower()
    if plain(last) in ACTIVATIONS:
        return Formula(activation=ACTIVATIONS[plain(last)])
    if _DERIVATIVE_NAME.search(last):
        kind = next((ours for word, ours in ACTIVATIONS.items() if len(word) > 2 and word in plain(last)), None)
        return Formula(kind, None, True) if kind else None
    return None


def squeezed(node: ast.AST) -> str:
    """An expression as text without spaces, library prefixes and `.0`; empty where it is long."""
    if sum(1 for _ in zip(ast.walk(node), range(120), strict=False)) >= 120:
        return ""
    text = ast.unparse(node)[:600].replace(" ", "").replace("1.0", "1").replace("0.0", "0")
    for prefix in ("numpy.", "np.", "math.", "torch.", "tf.nn.", "tf.", "self."):
        text = text.replace(prefix, "")
    return text


def _of_function(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Formula | None:
    returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None]
    inner = [one.value for one in node.body if isinstance(one, ast.Assign)]
    parameters = [one.arg for one in node.args.args if one.arg != "self"]
    return _of_body(name, [*returned, *inner], parameters) if returned else None


def _of_body(name: str, expressions: list[ast.expr], parameters: list[str]) -> Formula | None:
    if not parameters:
        return None
    texts = [squeezed(one) for one in expressions]
    slope, activation = None, None
    for text in texts:
        slope = slope or slope_in(text, parameters[0], texts)
        activation = activation or activation_in(text)
    named = by_name(name)
    if slope is None and _DERIVATIVE_NAME.search(name.lower()):
        flat = next((text for text in texts if re.search(r">=?0", text)), None)
        slope = ("relu", None) if flat else None
    if slope is not None:
        kind = activation or slope[0]
        return Formula(kind, slope[1], True)
    if activation is not None:
        return Formula(activation)
    if named is not None and named.activation == "linear" and parameters[0] in texts:
        return named
    return named if named is not None and len(texts) <= 3 else None


def activation_in(text: str) -> str | None:
    """The activation that a formula applies, if it applies one."""
    for pattern, kind in ((_SIGMOID, "sigmoid"), (_SOFTMAX, "softmax"), (_STEP, "step"), (_LEAKY, "leaky_relu"),
                          (_RELU, "relu"), (_TANH, "tanh")):
        if pattern.search(text):
            return kind
    return None


def slope_in(text: str, x: str, others: list[str]) -> tuple[str, Literal["a", "z"] | None] | None:
    """The slope that a formula gives of its argument x, and whether x is meant to be the activation or z."""
    name = re.escape(x)
    if re.search(rf"(?<![\w.]){name}\*\(1-{name}\)|multiply\({name},1-{name}\)|{name}-{name}\*\*2", text):
        return "sigmoid", "a"
    match = re.search(r"\b(\w+(\(\w+\))?)\*\(1-(\w+(\(\w+\))?)\)", text)
    if match and match.group(1) == match.group(3):
        return "sigmoid", "z"
    if re.search(rf"exp\(-{name}\)/\(?\(1\+exp\(-{name}\)\)\*\*2", text):
        return "sigmoid", "z"
    if re.search(rf"1-{name}\*\*2|1-{name}\*{name}|1-power\({name},2\)|1-square\({name}\)|1-\({name}\*\*2\)", text):
        return "tanh", "a"
    if re.search(r"1-tanh\(\w+\)\*\*2|1-power\(tanh\(\w+\),2\)|1-\(?tanh\(\w+\)\)?\*\*2|1/cosh\(\w+\)\*\*2", text):
        return "tanh", "z"
    if re.search(r"1-\w+\*\*2|1-power\(\w+,2\)", text) and any("tanh(" in other for other in others):
        return "tanh", "z"
    return None


def called(node: ast.Call) -> str | None:
    """The last name of what is called."""
    name = dotted(node.func)
    if name:
        return name.rsplit(".", 1)[-1]
    return node.func.attr if isinstance(node.func, ast.Attribute) else None
