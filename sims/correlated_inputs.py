"""Correlated inputs: the weights wander, the predictions stay.

Two inputs go together with correlation `correlation`, and the target is their sum plus noise: each true weight is 1.
The data tell well what the two weights are together, and badly how to share it, as the inputs hardly ever differ: the
variance of each weight is 1 / (1 - correlation squared) times what it would be (the variance inflation factor; James
et al., 2021, section 3.3.3). The experiment trains a neuron on one draw of the examples, and solves least squares,
with and without an L2 price, on thirty other draws. Fresh examples are drawn as the examples were, and with the tie
broken.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train

DRAWS, FRESH, NOISE = 30, 1000, 1.0
NEURON = Network((2, 1), ("linear",))


class CorrelatedParams(Params):
    """How closely the inputs go together, and the price on the weights."""

    correlation: float = setting(0.98, ge=-0.99, le=0.99, step=0.01, title="correlation",
                                 words=("correlation", "collinearity", "rho", "r", "dependence"),
                                 description="correlation of the two inputs")
    l2: float = setting(0.05, ge=0, le=1, step=0.01, title="L2 price", words=("ridge", "lambda", "l2", "penalty"),
                        description="strength of the price on the squared weights, for the priced fits")
    points: int = points_setting(60, le=300, ge=10)
    steps: int = steps_setting(300, le=1000)
    learning_rate: float = rate_setting(0.05)


class CorrelatedMetrics(Metrics):
    """Weights and errors over thirty draws of the examples; each true weight is 1."""

    first: Array = metric("first weight of the neuron on the screen")
    second: Array = metric("second weight of the neuron on the screen")
    together: Array = metric("sum of both weights of the neuron on the screen")
    fresh_trained: Array = metric("typical error of the neuron on the screen on fresh examples", part="output")
    broken_trained: Array = metric("typical error of the neuron on the screen on examples whose inputs no longer go "
                                   "together")
    together_priced: Array = metric("sum of both weights of a neuron trained on the same examples with the L2 price")
    first_priced: Array = metric("first weight of a neuron trained on the same examples with the L2 price")
    second_priced: Array = metric("second weight of a neuron trained on the same examples with the L2 price")
    spread_first: Array = metric("standard deviation of the first weight over thirty draws of the examples")
    spread_sum: Array = metric("standard deviation of the sum of both weights over thirty draws of the examples")
    spread_priced: Array = metric("standard deviation of the first weight over thirty draws, with the L2 price")
    spread_theory: Array = metric("standard deviation of the first weight by the formula with the inflation factor")
    inflation: Array = metric("variance inflation factor, 1 / (1 - correlation squared)", unit="times")
    measured: Array = metric("correlation of the inputs in the examples on the screen")
    negative: Array = metric("share of thirty draws in which one of the weights is negative", unit="share")
    negative_priced: Array = metric("share of thirty draws in which one of the weights is negative, with the L2 price",
                                    unit="share")
    lowest: Array = metric("smallest first weight of thirty draws")
    highest: Array = metric("largest first weight of thirty draws")
    mean_first: Array = metric("mean of the first weight over thirty draws")
    mean_priced: Array = metric("mean of the first weight over thirty draws, with the L2 price")
    fresh: Array = metric("typical error on fresh examples, mean over thirty draws")
    fresh_priced: Array = metric("typical error on fresh examples with the L2 price, mean over thirty draws")
    fresh_one: Array = metric("typical error on fresh examples with the first input alone, mean over thirty draws")
    broken: Array = metric("typical error on examples whose inputs no longer go together, mean over thirty draws")
    broken_priced: Array = metric("typical error on examples whose inputs no longer go together, with the L2 price, "
                                  "mean over thirty draws")
    alone: Array = metric("weight of the first input where it is the only one, mean over thirty draws")
    first_inputs: Array = metric("inputs of the first example")
    other_weights: Array = metric("both weights of least squares on another draw of the examples")
    labels: Array = shared("fits", kind="label")
    spreads: Array = metric("standard deviation over thirty draws: first weight, sum of both, first weight with price")
    pairs: Array = metric("first and second weight of least squares in each of thirty draws")


def tied(seeds: Array, points: int, correlation: float, purpose: str) -> Array:
    """Two inputs of spread 1 with the given correlation, (R, 2, N)."""
    free = draw(seeds, purpose, lambda rng: rng.normal(size=(2, points)))
    return np.stack([free[:, 0], correlation * free[:, 0] + np.sqrt(1 - correlation**2) * free[:, 1]], axis=1)


def targets_of(x: Array, seeds: Array, purpose: str) -> Array:
    """The sum of both inputs (R, 2, N) plus noise, (R, N)."""
    points = x.shape[2]
    added: Array = draw(seeds, purpose + " noise", lambda rng: rng.normal(0, NOISE, (points,)))
    return np.asarray(x.sum(axis=1) + added)


def solved(x: Array, y: Array, price: float = 0.0) -> Array:
    """Weights and bias (..., n + 1) of inputs (..., n, N) and targets (..., N): least of the mean squared error plus
    half the price times the squared weights."""
    rows = np.concatenate([x, np.ones_like(x[..., :1, :])], axis=-2)
    kept = np.diag([price / 2] * x.shape[-2] + [0.0])
    gram = rows @ rows.swapaxes(-1, -2) / x.shape[-1] + kept
    return np.linalg.solve(gram, (rows @ y[..., None]) / x.shape[-1])[..., 0]


def typical(weights: Array, x: Array, y: Array) -> Array:
    """The typical error of weights and biases (R, k, n + 1) on examples (R, n, N), (R, N): mean over k, (R,)."""
    said = weights[..., :-1] @ x + weights[..., -1:]  # (R, k, N)
    return np.sqrt(((said - y[:, None]) ** 2).mean(axis=2)).mean(axis=1)


def run(params: CorrelatedParams, seeds: Array) -> Generator[Frame, None, Outcome[CorrelatedMetrics]]:
    """Train a neuron on one draw, and solve for the weights on thirty others."""
    tie, replicas = params.correlation, len(seeds)
    x = tied(seeds, params.points, tie, "data")
    y = targets_of(x, seeds, "data")
    data = Data(x, y[:, None], (Axis("input 1", low=-3, high=3), Axis("input 2", low=-3, high=3)),
                (Axis("target", low=-6, high=6),))
    config = TrainingConfig("squared_error", "momentum", params.learning_rate, params.steps)
    net = yield from train(NEURON, data, config, seeds, weights=[np.zeros((1, 3, 1))], dtype=np.float64)
    steadied = yield from train(NEURON, data, replace(config, l2=params.l2), seeds, weights=[np.zeros((1, 3, 1))],
                                dtype=np.float64, name="with the L2 price", frames=2)
    weights, kept = net.weights[0][:, :, 0], steadied.weights[0][:, :, 0]
    many = tied(seeds, DRAWS * params.points, tie, "draws")
    sums = targets_of(many, seeds, "draws").reshape(replicas, DRAWS, params.points)
    many = many.reshape(replicas, 2, DRAWS, params.points).swapaxes(1, 2)  # (R, draws, 2, N)
    plain, priced, one = solved(many, sums), solved(many, sums, params.l2), solved(many[:, :, :1], sums)
    fresh, broken = tied(seeds, FRESH, tie, "fresh"), tied(seeds, FRESH, 0.0, "broken")
    fresh_y, broken_y = targets_of(fresh, seeds, "fresh"), targets_of(broken, seeds, "broken")
    together = plain[..., 0] + plain[..., 1]
    spreads = np.stack([plain[..., 0].std(axis=1), together.std(axis=1), priced[..., 0].std(axis=1)], axis=1)
    inflation = 1 / (1 - tie**2)
    return Outcome(net, CorrelatedMetrics(
        first=weights[:, 0], second=weights[:, 1], together=weights[:, 0] + weights[:, 1],
        fresh_trained=typical(weights[:, None], fresh, fresh_y),
        broken_trained=typical(weights[:, None], broken, broken_y), together_priced=kept[:, 0] + kept[:, 1],
        first_priced=kept[:, 0], second_priced=kept[:, 1],
        spread_first=spreads[:, 0], spread_sum=spreads[:, 1], spread_priced=spreads[:, 2],
        spread_theory=np.full(replicas, NOISE * np.sqrt(inflation / params.points)),
        inflation=np.full(replicas, inflation), measured=np.array([np.corrcoef(each)[0, 1] for each in x]),
        negative=(plain[..., :2].min(axis=2) < 0).mean(axis=1),
        negative_priced=(priced[..., :2].min(axis=2) < 0).mean(axis=1),
        lowest=plain[..., 0].min(axis=1), highest=plain[..., 0].max(axis=1), mean_first=plain[..., 0].mean(axis=1),
        mean_priced=priced[..., 0].mean(axis=1),
        fresh=typical(plain, fresh, fresh_y), fresh_priced=typical(priced, fresh, fresh_y),
        fresh_one=typical(one, fresh[:, :1], fresh_y), broken=typical(plain, broken, broken_y),
        broken_priced=typical(priced, broken, broken_y), alone=one[..., 0].mean(axis=1),
        first_inputs=x[:, :, 0], other_weights=plain[:, 0, :2],
        labels=np.array(("first weight", "sum of both", "first weight, with price")), spreads=spreads,
        pairs=plain[..., :2],
    ))


EXPERIMENT = Experiment(
    "Inputs that go together",
    CorrelatedParams,
    CorrelatedMetrics,
    run,
    views=(
        View("scatter", "Both weights in thirty draws of the examples", y=("pairs",),
             x_title="first weight", y_title="second weight"),
        View("bars", "How far they wander", y=("spreads",), x="labels", y_title="standard deviation"),
        View("network", "The neuron on the screen"),
        View("loss", "Loss while training"),
    ),
)
