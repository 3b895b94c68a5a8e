"""Random search: nine trials for two settings, the learning rate and the scale of the starting weights.

XOR with noise, its inputs in raw units from about -10 to 10, a small ReLU network with momentum. Three ways to spend
nine trials. A grid of three rates times three scales. Nine random pairs, the rate drawn evenly on a logarithmic scale:
10 ** (-4 r), with r even from 0 to 1. Nine random pairs, the rate drawn evenly between its smallest and its largest
value: nine in ten of those are then above a tenth of the largest. Each trial is judged on validation examples, and each
way's winner once on fresh ones.

Of nine trials a grid tries three rates, a random search nine (Bergstra and Bengio, 2012).
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights, mean_loss
from sims.engine.randomness import draw
from sims.engine.settings import steps_setting
from sims.engine.shapes import gate
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, TrainingConfig, train

SIDE = 3  # of the grid
TRIALS = SIDE * SIDE
LARGEST = 1.0  # learning rate
SCALES = (0.5, 2.0)  # from the smallest to the largest scale of the starting weights
POINTS, VALIDATION_POINTS, TEST_POINTS, NOISE = 40, 200, 1000, 0.45
COIN = float(np.log(2))  # log loss of always saying one half
DRAWN = 1.0  # losses above are drawn here: of rates that are too large they go into thousands
NETWORK = dense(2, [8], 1, "relu", "sigmoid")
WAYS = ("grid", "random, log scale", "random, even scale")


class SearchParams(Params):
    """The range of rates and how long each trial trains."""

    decades: int = setting(4, ge=1, le=5, title="decades of the rate", unit="powers of ten",
                           description="how many powers of ten the rates span, up to 1",
                           words=("decades", "range", "orders of magnitude", "powers of ten"))
    units: float = setting(8.0, ge=1, le=10, step=0.5, title="size of the inputs", words=("units", "scaling", "scale"),
                           description="factor on both inputs; at 1 they are scaled, from about -1 to 1")
    steps: int = steps_setting(100, le=150, ge=10)


class SearchMetrics(Metrics):
    """What each way of searching found."""

    ways: Array = shared("the three ways to search", kind="label")
    best_loss: Array = metric("log loss on fresh examples of each way's winner", unit="nats")
    best_rate: Array = metric("learning rate of each way's winner")
    loss_grid: Array = metric("log loss on fresh examples of the grid's winner", unit="nats")
    loss_log: Array = metric("log loss on fresh examples of the winner of random search on a log scale", unit="nats")
    loss_even: Array = metric("log loss on fresh examples of the winner of random search on an even scale",
                              unit="nats")
    rate_grid: Array = metric("learning rate of the grid's winner")
    rate_log: Array = metric("learning rate of the winner of random search on a log scale")
    rate_even: Array = metric("learning rate of the winner of random search on an even scale")
    below_log: Array = metric("trials of nine with a rate below 0.1, random on a log scale", unit="trials",
                              kind="count")
    below_even: Array = metric("trials of nine with a rate below 0.1, random on an even scale", unit="trials",
                               kind="count")
    rates_grid: Array = shared("different learning rates that the grid tries", unit="rates", kind="count")
    rates_random: Array = metric("different learning rates that nine random trials try", unit="rates", kind="count")
    swing_rate: Array = metric("difference of the grid's best and worst rate in validation loss, each over all scales "
                               "and counted up to a coin toss", unit="nats")
    swing_scale: Array = metric("difference of the grid's best and worst scale in validation loss, each over all rates "
                                "and counted up to a coin toss", unit="nats")
    loss_all: Array = metric("log loss on fresh examples of the winner of all 27 trials", unit="nats")
    r: Array = metric("random number from 0 to 1 that made the first trial's rate on a log scale")
    first_rate: Array = metric("learning rate of the first trial on a log scale")
    r_second: Array = metric("random number from 0 to 1 that made the second trial's rate on a log scale")
    second_rate: Array = metric("learning rate of the second trial on a log scale")
    trials: Array = shared("the nine trials of each way", kind="label")
    tried_grid: Array = metric("learning rate of each trial of the grid")
    tried_log: Array = metric("learning rate of each trial on a log scale")
    tried_even: Array = metric("learning rate of each trial on an even scale")
    points_log: Array = metric("validation loss against the power of ten of the rate, random on a log scale")


@dataclass(frozen=True)
class Search:
    """The trials of one way: `rates` and `scales` (R, TRIALS), and their losses on validation and fresh examples."""

    rates: Array
    scales: Array
    validation: Array
    fresh: Array

    def of_winner(self, values: Array) -> Array:
        """The entry of `values` (R, TRIALS) that belongs to the trial with the lowest validation loss, (R,)."""
        winner = np.nan_to_num(self.validation, nan=np.inf).argmin(axis=1)
        return np.take_along_axis(values, winner[:, None], axis=1)[:, 0]


def on_log_scale(r: Array, decades: int) -> Array:
    """Learning rates for random numbers from 0 to 1: LARGEST where r is 0, 10 ** -decades of it where it is 1."""
    return LARGEST * 10.0 ** (-decades * r)


def choices(seeds: Array, decades: int) -> dict[str, tuple[Array, Array]]:
    """The rates and scales of every way's trials, each (R, TRIALS)."""
    low, high = np.log(SCALES)
    r, s = draw(seeds, "trials", lambda rng: rng.random((2, TRIALS))).swapaxes(0, 1)
    even, t = draw(seeds, "even trials", lambda rng: rng.random((2, TRIALS))).swapaxes(0, 1)
    smallest = on_log_scale(np.array(1.0), decades)
    rates = np.repeat(on_log_scale(np.linspace(1, 0, SIDE), decades), SIDE)
    scales = np.tile(np.exp(np.linspace(low, high, SIDE)), SIDE)
    return {
        WAYS[0]: (np.tile(rates, (len(seeds), 1)), np.tile(scales, (len(seeds), 1))),
        WAYS[1]: (on_log_scale(r, decades), np.exp(low + s * (high - low))),
        WAYS[2]: (smallest + even * (LARGEST - smallest), np.exp(low + t * (high - low))),
    }


def raw(seeds: Array, points: int, units: float, purpose: str) -> Data:
    """XOR's examples with noise, the inputs times a factor."""
    data = gate(seeds, points, NOISE, purpose=purpose)
    axes = tuple(replace(axis, low=units * axis.low, high=units * axis.high) for axis in data.axes)
    return replace(data, inputs=units * data.inputs, axes=axes)


def start_of(seeds: Array, scales: Array) -> list[Array]:
    """The usual starting weights times each replica's own scale (R,); biases start at zero anyway."""
    return [scales[:, None, None] * layer for layer in initial_weights(NETWORK, seeds)]


def try_all(name: str, rates: Array, scales: Array, data: tuple[Data, Data, Data], seeds: Array,
            steps: int) -> Generator[Frame, None, Search]:
    """Train all trials of one way as one crowd, trial by trial, and judge them."""
    flat_rates, flat_scales = rates.T.ravel(), scales.T.ravel()
    many = np.tile(seeds, TRIALS)
    weights = [np.concatenate([layer] * TRIALS) * flat_scales[:, None, None]
               for layer in initial_weights(NETWORK, seeds)]
    config = TrainingConfig(optimizer="momentum", learning_rate=flat_rates, steps=steps)
    net = yield from train(NETWORK, repeated(data[0], TRIALS), config, many, weights=weights, name=name, frames=2)

    def judged(by: Data) -> Array:
        every = repeated(by, TRIALS)
        found = mean_loss(NETWORK, net.weights, every.inputs.astype(np.float32), every.targets, "log_loss")
        return found.reshape(TRIALS, len(seeds)).T

    return Search(rates, scales, judged(data[1]), judged(data[2]))


def swings(grid: Search) -> tuple[Array, Array]:
    """How much the validation loss differs between the grid's rates, over all scales, and between its scales, (R,)."""
    table = np.fmin(grid.validation, COIN).reshape(-1, SIDE, SIDE)  # (R, rates, scales)
    return np.ptp(table.mean(axis=2), axis=1), np.ptp(table.mean(axis=1), axis=1)


def run(params: SearchParams, seeds: Array) -> Generator[Frame, None, Outcome[SearchMetrics]]:
    """Spend nine trials in each of three ways; the winner on the log scale is trained once more, on the screen."""
    data = (raw(seeds, POINTS, params.units, "train"), raw(seeds, VALIDATION_POINTS, params.units, "validation"),
            raw(seeds, TEST_POINTS, params.units, "test"))
    made = choices(seeds, params.decades)
    searches = []
    for name in WAYS:
        searches.append((yield from try_all(name, *made[name], data, seeds, params.steps)))
    grid, log, even = searches
    config = TrainingConfig(optimizer="momentum", learning_rate=log.of_winner(log.rates), steps=params.steps)
    shown = yield from train(NETWORK, data[0], config, seeds, weights=start_of(seeds, log.of_winner(log.scales)),
                             validation=data[1], name="the winner on a log scale")
    losses, rates = (np.stack([s.of_winner(getattr(s, what)) for s in searches], axis=1) for what in ("fresh", "rates"))
    by_rate, by_scale = swings(grid)
    every = Search(*(np.concatenate([getattr(s, what) for s in searches], axis=1)
                     for what in ("rates", "scales", "validation", "fresh")))
    power = np.log10(log.rates / LARGEST)
    return Outcome(shown, SearchMetrics(
        ways=np.array(WAYS), best_loss=losses, best_rate=rates, loss_grid=losses[:, 0], loss_log=losses[:, 1],
        loss_even=losses[:, 2], rate_grid=rates[:, 0], rate_log=rates[:, 1], rate_even=rates[:, 2],
        below_log=(log.rates < 0.1).sum(axis=1), below_even=(even.rates < 0.1).sum(axis=1),
        rates_grid=np.array(len(np.unique(grid.rates))),
        rates_random=np.array([len(np.unique(row)) for row in log.rates]), swing_rate=by_rate, swing_scale=by_scale,
        loss_all=every.of_winner(every.fresh),
        r=-power[:, 0] / params.decades, first_rate=log.rates[:, 0], r_second=-power[:, 1] / params.decades,
        second_rate=log.rates[:, 1], trials=np.array([f"trial {k + 1}" for k in range(TRIALS)]),
        tried_grid=grid.rates, tried_log=log.rates, tried_even=even.rates,
        points_log=np.stack((power, np.fmin(log.validation, DRAWN)), axis=2),
    ))


EXPERIMENT = Experiment(
    "Random search",
    SearchParams,
    SearchMetrics,
    run,
    views=(
        View("table", "The rates that each way tries", x="trials", y=("tried_grid", "tried_log", "tried_even"),
             names=WAYS),
        View("scatter", "Validation loss of nine random rates; above 1 drawn at 1", y=("points_log",), x="trials",
             x_title="power of ten of the rate", y_title="log loss"),
        View("table", "Each way's winner", x="ways", y=("best_rate", "best_loss"),
             names=("learning rate", "log loss on fresh examples")),
        View("network", "The winner on a log scale"),
        View("loss", "Loss of the winner while training"),
    ),
)
