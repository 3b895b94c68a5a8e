"""Gradient flow: why gradients vanish or explode in deep networks, and why more layers can make it worse.

Backpropagation multiplies by weights and by the activation's slope at every layer. Before training, the
length of the gradient is measured layer by layer for depths 1 to 8 and three activations, and for several
scales of the starting weights; then networks of width 8 learn XOR. With sigmoid units, whose slope is at
most 1/4, the first layer's gradient at depth 8 is about a millionth of the last one's, the first layers
hardly move, and what one layer solves eight do not: on the training examples either, so it is no
overfitting. With tanh it works at every depth here, and most often with ReLU. Too large a start makes
ReLU's gradients grow with every layer (Hochreiter, 1991; Bengio et al., 1994; Glorot and Bengio, 2010; He
et al., 2015).
"""

from collections.abc import Callable, Generator
from functools import cache
from typing import Literal

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, buffers, dense, forward, initial_weights, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import Optimizer, layers_setting, rate_setting, steps_setting
from sims.engine.shapes import gate
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

Hidden = Literal["sigmoid", "tanh", "relu"]
HIDDEN: tuple[Hidden, ...] = ("sigmoid", "tanh", "relu")
Start = Callable[[Network, float], list[Array]]  # the starting weights of a network at a scale
WIDTH, DEEPEST = 8, 8
DEPTHS, TRAINED_DEPTHS = (1, 2, 4, 6, 8), (1, 2, 4, 8)
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
POINTS, TEST_POINTS, SPREAD = 40, 400, 0.2


class FlowParams(Params):
    """Settings of the deep network on the screen."""

    depth: int = layers_setting(8, le=DEEPEST)
    activation: Hidden = setting(
        "sigmoid", title="hidden activation", description="activation function of all hidden layers",
        words=("activation", "activation function"))
    start_scale: float = setting(
        1.0, ge=0.25, le=4, step=0.25, title="scale of the starting weights",
        description="factor on the usual random start (Glorot's, for ReLU He's)", unit="times",
        words=("initial weights", "starting weights", "weights", "start scale", "init scale",
               "initialisation scale", "standard deviation", "xavier", "he"))
    optimizer: Optimizer = setting(
        "momentum", title="optimizer", description="rule that turns gradients into steps",
        words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(0.1)
    steps: int = steps_setting(200, le=300)


class FlowMetrics(Metrics):
    """Gradients before training, and what training made of them."""

    layers: Array = shared("the layers of the network on the screen, the output last", kind="label")
    gradient_by_layer: Array = metric("length of the gradient of each layer's weights before training")
    moved_by_layer: Array = metric(
        "how far each layer's weights moved in training, against their length before", unit="share")
    gradient_first: Array = metric("length of the first layer's gradient before training")
    gradient_last: Array = metric("length of the last layer's gradient before training")
    ratio: Array = metric("first layer's gradient as a multiple of the last layer's, on the screen", unit="times")
    moved_first: Array = metric(
        "how far the first layer's weights moved in training, against their length before", unit="share")
    moved_last: Array = metric(
        "how far the last layer's weights moved in training, against their length before", unit="share")
    mean_slope: Array = metric("mean slope of the hidden activations before training")
    depths: Array = shared("hidden layers", unit="layers")
    ratio_sigmoid: Array = metric(
        "first layer's gradient as a multiple of the last layer's, at each depth, sigmoid", unit="times")
    ratio_tanh: Array = metric(
        "first layer's gradient as a multiple of the last layer's, at each depth, tanh", unit="times")
    ratio_relu: Array = metric(
        "first layer's gradient as a multiple of the last layer's, at each depth, ReLU", unit="times")
    sigmoid_eight: Array = metric(
        "first layer's gradient as a multiple of the last layer's, at eight layers, sigmoid", unit="times")
    tanh_eight: Array = metric(
        "first layer's gradient as a multiple of the last layer's, at eight layers, tanh", unit="times")
    relu_eight: Array = metric(
        "first layer's gradient as a multiple of the last layer's, at eight layers, ReLU", unit="times")
    scales: Array = shared("scales of the starting weights", unit="times")
    gradient_by_scale: Array = metric("length of the first layer's gradient for each scale of the starting weights")
    gradient_quarter: Array = metric("length of the first layer's gradient at a quarter of the usual starting scale")
    gradient_usual: Array = metric("length of the first layer's gradient at the usual starting scale")
    gradient_four: Array = metric("length of the first layer's gradient at four times the usual starting scale")
    signal_by_scale: Array = metric(
        "spread of the last hidden layer's activations over the examples, for each scale of the starting weights")
    trained_depths: Array = shared("hidden layers that were trained", unit="layers")
    accuracy_by_depth: Array = metric("share of 400 fresh examples right, for each trained depth", unit="share")
    accuracy: Array = metric(
        "share of 400 fresh examples right, of the network on the screen", unit="share", part="output")
    train_accuracy: Array = metric("share of the training examples right, on the screen", unit="share", part="output")
    loss: Array = metric("log loss at the end, on the screen", unit="nats", part="loss")
    diverged: Array = metric("whether training on the screen ceased to be finite", kind="flag", part="loss")
    loss_start: Array = metric("log loss before training, on the screen", unit="nats", part="loss")
    accuracy_one: Array = metric("share of the fresh examples right with one hidden layer", unit="share")
    accuracy_eight: Array = metric("share of the fresh examples right with eight hidden layers", unit="share")
    eight_sigmoid: Array = metric("share of the fresh examples right with eight layers of sigmoid units", unit="share")
    eight_tanh: Array = metric("share of the fresh examples right with eight layers of tanh units", unit="share")
    eight_relu: Array = metric("share of the fresh examples right with eight layers of ReLU units", unit="share")
    accuracy_small_start: Array = metric(
        "share of the fresh examples right on the screen's depth, at a quarter of its starting scale", unit="share")
    accuracy_large_start: Array = metric(
        "share of the fresh examples right on the screen's depth, at four times its starting scale", unit="share")


def network_of(depth: int, activation: str) -> Network:
    """Width 8 throughout."""
    return dense(2, [WIDTH] * depth, 1, activation, "sigmoid")


def gradient_lengths(network: Network, weights: list[Array], data: Data) -> Array:
    """The length of the gradient of each layer's weights, biases apart, (R, layers)."""
    gradients = loss_gradients(network, weights, data.inputs, data.targets, "log_loss")
    return np.stack([np.linalg.norm(layer[:, :-1], axis=(1, 2)) for layer in gradients], axis=1)


def before_training(start_of: Start, data: Data, params: FlowParams) -> dict[str, Array]:
    """Gradients and signals of untrained networks, by depth, activation and scale."""
    found: dict[str, Array] = {}
    for name in HIDDEN:
        ratios = []
        for depth in DEPTHS:
            network = network_of(depth, name)
            lengths = gradient_lengths(network, start_of(network, params.start_scale), data)
            ratios.append(lengths[:, 0] / lengths[:, -1])
        found[f"ratio_{name}"] = np.stack(ratios, axis=1)
        found[f"{name}_eight"] = ratios[-1]
    network = network_of(params.depth, params.activation)
    usual = start_of(network, 1.0)
    starts = [[scale * layer for layer in usual] for scale in SCALES]  # biases start at zero
    firsts = np.stack([gradient_lengths(network, start, data)[:, 0] for start in starts], axis=1)
    signals = []
    for start in starts:
        a = buffers(network, data.inputs, len(start[0]), float)
        forward(network, start, a)
        signals.append(a[-2][:, :-1].std(axis=2).mean(axis=1))
    return {
        **found,
        "depths": np.array(DEPTHS),
        "scales": np.array(SCALES),
        "gradient_by_scale": firsts,
        "gradient_quarter": firsts[:, 0],
        "gradient_usual": firsts[:, 2],
        "gradient_four": firsts[:, 4],
        "signal_by_scale": np.stack(signals, axis=1),
    }


def of_screen(shown: Trained, start: list[Array]) -> dict[str, Array]:
    """Each layer's gradient before training, and how far training moved it."""
    network, data = shown.network, shown.data
    lengths = gradient_lengths(network, start, data)
    moved = np.stack(
        [
            np.linalg.norm((end - begun)[:, :-1], axis=(1, 2)) / np.linalg.norm(begun[:, :-1], axis=(1, 2))
            for end, begun in zip(shown.weights, start, strict=True)
        ],
        axis=1,
    )
    moved[shown.diverged_at >= 0] = np.nan
    a = buffers(network, data.inputs, len(lengths), float)
    forward(network, start, a)
    slopes = []
    for layer, name in enumerate(network.activations[:-1]):
        a_hidden = a[layer + 1][:, :-1]
        slopes.append(ACTIVATIONS[name].backward(a_hidden, np.ones_like(a_hidden)).mean(axis=(1, 2)))
    return {
        "layers": np.array([*(f"layer {layer + 1}" for layer in range(lengths.shape[1] - 1)), "output"]),
        "gradient_by_layer": lengths,
        "moved_by_layer": moved,
        "gradient_first": lengths[:, 0],
        "gradient_last": lengths[:, -1],
        "ratio": lengths[:, 0] / lengths[:, -1],
        "moved_first": moved[:, 0],
        "moved_last": moved[:, -1],
        "mean_slope": np.mean(slopes, axis=0),
        "loss": np.where(shown.diverged_at < 0, shown.loss, np.nan),
        "diverged": (shown.diverged_at >= 0).astype(float),
        "loss_start": shown.frames[0].loss,
    }


def run(params: FlowParams, seeds: Array) -> Generator[Frame, None, Outcome[FlowMetrics]]:
    """Measure gradients, then train by depth, by activation and by starting scale."""
    data, test = gate(seeds, POINTS, SPREAD), gate(seeds, TEST_POINTS, SPREAD, purpose="test")
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=params.learning_rate, steps=params.steps)

    @cache
    def start_of(network: Network, scale: float) -> list[Array]:
        return initial_weights(network, seeds, scale)

    def fit(depth: int, name: str, scale: float, frames: int = 2) -> Task:
        network = network_of(depth, name)
        label = f"{depth} layers of {name}, scale {scale:g}"
        return Task(network, data, config, start_of(network, scale), name=label, frames=frames)

    def right(net: Trained, on: Data = test) -> Array:
        share = accuracy(outputs(net.network, net.weights, on.inputs.astype(np.float32)), on.targets)
        return np.where(net.diverged_at < 0, share, np.nan)

    wanted = [(depth, params.activation, params.start_scale) for depth in TRAINED_DEPTHS]
    wanted += [(DEEPEST, name, params.start_scale) for name in HIDDEN]
    wanted += [(params.depth, params.activation, factor * params.start_scale) for factor in (0.25, 4.0)]
    on_screen = (params.depth, params.activation, params.start_scale)
    others = [each for each in dict.fromkeys(wanted) if each != on_screen]
    shown, *nets = yield from train_together([fit(*on_screen, 60), *(fit(*each) for each in others)], seeds)
    scores = {on_screen: right(shown), **dict(zip(others, map(right, nets), strict=True))}
    found = [scores[each] for each in wanted]
    by_depth, by_name, by_scale = found[:4], found[4:7], found[7:]
    return Outcome(shown, FlowMetrics(
        **before_training(start_of, data, params),
        **of_screen(shown, start_of(shown.network, params.start_scale)),
        trained_depths=np.array(TRAINED_DEPTHS), accuracy_by_depth=np.stack(by_depth, axis=1),
        accuracy=scores[on_screen], train_accuracy=right(shown, data),
        accuracy_one=by_depth[0], accuracy_eight=by_depth[-1],
        **{f"eight_{name}": score for name, score in zip(HIDDEN, by_name, strict=True)},
        accuracy_small_start=by_scale[0], accuracy_large_start=by_scale[1],
    ))


EXPERIMENT = Experiment(
    "Gradient flow",
    FlowParams,
    FlowMetrics,
    run,
    views=(
        View(
            "bars",
            "Length of each layer's gradient before training",
            x="layers",
            y=("gradient_by_layer",),
            log_y=True,
        ),
        View(
            "lines",
            "First against last gradient, by depth",
            x="depths",
            x_title="hidden layers",
            y=("ratio_sigmoid", "ratio_tanh", "ratio_relu"),
            names=("sigmoid", "tanh", "ReLU"),
            y_title="first layer / last layer",
            log_y=True,
        ),
        View(
            "lines",
            "Accuracy after training, by depth",
            x="trained_depths",
            y=("accuracy_by_depth",),
            x_title="hidden layers",
            y_title="share of fresh examples right",
        ),
        View(
            "lines",
            "First gradient by the scale of the start",
            x="scales",
            log_x=True,
            y=("gradient_by_scale",),
            x_title="scale of the starting weights",
            y_title="length of the gradient",
            log_y=True,
        ),
    ),
)
