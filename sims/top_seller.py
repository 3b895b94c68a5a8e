"""Top seller: is a hidden unit "affordability"? Only if something says so.

A T-shirt has a price, a shipping cost, a marketing budget and a material quality. Whether it sells well depends on
three concepts, each a sigmoid of some inputs; the network sees the inputs and the label "top seller", never the
concepts. Its hidden units are then compared with the concepts. With `label_weight` above zero each of the first three
hidden units gets a loss of its own against "its" concept, as in a concept bottleneck (Koh et al., 2020).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, outputs, outputs_with, unit_names
from sims.engine.scores import accuracy, best_assignment, correlation
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.shirts import CONCEPTS, Shirts, named_concepts, shirts
from sims.engine.training import Frame, HiddenLabels, Recipe, Trained, train

NAME_EARNED = 0.9  # correlation with the concept, over fresh examples, from which a unit has earned its name
TEST_POINTS = 1000


class TopSellerParams(Params):
    """Settings of the top-seller network."""

    hidden: int = hidden_setting(3)
    label_weight: float = setting(
        0.0, ge=0, le=3, step=0.1, title="concept label weight",
        description="weight of a loss that ties the first three hidden units to the three concepts; 0 leaves them free",
        words=("lambda", "concept labels", "label weight", "concept weight", "hidden labels",
               "weight of the labels", "labels with weight"))
    slope: float = setting(
        1.25, ge=0.25, le=8, title="slope of the concepts",
        description="how sharply each concept switches from no to yes", words=("slope", "steepness"))
    learning_rate: float = rate_setting(0.1)
    steps: int = steps_setting(1000, le=2000)
    points: int = points_setting(400, "T-shirts", le=1000)


class TopSellerMetrics(Metrics):
    """What the hidden units of the top-seller network have to do with the concepts."""

    accuracy: Array = metric("share of 1000 new T-shirts that the network gets right", unit="share", part="output")
    loss: Array = metric(
        "log loss on the training T-shirts at the end, concept labels left out", unit="nats", part="loss")
    concepts: Array = shared("the names of the three concepts", kind="label")
    units: Array = shared("the names of the hidden units", kind="label")
    correlation: Array = metric("correlation of each hidden unit with each concept on new T-shirts", unit="correlation")
    first_unit_affordability: Array = metric(
        "correlation of the first hidden unit with affordability", unit="correlation", part="unit:1")
    first_unit_is_affordability: Array = metric(
        "whether the first hidden unit follows affordability at 0.9 or more", kind="flag", part="unit:1")
    first_unit_best: Array = metric(
        "the concept that the first hidden unit goes with most, in either direction", kind="label", part="unit:1")
    named_in_place: Array = metric(
        "concepts that earn their name in their place: unit 1 affordability, 2 awareness, 3 quality, at 0.9 or more",
        unit="concepts", part="hidden")
    recovered: Array = metric(
        "concepts that some unit of their own follows at 0.9 or more, in any order and either direction",
        unit="concepts", part="hidden")
    accuracy_written: Array = metric(
        "accuracy after the true affordability is written into the first hidden unit", unit="share")
    unit_accuracy: Array = metric(
        "accuracy of each hidden unit read as the prediction, or as its opposite where that is better",
        unit="share", part="hidden")
    best_unit_accuracy: Array = metric(
        "accuracy of the hidden unit that predicts best, read as the prediction, or as its opposite where that is"
        " better", unit="share", part="hidden")
    commonest_answer: Array = metric("accuracy of always giving the more common answer", unit="share")


def measure(shown: Trained, test: Shirts) -> TopSellerMetrics:
    """Compare the hidden units with the concepts on T-shirts that the network has not seen."""
    inputs, targets = test.data.inputs.astype(np.float32), test.data.targets
    units = hidden_activations(shown.network, shown.weights, inputs)
    match = correlation(units, test.concepts)  # (R, hidden, 3)
    size = np.nan_to_num(np.abs(match))
    score = size if size.shape[1] <= 3 else size.transpose(0, 2, 1)
    agrees = ((units > 0.5) == (targets > 0.5)).mean(axis=2)  # (R, hidden)
    own = np.take_along_axis(score, best_assignment(score)[:, :, None], axis=2)[:, :, 0]
    diagonal = np.diagonal(match[:, :3], axis1=1, axis2=2)  # (R, up to 3)
    return TopSellerMetrics(
        accuracy=accuracy(outputs(shown.network, shown.weights, inputs), targets),
        loss=shown.loss,
        concepts=np.array(CONCEPTS),
        units=unit_names(match.shape[1]),
        correlation=match,
        first_unit_affordability=match[:, 0, 0],
        first_unit_is_affordability=(match[:, 0, 0] >= NAME_EARNED).astype(float),
        first_unit_best=np.array(CONCEPTS)[size[:, 0].argmax(axis=1)],
        named_in_place=(diagonal >= NAME_EARNED).sum(axis=1),
        recovered=(own >= NAME_EARNED).sum(axis=1),
        accuracy_written=accuracy(
            outputs_with(shown.network, shown.weights, inputs, {0: test.concepts[:, 0]}), targets),
        unit_accuracy=np.maximum(agrees, 1 - agrees),
        best_unit_accuracy=np.maximum(agrees, 1 - agrees).max(axis=1),
        commonest_answer=np.maximum(targets.mean(axis=(1, 2)), 1 - targets.mean(axis=(1, 2))),
    )


def run(params: TopSellerParams, seeds: Array) -> Generator[Frame, None, Outcome[TopSellerMetrics]]:
    """Train on the label, with or without labels for the hidden units, and compare units with concepts."""
    known = shirts(seeds, params.points, params.slope, "data")
    labels = HiddenLabels(known.concepts[:, : params.hidden], params.label_weight)
    network = dense(4, [params.hidden], 1, "sigmoid", "sigmoid")
    recipe = Recipe(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, known.data, recipe, seeds, labels=labels)
    return Outcome(shown, measure(shown, shirts(seeds, TEST_POINTS, params.slope, "test")))


EXPERIMENT = Experiment(
    "Top seller",
    TopSellerParams,
    TopSellerMetrics,
    run,
    views=(
        View("matrix", "Hidden units against concepts", y=("correlation",), x="concepts", rows="units"),
        View("network", "What each hidden unit listens to"),
        View("loss", "Loss while training"),
        View("histogram", "The first hidden unit and affordability, over all runs", y=("first_unit_affordability",),
             names=("correlation",)),
    ),
    concepts=lambda params, inputs: named_concepts(inputs, params.slope),
)
