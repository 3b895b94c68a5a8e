"""Concept intervention: write the truth into a hidden unit, and see whether the network takes it as meant.

Two networks learn which T-shirts sell well, from the same shirts and the same start: one from the label
alone, one whose first three hidden units have labels of their own, affordability, awareness and quality.
Then a unit's activation is overwritten, shirt by shirt, with the true value of "its" concept; the rest of
the network is left as it is. If the unit means the concept, nothing gets worse. Setting the concept to 0
and to 1 for every shirt and comparing the output's change with the true change of the chance is the sharper
test: it asks for the effect, not for a correlation.

Concept bottlenecks with such interventions: Koh et al. (2020); effects by setting a variable: Pearl,
*Causality* (2009), section 3.2. Folklore has it that a correlation between unit and concept is enough to
call it by that name; here the unit that follows a concept best is tried too.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, outputs_with
from sims.engine.scores import accuracy, brought_to, correlation
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.shirts import CONCEPTS, Shirts, chance_of, named_concepts, shirts
from sims.engine.training import Frame, HiddenLabels, Trained, TrainingConfig, train

TEST_POINTS = 1000


class InterventionParams(Params):
    """Settings of the two networks and of the concept that is written."""

    concept: Literal["affordability", "awareness", "quality"] = setting(
        "affordability", title="concept", description="the concept that is written into its hidden unit",
        words=("concept", "feature", "idea"))
    shown: Literal["without labels", "with labels"] = setting(
        "without labels", title="network on the screen", description="which of the two networks is drawn",
        words=("shown", "network"))
    label_weight: float = setting(
        1.0, ge=0, le=3, step=0.1, title="concept label weight",
        description="weight of the loss that ties the hidden units of the second network to the concepts",
        words=("lambda", "concept labels", "label weight", "concept weight", "hidden labels"))
    slope: float = setting(
        1.25, ge=0.25, le=8, title="slope of the concepts",
        description="how sharply each concept switches from no to yes", words=("slope", "steepness"))
    hidden: int = hidden_setting(3, ge=3)
    steps: int = steps_setting(330, le=1500)
    points: int = points_setting(400, "T-shirts")
    learning_rate: float = rate_setting(0.1)


class InterventionMetrics(Metrics):
    """What writing a concept does to both networks; free: without labels. All on 1000 new T-shirts."""

    concepts: Array = shared("the names of the three concepts", kind="label")
    accuracy_free: Array = metric("share right without concept labels, nothing written", unit="share")
    accuracy_labelled: Array = metric("share right with concept labels, nothing written", unit="share")
    best_accuracy: Array = metric("share right for the true chance: no network can do better", unit="share")
    each_written_free: Array = metric(
        "share right when each concept is written, without concept labels", unit="share")
    each_written_labelled: Array = metric(
        "share right when each concept is written, with concept labels", unit="share")
    written_free: Array = metric(
        "share right when the chosen concept is written, without concept labels", unit="share")
    written_labelled: Array = metric(
        "share right when the chosen concept is written, with concept labels", unit="share")
    best_unit_written_free: Array = metric(
        "share right without concept labels when the chosen concept is written into the unit that follows "
        "it best, turned over where it follows it downwards", unit="share")
    best_unit_matched_free: Array = metric(
        "share right without concept labels when the chosen concept is written into the unit that follows it best, "
        "turned and brought to the mean and spread that the unit had", unit="share")
    best_unit_matched_labelled: Array = metric(
        "share right with concept labels when the chosen concept is written into the unit that follows it best, "
        "turned and brought to the mean and spread that the unit had", unit="share")
    best_activation: Array = metric("activation, for the first new shirt, of the free unit that follows it best")
    first_concept: Array = metric("true value of the chosen concept for the first new shirt")
    best_weight_out: Array = metric("weight to the output of the free unit that follows the concept best")
    all_written_free: Array = metric(
        "share right when all three concepts are written, without concept labels", unit="share")
    all_written_labelled: Array = metric(
        "share right when all three concepts are written, with concept labels", unit="share")
    follows_free: Array = metric(
        "correlation of the unit with the chosen concept, without concept labels", unit="correlation")
    follows_labelled: Array = metric(
        "correlation of the unit with the chosen concept, with concept labels", unit="correlation")
    best_follows_free: Array = metric(
        "largest correlation of any unit with the chosen concept, in absolute value, without concept labels",
        unit="correlation")
    true_effect: Array = metric(
        "change of the true chance when the concept goes from 0 to 1, mean over shirts", unit="probability")
    effect_free: Array = metric(
        "change of the output when 1 in place of 0 is written, without concept labels", unit="probability")
    effect_labelled: Array = metric(
        "change of the output when 1 in place of 0 is written, with concept labels", unit="probability")
    effect_error_free: Array = metric(
        "distance between the output's change and the true one when 1 in place of 0 is written, mean over shirts,"
        " without concept labels", unit="probability")
    effect_error_labelled: Array = metric(
        "distance between the output's change and the true one when 1 in place of 0 is written, mean over shirts,"
        " with concept labels", unit="probability")


@dataclass(frozen=True)
class Written:
    """What writing does to one network: see the metrics of the same names."""

    accuracy: Array  # (R,)
    each: Array  # (R, 3)
    best_unit: Array
    matched: Array
    all_three: Array
    follows: Array
    best_follows: Array
    effect: Array
    effect_error: Array


def write(trained: Trained, test: Shirts, chosen: int) -> Written:
    """Write each concept into its unit, all of them, and 0 and 1 in place of the chosen one."""
    inputs, truth = test.data.inputs.astype(np.float32), test.concepts
    own = hidden_activations(trained.network, trained.weights, inputs)
    match = correlation(own, truth)[:, :, chosen]

    def said(units: Mapping[int, Array]) -> Array:
        return outputs_with(trained.network, trained.weights, inputs, units)  # (R, 1, N)

    def right(units: Mapping[int, Array]) -> Array:
        return accuracy(said(units), test.data.targets)

    effect = (said({chosen: np.ones((1, 1))}) - said({chosen: np.zeros((1, 1))}))[:, 0]  # (R, N)
    truths = dict(enumerate(truth.transpose(1, 0, 2)))
    return Written(
        accuracy=right({}),
        each=np.stack([right({unit: values}) for unit, values in truths.items()], axis=1),
        best_unit=in_best_unit(right, upright(truths[chosen], np.nan_to_num(match)), np.nan_to_num(match)),
        matched=in_best_unit(right, brought_to(truths[chosen], best_of(own, match)), np.nan_to_num(match)),
        all_three=right(truths),
        follows=match[:, chosen],
        best_follows=np.abs(match).max(axis=1),
        effect=effect.mean(axis=1),
        effect_error=np.abs(effect - true_effect(truth, chosen)).mean(axis=1),
    )


def best_of(values: Array, match: Array) -> Array:
    """Of each replica's values (R, units, ...) those of the unit with the largest |match| (R, units): (R, ...)."""
    best = np.abs(np.nan_to_num(match)).argmax(axis=1)
    return values[np.arange(len(values)), best]


def upright(truth: Array, match: Array) -> Array:
    """A concept (R, N), upside down where the unit that follows it best does so downwards, by match (R, units)."""
    return np.where(best_of(match, match)[:, None] < 0, 1 - truth, truth)


def in_best_unit(right: Callable[[Mapping[int, Array]], Array], values: Array, match: Array) -> Array:
    """The accuracy when values (R, N) stand in the unit with the largest |match| (R, units): (R,)."""
    every = np.stack([right({unit: values}) for unit in range(match.shape[1])], axis=1)
    return best_of(every, match)


def true_effect(concepts: Array, chosen: int) -> Array:
    """The change of each shirt's true chance when the chosen concept goes from 0 to 1, (R, N)."""
    low, high = concepts.copy(), concepts.copy()
    low[:, chosen], high[:, chosen] = 0, 1
    return (chance_of(high) - chance_of(low))[:, 0]


def measure(free: Trained, labelled: Trained, test: Shirts, chosen: int) -> InterventionMetrics:
    """Do the same to both networks."""
    one, other = write(free, test, chosen), write(labelled, test, chosen)
    units = hidden_activations(free.network, free.weights, test.data.inputs.astype(np.float32))
    match = correlation(units, test.concepts)[:, :, chosen]
    return InterventionMetrics(
        concepts=np.array(CONCEPTS),
        accuracy_free=one.accuracy,
        accuracy_labelled=other.accuracy,
        best_accuracy=accuracy(chance_of(test.concepts), test.data.targets),
        each_written_free=one.each,
        each_written_labelled=other.each,
        written_free=one.each[:, chosen],
        written_labelled=other.each[:, chosen],
        best_unit_written_free=one.best_unit,
        best_unit_matched_free=one.matched,
        best_unit_matched_labelled=other.matched,
        best_activation=best_of(units[:, :, 0], match),
        first_concept=test.concepts[:, chosen, 0],
        best_weight_out=best_of(free.weights[1][:, :-1, 0], match),
        all_written_free=one.all_three,
        all_written_labelled=other.all_three,
        follows_free=one.follows,
        follows_labelled=other.follows,
        best_follows_free=one.best_follows,
        true_effect=true_effect(test.concepts, chosen).mean(axis=1),
        effect_free=one.effect,
        effect_labelled=other.effect,
        effect_error_free=one.effect_error,
        effect_error_labelled=other.effect_error,
    )


def run(params: InterventionParams, seeds: Array) -> Generator[Frame, None, Outcome[InterventionMetrics]]:
    """Train without and with concept labels, then write the truth into both."""
    known = shirts(seeds, params.points, params.slope, "data")
    network = dense(4, [params.hidden], 1, "sigmoid", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    frames = (60, 2) if params.shown == "without labels" else (2, 60)
    free = yield from train(network, known.data, config, seeds, name="without concept labels", frames=frames[0])
    labels = HiddenLabels(known.concepts, params.label_weight)
    labelled = yield from train(network, known.data, config, seeds, labels=labels, name="with concept labels",
                                frames=frames[1])
    test = shirts(seeds, TEST_POINTS, params.slope, "test")
    shown = free if params.shown == "without labels" else labelled
    return Outcome(shown, measure(free, labelled, test, CONCEPTS.index(params.concept)))


EXPERIMENT = Experiment(
    "Writing a concept into a unit",
    InterventionParams,
    InterventionMetrics,
    run,
    views=(
        View("bars", "Share right after the true concept is written into its unit", x="concepts",
             y=("each_written_free", "each_written_labelled"),
             names=("no concept labels", "concept labels"), y_title="share right"),
        View("bars", "Change of the output when the concept goes from 0 to 1",
             y=("true_effect", "effect_free", "effect_labelled"),
             names=("in the data", "written, no concept labels", "written, concept labels"),
             y_title="change of the output"),
        View("network", "What each hidden unit listens to"),
        View("histogram", "Share right after writing, without concept labels", y=("written_free",),
             names=("share right",)),
    ),
    concepts=lambda params, inputs: named_concepts(inputs, params.slope),
)
