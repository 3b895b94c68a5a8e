"""Why a non-linear activation: without one, every stack of layers is a single neuron.

Networks of the same width and depth get the same four clouds of XOR: one with linear hidden layers, one with
tanh, one with ReLU, and one with the activation that the learner asks for. No straight line parts the two
clouds of "yes" from those of "no"; for OR and AND one does. Full batch, Adam.

Linear layers multiply out: W2ᵀ(W1ᵀx + b1) + b2 = (W1 W2)ᵀx + (W2ᵀb1 + b2) (Goodfellow, Bengio and Courville,
*Deep Learning*, 2016, section 6.1). The run multiplies its trained matrices and compares the one matrix with
the network. Where folklore is too short: non-linear is needed, not enough (width 1 fails with any of them),
and where one line does the job, the linear network does it as well.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import buffers, dense, forward
from sims.engine.scores import accuracy_on, best_line_accuracy
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    layers_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import Gate, gate
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS = 100
COMPARED: tuple[HiddenActivation, ...] = ("linear", "tanh", "relu")


class NonlinearityParams(Params):
    """Settings of the networks that are compared; `activation` is the one on the screen."""

    activation: HiddenActivation = activation_setting("linear")
    task: Gate = setting("xor", title="task", words=("gate", "task", "function"),
                         description="xor needs a bent boundary; for or and and one straight line is enough")
    hidden: int = hidden_setting(4)
    layers: int = layers_setting(2, le=4)
    spread: float = setting(0.25, ge=0, le=0.6, step=0.05, title="spread of the clouds",
                            description="standard deviation of each cloud; the corners are 2 apart",
                            words=("noise", "spread", "overlap"))
    learning_rate: float = rate_setting(0.05)
    steps: int = steps_setting(280, le=1000)


class NonlinearityMetrics(Metrics):
    """What each activation got right, and how far the product of the matrices is from the network."""

    activations: Array = shared("the three activations that are compared", kind="label")
    accuracies: Array = metric("share of the points that each network gets right", unit="share")
    accuracy: Array = metric(
        "share of the points that the network on the screen gets right", unit="share", part="output")
    accuracy_linear: Array = metric("share of the points that the network with linear layers gets right", unit="share")
    accuracy_tanh: Array = metric("share of the points that the network with tanh layers gets right", unit="share")
    accuracy_relu: Array = metric("share of the points that the network with ReLU layers gets right", unit="share")
    best_line: Array = metric("largest share of the points that any straight line gets right", unit="share")
    loss_linear: Array = metric("log loss of the linear network at the end; always saying 0.5 costs 0.693",
                                unit="nats")
    parameters: Array = metric("weights and biases of each network", unit="parameters")
    inputs: Array = shared("the inputs of the one matrix: both inputs and the bias", kind="label")
    one_output: Array = shared("the output of the one matrix", kind="label")
    product: Array = metric("the linear network's matrices, biases included, multiplied into one")
    largest_logit: Array = metric("largest logit of the linear network over its points, in absolute value")
    collapse_gap: Array = metric(
        "largest difference, over the points, between the linear network's logit and that of the one matrix its "
        "matrices make")
    shown_gap: Array = metric(
        "largest difference, over the points, between the logit of the network on the screen and that of its "
        "matrices with its activations left out")


def one_matrix(weights: Sequence[Array]) -> Array:
    """The product of all layers (R, n_in + 1, n_out), as if every activation were linear.

    Each layer but the last gets a column that hands the 1 of the bias row on to the next.
    """
    product = weights[0].astype(float)
    for layer in weights[1:]:
        ones = np.zeros((*product.shape[:2], 1))
        ones[:, -1] = 1
        product = np.concatenate((product, ones), axis=2) @ layer.astype(float)
    return product


def logits(trained: Trained) -> tuple[Array, Array]:
    """The network's logits over its points, and those of its one matrix, both (R, 1, N) in float64."""
    weights = [layer.astype(float) for layer in trained.weights]
    network = replace(trained.network, activations=(*trained.network.activations[:-1], "linear"))
    a = buffers(network, trained.data.inputs, len(weights[0]), float)
    own = forward(network, weights, a)
    return own, one_matrix(weights).transpose(0, 2, 1) @ a[0]


def largest(values: Array) -> Array:
    """The largest absolute value of each replica, (R, ...) to (R,)."""
    return np.abs(values).reshape(len(values), -1).max(axis=1)


def measure(trained: dict[str, Trained], shown: Trained) -> NonlinearityMetrics:
    """Compare the networks with one another, and the linear one with its one matrix."""
    share = {name: accuracy_on(trained[name].data, trained[name]) for name in COMPARED}
    linear, data = trained["linear"], shown.data
    return NonlinearityMetrics(
        activations=np.array(("linear", "tanh", "ReLU")),
        accuracies=np.stack([share[name] for name in COMPARED], axis=1),
        accuracy=accuracy_on(data, shown),
        accuracy_linear=share["linear"],
        accuracy_tanh=share["tanh"],
        accuracy_relu=share["relu"],
        best_line=best_line_accuracy(data.inputs, data.targets),
        loss_linear=linear.loss,
        parameters=np.full(len(shown.loss), shown.network.parameters),
        inputs=np.array((*(axis.name for axis in data.axes), "bias")),
        one_output=np.array(("logit",)),
        product=one_matrix(linear.weights),
        largest_logit=largest(logits(linear)[0]),
        collapse_gap=largest(np.subtract(*logits(linear))),
        shown_gap=largest(np.subtract(*logits(shown))),
    )


def run(params: NonlinearityParams, seeds: Array) -> Generator[Frame, None, Outcome[NonlinearityMetrics]]:
    """Train the networks on the same points, each replica with its own."""
    data = gate(seeds, POINTS, params.spread, params.task)
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    trained: dict[str, Trained] = {}
    for name in dict.fromkeys((*COMPARED, params.activation)):
        network = dense(2, [params.hidden] * params.layers, 1, name, "sigmoid")
        trained[name] = yield from train(network, data, config, seeds, name=name)
    shown = trained[params.activation]
    return Outcome(shown, measure(trained, shown))


EXPERIMENT = Experiment(
    "Linear, tanh or ReLU",
    NonlinearityParams,
    NonlinearityMetrics,
    run,
    views=(
        View("network", "What each unit and the output make of the plane"),
        View("bars", "Share of the points that each network gets right", y=("accuracies",), x="activations"),
        View("matrix", "The linear network as one matrix", y=("product",), x="one_output", rows="inputs"),
        View("histogram", "The linear network over all runs", y=("accuracy_linear",), names=("share right",)),
    ),
)
