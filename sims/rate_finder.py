"""Rate finder: one network swept through all learning rates, against a training of its own for each rate.

The sweep trains one 2-4-1 network by small batches while its rate grows by the same factor at every step, and notes the
loss of each batch before the step (Smith, 2017). That costs one short training. But the rates inherit what the smaller
ones before them left behind, so the curve's lowest point is no fair comparison: it comes late, just before the losses
blow up. What the sweep is used for is an order of magnitude, a tenth of that rate. Here each suggestion is put to the
test by a training of its own at just that rate, beside a grid of rates that all start afresh.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import layers_of, pass_backward, pass_forward
from sims.engine.batches import Batches
from sims.engine.coffee import roasts
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.loop import flat_layers
from sims.engine.losses import losses
from sims.engine.network import Network, dense, initial_weights
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.recording import train_by
from sims.engine.settings import Optimizer, hidden_setting, steps_setting
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, Trained, TrainingConfig, train
from sims.engine.untrained import training_is_left_out

POINTS, BATCH = 100, 10
LOW, HIGH = 0.001, 100.0
GRID = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
SMOOTH = 0.8  # share of the running mean that is kept at each step
PICKS = ("lowest", "tenth", "thousandth", "steepest")
WINDOW = 0.1  # share of the sweep over which its slope is taken
Direction = Literal["rising", "falling"]


class FinderParams(Params):
    """The sweep on the screen, and how long everything trains."""

    direction: Direction = setting("rising", title="sweep on the screen", words=("direction", "sweep"),
                                   description="whether the rate of the sweep on the screen rises or falls")
    optimizer: Optimizer = setting("adam", title="optimizer", description="rule that turns gradients into steps",
                                   words=("optimiser", "sgd", "momentum", "adam"))
    hidden: int = hidden_setting(4, le=6)
    sweep_steps: int = setting(100, ge=20, le=200, title="steps of the sweep", unit="steps",
                               description="steps in which the rate goes from 0.001 to 100",
                               words=("sweep steps", "length of the sweep"))
    steps: int = steps_setting(200, le=400, ge=20)


class FinderMetrics(Metrics):
    """What the sweeps suggest, and what trainings at these rates came to."""

    sweep_rates: Array = shared("learning rates of the rising sweep")
    rising: Array = metric("running mean of the batches' loss at each rate, rising sweep", unit="nats")
    falling: Array = metric("running mean of the batches' loss at each rate, falling sweep", unit="nats")
    lowest: Array = metric("rate at which the rising sweep's loss is lowest")
    lowest_falling: Array = metric("rate at which the falling sweep's loss is lowest")
    lowest_other: Array = metric("rate at which the loss of another rising sweep, from another start, is lowest")
    apart_falling: Array = metric("powers of ten between the lowest points of the rising and the falling sweep")
    apart_other: Array = metric("powers of ten between the lowest points of two rising sweeps")
    tenth: Array = metric("a tenth of the rate at which the rising sweep's loss is lowest")
    steepest: Array = metric("rate at which the rising sweep's loss falls most steeply")
    off_tenth: Array = metric("powers of ten between a tenth of the rising sweep's lowest point and the best rate of"
                              " the grid")
    off_falling: Array = metric("powers of ten between a tenth of the falling sweep's lowest point and the best rate of"
                                " the grid")
    factor: Array = metric("factor by which the rate grows at each step of the sweep", unit="times")
    grid: Array = shared("learning rates that each had a training of its own")
    own: Array = metric("log loss after a training of its own, by rate", unit="nats")
    best_rate: Array = metric("rate of the grid whose own training ends lowest")
    best_loss: Array = metric("lowest log loss of any training of its own in the grid", unit="nats")
    loss_start: Array = metric("log loss before training", unit="nats")
    loss_lowest: Array = metric("log loss after a training of its own at the sweep's lowest point", unit="nats")
    loss_tenth: Array = metric("log loss after a training of its own at a tenth of that rate", unit="nats")
    loss_thousandth: Array = metric("log loss after a training of its own at a thousandth of that rate", unit="nats")
    loss_steepest: Array = metric("log loss after a training of its own at the rate of the steepest fall", unit="nats")
    sweep_lowest: Array = metric("lowest running mean of the loss in the rising sweep", unit="nats")
    sweep_end: Array = metric("running mean of the loss at the end of the rising sweep", unit="nats")
    sweep_updates: Array = metric("updates that the sweep takes", unit="updates")
    grid_updates: Array = metric("updates that the grid takes", unit="updates")


class Sweep:
    """One network for each replica whose rate changes at every step, and the loss of each batch before its step."""

    def __init__(self, network: Network, data: Data, start: list[Array], params: FinderParams, seeds: Array,
                 direction: str) -> None:
        self.flat, self.weights = flat_layers(network, len(seeds), np.float64, start)
        self.gradient, gradients = flat_layers(network, len(seeds), np.float64)
        self.layers = layers_of(network, self.weights, gradients, BATCH)
        self.batches = Batches(data, BATCH, seeds, np.float64)
        rates = rates_of(params)[:: -1 if direction == "falling" else 1]
        self.optimize = OPTIMIZERS[params.optimizer](self.flat.size, np.float64, lambda t: rates[t - 1], 0.9)
        self.noted: list[Array] = []

    def update(self, t: int) -> None:
        """One step; t counts from 0."""
        inputs, transposed, targets, _ = self.batches.at(t)
        out = pass_forward(self.layers, inputs)
        clipped = np.clip(out, 1e-15, 1 - 1e-15)
        z = np.log(clipped) - np.log1p(-clipped)
        self.noted.append(losses("log_loss", "sigmoid", z, targets).mean(axis=-1))
        pass_backward(self.layers, inputs, transposed, (out - targets) / BATCH, True)
        self.optimize(self.flat, self.gradient, t + 1)


def rates_of(params: FinderParams) -> Array:
    """The rates of the rising sweep, one a step."""
    return np.geomspace(LOW, HIGH, params.sweep_steps)


def running_mean(noted: Array) -> Array:
    """A running mean of the noted losses (R, S), corrected for its start at zero as Adam's averages are."""
    kept, out = np.zeros(len(noted)), np.empty_like(noted)
    for t in range(noted.shape[1]):
        kept = SMOOTH * kept + (1 - SMOOTH) * noted[:, t]
        out[:, t] = kept / (1 - SMOOTH ** (t + 1))
    return out


def steepest_fall(curve: Array, rates: Array) -> Array:
    """The rate in the middle of the stretch of a rising sweep over which its curve (R, S) falls most, (R,).

    Only stretches that end at the curve's lowest point or before it count: beyond it the losses jump, also downwards.
    """
    apart = max(2, round(WINDOW * len(rates)))
    before = np.arange(apart, len(rates)) <= curve.argmin(axis=1)[:, None]  # (R, S - apart)
    fall = np.where(before, curve[:, apart:] - curve[:, :-apart], np.inf)
    return np.asarray(rates[apart // 2 :][fall.argmin(axis=1)])


def swept(network: Network, data: Data, params: FinderParams, seeds: Array, direction: str,
          purpose: str = "weights") -> Generator[Frame, None, tuple[Trained, Array]]:
    """A sweep, and its smoothed losses by rising rate, (R, S)."""
    sweep = Sweep(network, data, initial_weights(network, seeds, purpose=purpose), params, seeds, direction)
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=LOW, steps=params.sweep_steps, batch_size=BATCH)
    net = yield from train_by(network, data, config, sweep.update, lambda: sweep.weights, name=f"{direction} sweep",
                              frames=30)
    if training_is_left_out():
        sweep.noted = [net.loss.astype(float)] * params.sweep_steps
    curve = running_mean(np.stack(sweep.noted, axis=1))
    return net, curve[:, ::-1] if direction == "falling" else curve


def on_their_own(network: Network, data: Data, params: FinderParams, seeds: Array,
                 picks: list[Array]) -> Generator[Frame, None, Array]:
    """The final loss of a training of its own at each rate of the grid and at each replica's picks,
    (R, rates)."""
    rates = np.concatenate([np.repeat(GRID, len(seeds)), *picks])
    count = len(rates) // len(seeds)
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=rates, steps=params.steps, batch_size=BATCH)
    net = yield from train(network, repeated(data, count), config, np.tile(seeds, count), frames=2,
                           name="own trainings",
                           weights=[np.concatenate([w] * count) for w in initial_weights(network, seeds)])
    return np.asarray(net.loss.reshape(count, -1).T, float)


def run(params: FinderParams, seeds: Array) -> Generator[Frame, None, Outcome[FinderMetrics]]:
    """Sweep up, down, and up again from another start; then train at each rate by itself."""
    data, network, rates = roasts(seeds, POINTS), dense(2, [params.hidden], 1, "tanh", "sigmoid"), rates_of(params)
    nets, curves = {}, {}
    for name, direction, purpose in (("rising", "rising", "weights"), ("falling", "falling", "weights"),
                                     ("other", "rising", "other weights")):
        nets[name], curves[name] = yield from swept(network, data, params, seeds, direction, purpose)
    lowest = {name: rates[curve.argmin(axis=1)] for name, curve in curves.items()}
    picks = [lowest["rising"], lowest["rising"] / 10, lowest["rising"] / 1000,
             steepest_fall(curves["rising"], rates)]
    own = yield from on_their_own(network, data, params, seeds, picks)
    grid, chosen = own[:, : len(GRID)], own[:, len(GRID):]
    every, best = np.ones(len(seeds)), np.array(GRID)[np.nan_to_num(grid, nan=np.inf).argmin(axis=1)]
    return Outcome(nets[params.direction], FinderMetrics(
        sweep_rates=rates, rising=curves["rising"], falling=curves["falling"], lowest=lowest["rising"],
        lowest_falling=lowest["falling"], lowest_other=lowest["other"],
        apart_falling=np.abs(np.log10(lowest["rising"] / lowest["falling"])),
        apart_other=np.abs(np.log10(lowest["rising"] / lowest["other"])), tenth=picks[1], grid=np.array(GRID), own=grid,
        steepest=picks[3], off_tenth=np.abs(np.log10(picks[1] / best)),
        off_falling=np.abs(np.log10(lowest["falling"] / 10 / best)),
        factor=every * (HIGH / LOW) ** (1 / (params.sweep_steps - 1)), best_rate=best,
        best_loss=np.nanmin(grid, axis=1),
        loss_start=np.asarray(nets["rising"].frames[0].loss, float),
        **{f"loss_{name}": chosen[:, k] for k, name in enumerate(PICKS)},
        sweep_lowest=curves["rising"].min(axis=1), sweep_end=curves["rising"][:, -1],
        sweep_updates=every * params.sweep_steps, grid_updates=every * params.steps * len(GRID),
    ))


EXPERIMENT = Experiment(
    "A learning-rate finder",
    FinderParams,
    FinderMetrics,
    run,
    views=(
        View("lines", "One network, swept through the rates", x="sweep_rates", y=("rising", "falling"), log_x=True,
             x_title="learning rate", names=("rate rising", "rate falling"), y_title="loss of the batches (nats)",
             log_y=True),
        View("lines", "A training of its own for each rate", x="grid", y=("own",), log_x=True, log_y=True,
             x_title="learning rate", y_title="loss at the end (nats)", names=("own training",)),
        View("bars", "Rates put to the test", y=("best_loss", "loss_lowest", "loss_tenth", "loss_thousandth"),
             names=("best of the grid", "sweep's lowest point", "a tenth of it", "a thousandth of it"),
             y_title="loss at the end (nats)"),
        View("network", "The swept network"),
    ),
)
