"""Backpropagation of one example by hand, every derivative beside a measurement of the same slope.

A 2-H-1 network with random weights sees one example. The chain rule goes backwards from the loss to every
weight (Rumelhart, Hinton and Williams, 1986; Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 2).
Each derivative is measured as well: nudge that one number up and down, and see how the loss moves, (L(+h) -
L(-h)) / 2h. Two formulas are checked in the same way: sigmoid'(z) = a(1 - a), and dL/dz = a - y at the
output, which holds for log loss and fails for squared error. Then one step is taken along the gradient, and a
hundred steps of the same length in random directions: what calculus says about the loss is compared with what
trial and error finds.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array, activate
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Data, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import LOSSES
from sims.engine.network import dense, initial_weights
from sims.engine.randomness import draw
from sims.engine.settings import HiddenActivation, activation_setting, hidden_setting, rate_setting
from sims.engine.shapes import PLANE, YES
from sims.engine.training import Frame, TrainingConfig, train

STEPS = 20
TRIES = 100


class BackpropParams(Params):
    """Settings of the network, the loss, the step and the measurement."""

    hidden: int = hidden_setting(2, le=4)
    activation: HiddenActivation = activation_setting("sigmoid")
    loss: Literal["log_loss", "squared_error"] = setting(
        "log_loss", title="loss", description="the loss that is differentiated",
        words=("cost", "cost function", "loss function"))
    learning_rate: float = rate_setting(0.1, le=10)
    nudge: float = setting(1e-5, ge=1e-12, le=1, title="nudge", words=("epsilon", "h", "eps"),
                           description="how far each number is moved to measure its slope")


class BackpropMetrics(Metrics):
    """Every derivative by the chain rule and by measurement, and what one step does."""

    value_names: Array = shared("the numbers of the forward pass, then the loss", kind="label")
    values: Array = metric("the forward pass of the example and its loss")
    names: Array = shared("the derivatives, from the output backwards; w[1]_2,1 leads to unit 2 from x_1", kind="label")
    by_hand: Array = metric("derivatives of the loss by the chain rule")
    measured: Array = metric("derivatives of the loss measured by nudging each weight")
    largest_gap: Array = metric("largest difference between a derivative by the chain rule and the measured one")
    engine_gap: Array = metric(
        "largest difference between a derivative by the chain rule and the training's own gradient")
    largest_derivative: Array = metric("largest derivative of the loss by any weight, in absolute value")
    output: Array = metric("output a of the network before the step", part="output")
    target: Array = metric("target y of the example")
    dz: Array = metric("measured slope of the loss by the output's pre-activation z")
    a_minus_y: Array = metric("output minus target of the example")
    dz_gap: Array = metric("difference between the measured slope of the loss by z and a - y")
    sigmoid_gap: Array = metric("difference between the sigmoid's measured slope at the output and a(1 - a)")
    sigmoid_slope: Array = metric("a(1 - a) at the output; 0.25 at most")
    loss_before: Array = metric("loss of the example before the step", part="loss")
    loss_after: Array = metric("loss after one step along the gradient", part="loss")
    drop: Array = metric("by how much one step along the gradient lowered the loss")
    predicted_drop: Array = metric(
        "the fall of the loss that calculus expects of one step: rate times squared gradient length")
    drop_ratio: Array = metric("actual over expected fall of the loss in one step; near 1 for a small step")
    random_drop: Array = metric("mean fall of the loss over 100 random steps of the same length")
    best_random_drop: Array = metric("largest fall of the loss over 100 random steps of the same length")
    update_gap: Array = metric("largest difference between a weight after a step and w - rate * derivative")


def one_example(seeds: Array) -> Data:
    """One point, even over the square from -1 to 1, with a target drawn as 0 or 1."""
    targets = draw(seeds, "labels", lambda rng: rng.integers(0, 2, (1, 1)).astype(float))
    return Data(uniform(seeds, [-1, -1], [1, 1], 1), targets, PLANE, YES)


@dataclass(frozen=True)
class Passed:
    """One example of each replica on its way forward: hidden (R, H), output and loss (R,)."""

    z1: Array
    a1: Array
    z2: Array
    a2: Array
    loss: Array


def forward_pass(params: BackpropParams, knobs: Array, data: Data) -> Passed:
    """The forward pass as a function of everything that can be nudged, `knobs` (R, k).

    They stand in the order of the backward pass (see `names`): additions to the output's a and z, the
    output's weights and bias, additions to the hidden a and z, and each hidden unit's weights and bias.
    """
    h = params.hidden
    to_a2, to_z2, w2, b2, to_a1, to_z1, w1 = np.split(knobs, np.cumsum([1, 1, h, 1, h, h]), axis=1)
    x = np.concatenate((data.inputs[:, :, 0], np.ones((len(knobs), 1))), axis=1)  # (R, 3)
    z1 = (w1.reshape(-1, h, 3) * x[:, None]).sum(axis=2) + to_z1
    a1 = activate(params.activation, z1) + to_a1
    z2 = (w2 * a1).sum(axis=1, keepdims=True) + b2 + to_z2
    a2 = activate("sigmoid", z2) + to_a2
    loss = LOSSES[params.loss].per_example(a2[:, None], data.targets)[:, 0]
    return Passed(z1, a1, z2[:, 0], a2[:, 0], loss)


def by_chain_rule(params: BackpropParams, knobs: Array, data: Data) -> Array:
    """The derivative of the loss by every knob, (R, k), from the output backwards."""
    h, at = params.hidden, forward_pass(params, knobs, data)
    x, y, w2 = data.inputs[:, :, 0], data.targets[:, 0, 0], knobs[:, 2 : 2 + h]
    slope = at.a2 * (1 - at.a2)  # of the sigmoid
    da2 = (at.a2 - y) / slope if params.loss == "log_loss" else 2 * (at.a2 - y)
    dz2 = da2 * slope
    da1 = dz2[:, None] * w2
    dz1 = da1.copy()
    dz1 = ACTIVATIONS[params.activation].backward(at.a1, dz1)  # times g'(z)
    dw2 = dz2[:, None] * at.a1
    dw1 = dz1[:, :, None] * np.concatenate((x, np.ones((len(x), 1))), axis=1)[:, None]  # (R, H, 3)
    db2 = dz2
    derivatives = da2[:, None], dz2[:, None], dw2, db2[:, None], da1, dz1, dw1.reshape(len(x), -1)
    return np.concatenate(derivatives, axis=1)


def by_nudging(params: BackpropParams, knobs: Array, data: Data) -> Array:
    """The loss's slope by each knob (R, k), measured: (L(+h) - L(-h)) / 2h with one after the other nudged by h."""
    slopes = np.empty_like(knobs)
    for k in range(knobs.shape[1]):
        step = np.zeros(knobs.shape[1])
        step[k] = params.nudge
        up, down = (forward_pass(params, knobs + sign * step, data).loss for sign in (1, -1))
        slopes[:, k] = (up - down) / (2 * params.nudge)
    return slopes


def names(hidden: int) -> list[str]:
    """The knobs' names, as derivatives, in their order."""
    units = range(1, hidden + 1)
    first = [f"w[1]_{j},1 w[1]_{j},2 b[1]_{j}" for j in units]
    order = ["a[2] z[2]", *(f"w[2]_1,{j}" for j in units), "b[2]", *(f"a[1]_{j}" for j in units),
             *(f"z[1]_{j}" for j in units), *first]
    return [f"dL/d{name}" for name in " ".join(order).split()]


def start(params: BackpropParams, seeds: Array) -> tuple[list[Array], Array]:
    """Random weights and biases as the engine has them, (R, n_in + 1, n_out), and as knobs (R, k)."""
    network = dense(2, [params.hidden], 1, params.activation, "sigmoid")
    first, second = initial_weights(network, seeds)
    biases = draw(seeds, "biases", lambda rng: rng.normal(0, 0.5, params.hidden + 1))
    first[:, -1], second[:, -1] = biases[:, :-1], biases[:, -1:]
    still = np.zeros((len(seeds), 2 * params.hidden))
    knobs = (still[:, :2], second[:, :, 0], still, first.transpose(0, 2, 1).reshape(len(seeds), -1))
    return [first, second], np.concatenate(knobs, axis=1)


def is_weight(hidden: int) -> Array:
    """Which knobs are weights or biases, (k,)."""
    return np.array([name[4] in "wb" for name in names(hidden)])


def random_drops(params: BackpropParams, knobs: Array, data: Data, lengths: Array, seeds: Array) -> Array:
    """By how much the loss falls for steps of the given lengths (R,) in random directions: (R, TRIES)."""
    weights = is_weight(params.hidden)
    directions = draw(seeds, "directions", lambda rng: rng.normal(size=(TRIES, len(weights)))) * weights
    directions *= (lengths[:, None] / np.linalg.norm(directions, axis=2))[:, :, None]
    before = forward_pass(params, knobs, data).loss
    after = [forward_pass(params, knobs + directions[:, t], data).loss for t in range(TRIES)]
    return before[:, None] - np.stack(after, axis=1)


def largest(values: Array) -> Array:
    """The largest absolute value of each replica, (R, k) to (R,)."""
    return np.abs(values).max(axis=1)


def measure(params: BackpropParams, knobs: Array, data: Data, after: Array, gradients: Array,
            seeds: Array) -> BackpropMetrics:
    """Compare chain rule, nudging and training at `knobs`; `after` and `gradients` hold weights only."""
    at, weights = forward_pass(params, knobs, data), is_weight(params.hidden)
    by_hand, measured = by_chain_rule(params, knobs, data), by_nudging(params, knobs, data)
    gradient, rate = by_hand[:, weights], params.learning_rate
    stepped = knobs.copy()
    stepped[:, weights] -= rate * gradient
    drop = at.loss - forward_pass(params, stepped, data).loss
    predicted = rate * (gradient**2).sum(axis=1)
    luck = random_drops(params, knobs, data, rate * np.linalg.norm(gradient, axis=1), seeds)
    y, slope = data.targets[:, 0, 0], at.a2 * (1 - at.a2)
    up, down = activate("sigmoid", at.z2 + params.nudge), activate("sigmoid", at.z2 - params.nudge)
    units = range(1, params.hidden + 1)
    output = np.stack((at.z2, at.a2, y, at.loss), axis=1)
    return BackpropMetrics(
        value_names=np.array(["x_1", "x_2", *(f"z[1]_{j}" for j in units), *(f"a[1]_{j}" for j in units),
                              "z[2]", "a[2]", "target y", "loss L"]),
        values=np.concatenate((data.inputs[:, :, 0], at.z1, at.a1, output), axis=1),
        names=np.array(names(params.hidden)),
        by_hand=by_hand,
        measured=measured,
        largest_gap=largest(by_hand - measured),
        engine_gap=largest(gradient - gradients),
        largest_derivative=largest(gradient),
        output=at.a2,
        target=y,
        dz=measured[:, 1],
        a_minus_y=at.a2 - y,
        dz_gap=np.abs(measured[:, 1] - (at.a2 - y)),
        sigmoid_gap=np.abs((up - down) / (2 * params.nudge) - slope),
        sigmoid_slope=slope,
        loss_before=at.loss,
        loss_after=at.loss - drop,
        drop=drop,
        predicted_drop=predicted,
        drop_ratio=drop / predicted,
        random_drop=luck.mean(axis=1),
        best_random_drop=luck.max(axis=1),
        update_gap=largest(stepped[:, weights] - after),
    )


def as_knobs(layers: Sequence[Array]) -> Array:
    """Weights or gradients (R, n_in + 1, n_out) of both layers in the order of the knobs that are weights."""
    first, second = layers
    return np.concatenate((second[:, :, 0], first.transpose(0, 2, 1).reshape(len(first), -1)), axis=1)


def run(params: BackpropParams, seeds: Array) -> Generator[Frame, None, Outcome[BackpropMetrics]]:
    """Take one example's backward pass apart, then train on it for a few steps."""
    data, (weights, knobs) = one_example(seeds), start(params, seeds)
    network = dense(2, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(params.loss, "sgd", params.learning_rate, STEPS)
    shown = yield from train(network, data, config, seeds, weights=weights, dtype=np.float64)
    after = next(frame.weights for frame in shown.frames if frame.step == 1)
    gradients = loss_gradients(network, weights, data.inputs, data.targets, params.loss)
    return Outcome(shown, measure(params, knobs, data, as_knobs(after), as_knobs(gradients), seeds))


EXPERIMENT = Experiment(
    "Backpropagation by hand",
    BackpropParams,
    BackpropMetrics,
    run,
    views=(
        View("table", "Forwards: one example and its loss", y=("values",), x="value_names"),
        View("table", "Backwards: every derivative", y=("by_hand", "measured"), x="names"),
        View("histogram", "One step: the loss falls by", y=("drop", "predicted_drop", "best_random_drop"),
             names=("fall measured", "fall that the gradient predicts", "best fall of random steps of that length")),
        View("network", "The network, trained on this one example"),
    ),
)
