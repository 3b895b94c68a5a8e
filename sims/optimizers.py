"""Optimizers: plain descent, momentum and Adam in one long valley, then on a real network; and what an
epoch is.

The valley is the loss of a linear neuron with two weights, about 45 times as steep across as along,
descended with each optimizer at rate 0.1 from one start. Plain descent crawls along it, momentum gathers
speed, Adam takes equally long steps in every weight, which is right while the valley lies along an axis;
turned by 45 degrees, Adam is held up and the other two do not notice. Then a 2-3-1 network on the coffee
roaster's data: a sweep of rates for each, so that each is judged at its best rate (compare Wilson et al.,
2017; Choi et al., 2019), and one run of `epochs` epochs. Optimizers: Polyak (1964); Kingma and Ba (2015).
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.batches import updates_per_epoch
from sims.engine.bowls import NEURON, bowl, every_step, path, valley
from sims.engine.coffee import roasts
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import Optimizer, rate_setting
from sims.engine.sweeps import train_rates
from sims.engine.training import Frame, Task, TrainingConfig, recorded_steps, train, train_together

POINTS = 100  # roasts to train on
NAMES = ("sgd", "momentum", "adam")
RATES = (0.01, 0.1, 0.3, 1, 3, 10)
SWEEP_UPDATES = 100
VALLEY_RATE, VALLEY_STEPS = 0.1, 120
ARRIVED = 0.1  # distance from the lowest point; the start is 2.83 away
SIDE = 30  # of the surface


class OptimizerParams(Params):
    """Settings of the network on the screen, and the valley's direction."""

    optimizer: Optimizer = setting(
        "adam", title="optimizer", description="rule that turns gradients into steps",
        words=("optimiser", "sgd", "momentum", "adam", "gradient descent"))
    learning_rate: float = rate_setting(0.1)
    epochs: int = setting(
        30, ge=2, le=100, title="epochs", description="passes over the 100 training roasts", unit="epochs",
        words=("epochs", "passes", "iterations over the data"))
    batch_size: int = setting(
        10, ge=5, le=POINTS, title="batch size", description="roasts in one update", unit="roasts",
        words=("batch", "mini-batch", "minibatch", "minibatch size", "batch_size"))
    turn: int = setting(
        0,
        ge=0,
        le=45,
        step=5,
        title="turn of the valley",
        unit="degrees",
        description="angle between the valley and the second weight's axis",
        words=("angle", "rotation", "turned"),
    )


class OptimizerMetrics(Metrics):
    """How each optimizer fared, and what each epoch brought."""

    labels: Array = shared("the optimizers", kind="label")
    distance_left: Array = metric(
        "distance from the valley's lowest point after 120 steps, for each optimizer"
    )
    distance_sgd: Array = metric("distance from the valley's lowest point after 120 steps of plain descent")
    distance_momentum: Array = metric("distance from the valley's lowest point after 120 steps with momentum")
    distance_adam: Array = metric("distance from the valley's lowest point after 120 steps of Adam")
    distance_adam_turned: Array = metric(
        "distance from the lowest point after 120 steps of Adam when the valley is turned by 45 degrees")
    distance_momentum_turned: Array = metric(
        "distance from the lowest point after 120 steps with momentum when the valley is turned by 45 degrees")
    arrived_at: Array = metric(
        "step at which each optimizer came within 0.1 of the lowest point; not a number where it did not", unit="steps")
    stretch: Array = metric("steepness of the valley across as a multiple of that along", unit="times")
    valley_steps: Array = shared("steps in the valley", unit="steps")
    valley_sgd: Array = metric("distance from the valley's lowest point at each step of plain descent")
    valley_momentum: Array = metric("distance from the valley's lowest point at each step with momentum")
    valley_adam: Array = metric("distance from the valley's lowest point at each step of Adam")
    surface_first: Array = shared("first weights of the loss surface")
    surface_second: Array = shared("second weights of the loss surface")
    surface: Array = metric("squared error at each pair of weights", unit="squared error")
    path: Array = metric("the two weights at each step, for the optimizer on the screen")
    rates: Array = shared("the learning rates of the sweep on the network")
    network_sgd: Array = metric("log loss of the network after 100 updates at each rate, plain descent", unit="nats")
    network_momentum: Array = metric("log loss of the network after 100 updates at each rate, momentum", unit="nats")
    network_adam: Array = metric("log loss of the network after 100 updates at each rate, Adam", unit="nats")
    best_sgd: Array = metric("log loss of the network at the best of the rates, plain descent", unit="nats")
    best_momentum: Array = metric("log loss of the network at the best of the rates, momentum", unit="nats")
    best_adam: Array = metric("log loss of the network at the best of the rates, Adam", unit="nats")
    same_rate_sgd: Array = metric("log loss of the network at rate 0.1, plain descent", unit="nats")
    same_rate_adam: Array = metric("log loss of the network at rate 0.1, Adam", unit="nats")
    updates_per_epoch: Array = metric("updates in one epoch on the screen", unit="updates")
    updates: Array = metric("updates in all epochs on the screen", unit="updates")
    accuracy: Array = metric(
        "share of 500 fresh roasts that the network on the screen gets right", unit="share", part="output")
    loss_start: Array = metric("log loss on the training roasts before the first epoch", unit="nats", part="loss")
    loss_one: Array = metric("log loss on the training roasts after one epoch", unit="nats", part="loss")
    loss_half: Array = metric("log loss on the training roasts after half of the epochs", unit="nats", part="loss")
    loss: Array = metric("log loss on the training roasts after all epochs", unit="nats", part="loss")
    gain_first_half: Array = metric(
        "how far the first half of the epochs brought the log loss down", unit="nats", part="loss")
    gain_second_half: Array = metric(
        "how far the second half of the epochs brought the log loss down", unit="nats", part="loss")
    loss_fewer_updates: Array = metric(
        "log loss on the training roasts after as many epochs with all roasts in one update", unit="nats")
    loss_same_updates: Array = metric(
        "log loss on the training roasts after as many updates with all roasts in each", unit="nats")
    test_loss: Array = metric("log loss on the fresh roasts after all epochs", unit="nats", part="loss")
    test_loss_best: Array = metric("smallest log loss on the fresh roasts at any recorded step", unit="nats")


def in_valley(seeds: Array, turn: float, names: Sequence[str], frames: int) -> list[Task]:
    """The neuron in its valley, to be trained with each of the optimizers."""
    data, start = valley(seeds, POINTS, turn=turn)
    return [Task(NEURON, data, TrainingConfig("squared_error", name, VALLEY_RATE, VALLEY_STEPS), start,
                 name=f"valley, {name}", frames=frames, losses=False) for name in names]


def valleys(seeds: Array, params: OptimizerParams) -> Generator[Frame, None, dict[str, Array]]:
    """All three optimizers in the valley."""
    tasks = [*in_valley(seeds, params.turn, NAMES, every_step(VALLEY_STEPS)),
             *in_valley(seeds, 45, ("momentum", "adam"), 2)]
    trained = yield from train_together(tasks, seeds, np.float64)
    nets, turned = trained[:len(NAMES)], trained[len(NAMES):]
    theory = bowl(nets[0].data.inputs, nets[0].data.targets)
    paths = [path(net, VALLEY_STEPS) for net in nets]
    away = np.stack([np.linalg.norm(points - theory.best[:, None], axis=2) for points in paths], axis=1)
    there = away <= ARRIVED  # (R, 3, steps + 1)
    momentum_turned, adam_turned = (
        np.linalg.norm(path(net)[:, -1] - bowl(net.data.inputs, net.data.targets).best, axis=1)
        for net in turned
    )
    axis = np.linspace(-3, 3, SIDE)
    return {
        "labels": np.array(NAMES), "distance_left": away[:, :, -1], "distance_sgd": away[:, 0, -1],
        "distance_momentum": away[:, 1, -1], "distance_adam": away[:, 2, -1],
        "distance_momentum_turned": momentum_turned, "distance_adam_turned": adam_turned,
        "arrived_at": np.where(there.any(axis=2), there.argmax(axis=2), np.nan), "stretch": theory.stretch,
        "valley_steps": np.arange(VALLEY_STEPS + 1),
        "valley_sgd": away[:, 0], "valley_momentum": away[:, 1], "valley_adam": away[:, 2],
        "surface_first": axis, "surface_second": axis, "surface": theory.surface(axis, axis),
        "path": paths[NAMES.index(params.optimizer)],
    }


def sweep(network: Network, data: Data, seeds: Array) -> Generator[Frame, None, dict[str, Array]]:
    """The network with each optimizer at each rate, full batch."""
    losses: dict[str, Array] = {}
    for name in NAMES:
        config = TrainingConfig(optimizer=name, steps=SWEEP_UPDATES)
        nets = yield from train_rates(network, data, config, RATES, seeds, name=name, frames=2)
        losses[f"network_{name}"] = np.stack([net.loss for net in nets], axis=1)  # (R, rates)
    best = {f"best_{name}": losses[f"network_{name}"].min(axis=1) for name in NAMES}
    same = RATES.index(0.1)
    return {**losses, **best, "rates": np.array(RATES), "same_rate_sgd": losses["network_sgd"][:, same],
            "same_rate_adam": losses["network_adam"][:, same]}


def run(params: OptimizerParams, seeds: Array) -> Generator[Frame, None, Outcome[OptimizerMetrics]]:
    """The valley, the sweep, and the network on the screen for all epochs, for one, and for half of them."""
    network, data, fresh = (
        dense(2, [3], 1, "tanh", "sigmoid"),
        roasts(seeds, POINTS),
        roasts(seeds, 500, "fresh"),
    )
    per_epoch = updates_per_epoch(POINTS, params.batch_size)
    config = TrainingConfig(
        optimizer=params.optimizer,
        learning_rate=params.learning_rate,
        batch_size=params.batch_size,
        steps=params.epochs * per_epoch,
    )
    marks = {"one": per_epoch, "half": params.epochs // 2 * per_epoch}
    shown = yield from train(network, data, config, seeds, validation=fresh, name="on screen",
                             frames=[*recorded_steps(config.steps), *marks.values()])
    full = yield from train(network, data, replace(config, batch_size=None), seeds, name="all roasts in each update",
                            frames=[params.epochs])
    others = {name: [frame.loss for frame in net.frames if frame.step <= step][-1]
              for net, mark in ((shown, marks), (full, {"fewer updates": params.epochs, "same updates": config.steps}))
              for name, step in mark.items()}
    on_the_bowl = yield from valleys(seeds, params)
    swept = yield from sweep(network, data, seeds)
    start, test = (
        shown.frames[0].loss,
        np.stack([f.validation_loss for f in shown.frames if f.validation_loss is not None]),
    )
    return Outcome(shown, OptimizerMetrics(
        **on_the_bowl, **swept,
        updates_per_epoch=np.full(len(seeds), per_epoch), updates=np.full(len(seeds), config.steps),
        accuracy=accuracy(outputs(network, shown.weights, fresh.inputs.astype(np.float32)), fresh.targets),
        loss_start=start, loss_one=others["one"], loss_half=others["half"], loss=shown.loss,
        gain_first_half=start - others["half"], gain_second_half=others["half"] - shown.loss,
        loss_fewer_updates=others["fewer updates"], loss_same_updates=others["same updates"],
        test_loss=test[-1], test_loss_best=test.min(axis=0),
    ))


EXPERIMENT = Experiment(
    "Optimizers",
    OptimizerParams,
    OptimizerMetrics,
    run,
    views=(
        View(
            "surface",
            "The path through the valley",
            y=("surface",),
            names=("loss",),
            x="surface_first",
            rows="surface_second",
            path="path",
            x_title="first weight",
            y_title="second weight",
        ),
        View(
            "lines",
            "Distance from the lowest point",
            x="valley_steps",
            x_title="step",
            y_title="distance",
            y=("valley_sgd", "valley_momentum", "valley_adam"),
            names=("SGD", "momentum", "Adam"),
            log_y=True,
        ),
        View(
            "lines",
            "A network after 100 updates",
            x="rates",
            x_title="learning rate",
            y_title="log loss (nats)",
            y=("network_sgd", "network_momentum", "network_adam"),
            names=("SGD", "momentum", "Adam"),
            log_y=True,
        ),
        View("loss", "Loss while training"),
    ),
)
