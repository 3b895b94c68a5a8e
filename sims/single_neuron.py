"""One neuron, set by hand: what it computes, and where its line lies.

A mango has a softness and a colour. The neuron multiplies each by a weight, adds the bias, z = w1 x1 + w2 x2
+ b, and passes z through its activation function, a = g(z). Nothing is trained: the settings are the weights.
The label "ripe" follows softness + colour, with some luck, so that the neuron's decisions can be counted.

With a step as its activation it is Rosenblatt's perceptron (1958). Step and sigmoid cross over at the same
place, z = 0, so they decide alike; but the step tells nothing of how near the call was, and a nudge of a
weight does not move it, so that there is no slope to descend (Goodfellow, Bengio and Courville, *Deep
Learning*, 2016, section 6.2).
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network
from sims.engine.scores import best_line_accuracy
from sims.engine.settings import points_setting
from sims.engine.training import Frame, TrainingConfig, untrained

AXES = (Axis("softness"), Axis("colour"))
RIPE = (Axis("ripe", low=0, high=1),)
LINE = 0.25  # ripe where softness + colour exceed this, more or less
NUDGE = 0.001
SHAPES = ("step", "sigmoid", "tanh", "relu", "linear")
PARTS = ("softness x1", "colour x2", "w1 x1", "w2 x2", "bias b", "sum z", "activation a")
CURVE_Z = np.linspace(-6, 6, 121)

NeuronActivation = Literal["sigmoid", "step", "tanh", "relu", "linear"]


class NeuronParams(Params):
    """The weights, the bias and the activation of the one neuron, set by hand."""

    softness_weight: float = setting(4.0, ge=-10, le=10, step=0.5, title="weight of softness",
                                     description="how much softness speaks for ripe; negative: against it",
                                     words=("first weight", "w1", "weight 1"))
    colour_weight: float = setting(4.0, ge=-10, le=10, step=0.5, title="weight of colour",
                                   description="how much colour speaks for ripe; negative: against it",
                                   words=("second weight", "w2", "weight 2"))
    bias: float = setting(-1.0, ge=-10, le=10, step=0.5, title="bias", words=("b", "threshold", "offset"),
                          description="added to the weighted sum: it moves the line without turning it")
    activation: NeuronActivation = setting("sigmoid", title="activation", words=("activation function",),
                                           description="the function that turns the sum into the output")
    points: int = points_setting(100, "mangoes")


class NeuronMetrics(Metrics):
    """What the neuron makes of one mango, of all of them, and of a nudge."""

    part_names: Array = shared("the steps of the computation for the first mango", kind="label")
    parts: Array = metric("for the first mango: inputs, their products with the weights, bias, z and a")
    z: Array = metric("pre-activation of the first mango: the weighted sum plus the bias")
    a: Array = metric("activation of the first mango: the neuron's output")
    shape_names: Array = shared("the activation functions", kind="label")
    a_by_shape: Array = metric("output for the first mango's z with each activation function")
    accuracy: Array = metric("share of the mangoes on the right side of the neuron's line", unit="share", part="output")
    best_line: Array = metric("largest share of the mangoes that any straight line gets right", unit="share")
    line_distance: Array = metric("distance of the line z = 0 from the mango (0, 0): |b| / |w|")
    same_side: Array = metric(
        "share of the mangoes where the output is above one half exactly if the step says 1", unit="share")
    unsure: Array = metric("share of the mangoes with a sigmoid output from 0.1 to 0.9", unit="share")
    unsure_step: Array = metric(
        "share of the mangoes with an output from 0.1 to 0.9 of a step, which says 0 or 1", unit="share")
    unsure_doubled: Array = metric(
        "share of the mangoes with a sigmoid output from 0.1 to 0.9, both weights and the bias doubled", unit="share")
    kept_doubled: Array = metric(
        "share of the decisions that stay when both weights and the bias are doubled", unit="share")
    nudge_step: Array = metric("mean change of the step's output when the first weight grows by 0.001")
    nudge_sigmoid: Array = metric("mean change of the sigmoid's output when the first weight grows by 0.001")
    moved_sigmoid: Array = metric(
        "share of the mangoes whose sigmoid output changes when the first weight grows by 0.001", unit="share")
    moved_step: Array = metric(
        "share of the mangoes for which a step's output changes when the first weight grows by 0.001", unit="share")
    curve_z: Array = shared("pre-activation z")
    curve_chosen: Array = metric("output of the chosen activation over z")
    curve_step: Array = metric("output of the step over z")
    curve_sigmoid: Array = metric("output of the sigmoid over z")


def mangoes(seeds: Array, points: int) -> Data:
    """Mangoes drawn evenly; ripe is a coin flip with probability sigmoid(8 (softness + colour - 0.25))."""
    inputs = uniform(seeds, [-1, -1], [1, 1], points)
    chance = activate("sigmoid", 8 * (inputs.sum(axis=1, keepdims=True) - LINE))
    return Data(inputs, coin_flips(seeds, chance), AXES, RIPE)


def measure(params: NeuronParams, data: Data) -> NeuronMetrics:
    """Follow the first mango through the neuron, then count and nudge over all of them."""
    x, w = data.inputs, np.array([params.softness_weight, params.colour_weight])
    products = w[:, None] * x  # (R, 2, N)
    z = products.sum(axis=1) + params.bias  # (R, N)
    first = np.stack((*x[:, :, 0].T, *products[:, :, 0].T, np.full(len(x), params.bias), z[:, 0]))  # (6, R)
    a = activate(params.activation, z[:, 0])
    sigmoid, nudged = activate("sigmoid", z), z + NUDGE * x[:, 0]

    def same_for_all(curve: Array) -> Array:
        return np.broadcast_to(curve, (len(x), *curve.shape))

    def unsure(output: Array) -> Array:
        return ((output >= 0.1) & (output <= 0.9)).mean(axis=1)

    def moved(shape: str) -> Array:
        change = activate(shape, nudged) - activate(shape, z)
        return np.abs(change).mean(axis=1)

    def share_moved(shape: str) -> Array:
        return (activate(shape, nudged) != activate(shape, z)).mean(axis=1)

    return NeuronMetrics(
        part_names=np.array(PARTS),
        parts=np.concatenate((first, a[None])).T + 0.0,  # + 0.0 turns -0 into 0
        z=z[:, 0],
        a=a,
        shape_names=np.array(("step", "sigmoid", "tanh", "ReLU", "linear")),
        a_by_shape=np.stack([activate(shape, z[:, 0]) for shape in SHAPES], axis=1),
        accuracy=((z > 0) == (data.targets[:, 0] > 0.5)).mean(axis=1),
        best_line=best_line_accuracy(x, data.targets),
        line_distance=same_for_all(np.abs(params.bias) / np.linalg.norm(w)),
        same_side=((activate(params.activation, z) > 0.5) == (z > 0)).mean(axis=1),
        unsure=unsure(sigmoid),
        unsure_step=unsure(activate("step", z)),
        unsure_doubled=unsure(activate("sigmoid", 2 * z)),
        kept_doubled=((2 * z > 0) == (z > 0)).mean(axis=1),
        nudge_step=moved("step"),
        nudge_sigmoid=moved("sigmoid"),
        moved_sigmoid=share_moved("sigmoid"),
        moved_step=share_moved("step"),
        curve_z=CURVE_Z,
        curve_chosen=same_for_all(activate(params.activation, CURVE_Z)),
        curve_step=same_for_all(activate("step", CURVE_Z)),
        curve_sigmoid=same_for_all(activate("sigmoid", CURVE_Z)),
    )


def run(params: NeuronParams, seeds: Array) -> Generator[Frame, None, Outcome[NeuronMetrics]]:
    """Set the weights, show the neuron, train nothing."""
    data = mangoes(seeds, params.points)
    column = np.array([[params.softness_weight], [params.colour_weight], [params.bias]])
    config = TrainingConfig(loss="log_loss" if params.activation == "sigmoid" else "squared_error", steps=0)
    neuron = Network((2, 1), (params.activation,))
    shown = untrained(neuron, [np.broadcast_to(column, (len(seeds), 3, 1))], data, config)
    yield shown.frames[0]
    return Outcome(shown, measure(params, data))


EXPERIMENT = Experiment(
    "One neuron by hand",
    NeuronParams,
    NeuronMetrics,
    run,
    views=(
        View("network", "The neuron's output over all mangoes"),
        View("table", "One mango, step by step", y=("parts",), x="part_names"),
        View("lines", "What the activation does with z", y=("curve_chosen", "curve_step", "curve_sigmoid"),
             names=("on the screen", "step", "sigmoid"),
             x="curve_z", x_title="z", y_title="output"),
        View("bars", "The same z through five activation functions", y=("a_by_shape",), x="shape_names",
             y_title="activation a"),
    ),
)
