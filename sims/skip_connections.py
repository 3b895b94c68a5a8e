"""Skip connections: from the inputs straight to the output, and around each of many hidden layers.

XOR with noise. One ReLU unit with direct connections from the inputs to the output solves it; without them it cannot,
for one unit draws one line. A wider hidden layer could carry the inputs through: a ReLU unit with a large bias passes
its input on, relu(x + 10) = x + 10, and two of these in place of the direct connections give the same outputs (that
network is on the screen). But training has to find them, and from random starts it often does not.

Around layers (He et al., 2016): a <- a + tanh(W a + b). A deep and narrow network then starts near one that hands its
inputs on, and trains where the plain one of the same size does not yet.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.recording import train_by
from sims.engine.scores import accuracy, accuracy_on
from sims.engine.settings import hidden_setting, layers_setting, steps_setting
from sims.engine.shapes import Gate, gate
from sims.engine.skips import Skipping, train_skipping, updates
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS, TEST_POINTS = 40, 400
WIDTH = 4  # of the deep networks' layers
LIFT = 10.0  # bias of a unit that passes an input on: more than any input is below zero
FLAT = TrainingConfig(learning_rate=0.1)
DEEP = TrainingConfig(optimizer="momentum", learning_rate=0.1)


class SkipParams(Params):
    """Settings of the flat network and of the deep one."""

    task: Gate = setting("xor", title="task", words=("gate", "function", "problem"),
                         description="XOR needs two lines; one line is enough for OR and AND")
    hidden: int = hidden_setting(1, le=4)
    layers: int = layers_setting(14, le=14, ge=2)
    spread: float = setting(0.3, ge=0.1, le=0.5, step=0.05, title="noise", words=("spread", "noise", "overlap"),
                            description="how far the examples lie from the four corners")
    steps: int = steps_setting(120, le=400, ge=20)


class SkipMetrics(Metrics):
    """What the networks with and without skip connections get right."""

    right_direct: Array = metric("share of 400 fresh examples right, with direct connections", unit="share",
                                 part="output")
    right_without: Array = metric("share of 400 fresh examples right, without direct connections", unit="share")
    right_wider: Array = metric("share of 400 fresh examples right, without direct connections and two units wider",
                                unit="share")
    direct_1: Array = metric("weight of the direct connection from input 1")
    direct_2: Array = metric("weight of the direct connection from input 2")
    output_bias: Array = metric("bias of the output with direct connections")
    passed_on: Array = metric("largest difference of the outputs when two ReLU units pass the inputs on instead")
    train_plain: Array = metric("share of the training examples right, many plain layers", unit="share")
    train_around: Array = metric("share of the training examples right, many layers with skip connections",
                                 unit="share")
    deep_plain: Array = metric("share of 400 fresh examples right, many plain layers", unit="share")
    deep_around: Array = metric("share of 400 fresh examples right, many layers with skip connections", unit="share")
    loss_plain: Array = metric("training loss at the end, many plain layers", unit="nats")
    loss_around: Array = metric("training loss at the end, many layers with skip connections", unit="nats")
    deep_steps: Array = shared("steps at which the deep networks' losses were recorded", unit="steps")
    curve_plain: Array = metric("training loss at the recorded steps, many plain layers", unit="nats")
    curve_around: Array = metric("training loss at the recorded steps, many layers with skip connections",
                                 unit="nats")
    parameters_deep: Array = shared("weights and biases of the deep network, with skip connections or without",
                                    unit="parameters")
    networks: Array = shared("the five networks", kind="label")
    fresh: Array = metric("share of 400 fresh examples that each network gets right", unit="share")


def passing_on(net: Skipping) -> list[Array]:
    """The dense ReLU layers (R, n_in + 1, n_out) whose last two hidden units stand in for the direct connections."""
    first, last = net.weights
    replicas = len(first)
    pair = np.zeros((replicas, 3, 2), first.dtype)
    pair[:, :2] = np.eye(2)
    pair[:, 2] = LIFT
    bias = last[:, -1:] - LIFT * net.direct.sum(axis=1, keepdims=True)
    return [np.concatenate((first, pair), axis=2), np.concatenate((last[:, :-1], net.direct, bias), axis=1)]


def run(params: SkipParams, seeds: Array) -> Generator[Frame, None, Outcome[SkipMetrics]]:
    """Train the flat networks and the deep ones on the same examples."""
    data = gate(seeds, POINTS, params.spread, params.task)
    test = gate(seeds, TEST_POINTS, params.spread, params.task, purpose="test")
    flat = TrainingConfig(learning_rate=FLAT.learning_rate, steps=params.steps)
    network = dense(2, [params.hidden], 1, "relu", "sigmoid")
    wider = dense(2, [params.hidden + 2], 1, "relu", "sigmoid")
    direct = Skipping(network, seeds, from_inputs=True)
    shown = yield from train_by(wider, data, flat, updates(direct, data, flat), lambda: passing_on(direct),
                                name="with direct connections")
    without = yield from train(network, data, flat, seeds, name="without", frames=2)
    more = yield from train(wider, data, flat, seeds, name="two units more", frames=2)
    deep = TrainingConfig(optimizer=DEEP.optimizer, learning_rate=DEEP.learning_rate, steps=params.steps // 2)
    tall = dense(2, [WIDTH] * params.layers, 1, "tanh", "sigmoid")
    plain, around = Skipping(tall, seeds), Skipping(tall, seeds, around=True)
    steps, curve_plain = train_skipping(plain, data, deep)
    _, curve_around = train_skipping(around, data, deep)
    said = direct.outputs(test.inputs)
    fresh = [accuracy(said, test.targets), accuracy_on(test, without), accuracy_on(test, more),
             *(accuracy(net.outputs(test.inputs), test.targets) for net in (plain, around))]
    train_plain, train_around = (accuracy(net.outputs(data.inputs), data.targets) for net in (plain, around))
    return Outcome(shown, SkipMetrics(
        right_direct=fresh[0], right_without=fresh[1], right_wider=fresh[2], deep_plain=fresh[3], deep_around=fresh[4],
        direct_1=direct.direct[:, 0, 0], direct_2=direct.direct[:, 1, 0], output_bias=direct.weights[1][:, -1, 0],
        passed_on=np.abs(said - outputs_of(shown, test.inputs)).max(axis=(1, 2)),
        train_plain=train_plain, train_around=train_around, loss_plain=curve_plain[:, -1],
        loss_around=curve_around[:, -1], deep_steps=steps, curve_plain=curve_plain, curve_around=curve_around,
        parameters_deep=np.array(tall.parameters), fresh=np.stack(fresh, axis=1),
        networks=np.array(("with direct connections", "without", "without, two units wider", "many plain layers",
                           "many layers with skips")),
    ))


def outputs_of(trained: Trained, inputs: Array) -> Array:
    """The outputs (R, n_out, N) of the network on the screen."""
    return outputs(trained.network, trained.weights, inputs.astype(np.float32))


EXPERIMENT = Experiment(
    "Skip connections",
    SkipParams,
    SkipMetrics,
    run,
    views=(
        View("network", "Direct connections, as two units that pass the inputs on (the last two)"),
        View("table", "Fresh examples right", x="networks", y=("fresh",), names=("fresh examples right",)),
        View("lines", "Training loss of the deep networks", x="deep_steps", x_title="step", y_title="log loss",
             y=("curve_plain", "curve_around"), names=("plain layers", "with skip connections")),
        View("loss", "Loss while training, with direct connections"),
    ),
)
