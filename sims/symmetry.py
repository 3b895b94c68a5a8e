"""Symmetry: units that start alike stay alike, so weights must start at random.

A 2-4-1 network learns XOR from four starts on the same data: all weights zero, all weights equal, tiny
random weights, and the usual random ones. Units with the same weights get the same gradient, so four equal
units remain one unit four times over: their spread stays exactly zero, and the network does no better than
one with a single hidden unit. From zero it does not even do that: the activations are zero, so the gradient
of every weight is zero and only the output's bias can move. Tiny random weights are enough to break the
tie, only later (Rumelhart, Hinton and Williams, 1986, name the problem; Glorot and Bengio, 2010, the usual
scale). Biases may start at zero, and do so here.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import Optimizer, hidden_setting, rate_setting, steps_setting
from sims.engine.shapes import gate
from sims.engine.training import Frame, Trained, TrainingConfig, train, train_all

Start = Literal["zero", "equal", "tiny", "random"]
STARTS: tuple[Start, ...] = ("zero", "equal", "tiny", "random")
POINTS, SPREAD = 40, 0.2
EQUAL, TINY = 0.5, 0.001  # every weight of the equal start; scale of the tiny one
SOLVED = 0.95  # accuracy


class SymmetryParams(Params):
    """Settings of the network; all four starts are trained, whichever is on the screen."""

    start: Start = setting(
        "equal", title="start", description="how the weights of the network on the screen start",
        words=("initialisation", "initialization", "start", "init", "initialise", "initialize", "weights"))
    hidden: int = hidden_setting(4, ge=2)
    activation: Literal["tanh", "sigmoid", "relu"] = setting(
        "tanh", title="hidden activation", description="activation function of the hidden units",
        words=("activation", "activation function"))
    optimizer: Optimizer = setting(
        "adam", title="optimizer", description="rule that turns gradients into steps",
        words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(0.1, le=3)
    steps: int = steps_setting(400, le=1500)


class SymmetryMetrics(Metrics):
    """How far the hidden units came apart, and what that did to the accuracy."""

    starts: Array = shared("the four starts", kind="label")
    accuracies: Array = metric("share of the examples right at the end, for each start", unit="share")
    losses: Array = metric("log loss at the end, for each start", unit="nats")
    spreads: Array = metric("spread of the units' weights at the end, for each start")
    accuracy: Array = metric("share of the examples right, for the start on the screen", unit="share", part="output")
    accuracy_zero: Array = metric("share of the examples right at the end, from zero", unit="share")
    accuracy_equal: Array = metric("share of the examples right at the end, from equal weights", unit="share")
    accuracy_tiny: Array = metric("share of the examples right at the end, from tiny random weights", unit="share")
    accuracy_random: Array = metric("share of the examples right at the end, from random weights", unit="share")
    accuracy_one_unit: Array = metric(
        "share of the examples right at the end, for one hidden unit from random weights", unit="share")
    loss_zero: Array = metric("log loss at the end from zero", unit="nats")
    loss_equal: Array = metric("log loss at the end from equal weights", unit="nats")
    loss_random: Array = metric("log loss at the end from random weights", unit="nats")
    loss_one_unit: Array = metric("log loss at the end for one hidden unit from random weights", unit="nats")
    spread_zero: Array = metric("spread of the units' weights at the end, from zero")
    spread_equal: Array = metric("spread of the units' weights at the end, from equal weights")
    spread_tiny: Array = metric("spread of the units' weights at the end, from tiny random weights")
    spread_random: Array = metric("spread of the units' weights at the end, from random weights")
    spread_tiny_start: Array = metric("spread of the units' weights before training, from tiny random weights")
    gradient_zero: Array = metric(
        "largest gradient of any weight before training, from zero, output bias excluded"
    )
    solved_random: Array = metric("whether random weights solve 95 % or more of the examples", kind="flag")
    half_way_tiny: Array = metric(
        "recorded step at which the loss is half way down, from tiny random weights", unit="steps")
    half_way_random: Array = metric(
        "recorded step at which the loss is half way down, from random weights", unit="steps")
    frame_steps: Array = shared("the recorded steps", unit="steps")
    spread_in_time: Array = metric("spread of the units' weights at the recorded steps, on the screen")
    equal_in_time: Array = metric("spread of the units' weights at the recorded steps, from equal weights")
    tiny_in_time: Array = metric("spread of the units' weights at the recorded steps, from tiny random weights")
    random_in_time: Array = metric("spread of the units' weights at the recorded steps, from random weights")


def start_of(name: Start, network: Network, seeds: Array) -> list[Array]:
    """The starting weights of that name; biases are zero in all of them."""
    weights = initial_weights(network, seeds, scale=TINY if name == "tiny" else 1.0)
    for layer in weights:
        if name == "zero":
            layer[:] = 0
        elif name == "equal":
            layer[:, :-1] = EQUAL
    return weights


def unit_spread(weights: tuple[Array, ...]) -> Array:
    """How far the hidden units differ: the largest difference between two units in any incoming or outgoing
    weight, (R,)."""
    units = np.concatenate(
        [weights[0], weights[1][:, :-1].transpose(0, 2, 1)], axis=1
    )  # (R, weights, hidden)
    return np.asarray((units.max(axis=2) - units.min(axis=2)).max(axis=1))


def half_way(net: Trained) -> Array:
    """The first recorded step at which the loss is half way from its first to its smallest value, (R,); nan
    where it fell by less than 0.05 nats."""
    losses = np.stack([frame.loss for frame in net.frames], axis=1)
    middle = (losses[:, :1] + losses.min(axis=1, keepdims=True)) / 2
    steps = np.array([frame.step for frame in net.frames], float)
    fell = losses[:, 0] - losses.min(axis=1) >= 0.05
    return np.where(fell, steps[(losses <= middle).argmax(axis=1)], np.nan)


def measure(nets: dict[Start, Trained], one: Trained, params: SymmetryParams) -> SymmetryMetrics:
    """Compare the four starts, and one hidden unit."""
    data = one.data

    def right(net: Trained) -> Array:
        return accuracy(outputs(net.network, net.weights, data.inputs.astype(np.float32)), data.targets)

    rights, spreads = (
        {name: right(net) for name, net in nets.items()},
        {n: unit_spread(net.weights) for n, net in nets.items()},
    )
    in_time = {
        name: np.stack([unit_spread(frame.weights) for frame in net.frames], axis=1)
        for name, net in nets.items()
    }
    zeros = [layer * 0.0 for layer in nets["zero"].weights]
    gradients = loss_gradients(nets["zero"].network, zeros, data.inputs, data.targets, "log_loss")
    gradients[-1][:, -1] = 0  # the output's bias
    return SymmetryMetrics(
        starts=np.array(STARTS),
        accuracies=np.stack(list(rights.values()), axis=1),
        losses=np.stack([net.loss for net in nets.values()], axis=1),
        spreads=np.stack(list(spreads.values()), axis=1),
        accuracy=rights[params.start],
        **{f"accuracy_{name}": share for name, share in rights.items()},
        accuracy_one_unit=right(one),
        loss_zero=nets["zero"].loss,
        loss_equal=nets["equal"].loss,
        loss_random=nets["random"].loss,
        loss_one_unit=one.loss,
        **{f"spread_{name}": spread for name, spread in spreads.items()},
        spread_tiny_start=in_time["tiny"][:, 0],
        gradient_zero=np.max([np.abs(layer).max(axis=(1, 2)) for layer in gradients], axis=0),
        solved_random=(rights["random"] >= SOLVED).astype(float),
        half_way_tiny=half_way(nets["tiny"]),
        half_way_random=half_way(nets["random"]),
        frame_steps=np.array([frame.step for frame in nets["random"].frames]),
        spread_in_time=in_time[params.start],
        equal_in_time=in_time["equal"],
        tiny_in_time=in_time["tiny"],
        random_in_time=in_time["random"],
    )


def run(params: SymmetryParams, seeds: Array) -> Generator[Frame, None, Outcome[SymmetryMetrics]]:
    """Train from all four starts, and one hidden unit for comparison."""
    data = gate(seeds, POINTS, SPREAD)
    network, single = (dense(2, [width], 1, params.activation, "sigmoid") for width in (params.hidden, 1))
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=params.learning_rate, steps=params.steps)
    found = yield from train_all(
        train(network, data, config, seeds, weights=start_of(name, network, seeds), name=name)
        for name in STARTS
    )
    one = yield from train(single, data, config, seeds, name="one unit", frames=6)
    nets = dict(zip(STARTS, found, strict=True))
    return Outcome(nets[params.start], measure(nets, one, params))


EXPERIMENT = Experiment(
    "Symmetry",
    SymmetryParams,
    SymmetryMetrics,
    run,
    views=(
        View("network", "What each hidden unit marks"),
        View(
            "lines",
            "How far the units have come apart",
            x="frame_steps",
            x_title="training step",
            y=("equal_in_time", "tiny_in_time", "random_in_time"),
            names=("equal start", "tiny differences", "random start"),
            y_title="largest difference between two units",
        ),
        View("bars", "Accuracy by start", x="starts", y=("accuracies",), y_title="share right"),
        View("loss", "Loss while training"),
    ),
)
