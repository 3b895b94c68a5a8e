"""Top seller: is a hidden unit "affordability"? Only if something says so.

A T-shirt has a price, a shipping cost, a marketing budget and a material quality. Whether it sells well depends on
three concepts, each a sigmoid of some inputs; the network sees the inputs and the label "top seller", never the
concepts. Its hidden units are then compared with the concepts. With `label_weight` above zero each of the first three
hidden units gets a loss of its own against "its" concept, as in a concept bottleneck (Koh et al., 2020).

Whether a unit matches a concept is measured apart from its place: by the best match of any unit, in either direction.
With gentle concepts the task is almost linear, and logistic regression on the same shirts, which has no hidden units,
does as well. That is measured, too: where nothing asks for the concepts, not even the task, free units seldom are
concepts. With steep concepts and more shirts they mostly are, in an order of their own.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.cuts import cut_accuracy
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, outputs, outputs_with, unit_names, with_linear_output
from sims.engine.scores import accuracy, accuracy_on, best_assignment, brought_to, correlation
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.shirts import CONCEPTS, Shirts, chance_of, named_concepts, shirts
from sims.engine.training import Frame, HiddenLabels, Trained, TrainingConfig, train

NAME_EARNED = 0.9  # correlation with the concept, over fresh examples, from which a unit has earned its name
TEST_POINTS = 1000
LOGISTIC_RATE, LOGISTIC_STEPS = 0.3, 120  # the loss is convex: by then it has arrived


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
    steps: int = steps_setting(900, le=2000)
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
    accuracy_logistic: Array = metric(
        "share of 1000 new T-shirts that logistic regression, trained on the same shirts, gets right", unit="share")
    accuracy_possible: Array = metric(
        "share of 1000 new T-shirts that the true chance of a sale gets right", unit="share")
    best_match: Array = metric(
        "correlation of each concept with the unit that follows it best, in either direction", unit="correlation")
    mean_match: Array = metric(
        "correlation with the unit that follows it best, in either direction, averaged over the three concepts",
        unit="correlation", part="hidden")
    best_affordability: Array = metric(
        "correlation of affordability with the unit that follows it best, in either direction", unit="correlation")
    cut_accuracy: Array = metric(
        "accuracy of each hidden unit read as the prediction by a cut of its own, the best one on the training shirts",
        unit="share", part="hidden")
    best_cut_accuracy: Array = metric(
        "accuracy of the hidden unit that predicts the training shirts best by a cut of its own", unit="share",
        part="hidden")
    accuracy_mixed: Array = metric(
        "accuracy when each shirt gets the first unit's activation of another shirt", unit="share")
    accuracy_rescaled: Array = metric(
        "accuracy when the first unit's own activations are brought to the mean and spread of affordability, in its"
        " direction", unit="share")
    accuracy_matched: Array = metric(
        "accuracy after affordability is written into the first unit, turned and brought to the mean and spread that"
        " the unit had", unit="share")
    worked_activation: Array = metric(
        "activation of the first unit for the new T-shirt of the worked example", part="unit:1")
    worked_affordability: Array = metric("true affordability of the new T-shirt of the worked example")
    first_weight_out: Array = metric("weight from the first unit to the output", part="unit:1")
    worked_logit: Array = metric(
        "pre-activation of the output for the new T-shirt of the worked example", part="output")


def written(shown: Trained, test: Shirts, units: Array) -> dict[str, Array]:
    """What becomes of the accuracy when other numbers stand in the first unit, (R,) each. Units (R, hidden, N)."""
    own, idea = units[:, 0], test.concepts[:, 0]

    def right(values: Array) -> Array:
        said = outputs_with(shown.network, shown.weights, test.data.inputs.astype(np.float32), {0: values})
        return accuracy(said, test.data.targets)

    return {"accuracy_written": right(idea), "accuracy_mixed": right(np.roll(own, 1, axis=1)),
            "accuracy_rescaled": right(brought_to(own, idea)), "accuracy_matched": right(brought_to(idea, own))}


def as_predictions(shown: Trained, test: Shirts, units: Array) -> dict[str, Array]:
    """Each unit read as if it were the answer: cut at one half, and by its own best cut. Units (R, hidden, N)."""
    yes = test.data.targets[:, 0] > 0.5
    agrees = ((units > 0.5) == yes[:, None]).mean(axis=2)  # (R, hidden)
    either = np.maximum(agrees, 1 - agrees)
    seen = hidden_activations(shown.network, shown.weights, shown.data.inputs.astype(np.float32))
    known, fresh = cut_accuracy(seen, shown.data.targets[:, 0] > 0.5, units, yes)
    best = known.argmax(axis=1)[:, None]
    return {"unit_accuracy": either, "best_unit_accuracy": either.max(axis=1), "cut_accuracy": fresh,
            "best_cut_accuracy": np.take_along_axis(fresh, best, axis=1)[:, 0],
            "commonest_answer": np.maximum(yes.mean(axis=1), 1 - yes.mean(axis=1))}


def matches(units: Array, concepts: Array) -> dict[str, Array]:
    """How far the units (R, hidden, N) are the concepts (R, 3, N): in their place, and in any order and direction."""
    match = correlation(units, concepts)  # (R, hidden, 3)
    size = np.nan_to_num(np.abs(match))
    score = size if size.shape[1] <= 3 else size.transpose(0, 2, 1)
    own = np.take_along_axis(score, best_assignment(score)[:, :, None], axis=2)[:, :, 0]
    best, diagonal = size.max(axis=1), np.diagonal(match[:, :3], axis1=1, axis2=2)  # (R, 3), (R, up to 3)
    return {
        "correlation": match,
        "first_unit_affordability": match[:, 0, 0],
        "first_unit_is_affordability": (match[:, 0, 0] >= NAME_EARNED).astype(float),
        "first_unit_best": np.array(CONCEPTS)[size[:, 0].argmax(axis=1)],
        "named_in_place": (diagonal >= NAME_EARNED).sum(axis=1),
        "recovered": (own >= NAME_EARNED).sum(axis=1),
        "best_match": best,
        "mean_match": best.mean(axis=1),
        "best_affordability": best[:, 0],
    }


def worked_shirt(shown: Trained, test: Shirts, units: Array) -> dict[str, Array]:
    """The new shirt for a calculation by hand: the first unit is not at its ends there, nor at the true affordability.
    Units (R, hidden, N)."""
    own, idea = units[:, 0], test.concepts[:, 0]
    chosen = (own * (1 - own) * np.abs(own - idea)).argmax(axis=1)
    every = np.arange(len(own))
    logits = outputs(with_linear_output(shown.network), shown.weights, test.data.inputs.astype(np.float32))
    return {"worked_activation": own[every, chosen], "worked_affordability": idea[every, chosen],
            "first_weight_out": shown.weights[1][:, 0, 0], "worked_logit": logits[every, 0, chosen]}


def measure(shown: Trained, logistic: Trained, test: Shirts) -> TopSellerMetrics:
    """Compare the hidden units with the concepts on T-shirts that the network has not seen."""
    inputs, targets = test.data.inputs.astype(np.float32), test.data.targets
    units = hidden_activations(shown.network, shown.weights, inputs)
    return TopSellerMetrics(
        accuracy=accuracy(outputs(shown.network, shown.weights, inputs), targets),
        loss=shown.loss,
        concepts=np.array(CONCEPTS),
        units=unit_names(units.shape[1]),
        accuracy_logistic=accuracy_on(test.data, logistic),
        accuracy_possible=accuracy(chance_of(test.concepts), targets),
        **worked_shirt(shown, test, units),
        **matches(units, test.concepts),
        **as_predictions(shown, test, units),
        **written(shown, test, units),
    )


def run(params: TopSellerParams, seeds: Array) -> Generator[Frame, None, Outcome[TopSellerMetrics]]:
    """Train on the label, with or without labels for the hidden units, and compare units with concepts."""
    known = shirts(seeds, params.points, params.slope, "data")
    labels = HiddenLabels(known.concepts[:, : params.hidden], params.label_weight)
    network = dense(4, [params.hidden], 1, "sigmoid", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, known.data, config, seeds, labels=labels)
    plain = TrainingConfig(learning_rate=LOGISTIC_RATE, steps=LOGISTIC_STEPS)
    logistic = yield from train(dense(4, [], 1, "sigmoid", "sigmoid"), known.data, plain, seeds, frames=2,
                                name="logistic regression")
    return Outcome(shown, measure(shown, logistic, shirts(seeds, TEST_POINTS, params.slope, "test")))


EXPERIMENT = Experiment(
    "Top seller",
    TopSellerParams,
    TopSellerMetrics,
    run,
    views=(
        View("matrix", "Hidden units against concepts", y=("correlation",), x="concepts", rows="units"),
        View("table", "Each concept and the unit that follows it best", y=("best_match",), x="concepts",
             names=("correlation",)),
        View("network", "What each hidden unit listens to"),
        View("loss", "Loss while training"),
        View("histogram", "The first hidden unit and affordability, over all runs", y=("first_unit_affordability",),
             names=("correlation",)),
    ),
    concepts=lambda params, inputs: named_concepts(inputs, params.slope),
)
