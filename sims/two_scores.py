"""Two scores: when a difference on a finite test set is one, and when it is chance.

The same recipe is trained from several starts, and all the networks are judged by the same small test set: their scores
differ, though on many fresh examples they are nearly as good as one another. The best of them looks better than it is.
A second recipe learns from more examples and is better in truth; whether the test set shows it depends on its size.
Both answer the same examples, so only those count that one gets right and the other wrong (McNemar, 1947; Dietterich,
1998): the standard error of the difference is smaller than that of two scores on two test sets.
"""

from collections.abc import Generator
from math import comb

import numpy as np

from sims.engine.activations import Array
from sims.engine.copies import many, scattered
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.shapes import rings
from sims.engine.splits import SPREAD, flipped
from sims.engine.training import Frame, Trained, TrainingConfig, train

STARTS, MANY = 8, 3000


class ScoresParams(Params):
    """The test set and the two recipes."""

    test_points: int = setting(40, ge=20, le=1000, step=20, title="test examples", unit="examples",
                               words=("test set", "test size", "test examples"),
                               description="examples that the scores are taken on")
    points: int = points_setting(150, le=200, ge=20)
    share: float = setting(0.3, ge=0.1, le=1, step=0.1, title="share of the examples that the weaker recipe gets",
                           description="the weaker recipe learns from this share of the training examples; 1 is all",
                           words=("share", "fewer examples", "weaker"))
    hidden: int = hidden_setting(6)
    steps: int = steps_setting(100, le=300)
    learning_rate: float = rate_setting(0.05)


class ScoresMetrics(Metrics):
    """Scores on the test set, and what they should have been."""

    starts: Array = shared("the eight starts", kind="label")
    scores: Array = metric("test score of each of eight networks of the same recipe", unit="share")
    truths: Array = metric("accuracy of each of the eight on 3000 fresh examples", unit="share")
    first: Array = metric("test score of the first network", unit="share", part="output")
    second: Array = metric("test score of a second network of the same recipe", unit="share")
    gap_same: Array = metric("how far the test scores of the first two networks of the same recipe are apart",
                             unit="share", kind="number")
    gap_same_true: Array = metric("how far the first two networks are apart on 3000 fresh examples", unit="share",
                                  kind="number")
    best: Array = metric("best test score of the eight", unit="share")
    worst: Array = metric("worst test score of the eight", unit="share")
    spread: Array = metric("best minus worst test score of the eight", unit="share", kind="number")
    spread_true: Array = metric("best minus worst accuracy of the eight on 3000 fresh examples", unit="share",
                                kind="number")
    best_true: Array = metric("accuracy of the network with the best test score on 3000 fresh examples", unit="share")
    mean_score: Array = metric("mean test score of the eight", unit="share")
    best_flatters: Array = metric("best test score of the eight minus the true accuracy of that network",
                                  unit="share", kind="number")
    mean_flatters: Array = metric("mean test score of the eight minus their mean true accuracy", unit="share",
                                  kind="number")
    best_gain: Array = metric("best test score of the eight minus the mean of their test scores", unit="share",
                              kind="number")
    best_gain_true: Array = metric(
        "true accuracy of the network with the best test score minus the mean true accuracy of the eight",
        unit="share", kind="number")
    weaker: Array = metric("test score of the weaker recipe", unit="share")
    weaker_true: Array = metric("accuracy of the weaker recipe on 3000 fresh examples", unit="share")
    first_true: Array = metric("accuracy of the first network on 3000 fresh examples", unit="share")
    difference: Array = metric("test score of the first network minus that of the weaker recipe", unit="share",
                               kind="number")
    difference_true: Array = metric("true accuracy of the first network minus that of the weaker recipe",
                                    unit="share", kind="number")
    only_first: Array = metric("test examples that the first network gets right and the weaker recipe wrong",
                               unit="examples")
    only_weaker: Array = metric("test examples that the weaker recipe gets right and the first network wrong",
                                unit="examples")
    disagreements: Array = metric("test examples that just one of the two gets right", unit="examples")
    p_value: Array = metric("chance of so uneven a division of the disagreements, or more, if both were as good",
                            unit="probability")
    p_value_same: Array = metric("chance of so uneven a division of the disagreements of the first two networks",
                                 unit="probability")
    same_disagreements: Array = metric("test examples that just one of the first two networks gets right",
                                       unit="examples")
    error_single: Array = metric("standard error of the first network's test score", unit="share", kind="number")
    error_apart: Array = metric("standard error of the difference, had each its own test set", unit="share",
                                kind="number")
    error_paired: Array = metric("standard error of the difference on the same test set", unit="share", kind="number")
    error_unmatched: Array = metric(
        "standard error of the difference, each right answer of one held against one to another example", unit="share",
        kind="number")


def right(net: Trained, data: Data) -> Array:
    """Which of the examples each replica gets right, (R, N)."""
    said = outputs(net.network, net.weights, data.inputs.astype(np.float32))
    return (said[:, 0] > 0.5) == (data.targets[:, 0] > 0.5)


def sign_test(first: Array, second: Array) -> Array:
    """McNemar's exact test: the chance that of `first + second` fair coins so few or so many fall on one side, (R,)."""
    def chance(a: int, b: int) -> float:
        total = a + b
        return min(1.0, 2 * sum(comb(total, k) for k in range(min(a, b) + 1)) / 2.0**total)

    return np.array([chance(int(a), int(b)) for a, b in zip(first, second, strict=True)])


def drawn(seeds: Array, points: int, purpose: str) -> Data:
    """Noisy examples of the two shapes, a tenth of the labels flipped."""
    return flipped(rings(seeds, points, SPREAD, purpose), seeds, 0.1, purpose)[0]


def compared(first: Array, second: Array) -> dict[str, Array]:
    """Two networks' right answers on the same examples, (R, N) each: the disagreements and the errors."""
    points = first.shape[1]
    only_first, only_second = (first & ~second).sum(axis=1), (~first & second).sum(axis=1)
    p, q = first.mean(axis=1), second.mean(axis=1)
    paired = np.sqrt((only_first + only_second) / points - (p - q) ** 2)
    return {"only_first": only_first, "only_weaker": only_second, "disagreements": only_first + only_second,
            "p_value": sign_test(only_first, only_second), "error_single": np.sqrt(p * (1 - p) / points),
            "error_apart": np.sqrt((p * (1 - p) + q * (1 - q)) / points), "error_paired": paired / np.sqrt(points)}


def run(params: ScoresParams, seeds: Array) -> Generator[Frame, None, Outcome[ScoresMetrics]]:
    """Train eight starts of one recipe and one of a weaker recipe, and score all on the same test set."""
    data, test, fresh = (drawn(seeds, n, name) for name, n in
                         (("train", params.points), ("test", params.test_points), ("fresh", MANY)))
    data = scattered(data, seeds)
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, data, config, seeds, name="first network")
    others = [initial_weights(network, seeds, purpose=f"start {k}") for k in range(1, STARTS)]
    start = [np.concatenate(layers) for layers in zip(*others, strict=True)]
    rest = yield from train(network, many(data, STARTS - 1), config, np.tile(seeds, STARTS - 1), weights=start,
                            name="other starts", frames=2)
    few = max(10, round(params.share * params.points))
    weaker = yield from train(network, data.examples(0, few), config, seeds, name="weaker recipe", frames=2)
    answers = [np.stack([right(shown, some), *np.split(right(rest, many(some, STARTS - 1)), STARTS - 1)])
               for some in (test, fresh)]  # (STARTS, R, N)
    scores, truths = (some.mean(axis=2).T for some in answers)  # (R, STARTS)
    best = scores.argmax(axis=1)[:, None]
    best_true = np.take_along_axis(truths, best, axis=1)[:, 0]
    weak, weak_true = right(weaker, test), right(weaker, fresh).mean(axis=1)
    same = compared(answers[0][0], answers[0][1])
    return Outcome(shown, ScoresMetrics(
        starts=np.array([f"start {k + 1}" for k in range(STARTS)]), scores=scores, truths=truths, first=scores[:, 0],
        second=scores[:, 1], gap_same=np.abs(scores[:, 0] - scores[:, 1]),
        gap_same_true=np.abs(truths[:, 0] - truths[:, 1]), best=scores.max(axis=1), worst=scores.min(axis=1),
        spread=np.ptp(scores, axis=1), spread_true=np.ptp(truths, axis=1), best_true=best_true,
        mean_score=scores.mean(axis=1),
        best_flatters=scores.max(axis=1) - best_true, mean_flatters=scores.mean(axis=1) - truths.mean(axis=1),
        best_gain=scores.max(axis=1) - scores.mean(axis=1), best_gain_true=best_true - truths.mean(axis=1),
        weaker=weak.mean(axis=1), weaker_true=weak_true, first_true=truths[:, 0],
        difference=scores[:, 0] - weak.mean(axis=1), difference_true=truths[:, 0] - weak_true,
        p_value_same=same["p_value"], same_disagreements=same["disagreements"], **compared(answers[0][0], weak),
        error_unmatched=compared(answers[0][0], np.roll(weak, 1, axis=1))["error_paired"],
    ))


EXPERIMENT = Experiment(
    "Two scores",
    ScoresParams,
    ScoresMetrics,
    run,
    views=(
        View("table", "Eight networks of one recipe", x="starts", y=("scores", "truths"),
             names=("on the test set", "on 3000 fresh examples")),
        View("histogram", "Difference of two networks of the same recipe", y=("gap_same", "gap_same_true"),
             names=("on the test set", "on 3000 fresh examples")),
        View("bars", "Right by one of the two only", y=("only_first", "only_weaker"),
             names=("first network", "weaker recipe"), y_title="test examples"),
        View("network", "What the first network learned"),
    ),
)
