"""Data that code makes as it goes: inputs that are drawn one by one, targets by a rule of the inputs."""

import ast
import re

from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.formulas import called
from bot.diagnosis.code.matrices import bare, short
from bot.diagnosis.code.values import Array

INPUT_NAME = re.compile(
    r"^(x|xs|inputs?|features?|data|samples|train(ing)?_?(x|in|inputs?|data)|input_?(data|set|x|values)|x_?\w{0,6})$",
    re.IGNORECASE)
TARGET_NAME = re.compile(
    r"^(y|ys|t|d|targets?|labels?|outputs?|expected(_?outputs?)?|train(ing)?_?(y|out|labels?|targets?|outputs?)|"
    r"output_?(data|set|y|values)|target_?data|des(ired)?(_?outputs?)?|y_?\w{0,6})$", re.IGNORECASE)
TABLE_NAME = re.compile(r"data|train|test|examples|samples|patterns|table|dataset|rows|set$", re.IGNORECASE)
DRAWN = ("uniform", "normal", "integers")  # by chance
LARGE = 10  # inputs beyond this are worth scaling


def appended(trace: Trace) -> int | None:
    """The line on which large random inputs are put into a list one by one: `data.append([randrange(9000), 0])`."""
    for call in trace.calls:
        given = call.args[0] if call.last == "append" and call.args else None
        first = given[0] if isinstance(given, tuple) and given else given
        name = short(call.name.removesuffix(".append"))
        if isinstance(first, Array) and first.fill in DRAWN and (INPUT_NAME.match(name) or TABLE_NAME.search(name)):
            return call.line if max(abs(first.low), abs(first.high)) > LARGE else None
    return None


def sine(trace: Trace) -> int | None:
    """The line on which targets are the sine or cosine of the inputs: `Y[i] = np.sin(X[i])`."""
    for step in trace.steps:
        node = step.node
        if not (isinstance(node, ast.Assign) and len(step.targets) == 1 and isinstance(node.value, ast.Call)):
            continue
        of = [bare(one) or "" for one in node.value.args]
        drawn = len(of) == 1 and getattr(trace.names.get(of[0]), "fill", None) in DRAWN
        named = TARGET_NAME.match(short(step.targets[0])) and len(of) == 1 and (drawn or INPUT_NAME.match(short(of[0])))
        if named and called(node.value) in ("sin", "cos"):
            return step.line
    return None
