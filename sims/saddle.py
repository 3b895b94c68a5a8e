"""Saddle: the loss of two weights in a row, y = w2 w1 x, from starts on the saddle, beside it and on the way into it.

The loss is G (w1 w2 - s)^2 and a rest: flat at (0, 0), where it rises along one diagonal and falls along the other.
Seen along the second alone, as if the two weights were one, the point is a maximum. Exactly there no gradient moves
anything, however the examples are drawn. A little beside it the distance grows by the same factor at each step, so that
the wait grows only with the logarithm of the closeness; meanwhile the loss looks finished. From the first diagonal
descent walks into the saddle and stays, until rounding has grown large enough to carry it out (Saxe, McClelland and
Ganguli, 2014, on such networks; Lee et al., 2016, on how rare such starts are).
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import every_step
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.settings import Optimizer, rate_setting, steps_setting
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, Trained, TrainingConfig, train

Start = Literal["beside", "exact", "ridge", "random"]
NETWORK = Network((1, 1, 1), ("linear", "linear"), bias=False)
POINTS, SIDE, EARLY, RIDGE = 50, 40, 20, 0.8
AXES = (Axis("x", low=-3, high=3),), (Axis("y", low=-4, high=4),)
CLOSER = (2, 4, 6)  # powers of ten below 1 at which the wait is measured
NAMES = ("beside", "exact", "ridge", "ridge_beside", "random", *(f"closer_{k}" for k in CLOSER))


class SaddleParams(Params):
    """Where the descent begins, and how it goes."""

    start: Start = setting("beside", title="start on the screen", words=("start", "initial weights", "starting point"),
                           description="which of the starts is drawn: beside the saddle, exactly on it, on the ridge"
                                       " that leads into it, or at random")
    exponent: int = setting(-4, ge=-12, le=-1, title="distance from the saddle, as a power of ten",
                            description="how far beside the saddle the start lies",
                            words=("distance", "offset", "closeness"))
    optimizer: Optimizer = setting("sgd", title="optimizer", description="rule that turns gradients into steps",
                                   words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(0.05, le=0.1, ge=0.001)
    steps: int = steps_setting(300, le=600, ge=40)


class SaddleMetrics(Metrics):
    """What became of each start."""

    starts: Array = shared("the starts", kind="label")
    ends: Array = metric("excess loss at the end, start by start", unit="squared error")
    at_saddle: Array = metric("excess loss at the saddle", unit="squared error")
    end_beside: Array = metric("excess loss at the end, started beside the saddle", unit="squared error")
    end_exact: Array = metric("excess loss at the end, started exactly on the saddle", unit="squared error")
    end_ridge: Array = metric("excess loss at the end, started on the ridge", unit="squared error")
    end_ridge_beside: Array = metric("excess loss at the end, started a little beside the ridge",
                                     unit="squared error")
    end_random: Array = metric("excess loss at the end, started at random", unit="squared error")
    moved_exact: Array = metric("largest change of a weight, started exactly on the saddle")
    half_ridge: Array = metric("excess loss after half of the steps as a share of that at the saddle, on the ridge")
    half_beside: Array = metric("excess loss after half of the steps as a share of that at the saddle, a little beside"
                                " the ridge")
    ridge_left: Array = metric("whether the start on the ridge has left the saddle at the end", kind="flag")
    early_beside: Array = metric("excess loss after 20 steps as a share of that at the start, beside the saddle")
    early_random: Array = metric("excess loss after 20 steps as a share of that at the start, random start")
    wait_beside: Array = metric("steps until half of the excess is gone, started beside the saddle; one more than all"
                                " where it is not", unit="steps")
    wait_exact: Array = metric("steps until half of the excess is gone, started exactly on the saddle; one more than"
                               " all", unit="steps")
    wait_2: Array = metric("steps until half of the excess is gone, from 0.01 beside the saddle", unit="steps")
    wait_4: Array = metric("steps until half of the excess is gone, from 0.0001 beside the saddle", unit="steps")
    wait_6: Array = metric("steps until half of the excess is gone, from 0.000001 beside the saddle", unit="steps")
    curvature_down: Array = metric("least eigenvalue of the Hessian at the saddle")
    curvature_up: Array = metric("largest eigenvalue of the Hessian at the saddle")
    slope_exact: Array = metric("length of the gradient exactly on the saddle")
    slope_beside: Array = metric("length of the gradient at the start beside the saddle")
    growth: Array = metric("factor by which the distance from the saddle grows at each step of plain descent",
                           unit="times")
    product: Array = metric("the product of the two weights that fits best")
    distances: Array = shared("distance of the start from the saddle, as a power of ten")
    waits: Array = metric("steps until half of the excess is gone, by distance", unit="steps")
    steps_seen: Array = shared("training step", unit="steps")
    curve_beside: Array = metric("excess loss at each step, beside the saddle", unit="squared error")
    curve_exact: Array = metric("excess loss at each step, exactly on the saddle", unit="squared error")
    curve_ridge: Array = metric("excess loss at each step, on the ridge", unit="squared error")
    curve_random: Array = metric("excess loss at each step, random start", unit="squared error")
    surface_first: Array = shared("first weights of the loss surface")
    surface_second: Array = shared("second weights of the loss surface")
    surface: Array = metric("excess loss at each pair of weights", unit="squared error")
    path: Array = metric("the two weights at each step, for the start on the screen")


def line(seeds: Array) -> tuple[Data, Array, Array]:
    """Points on a noisy line through the origin whose best slope is exactly s, with G and s, (R,)."""
    x = draw(seeds, "data", lambda rng: rng.normal(0, 1, (1, POINTS)))
    slope = draw(seeds, "slope", lambda rng: rng.uniform(0.8, 1.4, (1, 1)))
    y = slope * x + draw(seeds, "noise", lambda rng: rng.normal(0, 0.1, (1, POINTS)))
    gram = (x * x).mean(axis=(1, 2))
    return Data(x, y, *AXES), gram, (x * y).mean(axis=(1, 2)) / gram


def starts(seeds: Array, params: SaddleParams) -> Array:
    """The starting weights w1, w2 of each start and replica, start by start, (len(NAMES) * R, 2)."""
    offset, ones = 10.0**params.exponent, np.ones(len(seeds))
    random = draw(seeds, "weights", lambda rng: rng.uniform(0.3, 1.2, 2) * rng.choice([-1, 1]))
    given = {"beside": (offset, offset), "exact": (0.0, 0.0), "ridge": (RIDGE, -RIDGE),
             "ridge_beside": (RIDGE + offset, -RIDGE + offset), **{f"closer_{k}": (10.0**-k, 10.0**-k) for k in CLOSER}}
    return np.concatenate([random if name == "random" else np.outer(ones, given[name]) for name in NAMES])


def paths_of(net: Trained, steps: int) -> Array:
    """The two weights at each step, (R, steps + 1, 2)."""
    points = np.stack([[frame.weights[0][:, 0, 0], frame.weights[1][:, 0, 0]] for frame in net.frames], axis=-1)
    missing = steps + 1 - points.shape[-1]
    points = np.concatenate([points, np.full((*points.shape[:2], missing), np.nan)], axis=-1)
    return np.asarray(points.transpose(1, 2, 0))


def waits(curve: Array) -> Array:
    """The first step at which less than half of the first value is left, (R,); one more than all where there is
    none."""
    there = curve < 0.5 * curve[:, :1]
    return np.where(there.any(axis=1), there.argmax(axis=1), curve.shape[1])


def run(params: SaddleParams, seeds: Array) -> Generator[Frame, None, Outcome[SaddleMetrics]]:
    """Descend from all starts as one crowd."""
    data, gram, best = line(seeds)
    count, where = len(seeds), starts(seeds, params)
    weights = [np.stack([where[:, k], np.zeros(len(where))], axis=1)[:, :, None] for k in (0, 1)]  # (., 2, 1)
    config = TrainingConfig("squared_error", params.optimizer, params.learning_rate, params.steps)
    every = yield from train(NETWORK, repeated(data, len(NAMES)), config, np.tile(seeds, len(NAMES)), weights=weights,
                             dtype=np.float64, name="all starts", frames=every_step(params.steps))
    shown = yield from train(NETWORK, data, config, seeds, name=params.start,
                             weights=[layer[NAMES.index(params.start) * count:][:count] for layer in weights])
    path = paths_of(every, params.steps).reshape(len(NAMES), count, params.steps + 1, 2)
    excess = gram[:, None] * (path[..., 0] * path[..., 1] - best[:, None]) ** 2  # (starts, R, steps + 1)
    at = {name: number for number, name in enumerate(NAMES)}
    curve = {name: excess[number] for name, number in at.items()}
    wait = {name: waits(values) for name, values in curve.items()}
    curvature, saddle = 2 * gram * best, gram * best**2
    slope = {name: np.abs(2 * gram * (path[at[name], :, 0].prod(axis=1) - best))
             * np.linalg.norm(path[at[name], :, 0], axis=1) for name in ("exact", "beside")}
    axis = np.linspace(-2, 2, SIDE)
    shown_names = ("beside", "exact", "ridge", "ridge_beside", "random")
    return Outcome(shown, SaddleMetrics(
        starts=np.array(["beside the saddle", "exactly on it", "on the ridge", "beside the ridge", "at random"]),
        ends=np.stack([curve[name][:, -1] for name in shown_names], axis=1), at_saddle=saddle,
        **{f"end_{name}": curve[name][:, -1] for name in shown_names},
        moved_exact=np.abs(path[at["exact"]]).max(axis=(1, 2)),
        half_ridge=curve["ridge"][:, params.steps // 2] / saddle,
        half_beside=curve["ridge_beside"][:, params.steps // 2] / saddle,
        ridge_left=(curve["ridge"][:, -1] < 0.5 * saddle).astype(float),
        **{f"early_{name}": curve[name][:, EARLY] / curve[name][:, 0] for name in ("beside", "random")},
        **{f"wait_{name}": wait[name] for name in ("beside", "exact")},
        **{f"wait_{k}": wait[f"closer_{k}"] for k in CLOSER}, curvature_down=-curvature, curvature_up=curvature,
        slope_exact=slope["exact"], slope_beside=slope["beside"],
        growth=1 + params.learning_rate * curvature, product=best, distances=np.array([-k for k in CLOSER]),
        waits=np.stack([wait[f"closer_{k}"] for k in CLOSER], axis=1), steps_seen=np.arange(params.steps + 1),
        curve_beside=curve["beside"], curve_exact=curve["exact"], curve_ridge=curve["ridge"],
        curve_random=curve["random"], surface_first=axis, surface_second=axis,
        surface=gram[:, None, None] * (np.outer(axis, axis)[None] - best[:, None, None]) ** 2,
        path=path[at[params.start]],
    ))


EXPERIMENT = Experiment(
    "A saddle",
    SaddleParams,
    SaddleMetrics,
    run,
    views=(
        View("surface", "The path over the loss", y=("surface",), names=("squared error",), x="surface_first",
             rows="surface_second", path="path", x_title="first weight", y_title="second weight"),
        View("lines", "Loss above the smallest there is", x="steps_seen", x_title="step", y_title="squared error",
             y=("curve_beside", "curve_exact", "curve_ridge", "curve_random"),
             names=("beside the saddle", "exactly on it", "on the ridge", "at random")),
        View("lines", "How long it takes to leave", x="distances", x_title="distance, as a power of ten", y=("waits",),
             names=("steps",), y_title="steps"),
        View("table", "Where each start ends", x="starts", y=("ends",), names=("loss above the smallest",)),
    ),
)
