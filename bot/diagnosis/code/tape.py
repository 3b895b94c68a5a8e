"""A training of Keras that is written out, with `tf.GradientTape`: its loss, how long it lasts, how many at once."""

from bot.diagnosis.code.choices import put_loss
from bot.diagnosis.code.evaluate import Trace
from bot.diagnosis.code.loops import loops_around, put_length
from bot.diagnosis.code.values import dimension
from bot.diagnosis.draft import Draft
from bot.diagnosis.vocabulary import LOSSES, plain

_UPDATES = ("apply_gradients", "gradient")


def read_tape(draft: Draft, trace: Trace) -> None:
    """Fill in what a loop around a tape shows, where there is one."""
    if not any(call.last == "GradientTape" for call in trace.calls):
        return
    for call in trace.calls:
        if plain(call.name) in LOSSES and (call.last[0].isupper() or len(call.args) + len(call.keywords) >= 2):
            put_loss(draft, call, call.line)
    update = next((call for call in trace.calls if call.last in _UPDATES), None)
    if update is None:
        return
    around = loops_around(trace, tuple(name for name in update.scope if name in trace.functions), update.loops)
    _batched(draft, trace)
    put_length(draft, trace, around, None)
    if len(around) == 1 and not any(call.last == "batch" for call in trace.calls):
        draft.put("batch_size", 0, around[0])


def _batched(draft: Draft, trace: Trace) -> None:
    """`data.shuffle(400).batch(16)`."""
    for call in trace.calls:
        if call.last == "batch" and len(call.args) == 1:
            draft.put("batch_size", dimension(call.args[0]), call.line_of(0))
