"""L1 against L2: a price on the weights' size, or on their squares.

A linear neuron, twenty inputs, thirty noisy examples; only some inputs count. L2 adds half of lambda times the sum of
squared weights to the loss: its pull, lambda times the weight, fades as the weight comes near zero. L1 adds lambda
times the sum of the weights' sizes: its pull is lambda however small the weight, so weights that bring less than that
become exactly zero (Tibshirani, 1996). In training that is a proximal step: after each step of gradient descent every
weight moves rate times lambda towards zero, but not beyond.

Each penalty is judged at its best strength of six, chosen on validation examples. The last input is a twin of the
first, nearly a copy that brings nothing new: L2 shares the weight between the two, L1 leaves most of it with one.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import points_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train, train_all

INPUTS, VALIDATION_POINTS, TEST_POINTS = 20, 200, 1000
STRENGTHS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
LIKENESS = 0.95  # correlation of the twins
RATE, STEPS = 0.1, 200
AXES = tuple(Axis(f"input {i + 1}", low=-2, high=2) for i in range(INPUTS))
TARGET = (Axis("y", low=-6, high=6),)


class PenaltyParams(Params):
    """What counts, and the strength of both penalties."""

    useful: int = setting(3, ge=1, le=18, title="useful inputs", unit="inputs",
                          description="how many of the 20 inputs count", words=("useful", "relevant", "features"))
    strength: float = setting(0.4, ge=0, le=2, step=0.05, title="strength", words=("lambda", "penalty", "l1", "l2"),
                              description="lambda of both penalties for the weights that are shown")
    points: int = points_setting(30, le=200, ge=25)
    noise: float = setting(1.0, ge=0.1, le=3, step=0.1, title="noise", words=("noise", "scatter"),
                           description="standard deviation of what the inputs do not tell about y")


class PenaltyMetrics(Metrics):
    """The weights under both penalties, and the error on fresh examples."""

    inputs: Array = shared("the twenty inputs", kind="label")
    true_weights: Array = metric("weight that made the data, for each input")
    weights_l1: Array = metric("weight of each input with L1")
    weights_l2: Array = metric("weight of each input with L2")
    useless: Array = shared("inputs that do not count, twin left out", unit="inputs", kind="count")
    zeros_l1: Array = metric("weights of useless inputs that L1 makes exactly zero", unit="inputs", kind="count")
    zeros_l2: Array = metric("weights of useless inputs that L2 makes exactly zero", unit="inputs", kind="count")
    lost_l1: Array = metric("weights of useful inputs that L1 makes exactly zero", unit="inputs", kind="count")
    kept_l1: Array = metric("mean size of the useful inputs' weights with L1, as a share of the true one")
    kept_l2: Array = metric("mean size of the useful inputs' weights with L2, as a share of the true one")
    kept_free: Array = metric("mean size of the useful inputs' weights without a penalty, as a share of the true one")
    twin_l1: Array = metric("smaller of the twins' weights over the larger with L1, by size")
    twin_l2: Array = metric("smaller of the twins' weights over the larger with L2, by size")
    first_l2: Array = metric("weight of input 1 with L2")
    small_l2: Array = metric("size of the smallest weight with L2")
    error_l1: Array = metric("squared error on 1000 fresh examples, L1 at its best strength", unit="squared error")
    error_l2: Array = metric("squared error on 1000 fresh examples, L2 at its best strength", unit="squared error")
    error_free: Array = metric("squared error on 1000 fresh examples without a penalty", unit="squared error")
    best_l1: Array = metric("strength of L1 with the lowest error on validation examples")
    best_l2: Array = metric("strength of L2 with the lowest error on validation examples")
    strengths: Array = shared("strengths of the sweep")
    sweep_l1: Array = metric("squared error on fresh examples at each strength of L1", unit="squared error")
    sweep_l2: Array = metric("squared error on fresh examples at each strength of L2", unit="squared error")
    zeros_by_strength: Array = metric("weights of useless inputs that L1 makes exactly zero, at each strength",
                                      unit="inputs", kind="count")


def true_weights(seeds: Array, useful: int) -> Array:
    """The weights that make the data (R, INPUTS): the first ones between 1 and 2 in size, the others zero."""
    def one(rng: np.random.Generator) -> Array:
        sizes = rng.choice([-1, 1], INPUTS) * rng.uniform(1, 2, INPUTS)
        return np.where(np.arange(INPUTS) < useful, sizes, 0)

    return draw(seeds, "true weights", one)


def examples(seeds: Array, points: int, params: PenaltyParams, purpose: str) -> Data:
    """Normal inputs of variance 1, the last like the first, and a noisy weighted sum of them."""
    inputs = draw(seeds, purpose, lambda rng: rng.normal(0, 1, (INPUTS, points)))
    inputs[:, -1] = LIKENESS * inputs[:, 0] + (1 - LIKENESS**2) ** 0.5 * inputs[:, -1]
    noise = draw(seeds, purpose + " noise", lambda rng: rng.normal(0, params.noise, (1, points)))
    return Data(inputs, true_weights(seeds, params.useful)[:, None] @ inputs + noise, AXES, TARGET)


def error(trained: Trained, data: Data) -> Array:
    """The mean squared error on some examples, (R,)."""
    said = outputs(trained.network, trained.weights, data.inputs.astype(np.float32))
    return ((said - data.targets) ** 2).mean(axis=(1, 2))


def weights_of(trained: Trained) -> Array:
    """The weight of every input, (R, INPUTS)."""
    return trained.weights[0][:, :-1, 0]


def evenness(weights: Array) -> Array:
    """The smaller of the twins' weights over the larger, by size, (R,)."""
    pair = np.abs(weights[:, [0, -1]])
    return pair.min(axis=1) / pair.max(axis=1)


def kept(weights: Array, true: Array, useful: int) -> Array:
    """How much of the useful inputs' true weights is found, on average, (R,); the twins count together."""
    found = weights[:, :useful].copy()
    found[:, 0] += weights[:, -1]
    return (found / true[:, :useful]).mean(axis=1)


def swept(nets: list[Trained], validation: Data, test: Data) -> tuple[Array, Array, Array]:
    """Of one penalty: the best strength and its error on fresh examples (R,), and the errors at all strengths."""
    best = np.stack([error(net, validation) for net in nets], axis=1).argmin(axis=1)
    errors = np.stack([error(net, test) for net in nets], axis=1)  # (R, strengths)
    return np.array(STRENGTHS)[best], np.take_along_axis(errors, best[:, None], axis=1)[:, 0], errors


def run(params: PenaltyParams, seeds: Array) -> Generator[Frame, None, Outcome[PenaltyMetrics]]:
    """Both penalties at the strength on the screen and at each of the sweep, and none."""
    data = examples(seeds, params.points, params, "data")
    validation = examples(seeds, VALIDATION_POINTS, params, "validation")
    test = examples(seeds, TEST_POINTS, params, "test")
    network = dense(INPUTS, [], 1, "tanh", "linear")

    def training(l1: float, l2: float, frames: int = 2) -> Generator[Frame, None, Trained]:
        config = TrainingConfig(loss="squared_error", optimizer="sgd", learning_rate=RATE, steps=STEPS, l1=l1, l2=l2)
        return train(network, data, config, seeds, frames=frames, name=f"L1 {l1:g}, L2 {l2:g}")

    shown = yield from training(params.strength, 0, frames=60)
    second, free = yield from train_all([training(0, params.strength), training(0, 0)])
    by_l1 = yield from train_all([training(strength, 0) for strength in STRENGTHS])
    by_l2 = yield from train_all([training(0, strength) for strength in STRENGTHS])
    best_l1, error_l1, sweep_l1 = swept(by_l1, validation, test)
    best_l2, error_l2, sweep_l2 = swept(by_l2, validation, test)
    true, first, other = true_weights(seeds, params.useful), weights_of(shown), weights_of(second)
    some = slice(params.useful, INPUTS - 1)
    return Outcome(shown, PenaltyMetrics(
        inputs=np.array([axis.name for axis in AXES]), true_weights=true, weights_l1=first, weights_l2=other,
        useless=np.array(INPUTS - 1 - params.useful), zeros_l1=(first[:, some] == 0).sum(axis=1),
        zeros_l2=(other[:, some] == 0).sum(axis=1), lost_l1=(first[:, : params.useful] == 0).sum(axis=1),
        kept_l1=kept(first, true, params.useful), kept_l2=kept(other, true, params.useful),
        kept_free=kept(weights_of(free), true, params.useful), twin_l1=evenness(first), twin_l2=evenness(other),
        first_l2=other[:, 0], small_l2=np.abs(other).min(axis=1), error_l1=error_l1, error_l2=error_l2,
        error_free=error(free, test), best_l1=best_l1, best_l2=best_l2, strengths=np.array(STRENGTHS),
        sweep_l1=sweep_l1, sweep_l2=sweep_l2,
        zeros_by_strength=np.stack([(weights_of(net)[:, some] == 0).sum(axis=1) for net in by_l1], axis=1),
    ))


EXPERIMENT = Experiment(
    "L1 or L2",
    PenaltyParams,
    PenaltyMetrics,
    run,
    views=(
        View("bars", "Weights: true, with L1, with L2", x="inputs", y=("true_weights", "weights_l1", "weights_l2"),
             names=("true", "L1", "L2"), y_title="weight"),
        View("lines", "Error on fresh examples by strength", x="strengths", y=("sweep_l1", "sweep_l2"),
             names=("L1", "L2"), x_title="strength", y_title="squared error", log_x=True),
        View("network", "The neuron with L1"),
    ),
)
