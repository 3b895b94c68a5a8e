"""Scores of predicted numbers: the same errors, judged by MSE, its root, MAE and R squared.

A network predicts a profit from one input. R squared is 1 less the mean squared error over the targets' variance, on
the examples that are judged. So it depends on how much these vary: the same network, with about the same errors, has
a high R squared over the whole range and a low one within a narrow part of it. The mean squared error depends on the
unit instead. A network fitted to a few examples has a high R squared on those and a low one, often below 0, on
others. The squared correlation is another number: it does not see a prediction that is off by a constant.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.side_by_side import times, train_variants
from sims.engine.training import Frame, Trained, TrainingConfig

FRESH, RATE = 1000, 0.03
POUNDS = 100.0  # in one unit of the target
SHIFT = 1.0  # of the predictions, to tell R squared from the squared correlation
SETS = ("training", "fresh", "fresh, narrow range", "few: its own examples", "few: fresh")
GRID = np.linspace(-1, 1, 81)


class ScoresParams(Params):
    """The examples, the noise, and the range that is judged."""

    shown: Literal["all examples", "few examples"] = setting(
        "all examples", title="network on the screen", words=("shown", "network"),
        description="trained on all the examples, or on a few of them")
    points: int = points_setting(120, le=400, ge=40)
    few: int = setting(8, ge=4, le=40, title="few examples", words=("few", "small training set"), unit="examples",
                       description="examples of the second network")
    noise: float = setting(0.7, ge=0.05, le=3, step=0.05, title="noise", unit="hundred pounds",
                           words=("noise", "luck", "spread"), description="spread of what the input does not tell")
    window: float = setting(0.15, ge=0.05, le=1, step=0.05, title="narrow range",
                            words=("window", "range", "restricted range"),
                            description="half the width of the narrow range; the whole one reaches from -1 to 1")
    hidden: int = hidden_setting(8, le=12)
    steps: int = steps_setting(400, le=800)


class ScoresMetrics(Metrics):
    """Scores by set of examples. Errors are in hundred pounds, squared for the mean squared error."""

    sets: Array = shared("examples that are judged", kind="label")
    squared: Array = metric("mean squared error, by set", unit="hundred pounds squared")
    explained: Array = metric("R squared, by set")
    variance: Array = metric("variance of the targets, by set", unit="hundred pounds squared")
    mse: Array = metric("mean squared error on fresh examples", unit="hundred pounds squared", part="output")
    rmse: Array = metric("root of the mean squared error on fresh examples", unit="hundred pounds", part="output")
    mae: Array = metric("mean absolute error on fresh examples", unit="hundred pounds", part="output")
    r2: Array = metric("R squared on fresh examples", part="output")
    r2_formula: Array = metric("1 less the mean squared error over the variance of the targets, fresh examples")
    spread: Array = metric("variance of the fresh targets", unit="hundred pounds squared")
    mse_mean: Array = metric("mean squared error of always saying the fresh targets' mean",
                             unit="hundred pounds squared")
    r2_mean: Array = metric("R squared of always saying the training targets' mean, on fresh examples")
    mse_narrow: Array = metric("mean squared error on fresh examples of the narrow range",
                               unit="hundred pounds squared")
    rmse_narrow: Array = metric("root of the mean squared error on fresh examples of the narrow range",
                                unit="hundred pounds")
    r2_narrow: Array = metric("R squared on fresh examples of the narrow range")
    spread_narrow: Array = metric("variance of the fresh targets of the narrow range", unit="hundred pounds squared")
    mse_part: Array = metric("mean squared error on a random tenth of the fresh examples",
                             unit="hundred pounds squared")
    r2_part: Array = metric("R squared on a random tenth of the fresh examples")
    mse_train: Array = metric("mean squared error on the training examples", unit="hundred pounds squared")
    r2_train: Array = metric("R squared on the training examples")
    mse_pounds: Array = metric("mean squared error on fresh examples, in pounds", unit="pounds squared")
    r2_pounds: Array = metric("R squared on fresh examples, computed in pounds")
    r2_few_train: Array = metric("R squared of the network trained on few examples, on those")
    r2_few: Array = metric("R squared of the network trained on few examples, on fresh ones")
    r2_best: Array = metric("R squared on fresh examples of the true mean, which no input can better")
    r2_shifted: Array = metric("R squared on fresh examples when 1 is added to all predictions")
    correlation: Array = metric("squared correlation of predictions and fresh targets")
    correlation_shifted: Array = metric(
        "squared correlation of predictions and fresh targets when 1 is added to all predictions")
    three_targets: Array = metric("three fresh targets: a low, a middling and a high one", unit="hundred pounds")
    three_said: Array = metric("predictions for a low, a middling and a high fresh target", unit="hundred pounds")
    grid: Array = shared("input")
    truth: Array = metric("true mean profit", unit="hundred pounds")
    said_all: Array = metric("prediction of the network trained on all examples", unit="hundred pounds")
    said_few: Array = metric("prediction of the network trained on few examples", unit="hundred pounds")


def profit(seeds: Array, x: Array) -> Array:
    """The true mean profit (R, N): a rise with a wave on it, whose place each replica draws."""
    phase = draw(seeds, "phase", lambda rng: rng.uniform(0, 2 * np.pi, 1))
    return 1.5 * x + 0.5 * np.sin(4 * x + phase)


def examples(params: ScoresParams, seeds: Array, points: int, purpose: str, reach: Array) -> tuple[Array, Array]:
    """Inputs and noisy profits, (R, N) each; inputs even within `reach` (R, 2)."""
    even = draw(seeds, purpose, lambda rng: rng.random(points))
    x = reach[:, :1] + (reach[:, 1:] - reach[:, :1]) * even
    return x, profit(seeds, x) + params.noise * draw(seeds, purpose + " noise", lambda rng: rng.normal(size=points))


def r_squared(said: Array, targets: Array) -> Array:
    """1 less the sum of squared errors over that of always saying these targets' mean, (R,), from (R, N) each."""
    misses = ((targets - targets.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return 1 - ((said - targets) ** 2).sum(axis=1) / misses


def mean_square(said: Array, targets: Array) -> Array:
    """The mean squared error, (R,)."""
    return ((said - targets) ** 2).mean(axis=1)


def squared_correlation(a: Array, b: Array) -> Array:
    """The square of Pearson's correlation of rows (R, N), (R,)."""
    a, b = (each - each.mean(axis=1, keepdims=True) for each in (a, b))
    return (a * b).sum(axis=1) ** 2 / ((a * a).sum(axis=1) * (b * b).sum(axis=1))


def said_by(net: Trained, x: Array) -> Array:
    """Predictions (R, N) for inputs (R or 1, N)."""
    return outputs(net.network, net.weights, x[:, None].astype(np.float32))[:, 0].astype(float)


def run(params: ScoresParams, seeds: Array) -> Generator[Frame, None, Outcome[ScoresMetrics]]:
    """Train on all and on few examples, then judge both."""
    whole = np.tile([[-1.0, 1.0]], (len(seeds), 1))
    centre = draw(seeds, "centre", lambda rng: rng.uniform(-1, 1, 1)) * (1 - params.window)
    x, y = examples(params, seeds, params.points, "data", whole)
    fresh, target = examples(params, seeds, FRESH, "fresh", whole)
    near, near_target = examples(params, seeds, FRESH, "narrow", centre + params.window * np.array([[-1.0, 1.0]]))
    data = Data(x[:, None], y[:, None], (Axis("input"),), (Axis("profit", "hundred pounds", low=-3, high=3),))
    first = (np.arange(params.points) < params.few) * params.points / params.few
    nets = yield from train_variants(dense(1, [params.hidden], 1, "tanh", "linear"),
                                     {"all examples": data, "few examples": times(data, first)},
                                     TrainingConfig("squared_error", "adam", RATE, params.steps), seeds)
    every, few = nets.values()
    judged = {"training": (said_by(every, x), y), "fresh": (said_by(every, fresh), target),
              "narrow": (said_by(every, near), near_target),
              "few own": (said_by(few, x)[:, : params.few], y[:, : params.few]),
              "few fresh": (said_by(few, fresh), target)}
    mse = {name: mean_square(*pair) for name, pair in judged.items()}
    r2 = {name: r_squared(*pair) for name, pair in judged.items()}
    three = target.argsort(axis=1)[:, [FRESH // 20, FRESH // 2, -FRESH // 20]]
    said, part = judged["fresh"][0], slice(0, FRESH // 10)
    usual = np.broadcast_to(y.mean(axis=1, keepdims=True), target.shape)
    line = np.broadcast_to(GRID, (len(seeds), len(GRID)))
    return Outcome(nets[params.shown], ScoresMetrics(
        sets=np.array(SETS), squared=np.stack(list(mse.values()), axis=1),
        explained=np.stack(list(r2.values()), axis=1),
        variance=np.stack([pair[1].var(axis=1) for pair in judged.values()], axis=1),
        mse=mse["fresh"], rmse=np.sqrt(mse["fresh"]), mae=np.abs(said - target).mean(axis=1), r2=r2["fresh"],
        r2_formula=1 - mse["fresh"] / target.var(axis=1), spread=target.var(axis=1),
        mse_mean=((target - target.mean(axis=1, keepdims=True)) ** 2).mean(axis=1),
        r2_mean=r_squared(usual, target),
        mse_narrow=mse["narrow"], rmse_narrow=np.sqrt(mse["narrow"]), r2_narrow=r2["narrow"],
        spread_narrow=near_target.var(axis=1), mse_part=mean_square(said[:, part], target[:, part]),
        r2_part=r_squared(said[:, part], target[:, part]), mse_train=mse["training"], r2_train=r2["training"],
        mse_pounds=mean_square(POUNDS * said, POUNDS * target), r2_pounds=r_squared(POUNDS * said, POUNDS * target),
        r2_few_train=r2["few own"], r2_few=r2["few fresh"], r2_best=r_squared(profit(seeds, fresh), target),
        r2_shifted=r_squared(said + SHIFT, target), correlation=squared_correlation(said, target),
        correlation_shifted=squared_correlation(said + SHIFT, target),
        three_targets=np.take_along_axis(target, three, axis=1), three_said=np.take_along_axis(said, three, axis=1),
        grid=GRID, truth=profit(seeds, line), said_all=said_by(every, line), said_few=said_by(few, line),
    ))


EXPERIMENT = Experiment(
    "Scores of predicted numbers",
    ScoresParams,
    ScoresMetrics,
    run,
    views=(
        View("table", "The same two networks, judged on five sets", x="sets", y=("squared", "variance", "explained"),
             names=("mean squared error", "variance of the targets", "R squared")),
        View("lines", "What the networks say", x="grid", x_title="input", y=("truth", "said_all", "said_few"),
             y_title="profit (hundred pounds)", names=("true mean", "all examples", "few examples")),
        View("network", "The network on the screen"),
        View("loss", "Loss while training"),
    ),
)
