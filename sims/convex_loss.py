"""Is the loss a bowl? Log loss and squared error of one sigmoid neuron, and log loss of a hidden layer.

A sigmoid neuron with two weights and no bias, on labels that are partly chance. Gradient descent starts eight times on
a circle far from the origin. With log loss the eight end at the same weights; with squared error some sit on a plateau
(Bishop, 2006, section 4.3.3 on the convexity of the log loss). A function is convex if no chord runs below it: pairs of
weights are drawn, and the loss half-way is compared with the mean of both ends. For log loss of one neuron it is never
higher; for squared error, and for log loss behind a hidden layer, it often is.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import from_logits
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, Trained, TrainingConfig, train

NEURON = Network((2, 1), ("sigmoid",), bias=False)
STARTS, PAIRS, HIDDEN = 8, 120, 3
SIDE = 24  # of the surface
ALONG = np.linspace(-1.5, 1.5, 61)  # of the cut, as multiples of the radius
NEAR = 0.01  # in loss, of the lowest one


class ConvexParams(Params):
    """The examples, and where and how long the neuron trains."""

    radius: float = setting(12.0, ge=0.5, le=15, step=0.5, title="distance of the starts",
                            description="length of the starting weights", words=("radius", "start", "distance"))
    steps: int = steps_setting(200, le=600)
    learning_rate: float = rate_setting(4.0, le=5)
    slope: float = setting(3.0, ge=0.5, le=6, step=0.5, title="steepness", words=("slope", "steepness", "signal"),
                           description="how sharply the true probability goes from no to yes")
    points: int = points_setting(60, le=200)


class ConvexMetrics(Metrics):
    """Where the eight starts end, and how often the loss half-way lies above the mean of the ends."""

    arrived: Array = metric("starts of eight that end within 0.01 of the lowest log loss found", kind="count")
    arrived_squared: Array = metric("starts of eight that end within 0.01 of the lowest squared error found",
                                    kind="count")
    spread: Array = metric("largest minus smallest final log loss over the eight starts", unit="nats")
    spread_squared: Array = metric("largest minus smallest final squared error over the eight starts")
    worst_squared: Array = metric("largest final squared error over the eight starts")
    least_squared: Array = metric("smallest final squared error over the eight starts")
    apart: Array = metric("largest distance of a final weight from the mean of the eight, log loss")
    above: Array = metric("share of pairs where log loss half-way lies above the mean of the ends", unit="share")
    above_squared: Array = metric("share of pairs where squared error half-way lies above the mean of the ends",
                                  unit="share")
    above_hidden: Array = metric(
        "share of pairs where log loss half-way lies above the mean of the ends, with a hidden layer", unit="share")
    worked_log: Array = metric(
        "log loss at both ends and half-way, for the pair whose squared error half-way is furthest above the mean",
        unit="nats")
    worked_squared: Array = metric(
        "squared error at both ends and half-way, for the pair where half-way it is furthest above the mean")
    along: Array = shared("weights along the cut, as multiples of the starting distance")
    cut: Array = metric("log loss along a straight cut through the best weights' direction", unit="nats")
    cut_squared: Array = metric("squared error along a straight cut through the best weights' direction")
    surface_first: Array = shared("first weights of the loss surface")
    surface_second: Array = shared("second weights of the loss surface")
    surface: Array = metric("squared error at each pair of weights")
    surface_log: Array = metric("log loss at each pair of weights", unit="nats")


def both_losses(inputs: Array, labels: Array, w: Array) -> tuple[Array, Array]:
    """Log loss and squared error at weights (R, k, 2), both (R, k)."""
    margin = w @ (inputs * (2 * labels - 1))  # (R, k, N), above zero where the answer is right
    small = np.exp(-np.abs(margin))  # the same exponential serves both losses
    log = (np.maximum(-margin, 0) + np.log1p(small)).mean(axis=2)
    missing = np.where(margin > 0, small, 1) / (1 + small)  # what the output lacks of its label
    return log, (missing**2).mean(axis=2)


def hidden_loss(inputs: Array, labels: Array, theta: Array) -> Array:
    """Log loss of a network with three tanh units and parameters (R, k, 13), (R, k): nine into the units, four out."""
    first = theta[:, :, :9].reshape(*theta.shape[:2], HIDDEN, 3)
    units = np.tanh(first[..., :2] @ inputs[:, None] + first[..., 2:])  # (R, k, 3, N)
    z = (theta[:, :, 9:12, None] * units).sum(axis=2) + theta[:, :, 12:]
    return from_logits("sigmoid", z, np.broadcast_to(labels, z.shape)).mean(axis=2)


def raised(ends: Array, others: Array, middle: Array) -> Array:
    """The share of the pairs (R, k) whose loss half-way lies above the mean of both ends, (R,)."""
    share: Array = (middle > (ends + others) / 2 * (1 + 1e-9)).mean(axis=1)
    return share


def finals(trained: Trained, replicas: int) -> Array:
    """Final weights of the starts, (R, STARTS, 2)."""
    return trained.weights[0][:, :2, 0].astype(float).reshape(STARTS, replicas, 2).transpose(1, 0, 2)


def run(params: ConvexParams, seeds: Array) -> Generator[Frame, None, Outcome[ConvexMetrics]]:
    """Descend from eight starts with either loss, then try chords and draw the surfaces."""
    replicas = len(seeds)
    data = noisy_logistic(seeds, params.points, "data", params.slope)[0]
    inputs, labels = data.inputs, data.targets
    turn = draw(seeds, "turn", lambda rng: rng.uniform(0, 2 * np.pi, 1)) + 2 * np.pi * np.arange(STARTS) / STARTS
    starts = params.radius * np.stack((np.cos(turn), np.sin(turn)), axis=2)  # (R, STARTS, 2)
    flat = np.concatenate((starts.transpose(1, 0, 2).reshape(-1, 2), np.zeros((STARTS * replicas, 1))), axis=1)
    crowd, many = repeated(data, STARTS), np.tile(seeds, STARTS)
    config = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=params.steps)
    log_net = yield from train(NEURON, crowd, config, many, weights=[flat[:, :, None]], name="log loss", frames=2)
    squared_net = yield from train(NEURON, crowd, replace(config, loss="squared_error"), many,
                                   weights=[flat[:, :, None]], name="squared error", frames=2)
    shown = yield from train(NEURON, data, config, seeds, weights=[flat[:replicas, :, None]], name="log loss")
    ends, ends_squared = finals(log_net, replicas), finals(squared_net, replicas)
    log, squared = both_losses(inputs, labels, ends)[0], both_losses(inputs, labels, ends_squared)[1]
    pairs = params.radius * draw(seeds, "pairs", lambda rng: rng.uniform(-1, 1, (2, PAIRS, 2)))
    a, b = pairs[:, 0], pairs[:, 1]
    chords = [both_losses(inputs, labels, w) for w in (a, b, (a + b) / 2)]
    theta = draw(seeds, "theta", lambda rng: rng.normal(0, 2, (2, PAIRS // 3, 13)))
    deep = [hidden_loss(inputs, labels, t) for t in (theta[:, 0], theta[:, 1], theta.mean(axis=1))]
    excess = chords[2][1] - (chords[0][1] + chords[1][1]) / 2
    worst = excess.argmax(axis=1)[:, None]
    worked_log, worked_squared = (np.concatenate([np.take_along_axis(chord[kind], worst, axis=1) for chord in chords],
                                                 axis=1) for kind in (0, 1))
    best = ends.mean(axis=1, keepdims=True)
    direction = best / np.maximum(np.linalg.norm(best, axis=2, keepdims=True), 1e-9)
    cut, cut_squared = both_losses(inputs, labels, params.radius * ALONG[:, None] * direction)
    axis = np.linspace(-1.2 * params.radius, 1.2 * params.radius, SIDE)
    grid = np.stack(np.meshgrid(axis, axis), axis=2).reshape(1, -1, 2)
    surfaces = both_losses(*(values.astype(np.float32) for values in (inputs, labels, np.repeat(grid, replicas, 0))))
    return Outcome(shown, ConvexMetrics(
        arrived=(log <= log.min(axis=1, keepdims=True) + NEAR).sum(axis=1),
        arrived_squared=(squared <= squared.min(axis=1, keepdims=True) + NEAR).sum(axis=1),
        spread=np.ptp(log, axis=1), spread_squared=np.ptp(squared, axis=1), worst_squared=squared.max(axis=1),
        least_squared=squared.min(axis=1), apart=np.linalg.norm(ends - best, axis=2).max(axis=1),
        above=raised(*(pair[0] for pair in chords)), above_squared=raised(*(pair[1] for pair in chords)),
        above_hidden=raised(*deep), worked_log=worked_log, worked_squared=worked_squared,
        along=ALONG, cut=cut, cut_squared=cut_squared, surface_first=axis,
        surface_second=axis, surface=surfaces[1].reshape(replicas, SIDE, SIDE),
        surface_log=surfaces[0].reshape(replicas, SIDE, SIDE),
    ))


EXPERIMENT = Experiment(
    "Is the loss a bowl?",
    ConvexParams,
    ConvexMetrics,
    run,
    views=(
        View("lines", "Loss along a straight cut", x="along", y_title="loss",
             x_title="weights along the cut, in starting distances", y=("cut", "cut_squared"),
             names=("log loss", "squared error")),
        View("surface", "Squared error over the two weights", y=("surface",), names=("squared error",),
             x="surface_first", rows="surface_second", x_title="first weight", y_title="second weight"),
        View("surface", "Log loss over the two weights", y=("surface_log",), names=("log loss",),
             x="surface_first", rows="surface_second", x_title="first weight", y_title="second weight"),
        View("network", "The neuron's probability over the plane"),
    ),
)
