"""Batch size: many rough steps or few exact ones.

A mini-batch's gradient estimates that of all examples. On the bowl of a linear neuron the paths of batches
of 1, of 10 and of all 100 are compared step by step: far from the bottom nearly every batch points
downhill, near it a single example is little better than a coin, so small batches keep jittering. On the
2-3-1 network of the coffee roaster every batch size gets as many epochs, where small batches win because
they make more updates, and as many updates, where large ones win because each update is better. The lore
that small batches generalise better (Keskar et al., 2017) is held against fresh roasts; Shallue et al.
(2019) measured it at scale.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.batches import updates_per_epoch
from sims.engine.bowls import NEURON, Bowl, bowl, path, valley
from sims.engine.coffee import roasts
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.settings import Optimizer, rate_setting
from sims.engine.training import (
    Frame,
    Task,
    Trained,
    TrainingConfig,
    recorded_steps,
    train,
    train_all,
    train_together,
    until,
)

POINTS = 100
SIZES = (1, 2, 5, 10, 25, 50, 100)
UPDATES = 200  # for each batch size where all get as many
BOWL_RATE, BOWL_STEPS = 0.1, 100
SIDE = 30  # of the surface


class BatchParams(Params):
    """Settings of the networks; the batch size on the screen is one of all that are trained, or one more."""

    batch_size: int = setting(
        10, ge=1, le=POINTS, title="batch size", description="examples in one update", unit="examples",
        words=("batch", "mini-batch", "minibatch", "minibatch size", "batch_size"))
    optimizer: Optimizer = setting(
        "sgd", title="optimizer", description="rule that turns gradients into steps, for the networks",
        words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(0.3, le=3)
    epochs: int = setting(
        10, ge=1, le=20, title="epochs", description="passes over the 100 training roasts", unit="epochs",
        words=("epochs", "passes"))


class BatchMetrics(Metrics):
    """What each batch size reached, and how straight its path was."""

    sizes: Array = shared("the batch sizes", unit="examples")
    same_epochs: Array = metric("log loss of each batch size after as many epochs", unit="nats")
    same_epochs_fresh: Array = metric(
        "log loss of each batch size on 500 fresh roasts after as many epochs", unit="nats")
    same_updates: Array = metric("log loss of each batch size after 200 updates", unit="nats")
    same_updates_fresh: Array = metric("log loss of each batch size on 500 fresh roasts after 200 updates", unit="nats")
    gap_one: Array = metric("fresh less training loss after 200 updates with single examples", unit="nats")
    gap_all: Array = metric("fresh less training loss after 200 updates with all examples at once", unit="nats")
    loss: Array = metric("log loss of the network on the screen", unit="nats", part="loss")
    updates_per_epoch: Array = metric("updates in one epoch on the screen", unit="updates")
    updates: Array = metric("updates in all epochs on the screen", unit="updates")
    updates_one: Array = metric("updates in all epochs with single examples", unit="updates")
    updates_all: Array = metric("updates in all epochs with all examples at once", unit="updates")
    jitter: Array = metric(
        "mean distance from the bowl's lowest point in the last 50 of 100 steps, on screen"
    )
    jitter_one: Array = metric(
        "mean distance from the bowl's lowest point in the last 50 of 100 steps, with single examples")
    jitter_ten: Array = metric(
        "mean distance from the bowl's lowest point in the last 50 of 100 steps, with batches of ten")
    jitter_all: Array = metric(
        "mean distance from the bowl's lowest point in the last 50 of 100 steps, with all examples")
    jitter_one_slow: Array = metric(
        "mean distance from the bowl's lowest point at the end, with single examples at a quarter of the rate and"
        " four times the steps")
    downhill_start_one: Array = metric(
        "share of the single examples whose gradient points downhill at the start", unit="share")
    downhill_start_ten: Array = metric(
        "share of the batches of ten whose gradient points downhill at the start", unit="share")
    downhill_near_one: Array = metric(
        "share of the single examples whose gradient points downhill near the lowest point", unit="share")
    downhill_near_ten: Array = metric(
        "share of the batches of ten whose gradient points downhill near the lowest point", unit="share")
    bowl_steps: Array = shared("steps in the bowl", unit="steps")
    away_one: Array = metric("distance from the bowl's lowest point at each step, with single examples")
    away_ten: Array = metric("distance from the bowl's lowest point at each step, with batches of ten")
    away_all: Array = metric("distance from the bowl's lowest point at each step, with all examples")
    surface_first: Array = shared("first weights of the loss surface")
    surface_second: Array = shared("second weights of the loss surface")
    surface: Array = metric("squared error at each pair of weights", unit="squared error")
    path: Array = metric("the two weights at each step in the bowl, for the batch size on the screen")


def downhill(theory: Bowl, data: Data, weights: Array, size: int) -> Array:
    """The share of the batches of `size` whose gradient at `weights` (R, 2) points downhill for all
    examples, (R,)."""
    error = np.einsum("rin,ri->rn", data.inputs, weights) - data.targets[:, 0]
    each = (error[:, None] * data.inputs).reshape(len(weights), 2, -1, size).mean(axis=3)  # (R, 2, batches)
    whole = np.matmul(theory.gram, (weights - theory.best)[:, :, None])  # (R, 2, 1)
    return np.asarray(((each * whole).sum(axis=1) > 0).mean(axis=1))


def bowls(seeds: Array, shown_size: int) -> Generator[Frame, None, dict[str, Array]]:
    """Batches of several sizes in one bowl."""
    data, start = valley(seeds, POINTS, flat=0.7, noise=0.5)
    theory = bowl(data.inputs, data.targets)

    def descent(size: int, rate: float, steps: int, first: int = 0) -> Task:
        config = TrainingConfig("squared_error", "sgd", rate, steps, batch_size=size)
        return Task(NEURON, data, config, start, name=f"bowl, {size}", frames=range(first, steps), losses=False)

    sizes = list(dict.fromkeys((1, 10, POINTS, shown_size)))
    *nets, slow = yield from train_together([
        *(descent(size, BOWL_RATE, BOWL_STEPS) for size in sizes),
        descent(1, BOWL_RATE / 4, 4 * BOWL_STEPS, 2 * BOWL_STEPS),  # where it starts to be measured
    ], seeds, np.float64)
    paths = dict(zip(sizes, (path(net) for net in nets), strict=True))
    away = {size: np.linalg.norm(points - theory.best[:, None], axis=2) for size, points in paths.items()}
    away_slow = np.linalg.norm(path(slow) - theory.best[:, None], axis=2)
    late = {size: distance[:, BOWL_STEPS // 2 :].mean(axis=1) for size, distance in away.items()}
    first = np.broadcast_to(start[0][:, :2, 0], theory.best.shape)
    near = theory.best + 0.03 * (first - theory.best)
    axis = np.linspace(-3, 3, SIDE)
    return {
        "jitter": late[shown_size],
        "jitter_one": late[1],
        "jitter_ten": late[10],
        "jitter_all": late[POINTS],
        "jitter_one_slow": away_slow[:, 1:].mean(axis=1),
        "downhill_start_one": downhill(theory, data, first, 1),
        "downhill_start_ten": downhill(theory, data, first, 10),
        "downhill_near_one": downhill(theory, data, near, 1),
        "downhill_near_ten": downhill(theory, data, near, 10),
        "bowl_steps": np.arange(BOWL_STEPS + 1),
        "away_one": away[1],
        "away_ten": away[10],
        "away_all": away[POINTS],
        "surface_first": axis,
        "surface_second": axis,
        "surface": theory.surface(axis, axis),
        "path": paths[shown_size],
    }


def losses_at(nets: Sequence[Trained], steps: Sequence[int]) -> tuple[Array, Array]:
    """Each network's training and validation loss after as many steps as it is given, both (R, networks)."""
    frames = [max((frame for frame in net.frames if frame.step <= step), key=lambda frame: frame.step)
              for net, step in zip(nets, steps, strict=True)]
    fresh = [frame.validation_loss for frame in frames if frame.validation_loss is not None]
    return np.stack([frame.loss for frame in frames], axis=1), np.stack(fresh, axis=1)


def run(params: BatchParams, seeds: Array) -> Generator[Frame, None, Outcome[BatchMetrics]]:
    """The network on the screen, every batch size twice, and the paths in the bowl."""
    network, data, fresh = (
        dense(2, [3], 1, "tanh", "sigmoid"),
        roasts(seeds, POINTS),
        roasts(seeds, 500, "fresh"),
    )
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=params.learning_rate)

    def fit(size: int, steps: int, name: str, frames: Sequence[int]) -> Generator[Frame, None, Trained]:
        changed = replace(config, batch_size=size, steps=steps)
        return train(
            network, data, changed, seeds, validation=fresh, name=f"{name}, batch {size}", frames=frames
        )

    per_epoch = updates_per_epoch(POINTS, params.batch_size)
    on_screen = replace(config, batch_size=params.batch_size, steps=params.epochs * per_epoch)
    after = [params.epochs * updates_per_epoch(POINTS, size) for size in SIZES]
    marks = {size: [min(steps, UPDATES)] for size, steps in zip(SIZES, after, strict=True)}
    marks[params.batch_size] = [*marks.get(params.batch_size, []), *recorded_steps(on_screen.steps, 40)]
    nets = yield from train_all(fit(size, max(steps, UPDATES), "same epochs, same updates", marks[size])
                                for size, steps in zip(SIZES, after, strict=True))
    if params.batch_size in SIZES:
        shown = until(nets[SIZES.index(params.batch_size)], on_screen)
    else:
        shown = yield from fit(params.batch_size, on_screen.steps, "on screen", marks[params.batch_size])
    epochs, epochs_fresh = losses_at(nets, after)
    updates, updates_fresh = losses_at(nets, [UPDATES] * len(SIZES))
    paths = yield from bowls(seeds, params.batch_size)
    every = np.ones(len(seeds))
    return Outcome(shown, BatchMetrics(
        sizes=np.array(SIZES),
        same_epochs=epochs, same_epochs_fresh=epochs_fresh,
        same_updates=updates, same_updates_fresh=updates_fresh,
        gap_one=updates_fresh[:, 0] - updates[:, 0], gap_all=updates_fresh[:, -1] - updates[:, -1],
        loss=shown.loss, updates_per_epoch=per_epoch * every, updates=params.epochs * per_epoch * every,
        updates_one=params.epochs * POINTS * every, updates_all=params.epochs * every,
        **paths,
    ))


EXPERIMENT = Experiment(
    "Batch size",
    BatchParams,
    BatchMetrics,
    run,
    views=(
        View(
            "surface",
            "The path in the bowl",
            y=("surface",),
            names=("squared error",),
            x="surface_first",
            rows="surface_second",
            path="path",
            x_title="first weight",
            y_title="second weight",
        ),
        View(
            "lines",
            "Distance from the lowest point",
            x="bowl_steps",
            y=("away_one", "away_ten", "away_all"),
            names=("one example a step", "ten a step", "all at once"),
            x_title="step",
            y_title="distance",
            log_y=True,
        ),
        View(
            "lines",
            "A network's loss by batch size",
            x="sizes",
            y=("same_epochs", "same_updates"),
            names=("after as many epochs", "after as many updates"),
            x_title="batch size (examples)",
            y_title="log loss (nats)",
        ),
        View("loss", "Loss while training"),
    ),
)
