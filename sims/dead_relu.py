"""Dead ReLUs: a unit that is off for every example gets no gradient, and plain gradient descent never wakes
it.

A 2-H-1 ReLU network and its leaky twin learn four XOR clouds from the same start with gradient descent, at
the chosen learning rate and at four others. ReLU's slope is 1 above zero and 0 below; a unit whose
pre-activation is negative for all examples has derivative 0 for each of its weights (Maas, Hannun and Ng,
2013; Lu et al., "Dying ReLU", 2019). A leaky unit can be just as silent, but keeps a slope of 0.01 and may
come back.

What kills is one step that is too long, not time: at small learning rates hardly a unit dies. Where folklore
is too short: a few dead units cost nothing, momentum and Adam can carry a silent unit back, and leaky ReLU is
no cure for a learning rate that is far too large.
"""

from collections.abc import Generator, Sequence
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, initial_weights
from sims.engine.scores import accuracy_on
from sims.engine.settings import (
    Optimizer,
    activation_setting,
    hidden_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import gate
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

RATES = (0.1, 1.0, 5.0, 20.0)
POINTS = 100
SPREAD = 0.3

Shape = Literal["relu", "leaky_relu"]


class DeadParams(Params):
    """Settings of the two networks; `activation` is the one on the screen."""

    activation: Shape = activation_setting("relu")
    hidden: int = hidden_setting(8)
    optimizer: Optimizer = setting("sgd", title="optimizer", words=("optimiser", "algorithm"),
                                   description="how the gradient becomes a step")
    learning_rate: float = rate_setting(10.0, le=30)
    start_bias: float = setting(0.0, ge=-4, le=2, step=0.25, title="starting bias",
                                words=("initial bias", "bias at the start", "bias", "biases"),
                                description="bias of each hidden unit before training; well below 0: off")
    steps: int = steps_setting(170, le=1000)


class DeadMetrics(Metrics):
    """Dead units by learning rate, and what becomes of silent ones."""

    dead: Array = metric(
        "share of the ReLU units that are off for all examples after training", unit="share", part="hidden")
    dead_at_start: Array = metric(
        "share of the ReLU units that are off for all examples before training", unit="share", part="hidden")
    silent_leaky: Array = metric(
        "share of the leaky units that are below zero for all examples after training", unit="share")
    woken: Array = metric("ReLU units that were off for all examples and came back", unit="units")
    woken_leaky: Array = metric("leaky units that were below zero for all examples and came back", unit="units")
    gradient_dead: Array = metric("largest derivative by a weight into a dead unit; 0 where none is dead")
    gradient_silent: Array = metric("largest derivative by a weight into a silent leaky unit; 0 where none is silent")
    accuracy_relu: Array = metric("share of the points that the ReLU network gets right", unit="share")
    accuracy_leaky: Array = metric("share of the points that the leaky network gets right", unit="share")
    rates: Array = shared("learning rate")
    dead_by_rate: Array = metric("share of the ReLU units that are dead at each rate", unit="share")
    silent_by_rate: Array = metric("share of the leaky units that are silent at each rate", unit="share")
    accuracy_by_rate: Array = metric("accuracy of the ReLU network at each rate", unit="share")
    leaky_accuracy_by_rate: Array = metric("accuracy of the leaky network at each rate", unit="share")
    dead_slow: Array = metric("share of the ReLU units dead at a learning rate of 0.1", unit="share")
    dead_fast: Array = metric("share of the ReLU units dead at a learning rate of 20", unit="share")


def silent(trained: Trained, weights: Sequence[Array], data: Data) -> Array:
    """Which hidden units are zero or negative for every example, (R, units)."""
    activations = hidden_activations(trained.network, weights, data.inputs.astype(np.float32))
    return activations.max(axis=2) <= 0


def woken(trained: Trained) -> Array:
    """The number of units that were silent at some recorded step and are not at the end, (R,)."""
    over_time = np.stack([silent(trained, frame.weights, trained.data) for frame in trained.frames])
    return (over_time.any(axis=0) & ~over_time[-1]).sum(axis=1)


def gradient_into_silent(trained: Trained) -> Array:
    """The largest derivative of the loss by any weight into a silent unit, or 0 where there is none, (R,)."""
    weights, data = [layer.astype(float) for layer in trained.weights], trained.data
    first = loss_gradients(trained.network, weights, data.inputs, data.targets, trained.config.loss)[0]
    into = np.abs(first).max(axis=1) * silent(trained, trained.weights, data)  # (R, units)
    return into.max(axis=1)


def share(trained: Trained, frame: int = -1) -> Array:
    """The share of the hidden units that are silent at a frame, (R,)."""
    return silent(trained, trained.frames[frame].weights, trained.data).mean(axis=1)


def measure(relu: Trained, leaky: Trained, relus: list[Trained], leakies: list[Trained]) -> DeadMetrics:
    """Count dead and silent units at the chosen rate and at the four others."""
    dead = np.stack([share(one) for one in relus], axis=1)
    return DeadMetrics(
        dead=share(relu),
        dead_at_start=share(relu, 0),
        silent_leaky=share(leaky),
        woken=woken(relu),
        woken_leaky=woken(leaky),
        gradient_dead=gradient_into_silent(relu),
        gradient_silent=gradient_into_silent(leaky),
        accuracy_relu=accuracy_on(relu.data, relu),
        accuracy_leaky=accuracy_on(leaky.data, leaky),
        rates=np.array(RATES),
        dead_by_rate=dead,
        silent_by_rate=np.stack([share(one) for one in leakies], axis=1),
        accuracy_by_rate=np.stack([accuracy_on(one.data, one) for one in relus], axis=1),
        leaky_accuracy_by_rate=np.stack([accuracy_on(one.data, one) for one in leakies], axis=1),
        dead_slow=dead[:, 0],
        dead_fast=dead[:, -1],
    )


def run(params: DeadParams, seeds: Array) -> Generator[Frame, None, Outcome[DeadMetrics]]:
    """Train both kinds at every rate on the same clouds."""
    data = gate(seeds, POINTS, SPREAD)
    tasks: dict[tuple[str, float], Task] = {}
    for name in ("relu", "leaky_relu"):
        network = dense(2, [params.hidden], 1, name, "sigmoid")
        start = initial_weights(network, seeds)
        start[0][:, -1] = params.start_bias
        for rate in dict.fromkeys((params.learning_rate, *RATES)):
            config = TrainingConfig(optimizer=params.optimizer, learning_rate=rate, steps=params.steps)
            tasks[name, rate] = Task(network, data, config, start, name=f"{name} at rate {rate:g}")
    trained = dict(zip(tasks, (yield from train_together(tasks.values(), seeds)), strict=True))
    relu, leaky = (trained[name, params.learning_rate] for name in ("relu", "leaky_relu"))
    relus, leakies = ([trained[name, rate] for rate in RATES] for name in ("relu", "leaky_relu"))
    return Outcome(trained[params.activation, params.learning_rate], measure(relu, leaky, relus, leakies))


EXPERIMENT = Experiment(
    "Dead ReLUs",
    DeadParams,
    DeadMetrics,
    run,
    views=(
        View("network", "Which units are off everywhere"),
        View("loss", "Loss while training", log_y=True),
        View("lines", "Units that are off for all examples", y=("dead_by_rate", "silent_by_rate"),
             names=("ReLU: dead", "leaky ReLU: never above zero"),
             x="rates", x_title="learning rate", y_title="share of the units"),
        View("lines", "Accuracy by learning rate", y=("accuracy_by_rate", "leaky_accuracy_by_rate"),
             names=("ReLU", "leaky ReLU"),
             x="rates", x_title="learning rate", y_title="share right"),
        View("histogram", "Dead units at the chosen rate, over all runs", y=("dead",),
             names=("share of the units",)),
    ),
)
