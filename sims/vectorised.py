"""A layer by loop and by matrix product: the same multiplications, another number of instructions.

The outputs of one layer for some examples are computed twice in float32. The loop goes through examples, units and
inputs, and each multiplication and each addition is an instruction of its own to the interpreter; they are counted
as they are given. The matrix product is one, and adding the biases another one. No seconds are measured: they depend
on the machine. The sums are taken in another order inside the product, so that last digits may differ (Goldberg, 1991);
with whole numbers nothing is rounded, and they cannot.

Vectorised code has a fault of its own. Where outputs of shape (N, 1) meet targets of shape (N,), numpy and its kin
stretch both to (N, N), without a word (Harris et al., 2020, on broadcasting). A linear neuron is trained with the right
shapes and with these.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, outputs
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train
from sims.engine.untrained import training_is_left_out

FRESH = 400
WAYS = ("loop", "matrix product")


class VectorisedParams(Params):
    """The layer and its examples, and how the neuron with right and wrong shapes is trained."""

    values: Literal["decimal", "whole"] = setting(
        "decimal", title="numbers", words=("values", "numbers", "integers"),
        description="decimal: drawn from a normal distribution; whole: whole numbers from -3 to 3")
    inputs: int = setting(16, ge=1, le=64, title="inputs", description="inputs of the layer", unit="inputs",
                          words=("features", "inputs", "n_in"))
    units: int = setting(5, ge=1, le=20, title="units", description="units of the layer", unit="units",
                         words=("neurons", "units", "outputs"))
    points: int = points_setting(80, le=150)
    noise: float = setting(0.5, ge=0, le=10, step=0.5, title="luck", words=("noise", "spread"),
                           description="spread of what is added to the targets")
    steps: int = steps_setting(60, le=200)
    learning_rate: float = rate_setting(0.05, le=0.1)


class VectorisedMetrics(Metrics):
    """What the two ways give, what they ask of the interpreter, and what wrong shapes do."""

    ways: Array = shared("the two ways", kind="label")
    orders: Array = metric("instructions to the interpreter, by loop and by matrix product", kind="count")
    orders_loop: Array = metric("instructions to the interpreter that the loop gives", kind="count")
    orders_matrix: Array = metric("instructions to the interpreter with a matrix product", kind="count")
    multiplications: Array = metric("multiplications in either way: examples × inputs × units", kind="count")
    ratio: Array = metric("instructions of the loop for each one with a matrix product", unit="times")
    apart: Array = metric("largest distance between an output by loop and by matrix product")
    largest: Array = metric("largest size of an output")
    differ: Array = metric("share of the outputs that differ in some digit between the two ways", unit="share")
    differ_whole: Array = metric("share of the outputs that differ with whole numbers in the same layer", unit="share")
    explained: Array = metric("part of the fresh targets' variance explained by the neuron with right shapes",
                              part="output")
    explained_wrong: Array = metric("part of the fresh targets' variance explained by the neuron with wrong shapes")
    spread: Array = metric("spread of the fresh outputs with right shapes against that of the targets")
    spread_wrong: Array = metric("spread of the fresh outputs with wrong shapes against that of the targets")
    numbers_right: Array = shared("differences between outputs and targets with right shapes", kind="count")
    numbers_wrong: Array = shared("differences between outputs and targets with wrong shapes", kind="count")
    bias_wrong: Array = metric("bias of the neuron with wrong shapes")
    mean_target: Array = metric("mean of the training targets")
    said: Array = metric("outputs for the first ten fresh examples with right shapes")
    said_wrong: Array = metric("outputs for the first ten fresh examples with wrong shapes")
    wanted: Array = metric("targets of the first ten fresh examples")
    some: Array = shared("ten fresh examples", kind="label")


def drawn(seeds: Array, shape: tuple[int, ...], purpose: str, values: str) -> Array:
    """Numbers in float32 (R, *shape): normal, or whole ones from -3 to 3."""
    if values == "whole":
        return draw(seeds, purpose, lambda rng: rng.integers(-3, 4, shape).astype(np.float32))
    return draw(seeds, purpose, lambda rng: rng.normal(size=shape).astype(np.float32))


def by_loop(x: Array, w: Array, b: Array) -> tuple[Array, int]:
    """A layer's pre-activations (R, N, units) for x (R, N, n), w (R, n, units), b (R, units), number by number, and how
    many multiplications and additions were asked for. The replicas go along in each."""
    replicas, points, inputs = x.shape
    z, orders = np.zeros((replicas, points, w.shape[2]), np.float32), 0
    for i in range(points):
        for j in range(w.shape[2]):
            total = np.zeros(replicas, np.float32)
            for k in range(inputs):
                product = x[:, i, k] * w[:, k, j]
                total = total + product
                orders += 2
            z[:, i, j] = total + b[:, j]
            orders += 1
    return z, orders


def by_matrix(x: Array, w: Array, b: Array) -> tuple[Array, int]:
    """The same pre-activations by one matrix product and one addition."""
    return np.matmul(x, w) + b[:, None], 2


def broadcast_training(x: Array, y: Array, start: Array, rate: float, steps: int) -> Array:
    """Gradient descent on the mean of (outputs (R, N, 1) - targets (R, 1, N)) squared, as the wrong shapes have it:
    weights and bias (R, n + 1) from `start`."""
    ones = np.concatenate((x, np.ones_like(x[:, :, :1])), axis=2)  # (R, N, n + 1)
    w = start.copy()
    for _ in range(0 if training_is_left_out() else steps):
        said = np.matmul(ones, w[:, :, None])  # (R, N, 1)
        errors = said - y[:, None]  # (R, N, N), and meant to be (R, N, 1)
        slope = 2 * np.matmul(ones.transpose(0, 2, 1), errors).mean(axis=2) / x.shape[1]
        w = w - rate * slope
    return w


def explained(said: Array, wanted: Array) -> Array:
    """The part of the targets' variance that outputs (R, N) explain, (R,)."""
    return 1 - ((said - wanted) ** 2).mean(axis=1) / wanted.var(axis=1)


def run(params: VectorisedParams, seeds: Array) -> Generator[Frame, None, Outcome[VectorisedMetrics]]:
    """Compute the layer twice, train the neuron with right shapes and with wrong ones."""
    n, replicas = params.inputs, len(seeds)

    def layer(values: str) -> tuple[Array, Array, Array]:
        return (drawn(seeds, (params.points, n), "inputs", values), drawn(seeds, (n, params.units), "layer", values),
                drawn(seeds, (params.units,), "biases", values))

    (z, orders), (z_matrix, orders_matrix) = by_loop(*layer(params.values)), by_matrix(*layer(params.values))
    whole = by_loop(*layer("whole"))[0] != by_matrix(*layer("whole"))[0]

    true = draw(seeds, "rule", lambda rng: rng.normal(size=n + 1)) / np.sqrt(n)

    def examples(points: int, purpose: str) -> tuple[Array, Array]:
        x = draw(seeds, purpose, lambda rng: rng.normal(size=(points, n)))
        luck = params.noise * draw(seeds, purpose + " luck", lambda rng: rng.normal(size=points))
        return x, np.einsum("rnk,rk->rn", x, true[:, :-1]) + true[:, -1:] + luck

    (x, y), (fresh, wanted) = examples(params.points, "data"), examples(FRESH, "test")
    data = Data(x.transpose(0, 2, 1), y[:, None], tuple(Axis(f"x{k + 1}", low=-3, high=3) for k in range(n)),
                (Axis("y", low=-3, high=3),))
    start = np.zeros((replicas, n + 1))
    config = TrainingConfig(loss="squared_error", optimizer="sgd", learning_rate=params.learning_rate,
                            steps=params.steps)
    shown = yield from train(Network((n, 1), ("linear",)), data, config, seeds, weights=[start[:, :, None]])
    wrong = broadcast_training(x, y, start, params.learning_rate, params.steps)
    said = outputs(shown.network, shown.weights, fresh.transpose(0, 2, 1).astype(np.float32))[:, 0].astype(float)
    said_wrong = np.einsum("rnk,rk->rn", fresh, wrong[:, :-1]) + wrong[:, -1:]
    counts = np.tile([orders, orders_matrix], (replicas, 1))
    return Outcome(shown, VectorisedMetrics(
        ways=np.array(WAYS), orders=counts, orders_loop=counts[:, 0], orders_matrix=counts[:, 1],
        multiplications=np.full(replicas, params.points * n * params.units), ratio=counts[:, 0] / counts[:, 1],
        apart=np.abs(z - z_matrix).max(axis=(1, 2)).astype(float),
        largest=np.abs(z_matrix).max(axis=(1, 2)).astype(float), differ=(z != z_matrix).mean(axis=(1, 2)),
        differ_whole=whole.mean(axis=(1, 2)), explained=explained(said, wanted),
        explained_wrong=explained(said_wrong, wanted), spread=said.std(axis=1) / wanted.std(axis=1),
        spread_wrong=said_wrong.std(axis=1) / wanted.std(axis=1), numbers_right=np.array(params.points),
        numbers_wrong=np.array(params.points**2), bias_wrong=wrong[:, -1], mean_target=y.mean(axis=1),
        said=said[:, :10], said_wrong=said_wrong[:, :10], wanted=wanted[:, :10],
        some=np.array([f"example {k + 1}" for k in range(10)]),
    ))


EXPERIMENT = Experiment(
    "Loop or matrix product",
    VectorisedParams,
    VectorisedMetrics,
    run,
    views=(
        View("bars", "Instructions to the interpreter", x="ways", y=("orders",), y_title="instructions"),
        View("bars", "Ten fresh examples", x="some", y=("wanted", "said", "said_wrong"), y_title="output",
             names=("target", "right shapes", "wrong shapes")),
        View("network", "The neuron with right shapes"),
        View("loss", "Loss while training"),
    ),
)
