"""Cliff: one step along a gradient a thousand times too long, with clipping and without.

A weight that is used many times in a row, as in a network that feeds its own output back, has a loss with cliffs: here
y = w^k x, k times the same weight, learned by squared error. The slope by w is of the order of k w^(2k - 1): for w well
below 1 it is nearly flat, above 1 it is a wall. A descent that starts near the wall, or is carried to it, leaps far
away. Clipping by norm shortens a gradient that is longer than a limit and keeps its direction (Pascanu, Mikolov and
Bengio, 2013); clipping by value cuts each entry by itself and so may turn it. A second weight, a factor in front, makes
the loss a surface that can be drawn.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.recording import train_by
from sims.engine.settings import rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig
from sims.engine.untrained import training_is_left_out

Clip = Literal["none", "norm", "value"]
WAYS: dict[Clip, str] = {"none": "no clipping", "norm": "clipped by norm", "value": "clipped by value"}
POINTS, SIDE = 40, 40
FAR = 1e6  # a loss beyond this, or none, is a training that flew off
NETWORK = Network((1, 1), ("linear",), bias=False)


class CliffParams(Params):
    """The chain, the limit and where the descent starts."""

    clip: Clip = setting("norm", title="clipping on the screen", words=("clip", "clipping", "clipnorm", "clipvalue"),
                         description="how the gradient of the descent on the screen is cut")
    limit: float = setting(1.0, ge=0.01, le=100, title="limit", description="largest length, or size of an entry, of a"
                           " gradient that is left as it is", words=("limit", "threshold", "max_norm", "clip value"))
    length: int = setting(10, ge=1, le=14, title="times in a row", unit="times",
                          description="how often the same weight is used",
                          words=("length", "depth", "time steps", "sequence length", "repeats"))
    start: float = setting(1.3, ge=0.5, le=1.5, step=0.05, title="starting weight",
                           description="the repeated weight before training; the wall rises above 1",
                           words=("start", "starting weight", "initial weight"))
    learning_rate: float = rate_setting(0.01, le=0.2, ge=0.0001)
    steps: int = steps_setting(200, le=400, ge=10)


class CliffMetrics(Metrics):
    """What became of each way, and how long the gradients were."""

    ways: Array = shared("the ways of clipping", kind="label")
    ends: Array = metric("squared error at the end, way by way; not a number where it flew off", unit="squared error")
    start_loss: Array = metric("squared error at the start", unit="squared error")
    least: Array = metric("the smallest squared error there is", unit="squared error")
    end_none: Array = metric("squared error at the end without clipping; not a number where it flew off",
                             unit="squared error")
    end_norm: Array = metric("squared error at the end, clipped by norm", unit="squared error")
    end_value: Array = metric("squared error at the end, clipped by value", unit="squared error")
    end_small: Array = metric("squared error at the end without clipping, at a thousandth of the rate",
                              unit="squared error")
    gone_none: Array = metric("whether the descent without clipping flew off", kind="flag")
    gone_norm: Array = metric("whether the descent clipped by norm flew off", kind="flag")
    gone_value: Array = metric("whether the descent clipped by value flew off", kind="flag")
    first_length: Array = metric("length of the first gradient")
    first_w: Array = metric("first slope by the repeated weight")
    first_v: Array = metric("first slope by the factor in front")
    factor: Array = metric("what the first gradient is multiplied with when it is clipped by norm")
    first_step: Array = metric("length of the first step without clipping")
    first_clipped: Array = metric("length of the first step, clipped by norm")
    turned: Array = metric("angle between the first gradient and the one clipped by value", unit="degrees")
    turned_norm: Array = metric("angle between the first gradient and the one clipped by norm", unit="degrees")
    clipped_share: Array = metric("share of the steps whose gradient was clipped by norm", unit="share")
    last_length: Array = metric("length of the last gradient, clipped by norm, before clipping")
    steps_seen: Array = shared("training step", unit="steps")
    curve_none: Array = metric("squared error at each step without clipping", unit="squared error")
    curve_norm: Array = metric("squared error at each step, clipped by norm", unit="squared error")
    curve_small: Array = metric("squared error at each step without clipping, at a thousandth of the rate",
                                unit="squared error")
    lengths: Array = metric("length of the gradient at each step before it is clipped by norm")
    surface_first: Array = shared("repeated weights of the loss surface")
    surface_second: Array = shared("factors in front of the loss surface")
    surface: Array = metric("squared error at each pair of weights, on a log scale")
    path: Array = metric("the two weights at each step, for the descent on the screen")


def clipped(gradient: Array, how: Clip, limit: float) -> Array:
    """Gradients (R, 2) cut by norm or by value, or left as they are."""
    if how == "value":
        return np.clip(gradient, -limit, limit)
    if how == "norm":
        length = np.linalg.norm(gradient, axis=1, keepdims=True)
        return gradient * np.minimum(1, limit / np.maximum(length, 1e-300))
    return gradient


def angle(a: Array, b: Array) -> Array:
    """The angle between pairs of vectors (R, 2), in degrees."""
    cosine = (a * b).sum(axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


class Chain:
    """The loss of y = v w^k x on the examples: the bowl over v w^k that the two weights bend."""

    def __init__(self, x: Array, y: Array, length: int) -> None:
        self.gram, self.length = (x * x).mean(axis=(1, 2)), length
        self.best = (x * y).mean(axis=(1, 2)) / self.gram
        self.least = ((y - self.best[:, None, None] * x) ** 2).mean(axis=(1, 2))

    def loss(self, w: Array, v: Array) -> Array:
        """The squared error at weights w, v of any shape that starts with the replicas."""
        inner = (slice(None), *[None] * (w.ndim - 1))
        return self.least[inner] + self.gram[inner] * (v * w**self.length - self.best[inner]) ** 2

    def gradient(self, at: Array) -> Array:
        """The slopes by w and v at (R, 2)."""
        w, v = at.T
        pull = 2 * self.gram * (v * w**self.length - self.best)
        return np.stack([pull * v * self.length * w ** (self.length - 1), pull * w**self.length], axis=1)


def descend(chain: Chain, params: CliffParams, how: Clip, rate: float) -> tuple[Array, Array]:
    """The two weights at each step (R, steps + 1, 2) and the gradients' lengths before clipping (R, steps)."""
    at = np.tile([params.start, 1.0], (len(chain.best), 1))
    path, lengths = [at], []
    with np.errstate(all="ignore"):
        for _ in range(params.steps):
            gradient = chain.gradient(at)
            lengths.append(np.linalg.norm(gradient, axis=1))
            at = at if training_is_left_out() else at - rate * clipped(gradient, how, params.limit)
            path.append(at)
    return np.stack(path, axis=1), np.stack(lengths, axis=1)


def run(params: CliffParams, seeds: Array) -> Generator[Frame, None, Outcome[CliffMetrics]]:
    """Descend without clipping, with both kinds, and without at a much smaller rate."""
    x = draw(seeds, "data", lambda rng: rng.normal(0, 1, (1, POINTS)))
    slope = draw(seeds, "slope", lambda rng: rng.uniform(0.3, 0.8, (1, 1)))
    y = slope * x + draw(seeds, "noise", lambda rng: rng.normal(0, 0.1, (1, POINTS)))
    chain = Chain(x, y, params.length)
    paths, lengths = {}, {}
    descents: dict[str, tuple[Clip, float]] = {"none": ("none", 1.0), "norm": ("norm", 1.0), "value": ("value", 1.0),
                                               "small": ("none", 0.001)}
    for name, (how, share) in descents.items():
        paths[name], lengths[name] = descend(chain, params, how, share * params.learning_rate)
    with np.errstate(all="ignore"):
        curves = {name: chain.loss(path[..., 0], path[..., 1]) for name, path in paths.items()}
        product = paths[params.clip][..., 1] * paths[params.clip][..., 0] ** params.length
    curves = {name: np.where(curve < FAR, curve, np.nan) for name, curve in curves.items()}
    shown_path = np.where(np.abs(product) < FAR, product, np.nan)
    now = {"at": 0}

    def advance(t: int) -> None:
        now["at"] = t + 1

    def neuron() -> list[Array]:
        return [np.stack([shown_path[:, now["at"]], np.zeros(len(seeds))], axis=1)[:, :, None]]

    config = TrainingConfig("squared_error", "sgd", params.learning_rate, params.steps)
    data = Data(x, y, (Axis("x", low=-3, high=3),), (Axis("y", low=-3, high=3),))
    shown = yield from train_by(NETWORK, data, config, advance, neuron, name=WAYS[params.clip])
    first = chain.gradient(paths["norm"][:, 0])
    first_axis, second_axis = np.linspace(0.4, 1.6, SIDE), np.linspace(-0.5, 1.5, SIDE)
    grid = np.stack(np.meshgrid(first_axis, second_axis))[:, None] * np.ones((1, len(seeds), 1, 1))
    size = np.linalg.norm(first, axis=1)
    return Outcome(shown, CliffMetrics(
        ways=np.array(list(WAYS.values())), ends=np.stack([curves[name][:, -1] for name in WAYS], axis=1),
        start_loss=curves["norm"][:, 0], least=chain.least,
        **{f"end_{name}": curve[:, -1] for name, curve in curves.items()},
        **{f"gone_{name}": np.isnan(curves[name][:, -1]).astype(float) for name in WAYS}, first_length=size,
        first_w=first[:, 0], first_v=first[:, 1], factor=np.minimum(1, params.limit / size),
        first_step=params.learning_rate * size,
        first_clipped=params.learning_rate * np.linalg.norm(clipped(first, "norm", params.limit), axis=1),
        turned=angle(first, clipped(first, "value", params.limit)),
        turned_norm=angle(first, clipped(first, "norm", params.limit)),
        clipped_share=(lengths["norm"] > params.limit).mean(axis=1), last_length=lengths["norm"][:, -1],
        steps_seen=np.arange(params.steps + 1), curve_none=curves["none"], curve_norm=curves["norm"],
        curve_small=curves["small"], lengths=np.concatenate([lengths["norm"][:, :1], lengths["norm"]], axis=1),
        surface_first=first_axis, surface_second=second_axis, surface=np.log10(chain.loss(grid[0], grid[1])),
        path=np.where(np.abs(paths[params.clip]) < 3, paths[params.clip], np.nan),
    ))


EXPERIMENT = Experiment(
    "A cliff in the loss",
    CliffParams,
    CliffMetrics,
    run,
    views=(
        View("surface", "The path along the cliff", y=("surface",), names=("log10 of the loss",), x="surface_first",
             rows="surface_second", path="path", x_title="repeated weight", y_title="factor in front"),
        View("lines", "Loss while training", x="steps_seen", x_title="step", log_y=True, y_title="squared error",
             y=("curve_none", "curve_norm", "curve_small"),
             names=("no clipping", "clipped by norm", "no clipping, a thousandth of the rate")),
        View("lines", "Length of the gradient before clipping", x="steps_seen", x_title="step", y=("lengths",),
             names=("length",), y_title="length", log_y=True),
        View("table", "At the end", x="ways", y=("ends",), names=("squared error",)),
    ),
)
