"""One training example of the network on the screen: how it is picked, and what expressions may name of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bot.answers.values import names_of
from bot.content.expressions import ExpressionError
from bot.content.prose import value_of
from sims.engine.activations import Array
from sims.engine.datasets import Axis
from sims.engine.experiment import Run
from sims.engine.network import buffers, forward, outputs
from sims.engine.scores import accuracy, decides
from sims.engine.training import Trained


@dataclass(frozen=True)
class Picked:
    """Example number `n` of replica 0 of a training."""

    trained: Trained
    n: int

    @cached_property
    def passed(self) -> tuple[list[Array], list[Array]]:
        """Pre-activations and activations of every layer, each (units,)."""
        network, weights = self.trained.network, [layer[:1] for layer in self.trained.weights]
        z: list[Array] = []
        a = buffers(network, self.trained.data.inputs[:1, :, self.n : self.n + 1], 1, weights[0].dtype)
        forward(network, weights, a, z)
        return [layer[0, :, 0] for layer in z], [layer[0, :-1, 0] for layer in a[1:]]


def names_at(picked: Picked) -> dict[str, Any]:
    """What expressions may name of an example and of the network on the screen; see knowledge/README.md."""
    data, n = picked.trained.data, picked.n
    if not 0 <= n < data.inputs.shape[-1]:
        raise ExpressionError(f"there is no example {n}; they count from 0 to {data.inputs.shape[-1] - 1}")
    seen, labels = data.inputs[0, :, n], data.targets[0, :, n]
    names: dict[str, Any] = {"n": n, "u": seen}
    names |= {"x": _in_units(seen, data.axes), "y": _in_units(labels, data.target_axes)}
    z, a = picked.passed
    for layer, weights in enumerate(picked.trained.weights):
        names |= {f"w{layer + 1}": weights[0, :-1], f"b{layer + 1}": weights[0, -1], f"z{layer + 1}": z[layer],
                  f"a{layer + 1}": a[layer]}
    return {**names, "out": a[-1]}


def pick(how: str, run: Run[Any, Any]) -> int:
    """The number of the example that an entry picks, by a word or by an expression that gives a number."""
    count = run.shown.data.inputs.shape[-1]
    if how in PICKS:
        return PICKS[how](run.shown)
    values, per_replica = names_of(run)
    value = value_of(how, values, per_replica)
    if isinstance(value, str) or not 0 <= value < count or value != round(value):
        raise ExpressionError(f"example = {how!r} gives {value!r}; it takes one of {', '.join(PICKS)}, or an "
                              f"expression that gives a whole number from 0 to {count - 1}")
    return int(value)


def _in_units(values: Array, axes: tuple[Axis, ...]) -> Array:
    return np.array([axis.offset + axis.scale * float(value) for axis, value in zip(axes, values, strict=True)])


def _said(shown: Trained) -> tuple[Array, Array]:
    """Outputs and targets of the network on the screen, (n_out, N)."""
    inputs = shown.data.inputs[:1].astype(shown.weights[0].dtype)
    return outputs(shown.network, [layer[:1] for layer in shown.weights], inputs)[0], shown.data.targets[0]


def _by_rightness(right: float) -> Callable[[Trained], int]:
    def first(shown: Trained) -> int:
        if not decides(shown):
            raise ExpressionError("the network decides between no classes, so no example is right or wrong; use "
                                  "'largest error'")
        said, wanted = _said(shown)
        each = accuracy(said.T[:, :, None], wanted.T[:, :, None])  # (N,): every example as a replica of its own
        return int(np.argmax(each == right))  # 0 where there is none

    return first


def _least_sure(shown: Trained) -> int:
    said, _ = _said(shown)
    if len(said) == 1:
        return int(np.argmin(np.abs(said[0] - 0.5)))
    second, largest = np.sort(said, axis=0)[-2:]
    return int(np.argmin(largest - second))


def _largest_error(shown: Trained) -> int:
    said, wanted = _said(shown)
    return int(np.argmax(np.square(said - wanted).sum(axis=0)))


PICKS: dict[str, Callable[[Trained], int]] = {
    "first": lambda shown: 0, "first right": _by_rightness(1.0), "first wrong": _by_rightness(0.0),
    "least sure": _least_sure, "largest error": _largest_error,
}
