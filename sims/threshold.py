"""Threshold: where to cut the output into yes and no, and what a rare class does to accuracy.

Few examples are "yes". Saying "no" to everything is then right nearly always, and finds none of them:
accuracy alone says little. One half is the threshold with the fewest mistakes, if both kinds of mistake
cost the same. Where a miss costs `c` times a false alarm, the best threshold of a true probability is 1 /
(1 + c) (Elkan, 2001), and the run finds it again by trying thresholds on validation examples.

Folklore recommends class weights for a rare class. They move the output, as another threshold would: a
network with weight c at one half decides much like a plain one at 1 / (1 + c), but its outputs are no
longer probabilities. Precision is the share of the alarms that are right, recall the share of the yes that
are found.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.scores import calibration_error
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

TEST_POINTS, VALIDATION_POINTS = 4000, 2000
THRESHOLDS = np.linspace(0.02, 0.98, 49)
DISTANCE, SPREAD = 0.9, 0.6  # between the centres of the two clouds on each axis; standard deviation
AXES = (Axis("input 1", low=-2, high=3), Axis("input 2", low=-2, high=3))
YES = (Axis("yes", low=0, high=1),)


class ThresholdParams(Params):
    """Settings of the data, of the costs and of the threshold."""

    positive_share: float = setting(
        0.05, ge=0.02, le=0.5, step=0.01, title="share of yes", description="how much of the data is yes",
        words=("imbalance", "rare class", "positives", "positive", "minority class", "base rate"))
    threshold: float = setting(
        0.5, ge=0.02, le=0.98, step=0.02, title="threshold", description="output that is enough for a yes",
        words=("threshold", "cut-off", "cutoff"))
    cost: float = setting(
        10.0, ge=1, le=50, step=1, title="cost of a miss",
        description="what a missed yes costs if a false alarm costs 1; the second network's class weight",
        words=("cost", "class weight", "weight", "false negative cost"))
    shown: Literal["plain", "class weight"] = setting(
        "plain", title="network on the screen", description="which of the two networks is drawn and cut",
        words=("shown", "network"))
    hidden: int = hidden_setting(4)
    steps: int = steps_setting(120, le=500)
    points: int = points_setting(500, le=1000, ge=50)
    learning_rate: float = rate_setting(0.05)


class ThresholdMetrics(Metrics):
    """What the cuts are worth on 4000 new examples; costs are per 1000 examples."""

    always_no: Array = metric("share right when the answer is always no", unit="share")
    accuracy_half: Array = metric("share right of the plain network at threshold 0.5", unit="share")
    recall_half: Array = metric("share of the yes that the plain network finds at threshold 0.5", unit="share")
    precision_half: Array = metric("share of the plain network's alarms that are right at threshold 0.5", unit="share")
    cost_half: Array = metric("what the plain network's mistakes cost at threshold 0.5", unit="false alarms per 1000")
    cost_always_no: Array = metric("what always saying no costs", unit="false alarms per 1000")
    best_threshold: Array = metric("threshold with the lowest cost on 2000 validation examples")
    theory_threshold: Array = metric(
        "threshold with the lowest cost for true probabilities, 1 / (1 + cost of a miss)")
    accuracy_best: Array = metric("share right of the plain network at the best threshold", unit="share")
    recall_best: Array = metric("share of the yes that the plain network finds at the best threshold", unit="share")
    precision_best: Array = metric(
        "share of the plain network's alarms that are right at the best threshold", unit="share")
    cost_best: Array = metric(
        "what the plain network's mistakes cost at the best threshold", unit="false alarms per 1000")
    cost_theory: Array = metric(
        "what the plain network's mistakes cost at threshold 1 / (1 + cost of a miss)", unit="false alarms per 1000")
    accuracy: Array = metric(
        "share right of the network on the screen at the chosen threshold", unit="share", part="output")
    recall: Array = metric(
        "share of the yes that the network on the screen finds at the chosen threshold", unit="share", part="output")
    precision: Array = metric(
        "share of the alarms of the network on the screen that are right at the chosen threshold",
        unit="share", part="output")
    cost: Array = metric(
        "what the mistakes of the network on the screen cost at the chosen threshold", unit="false alarms per 1000")
    recall_weighted: Array = metric(
        "share of the yes that the network with class weight finds at threshold 0.5", unit="share")
    precision_weighted: Array = metric(
        "share of the alarms of the network with class weight that are right at threshold 0.5", unit="share")
    cost_weighted: Array = metric(
        "what the mistakes of the network with class weight cost at threshold 0.5", unit="false alarms per 1000")
    same_decisions: Array = metric(
        "share of examples on which the network with class weight decides at 0.5 like the plain one at 1 / (1 + "
        "cost of a miss)", unit="share")
    calibration_error: Array = metric("expected calibration error of the plain network", unit="probability")
    calibration_error_weighted: Array = metric(
        "expected calibration error of the network with class weight", unit="probability")
    worked_output: Array = metric(
        "output nearest, among those for training examples, to the middle between 1 / (1 + cost) and one half")
    worked_example: Array = metric("number of the training example whose output is nearest to half of 1 / (1 + cost)")
    thresholds: Array = shared("thresholds")
    accuracy_curve: Array = metric("share right of the plain network at each threshold", unit="share")
    recall_curve: Array = metric("share of the yes that the plain network finds at each threshold", unit="share")
    precision_curve: Array = metric(
        "share of the plain network's alarms that are right at each threshold", unit="share")
    cost_curve: Array = metric("what the plain network's mistakes cost at each threshold", unit="false alarms per 1000")


def rare(seeds: Array, points: int, share: float, purpose: str) -> Data:
    """Two round clouds that overlap; an example is a yes, from the second cloud, with probability `share`."""
    yes = (draw(seeds, purpose + " labels", lambda rng: rng.random((1, points))) < share).astype(float)
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, SPREAD, (2, points)))
    return Data(noise + DISTANCE * yes, yes, AXES, YES)


def cuts(p: Array, yes: Array, thresholds: Array, cost: float) -> dict[str, Array]:
    """What each threshold, (k,) for all or (R, k), makes of outputs and labels (R, N): each value (R, k).
    Precision is nan where there is no alarm."""
    alarm = p[:, None] >= thresholds[..., None]  # (R, k, N)
    truth = yes[:, None] > 0.5
    hits, alarms, positives = (alarm & truth).sum(axis=2), alarm.sum(axis=2), truth.sum(axis=2)
    misses, false = positives - hits, alarms - hits
    points = p.shape[1]
    return {"accuracy": 1 - (misses + false) / points, "recall": hits / positives, "precision": hits / alarms,
            "cost": 1000 * (cost * misses + false) / points}


def named(values: dict[str, Array], ending: str) -> dict[str, Array]:
    """Values of one threshold (R, 1) as metrics (R,), their names with an ending."""
    return {name + ending: value[:, 0] for name, value in values.items()}


def said(trained: Trained, data: Data) -> Array:
    """The outputs for all examples, (R, N)."""
    return outputs(trained.network, trained.weights, data.inputs.astype(np.float32))[:, 0].astype(float)


def to_work_out(p: Array, theory: float) -> dict[str, Array]:
    """Of the outputs (R, N): which one costs decide otherwise than one half does, and one that both call no."""
    between, below = np.abs(p - (theory + 0.5) / 2).argmin(axis=1), np.abs(p - theory / 2).argmin(axis=1)
    return {"worked_output": np.take_along_axis(p, between[:, None], axis=1)[:, 0], "worked_example": below}


def measure(params: ThresholdParams, plain: Trained, weighted: Trained, validation: Data,
            test: Data) -> ThresholdMetrics:
    """Cut both networks' outputs at one half, at the best threshold, and at the chosen one."""
    yes = test.targets[:, 0]
    p, q = said(plain, test), said(weighted, test)
    tried = cuts(said(plain, validation), validation.targets[:, 0], THRESHOLDS, params.cost)["cost"]
    best = THRESHOLDS[tried.argmin(axis=1)][:, None]
    half, theory = np.array([0.5]), 1 / (1 + params.cost)
    at_half = named(cuts(q, yes, half, params.cost), "_weighted")
    at_half.pop("accuracy_weighted")
    shown = p if params.shown == "plain" else q
    curves = cuts(p, yes, THRESHOLDS, params.cost)
    replicas = len(p)
    return ThresholdMetrics(
        always_no=1 - yes.mean(axis=1),
        cost_always_no=1000 * params.cost * yes.mean(axis=1),
        **named(cuts(p, yes, half, params.cost), "_half"),
        **named(cuts(p, yes, best, params.cost), "_best"),
        **named(cuts(shown, yes, np.array([params.threshold]), params.cost), ""),
        **at_half,
        cost_theory=cuts(p, yes, np.array([theory]), params.cost)["cost"][:, 0],
        best_threshold=best[:, 0],
        theory_threshold=np.full(replicas, theory),
        same_decisions=((q >= 0.5) == (p >= theory)).mean(axis=1),
        calibration_error=calibration_error(p, yes),
        calibration_error_weighted=calibration_error(q, yes),
        **to_work_out(said(plain if params.shown == "plain" else weighted, plain.data), theory),
        thresholds=THRESHOLDS,
        **{name + "_curve": values for name, values in curves.items()},
    )


def run(params: ThresholdParams, seeds: Array) -> Generator[Frame, None, Outcome[ThresholdMetrics]]:
    """Train a plain network and one with a class weight, then cut their outputs."""
    sizes = {"data": params.points, "validation": VALIDATION_POINTS, "test": TEST_POINTS}
    known, validation, test = (rare(seeds, n, params.positive_share, name) for name, n in sizes.items())
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    heavier = replace(known, example_weights=1 + (params.cost - 1) * known.targets)
    plain = yield from train(network, known, config, seeds, name="plain")
    weighted = yield from train(network, heavier, config, seeds, name="class weight")
    shown = plain if params.shown == "plain" else weighted
    return Outcome(shown, measure(params, plain, weighted, validation, test))


EXPERIMENT = Experiment(
    "Where to cut, and rare classes",
    ThresholdParams,
    ThresholdMetrics,
    run,
    views=(
        View("lines", "Precision, recall and accuracy by threshold", x="thresholds", x_title="threshold",
             y=("precision_curve", "recall_curve", "accuracy_curve"), y_title="share",
             names=("precision", "recall", "accuracy")),
        View("lines", "Cost by threshold", x="thresholds", x_title="threshold", y=("cost_curve",),
             y_title="false alarms per 1000 examples"),
        View("network", "The output over the plane"),
        View("bars", "Cost of the mistakes", y=("cost_always_no", "cost_half", "cost_best", "cost_weighted"),
             names=("always no", "threshold 0.5", "best threshold", "weighted loss"),
             y_title="false alarms per 1000 examples"),
    ),
)
