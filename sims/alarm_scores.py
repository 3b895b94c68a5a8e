"""Alarm scores: precision, recall, F1 and the area under the ROC curve of one trained network.

A network learns to tell a yes from a no where yes is the smaller class. All scores are taken on fresh examples: at a
cut, where precision is the share of the alarms that are right and recall the share of the yes that are found, and over
all cuts. Then the same network, unchanged, is tried where yes is rarer: what depends on how many there are, and what
does not? Three ways to make one number of precision and recall, their mean, their product and F1, each choose the cut
that they like best on validation examples (van Rijsbergen, 1979; Fawcett, 2006; Saito and Rehmsmeier, 2015).
"""

from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.ranking import average_precision, by_rank, counts, from_largest, roc_auc, roc_curve
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

FRESH, VALIDATION, MANY = 2000, 600, 8000  # the last where yes is rarer, so that some are left
SPREAD = 0.6  # of either cloud
AXES = (Axis("input 1", low=-2, high=3), Axis("input 2", low=-2, high=3))
YES = (Axis("yes", low=0, high=1),)
RATES = np.linspace(0, 1, 41)  # shares of false alarms along the ROC curve
CUTS = np.linspace(0.02, 0.98, 49)
MEANS: dict[str, Callable[[Array, Array], Array]] = {
    "mean": lambda p, r: (p + r) / 2, "product": lambda p, r: p * r, "f1": lambda p, r: 2 * p * r / (p + r)}


class AlarmParams(Params):
    """How many yes there are, how well they can be told, and where to cut."""

    positive_share: float = setting(
        0.2, ge=0.05, le=0.8, step=0.05, title="share of yes", description="how much of the data is yes",
        words=("imbalance", "rare class", "positives", "positive", "minority class", "base rate"))
    rarer: float = setting(
        10, ge=1, le=20, step=1, title="times rarer",
        description="how many times as few of the yes are kept in the second set of fresh examples",
        words=("rarer", "prevalence", "skew"))
    distance: float = setting(
        0.8, ge=0, le=2, step=0.1, title="distance of the classes", words=("distance", "separation", "overlap"),
        description="distance of the two clouds on each axis; their spread is 0.6")
    threshold: float = setting(
        0.5, ge=0.02, le=0.98, step=0.02, title="threshold", description="output that is enough for a yes",
        words=("threshold", "cut-off", "cutoff"))
    hidden: int = hidden_setting(4)
    steps: int = steps_setting(120, le=400)
    points: int = points_setting(400, le=600, ge=50)
    learning_rate: float = rate_setting(0.05)


class AlarmMetrics(Metrics):
    """What the network's answers are worth on fresh examples."""

    hits: Array = metric("fresh yes that are called yes (true positives)", unit="examples", part="output")
    false_alarms: Array = metric("fresh no that are called yes (false positives)", unit="examples", part="output")
    misses: Array = metric("fresh yes that are called no (false negatives)", unit="examples", part="output")
    rejections: Array = metric("fresh no that are called no (true negatives)", unit="examples", part="output")
    accuracy: Array = metric("share of the fresh examples right at the threshold", unit="share", part="output")
    precision: Array = metric("share of the alarms that are right at the threshold", unit="share", part="output")
    recall: Array = metric("share of the yes that are found at the threshold", unit="share", part="output")
    f1: Array = metric("F1 at the threshold", part="output")
    f1_no: Array = metric("F1 of the no at the threshold, no taken for the positive class")
    product: Array = metric("precision times recall at the threshold")
    mean: Array = metric("arithmetic mean of precision and recall at the threshold")
    precision_strict: Array = metric("share of the alarms that are right at a threshold of 0.8", unit="share")
    recall_strict: Array = metric("share of the yes that are found at a threshold of 0.8", unit="share")
    precision_low: Array = metric("share of the alarms that are right at a threshold of 0.2", unit="share")
    recall_low: Array = metric("share of the yes that are found at a threshold of 0.2", unit="share")
    yes_share: Array = metric("share of yes among the fresh examples: the precision of saying yes to all", unit="share")
    f1_always: Array = metric("F1 of saying yes to all")
    mean_always: Array = metric("arithmetic mean of precision and recall of saying yes to all")
    product_always: Array = metric("precision times recall of saying yes to all")
    precision_again: Array = metric("precision at the threshold on fresh examples drawn once more", unit="share")
    precision_rare: Array = metric("precision at the threshold where yes is rarer", unit="share")
    recall_rare: Array = metric("recall at the threshold where yes is rarer", unit="share")
    f1_rare: Array = metric("F1 at the threshold where yes is rarer")
    accuracy_rare: Array = metric("share right at the threshold where yes is rarer", unit="share")
    fall_out: Array = metric("share of the no that are called yes at the threshold", unit="share")
    fall_out_rare: Array = metric("share of the no that are called yes at the threshold where yes is rarer",
                                  unit="share")
    auc: Array = metric("share of pairs of a yes and a no in which the yes has the larger output (AUC)", unit="share")
    auc_area: Array = metric("area under the ROC curve, by trapezoids")
    auc_swapped: Array = metric("area under the ROC curve of the same outputs, the labels swapped")
    auc_both: Array = metric("area under the ROC curve of one minus the outputs, the labels swapped")
    auc_retrained: Array = metric("area under the ROC curve of a network trained on swapped labels, judged by them")
    auc_squashed: Array = metric("area under the ROC curve of the outputs cubed")
    auc_rare: Array = metric("area under the ROC curve where yes is rarer")
    average_precision: Array = metric("area under the precision-recall curve")
    average_precision_rare: Array = metric("area under the precision-recall curve where yes is rarer")
    average_precision_swapped: Array = metric(
        "area under the precision-recall curve of one minus the outputs, the labels swapped")
    average_precision_retrained: Array = metric(
        "area under the precision-recall curve of a network trained on swapped labels, judged by them")
    cut_mean: Array = metric("threshold that the arithmetic mean likes best on validation examples")
    cut_product: Array = metric("threshold that the product likes best on validation examples")
    cut_f1: Array = metric("threshold that F1 likes best on validation examples")
    recall_mean: Array = metric("recall at the threshold that the arithmetic mean likes best", unit="share")
    precision_mean: Array = metric("precision at the threshold that the arithmetic mean likes best", unit="share")
    recall_product: Array = metric("recall at the threshold that the product likes best", unit="share")
    precision_product: Array = metric("precision at the threshold that the product likes best", unit="share")
    recall_f1: Array = metric("recall at the threshold that F1 likes best", unit="share")
    precision_f1: Array = metric("precision at the threshold that F1 likes best", unit="share")
    f1_picks_f1: Array = metric("F1 at the threshold that F1 likes best")
    product_picks_f1: Array = metric("F1 at the threshold that the product likes best")
    mean_picks_f1: Array = metric("F1 at the threshold that the arithmetic mean likes best")
    lower_mean: Array = metric("the lower of precision and recall where the arithmetic mean likes it best",
                               unit="share")
    lower_product: Array = metric("the lower of precision and recall where the product likes it best", unit="share")
    lower_f1: Array = metric("the lower of precision and recall where F1 likes it best", unit="share")
    cuts: Array = shared("thresholds")
    precision_curve: Array = metric("precision at each threshold", unit="share")
    recall_curve: Array = metric("recall at each threshold", unit="share")
    f1_curve: Array = metric("F1 at each threshold")
    mean_curve: Array = metric("arithmetic mean of precision and recall at each threshold")
    product_curve: Array = metric("precision times recall at each threshold")
    alarm_rates: Array = shared("shares of false alarms", unit="share")
    roc: Array = metric("share of the yes found, by the share of false alarms", unit="share")
    roc_rare: Array = metric("share of the yes found, by the share of false alarms, where yes is rarer", unit="share")


def clouds(seeds: Array, points: int, share: float, distance: float, purpose: str) -> Data:
    """Two round clouds; an example is a yes, from the second cloud, with probability `share`."""
    yes = (draw(seeds, purpose + " labels", lambda rng: rng.random((1, points))) < share).astype(float)
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, SPREAD, (2, points)))
    return Data(noise + distance * yes, yes, AXES, YES)


def said(net: Trained, data: Data) -> tuple[Array, Array]:
    """The outputs, (R, N), and which examples are a yes."""
    p = outputs(net.network, net.weights, data.inputs.astype(np.float32))[:, 0].astype(float)
    return p, data.targets[:, 0] > 0.5


def at_cut(p: Array, yes: Array, cut: float | Array) -> tuple[Array, Array]:
    """Precision and recall at a cut, (R,) each; precision is nan where there is no alarm."""
    hits, false, misses, _ = counts(p, yes, cut)
    return hits / (hits + false), hits / (hits + misses)


def at_all_cuts(p: Array, yes: Array) -> tuple[Array, Array]:
    """Precision and recall at each of CUTS, (R, k)."""
    pairs = [at_cut(p, yes, cut) for cut in CUTS]
    return np.stack([pair[0] for pair in pairs], axis=1), np.stack([pair[1] for pair in pairs], axis=1)


def liked_best(ranked: Array, precision: Array, recall: Array, how: str) -> Array:
    """The output whose choice as the cut makes one number of precision and recall the largest, (R,), from what
    `by_rank` gives."""
    return np.take_along_axis(ranked, np.nanargmax(MEANS[how](precision, recall), axis=1)[:, None], axis=1)[:, 0]


def choices(known: tuple[Array, Array], fresh: tuple[Array, Array]) -> dict[str, Array]:
    """Which cut each mean likes best on validation examples, and precision and recall there on fresh ones."""
    found: dict[str, Array] = {}
    ranks = by_rank(*known)
    for how in MEANS:
        found[f"cut_{how}"] = cut = liked_best(*ranks, how)
        found[f"precision_{how}"], found[f"recall_{how}"] = at_cut(*fresh, cut)
        found[f"lower_{how}"] = np.minimum(found[f"precision_{how}"], found[f"recall_{how}"])
        found[f"{how}_picks_f1"] = MEANS["f1"](found[f"precision_{how}"], found[f"recall_{how}"])
    return found


def curve_at(p: Array, yes: Array, order: Array) -> tuple[Array, Array]:
    """The ROC curve at RATES, (R, k), and the area under it by trapezoids, (R,)."""
    false, found = roc_curve(p, yes, order)
    at = np.stack([np.interp(RATES, *pair) for pair in zip(false, found, strict=True)])
    return at, np.trapezoid(found, false, axis=1)


def areas(p: Array, yes: Array, order: Array) -> dict[str, Array]:
    """The areas by pairs, as they are and with the classes swapped, and under the precision-recall curve."""
    return {"auc": roc_auc(p, yes), "auc_swapped": roc_auc(p, ~yes), "auc_both": roc_auc(1 - p, ~yes),
            "auc_squashed": roc_auc(p**3, yes), "average_precision": average_precision(p, yes, order),
            "average_precision_swapped": average_precision(1 - p, ~yes)}


def measure(params: AlarmParams, net: Trained, swapped: Trained, sets: dict[str, Data]) -> AlarmMetrics:
    """All scores of the network, and the area of the one that was trained on swapped labels."""
    cut = params.threshold
    fresh, again, rare, known = (said(net, sets[name]) for name in ("fresh", "again", "rare", "validation"))
    hits, false, misses, rejections = counts(*fresh, cut)
    _, rare_false, _, rare_rejections = counts(*rare, cut)
    precision, recall = at_cut(*fresh, cut)
    rare_precision, rare_recall = at_cut(*rare, cut)
    rejected = rejections / (rejections + false)  # of the no
    yes_share, turned = fresh[1].mean(axis=1), said(swapped, sets["fresh"])[0]
    curves = at_all_cuts(*fresh)
    orders = {"fresh": from_largest(fresh[0]), "rare": from_largest(rare[0])}
    roc, area = curve_at(*fresh, orders["fresh"])
    return AlarmMetrics(
        hits=hits, false_alarms=false, misses=misses, rejections=rejections, accuracy=(hits + rejections) / FRESH,
        precision=precision, recall=recall, **{name: how(precision, recall) for name, how in MEANS.items()},
        f1_no=MEANS["f1"](rejections / (rejections + misses), rejected), yes_share=yes_share,
        **{f"{name}_always": how(yes_share, np.ones_like(yes_share)) for name, how in MEANS.items()},
        **dict(zip(("precision_strict", "recall_strict"), at_cut(*fresh, 0.8), strict=True)),
        **dict(zip(("precision_low", "recall_low"), at_cut(*fresh, 0.2), strict=True)),
        precision_again=at_cut(*again, cut)[0], precision_rare=rare_precision, recall_rare=rare_recall,
        f1_rare=MEANS["f1"](rare_precision, rare_recall), accuracy_rare=((rare[0] >= cut) == rare[1]).mean(axis=1),
        fall_out=1 - rejected, fall_out_rare=rare_false / (rare_false + rare_rejections),
        **areas(*fresh, orders["fresh"]), auc_rare=roc_auc(*rare),
        average_precision_rare=average_precision(*rare, orders["rare"]),
        auc_retrained=roc_auc(turned, ~fresh[1]), average_precision_retrained=average_precision(turned, ~fresh[1]),
        **choices(known, fresh),
        cuts=CUTS, precision_curve=curves[0], recall_curve=curves[1],
        **{f"{name}_curve": how(*curves) for name, how in MEANS.items()},
        alarm_rates=RATES, auc_area=area, roc=roc, roc_rare=curve_at(*rare, orders["rare"])[0],
    )


def run(params: AlarmParams, seeds: Array) -> Generator[Frame, None, Outcome[AlarmMetrics]]:
    """Train on the labels as they are, and on swapped ones, and score both on fresh examples."""
    def drawn(points: int, purpose: str, share: float = params.positive_share) -> Data:
        return clouds(seeds, points, share, params.distance, purpose)

    data = drawn(params.points, "data")
    sets = {"fresh": drawn(FRESH, "fresh"), "again": drawn(FRESH, "again"), "validation": drawn(VALIDATION, "known"),
            "rare": drawn(MANY, "rare", params.positive_share / params.rarer)}
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    turned = replace(data, targets=1 - data.targets)
    shown, swapped = yield from train_together([
        Task(network, data, config, name="network"), Task(network, turned, config, name="labels swapped", frames=2)],
        seeds)
    return Outcome(shown, measure(params, shown, swapped, sets))


EXPERIMENT = Experiment(
    "Scores of alarms",
    AlarmParams,
    AlarmMetrics,
    run,
    views=(
        View("lines", "Precision and recall by threshold, and what is made of them", x="cuts", x_title="threshold",
             y=("precision_curve", "recall_curve", "f1_curve", "mean_curve", "product_curve"), y_title="score",
             names=("precision", "recall", "F1", "mean", "product")),
        View("lines", "ROC curve", x="alarm_rates", x_title="share of the no called yes", y=("roc", "roc_rare"),
             y_title="share of the yes found", names=("as drawn", "yes rarer"), diagonal=True),
        View("bars", "The same network where yes is rarer",
             y=("auc", "auc_rare", "recall", "recall_rare", "precision", "precision_rare"),
             names=("AUC", "AUC, rarer", "recall", "recall, rarer", "precision", "precision, rarer")),
        View("network", "The output over the plane"),
    ),
)
