"""Why a weighted sum: ways to make one number of four inputs, each followed by a sigmoid.

Whether the answer is yes follows from four inputs, by a coin flip whose logit is a weighted sum of them. Neurons learn
it from the weighted sum, whose four weights they may choose; from the plain sum, in which all inputs count alike; from
the one input that does best; from the largest input; and from the product of all. All are judged on fresh examples. In
other worlds all inputs count alike, one alone counts, or what counts is whether two of them agree, which no weighted
sum can tell (Minsky and Papert, 1969).
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

COUNT, FRESH, SHARP = 4, 2000, 5.0
NAMES = tuple(f"input {k + 1}" for k in range(COUNT))
AXES = tuple(Axis(name) for name in NAMES)
YES = (Axis("yes", low=0, high=1),)
ONE = dense(1, [], 1, "linear", "sigmoid")
WAYS = ("weighted sum", "plain sum", "best single input", "largest input", "product")


class SumParams(Params):
    """What the labels follow, and how the neurons train."""

    truth: Literal["different", "equal", "one", "agreement"] = setting(
        "different", title="what counts", words=("truth", "world", "task"),
        description="different: each input in its own measure; equal: all alike; one: the first alone; agreement: "
                    "whether the first two agree")
    points: int = points_setting(200, le=400)
    steps: int = steps_setting(120, le=500)
    learning_rate: float = rate_setting(0.1)


class SumMetrics(Metrics):
    """How many of 2000 fresh examples each way gets right."""

    ways: Array = shared("ways to make one number of four inputs", kind="label")
    right: Array = metric("share of the fresh examples right, for each way", unit="share")
    weighted: Array = metric("share of the fresh examples right by the weighted sum", unit="share", part="output")
    plain: Array = metric("share of the fresh examples right by the plain sum", unit="share")
    single: Array = metric("share of the fresh examples right by the best single input", unit="share")
    largest: Array = metric("share of the fresh examples right by the largest input", unit="share")
    product: Array = metric("share of the fresh examples right by the product of all inputs", unit="share")
    best: Array = metric("share of the fresh examples right by the true probabilities", unit="share")
    gain_plain: Array = metric("what the weighted sum gains over the plain sum", unit="share")
    gain_single: Array = metric("what the weighted sum gains over the best single input", unit="share")
    short: Array = metric("how far the weighted sum stays below the true probabilities", unit="share")
    short_plain: Array = metric("how far the plain sum stays below the true probabilities", unit="share")
    alike: Array = metric("cosine of the angle between learned and true weights")
    names: Array = shared("the four inputs", kind="label")
    weights: Array = metric("learned weight of each input")
    true_weights: Array = metric("true weight of each input")
    bias: Array = metric("learned bias of the weighted sum")
    worked_x: Array = metric("the four inputs of the first fresh example")


def rule(params: SumParams, seeds: Array) -> Array:
    """The true weights (R, 4), of length SHARP; of no use where agreement counts."""
    if params.truth == "equal":
        weights = np.ones((len(seeds), COUNT))
    elif params.truth == "different":
        sizes = np.array([1.6, 1.0, 0.7, 0.4])
        weights = draw(seeds, "rule", lambda rng: rng.permutation(sizes) * rng.permutation([1, 1, 1, -1]))
    else:
        weights = np.tile([1.0, 0, 0, 0], (len(seeds), 1))
    return SHARP * weights / np.linalg.norm(weights, axis=1, keepdims=True)


def examples(params: SumParams, seeds: Array, weights: Array, points: int, purpose: str) -> tuple[Data, Array]:
    """Four inputs from -1 to 1 and a coin flip for each example, with its true logit (R, N)."""
    x = uniform(seeds, [-1] * COUNT, [1] * COUNT, points, purpose)
    logit = np.einsum("rkn,rk->rn", x, weights)
    if params.truth == "agreement":
        logit = 3 * SHARP * x[:, 0] * x[:, 1]
    sold = coin_flips(seeds, activate("sigmoid", logit)[:, None], purpose + " luck")
    return Data(x, sold, AXES, YES), logit


def single_numbers(x: Array) -> Array:
    """What the other neurons see of inputs (R, 4, N): each input, the sum, the largest and the product, (7, R, N)."""
    each = x.transpose(1, 0, 2)
    return np.stack((*each, x.sum(axis=1) / 2, x.max(axis=1), 10 * x.prod(axis=1)))


def scores(trained: Trained, seen: Array, targets: Array) -> Array:
    """The share right on what each of 7 × R neurons sees, (7, R), for seen (7, R, N) and targets (R, 1, N)."""
    layer = trained.weights[0][:, :, 0].astype(float).reshape(*seen.shape[:2], 2)
    share: Array = ((layer[..., :1] * seen + layer[..., 1:] > 0) == (targets[:, 0] > 0.5)).mean(axis=2)
    return share


def run(params: SumParams, seeds: Array) -> Generator[Frame, None, Outcome[SumMetrics]]:
    """Train the neuron with four weights, and seven with one, on the same examples."""
    true = rule(params, seeds)
    data, _ = examples(params, seeds, true, params.points, "data")
    test, logit = examples(params, seeds, true, FRESH, "test")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(dense(COUNT, [], 1, "linear", "sigmoid"), data, config, seeds, name=WAYS[0])
    seen = single_numbers(data.inputs)
    each = Data(seen.reshape(-1, 1, params.points), np.tile(data.targets, (len(seen), 1, 1)), (Axis("one number"),),
                YES)
    others = yield from train(ONE, each, config, np.tile(seeds, len(seen)), name="one number", frames=2)
    known, judged = (scores(others, single_numbers(d.inputs), d.targets) for d in (data, test))
    layer = shown.weights[0][:, :, 0].astype(float)
    yes = test.targets[:, 0] > 0.5
    weighted = ((np.einsum("rkn,rk->rn", test.inputs, layer[:, :COUNT]) + layer[:, COUNT:] > 0) == yes).mean(axis=1)
    single = judged[known[:COUNT].argmax(axis=0), np.arange(len(seeds))]
    best, plain = ((logit > 0) == yes).mean(axis=1), judged[COUNT]
    lengths = np.linalg.norm(layer[:, :COUNT], axis=1) * SHARP
    return Outcome(shown, SumMetrics(
        ways=np.array(WAYS), right=np.stack((weighted, plain, single, judged[COUNT + 1], judged[COUNT + 2]), axis=1),
        weighted=weighted, plain=plain, single=single, largest=judged[COUNT + 1], product=judged[COUNT + 2], best=best,
        gain_plain=weighted - plain, gain_single=weighted - single, short=best - weighted, short_plain=best - plain,
        alike=(layer[:, :COUNT] * true).sum(axis=1) / lengths, names=np.array(NAMES), weights=layer[:, :COUNT],
        true_weights=true, bias=layer[:, COUNT], worked_x=test.inputs[:, :, 0],
    ))


EXPERIMENT = Experiment(
    "Why a weighted sum",
    SumParams,
    SumMetrics,
    run,
    views=(
        View("bars", "Share of fresh examples right", x="ways", y=("right",), y_title="share right"),
        View("bars", "Weights, true and learned", x="names", y=("true_weights", "weights"), y_title="weight",
             names=("true", "learned")),
        View("network", "The neuron with four weights"),
    ),
)
