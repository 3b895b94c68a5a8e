"""From a task to what a network sees: scaled inputs, coded targets, an order, and examples held out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, standardised
from sims.engine.general.settings import NetworkParams
from sims.engine.general.tasks import GATES, REFERENCE, Task, make_task
from sims.engine.randomness import draw

MARGIN = 0.1  # of a picture beyond the smallest and largest value
PER_CLASS = ("cross_entropy", "cross_entropy_from_logits")


@dataclass(frozen=True)
class Examples:
    """`train` and, where some are held out, `validation`, as the network sees them, with each example's answer as the
    task has it, (R or 1, n, N), and `classes`, 0 for numbers."""

    train: Data
    answers: Array
    classes: int
    validation: Data | None = None
    validation_answers: Array | None = None


def make_examples(params: NetworkParams, seeds: Array) -> Examples:
    """The examples of these settings, each replica its own where they are drawn, ordered or held out by chance."""
    task = make_task(params.data, seeds, params.points, params.noise, params.own)
    usual = task if params.data in (*GATES, "own") else make_task(params.data, REFERENCE, 500, params.noise)
    axes = _input_axes(usual, params.scaling)
    answer_axes = _answer_axes(usual, params)
    inputs, answers = _in_order(params, task, seeds)
    points = inputs.shape[-1]
    data = Data(standardised(inputs, axes), coded(answers, task.classes, params, answer_axes), axes, answer_axes,
                _shares(params, len(answer_axes), points))
    kept = points - int(params.held_out * points)
    if kept == points:
        return Examples(data, answers, task.classes)
    return Examples(data.examples(0, kept), answers[..., :kept], task.classes, data.examples(kept, points),
                    answers[..., kept:])


def _shares(params: NetworkParams, width: int, points: int) -> Array | None:
    """What makes the mean over the outputs of the engine's sum, (1, 1, N): so libraries have it, but for the loss over
    classes, and scripts that sum have it not."""
    whole = width == 1 or params.summed or params.loss in PER_CLASS
    return None if whole else np.full((1, 1, points), 1 / width)


def width_of_output(params: NetworkParams, classes: int, columns: int = 1) -> int:
    """Units of the output layer: those asked for, where the data can be given to so many, or what the data need."""
    if not classes or params.labels == "number" or params.outputs == 1:
        return columns if columns > 1 else max(1, params.outputs)  # several targets have an output each
    one_hot = classes > 2 or params.output == "softmax" or params.loss in PER_CLASS
    return max(classes if one_hot else 1, params.outputs)


def coded(answers: Array, classes: int, params: NetworkParams, axes: Sequence[Axis]) -> Array:
    """The targets (R or 1, n_out, N) of answers (R or 1, n, N)."""
    width = len(axes)
    if not classes:
        return standardised(np.broadcast_to(answers, (len(answers), width, answers.shape[-1])), tuple(axes))
    targets = answers if width == 1 else (answers == np.arange(width)[:, None]).astype(float)
    return 2 * targets - 1 if params.labels == "plus_minus" else targets


def decided(outputs: Array, classes: int, params: NetworkParams) -> Array:
    """Which class outputs (R, n_out, N) say, (R, N): the largest one, or for a single output the nearest label."""
    if outputs.shape[1] > 1:
        return outputs.argmax(axis=1)
    said = outputs[:, 0]
    if params.labels == "plus_minus" and classes == 2:
        return (said > 0).astype(int)
    return (said > 0.5).astype(int) if classes == 2 else np.rint(np.nan_to_num(said)).clip(0, classes - 1).astype(int)


def _in_order(params: NetworkParams, task: Task, seeds: Array) -> tuple[Array, Array]:
    """Inputs and answers in the order in which training sees them; the last ones are those held out."""
    inputs, answers, points = task.inputs, task.answers, task.inputs.shape[-1]
    if params.held_out or params.order != "shuffled":
        by_chance = draw(seeds, "order", lambda rng: rng.permutation(points))
        inputs, answers = _taken(inputs, by_chance), _taken(answers, by_chance)
    if params.order == "sorted":
        kept = points - int(params.held_out * points)
        ranks = np.concatenate((answers[:, 0, :kept].argsort(axis=-1, kind="stable"),
                                np.broadcast_to(np.arange(kept, points), (len(answers), points - kept))), axis=1)
        inputs, answers = _taken(inputs, ranks), _taken(answers, ranks)
    return inputs, answers


def _taken(values: Array, order: Array) -> Array:
    """`values` (R or 1, n, N) with the examples in each replica's own order (R, N)."""
    every = np.broadcast_to(values, (len(order), *values.shape[1:]))
    return np.take_along_axis(every, order[:, None], axis=2)


def _input_axes(task: Task, scaling: str) -> tuple[Axis, ...]:
    return tuple(_axis(name, unit, values, scaling) for name, unit, values in zip(
        task.names, task.units, _columns(task.inputs, task.flat), strict=True))


def _columns(values: Array, alike: bool) -> list[Array]:
    """The values of each input (N,); of all inputs together, for each, where they are of one kind."""
    return [values if alike else values[:, column] for column in range(values.shape[1])]


def _axis(name: str, unit: str, values: Array, scaling: str) -> Axis:
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 1.0
    offset, scale = 0.0, 1.0
    if scaling == "standardised":
        offset, scale = float(values.mean()), float(values.std())
    elif scaling == "zero_to_one":
        offset, scale = low, high - low
    return Axis(name, unit, low - margin, high + margin, offset, scale or 1.0)


def _answer_axes(task: Task, params: NetworkParams) -> tuple[Axis, ...]:
    """What the outputs say, one axis each."""
    width = width_of_output(params, task.classes, task.answers.shape[1])
    if not task.classes:
        axes = [_axis(name, "", values, params.target_scaling)
                for name, values in zip(task.said, _columns(task.answers, False), strict=True)]
        return tuple(axes[min(column, len(axes) - 1)] for column in range(width))
    low = -1.0 if params.labels == "plus_minus" else 0.0
    if width == 1:
        return (Axis("class" if task.classes > 2 else task.said[-1], low=low, high=max(1, task.classes - 1)),)
    names = task.said if len(task.said) >= task.classes else (f"not {task.said[0]}", task.said[0])
    return tuple(Axis(names[k] if k < len(names) else f"no class ({k})", low=low, high=1) for k in range(width))

