"""Deep or wide at an equal number of parameters: one to four hidden layers on two spirals.

The same budget of weights and biases is spent on one wide hidden layer or on up to four narrow ones, and all
learn two spirals wound into each other (full batch, Adam; accuracy on 500 new points). Folklore says that
deeper is better. Measured: with one learning rate for all, 0.03, two layers beat one by far; but that rate is
too small for the wide network. With a rate of its own for each depth, the best of a scan over 0.005 to 1.2,
all come out nearly alike, and with half the budget the one wide layer is ahead.

Why depth can pay is shown beside it without training: layers of two ReLU units, each folding the line in
half, make 2^depth straight pieces; one hidden layer of H units makes H + 1 at most (Telgarsky, "Benefits of
depth", 2016; Montufar et al., 2014). Such weights exist; whether training finds them is another question.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy_on
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    layers_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import spirals
from sims.engine.training import Frame, Trained, TrainingConfig, train

DEPTHS = (1, 2, 3, 4)
POINTS = 150
TEST_POINTS = 500
NOISE = 0.02
OWN_RATES = {1: 0.5, 2: 0.04, 3: 0.025, 4: 0.015}
OWN_RATES_RELU = {1: 0.1, 2: 0.05, 3: 0.03, 4: 0.02}  # a wide ReLU layer loses units at larger rates


class DepthParams(Params):
    """The task, the budget and the training; `layers` is the network on the screen."""

    layers: int = layers_setting(2, le=4)
    budget: int = setting(200, ge=40, le=200, title="parameter budget", unit="parameters",
                          description="weights and biases that each network may have at most",
                          words=("budget", "number of parameters", "parameters", "size"))
    turns: float = setting(2.5, ge=0.5, le=3, step=0.25, title="turns of the spirals", unit="turns",
                           description="how tightly the spirals are wound: how hard the task is",
                           words=("turns", "difficulty", "windings"))
    activation: HiddenActivation = activation_setting("tanh")
    rates: Literal["own", "same"] = setting(
        "own", title="learning rates", words=("rates", "tuned"),
        description="each depth its own rate, the best of a scan, or the same for all")
    learning_rate: float = rate_setting(0.03)
    steps: int = steps_setting(400, le=800)


class DepthMetrics(Metrics):
    """How each depth does with the same number of parameters."""

    depths: Array = shared("hidden layers", unit="layers")
    names: Array = shared("the units of each hidden layer", kind="label")
    parameters: Array = metric("weights and biases of each network", unit="parameters")
    rates: Array = metric("learning rate of each network")
    accuracies_new: Array = metric("share of 500 new points that each network gets right", unit="share")
    accuracy_one: Array = metric(
        "share of 500 new points that the network with one hidden layer gets right", unit="share")
    accuracy_two: Array = metric(
        "share of 500 new points that the network with two hidden layers gets right", unit="share")
    accuracy_three: Array = metric(
        "share of 500 new points that the network with three hidden layers gets right", unit="share")
    accuracy_four: Array = metric(
        "share of 500 new points that the network with four hidden layers gets right", unit="share")
    best_depth: Array = metric("the depth with the largest accuracy, the shallowest if equal", unit="layers")
    gain_two: Array = metric("accuracy with two hidden layers minus accuracy with one", unit="share")
    gain_four: Array = metric("accuracy with four hidden layers minus accuracy with one", unit="share")
    accuracies_training: Array = metric("share of the training points that each network gets right", unit="share")
    losses: Array = metric("log loss of each network at the end of training", unit="nats")
    loss_one: Array = metric("log loss with one hidden layer", unit="nats")
    loss_two: Array = metric("log loss with two hidden layers", unit="nats")
    pieces_folded: Array = metric("straight pieces of hand-made layers of two ReLU units", unit="pieces")
    pieces_flat: Array = metric(
        "most straight pieces of one hidden layer with as many parameters as the folding layers", unit="pieces")
    pieces_deep: Array = metric("straight pieces of four hand-made layers of two units", unit="pieces")
    pieces_wide: Array = metric(
        "most straight pieces of one hidden layer with as many parameters as the four folding layers", unit="pieces")


def widths(depth: int, budget: int) -> list[int]:
    """Units of `depth` hidden layers, equal or differing by one, that use the budget best."""
    best, most = [1] * depth, 0
    for width in range(1, budget):
        for wider in range(depth):
            hidden = [width + 1] * wider + [width] * (depth - wider)
            count = dense(2, hidden, 1, "tanh", "sigmoid").parameters
            if most < count <= budget:
                best, most = hidden, count
    return best


def pieces(depth: int) -> tuple[int, int]:
    """Straight pieces over 0 to 1 of `depth` folding layers, counted; and the most that one hidden layer with
    as many parameters can have.

    A fold is 2 relu(x) - 4 relu(x - 1/2): up from 0 to 1 and down again. Folding a fold doubles its teeth.
    """
    network = dense(1, [2] * depth, 1, "relu", "linear")
    bias = [0.0, -0.5]
    layers = [np.array([[[1.0, 1.0], bias]])] + [np.array([[[2.0, 2.0], [-4.0, -4.0], bias]])] * (depth - 1)
    x = np.arange(2**10 + 1)[None, None] / 2**10  # every corner is one of these
    y = outputs(network, [*layers, np.array([[[2.0], [-4.0], [0.0]]])], x)[0, 0]
    corners = int(np.count_nonzero(np.abs(np.diff(y, n=2)) > 1e-9))
    units = (network.parameters - 1) // 3  # one hidden layer of H units has 3 H + 1 parameters
    return corners + 1, units + 1


def measure(trained: dict[int, Trained], seeds: Array, turns: float) -> DepthMetrics:
    """Test every depth on new points, and count the pieces of the hand-made networks."""
    test = spirals(seeds, TEST_POINTS, turns, NOISE, "test")
    accuracy = {depth: accuracy_on(test, one) for depth, one in trained.items()}
    accuracies = np.stack(list(accuracy.values()), axis=1)
    made = np.array([pieces(depth) for depth in DEPTHS])

    def for_all(values: Array | int) -> Array:
        return np.broadcast_to(values, (len(seeds), *np.shape(values)))

    return DepthMetrics(
        depths=np.array(DEPTHS),
        names=np.array([" + ".join(map(str, one.network.sizes[1:-1])) for one in trained.values()]),
        parameters=for_all(np.array([one.network.parameters for one in trained.values()])),
        rates=for_all(np.array([one.config.learning_rate for one in trained.values()])),
        accuracies_new=accuracies,
        accuracy_one=accuracy[1],
        accuracy_two=accuracy[2],
        accuracy_three=accuracy[3],
        accuracy_four=accuracy[4],
        best_depth=1 + accuracies.argmax(axis=1),
        gain_two=accuracy[2] - accuracy[1],
        gain_four=accuracy[4] - accuracy[1],
        accuracies_training=np.stack([accuracy_on(one.data, one) for one in trained.values()], axis=1),
        losses=np.stack([one.loss for one in trained.values()], axis=1),
        loss_one=trained[1].loss,
        loss_two=trained[2].loss,
        pieces_folded=for_all(made[:, 0]),
        pieces_flat=for_all(made[:, 1]),
        pieces_deep=for_all(made[-1, 0]),
        pieces_wide=for_all(made[-1, 1]),
    )


def run(params: DepthParams, seeds: Array) -> Generator[Frame, None, Outcome[DepthMetrics]]:
    """Spend the budget on one to four hidden layers and train each on the same points."""
    data = spirals(seeds, POINTS, params.turns, NOISE)
    rates = OWN_RATES_RELU if params.activation in ("relu", "leaky_relu") else OWN_RATES
    trained: dict[int, Trained] = {}
    for depth in DEPTHS:
        rate = rates[depth] if params.rates == "own" else params.learning_rate
        config = TrainingConfig(learning_rate=rate, steps=params.steps)
        network = dense(2, widths(depth, params.budget), 1, params.activation, "sigmoid")
        frames = 60 if depth == params.layers else 2
        trained[depth] = yield from train(network, data, config, seeds, name=f"{depth} hidden layers", frames=frames)
    return Outcome(trained[params.layers], measure(trained, seeds, params.turns))


EXPERIMENT = Experiment(
    "Deep or wide",
    DepthParams,
    DepthMetrics,
    run,
    views=(
        View("network", "The network on the screen"),
        View("lines", "New points right, at equal parameters", y=("accuracies_new", "accuracies_training"),
             names=("new points", "training points"),
             x="depths", x_title="hidden layers", y_title="share right"),
        View("table", "The networks, by the units of their hidden layers", x="names",
             y=("parameters", "rates", "accuracies_new", "losses"),
             names=("parameters", "learning rate", "new points right", "training loss (nats)")),
        View("lines", "Straight pieces without training: folding layers against one layer", x="depths",
             y=("pieces_folded", "pieces_flat"), names=("folding layers", "one layer"),
             x_title="hidden layers", y_title="straight pieces"),
    ),
)
