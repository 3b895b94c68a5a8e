"""Folds: what layers one after another can do with few parameters, and whether training finds it.

The tent map folds the line from 0 to 1 in half: t(x) = 2 relu(x) - 4 relu(x - 1/2). A layer of two ReLU units is
one fold, and each further layer folds what the one before has folded, which doubles the pieces: k layers make 2^k
straight pieces from 6 k + 1 numbers. One hidden layer of H units makes H + 1 pieces at most (Telgarsky, "Benefits
of depth", 2016). Four networks learn that zigzag: the folding layers from a start near the right weights, the same
layers from a random start, and one wide layer with as many numbers or three times as many. Random starts have their
first bends spread over the line. Only the first network gets there in the time: that good weights exist is one
thing, and that training finds them another (Hanin and Rolnick, 2019).
"""

from collections.abc import Generator
from functools import partial

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.randomness import draw
from sims.engine.settings import rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS = 129  # every corner of up to four folds is one of these
X, Y = (Axis("x", low=0, high=1),), (Axis("y", low=0, high=1),)
NAMES = ("folding layers, started near the folds", "folding layers, random start", "one wide layer",
         "one layer three times as wide")


class FoldsParams(Params):
    """How often the line is folded, and the training."""

    folds: int = setting(3, ge=1, le=4, title="folds", unit="folds",
                         description="hidden layers of two units, and folds of the zigzag",
                         words=("folds", "layers", "hidden layers", "depth"))
    distance: float = setting(
        0.02, ge=0, le=0.3, step=0.01, title="distance of the start", words=("distance", "noise of the start"),
        description="how far the near start lies from the folding weights, as the spread of normal noise on each")
    learning_rate: float = rate_setting(0.003)
    steps: int = steps_setting(400, le=1500)


class FoldsMetrics(Metrics):
    """How well each network follows the zigzag."""

    networks: Array = shared("the four networks", kind="label")
    pieces: Array = shared("straight pieces of the zigzag", unit="pieces", kind="count")
    pieces_flat: Array = shared("straight pieces that one layer with as many numbers has at most", unit="pieces",
                                kind="count")
    numbers: Array = shared("weights and biases of the folding layers", unit="numbers", kind="count")
    units_flat: Array = shared("units of the one wide layer", unit="units", kind="count")
    numbers_flat: Array = shared("weights and biases of the one wide layer", unit="numbers", kind="count")
    errors: Array = metric("typical error (root of the mean square) of each network on the zigzag")
    error_near: Array = metric("typical error of the folding layers, started near the folds", part="output")
    error_random: Array = metric("typical error of the folding layers from a random start")
    error_wide: Array = metric("typical error of the one wide layer")
    error_triple: Array = metric("typical error of the layer three times as wide")
    error_flat_line: Array = shared("typical error of always answering one half", kind="number")
    x: Array = shared("where the curves are drawn", kind="number")
    zigzag: Array = shared("the zigzag", kind="number")
    curve_near: Array = metric("answers of the folding layers, started near the folds")
    curve_random: Array = metric("answers of the folding layers from a random start")
    curve_wide: Array = metric("answers of the one wide layer")
    curve_triple: Array = metric("answers of the layer three times as wide")
    first_fold: Array = shared("a point on the line after no fold, one, two and so on", kind="number")


def fold(x: Array) -> Array:
    """The tent map: up from 0 to 1 and down again."""
    return 1 - np.abs(2 * x - 1)


def folded(x: Array, folds: int) -> Array:
    """The line folded so often."""
    for _ in range(folds):
        x = fold(x)
    return x


def folding_weights(folds: int) -> list[Array]:
    """The weights, (n_in + 1, n_out) a layer, with which ReLU layers of two units fold exactly."""
    bias = [0.0, -0.5]
    first, last = np.array([[1.0, 1.0], bias]), np.array([[2.0], [-4.0], [0.0]])
    return [first, *[np.array([[2.0, 2.0], [-4.0, -4.0], bias])] * (folds - 1), last]


def near(folds: int, distance: float, seeds: Array) -> list[Array]:
    """The folding weights with normal noise on each of them, (R, n_in + 1, n_out) a layer."""
    layers = folding_weights(folds)
    return [layer + draw(seeds, f"layer {k}", partial(_noise, distance, layer.shape)) for k, layer in enumerate(layers)]


def _noise(distance: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.normal(0, distance, shape)


def spread(network: Network, seeds: Array) -> list[Array]:
    """A random start whose first layer bends at places all over the line, (R, n_in + 1, n_out) a layer."""
    weights = [layer.copy() for layer in initial_weights(network, seeds)]
    shape = (weights[0].shape[2],)
    bends = draw(seeds, "bends", lambda rng: rng.uniform(0, 1, shape))  # (R, n_out)
    weights[0][:, 0] = draw(seeds, "slopes", lambda rng: rng.choice([-1.0, 1.0], shape) * rng.uniform(1, 3, shape))
    weights[0][:, 1] = -weights[0][:, 0] * bends
    return weights


def error(trained: Trained) -> Array:
    """Root of the mean squared error of each replica, (R,)."""
    return np.where(trained.diverged_at < 0, np.sqrt(np.square(_answers(trained) - trained.data.targets[:, 0])
                                                     .mean(axis=1)), np.nan)


def _answers(trained: Trained) -> Array:
    return outputs(trained.network, trained.weights, trained.data.inputs.astype(np.float32))[:, 0]  # (R, N)


def measure(nets: list[Trained], deep: Network, wide: Network, folds: int) -> FoldsMetrics:
    """The four networks on the zigzag."""
    errors, curves = [error(net) for net in nets], [_answers(net)[:, ::2] for net in nets]
    zigzag = nets[0].data.targets[0, 0]
    return FoldsMetrics(
        networks=np.array(NAMES), pieces=np.array(2**folds), pieces_flat=np.array(wide.sizes[1] + 1),
        numbers=np.array(deep.parameters), units_flat=np.array(wide.sizes[1]),
        numbers_flat=np.array(wide.parameters), errors=np.stack(errors, axis=1),
        error_near=errors[0], error_random=errors[1], error_wide=errors[2], error_triple=errors[3],
        error_flat_line=np.array(np.sqrt(np.square(zigzag - 0.5).mean())),
        x=nets[0].data.inputs[0, 0, ::2], zigzag=zigzag[::2],
        curve_near=curves[0], curve_random=curves[1], curve_wide=curves[2],
        curve_triple=curves[3],
        first_fold=np.array([float(folded(np.array(0.3), k)) for k in range(5)]),
    )


def run(params: FoldsParams, seeds: Array) -> Generator[Frame, None, Outcome[FoldsMetrics]]:
    """Train the four networks on the same zigzag; the near start is on the screen."""
    x = np.linspace(0, 1, POINTS)
    inputs, targets = (np.broadcast_to(row, (len(seeds), 1, POINTS)) for row in (x, folded(x, params.folds)))
    data = Data(inputs, targets, X, Y)
    deep = dense(1, [2] * params.folds, 1, "relu", "linear")
    wide = dense(1, [max(1, (deep.parameters - 1) // 3)], 1, "relu", "linear")  # H units have 3 H + 1 numbers
    config = TrainingConfig(loss="squared_error", learning_rate=params.learning_rate, steps=params.steps)
    tried = TrainingConfig(loss="squared_error", learning_rate=10 * params.learning_rate, steps=params.steps)
    start = near(params.folds, params.distance, seeds)
    triple = dense(1, [3 * wide.sizes[1]], 1, "relu", "linear")
    nets = [(yield from train(deep, data, config, seeds, weights=start, name=NAMES[0]))]
    for network, name in zip((deep, wide, triple), NAMES[1:], strict=True):
        scattered = spread(network, seeds)
        nets.append((yield from train(network, data, tried, seeds, weights=scattered, name=name, frames=2)))
    return Outcome(nets[0], measure(nets, deep, wide, params.folds))


EXPERIMENT = Experiment(
    "Folds",
    FoldsParams,
    FoldsMetrics,
    run,
    views=(
        View("lines", "The zigzag and what each network makes of it", x="x",
             y=("zigzag", "curve_near", "curve_random", "curve_wide", "curve_triple"),
             names=("zigzag", "near the folds", "random start", "one wide layer", "three times as wide"),
             x_title="x", y_title="y"),
        View("table", "Typical errors", x="networks", y=("errors",), names=("typical error",)),
        View("network", "The folding layers, started near the folds"),
        View("loss", "Loss while training"),
    ),
)
