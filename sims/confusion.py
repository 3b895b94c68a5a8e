"""Confusion: which class is taken for which.

Three kinds of citrus fruit, told by two measurements: grapefruits lie apart, oranges and mandarins overlap. A network
with three outputs and softmax learns them. The share of right answers is one number for nine: the confusion matrix
counts, for each true kind, what the answers were. Its rows add up to how many there are of a kind, so that the diagonal
over the row's sum is the recall, and over the column's sum the precision.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

FRESH = 1000
SPREAD = 0.45
KINDS = ("grapefruit", "orange", "mandarin")
APART = np.array([1.2, 0.9])  # where the grapefruits lie
PAIR = np.array([-0.6, -0.3])  # the middle between oranges and mandarins
AXES = (Axis("weight", "g", low=0, high=440, offset=200, scale=90), Axis("redness", low=-2, high=2.5))


class ConfusionParams(Params):
    """How far two of the kinds lie apart, and how rare one of them is."""

    distance: float = setting(
        0.7, ge=0, le=3, step=0.1, title="distance of orange and mandarin", words=("distance", "overlap", "separation"),
        description="distance of the two kinds' centres; each has a spread of 0.45")
    mandarins: float = setting(
        0.1, ge=0.05, le=0.45, step=0.05, title="share of mandarins", words=("rare class", "imbalance", "share"),
        description="how many of the fruits are mandarins; a third are grapefruits, the others oranges")
    hidden: int = hidden_setting(6)
    points: int = points_setting(300, le=600, ge=60)
    steps: int = steps_setting(80, le=400)
    learning_rate: float = rate_setting(0.05)


class ConfusionMetrics(Metrics):
    """The matrix on 1000 fresh examples, and what is read from it."""

    kinds: Array = shared("the three kinds", kind="label")
    matrix: Array = metric("fresh examples by true kind and by answer", unit="examples")
    by_row: Array = metric("share of each true kind that got each answer", unit="share")
    recalls: Array = metric("share of each kind that is recognised", unit="share")
    precisions: Array = metric("share of the answers of each kind that are right", unit="share")
    right: Array = metric("fresh examples on the diagonal", unit="examples")
    wrong: Array = metric("fresh examples off the diagonal", unit="examples")
    total: Array = metric("sum of all nine numbers", unit="examples")
    accuracy: Array = metric("share of the fresh examples right", unit="share", part="output")
    pair_share: Array = metric("share of the mistakes that are between orange and mandarin", unit="share")
    mandarin_recall: Array = metric("share of the mandarins that are recognised", unit="share")
    mandarin_precision: Array = metric("share of the answers mandarin that are right", unit="share")
    orange_recall: Array = metric("share of the oranges that are recognised", unit="share")
    grapefruit_recall: Array = metric("share of the grapefruits that are recognised", unit="share")
    mean_recall: Array = metric("mean of the three kinds' recalls (balanced accuracy)", unit="share")
    mandarins_there: Array = metric("mandarins among the fresh examples", unit="examples")
    mandarins_found: Array = metric("mandarins that are recognised", unit="examples")
    mandarins_as_orange: Array = metric("mandarins that are called orange", unit="examples")
    oranges_as_mandarin: Array = metric("oranges that are called mandarin", unit="examples")
    called_mandarin: Array = metric("fresh examples that are called mandarin", unit="examples")
    others_rejected: Array = metric("other fruits that are not called mandarin (true negatives)", unit="examples")
    mandarin_accuracy: Array = metric("share right of the question mandarin or not", unit="share")
    transposed_differs: Array = metric("whether the matrix differs from its transpose by more than ten examples",
                                       kind="flag")


def fruits(seeds: Array, points: int, params: ConfusionParams, purpose: str) -> Data:
    """Fruits of the three kinds at random, targets one-hot, (R, 3, N)."""
    half = np.array([params.distance, -params.distance]) / 2**1.5
    centres = np.array([APART, PAIR + half, PAIR - half])
    shares = np.cumsum([1 / 3, 2 / 3 - params.mandarins])
    drawn = draw(seeds, purpose + " kinds", lambda rng: rng.random(points))
    kind = (drawn[..., None] > shares).sum(axis=-1)  # (R, N)
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, SPREAD, (2, points)))
    one_hot = (np.arange(len(KINDS))[:, None] == kind[:, None]).astype(float)
    axes = tuple(Axis(name, low=0, high=1) for name in KINDS)
    return Data(centres[kind].transpose(0, 2, 1) + noise, one_hot, AXES, axes)


def confusion(truth: Array, said: Array, classes: int) -> Array:
    """How many examples of each true class got each answer, (R, classes, classes): truth in rows. `truth` and `said`
    (R, N) are class numbers."""
    mine = truth[:, :, None] == np.arange(classes)  # (R, N, classes)
    answered = said[:, :, None] == np.arange(classes)
    counted: Array = np.einsum("rni,rnj->rij", mine.astype(float), answered.astype(float)).astype(int)
    return counted


def measure(net: Trained, fresh: Data) -> ConfusionMetrics:
    """The matrix, and precision and recall of each kind."""
    said = outputs(net.network, net.weights, fresh.inputs.astype(np.float32)).argmax(axis=1)
    matrix = confusion(fresh.targets.argmax(axis=1), said, len(KINDS))
    diagonal = np.einsum("rii->ri", matrix)
    there, called = matrix.sum(axis=2), matrix.sum(axis=1)
    recalls, precisions = diagonal / there, diagonal / called
    wrong = FRESH - diagonal.sum(axis=1)
    pair = matrix[:, 1, 2] + matrix[:, 2, 1]
    rejected = FRESH - there[:, 2] - called[:, 2] + diagonal[:, 2]
    return ConfusionMetrics(
        kinds=np.array(KINDS), matrix=matrix, by_row=matrix / there[:, :, None], recalls=recalls, precisions=precisions,
        right=diagonal.sum(axis=1), wrong=wrong, total=matrix.sum(axis=(1, 2)), accuracy=diagonal.sum(axis=1) / FRESH,
        pair_share=pair / wrong, mandarin_recall=recalls[:, 2], mandarin_precision=precisions[:, 2],
        orange_recall=recalls[:, 1], grapefruit_recall=recalls[:, 0], mean_recall=recalls.mean(axis=1),
        mandarins_there=there[:, 2], mandarins_found=diagonal[:, 2], mandarins_as_orange=matrix[:, 2, 1],
        oranges_as_mandarin=matrix[:, 1, 2], called_mandarin=called[:, 2], others_rejected=rejected,
        mandarin_accuracy=(diagonal[:, 2] + rejected) / FRESH,
        transposed_differs=(np.abs(matrix - matrix.transpose(0, 2, 1)).max(axis=(1, 2)) > 10).astype(float),
    )


def run(params: ConfusionParams, seeds: Array) -> Generator[Frame, None, Outcome[ConfusionMetrics]]:
    """Train one network and hold its answers against the truth, kind by kind."""
    data, fresh = fruits(seeds, params.points, params, "data"), fruits(seeds, FRESH, params, "fresh")
    network = dense(2, [params.hidden], len(KINDS), "tanh", "softmax")
    config = TrainingConfig(loss="cross_entropy", learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, data, config, seeds)
    return Outcome(shown, measure(shown, fresh))


EXPERIMENT = Experiment(
    "Confused classes",
    ConfusionParams,
    ConfusionMetrics,
    run,
    views=(
        View("matrix", "Confusion matrix: true kind in rows, answer in columns", y=("matrix",), x="kinds", rows="kinds",
             x_title="answer", y_title="true kind"),
        View("table", "Recall and precision of each kind", x="kinds", y=("recalls", "precisions"),
             names=("recall", "precision")),
        View("network", "The answers over the plane"),
        View("loss", "Loss while training"),
    ),
)
