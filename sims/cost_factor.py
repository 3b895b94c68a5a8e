"""A factor in front of the loss: mean, half mean or sum of the squared errors, by the same rule at the same rate.

One linear neuron learns minutes from kilometres by plain descent. A factor in front of the mean of the squares leaves
the best line where it is and multiplies every slope, so it acts as a factor in front of the learning rate: half of
the loss takes about twice as many steps, and the sum over many examples leaps beyond its largest safe rate, 2 over the
largest eigenvalue of the Hessian (Goodfellow, Bengio and Courville, *Deep Learning*, 2016, section 4.3). Adam
divides by the size of the slopes and hardly sees a factor (Kingma and Ba, 2015). Where a price on the weights stands
beside the loss, a factor in front of the one alone shifts the balance, and with it the line.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import every_step
from sims.engine.datasets import Axis, Data, even_axis, standardised, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, rate_setting
from sims.engine.side_by_side import times, train_variants
from sims.engine.training import Frame, Trained, TrainingConfig

STEPS = 200
NEAR = 0.02  # an arrival: weight and bias together are this near to the best ones, or nearer; the start is about 2 away
NEVER = STEPS + 1
DRAWN = (1e-4, 100.0)  # what the picture of the distances shows
NOISE, PRICE, ADAM_RATE = 0.5, 0.2, 0.1  # of the targets; the L2 strength; Adam's learning rate
KILOMETRES = (even_axis("distance", "km", 1, 9),)
MINUTES = (Axis("time", "min", low=0, high=70, offset=35, scale=10),)
NEURON = Network((1, 1), ("linear",))
VARIANTS = ("mean", "factor", "factor, rate to match", "sum", "fewer examples, mean", "fewer examples, sum")

Shown = Literal["mean", "factor", "sum"]


class FactorParams(Params):
    """The factor, the examples and the learning rate."""

    shown: Shown = setting("factor", title="loss on the screen", description="which of the three losses is drawn",
                           words=("shown", "loss", "cost"))
    factor: float = setting(0.5, ge=0.05, le=20, step=0.05, title="factor", words=("factor", "constant", "multiplier"),
                            description="what the mean of the squared errors is multiplied by")
    points: int = points_setting(50, "deliveries", le=200, ge=5)
    learning_rate: float = rate_setting(0.05)


class FactorMetrics(Metrics):
    """Where the losses lead, and in how many steps. Errors are in minutes unless a unit says otherwise."""

    losses: Array = shared("the losses", kind="label")
    arrivals: Array = metric("step from which each loss's line stays at the best one; 201 where it never does",
                             unit="steps")
    steps_mean: Array = metric("step from which the line stays at the best one, mean of the squares", unit="steps")
    steps_factor: Array = metric("step from which the line stays at the best one, with the factor", unit="steps")
    steps_matched: Array = metric(
        "step from which the line stays at the best one, with the factor and the rate divided by it", unit="steps")
    steps_sum: Array = metric("step from which the line stays at the best one, sum of the squares", unit="steps")
    steps_few: Array = metric("step from which the line stays at the best one, mean over a fifth of the examples",
                              unit="steps")
    steps_few_sum: Array = metric("step from which the line stays at the best one, sum over a fifth of the examples, "
                                  "at the rate that suits the sum over all", unit="steps")
    arrived_mean: Array = metric("whether the mean's line arrives", kind="flag")
    arrived_factor: Array = metric("whether the line arrives with the factor", kind="flag")
    arrived_sum: Array = metric("whether the sum's line arrives", kind="flag")
    ratio: Array = metric("steps with the factor as a multiple of those without; a line that never arrives counts as "
                          "400 steps", unit="times")
    ratio_matched: Array = metric("steps with the factor and the rate divided by it, as a multiple of those without",
                                  unit="times")
    ratio_adam: Array = metric("steps of Adam with the factor as a multiple of those without", unit="times")
    steps_adam: Array = metric("step from which Adam's line stays at the best one", unit="steps")
    steps_adam_factor: Array = metric("step from which Adam's line stays at the best one, with the factor",
                                      unit="steps")
    matched_difference: Array = metric("largest difference, in all steps, between the weights with the factor at the "
                                       "rate divided by it and those without")
    end_difference: Array = metric("difference between the last weights with the factor and without")
    slope: Array = metric("slope of the best line", unit="minutes per km")
    slope_factor: Array = metric("slope of the line with the factor", unit="minutes per km")
    slope_priced: Array = metric("slope of the line with an L2 price beside the loss", unit="minutes per km")
    slope_priced_factor: Array = metric("slope of the line with an L2 price beside the loss and the factor",
                                        unit="minutes per km")
    mean_square: Array = metric("mean of the squared errors of the best line", unit="minutes squared")
    mean_square_flat: Array = metric("mean of the squared errors of a flat line at the mean", unit="minutes squared")
    plain_line: Array = metric("mean of the errors with their signs, best line", unit="minutes")
    plain_flat: Array = metric("mean of the errors with their signs, flat line at the mean", unit="minutes")
    first_errors: Array = metric("errors of the best line for the first three deliveries", unit="minutes")
    telling_x: Array = metric("distance, as the neuron gets it, of the delivery with the steepest slope before "
                              "training")
    telling_error: Array = metric("error before training, as the neuron gets it, of the delivery with the steepest "
                                  "slope")
    largest_rate: Array = metric("the largest safe rate for the mean of the squares")
    largest_rate_sum: Array = metric("the largest safe rate for the sum of the squares")
    steps: Array = shared("steps", unit="steps")
    away_mean: Array = metric("distance from the best line at each step, mean of the squares")
    away_factor: Array = metric("distance from the best line at each step, with the factor")
    away_sum: Array = metric("distance from the best line at each step, sum of the squares")


def deliveries(seeds: Array, points: int) -> Data:
    """Deliveries (R, 1, N): minutes rise with the distance, by a slope that each replica draws."""
    inputs = standardised(uniform(seeds, [1], [9], points), KILOMETRES)
    slope = draw(seeds, "slope", lambda rng: rng.uniform(1, 2.5, (1, 1)))
    noise = draw(seeds, "noise", lambda rng: rng.normal(0, NOISE, (1, points)))
    return Data(inputs, slope * inputs + 0.5 + noise, KILOMETRES, MINUTES)


def best_line(data: Data, first: int | None = None) -> tuple[Array, Array]:
    """The weight and bias of least squares (R, 2) over the first examples, and the largest eigenvalue (R,) of the
    Hessian of the mean of the squares."""
    part = data.examples(0, first or data.inputs.shape[-1])
    rows = np.concatenate([part.inputs, np.ones_like(part.inputs)], axis=1)  # (R, 2, N)
    gram = rows @ rows.transpose(0, 2, 1) / rows.shape[-1]
    best = np.linalg.solve(gram, rows @ part.targets.transpose(0, 2, 1) / rows.shape[-1])[:, :, 0]
    return best, 2 * np.linalg.eigvalsh(gram)[:, -1]


def lines_of(trained: Trained) -> Array:
    """Weight and bias at each step, (R, STEPS + 1, 2); far away from the step at which a replica diverged."""
    lines = np.stack([frame.weights[0][:, :, 0] for frame in trained.frames], axis=1)
    lines = lines[:, np.minimum(np.arange(STEPS + 1), lines.shape[1] - 1)]
    gone = (trained.diverged_at[:, None] >= 0) & (np.arange(STEPS + 1) >= trained.diverged_at[:, None])
    return np.where(gone[..., None], 1e9, lines)


def distances(trained: Trained, best: Array) -> Array:
    """How far the line is from the best one (R, 2) at each step, (R, STEPS + 1)."""
    return np.linalg.norm(lines_of(trained) - best[:, None], axis=2)


def settled_from(away: Array) -> Array:
    """The first step from which on the distances (R, STEPS + 1) are at most NEAR, (R,); NEVER where there is none."""
    outside = ~(away <= NEAR)
    last = STEPS - outside[:, ::-1].argmax(axis=1)
    return np.where(outside[:, -1], NEVER, np.where(outside.any(axis=1), last + 1, 0))


def counted(steps: Array) -> Array:
    """Steps (R,) for a ratio: a line that has not arrived counts as twice the length of the run."""
    return np.where(steps == NEVER, 2.0 * STEPS, steps)


def errors(data: Data, line: Array) -> Array:
    """Errors in minutes (R, N) of lines (R, 2)."""
    return 10 * (line[:, :1] * data.inputs[:, 0] + line[:, 1:] - data.targets[:, 0])


def variants_of(data: Data, params: FactorParams) -> tuple[dict[str, Data], dict[str, float]]:
    """The losses to train with, as weights of the examples, and the rates of those that have one of their own."""
    points, rate = params.points, params.learning_rate
    few = (np.arange(points) < max(2, points // 5)).astype(float)
    sets = dict(zip(VARIANTS, (times(data, 1), times(data, params.factor), times(data, params.factor),
                               times(data, points), times(data, few * points / few.sum()), times(data, few * points)),
                    strict=True))
    return sets, {VARIANTS[2]: rate / params.factor, VARIANTS[5]: rate / points}


def run(params: FactorParams, seeds: Array) -> Generator[Frame, None, Outcome[FactorMetrics]]:
    """Train with each loss by plain descent, with two by Adam, and with two beside an L2 price."""
    data, start, every = deliveries(seeds, params.points), [np.zeros((1, 2, 1))], every_step(STEPS)
    (best, steepest), (best_few, _) = best_line(data), best_line(data, max(2, params.points // 5))
    plain = TrainingConfig("squared_error", "sgd", params.learning_rate, STEPS)
    sets, rates = variants_of(data, params)
    nets = yield from train_variants(NEURON, sets, plain, seeds, rates=rates, weights=start, dtype=np.float64,
                                     frames=every)
    two = {name: sets[name] for name in VARIANTS[:2]}
    adam = yield from train_variants(NEURON, two, TrainingConfig("squared_error", "adam", ADAM_RATE, STEPS), seeds,
                                     weights=start, dtype=np.float64, frames=every)
    priced = yield from train_variants(NEURON, two, TrainingConfig("squared_error", "adam", 0.05, STEPS, l2=PRICE),
                                       seeds, weights=start, dtype=np.float64, frames=2)
    away = {name: distances(net, best_few if name.startswith("fewer") else best) for name, net in nets.items()}
    when = {name: settled_from(one) for name, one in away.items()}
    adams = [settled_from(distances(net, best)) for net in adam.values()]
    lines = {name: lines_of(net) for name, net in nets.items()}
    x, y, every_one = data.inputs[:, 0], data.targets[:, 0], np.arange(len(seeds))
    telling = np.abs(x * y).argmax(axis=1)
    per_km = 10 / KILOMETRES[0].scale
    flat = np.stack([np.zeros(len(seeds)), data.targets[:, 0].mean(axis=1)], axis=1)
    one, fac, matched, total, few, few_sum = when.values()
    return Outcome(nets[params.shown], FactorMetrics(
        losses=np.array(VARIANTS), arrivals=np.stack(list(when.values()), axis=1),
        steps_mean=one, steps_factor=fac, steps_matched=matched, steps_sum=total, steps_few=few, steps_few_sum=few_sum,
        arrived_mean=(one < NEVER).astype(float), arrived_factor=(fac < NEVER).astype(float),
        arrived_sum=(total < NEVER).astype(float),
        ratio=counted(fac) / counted(one), ratio_matched=matched / one, ratio_adam=adams[1] / adams[0],
        steps_adam=adams[0], steps_adam_factor=adams[1],
        matched_difference=np.abs(lines[VARIANTS[2]] - lines["mean"]).max(axis=(1, 2)),
        end_difference=np.linalg.norm(lines["factor"][:, -1] - lines["mean"][:, -1], axis=1),
        slope=per_km * best[:, 0], slope_factor=per_km * lines["factor"][:, -1, 0],
        slope_priced=per_km * priced["mean"].weights[0][:, 0, 0],
        slope_priced_factor=per_km * priced["factor"].weights[0][:, 0, 0],
        mean_square=(errors(data, best) ** 2).mean(axis=1), mean_square_flat=(errors(data, flat) ** 2).mean(axis=1),
        plain_line=errors(data, best).mean(axis=1).round(9) + 0.0,  # + 0.0 turns -0 into 0
        plain_flat=errors(data, flat).mean(axis=1).round(9) + 0.0,
        first_errors=errors(data, best)[:, :3], telling_x=x[every_one, telling], telling_error=-y[every_one, telling],
        largest_rate=2 / steepest, largest_rate_sum=2 / steepest / params.points, steps=np.arange(STEPS + 1),
        **{f"away_{name}": np.clip(away[name], *DRAWN) for name in ("mean", "factor", "sum")},
    ))


EXPERIMENT = Experiment(
    "A factor in front of the loss",
    FactorParams,
    FactorMetrics,
    run,
    views=(
        View("lines", "Distance from the best line", x="steps", x_title="step", y_title="distance", log_y=True,
             y=("away_mean", "away_factor", "away_sum"), names=("mean", "mean times the factor", "sum")),
        View("table", "Steps to the best line (201: not within 200)", x="losses",
             y=("arrivals",), names=("stays there from step",)),
        View("network", "The line on the screen"),
        View("loss", "Loss while training"),
    ),
)
