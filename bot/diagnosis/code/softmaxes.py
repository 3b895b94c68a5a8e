"""Over what a softmax adds up: the classes of an example, or by mistake the examples of a batch."""

import ast

from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.formulas import called
from bot.diagnosis.code.values import Call, Value, is_number
from bot.diagnosis.draft import Draft
from bot.diagnosis.vocabulary import plain

_NAMES = ("softmax", "logsoftmax")


def read_axis_of_library(draft: Draft, trace: Trace) -> None:
    """`F.softmax(x, dim=0)`, `nn.Softmax(0)`: in PyTorch and Keras the first axis is that of the examples."""
    for call in trace.calls:
        if plain(call.last) in _NAMES and _axis(call) == 0 and draft.get("outputs") != 1:
            draft.put("softmax_over_examples", True, call.line_of("dim", "axis"))


def _axis(call: Call) -> Value:
    is_module = call.last[0].isupper()
    on_itself = isinstance(call.of, Call) and not call.name.startswith(("F.", "torch.", "nn.", "tf."))
    axis = call.get("dim", "axis", 0 if is_module or on_itself else 1)
    return axis if is_number(axis) else None


def read_axis_by_hand(draft: Draft, trace: Trace, weights_left: bool | None) -> None:
    """A softmax written out whose sum goes over the examples, or over the whole batch at once.

    `weights_left`: examples are columns, because weights stand left of what they multiply.
    """
    if draft.get("output_activation") != "softmax" or draft.get("batch_size") != 0 or weights_left is None:
        return
    function = next((one for name, one in trace.functions.items() if "softmax" in name.lower()), None)
    sums = [node for node in ast.walk(function) if isinstance(node, ast.Call) and called(node) == "sum"] if (
        function is not None) else []
    if len(sums) != 1:
        return
    given = [one.value for one in sums[0].keywords if one.arg in ("axis", "dim")]
    if not given and len(sums[0].args) > 1:
        given = [sums[0].args[1]]
    axis = given[0].value if given and isinstance(given[0], ast.Constant) else None
    if (given and axis is None) or any(isinstance(node, ast.For) for node in ast.walk(function or sums[0])):
        return  # -1, or an axis that is not told
    if axis is None or axis == (1 if weights_left else 0):
        draft.put("softmax_over_examples", True, sums[0].lineno)
