"""Far from the data: what a network says where it has seen nothing, and whether anything warns of it.

Five networks learn y = x² between -1 and 1 and are asked between 1 and 2. With ReLU they go on in a straight line,
with tanh they level off; neither is the parabola. A classifier learns two clouds and is asked about points ten times
as far out. Its output is 0 or 1 for nearly all of them: a ReLU network's logit grows along every ray (Hein et al.,
2019), so that sureness says how far on one side of the border a point lies, and not whether there was data. What does
warn: that the five networks, which differ by their starts alone, part company where there was nothing to learn
(Lakshminarayanan et al., 2017), and the plain distance to the nearest training example.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, Trained, Training, TrainingConfig, train

MEMBERS, TEST_POINTS = 5, 300
NOISE, SPREAD, CENTRE = 0.05, 0.7, 0.6  # of the targets; of the clouds, and how far their centres are from 0
LINE = np.linspace(-2, 2, 81)
INSIDE, OUTSIDE = np.abs(LINE) <= 1, np.abs(LINE) > 1
RADII = np.array([0.5, 1, 2, 3, 5, 7, 10])
AWAY = 40  # directions


class FarParams(Params):
    """Settings of the range that is known, and of the networks."""

    reach: float = setting(1.0, ge=0.5, le=2, step=0.25, title="known range",
                           description="training examples lie between minus this and this",
                           words=("range", "training range", "reach", "interval"))
    activation: Literal["relu", "tanh"] = setting("relu", title="hidden activation",
                                                  description="activation function of the hidden units",
                                                  words=("activation", "activation function", "non-linearity"))
    hidden: int = hidden_setting(8, le=16)
    points: int = points_setting(100, le=300, ge=30)
    steps: int = steps_setting(240, le=800)
    learning_rate: float = rate_setting(0.03)


class FarMetrics(Metrics):
    """The parabola within and beyond -1 to 1, and two clouds near and far."""

    xs: Array = shared("inputs from -2 to 2")
    truth: Array = metric("the parabola at each input")
    said: Array = metric("what the first network says at each input")
    lowest: Array = metric("lowest of the five networks at each input")
    highest: Array = metric("highest of the five networks at each input")
    error_inside: Array = metric("root of the mean squared error between -1 and 1", part="output")
    error_outside: Array = metric("root of the mean squared error between 1 and 2, on both sides", part="output")
    error_ratio: Array = metric("error between 1 and 2 as a multiple of that between -1 and 1", unit="times")
    at_two: Array = metric("what the network says at 2, where the parabola is 4")
    at_one_half: Array = metric("what the network says at 1.5, where the parabola is 2.25")
    at_three: Array = metric("what the network says at 3, where the parabola is 9")
    spread_inside: Array = metric("standard deviation over the five networks, mean between -1 and 1")
    spread_outside: Array = metric("standard deviation over the five networks, mean between 1 and 2")
    spread_ratio: Array = metric("disagreement of the five networks between 1 and 2, as a multiple of that inside",
                                 unit="times")
    spread_covers: Array = metric("share of the inputs between 1 and 2 where the truth lies between the lowest and "
                                  "highest of the five", unit="share")
    sure_near: Array = metric("sureness on fresh examples like the training ones, mean of the larger of p and 1 - p",
                              unit="probability")
    right_near: Array = metric("share of the fresh examples that the classifier gets right", unit="share")
    sure_far: Array = metric("sureness ten units from the middle, in 40 directions, mean of the larger of p and 1 - p",
                             unit="probability")
    over_99: Array = metric("share of the directions in which the classifier is surer than 0.99 ten units out",
                            unit="share")
    over_99_near: Array = metric("share of the fresh examples on which the classifier is surer than 0.99", unit="share")
    sure_crowd: Array = metric("sureness ten units out of the mean output of five classifiers", unit="probability")
    distance_near: Array = metric("distance of a fresh example to the nearest training example, median")
    distance_far: Array = metric("distance of a far point to the nearest training example, median")
    radii: Array = shared("distances from the middle")
    sure_by_radius: Array = metric("sureness of the classifier by distance from the middle", unit="probability")


def parabola(seeds: Array, points: int, reach: float) -> Data:
    """Noisy points of y = x², their inputs even between -reach and reach."""
    inputs = draw(seeds, "data", lambda rng: rng.uniform(-reach, reach, (1, points)))
    noise = draw(seeds, "noise", lambda rng: rng.normal(0, NOISE, (1, points)))
    return Data(inputs, inputs**2 + noise, (Axis("x", low=-2, high=2),), (Axis("y", low=-0.5, high=4),))


def clouds(seeds: Array, points: int, purpose: str) -> Data:
    """Two round clouds that overlap, no about (-0.6, -0.6) and yes about (0.6, 0.6)."""
    yes = (np.arange(points) % 2).astype(float)
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, SPREAD, (2, points)))
    axes = (Axis("input 1", low=-10, high=10), Axis("input 2", low=-10, high=10))
    targets = np.broadcast_to(yes, (len(seeds), 1, points))
    return Data(noise + CENTRE * (2 * yes - 1), targets, axes, (Axis("yes", low=0, high=1),))


def crowd(network: Network, data: Data, config: TrainingConfig, seeds: Array, name: str) -> Training:
    """Five networks for each replica, member by member: (5 R, ...); they differ by their starting weights alone."""
    starts = [initial_weights(network, seeds, purpose=f"weights {member}") for member in range(MEMBERS)]
    weights = [np.concatenate(layers) for layers in zip(*starts, strict=True)]
    return train(network, repeated(data, MEMBERS), config, np.tile(seeds, MEMBERS), weights=weights, name=name,
                 frames=30)


def said_by(trained: Trained, inputs: Array) -> Array:
    """What the five say about inputs (R, n, N) or (1, n, N): (R, 5, N)."""
    seen = inputs.astype(np.float32)
    seen = seen if len(seen) == 1 else np.concatenate([seen] * MEMBERS)
    every = outputs(trained.network, trained.weights, seen)[:, 0].astype(float)
    return every.reshape(MEMBERS, -1, every.shape[-1]).transpose(1, 0, 2)


def sureness(p: Array) -> Array:
    """The larger of p and 1 - p."""
    return np.maximum(p, 1 - p)


def nearest(inputs: Array, known: Array) -> Array:
    """The median distance of inputs (R or 1, n, N) to the nearest of the known ones (R, n, M), (R,)."""
    apart = ((inputs[:, :, :, None] - known[:, :, None]) ** 2).sum(axis=1)  # (R, N, M)
    distance: Array = np.median(np.sqrt(apart.min(axis=2)), axis=1)
    return distance


def on_the_line(trained: Trained) -> dict[str, Array]:
    """The five networks between -2 and 2, against the parabola."""
    said = said_by(trained, LINE[None, None])  # (R, 5, N)
    squared, truth = (said[:, 0] - LINE**2) ** 2, np.broadcast_to(LINE**2, said[:, 0].shape)
    inside, outside = (np.sqrt(squared[:, part].mean(axis=1)) for part in (INSIDE, OUTSIDE))
    spread = said.std(axis=1)
    near, far = spread[:, INSIDE].mean(axis=1), spread[:, OUTSIDE].mean(axis=1)
    covered = (said.min(axis=1) < LINE**2) & (said.max(axis=1) > LINE**2)
    asked = said_by(trained, np.array([[[1.5, 2, 3]]]))[:, 0]
    return {"xs": LINE, "truth": truth, "said": said[:, 0], "lowest": said.min(axis=1), "highest": said.max(axis=1),
            "error_inside": inside, "error_outside": outside, "error_ratio": outside / inside,
            "at_one_half": asked[:, 0], "at_two": asked[:, 1], "at_three": asked[:, 2],
            "spread_inside": near, "spread_outside": far, "spread_ratio": far / near,
            "spread_covers": covered[:, OUTSIDE].mean(axis=1)}


def round_about(trained: Trained, known: Data, seeds: Array) -> dict[str, Array]:
    """The five classifiers on fresh examples, and on circles about the middle."""
    test = clouds(seeds, TEST_POINTS, "test")
    p = said_by(trained, test.inputs)[:, 0]
    angle = np.linspace(0, 2 * np.pi, AWAY, endpoint=False)
    circle = np.stack((np.cos(angle), np.sin(angle)))[None]
    by_radius = [said_by(trained, radius * circle) for radius in RADII]  # (R, 5, AWAY) each
    far = by_radius[-1]
    return {"sure_near": sureness(p).mean(axis=1), "over_99_near": (sureness(p) > 0.99).mean(axis=1),
            "right_near": ((p > 0.5) == (test.targets[:, 0] > 0.5)).mean(axis=1),
            "sure_far": sureness(far[:, 0]).mean(axis=1), "over_99": (sureness(far[:, 0]) > 0.99).mean(axis=1),
            "sure_crowd": sureness(far.mean(axis=1)).mean(axis=1),
            "distance_near": nearest(test.inputs, known.inputs),
            "distance_far": nearest(RADII[-1] * circle, known.inputs),
            "radii": RADII, "sure_by_radius": np.stack([sureness(q[:, 0]).mean(axis=1) for q in by_radius], axis=1)}


def of_one(trained: Trained, data: Data, replicas: int) -> Trained:
    """The first of the five networks of every replica."""
    frames = tuple(replace(frame, loss=frame.loss[:replicas], weights=tuple(w[:replicas] for w in frame.weights))
                   for frame in trained.frames)
    return replace(trained, frames=frames, data=data, diverged_at=trained.diverged_at[:replicas])


def run(params: FarParams, seeds: Array) -> Generator[Frame, None, Outcome[FarMetrics]]:
    """Train five networks on the parabola and five on the clouds; the first one on the parabola is on the screen."""
    line, two = parabola(seeds, params.points, params.reach), clouds(seeds, params.points, "clouds")
    config = TrainingConfig("squared_error", learning_rate=params.learning_rate, steps=params.steps)
    shape, last = [params.hidden], params.activation
    curves = yield from crowd(dense(1, shape, 1, last, "linear"), line, config, seeds, "parabola")
    sides = yield from crowd(dense(2, shape, 1, last, "sigmoid"), two,
                             replace(config, loss="log_loss", steps=params.steps // 2), seeds, "two clouds")
    return Outcome(of_one(curves, line, len(seeds)),
                   FarMetrics(**on_the_line(curves), **round_about(sides, two, seeds)))


EXPERIMENT = Experiment(
    "Far from the data",
    FarParams,
    FarMetrics,
    run,
    views=(
        View("lines", "What the network says beyond its data", x="xs", y=("truth", "said", "lowest", "highest"),
             names=("parabola", "network", "lowest of the five", "highest of the five"), x_title="x"),
        View("lines", "Sureness of the classifier by distance from the middle", x="radii", y=("sure_by_radius",),
             x_title="distance", y_title="larger of p and 1 − p"),
        View("loss", "Loss while training"),
    ),
)
