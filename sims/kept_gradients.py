"""Kept gradients: what becomes of a training when the stored gradients are set to zero in four different places.

In PyTorch, backward() adds the new gradient to what is stored for each weight, and step() moves the weights along what
is stored. Here the same 2-4-1 network is trained by four scripts that differ only in where they empty the store: before
backward(), after step(), between the two, or nowhere. Nowhere means that each step follows the sum of all gradients so
far, those of places long left included: heavy-ball momentum (Polyak, 1964) with a factor of 1, so without friction.
With part of the store left, say nine tenths, it is momentum as it is used.

The last measurement sums the gradients of four quarters of the data, as a script does that calls step() only after four
batches, and compares them with the gradient of all.
"""

from collections.abc import Generator
from itertools import pairwise
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import layers_of, loss_gradients, pass_backward, pass_forward
from sims.engine.datasets import Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.loop import flat_layers
from sims.engine.losses import losses
from sims.engine.network import Network, buffers, dense, initial_weights
from sims.engine.recording import train_by
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig
from sims.engine.untrained import training_is_left_out

Order = Literal["before", "after", "between", "never"]
ORDERS: tuple[Order, ...] = ("before", "after", "between", "never")
NAMES = ("before backward()", "after step()", "between the two", "never")
POINTS, QUARTERS, SLOPE, LATE = 60, 4, 5.0, 0.5


class KeptParams(Params):
    """The script on the screen, and how much of the store the last script leaves."""

    order: Order = setting("never", title="zero_grad on the screen", words=("order", "zero_grad", "place of zero_grad"),
                           description="where the script on the screen sets the gradients to zero")
    kept: float = setting(1.0, ge=0, le=1, step=0.05, title="share that is kept",
                          words=("kept", "momentum", "share kept"),
                          description="share of the stored gradients that the last script leaves: 1 never zeroes")
    learning_rate: float = rate_setting(0.5, le=2)
    hidden: int = hidden_setting(4, le=6)
    steps: int = steps_setting(190, le=400, ge=20)


class KeptMetrics(Metrics):
    """What each script reached, and what it followed."""

    scripts: Array = shared("where the script calls zero_grad()", kind="label")
    loss_start: Array = metric("log loss before the first step", unit="nats")
    final: Array = metric("log loss at the end, script by script", unit="nats")
    loss_before: Array = metric("log loss at the end, zeroed before backward()", unit="nats")
    loss_after: Array = metric("log loss at the end, zeroed after step()", unit="nats")
    loss_between: Array = metric("log loss at the end, zeroed between backward() and step()", unit="nats")
    loss_never: Array = metric("log loss at the end, never zeroed", unit="nats")
    late_before: Array = metric("mean log loss over the second half of the steps, zeroed before backward()",
                                unit="nats")
    late_never: Array = metric("mean log loss over the second half of the steps, never zeroed", unit="nats")
    least_never: Array = metric("the lowest log loss at any step, never zeroed", unit="nats")
    rises: Array = metric("share of the steps at which the loss rises, script by script", unit="share")
    rises_before: Array = metric("share of the steps at which the loss rises, zeroed before backward()", unit="share")
    rises_never: Array = metric("share of the steps at which the loss rises, never zeroed", unit="share")
    uphill_never: Array = metric("share of the steps at which the stored sum points uphill, never zeroed",
                                 unit="share")
    uphill_before: Array = metric("share of the steps at which the stored gradient points uphill, zeroed before"
                                  " backward()", unit="share")
    ratio_never: Array = metric("length of the stored sum as a multiple of the fresh gradient, median over the steps,"
                                " never zeroed", unit="times")
    apart: Array = metric("largest difference between the weights of the scripts that zero before backward() and after"
                          " step()")
    moved_between: Array = metric("largest change of any weight, zeroed between backward() and step()")
    first: Array = metric("first gradient of the output bias")
    second: Array = metric("second gradient of the output bias, measured after the first step")
    stored: Array = metric("what is stored for the output bias after two backward() calls without zero_grad()")
    quarters: Array = metric("gradients of the output bias for the four quarters of the data, each a mean over 15")
    quarters_sum: Array = metric("sum of the four quarters' gradients of the output bias")
    whole: Array = metric("gradient of the output bias for all 60 examples, a mean")
    quarters_off: Array = metric("largest difference of any weight between the mean of the four quarters' gradients and"
                                 " the gradient of all")
    steps_seen: Array = shared("training step", unit="steps")
    curve_before: Array = metric("log loss at each step, zeroed before backward()", unit="nats")
    curve_between: Array = metric("log loss at each step, zeroed between backward() and step()", unit="nats")
    curve_never: Array = metric("log loss at each step, never zeroed", unit="nats")


class Scripts:
    """The four scripts at once: weights and stored gradients of 4 R networks, script by script."""

    def __init__(self, network: Network, data: Data, start: list[Array], params: KeptParams) -> None:
        self.replicas = len(start[0])
        many = len(ORDERS) * self.replicas
        self.w, self.weights = flat_layers(network, many, np.float64, [np.concatenate([w] * 4) for w in start])
        self.g, gradients = flat_layers(network, many, np.float64)
        self.store = np.zeros_like(self.g)
        self.layers = layers_of(network, self.weights, gradients, POINTS)
        self.inputs = buffers(network, np.concatenate([data.inputs] * 4), many, np.float64)[0]
        self.targets = np.concatenate([data.targets] * 4)
        shape = [(rows, units) for rows, units in network.shapes]
        left = {"before": (0.0, 1.0, 1.0), "after": (1.0, 1.0, 0.0), "between": (1.0, 0.0, 1.0),
                "never": (params.kept, 1.0, 1.0)}  # share of the store left before backward, before step, after step
        self.left = [flat_layers(network, many, np.float64, [
            np.repeat([left[order][when] for order in ORDERS], self.replicas)[:, None, None]
            * np.ones((1, *one)) for one in shape])[0] for when in range(3)]
        self.sizes = [many * rows * units for rows, units in shape]
        self.rate, self.curve, self.dots = params.learning_rate, [self.loss()], [np.zeros((3, many))]

    def loss(self) -> Array:
        """The loss of each script and replica (4 R,); fills the layers for the way back."""
        out = pass_forward(self.layers, self.inputs)
        out = np.clip(out, 1e-15, 1 - 1e-15)  # sure outputs round to 0 and 1, which have no logarithm
        z = np.log(out) - np.log1p(-out)
        return losses("log_loss", "sigmoid", z, self.targets).mean(axis=-1)

    def step(self, t: int) -> None:
        """One round of each script: what it empties, backward(), step()."""
        out = self.layers[-1].out
        pass_backward(self.layers, self.inputs, self.inputs.transpose(0, 2, 1), (out - self.targets) / POINTS, True)
        self.store *= self.left[0]
        self.store += self.g
        self.store *= self.left[1]
        self.dots.append(np.stack([self.products(self.store, self.g), self.products(self.store, self.store),
                                   self.products(self.g, self.g)]))
        self.w -= self.rate * self.store
        self.store *= self.left[2]
        self.curve.append(self.loss())

    def products(self, a: Array, b: Array) -> Array:
        """The inner product of two flat gradients for each script and replica, (4 R,)."""
        edges = np.cumsum([0, *self.sizes])
        each = a * b
        return np.sum([each[i:j].reshape(len(self.targets), -1).sum(axis=1)
                       for i, j in pairwise(edges)], axis=0)

    def of(self, order: Order) -> slice:
        """The networks of one script."""
        number = ORDERS.index(order)
        return slice(number * self.replicas, (number + 1) * self.replicas)


def two_calls(network: Network, data: Data, start: list[Array], rate: float) -> dict[str, Array]:
    """The gradient of the output bias twice, with a step between, and the four quarters of the data."""
    def slope(weights: list[Array], part: slice) -> list[Array]:
        return loss_gradients(network, weights, data.inputs[..., part], data.targets[..., part], "log_loss")

    everything = slice(0, POINTS)
    whole = slope(start, everything)
    second = slope([w - rate * g for w, g in zip(start, whole, strict=True)], everything)
    size = POINTS // QUARTERS
    parts = [slope(start, slice(k * size, (k + 1) * size)) for k in range(QUARTERS)]
    off = [np.abs(np.mean(layers, axis=0) - all_of).max(axis=(1, 2))
           for layers, all_of in zip(zip(*parts, strict=True), whole, strict=True)]
    bias = np.stack([layers[-1][:, -1, 0] for layers in parts], axis=1)  # (R, 4)
    return {"first": whole[-1][:, -1, 0], "second": second[-1][:, -1, 0],
            "stored": whole[-1][:, -1, 0] + second[-1][:, -1, 0], "quarters": bias,
            "quarters_sum": bias.sum(axis=1), "whole": whole[-1][:, -1, 0], "quarters_off": np.max(off, axis=0)}


def run(params: KeptParams, seeds: Array) -> Generator[Frame, None, Outcome[KeptMetrics]]:
    """Run the four scripts side by side."""
    data = noisy_logistic(seeds, POINTS, "data", SLOPE)[0]
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    start = initial_weights(network, seeds)
    scripts = Scripts(network, data, start, params)
    shown_part = scripts.of(params.order)
    config = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train_by(network, data, config, scripts.step, lambda: [w[shown_part] for w in scripts.weights],
                                name=f"zeroed {NAMES[ORDERS.index(params.order)]}")
    if training_is_left_out():
        scripts.curve *= params.steps + 1
        scripts.dots *= params.steps + 1
    curve, dots = np.stack(scripts.curve, axis=1), np.stack(scripts.dots[1:], axis=2)  # (4 R, S + 1), (3, 4 R, S)
    parts = {order: scripts.of(order) for order in ORDERS}
    rises = (curve[:, 1:] > curve[:, :-1]).mean(axis=1)
    uphill = (dots[0] < 0).mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.median(np.sqrt(dots[1] / dots[2]), axis=1)
    late = curve[:, int(LATE * params.steps):].mean(axis=1)
    weights = {order: [w[part] for w in scripts.weights] for order, part in parts.items()}

    def apart(one: list[Array], other: list[Array]) -> Array:
        return np.max([np.abs(a - b).max(axis=(1, 2)) for a, b in zip(one, other, strict=True)], axis=0)

    return Outcome(shown, KeptMetrics(
        scripts=np.array(NAMES), loss_start=curve[parts["before"], 0],
        final=np.stack([curve[part, -1] for part in parts.values()], axis=1),
        rises=np.stack([rises[part] for part in parts.values()], axis=1),
        **{f"loss_{order}": curve[part, -1] for order, part in parts.items()},
        late_before=late[parts["before"]], late_never=late[parts["never"]],
        least_never=curve[parts["never"]].min(axis=1), rises_before=rises[parts["before"]],
        rises_never=rises[parts["never"]], uphill_never=uphill[parts["never"]],
        uphill_before=uphill[parts["before"]], ratio_never=ratio[parts["never"]],
        apart=apart(weights["before"], weights["after"]), moved_between=apart(weights["between"], start),
        **two_calls(network, data, start, params.learning_rate), steps_seen=np.arange(params.steps + 1),
        curve_before=curve[parts["before"]], curve_between=curve[parts["between"]], curve_never=curve[parts["never"]],
    ))


EXPERIMENT = Experiment(
    "Kept gradients",
    KeptParams,
    KeptMetrics,
    run,
    views=(
        View("lines", "Loss by the place of zero_grad()", x="steps_seen", x_title="step", y_title="log loss (nats)",
             y=("curve_before", "curve_between", "curve_never"),
             names=("before backward()", "between the two", "never")),
        View("table", "The four scripts", x="scripts", y=("final", "rises"),
             names=("log loss at the end", "loss rises")),
        View("network", "The network on the screen"),
        View("loss", "Loss while training"),
    ),
)
