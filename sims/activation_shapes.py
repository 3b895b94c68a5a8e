"""Sigmoid, tanh, ReLU and leaky ReLU on one task: speed, saturation, and where their outputs lie.

Four networks of the same shape learn the same points (a disc within a ring), each from its usual random
start; how many steps does each need until the log loss is 0.1? Beside that stand the slopes: a sigmoid's is
0.25 at most and halves its way through every layer, tanh's is 1 at the centre, ReLU's is 1 or 0. A unit
counts as saturated for an example where its slope is under a tenth of the largest that its activation has.

tanh(z) = 2 sigmoid(2z) - 1, so that every tanh network is a sigmoid network in other numbers (Bishop, 2006,
section 5.1). A fifth network uses this: sigmoid units, but started as exactly the same function as the tanh
network. What is left of the gap is not what they can compute, but how far the same gradient step moves them.
That zero-centred outputs speed up learning is argued in LeCun et al., "Efficient BackProp" (1998). Where
folklore fails: with a large learning rate ReLU is not the fastest, because units die.
"""

from collections.abc import Generator, Sequence
from typing import Literal

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, buffers, dense, forward, initial_weights
from sims.engine.settings import (
    Optimizer,
    activation_setting,
    hidden_setting,
    layers_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import rings
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

Shape = Literal["sigmoid", "tanh", "relu", "leaky_relu"]
SHAPES: tuple[Shape, ...] = ("sigmoid", "tanh", "relu", "leaky_relu")
NAMES = ("sigmoid", "tanh", "ReLU", "leaky ReLU")
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0, "leaky_relu": 1.0}
TWIN = "sigmoid started as tanh"
POINTS = 100
GOAL = 0.1  # log loss


class ShapesParams(Params):
    """Settings of the networks; `activation` is the one on the screen."""

    activation: Shape = activation_setting("sigmoid")
    hidden: int = hidden_setting(8)
    layers: int = layers_setting(2, le=3)
    optimizer: Optimizer = setting("adam", title="optimizer", words=("optimiser", "algorithm"),
                                   description="how the gradient becomes a step")
    learning_rate: float = rate_setting(0.03)
    steps: int = steps_setting(250, le=800)


class ShapesMetrics(Metrics):
    """Speed, slopes, saturation and mean outputs of each activation."""

    shapes: Array = shared("the activations, and the sigmoid network that starts as the tanh one", kind="label")
    steps_to_goal: Array = metric(
        "steps of each network to a log loss of 0.1; all steps where it never is", unit="steps")
    steps_sigmoid: Array = metric("steps of the sigmoid network to a log loss of 0.1", unit="steps")
    steps_tanh: Array = metric("steps of the tanh network to a log loss of 0.1", unit="steps")
    steps_relu: Array = metric("steps of the ReLU network to a log loss of 0.1", unit="steps")
    steps_leaky: Array = metric("steps of the leaky ReLU network to a log loss of 0.1", unit="steps")
    steps_twin: Array = metric(
        "steps to a log loss of 0.1 of the sigmoid network that starts as the tanh network", unit="steps")
    reached: Array = metric("for each network, whether it reached a log loss of 0.1", kind="flag")
    losses: Array = metric("log loss of each network at the end", unit="nats")
    loss_sigmoid: Array = metric("log loss of the sigmoid network at the end", unit="nats")
    loss_tanh: Array = metric("log loss of the tanh network at the end", unit="nats")
    loss_relu: Array = metric("log loss of the ReLU network at the end", unit="nats")
    start_shapes: Array = shared("the four activations", kind="label")
    mean_start: Array = metric("mean output of the hidden units of each network before training")
    mean_sigmoid: Array = metric("mean output of the sigmoid hidden units before training")
    mean_tanh: Array = metric("mean output of the tanh hidden units before training, without its sign")
    mean_relu: Array = metric("mean output of the ReLU hidden units before training")
    slope_start: Array = metric("mean slope of the hidden units of each network before training")
    slope_sigmoid: Array = metric("mean slope of the sigmoid hidden units before training")
    slope_tanh: Array = metric("mean slope of the tanh hidden units before training")
    slope_relu: Array = metric("mean slope of the ReLU hidden units before training")
    saturated_end: Array = metric(
        "share of each network's hidden outputs that are saturated after training", unit="share")
    saturated_sigmoid: Array = metric(
        "share of the sigmoid network's hidden outputs that are saturated after training", unit="share")
    saturated_sigmoid_start: Array = metric(
        "share of the sigmoid network's hidden outputs that are saturated before training", unit="share")
    saturated_tanh: Array = metric(
        "share of the tanh network's hidden outputs that are saturated after training", unit="share")
    saturated_relu: Array = metric(
        "share of the ReLU network's hidden outputs that are saturated, with slope 0, after training", unit="share")


def hidden_outputs(network: Network, weights: Sequence[Array], inputs: Array) -> Array:
    """All hidden activations, (R, units of all hidden layers, N)."""
    a = buffers(network, inputs, len(weights[0]), float)
    forward(network, [layer.astype(float) for layer in weights], a)
    return np.concatenate([layer[:, :-1] for layer in a[1:-1]], axis=1)


def slopes(trained: Trained, frame: int) -> tuple[Array, Array, Array]:
    """Mean output, mean slope and saturated share of the hidden units at a frame, each (R,)."""
    name = trained.network.activations[0]
    a = hidden_outputs(trained.network, trained.frames[frame].weights, trained.data.inputs)
    slope = ACTIVATIONS[name].backward(a, np.ones_like(a))
    saturated = slope < STEEPEST[name] / 10
    return a.mean(axis=(1, 2)), slope.mean(axis=(1, 2)), saturated.mean(axis=(1, 2))


def as_sigmoid(weights: Sequence[Array]) -> list[Array]:
    """Weights with which sigmoid hidden units make the same function as tanh units with `weights`.

    A tanh unit is 2 sigmoid(2z) - 1: its weights double, the weights from it double, and the biases above
    make up for the -1.
    """
    layers = []
    for index, layer in enumerate(weights):
        kernel, bias = layer[:, :-1], layer[:, -1:]
        if index > 0:
            kernel, bias = 2 * kernel, bias - kernel.sum(axis=1, keepdims=True)
        both = np.concatenate((kernel, bias), axis=1)
        layers.append(both if index == len(weights) - 1 else 2 * both)
    return layers


def steps_to(trained: Trained) -> tuple[Array, Array]:
    """The first recorded step with a log loss of GOAL or less (R,), and whether there is one (R,)."""
    steps = np.array([frame.step for frame in trained.frames])
    below = np.stack([frame.loss for frame in trained.frames]) <= GOAL  # (frames, R)
    reached = below.any(axis=0)
    return np.where(reached, steps[below.argmax(axis=0)], trained.config.steps), reached.astype(float)


def measure(trained: dict[str, Trained]) -> ShapesMetrics:
    """Compare the networks' speed and their units' slopes."""
    pairs = {name: steps_to(one) for name, one in trained.items()}
    steps = {name: pair[0] for name, pair in pairs.items()}
    first = {name: slopes(trained[name], 0) for name in SHAPES}
    last = {name: slopes(trained[name], -1) for name in SHAPES}
    loss = {name: one.loss for name, one in trained.items()}
    return ShapesMetrics(
        shapes=np.array((*NAMES, TWIN)),
        steps_to_goal=np.stack(list(steps.values()), axis=1),
        steps_sigmoid=steps["sigmoid"], steps_tanh=steps["tanh"], steps_relu=steps["relu"],
        steps_leaky=steps["leaky_relu"], steps_twin=steps[TWIN],
        reached=np.stack([pair[1] for pair in pairs.values()], axis=1),
        losses=np.stack(list(loss.values()), axis=1),
        loss_sigmoid=loss["sigmoid"], loss_tanh=loss["tanh"], loss_relu=loss["relu"],
        start_shapes=np.array(NAMES),
        mean_start=np.stack([first[name][0] for name in SHAPES], axis=1),
        mean_sigmoid=first["sigmoid"][0], mean_tanh=np.abs(first["tanh"][0]), mean_relu=first["relu"][0],
        slope_start=np.stack([first[name][1] for name in SHAPES], axis=1),
        slope_sigmoid=first["sigmoid"][1], slope_tanh=first["tanh"][1], slope_relu=first["relu"][1],
        saturated_end=np.stack([last[name][2] for name in SHAPES], axis=1),
        saturated_sigmoid=last["sigmoid"][2], saturated_sigmoid_start=first["sigmoid"][2],
        saturated_tanh=last["tanh"][2], saturated_relu=last["relu"][2],
    )


def run(params: ShapesParams, seeds: Array) -> Generator[Frame, None, Outcome[ShapesMetrics]]:
    """Train the four networks and the twin on the same points."""
    data, hidden = rings(seeds, POINTS), [params.hidden] * params.layers
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=params.learning_rate, steps=params.steps)
    tasks: dict[str, Task] = {}
    for name in (*SHAPES, TWIN):
        network = dense(2, hidden, 1, "sigmoid" if name == TWIN else name, "sigmoid")
        start = initial_weights(network, seeds)
        if name == TWIN:
            start = as_sigmoid(start)
        tasks[name] = Task(network, data, config, start, name=name, frames=120)
    trained = dict(zip(tasks, (yield from train_together(tasks.values(), seeds)), strict=True))
    return Outcome(trained[params.activation], measure(trained))


EXPERIMENT = Experiment(
    "Sigmoid, tanh, ReLU",
    ShapesParams,
    ShapesMetrics,
    run,
    views=(
        View("network", "What the hidden units make of the plane"),
        View("bars", "Steps to a log loss of 0.1", y=("steps_to_goal",), x="shapes", y_title="steps"),
        View("bars", "Mean output and mean slope of the hidden units before training",
             y=("mean_start", "slope_start"), x="start_shapes", names=("mean output", "mean slope")),
        View("bars", "Share of activations that are saturated after training", y=("saturated_end",), x="start_shapes"),
    ),
)
