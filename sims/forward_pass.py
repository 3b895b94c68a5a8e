"""The forward pass of one example, with every number and every shape; and what training changes that using
does not.

A small network learns whether a point lies near the origin. Its first example is then computed three times:
with loops over single numbers, with one vector a layer, and for all examples at once with matrices, in both
notations in use: examples as rows, A = g(A W + b), as in Keras, and examples as columns, A = g(W A + b), as
in many courses. All agree to rounding; only the shapes are transposed. A layer has (n_in + 1) n_out
parameters.

Predicting leaves the weights alone; one more step of training moves them. A transposed W is mostly refused
because the shapes do not fit; where the layer is square it is accepted, and the result is another one.
"""

from collections.abc import Generator, Sequence
from itertools import pairwise

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy_on
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    layers_setting,
    steps_setting,
)
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS = 100
NEAR = (Axis("near", low=0, high=1),)


class ForwardParams(Params):
    """The shape of the network, and how long it was trained beforehand."""

    inputs: int = setting(2, ge=2, le=4, title="inputs", description="numbers that the network is given",
                          words=("features", "input neurons", "columns", "x"))
    hidden: int = hidden_setting(3)
    layers: int = layers_setting(1, le=3)
    activation: HiddenActivation = activation_setting("sigmoid")
    steps: int = steps_setting(200, le=1000)


class ForwardMetrics(Metrics):
    """One example's numbers, all shapes, the parameter count, and what changes when."""

    number_names: Array = shared("the numbers of the forward pass: a[1]_2 is layer 1, unit 2", kind="label")
    numbers: Array = metric("the forward pass of the first example, from its inputs to the output")
    weight_names: Array = shared(
        "all weights and biases: w[1]_2,3 leads to unit 2 of layer 1 from input 3", kind="label")
    weights: Array = metric("the weights and biases after training")
    array_names: Array = shared("inputs X, and for each layer weights W, biases b and activations A", kind="label")
    rows: Array = metric("rows of each array with examples as rows")
    columns: Array = metric("columns of each array with examples as rows")
    rows_transposed: Array = metric("rows of each array with examples as columns")
    columns_transposed: Array = metric("columns of each array with examples as columns")
    layer_names: Array = shared("the layers that have weights", kind="label")
    weights_by_layer: Array = metric("weights of each layer", unit="parameters")
    biases_by_layer: Array = metric("biases of each layer", unit="parameters")
    weights_counted: Array = metric("weights in all layers", unit="parameters")
    biases_counted: Array = metric("biases in all layers", unit="parameters")
    parameters: Array = metric("all weights and biases, counted in the arrays", unit="parameters")
    parameters_formula: Array = metric(
        "weights and biases by the formula: the sum of (inputs + 1) x units over the layers", unit="parameters")
    loops_gap: Array = metric("difference between the output by loops and by matrices")
    vectors_gap: Array = metric("difference between the output by vectors and by matrices")
    transposed_gap: Array = metric("largest difference between the outputs in the two notations")
    forgotten: Array = metric("output for the first example if the hidden layers' activation is left out")
    forgotten_gap: Array = metric("largest change of an output if the hidden layers' activation is left out")
    mix_up_refused: Array = metric("whether X times the transposed first W is refused for its shape", kind="flag")
    mix_up_gap: Array = metric("largest change of an output if the first W is transposed; not a number if refused")
    prediction: Array = metric("output for the first example", part="output")
    prediction_again: Array = metric("output for the first example after 100 more predictions")
    prediction_trained: Array = metric("output for the first example after one more step of training")
    changed_by_predicting: Array = metric("largest change of any weight by 100 predictions")
    changed_by_training: Array = metric("largest change of any weight by one more step of training")
    accuracy: Array = metric("share of the points that the network gets right", unit="share", part="output")


def near_points(seeds: Array, inputs: int) -> Data:
    """Points even from -1 to 1 in each input; near where the mean square is under its average, 1/3."""
    x = uniform(seeds, [-1] * inputs, [1] * inputs, POINTS)
    axes = tuple(Axis(f"x{i + 1}") for i in range(inputs))
    return Data(x, ((x * x).mean(axis=1, keepdims=True) < 1 / 3).astype(float), axes, NEAR)


def by_loops(weights: Sequence[Array], activations: Sequence[str], x: Array) -> list[float]:
    """One example (n_in,) through layers (n_in + 1, n_out): its inputs, then every z and a in turn."""
    a = [float(value) for value in x]
    numbers = list(a)
    for layer, name in zip(weights, activations, strict=True):
        z = []
        for unit in range(layer.shape[1]):
            total = float(layer[-1, unit])  # the bias
            for i in range(len(a)):
                total += float(layer[i, unit]) * a[i]
            z.append(total)
        a = [float(activate(name, np.array([[value]]))[0, 0]) for value in z]
        numbers += z + a
    return numbers


def by_vectors(weights: Sequence[Array], activations: Sequence[str], x: Array) -> Array:
    """One example (n_in,) through the layers, one vector a layer: the output (n_out,)."""
    a = x
    for layer, name in zip(weights, activations, strict=True):
        a = activate(name, (a @ layer[:-1] + layer[-1])[:, None])[:, 0]
    return a


def by_matrices(weights: Sequence[Array], activations: Sequence[str], x: Array,
                examples_as_rows: bool) -> tuple[Array, list[Array]]:
    """All examples (N, n_in) at once: the outputs (N, n_out), and X, W, b, A, W ... in that notation."""
    a = x if examples_as_rows else x.T
    arrays = [a]
    for layer, name in zip(weights, activations, strict=True):
        w = layer[:-1] if examples_as_rows else layer[:-1].T
        b = layer[-1:] if examples_as_rows else layer[-1:].T
        a = activate(name, a @ w + b if examples_as_rows else w @ a + b)
        arrays += [w, b, a]
    return (a if examples_as_rows else a.T), arrays


def mix_up(weights: Sequence[Array], activations: Sequence[str], x: Array, right: Array) -> float:
    """The largest difference when the first W is transposed by mistake; nan where its shape is refused."""
    first = weights[0]
    try:
        a = activate(activations[0], x @ first[:-1].T + first[-1])
        return float(np.abs(by_matrices(weights[1:], activations[1:], a, True)[0] - right).max())
    except ValueError:
        return float("nan")


def number_names(sizes: Sequence[int]) -> list[str]:
    """Names in the order of `by_loops`."""
    names = [f"x_{i + 1}" for i in range(sizes[0])]
    for layer, size in enumerate(sizes[1:], 1):
        names += [f"{kind}[{layer}]_{unit + 1}" for kind in "za" for unit in range(size)]
    return names


def weight_names(sizes: Sequence[int]) -> list[str]:
    """Names of the weights and biases, layer by layer, unit by unit."""
    names = []
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        for unit in range(n_out):
            names += [f"w[{layer}]_{unit + 1},{i + 1}" for i in range(n_in)] + [f"b[{layer}]_{unit + 1}"]
    return names


def three_ways(trained: Trained) -> dict[str, Array]:
    """Each first example by loops, vectors and matrices, and with a transposed W: metrics (R, ...)."""
    names, rows = trained.network.activations, []
    for r, inputs in enumerate(trained.data.inputs):
        weights = [layer[r].astype(float) for layer in trained.weights]
        loops, vector = by_loops(weights, names, inputs[:, 0]), by_vectors(weights, names, inputs[:, 0])
        matrix, arrays = by_matrices(weights, names, inputs.T, True)
        transposed, others = by_matrices(weights, names, inputs.T, False)
        forgotten, _ = by_matrices(weights, ["linear"] * (len(names) - 1) + [names[-1]], inputs.T, True)
        mixed = mix_up(weights, names, inputs.T, matrix)
        rows.append({
            "numbers": np.array(loops),
            "weights": np.concatenate([layer.T.ravel() for layer in weights]),
            "rows": np.array([array.shape[0] for array in arrays]),
            "columns": np.array([array.shape[1] for array in arrays]),
            "rows_transposed": np.array([array.shape[0] for array in others]),
            "columns_transposed": np.array([array.shape[1] for array in others]),
            "loops_gap": np.array(abs(loops[-1] - matrix[0, 0])),
            "vectors_gap": np.array(abs(vector[0] - matrix[0, 0])),
            "transposed_gap": np.array(np.abs(transposed - matrix).max()),
            "forgotten": forgotten[0, 0],
            "forgotten_gap": np.abs(forgotten - matrix).max(),
            "mix_up_refused": np.array(float(np.isnan(mixed))),
            "mix_up_gap": np.array(mixed),
        })
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def counts(trained: Trained) -> dict[str, Array]:
    """How many weights and biases there are, in the arrays and by the formula: metrics (R, ...)."""
    replicas, sizes = len(trained.loss), trained.network.sizes
    weights = np.array([layer[0, :-1].size for layer in trained.weights])
    biases = np.array([layer[0, -1].size for layer in trained.weights])
    formula = sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
    values = {"weights_by_layer": weights, "biases_by_layer": biases, "weights_counted": weights.sum(),
              "biases_counted": biases.sum(), "parameters": weights.sum() + biases.sum(),
              "parameters_formula": np.array(formula)}
    return {name: np.broadcast_to(value, (replicas, *np.shape(value))) for name, value in values.items()}


def largest_change(before: Sequence[Array], after: Sequence[Array]) -> Array:
    """The largest change of any weight of each replica, (R,)."""
    changes = [np.abs(b - a).max(axis=(1, 2)) for b, a in zip(before, after, strict=True)]
    return np.stack(changes).max(axis=0)


def run(params: ForwardParams, seeds: Array) -> Generator[Frame, None, Outcome[ForwardMetrics]]:
    """Train, take the forward pass apart, predict a hundred times, train one step more."""
    network = dense(params.inputs, [params.hidden] * params.layers, 1, params.activation, "sigmoid")
    data = near_points(seeds, params.inputs)
    shown = yield from train(network, data, TrainingConfig(learning_rate=0.1, steps=params.steps), seeds)
    before = [layer.copy() for layer in shown.weights]
    inputs = data.inputs.astype(np.float32)
    first = outputs(network, shown.weights, inputs)
    for _ in range(100):
        again = outputs(network, shown.weights, inputs)
    changed = largest_change(before, shown.weights)
    one_step = TrainingConfig(optimizer="sgd", learning_rate=0.1, steps=1)
    further = yield from train(network, data, one_step, seeds, weights=before, name="one more step")
    layers = [f"layer {i + 1}" for i in range(params.layers)] + ["output layer"]
    arrays = ["X"] + [f"{kind}[{i + 1}]" for i in range(len(layers)) for kind in "WbA"]
    return Outcome(shown, ForwardMetrics(
        number_names=np.array(number_names(network.sizes)),
        weight_names=np.array(weight_names(network.sizes)),
        array_names=np.array(arrays),
        layer_names=np.array(layers),
        prediction=first[:, 0, 0],
        prediction_again=again[:, 0, 0],
        prediction_trained=outputs(network, further.weights, inputs)[:, 0, 0],
        changed_by_predicting=changed,
        changed_by_training=largest_change(before, further.weights),
        accuracy=accuracy_on(data, shown),
        **three_ways(shown),
        **counts(shown),
    ))


EXPERIMENT = Experiment(
    "Forward pass",
    ForwardParams,
    ForwardMetrics,
    run,
    views=(
        View("network", "The network on the screen"),
        View("table", "One example through the network", y=("numbers",), x="number_names"),
        View("table", "The shape of every array, in both notations", x="array_names",
             y=("rows", "columns", "rows_transposed", "columns_transposed")),
        View("table", "Every weight and bias", y=("weights",), x="weight_names"),
    ),
)
