"""Deeper units: what a unit of the second hidden layer can tell that no unit of the first can.

A network with two hidden layers learns to tell inside from outside. A unit of the first layer adds up the inputs, so
that it changes along one straight direction, whatever it learns. A unit of the second layer adds up bent units, and
so it may stand for a closed shape. It is asked of every unit how well one cut through its activations parts inside
from outside, and how much of its pre-activation a straight slope over the inputs explains. That the shape is made of
first-layer units shows when one of them is held at its mean. Where a line is all there is to learn, the second layer
stays straight, too: depth makes shapes possible, and the task asks for them (Montúfar et al., 2014, on the number of
pieces).
"""

from collections.abc import Generator, Sequence
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, buffers, dense, forward
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.shapes import PLANE, YES
from sims.engine.training import Frame, Trained, TrainingConfig, train

TEST_POINTS, SIDE = 600, 1.5
Task = Literal["disc", "two discs", "line"]
CENTRES = np.array([[-0.75, 0.75], [0.75, -0.75]])  # of the two discs, radius 0.65


class DeeperParams(Params):
    """Settings of the task and of the network."""

    task: Task = setting("disc", title="task", description="what is to be told: inside a disc, inside one of two, or "
                         "on which side of a line", words=("task", "shape", "data", "disc", "line"))
    hidden: int = hidden_setting(8, le=12, ge=2)
    second: int = setting(4, ge=1, le=8, title="units in the second layer", description="units in the second hidden "
                          "layer", words=("second", "second layer", "units in layer 2", "second hidden layer"))
    activation: Literal["tanh", "sigmoid", "relu"] = setting(
        "tanh", title="hidden activation", description="activation function of the hidden units",
        words=("activation", "activation function", "non-linearity"))
    points: int = points_setting(300, le=400, ge=50)
    steps: int = steps_setting(300, le=500)
    learning_rate: float = rate_setting(0.03)


class DeeperMetrics(Metrics):
    """What single units of both layers tell, on 600 fresh points."""

    accuracy: Array = metric("share of the fresh points that the network gets right", unit="share", part="output")
    always: Array = metric("share right when the answer is always the same", unit="share")
    best_first: Array = metric("share right by one cut through the best unit of the first layer", unit="share")
    best_second: Array = metric("share right by one cut through the best unit of the second layer", unit="share")
    straight_first: Array = metric("share of the first layer's pre-activations that a straight slope explains, mean",
                                   unit="share")
    straight_second: Array = metric("share of the second layer's pre-activations that a straight slope explains, mean",
                                    unit="share")
    straight_start: Array = metric("share of the second layer's pre-activations that a straight slope explained before "
                                   "training, mean", unit="share")
    without_strongest: Array = metric("share right by one cut through the best unit of the second layer, with the "
                                      "first-layer unit that adds most held at its mean", unit="share")
    without_weakest: Array = metric("share right by one cut through the best unit of the second layer, with the first-"
                                    "layer unit that adds least held at its mean", unit="share")
    units_read: Array = metric("how many first-layer units the best unit of the second layer draws on, by the spread "
                               "of what they add", unit="units", kind="number")
    parts: Array = metric("what each first-layer unit adds to the best unit of the second layer for one point")
    bias: Array = metric("bias of the best unit of the second layer")
    pre_activation: Array = metric("pre-activation of the best unit of the second layer for that one point")
    first_weight: Array = metric("weight to the best second-layer unit from the first-layer unit that adds most")
    first_activation: Array = metric("activation, for one point, of the first-layer unit that adds most")
    first_part: Array = metric("weight times activation, for one point, of the first-layer unit that adds most")
    other_parts: Array = metric("what all other first-layer units and the bias add, for one point")
    layers: Array = shared("the layers", kind="label")
    told: Array = metric("share right by one cut through the best unit of each layer", unit="share")
    straight: Array = metric("share of the pre-activations that a straight slope explains, by layer", unit="share")
    xs: Array = shared("first input")
    ys: Array = shared("second input")
    first_map: Array = metric("activation over the plane of the best unit of the first layer")
    second_map: Array = metric("activation over the plane of the best unit of the second layer")


def plane(seeds: Array, points: int, task: Task, purpose: str) -> Data:
    """Points even over a square, and whether each is inside the disc, inside one of two, or above the line."""
    x = uniform(seeds, [-SIDE, -SIDE], [SIDE, SIDE], points, purpose)
    if task == "line":
        yes = x.sum(axis=1) > 0.3
    elif task == "disc":
        yes = (x * x).sum(axis=1) < 1
    else:
        yes = np.stack([((x - centre[:, None]) ** 2).sum(axis=1) < 0.65**2 for centre in CENTRES]).any(axis=0)
    return Data(x, yes[:, None].astype(float), PLANE, YES)


def layers_of(network: Network, weights: Sequence[Array], inputs: Array) -> tuple[list[Array], list[Array]]:
    """The pre-activations and the activations (R, units, N) of both hidden layers and of the output."""
    a, z = buffers(network, inputs, len(weights[0]), np.dtype(float)), list[Array]()
    forward(network, weights, a, z)
    return z, [layer[:, :-1] for layer in a[1:]]


def best_cut(values: Array, yes: Array) -> Array:
    """The largest share of labels (R, N) that one cut through each row of values (R, k, N) gets right, (R, k)."""
    order = np.argsort(values, axis=2)
    sorted_yes = np.take_along_axis(np.broadcast_to(yes[:, None], values.shape), order, axis=2)
    points, below = values.shape[2], np.cumsum(sorted_yes, axis=2)
    right = np.arange(1, points + 1) - below + below[:, :, -1:] - below  # no below the cut, yes above
    return np.asarray(np.maximum(right, points - right).max(axis=2) / points)


def straightness(z: Array, inputs: Array) -> Array:
    """The share of each row of z (R, k, N) that the best straight slope over the inputs (R, 2, N) explains, (R, k)."""
    x, centred = inputs - inputs.mean(axis=2, keepdims=True), z - z.mean(axis=2, keepdims=True)
    slope = np.linalg.solve(x @ x.transpose(0, 2, 1), x @ centred.transpose(0, 2, 1))  # (R, 2, k)
    left = centred - slope.transpose(0, 2, 1) @ x
    return np.asarray(1 - (left * left).sum(axis=2) / np.maximum((centred * centred).sum(axis=2), 1e-12))


def one_unit(parts: Array, bias: Array, yes: Array) -> dict[str, Array]:
    """The best second-layer unit, from what each first-layer unit adds (R, units, N) and its bias (R,): how it fares
    with one of these at its mean, and its sum for the first point."""
    spread, rows = parts.std(axis=2), np.arange(len(parts))
    strongest, weakest = spread.argmax(axis=1), spread.argmin(axis=1)

    def held(unit: Array) -> Array:
        without = parts.sum(axis=1) - parts[rows, unit] + parts[rows, unit].mean(axis=1, keepdims=True)
        return best_cut(without[:, None], yes)[:, 0]

    whole = parts[:, :, 0].sum(axis=1) + bias
    return {"without_strongest": held(strongest), "without_weakest": held(weakest),
            "units_read": spread.sum(axis=1) ** 2 / (spread * spread).sum(axis=1), "parts": parts[:, :, 0],
            "bias": bias, "pre_activation": whole, "first_part": parts[rows, strongest, 0],
            "other_parts": whole - parts[rows, strongest, 0]}


def measure(shown: Trained, test: Data) -> DeeperMetrics:
    """Ask every hidden unit, and look at the best of the second layer."""
    network, weights = shown.network, [layer.astype(float) for layer in shown.weights]
    z, a = layers_of(network, weights, test.inputs)
    start = layers_of(network, [layer.astype(float) for layer in shown.frames[0].weights], test.inputs)[0]
    yes, rows = test.targets[:, 0] > 0.5, np.arange(len(a[0]))
    cuts = [best_cut(layer, yes) for layer in a[:2]]  # (R, units) each
    first, second = (cut.argmax(axis=1) for cut in cuts)
    into = weights[1][rows, :, second]  # (R, units + 1)
    parts = into[:, :-1, None] * a[0]
    strongest = parts.std(axis=2).argmax(axis=1)
    straight = [straightness(layer, test.inputs).mean(axis=1) for layer in (z[0], z[1], start[1])]
    axis = np.linspace(-SIDE, SIDE, 25)
    grid = np.stack([np.tile(axis, 25), np.repeat(axis, 25)])[None]
    maps = [layer[rows, unit].reshape(-1, 25, 25) for layer, unit in
            zip(layers_of(network, weights, grid)[1], (first, second), strict=False)]
    return DeeperMetrics(
        accuracy=((a[2][:, 0] > 0.5) == yes).mean(axis=1), always=np.maximum(yes.mean(axis=1), 1 - yes.mean(axis=1)),
        best_first=cuts[0].max(axis=1), best_second=cuts[1].max(axis=1),
        straight_first=straight[0], straight_second=straight[1], straight_start=straight[2],
        **one_unit(parts, into[:, -1], yes), first_weight=into[rows, strongest],
        first_activation=a[0][rows, strongest, 0],
        layers=np.array(["first layer", "second layer"]), told=np.stack([cut.max(axis=1) for cut in cuts], axis=1),
        straight=np.stack(straight[:2], axis=1), xs=axis, ys=axis, first_map=maps[0], second_map=maps[1],
    )


def run(params: DeeperParams, seeds: Array) -> Generator[Frame, None, Outcome[DeeperMetrics]]:
    """Train two hidden layers, then ask their units."""
    network = dense(2, [params.hidden, params.second], 1, params.activation, "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, plane(seeds, params.points, params.task, "data"), config, seeds, frames=30)
    return Outcome(shown, measure(shown, plane(seeds, TEST_POINTS, params.task, "test")))


EXPERIMENT = Experiment(
    "Deeper features",
    DeeperParams,
    DeeperMetrics,
    run,
    views=(
        View("network", "Every unit over the plane"),
        View("surface", "The best unit of the first layer", y=("first_map",), x="xs", rows="ys", x_title="input 1",
             y_title="input 2"),
        View("surface", "The best unit of the second layer", y=("second_map",), x="xs", rows="ys", x_title="input 1",
             y_title="input 2"),
        View("bars", "What the best unit tells by one cut", x="layers", y=("told",), y_title="share right"),
    ),
)
