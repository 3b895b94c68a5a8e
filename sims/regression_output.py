"""Predicting a number: a linear, a ReLU and a sigmoid output on the same targets.

A stall's profit follows the temperature, with a best temperature that each replica draws; on bad days it
loses money. Networks that differ in nothing but the output's activation learn it by squared error. A linear
output can say any number. A ReLU cannot go below 0 and a sigmoid cannot leave 0 to 1: their predictions are
clipped at those values, whatever the targets. A sigmoid on targets scaled to 0 to 1, and its answers scaled
back, works.

That the output's activation goes with the distribution of the target, linear with squared error, follows from
the likelihood (Bishop, 2006, section 5.2; Goodfellow et al., 2016, section 6.2.2). Where folklore is too
short: for targets that are never negative a ReLU output mostly does as well as a linear one, but a network
whose output is driven below 0 everywhere, mostly in the first steps, gets no gradient and goes on to predict 0.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, even_axis, standardised, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

POINTS = 80
TEMPERATURE = (even_axis("temperature", "°C", 0, 35),)
GRID = np.linspace(0, 35, 141)

Output = Literal["linear", "relu", "sigmoid", "scaled sigmoid"]
OUTPUTS: tuple[Output, ...] = ("linear", "relu", "sigmoid", "scaled sigmoid")


class RegressionParams(Params):
    """The range of the targets and the networks; `output` is the one on the screen."""

    output: Output = setting("sigmoid", title="output activation", words=("output layer", "last layer"),
                             description="activation of the output of the network on the screen")
    lowest: float = setting(-1.0, ge=-5, le=0.5, step=0.5, title="lowest profit", unit="hundred pounds",
                            description="profit on the worst days",
                            words=("minimum", "smallest target", "targets down to", "target down to"))
    highest: float = setting(3.0, ge=1, le=10, step=0.5, title="highest profit", unit="hundred pounds",
                             description="profit on the best days",
                             words=("maximum", "largest target", "targets up to", "target up to", "targets go up to",
                                    "target goes up to", "targets"))
    hidden: int = hidden_setting(6)
    learning_rate: float = rate_setting(0.05)
    steps: int = steps_setting(340, le=1500)


class RegressionMetrics(Metrics):
    """Errors and ranges of the predictions by output activation."""

    outputs: Array = shared("the output activations", kind="label")
    errors: Array = metric(
        "root mean square error of each output activation against the true profit", unit="hundred pounds")
    error_linear: Array = metric(
        "root mean square error against the true profit with a linear output", unit="hundred pounds")
    error_relu: Array = metric(
        "root mean square error against the true profit with a ReLU output", unit="hundred pounds")
    error_sigmoid: Array = metric(
        "root mean square error against the true profit with a sigmoid output", unit="hundred pounds")
    error_scaled: Array = metric(
        "root mean square error against the true profit with a sigmoid output on scaled targets", unit="hundred pounds")
    error_mean: Array = metric(
        "root mean square error against the true profit of always saying the mean profit", unit="hundred pounds")
    largest: Array = metric("largest prediction of each network", unit="hundred pounds")
    smallest: Array = metric("smallest prediction of each network", unit="hundred pounds")
    largest_linear: Array = metric("largest prediction with a linear output", unit="hundred pounds")
    smallest_linear: Array = metric("smallest prediction with a linear output", unit="hundred pounds")
    largest_sigmoid: Array = metric("largest prediction with a sigmoid output", unit="hundred pounds")
    smallest_sigmoid: Array = metric("smallest prediction with a sigmoid output", unit="hundred pounds")
    smallest_relu: Array = metric("smallest prediction with a ReLU output", unit="hundred pounds")
    true_largest: Array = metric("largest true profit", unit="hundred pounds")
    above_one: Array = metric("share of the temperatures with a true profit above 1", unit="share")
    below_zero: Array = metric("share of the temperatures with a loss", unit="share")
    error_above: Array = metric("error of the sigmoid output where the true profit is above 1", unit="hundred pounds")
    error_below: Array = metric("error of the ReLU output where the true profit is below 0", unit="hundred pounds")
    error_between: Array = metric("error of the sigmoid output where the true profit is 0 to 1", unit="hundred pounds")
    relu_stuck: Array = metric("whether the ReLU output is 0 for every temperature", kind="flag")
    temperatures: Array = shared("temperature", unit="°C")
    truth: Array = metric("true profit over the temperature", unit="hundred pounds")
    said_linear: Array = metric("prediction with a linear output", unit="hundred pounds")
    said_relu: Array = metric("prediction with a ReLU output", unit="hundred pounds")
    said_sigmoid: Array = metric("prediction with a sigmoid output", unit="hundred pounds")


def profit(params: RegressionParams, seeds: Array, temperature: Array) -> Array:
    """The true profit (R, 1, N) at temperatures (R or 1, 1, N) in °C: a hill about the best temperature."""
    best = draw(seeds, "curve", lambda rng: rng.uniform(18, 28, (1, 1)))
    hill = np.exp(-(((temperature - best) / 9) ** 2))  # from nearly 0 to 1
    return params.lowest + (params.highest - params.lowest) * hill


def days(params: RegressionParams, seeds: Array) -> Data:
    """Days with a temperature and the profit made, with noise of 5 % of the range."""
    span = params.highest - params.lowest
    temperature = uniform(seeds, [0], [35], POINTS)
    noise = draw(seeds, "noise", lambda rng: rng.normal(0, 0.05 * span, (1, POINTS)))
    axis = Axis("profit", "hundred pounds", params.lowest - 0.2 * span, params.highest + 0.2 * span)
    return Data(standardised(temperature, TEMPERATURE), profit(params, seeds, temperature) + noise,
                TEMPERATURE, (axis,))


def scaled(data: Data, params: RegressionParams) -> Data:
    """Days with their profits scaled so that the range from lowest to highest becomes 0.1 to 0.9."""
    span = (params.highest - params.lowest) / 0.8
    axis = replace(data.target_axes[0], offset=params.lowest - 0.1 * span, scale=span)
    return replace(data, targets=standardised(data.targets, (axis,)), target_axes=(axis,))


def predictions(trained: Trained) -> Array:
    """The predicted profit in hundred pounds (R, N) at GRID."""
    seen = standardised(GRID[None, None], TEMPERATURE).astype(np.float32)
    axis = trained.data.target_axes[0]
    return axis.offset + axis.scale * outputs(trained.network, trained.weights, seen)[:, 0]


def error_where(said: Array, truth: Array, here: Array) -> Array:
    """The root mean square error (R,) over the places that count, all (R, N); nan where there is none."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(((said - truth) ** 2 * here).sum(axis=1) / here.sum(axis=1))


def measure(trained: dict[Output, Trained], truth: Array) -> RegressionMetrics:
    """Compare predictions with the true profit (R, N) by output activation."""
    said = {name: predictions(one) for name, one in trained.items()}
    everywhere = np.ones(truth.shape, bool)
    error = {name: error_where(one, truth, everywhere) for name, one in said.items()}
    above, below = truth > 1, truth < 0
    return RegressionMetrics(
        outputs=np.array(("linear", "ReLU", "sigmoid", "scaled sigmoid")),
        errors=np.stack(list(error.values()), axis=1),
        error_linear=error["linear"],
        error_relu=error["relu"],
        error_sigmoid=error["sigmoid"],
        error_scaled=error["scaled sigmoid"],
        error_mean=truth.std(axis=1),
        largest=np.stack([one.max(axis=1) for one in said.values()], axis=1),
        smallest=np.stack([one.min(axis=1) for one in said.values()], axis=1),
        largest_linear=said["linear"].max(axis=1),
        smallest_linear=said["linear"].min(axis=1),
        largest_sigmoid=said["sigmoid"].max(axis=1),
        smallest_sigmoid=said["sigmoid"].min(axis=1),
        smallest_relu=said["relu"].min(axis=1),
        true_largest=truth.max(axis=1),
        above_one=above.mean(axis=1),
        below_zero=below.mean(axis=1),
        error_above=error_where(said["sigmoid"], truth, above),
        error_below=error_where(said["relu"], truth, below),
        error_between=error_where(said["sigmoid"], truth, ~above & ~below),
        relu_stuck=(said["relu"] == 0).all(axis=1).astype(float),
        temperatures=GRID,
        truth=truth,
        said_linear=said["linear"],
        said_relu=said["relu"],
        said_sigmoid=said["sigmoid"],
    )


def run(params: RegressionParams, seeds: Array) -> Generator[Frame, None, Outcome[RegressionMetrics]]:
    """Train the four on the same days; only the output's activation and the scale of the targets differ."""
    data = days(params, seeds)
    config = TrainingConfig(loss="squared_error", learning_rate=params.learning_rate, steps=params.steps)
    tasks: dict[Output, Task] = {}
    for name in OUTPUTS:
        network = dense(1, [params.hidden], 1, "tanh", "sigmoid" if name == "scaled sigmoid" else name)
        seen = scaled(data, params) if name == "scaled sigmoid" else data
        tasks[name] = Task(network, seen, config, name=name, frames=60 if name == params.output else 2)
    trained = dict(zip(tasks, (yield from train_together(tasks.values(), seeds)), strict=True))
    truth = profit(params, seeds, GRID[None, None])[:, 0]
    return Outcome(trained[params.output], measure(trained, truth))


EXPERIMENT = Experiment(
    "Predicting a number",
    RegressionParams,
    RegressionMetrics,
    run,
    views=(
        View("lines", "What each output says", y=("truth", "said_linear", "said_relu", "said_sigmoid"),
             names=("true curve", "linear", "ReLU", "sigmoid"),
             x="temperatures", x_title="temperature (°C)", y_title="profit (hundred pounds)"),
        View("bars", "Error by output activation", y=("errors",), x="outputs", y_title="hundred pounds"),
        View("bars", "Smallest and largest prediction", y=("smallest", "largest"), x="outputs"),
        View("network", "The network on the screen"),
    ),
)
