"""Loops of a training: how often they run, and what they go through."""

import ast

from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.values import Array, Call, Value, dimension, is_number
from bot.diagnosis.draft import Draft


def loops_around(trace: Trace, scope: tuple[str, ...], loops: tuple[int, ...]) -> tuple[int, ...]:
    """The loops around a statement, by line, the outermost first: those from which its function is called, too, and
    none over several networks."""
    around = _around(trace, scope, loops)
    return tuple(line for line in around if not _made_before(*trace.loops.get(line, (None, None))))


def _around(trace: Trace, scope: tuple[str, ...], loops: tuple[int, ...]) -> tuple[int, ...]:
    around, functions = loops, [name for name in scope if name not in trace.classes and name != "no_grad"]
    for _ in range(3):
        if not functions:
            return around
        calls = [call for call in trace.calls if call.last == functions[-1] and functions[-1] not in call.scope]
        call = next((one for one in calls if one.loops), next(iter(calls), None))
        if call is None:
            return around
        around = call.loops + around
        functions = [name for name in call.scope if name not in trace.classes and name != "no_grad"]
    return around


def loop_length(over: Value) -> int | None:
    """How often a loop runs, where it counts through a range."""
    if isinstance(over, tuple):  # not one over networks or settings
        return len(over) or None if all(is_number(one) for one in over) else None
    if isinstance(over, Array) and over.shape:
        return over.shape[0]
    if not isinstance(over, Call):
        return None
    if over.last in ("tqdm", "trange", "list", "enumerate") and isinstance(over.get(0), Call | tuple):
        return loop_length(over.get(0))
    if over.last not in ("range", "xrange", "trange", "arange"):
        return None
    ends = [one for one in over.args if is_number(one)]
    if len(ends) != len(over.args) or not ends:
        return None
    start, stop, step = (0, ends[0], 1) if len(ends) == 1 else (*ends[:2], *(ends[2:3] or [1]))
    return dimension((stop - start) // step) if step else None


def looped_over(trace: Trace) -> dict[str, tuple[Call, ...]]:
    """Loops over several things that were made before, `for net in (a, b)`: their variable, and what it stands for."""
    return {node.target.id: over for node, over in trace.loops.values()  # type: ignore[attr-defined]
            if _made_before(node, over)}


def _made_before(node: ast.AST | None, over: Value) -> bool:
    return isinstance(node, ast.For) and isinstance(node.target, ast.Name) and isinstance(over, tuple) and (
        len(over) > 1 and all(isinstance(one, Call) and bool(one.target) for one in over))


def goes_through_data(trace: Trace, line: int) -> bool:
    """Whether a loop takes one example after another: `zip(X, y)`, `range(len(X))`, an array itself."""
    node, over = trace.loops[line]
    if isinstance(node, ast.For) and any(getattr(inner, "id", getattr(inner, "attr", "")) in ("len", "shape")
                                         for inner in ast.walk(node.iter)):
        return True
    if isinstance(over, tuple):  # pairs of an input and a target, or rows of numbers
        rows = len(over) > 1 and isinstance(over[0], tuple) and all(is_number(one) for one in over[0])
        pairs = bool(over) and isinstance(over[0], tuple) and isinstance(getattr(node, "target", None), ast.Tuple)
        return rows or pairs
    if not isinstance(over, Call):
        return isinstance(over, Array)
    first = over.get(0)
    if over.last == "enumerate" and isinstance(first, Call):
        return first.last == "zip"
    return over.last in ("zip", "enumerate") and "load" not in getattr(first, "name", "").lower()


def picks_at_random(trace: Trace, around: tuple[int, ...]) -> bool:
    """Whether one example is picked at random in each round."""
    return any(call.last in ("choice", "randint", "randrange", "sample") and set(call.loops) & set(around)
               for call in trace.calls)


def batch_by_slices(trace: Trace, around: tuple[int, ...]) -> tuple[int, int] | None:
    """The step, with its line, of a loop such as `for start in range(0, n, 32)`."""
    for line in around:
        over = trace.loops[line][1]
        if isinstance(over, Call) and over.last in ("range", "xrange") and len(over.args) == 3:
            size = dimension(over.args[2])
            if size is not None and size > 1:
                return size, over.line_of(2)
    return None


def put_length(draft: Draft, trace: Trace, around: tuple[int, ...], batch: int | None) -> None:
    """Note how long training lasts: in epochs, or, where each round takes one example or batch, in steps."""
    for line in around:
        if goes_through_data(trace, line):
            return
        length = loop_length(trace.loops[line][1])
        if length is not None:
            draft.put("steps" if batch and len(around) == 1 else "epochs", length, line)
            return
