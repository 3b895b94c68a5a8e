"""A training loop of PyTorch: how long, how many at once, and which of its calls are missing or out of order."""

import ast
from collections.abc import Sequence

from bot.diagnosis.code.evaluate import Step, Trace
from bot.diagnosis.code.loops import batch_by_slices, goes_through_data, loops_around, picks_at_random, put_length
from bot.diagnosis.code.values import Array, Call, Value, batch_of
from bot.diagnosis.draft import Draft, Part
from bot.diagnosis.vocabulary import ACTIVATIONS, LOSSES, OPTIMIZERS, plain

_CUTS = {"detach", "item", "numpy", "argmax", "round", "tolist"}
_FLATTENING = {"squeeze", "flatten", "view", "reshape", "ravel"}
_LOSS_FUNCTIONS = {"cross_entropy", "binary_cross_entropy", "nll_loss", "mse_loss", "l1_loss"}


def read_loop(draft: Draft, trace: Trace, parts: Sequence[Part]) -> None:
    """Fill in what the loop around `backward()` shows."""
    backward = [call for call in trace.calls if call.last == "backward"]
    _counted(draft, trace, backward)
    _loaded(draft, trace, backward)
    _gradients(draft, trace, backward)
    _modes(draft, trace, backward, parts)
    _cut(draft, trace)
    _unused(draft, trace)
    _plain_lists(draft, trace)
    _made_anew(draft, trace, backward)
    _labels(draft, trace)


def _counted(draft: Draft, trace: Trace, backward: Sequence[Call]) -> None:
    trained = backward or [call for call in trace.calls if call.last == "step" and call.loops]
    around = loops_around(trace, trained[0].scope, trained[0].loops) if trained else ()
    put_length(draft, trace, around, None)


def _loaded(draft: Draft, trace: Trace, backward: Sequence[Call]) -> None:
    loader = next((call for call in trace.calls if call.last == "DataLoader"), None)
    if loader is not None:
        draft.put("batch_size", batch_of(loader.get("batch_size", 1)), loader.line_of("batch_size", 1))
        shuffle = loader.get("shuffle", 2)
        draft.put("shuffle", shuffle if isinstance(shuffle, bool) else False, loader.line_of("shuffle", 2))
        return
    loops = loops_around(trace, backward[0].scope, backward[0].loops) if backward else ()
    if sliced := batch_by_slices(trace, loops):
        draft.put("batch_size", *sliced)
    if len(loops) == 1 and not goes_through_data(trace, loops[0]):
        draft.put("batch_size", 0, loops[0])
    elif loops and (goes_through_data(trace, loops[-1]) or picks_at_random(trace, loops)):
        draft.put("batch_size", 1, loops[-1])


def _gradients(draft: Draft, trace: Trace, backward: Sequence[Call]) -> None:
    steps = [call for call in trace.calls if call.last == "step" and "sched" not in call.name.lower()]
    zeroed = [call for call in trace.calls if _zeroes(call)]
    zeroed_by_none = [step for step in trace.steps if any(target.endswith(".grad") for target in step.targets)]
    by_hand = any(call.last in ("sub_", "add_") for call in trace.calls) or any(
        step.loops and _uses_gradient(step) for step in trace.steps)
    if backward:
        last = backward[-1]
        repeated = bool(loops_around(trace, last.scope, last.loops))
        inside = [call for call in zeroed if not last.loops or call.loops]
        draft.put("zero_grad_missing", repeated and not inside and not zeroed_by_none, last.line)
        made = any(plain(call.name) in OPTIMIZERS for call in trace.calls)
        draft.put("step_missing", made and not steps and not by_hand, last.line)
        _order(draft, trace, last)
    elif steps and any(call.loops for call in steps):
        draft.put("backward_missing", True, steps[0].line)


def _zeroes(call: Call) -> bool:
    return call.last == "zero_grad" or (call.last == "zero_" and "grad" in call.name)


def _uses_gradient(step: Step) -> bool:
    """Whether a statement reads or sets `.grad`."""
    return any(isinstance(node, ast.Attribute) and node.attr == "grad" for node in ast.walk(step.node))


def _order(draft: Draft, trace: Trace, backward: Call) -> None:
    """backward(), zero_grad(), step(): the step finds no gradient."""
    names = [call.last for call in trace.calls if call.loops == backward.loops and call.scope == backward.scope
             and call.last in ("backward", "zero_grad", "step") and "sched" not in call.name.lower()]
    for first, second, third in zip(names, names[1:], names[2:], strict=False):
        if (first, second, third) == ("backward", "zero_grad", "step"):
            draft.put("zeroed_before_step", True, backward.line)
    draft.put("zeroed_before_step", False)


def _modes(draft: Draft, trace: Trace, backward: Sequence[Call], parts: Sequence[Part]) -> None:
    if not backward:
        return
    order = {id(call): i for i, call in enumerate(trace.calls)}
    trained = order[id(backward[0])]
    evals = [order[id(call)] for call in trace.calls if call.last == "eval" and not call.args and call.of is not None]
    trains = [order[id(call)] for call in trace.calls if call.last == "train" and len(call.args) <= 1]
    if any(at < trained for at in evals) and not any(at > min(evals) for at in trains):
        draft.put("eval_in_training", True, trace.calls[min(evals)].line)
    draft.put("no_grad_in_training", "no_grad" in backward[0].scope or None, backward[0].line)
    if any(part.kind in ("dropout", "batch_norm") for part in parts):
        after = [call for call in trace.calls[trained + 1:] if _evaluates(call, backward[0], trace)]
        if evals:
            draft.put("eval_missing", False, trace.calls[evals[0]].line)
        elif after:
            draft.put("eval_missing", True, after[0].line)


def _evaluates(call: Call, backward: Call, trace: Trace) -> bool:
    """Whether a call passes data through the model after training: outside the loop, or without gradients."""
    models = {step.targets[0] for step in trace.steps if step.targets and isinstance(step.value, Call)
              and (step.value.last in trace.classes or step.value.last == "Sequential")} | {"model", "net"}
    outside = call.loops[:1] != backward.loops[:1] or "no_grad" in call.scope
    return call.name in models and outside and "forward" not in call.scope


def _cut(draft: Draft, trace: Trace) -> None:
    """Whether the prediction that the loss is given was cut off from the network."""
    for call in trace.calls:
        loss = plain(call.last) in LOSSES or call.last in _LOSS_FUNCTIONS or call.last in (
            "criterion", "loss_fn", "loss_func", "loss_function", "loss_fun")
        if loss and len(call.args) >= 2 and _is_cut(call.args[0]):
            draft.put("detached", True, call.line)


def _made_anew(draft: Draft, trace: Trace, backward: Sequence[Call]) -> None:
    """Whether the network is made in each round of the loop that trains it."""
    loops = next((call.loops for call in backward if call.loops), ())
    for call in trace.calls:
        builds = call.last in trace.classes or call.last == "Sequential"
        if builds and call.loops and call.loops == loops[:len(call.loops)] and "__init__" not in call.scope:
            counter = getattr(getattr(trace.loops[call.loops[-1]][0], "target", None), "id", "").lower()
            if call.loops == loops or "ep" in counter:  # else it may be a loop over folds or seeds
                draft.put("weights_reset_in_loop", True, call.line)


def _is_cut(value: Value) -> bool:
    """Whether a value comes, through a chain of methods, from one that leaves the graph: `out.argmax(1).float()`."""
    for _ in range(6):
        if not isinstance(value, Call):
            return False
        if value.last in _CUTS:
            return True
        value = value.of
    return False


def _unused(draft: Draft, trace: Trace) -> None:
    """Activations that a constructor makes and `forward` never calls, where it calls no other."""
    for name in trace.classes:
        forward = [call for call in trace.calls if call.scope[:2] == (name, "forward")]
        made = {step.targets[0]: step for step in trace.steps if step.scope[:2] == (name, "__init__") and step.targets
                and isinstance(step.value, Call)
                and ACTIVATIONS.get(plain(step.value.name), "linear") != "linear"}
        used = {call.name for call in forward}
        functions = any(plain(call.name) in ACTIVATIONS for call in forward)
        if forward and made and not functions:
            idle = [step for target, step in made.items() if target not in used]
            draft.put("activation_unused", len(idle) == len(made), idle[0].line if idle else None)


def _plain_lists(draft: Draft, trace: Trace) -> None:
    """Layers in a plain list: the optimizer never hears of their weights."""
    for step in trace.steps:
        if "__init__" in step.scope and step.targets and step.targets[0].startswith("self.") and isinstance(
                step.value, tuple) and any(isinstance(one, Call) and one.last == "Linear" for one in step.value):
            draft.put("parameters_missing", True, step.line)


def _labels(draft: Draft, trace: Trace) -> None:
    """Flat labels against a column of outputs, in a loss that broadcasts."""
    if draft.get("outputs") != 1 or draft.get("loss") not in ("squared_error", "absolute_error", "huber"):
        return
    squeezed = any(call.last in _FLATTENING and not isinstance(call.of, Array | tuple) for call in trace.calls)
    for name in ("y", "Y", "y_train", "Y_train", "targets", "labels", "target", "train_y", "y_data", "ys", "t"):
        value = trace.names.get(name)
        if isinstance(value, Array) and value.shape is not None:
            flat = len(value.shape) == 1
            draft.put("label_shape", ("flat" if squeezed else "broadcast") if flat else "column", trace.lines.get(name))
            return
