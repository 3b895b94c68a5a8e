"""Wild targets: squared error, absolute error and Huber's loss on one line.

Minutes of deliveries rise with the distance; some were written down far too high. The mean of the squares follows
them, the mean of the sizes hardly does, and Huber's loss, a square up to an error of 1 (ten minutes) and straight
beyond it, lies between (Huber, 1964). Another bend is another unit: targets and weights are divided by it, as Huber's
loss of the engine bends at 1. Squared error aims at the mean of the targets at each distance, absolute error at their
median: half of the targets lie above its line, whatever their noise looks like. The three neurons train by momentum
with a falling rate, because absolute error's slopes do not shrink near its best line.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, even_axis, standardised, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, steps_setting
from sims.engine.side_by_side import train_variants
from sims.engine.training import Frame, Trained, TrainingConfig

LossName = Literal["squared_error", "absolute_error", "huber"]
LOSSES: tuple[LossName, ...] = ("squared_error", "absolute_error", "huber")
SHORT = ("squared", "absolute", "huber")
TEN = 10.0  # minutes in one unit of the target
RATES = {"squared_error": 0.02, "absolute_error": 0.1, "huber": 0.05}
KILOMETRES = (even_axis("distance", "km", 1, 9),)
NEURON = Network((1, 1), ("linear",))
GRID = np.linspace(1, 9, 41)
SIZES = np.linspace(-4, 4, 81)


class WildParams(Params):
    """How many targets are wild, how the others scatter, and whose line is on the screen."""

    loss: LossName = setting("squared_error", title="loss", description="loss of the line on the screen",
                             words=("loss function", "cost", "mse", "mae", "huber"))
    wild: float = setting(0.1, ge=0, le=0.4, step=0.05, title="share of wild targets",
                          words=("outliers", "outlier", "wild", "wrong targets"),
                          description="share of the targets that were written down far too high")
    size: float = setting(6.0, ge=1, le=20, step=1, title="how wild", unit="ten minutes",
                          words=("outlier size", "how far", "wildness"), description="how much too high they are")
    spread: float = setting(0.5, ge=0.05, le=3, step=0.05, title="spread of the noise", unit="ten minutes",
                            words=("noise", "spread", "scatter"),
                            description="standard deviation of the usual noise")
    bend: float = setting(1.0, ge=0.1, le=10, step=0.1, title="bend of Huber's loss", unit="ten minutes",
                          words=("bend", "delta", "huber delta", "beta", "threshold"),
                          description="error from which on Huber's loss grows as a straight line")
    skewed: bool = setting(False, title="skewed noise", words=("skew", "skewed", "lopsided"),
                           description="noise with a long tail upwards in place of a normal one")
    points: int = points_setting(60, "deliveries", le=300, ge=20)
    steps: int = steps_setting(300, le=1000)


class WildMetrics(Metrics):
    """Where the three lines lie; all in minutes, where no unit says otherwise."""

    losses: Array = shared("the three losses", kind="label")
    off: Array = metric("typical distance of each loss's line from the line without wild targets", unit="minutes")
    off_squared: Array = metric("typical distance of squared error's line from the usual deliveries' mean",
                                unit="minutes")
    off_absolute: Array = metric("typical distance of absolute error's line from the usual deliveries' mean",
                                 unit="minutes")
    off_huber: Array = metric("typical distance of the line of Huber's loss from the usual deliveries' mean",
                              unit="minutes")
    above: Array = metric("share of the training targets above each loss's line", unit="share")
    above_squared: Array = metric("share of the training targets above squared error's line", unit="share")
    above_absolute: Array = metric("share of the training targets above absolute error's line", unit="share")
    above_huber: Array = metric("share of the training targets above the line of Huber's loss", unit="share")
    mean_squared: Array = metric("mean of the training errors with their signs, squared error", unit="minutes")
    mean_absolute: Array = metric("mean of the training errors with their signs, absolute error", unit="minutes")
    fresh_squared: Array = metric("mean size of the errors on fresh usual deliveries, squared error", unit="minutes")
    fresh_absolute: Array = metric("mean size of the errors on fresh usual deliveries, absolute error",
                                   unit="minutes")
    fresh_huber: Array = metric("mean size of the errors on fresh usual deliveries, Huber's loss", unit="minutes")
    root_absolute: Array = metric("root of the mean square of the training errors, absolute error", unit="minutes")
    root_squared: Array = metric("root of the mean square of the training errors, squared error", unit="minutes")
    size_absolute: Array = metric("mean size of the training errors, absolute error", unit="minutes")
    size_squared: Array = metric("mean size of the training errors, squared error", unit="minutes")
    apart_huber: Array = metric("typical distance between the lines of Huber's loss and of squared error",
                                unit="minutes")
    apart_absolute: Array = metric("typical distance between the lines of absolute and of squared error",
                                   unit="minutes")
    huber_from_absolute: Array = metric("typical distance between the lines of Huber's loss and of absolute error",
                                        unit="minutes")
    slope_true: Array = metric("true minutes for each km", unit="minutes per km")
    slope_squared: Array = metric("minutes for each km by squared error", unit="minutes per km")
    slope_absolute: Array = metric("minutes for each km by absolute error", unit="minutes per km")
    wild_count: Array = metric("training targets that are wild", unit="examples")
    within: Array = metric("share of the training errors of Huber's line within its bend", unit="share")
    share_wild: Array = metric("share of the squared errors' sum that the wild targets have, at the true line",
                               unit="share")
    usual_apart_huber: Array = metric("typical distance between the lines of Huber's loss and of squared error, "
                                      "trained without wild targets", unit="minutes")
    usual_apart_absolute: Array = metric("typical distance between the lines of absolute and of squared error, "
                                         "trained without wild targets", unit="minutes")
    example_size: Array = metric("largest size of an error at the true line", unit="ten minutes")
    usual_size: Array = metric("median size of the errors at the true line", unit="ten minutes")
    example_inside: Array = metric("smaller of the bend and the largest size of an error at the true line",
                                   unit="ten minutes")
    usual_inside: Array = metric("smaller of the bend and the median size of the errors at the true line",
                                 unit="ten minutes")
    grid: Array = shared("distance", unit="km")
    truth: Array = metric("usual deliveries' mean", unit="minutes")
    line_squared: Array = metric("line of squared error", unit="minutes")
    line_absolute: Array = metric("line of absolute error", unit="minutes")
    line_huber: Array = metric("line of Huber's loss", unit="minutes")
    sizes: Array = shared("error", unit="ten minutes")
    cost_squared: Array = metric("half the square of the error")
    cost_absolute: Array = metric("size of the error")
    cost_huber: Array = metric("Huber's loss of the error")


def noise_of(params: WildParams, seeds: Array, points: int, purpose: str) -> Array:
    """The usual noise (R, N) in tens of minutes: mean 0 and the chosen spread, normal or with a tail upwards."""
    def one(rng: np.random.Generator) -> Array:
        return rng.exponential(1, points) - 1 if params.skewed else rng.normal(size=points)

    return params.spread * draw(seeds, purpose, one)


def deliveries(params: WildParams, seeds: Array) -> tuple[Data, Array, Array]:
    """The usual deliveries, which of them are wild (R, N), and slope and height of the usual ones' line (R, 2)."""
    inputs = standardised(uniform(seeds, [1], [9], params.points), KILOMETRES)
    rule = draw(seeds, "rule", lambda rng: np.array([rng.uniform(1, 2), 4.0]))
    order = draw(seeds, "wild", lambda rng: rng.permutation(params.points))
    usual = rule[:, :1] * inputs[:, 0] + rule[:, 1:] + noise_of(params, seeds, params.points, "noise")
    minutes = (Axis("time", "min", low=0, high=150, scale=TEN),)
    return Data(inputs, usual[:, None], KILOMETRES, minutes), order < round(params.wild * params.points), rule


def fitted(data: Data, wild: Array, params: WildParams,
           seeds: Array) -> Generator[Frame, None, tuple[dict[str, Trained], dict[str, dict[str, Array]]]]:
    """A neuron for each loss, and its weight and bias (R, 2), {loss: {"usual": ..., "wild": ...}}."""
    high = replace(data, targets=data.targets + params.size * wild[:, None])
    nets: dict[str, Trained] = {}
    lines: dict[str, dict[str, Array]] = {}
    for short, loss in zip(SHORT, LOSSES, strict=True):
        unit = params.bend if loss == "huber" else 1.0
        axis = replace(data.target_axes[0], scale=TEN * unit)
        sets = {name: replace(one, targets=one.targets / unit, target_axes=(axis,))
                for name, one in (("usual", data), ("wild", high))}
        rate = min(max(RATES[loss] / unit, 0.02), 1.0)
        config = TrainingConfig(loss, "momentum", rate, params.steps, schedule="exponential", final_rate=0.01)
        both = yield from train_variants(NEURON, sets, config, seeds, weights=[np.zeros((1, 2, 1))], dtype=np.float64)
        nets[loss] = both["wild"]
        lines[short] = {name: unit * net.weights[0][:, :, 0] for name, net in both.items()}
    return nets, lines


def typical(errors: Array) -> Array:
    """The root of the mean square over the last axis, in minutes."""
    return TEN * np.sqrt((errors**2).mean(axis=-1))


def heights(line: Array, x: Array) -> Array:
    """Heights (R, N) of lines (R, 2), weight and bias, at inputs (R or 1, N)."""
    return line[:, :1] * x + line[:, 1:]


def huber(errors: Array, bend: float) -> Array:
    """Half the square up to the bend, straight beyond."""
    size = np.abs(errors)
    return np.minimum(size, bend) * (size - np.minimum(size, bend) / 2)


def run(params: WildParams, seeds: Array) -> Generator[Frame, None, Outcome[WildMetrics]]:
    """Train one neuron by each loss on the same deliveries, with the wild targets and without."""
    data, wild, rule = deliveries(params, seeds)
    nets, found = yield from fitted(data, wild, params, seeds)
    lines = {name: both["wild"] for name, both in found.items()}
    x, replicas = data.inputs[:, 0], len(seeds)
    targets = data.targets[:, 0] + params.size * wild
    along = standardised(GRID[None, None], KILOMETRES)[:, 0]
    errors = {name: heights(line, x) - targets for name, line in lines.items()}
    drawn = {name: heights(line, along) for name, line in lines.items()}
    usual = {name: heights(both["usual"], along) for name, both in found.items()}
    truth = heights(rule, along)
    off = {name: typical(curve - truth) for name, curve in drawn.items()}
    above = {name: (error < 0).mean(axis=1) for name, error in errors.items()}
    fresh = draw(seeds, "fresh", lambda rng: rng.uniform(-np.sqrt(3), np.sqrt(3), 1000))
    sold = heights(rule, fresh) + noise_of(params, seeds, 1000, "fresh noise")
    miss = heights(rule, x) - targets
    high, plain = np.abs(miss).max(axis=1), np.median(np.abs(miss), axis=1)
    per_km = TEN / KILOMETRES[0].scale
    same = {name: np.broadcast_to(values, (replicas, len(SIZES)))
            for name, values in (("squared", SIZES**2 / 2), ("absolute", np.abs(SIZES)),
                                 ("huber", huber(SIZES, params.bend)))}
    return Outcome(nets[params.loss], WildMetrics(
        losses=np.array(("squared error", "absolute error", "Huber's loss")),
        off=np.stack(list(off.values()), axis=1), above=np.stack(list(above.values()), axis=1),
        **{f"off_{name}": values for name, values in off.items()},
        **{f"above_{name}": values for name, values in above.items()},
        **{f"fresh_{name}": TEN * np.abs(heights(line, fresh) - sold).mean(axis=1) for name, line in lines.items()},
        **{f"line_{name}": TEN * curve for name, curve in drawn.items()},
        **{f"cost_{name}": values for name, values in same.items()},
        mean_squared=TEN * errors["squared"].mean(axis=1), mean_absolute=TEN * errors["absolute"].mean(axis=1),
        root_absolute=typical(errors["absolute"]), root_squared=typical(errors["squared"]),
        size_absolute=TEN * np.abs(errors["absolute"]).mean(axis=1),
        size_squared=TEN * np.abs(errors["squared"]).mean(axis=1),
        apart_huber=typical(drawn["huber"] - drawn["squared"]),
        apart_absolute=typical(drawn["absolute"] - drawn["squared"]),
        huber_from_absolute=typical(drawn["huber"] - drawn["absolute"]),
        slope_true=per_km * rule[:, 0], slope_squared=per_km * lines["squared"][:, 0],
        slope_absolute=per_km * lines["absolute"][:, 0], wild_count=wild.sum(axis=1),
        within=(np.abs(errors["huber"]) <= params.bend).mean(axis=1),
        share_wild=(miss**2 * wild).sum(axis=1) / (miss**2).sum(axis=1),
        usual_apart_huber=typical(usual["huber"] - usual["squared"]),
        usual_apart_absolute=typical(usual["absolute"] - usual["squared"]),
        example_size=high, usual_size=plain,
        example_inside=np.minimum(high, params.bend), usual_inside=np.minimum(plain, params.bend),
        grid=GRID, truth=TEN * truth, sizes=SIZES,
    ))


EXPERIMENT = Experiment(
    "Wild targets, three losses",
    WildParams,
    WildMetrics,
    run,
    views=(
        View("lines", "Three lines for the same deliveries", x="grid", x_title="distance (km)", y_title="minutes",
             y=("truth", "line_squared", "line_absolute", "line_huber"),
             names=("usual deliveries", "squared error", "absolute error", "Huber's loss")),
        View("lines", "What an error costs", x="sizes", x_title="error (ten minutes)", y_title="loss",
             y=("cost_squared", "cost_absolute", "cost_huber"), names=("half the square", "size", "Huber's loss")),
        View("table", "The three lines", x="losses", y=("off", "above"),
             names=("minutes from the usual deliveries", "targets above the line")),
        View("network", "The line on the screen"),
        View("loss", "Loss while training"),
    ),
)
