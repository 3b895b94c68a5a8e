"""Gradient check: slopes by moving each weight a little, against backpropagation written by hand, with a slip.

A 2-3-1 tanh network learns answers that chance has a part in. Its gradient is computed by the lines that a learner
writes, with one planted slip or none, and by central differences, (L(w + e) - L(w - e)) / 2e. The relative difference
of the two, |b - n| / (|b| + |n|), is near 1e-10 where the code is right and far larger where it is not; the part of the
network that differs, and the ratio b / n there, say what is wrong (Bishop, 2006, section 5.3.3). The network is then
trained with the slip: often it learns all the same, so that no curve would have told.

The same with other steps e, one-sided and in float32 shows how far such a check can be trusted: large steps meet the
curvature, small ones the rounding.
"""

from collections.abc import Callable, Generator
from typing import Any, Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import from_logits
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.recording import train_by
from sims.engine.scores import accuracy
from sims.engine.settings import rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig

Slip = Literal["none", "derivative_missing", "bias_summed", "twice", "wrong_sign"]
POINTS, HIDDEN, SLOPE = 60, 3, 8.0
PARTS = ("W1", "b1", "W2", "b2")
NETWORK = dense(2, [HIDDEN], 1, "tanh", "sigmoid")
EXPONENTS = tuple(range(-12, 0))
Slopes = list[Array]  # one array a layer, (R, n_in + 1, n_out), the last row the biases


class CheckParams(Params):
    """The slip in the code, and the step of the check."""

    slip: Slip = setting("derivative_missing", title="slip in the code",
                         description="what is wrong in the hand-written backward pass",
                         words=("slip", "bug", "fault", "mistake", "error in the code"))
    exponent: int = setting(-5, ge=-12, le=-1, title="step of the check, as a power of ten",
                            description="each weight is moved by 10 to this power, up and down",
                            words=("epsilon", "eps", "step of the check", "exponent", "h"))
    learning_rate: float = rate_setting(0.5, le=2)
    steps: int = steps_setting(300, le=600, ge=20)


class CheckMetrics(Metrics):
    """How far the two gradients differ, part by part, and what training with the slip came to."""

    parts: Array = shared("weights and biases of the two layers", kind="label")
    off: Array = metric("relative difference of backpropagation with the slip from central differences, part by part")
    off_right: Array = metric("relative difference of right backpropagation from central differences, part by part")
    off_all: Array = metric("relative difference over all weights, with the slip")
    off_all_right: Array = metric("relative difference over all weights, without a slip")
    off_first: Array = metric("relative difference in the weights of the first layer, with the slip")
    off_first_right: Array = metric("relative difference in the weights of the first layer, without a slip")
    off_second: Array = metric("relative difference in the weights of the second layer, with the slip")
    off_bias: Array = metric("relative difference in the output bias, with the slip")
    ratio: Array = metric("backpropagation with the slip as a multiple of central differences, part by part",
                          unit="times")
    ratio_first: Array = metric("the ratio in the weights of the first layer", unit="times")
    ratio_second: Array = metric("the ratio in the weights of the second layer", unit="times")
    ratio_bias: Array = metric("the ratio in the output bias", unit="times")
    accuracy: Array = metric("share of the examples right after training with the slip", unit="share")
    accuracy_right: Array = metric("share of the examples right after training without a slip", unit="share")
    accuracy_start: Array = metric("share of the examples right before training", unit="share")
    loss: Array = metric("log loss after training with the slip", unit="nats")
    loss_right: Array = metric("log loss after training without a slip", unit="nats")
    loss_start: Array = metric("log loss before training", unit="nats")
    loss_up: Array = metric("log loss with the output bias moved up by 0.01", unit="nats")
    loss_down: Array = metric("log loss with the output bias moved down by 0.01", unit="nats")
    numeric_bias: Array = metric("slope of the loss by the output bias from differences at a step of 0.01")
    true_bias: Array = metric("slope of the loss by the output bias from right backpropagation")
    exponents: Array = shared("step of the check, as a power of ten")
    central: Array = metric("relative difference of right backpropagation, by step of the check, central differences")
    one_sided: Array = metric("relative difference of right backpropagation, by step of the check, one-sided")
    single: Array = metric("relative difference of right backpropagation, by step of the check, in float32")
    best_exponent: Array = metric("step, as a power of ten, at which central differences come nearest")
    central_tiny: Array = metric("relative difference at a step of 1e-12, central")
    central_five: Array = metric("relative difference at a step of 1e-5, central")
    central_six: Array = metric("relative difference at a step of 1e-6, central")
    one_sided_five: Array = metric("relative difference at a step of 1e-5, one-sided")
    one_sided_tiny: Array = metric("relative difference at a step of 1e-12, one-sided")
    single_five: Array = metric("relative difference at a step of 1e-5, in float32")


def with_ones(values: Array) -> Array:
    """Values (R, n, N) with a last row of ones, (R, n + 1, N)."""
    return np.concatenate([values, np.ones_like(values[:, :1])], axis=1)


def loss_of(weights: Slopes, inputs: Array, targets: Array) -> Array:
    """The mean log loss of each replica, (R,), in the precision of its arguments."""
    hidden = np.tanh(weights[0].transpose(0, 2, 1) @ inputs)
    z = weights[1].transpose(0, 2, 1) @ with_ones(hidden)
    return from_logits("sigmoid", z, targets).mean(axis=(1, 2))


def backpropagation(weights: Slopes, inputs: Array, targets: Array, slip: str) -> Slopes:
    """The gradient as a learner writes it, with a slip; `inputs` (R, 3, N) have their row of ones."""
    points = inputs.shape[-1]
    hidden = np.tanh(weights[0].transpose(0, 2, 1) @ inputs)  # (R, HIDDEN, N)
    a = activate("sigmoid", weights[1].transpose(0, 2, 1) @ with_ones(hidden))
    delta = (targets - a if slip == "wrong_sign" else a - targets) / points
    if slip == "twice":
        delta = 2 * delta
    second = with_ones(hidden) @ delta.transpose(0, 2, 1)  # (R, HIDDEN + 1, 1)
    below = weights[1][:, :-1] @ delta
    if slip != "derivative_missing":
        below = below * (1 - hidden**2)
    if slip == "bias_summed":
        second[:, -1] *= points
    return [inputs @ below.transpose(0, 2, 1), second]


def differences(weights: Slopes, loss: Callable[[Slopes], Array], step: Any, one_sided: bool = False) -> Slopes:
    """The gradient by moving each weight by `step` up, and down or not at all."""
    slopes = [np.empty_like(layer) for layer in weights]
    here = loss(weights)
    for layer, found in zip(weights, slopes, strict=True):
        for place in np.ndindex(layer.shape[1:]):
            at = (slice(None), *place)
            kept = layer[at].copy()
            layer[at] = kept + step
            up = loss(weights)
            if not one_sided:
                layer[at] = kept - step
            found[at] = (up - here) / step if one_sided else (up - loss(weights)) / (2 * step)
            layer[at] = kept
    return slopes


def by_part(slopes: Slopes) -> list[Array]:
    """Weights and biases of the two layers, each flat, (R, k)."""
    return [part.reshape(len(part), -1) for layer in slopes for part in (layer[:, :-1], layer[:, -1:])]


def off(b: Array, n: Array) -> Array:
    """The relative difference |b - n| / (|b| + |n|) of two gradients (R, k), (R,)."""
    length = np.linalg.norm(b, axis=1) + np.linalg.norm(n, axis=1)
    return np.linalg.norm(b - n, axis=1) / np.maximum(length, 1e-300)


def together(slopes: Slopes) -> Array:
    """All slopes of a replica in a row, (R, parameters)."""
    return np.concatenate(by_part(slopes), axis=1)


def compared(start: Slopes, data: Data, params: CheckParams) -> dict[str, Array]:
    """Both gradients at the start: part by part, and over steps of the check."""
    seen = with_ones(data.inputs)

    def loss(weights: Slopes) -> Array:
        return loss_of(weights, seen, data.targets)

    numeric = differences(start, loss, 10.0**params.exponent)
    right = backpropagation(start, seen, data.targets, "none")
    slipped = backpropagation(start, seen, data.targets, params.slip)
    truth, found = by_part(numeric), by_part(slipped)
    parts = np.stack([off(b, n) for b, n in zip(found, truth, strict=True)], axis=1)  # (R, 4)
    parts_right = np.stack([off(b, n) for b, n in zip(by_part(right), truth, strict=True)], axis=1)
    ratio = np.stack([(b * n).sum(axis=1) / (n * n).sum(axis=1) for b, n in zip(found, truth, strict=True)], axis=1)
    small = [layer.astype(np.float32) for layer in start]
    seen_small, targets_small = seen.astype(np.float32), data.targets.astype(np.float32)
    exact = together(right)

    def small_loss(weights: Slopes) -> Array:
        return loss_of(weights, seen_small, targets_small)

    steps = [10.0**k for k in EXPONENTS]
    central = np.stack([off(exact, together(differences(start, loss, e))) for e in steps], axis=1)
    one_sided = np.stack([off(exact, together(differences(start, loss, e, one_sided=True))) for e in steps], axis=1)
    single = np.stack([off(exact, together(differences(small, small_loss, np.float32(e)))) for e in steps], axis=1)
    moved = [[start[0], start[1] + by * np.eye(HIDDEN + 1)[None, :, -1:]] for by in (0.01, -0.01)]
    up, down = loss(moved[0]), loss(moved[1])
    at = {k: EXPONENTS.index(k) for k in (-12, -6, -5)}
    return {
        "off": parts, "off_right": parts_right, "off_all": off(together(slipped), together(numeric)),
        "off_all_right": off(exact, together(numeric)), "off_first": parts[:, 0],
        "off_first_right": parts_right[:, 0], "off_second": parts[:, 2], "off_bias": parts[:, 3], "ratio": ratio,
        "ratio_first": ratio[:, 0], "ratio_second": ratio[:, 2], "ratio_bias": ratio[:, 3],
        "loss_up": up, "loss_down": down, "numeric_bias": (up - down) / 0.02, "true_bias": right[1][:, -1, 0],
        "exponents": np.array(EXPONENTS, float), "central": central, "one_sided": one_sided, "single": single,
        "best_exponent": np.array(EXPONENTS, float)[central.argmin(axis=1)], "central_tiny": central[:, at[-12]],
        "central_five": central[:, at[-5]], "central_six": central[:, at[-6]], "one_sided_five": one_sided[:, at[-5]],
        "one_sided_tiny": one_sided[:, at[-12]], "single_five": single[:, at[-5]],
    }


def descend(start: Slopes, data: Data, params: CheckParams, slip: str) -> Generator[Frame, None, Trained]:
    """Plain descent along the hand-written gradient."""
    weights, seen = [layer.copy() for layer in start], with_ones(data.inputs)

    def update(_: int) -> None:
        for layer, slope in zip(weights, backpropagation(weights, seen, data.targets, slip), strict=True):
            layer -= params.learning_rate * slope

    config = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=params.steps)
    return (yield from train_by(NETWORK, data, config, update, lambda: weights, name=slip.replace("_", " "), frames=30))


def run(params: CheckParams, seeds: Array) -> Generator[Frame, None, Outcome[CheckMetrics]]:
    """Compare the gradients at the start, then train with the slip and without."""
    data = noisy_logistic(seeds, POINTS, "data", SLOPE)[0]
    start = initial_weights(NETWORK, seeds)
    start[0][:, -1] = 0.1  # biases off zero, so that no slope is small by symmetry
    found = compared(start, data, params)
    shown = yield from descend(start, data, params, params.slip)
    right = yield from descend(start, data, params, "none")
    seen = data.inputs.astype(np.float32)
    said = [accuracy(outputs(NETWORK, w, seen), data.targets)
            for w in (shown.weights, right.weights, shown.frames[0].weights)]
    return Outcome(shown, CheckMetrics(
        parts=np.array(PARTS), accuracy=said[0], accuracy_right=said[1], accuracy_start=said[2], loss=shown.loss,
        loss_right=right.loss, loss_start=shown.frames[0].loss, **found,
    ))


EXPERIMENT = Experiment(
    "Gradient check",
    CheckParams,
    CheckMetrics,
    run,
    views=(
        View("table", "The check, part by part", x="parts", y=("off", "off_right", "ratio"),
             names=("difference with the slip", "difference without", "ratio with the slip")),
        View("lines", "How far right code is off, by the step of the check", x="exponents",
             x_title="step, as a power of ten", y=("central", "one_sided", "single"), log_y=True,
             names=("central", "one-sided", "central, float32"), y_title="relative difference"),
        View("network", "The network trained with the slip"),
        View("loss", "Loss while training with the slip"),
    ),
)
