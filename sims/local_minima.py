"""Local minima: how often training gets stuck, how bad that is, and what frees it.

A small network learns XOR from several random starts on the same data. With two hidden units a good part of
the starts end at half of ln 2: two of the four corners right, and one half said of the other two. The
gradient there is almost nil, no direction curves downwards, and patience seldom helps. Another start does,
and so does more width: with eight units no start of ours gets stuck. Folklore says both "networks are full
of local minima" and "they do not matter". For tiny networks the first is nearer the truth, for wide ones
the second (Choromanska et al., 2015; for XOR: Hamey, 1998; Sprinkhuizen-Kuyper and Boers, 1998). Adam gets
stuck here more often than plain descent.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, mean_loss, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import Optimizer, hidden_setting, rate_setting, steps_setting
from sims.engine.shapes import gate
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, Trained, TrainingConfig, recorded_steps, train, until

POINTS, SPREAD = 40, 0.2
STARTS = 8
WIDTHS = (2, 3, 4, 8)
WIDTH_STARTS = 2  # of each width in the comparison
STUCK = 0.15  # nats: a solved XOR of this spread has less, a stuck one about 0.35
LONGER = 3
ALONG = 21  # points on the straight line between two ends
NUDGE = 1e-4  # of a weight, to measure curvature


class MinimaParams(Params):
    """Settings of the network that is started several times."""

    hidden: int = hidden_setting(2)
    activation: Literal["tanh", "sigmoid", "relu"] = setting(
        "tanh", title="hidden activation", description="activation function of the hidden units",
        words=("activation", "activation function"))
    optimizer: Optimizer = setting(
        "sgd", title="optimizer", description="rule that turns gradients into steps",
        words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(1.0, le=3)
    steps: int = steps_setting(300, le=600)


class MinimaMetrics(Metrics):
    """Where the starts ended."""

    loss: Array = metric("log loss at the end of the run on the screen", unit="nats", part="loss")
    accuracy: Array = metric(
        "share of the examples right at the end of the run on the screen", unit="share", part="output")
    stuck: Array = metric("whether the run on the screen ends at a log loss above 0.15", kind="flag", part="loss")
    stuck_longer: Array = metric(
        "whether the log loss is still above 0.15 after three times as many steps", kind="flag")
    freed_by_patience: Array = metric(
        "whether the log loss was above 0.15, and no longer after three times the steps", kind="flag")
    starts: Array = shared("the names of the starts", kind="label")
    start_loss: Array = metric("log loss at the end from each start", unit="nats")
    start_accuracy: Array = metric("share of the examples right from each start", unit="share")
    stuck_share: Array = metric("share of the eight starts that end at a log loss above 0.15", unit="share")
    any_stuck: Array = metric("whether at least one of the eight starts ends at a log loss above 0.15", kind="flag")
    best_loss: Array = metric("smallest log loss at the end over the eight starts", unit="nats")
    worst_loss: Array = metric("largest log loss at the end over the eight starts", unit="nats")
    all_stuck: Array = metric("whether all eight starts end at a log loss above 0.15", kind="flag")
    stuck_loss: Array = metric(
        "mean log loss of the starts that end above 0.15; not a number where none does", unit="nats")
    stuck_accuracy: Array = metric(
        "mean accuracy of the starts that end at a log loss above 0.15; not a number where none does", unit="share")
    slope_start: Array = metric("length of the gradient before training, on the screen")
    slope_worst: Array = metric("length of the gradient at the worst of the eight starts' ends")
    least_curvature: Array = metric("smallest eigenvalue of the Hessian at the worst of the eight starts' ends")
    largest_curvature: Array = metric("largest eigenvalue of the Hessian at the worst of the eight starts' ends")
    way_down: Array = metric(
        "whether a direction curves downwards by more than 0.01 at the worst of the eight starts' ends", kind="flag")
    widths: Array = shared("hidden units", unit="units")
    stuck_by_width: Array = metric(
        "share of two starts that end at a log loss above 0.15, for each width", unit="share")
    stuck_two: Array = metric(
        "share of two starts that end at a log loss above 0.15, with two hidden units", unit="share")
    stuck_eight: Array = metric(
        "share of two starts that end at a log loss above 0.15, with eight hidden units", unit="share")
    along: Array = shared("share of the straight way from the worst end to the best", unit="share")
    loss_along: Array = metric("log loss on the straight way from the worst end to the best", unit="nats")
    hill: Array = metric("how far the log loss rises above the worst end on the straight way to the best", unit="nats")


def flat(layers: Sequence[Array]) -> Array:
    """All weights of each replica in one row, (R, parameters)."""
    return np.concatenate([layer.reshape(len(layer), -1) for layer in layers], axis=1)


def unflat(network: Network, rows: Array) -> list[Array]:
    """The weights, layer by layer, from rows as `flat` makes them."""
    edges = np.cumsum([n_in * n_out for n_in, n_out in network.shapes])[:-1]
    parts = np.split(rows, edges, axis=1)
    return [part.reshape(len(rows), *shape) for part, shape in zip(parts, network.shapes, strict=True)]


def curvature(network: Network, rows: Array, data: Data) -> tuple[Array, Array]:
    """The Hessian's eigenvalues (R, parameters) in rising order and the gradient's length (R,), at weights as
    `flat` makes them. The Hessian's columns are central differences of the gradient.
    """
    at = rows.astype(float)

    def gradient(rows: Array) -> Array:
        return flat(loss_gradients(network, unflat(network, rows), data.inputs, data.targets, "log_loss"))

    nudges = NUDGE * np.eye(at.shape[1])
    hessian = np.stack([gradient(at + nudge) - gradient(at - nudge) for nudge in nudges], axis=1) / (
        2 * NUDGE
    )
    eigenvalues = np.linalg.eigvalsh((hessian + hessian.transpose(0, 2, 1)) / 2)
    return eigenvalues, np.linalg.norm(gradient(at), axis=1)


def many_starts(network: Network, data: Data, config: TrainingConfig, seeds: Array, first: int, count: int,
                ) -> Generator[Frame, None, Trained]:
    """Train from `count` starts for each replica at once, as if they were `count` times as many replicas."""
    starts = [initial_weights(network, seeds, purpose=f"start {first + k}") for k in range(count)]
    weights = [np.concatenate(layers) for layers in zip(*starts, strict=True)]
    return train(network, repeated(data, count), config, np.tile(seeds, count), weights=weights, frames=6,
                 name=f"{count} starts of {network.sizes[1]} units")


def ends(shown: Trained, others: Trained, data: Data) -> dict[str, Array]:
    """Where all starts ended, the one on the screen first, and the straight way from the worst to the
    best."""
    rows = np.concatenate(
        [flat(shown.weights)[None], flat(others.weights).reshape(STARTS - 1, len(shown.loss), -1)]
    )
    losses = np.concatenate([shown.loss[None], others.loss.reshape(STARTS - 1, -1)]).T  # (R, starts)
    network, inputs = shown.network, data.inputs.astype(np.float32)
    scores = np.stack(
        [accuracy(outputs(network, unflat(network, row), inputs), data.targets) for row in rows], axis=1
    )
    stuck = ~(losses <= STUCK)  # true of nan
    replica = np.arange(len(losses))
    worst, best = rows[losses.argmax(axis=1), replica], rows[losses.argmin(axis=1), replica]
    eigenvalues, slope = curvature(network, worst, data)
    way = np.linspace(0, 1, ALONG)
    along = np.stack(
        [
            mean_loss(network, unflat(network, worst + t * (best - worst)), inputs, data.targets, "log_loss")
            for t in way.astype(np.float32)
        ],
        axis=1,
    )
    return {
        "starts": np.array([f"start {k + 1}" for k in range(STARTS)]),
        "start_loss": losses,
        "start_accuracy": scores,
        "stuck_share": stuck.mean(axis=1),
        "any_stuck": stuck.any(axis=1).astype(float),
        "all_stuck": stuck.all(axis=1).astype(float),
        "best_loss": losses.min(axis=1),
        "worst_loss": losses.max(axis=1),
        "stuck_loss": (losses * stuck).sum(axis=1) / stuck.sum(axis=1),
        "stuck_accuracy": (scores * stuck).sum(axis=1) / stuck.sum(axis=1),
        "slope_worst": slope,
        "least_curvature": eigenvalues[:, 0],
        "largest_curvature": eigenvalues[:, -1],
        "way_down": (eigenvalues[:, 0] < -0.01).astype(float),
        "along": way,
        "loss_along": along,
        "hill": along.max(axis=1) - along[:, 0],
    }


def run(params: MinimaParams, seeds: Array) -> Generator[Frame, None, Outcome[MinimaMetrics]]:
    """Train from eight starts, from one of them for longer, and every width from three starts."""
    data = gate(seeds, POINTS, SPREAD)
    network = dense(2, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=params.learning_rate, steps=params.steps)
    start = initial_weights(network, seeds, purpose="start 0")
    longer = yield from train(network, data, replace(config, steps=LONGER * params.steps), seeds, weights=start,
                              name="on screen", frames=recorded_steps(params.steps))
    shown = until(longer, config)
    others = yield from many_starts(network, data, config, seeds, 1, STARTS - 1)
    losses = np.concatenate([shown.loss, others.loss]).reshape(STARTS, -1)
    by_width = []
    for width in WIDTHS:
        ended = losses[:WIDTH_STARTS]  # of the same starts, where the network on the screen has this width
        if width != params.hidden:
            other = dense(2, [width], 1, params.activation, "sigmoid")
            net = yield from many_starts(other, data, config, seeds, 0, WIDTH_STARTS)
            ended = net.loss.reshape(WIDTH_STARTS, -1)
        by_width.append((~(ended <= STUCK)).mean(axis=0))
    stuck, stuck_longer = ~(shown.loss <= STUCK), ~(longer.loss <= STUCK)
    before = loss_gradients(network, start, data.inputs, data.targets, "log_loss")
    return Outcome(
        shown,
        MinimaMetrics(
            loss=shown.loss,
            accuracy=accuracy(outputs(network, shown.weights, data.inputs.astype(np.float32)), data.targets),
            stuck=stuck.astype(float),
            stuck_longer=stuck_longer.astype(float),
            freed_by_patience=(stuck & ~stuck_longer).astype(float),
            **ends(shown, others, data),
            slope_start=np.linalg.norm(flat(before), axis=1),
        widths=np.array(WIDTHS),
            stuck_by_width=np.stack(by_width, axis=1),
            stuck_two=by_width[0],
            stuck_eight=by_width[-1],
        ),
    )


EXPERIMENT = Experiment(
    "Local minima",
    MinimaParams,
    MinimaMetrics,
    run,
    views=(
        View("network", "Where the run on the screen ended"),
        View("table", "The same data from eight starts", x="starts", y=("start_loss", "start_accuracy")),
        View(
            "lines",
            "Share of the starts that get stuck",
            x="widths",
            y=("stuck_by_width",),
            mean=True,
            x_title="hidden units",
            y_title="share of the starts",
        ),
        View(
            "lines",
            "The straight way from the worst end to the best",
            x="along",
            y=("loss_along",),
            x_title="share of the way",
            y_title="log loss",
        ),
    ),
)
