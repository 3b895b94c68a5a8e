"""Learning rate: too slow, fine, to and fro across the valley, and off to infinity.

One linear neuron learns a flat's price from its area with squared error, full batch, plain gradient
descent. Its loss is a bowl, so theory is exact: the descent converges below 2 / (largest eigenvalue of the
Hessian) and diverges above it (Nesterov, 2004, section 1.2; LeCun et al., 1998), until numbers overflow and
the loss is nan. Below that bound the loss falls at every step even where the weight leaps from wall to
wall. A sweep of rates shows the same for a 2-3-1 classifier with log loss: too large a rate spoils it, but
its loss stays a number, because its slope is bounded.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import Bowl, bowl, every_step, path
from sims.engine.coffee import roasts
from sims.engine.datasets import Axis, Data, even_axis, standardised, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

AREA = even_axis("area", "m²", 40, 160)
PRICE = Axis("price", "thousand", 100, 500, offset=300, scale=80)
NEURON = Network((1, 1), ("linear",))
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.7, 1.5, 3, 10, 30)
SLOW, FINE, LEAPING, TOO_LARGE = 0.003, 0.3, 0.7, 1.5  # the named ones among them
TRACED = 20  # first steps of which every one is recorded
SIDE = 30  # of the surface
OFF = 10.0  # weights beyond this are off the picture


class RateParams(Params):
    """Settings of the neuron on the screen; the sweep shares all but its learning rate."""

    learning_rate: float = rate_setting(0.3, le=30)
    steps: int = steps_setting(160, le=600)
    points: int = points_setting(50, "flats", le=150)
    raw_inputs: bool = setting(
        False, title="raw inputs", description="give the area in square metres, without scaling it",
        words=("unscaled", "raw", "not normalised", "not scaled", "without scaling", "don't normalise",
               "don't normalize", "don't scale"))


class RateMetrics(Metrics):
    """What became of the neuron at the rate on the screen, and at all the others."""

    loss: Array = metric(
        "squared error at the end; not a number where training diverged", unit="squared error", part="loss")
    loss_start: Array = metric("squared error before the first step", unit="squared error", part="loss")
    loss_best: Array = metric("the smallest squared error there is (least squares)", unit="squared error")
    excess: Array = metric("the loss at the end less the smallest there is", unit="squared error", part="loss")
    diverged: Array = metric("whether a weight ceased to be finite", kind="flag", part="loss")
    diverged_at: Array = metric(
        "step at which a weight ceased to be finite; not a number where none did", unit="steps", part="loss")
    critical_rate: Array = metric("largest stable learning rate by theory: 2 / (largest eigenvalue of the Hessian)")
    critical_rate_raw: Array = metric("largest stable learning rate by theory with the area in square metres")
    theory_right: Array = metric(
        "whether the loss grew exactly if the learning rate is above the bound by theory", kind="flag")
    crossings: Array = metric("steps that leap over the best weight, of the first 20", unit="steps")
    adam_diverged: Array = metric(
        "whether training with Adam in place of plain descent ceased to be finite", kind="flag")
    adam_loss: Array = metric("squared error at the end with Adam", unit="squared error")
    missing_value_diverged_at: Array = metric("step that turns all weights to nan if one area is nan", unit="steps")
    rates: Array = shared("the learning rates of the sweep")
    final_loss: Array = metric(
        "squared error at the end for each rate; not a number where training diverged", unit="squared error")
    gone: Array = metric("for each rate, whether the neuron diverged at it", kind="flag")
    loss_slow: Array = metric("squared error at the end at rate 0.003", unit="squared error")
    loss_fine: Array = metric("squared error at the end at rate 0.3", unit="squared error")
    loss_leaping: Array = metric("squared error at the end at rate 0.7", unit="squared error")
    gone_too_large: Array = metric("whether the neuron diverged at rate 1.5", kind="flag")
    crossings_fine: Array = metric("steps at rate 0.3 that leap over the best weight, of the first 20", unit="steps")
    crossings_leaping: Array = metric("steps at rate 0.7 that leap over the best weight, of the first 20", unit="steps")
    classifier_loss: Array = metric("log loss of the 2-3-1 classifier at the end for each rate", unit="nats")
    classifier_best_rate: Array = metric(
        "learning rate of the sweep at which the 2-3-1 classifier's log loss is smallest")
    classifier_loss_best: Array = metric(
        "smallest log loss of the 2-3-1 classifier at any rate of the sweep", unit="nats")
    classifier_loss_slowest: Array = metric("log loss of the 2-3-1 classifier at the end at rate 0.001", unit="nats")
    classifier_loss_largest: Array = metric("log loss of the 2-3-1 classifier at the end at rate 30", unit="nats")
    classifier_gone: Array = metric("whether the classifier ceased to be finite at any rate", kind="flag")
    traced_steps: Array = shared("the first steps", unit="steps")
    weight_on_screen: Array = metric("the weight less the best weight, step by step, at the rate on the screen")
    weight_slow: Array = metric("the weight less the best weight, step by step, at rate 0.003")
    weight_fine: Array = metric("the weight less the best weight, step by step, at rate 0.3")
    weight_leaping: Array = metric("the weight less the best weight, step by step, at rate 0.7")
    surface_weights: Array = shared("weights of the loss surface")
    surface_biases: Array = shared("biases of the loss surface")
    surface: Array = metric("squared error at each pair of weight and bias", unit="squared error")
    path: Array = metric("weight and bias after each of the first 20 steps")


def flats(seeds: Array, points: int, raw: bool) -> Data:
    """Flats drawn evenly from 40 to 160 m²; price = 60 + 2.4 area + noise of 30, in thousands, seen
    standardised."""
    area = uniform(seeds, [40], [160], points)
    noise = draw(seeds, "noise", lambda rng: rng.normal(0, 30, (1, points)))
    axis = Axis("area", "m²", 40, 160) if raw else AREA
    return Data(
        standardised(area, (axis,)), standardised(60 + 2.4 * area + noise, (PRICE,)), (axis,), (PRICE,)
    )


def bowl_of(data: Data) -> Bowl:
    """The loss by weight and bias: the bias is the weight of an input that is always one."""
    return bowl(np.concatenate([data.inputs, np.ones_like(data.inputs)], axis=1), data.targets)


def on_picture(values: Array) -> Array:
    """The values, with nan in place of what lies beyond the picture."""
    return np.where(np.abs(values) > OFF, np.nan, values)


def crossings(offset: Array) -> Array:
    """How often a weight, given less the best weight (R, k), comes to the other side of it."""
    other_side = np.sign(offset[:, 1:]) * np.sign(offset[:, :-1]) < 0
    return np.asarray(other_side.sum(axis=1), float)


def screen(shown: Trained, every: Trained) -> dict[str, Array]:
    """What became of the neuron on the screen; `every` has each of its first steps."""
    theory = bowl_of(shown.data)
    loss, start = finite(shown), shown.frames[0].loss
    grown = ~(loss <= start)  # true of nan
    axis = np.linspace(-2, 4, SIDE)
    points = path(every, TRACED)
    offset = points[:, :, 0] - theory.best[:, :1]
    return {
        "loss": loss, "loss_start": start, "loss_best": theory.least, "excess": loss - theory.least,
        "diverged": (shown.diverged_at >= 0).astype(float),
        "diverged_at": np.where(shown.diverged_at >= 0, shown.diverged_at, np.nan),
        "critical_rate": theory.critical_rate,
        "theory_right": (grown == (shown.config.learning_rate > theory.critical_rate)).astype(float),
        "crossings": crossings(offset),
        "surface_weights": axis, "surface_biases": axis,
        "surface": theory.surface(axis, axis),
        "path": on_picture(points), "weight_on_screen": on_picture(offset),
    }


def finite(net: Trained) -> Array:
    """The loss at the end (R,), nan where training diverged."""
    return np.where((net.diverged_at < 0) & np.isfinite(net.loss), net.loss, np.nan)


def one_missing(data: Data) -> Data:
    """The flats with the first one's area unknown, as not a number."""
    inputs = data.inputs.copy()
    inputs[:, 0, 0] = np.nan
    return replace(data, inputs=inputs)


def classifiers(seeds: Array, steps: int) -> Generator[Frame, None, dict[str, Array]]:
    """The sweep of rates for a 2-3-1 network on 100 roasts of the coffee roaster, with log loss."""
    network, data = dense(2, [3], 1, "tanh", "sigmoid"), roasts(seeds, 100)
    losses, gone = [], np.zeros(len(seeds))
    for rate in RATES:
        config = TrainingConfig(optimizer="sgd", learning_rate=rate, steps=steps)
        net = yield from train(network, data, config, seeds, name=f"classifier, rate {rate:g}", frames=2)
        losses.append(finite(net))
        gone = np.maximum(gone, net.diverged_at >= 0)
    every = np.stack(losses, axis=1)  # (R, rates)
    return {"classifier_loss": every, "classifier_best_rate": np.array(RATES)[np.nanargmin(every, axis=1)],
            "classifier_loss_best": np.nanmin(every, axis=1), "classifier_loss_slowest": every[:, 0],
            "classifier_loss_largest": every[:, -1], "classifier_gone": gone}


def run(params: RateParams, seeds: Array) -> Generator[Frame, None, Outcome[RateMetrics]]:
    """Train the neuron on the screen and at every rate of the sweep, then the classifier at every rate."""
    data, start = flats(seeds, params.points, params.raw_inputs), initial_weights(NEURON, seeds)

    def descend(rate: float, steps: int, name: str, *, on: Data = data, optimizer: str = "sgd",
                frames: int = 2) -> Generator[Frame, None, Trained]:
        config = TrainingConfig(loss="squared_error", optimizer=optimizer, learning_rate=rate, steps=steps)
        return train(NEURON, on, config, seeds, weights=start, name=name, frames=frames)

    shown = yield from descend(params.learning_rate, params.steps, "on screen", frames=60)
    traces = {}
    for rate in (params.learning_rate, SLOW, FINE, LEAPING):
        traces[rate] = yield from descend(rate, TRACED, f"first steps at {rate:g}", frames=every_step(TRACED))
    swept = []
    for rate in RATES:
        swept.append((yield from descend(rate, params.steps, f"rate {rate:g}")))
    adam = yield from descend(params.learning_rate, params.steps, "Adam", optimizer="adam")
    missing = yield from descend(params.learning_rate, 5, "one area missing", on=one_missing(data))
    classified = yield from classifiers(seeds, params.steps)
    offsets = {rate: path(net, TRACED)[:, :, 0] - bowl_of(data).best[:, :1] for rate, net in traces.items()}
    losses = np.stack([finite(net) for net in swept], axis=1)  # (R, rates)
    gone = np.stack([net.diverged_at >= 0 for net in swept], axis=1).astype(float)
    return Outcome(shown, RateMetrics(
        **screen(shown, traces[params.learning_rate]),
        critical_rate_raw=bowl_of(flats(seeds, params.points, True)).critical_rate,
        adam_diverged=(adam.diverged_at >= 0).astype(float), adam_loss=finite(adam),
        missing_value_diverged_at=missing.diverged_at.astype(float),
        rates=np.array(RATES), final_loss=losses, gone=gone,
        loss_slow=losses[:, RATES.index(SLOW)], loss_fine=losses[:, RATES.index(FINE)],
        loss_leaping=losses[:, RATES.index(LEAPING)], gone_too_large=gone[:, RATES.index(TOO_LARGE)],
        crossings_fine=crossings(offsets[FINE]), crossings_leaping=crossings(offsets[LEAPING]),
        **classified,
        traced_steps=np.arange(TRACED + 1),
        weight_slow=on_picture(offsets[SLOW]), weight_fine=on_picture(offsets[FINE]),
        weight_leaping=on_picture(offsets[LEAPING]),
    ))


EXPERIMENT = Experiment(
    "Learning rate",
    RateParams,
    RateMetrics,
    run,
    views=(
        View("loss", "Loss while training"),
        View(
            "lines",
            "The first steps of the weight",
            x="traced_steps",
            x_title="training step",
            y=("weight_on_screen", "weight_slow", "weight_fine", "weight_leaping"),
            names=("on the screen", "slow", "fine", "leaping"),
            y_title="distance from the best weight",
        ),
        View(
            "surface",
            "The path over the loss",
            y=("surface",),
            names=("squared error",),
            x="surface_weights",
            rows="surface_biases",
            path="path",
            x_title="weight",
            y_title="bias",
        ),
        View(
            "lines",
            "Loss at the end by learning rate",
            x="rates",
            y=("final_loss", "classifier_loss"),
            names=("line (squared error)", "classifier (nats)"),
            x_title="learning rate",
            y_title="loss at the end",
            log_y=True,
        ),
    ),
)
