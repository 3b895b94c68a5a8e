"""Linear probe: a concept can be in a hidden layer although no single unit shows it.

A network with six hidden units learns which T-shirts sell well from the label alone. A concept, say
affordability, is then looked for in two ways: unit by unit, by correlation, and with a linear probe, the
sum of all activations with the weights that fit the concept best (least squares on one half of new shirts,
judged by R² on the other half). The units need not line up with the concept; the layer as a whole may hold
it all the same, spread over the units (Alain and Bengio, 2017).

A probe that works is not yet news about the network: the concept may be just as easy to read off the raw
inputs. So the same probe is fitted to the inputs, and to the hidden layer before training, as controls
(Hewitt and Liang, 2019). With gentle concepts (slope 0.5) the controls do as well or better: then training
has not made the concept any plainer, only kept it. A column of ones goes with every probe.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, unit_names
from sims.engine.scores import accuracy_on, correlation
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    points_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shirts import CONCEPTS, Shirts, named_concepts, shirts
from sims.engine.training import Frame, Trained, TrainingConfig, train

TEST_POINTS = 1000  # half to fit the probes, half to judge them
NAME_EARNED = 0.9  # correlation from which a single unit matches a concept


class ProbeParams(Params):
    """Settings of the network that is probed."""

    concept: Literal["affordability", "awareness", "quality"] = setting(
        "affordability", title="concept", description="the concept that is looked for in the hidden layer",
        words=("concept", "feature", "idea"))
    slope: float = setting(
        0.5, ge=0.25, le=8, title="slope of the concepts",
        description="how sharply each concept switches from no to yes", words=("slope", "steepness"))
    hidden: int = hidden_setting(6)
    activation: HiddenActivation = activation_setting("sigmoid")
    steps: int = steps_setting(300, le=2000)
    points: int = points_setting(400, "T-shirts")
    learning_rate: float = rate_setting(0.01)


class ProbeMetrics(Metrics):
    """How well the concepts can be read, from one unit and from all; on T-shirts that neither network nor
    probe saw."""

    concepts: Array = shared("the names of the three concepts", kind="label")
    units: Array = shared("the names of the hidden units", kind="label")
    accuracy: Array = metric("share of new T-shirts that the network gets right", unit="share", part="output")
    correlation: Array = metric("correlation of each hidden unit with each concept", unit="correlation")
    best_unit: Array = metric(
        "largest correlation of any single unit with the chosen concept, in absolute value",
        unit="correlation", part="hidden")
    best_unit_r2: Array = metric(
        "share of the chosen concept's variance that the unit which follows it best explains", unit="R²")
    any_unit_matches: Array = metric(
        "whether some single unit follows the chosen concept at 0.9 or more, in either direction",
        kind="flag", part="hidden")
    units_matching: Array = metric(
        "concepts that some single unit follows at 0.9 or more", unit="concepts", part="hidden")
    probe: Array = metric(
        "share of the chosen concept's variance that a probe on the hidden layer explains", unit="R²")
    probe_correlation: Array = metric(
        "correlation of the probe on the hidden layer with the chosen concept", unit="correlation")
    probe_inputs: Array = metric(
        "share of the chosen concept's variance that a probe on the raw inputs explains", unit="R²")
    probe_untrained: Array = metric(
        "share of the chosen concept's variance that a probe on the hidden layer before training explains", unit="R²")
    probe_shuffled: Array = metric(
        "share of the variance that a probe on the hidden layer explains when fitted to other shirts' concepts",
        unit="R²")
    probe_shuffled_seen: Array = metric(
        "share of the variance that a probe with other shirts' concepts explains on the shirts that it was fitted to",
        unit="R²")
    first_parts: Array = metric("weight times activation of each unit in the probe, for the first unseen shirt")
    first_constant: Array = metric("constant of the probe")
    first_concept: Array = metric("true value of the chosen concept for the first unseen shirt")
    worst_probe: Array = metric("smallest R² of a probe on the hidden layer over the three concepts", unit="R²")
    probes: Array = metric("R² of a probe on the hidden layer for each concept", unit="R²")
    probes_inputs: Array = metric("R² of a probe on the raw inputs for each concept", unit="R²")
    probes_untrained: Array = metric("R² of a probe on the hidden layer before training for each concept", unit="R²")
    best_units: Array = metric("R² of the single unit that follows each concept best", unit="R²")
    probe_weights: Array = metric("weight of each unit in the probe, times the spread of its activation")
    share_of_largest: Array = metric(
        "share of the largest of the probe's weights in the sum of their sizes: 1 if one unit did it alone",
        unit="share")


@dataclass(frozen=True)
class Probe:
    """A linear probe's weights (R, n + 1, k), the last row its constant, and its R² on unseen examples (R,
    k)."""

    weights: Array
    r2: Array


def fit_probe(seen: Array, concepts: Array, told: Array | None = None) -> Probe:
    """Fit concepts (R, k, N) linearly to what is seen (R, n, N) on the first half of the examples, judge on
    the second. With `told`, it is fitted to that instead, and still judged against the concepts."""
    half = seen.shape[2] // 2
    rows = np.concatenate((seen, np.ones_like(seen[:, :1])), axis=1).transpose(0, 2, 1)  # (R, N, n + 1)
    target = (concepts if told is None else told).transpose(0, 2, 1)[:, :half]
    weights = np.linalg.pinv(rows[:, :half].astype(float), rcond=1e-6) @ target
    off = (rows[:, half:] @ weights).transpose(0, 2, 1) - concepts[:, :, half:]
    return Probe(weights, 1 - (off**2).mean(axis=2) / concepts[:, :, half:].var(axis=2))


def on_its_own(seen: Array, told: Array) -> Array:
    """R² of a probe from what is seen (R, n, N) to values (R, N) on the first half, to which it was fitted: (R,)."""
    half = seen.shape[2] // 2
    return fit_probe(np.concatenate((seen[:, :, :half],) * 2, axis=2), np.concatenate((told[:, None, :half],) * 2,
                                                                                    axis=2)).r2[:, 0]


def measure(shown: Trained, test: Shirts, chosen: int) -> ProbeMetrics:
    """Look for the concepts in single units, in the whole layer, and in the controls."""
    inputs, truth = test.data.inputs.astype(np.float32), test.concepts
    units = hidden_activations(shown.network, shown.weights, inputs).astype(float)
    half = units.shape[2] // 2
    match = correlation(units[:, :, half:], truth[:, :, half:])  # (R, units, 3)
    size = np.nan_to_num(np.abs(match))
    probe, raw = fit_probe(units, truth), fit_probe(test.data.inputs, truth)
    before = fit_probe(hidden_activations(shown.network, shown.frames[0].weights, inputs), truth)
    shuffled = fit_probe(units, truth, told=np.roll(truth, 1, axis=2))
    said = probe.weights[:, :-1, chosen, None] * units[:, :, half:]
    together = correlation(said.sum(axis=1, keepdims=True), truth[:, chosen, None, half:])
    loads = said.std(axis=2)
    return ProbeMetrics(
        concepts=np.array(CONCEPTS),
        units=unit_names(units.shape[1]),
        accuracy=accuracy_on(test.data, shown),
        correlation=match,
        best_unit=size[:, :, chosen].max(axis=1),
        best_unit_r2=size[:, :, chosen].max(axis=1) ** 2,
        any_unit_matches=(size[:, :, chosen].max(axis=1) >= NAME_EARNED).astype(float),
        units_matching=(size.max(axis=1) >= NAME_EARNED).sum(axis=1),
        probe=probe.r2[:, chosen],
        probe_correlation=together[:, 0, 0],
        probe_inputs=raw.r2[:, chosen],
        probe_untrained=before.r2[:, chosen],
        probe_shuffled=shuffled.r2[:, chosen],
        probe_shuffled_seen=on_its_own(units, np.roll(truth, 1, axis=2)[:, chosen]),
        first_parts=said[:, :, 0],
        first_constant=probe.weights[:, -1, chosen],
        first_concept=truth[:, chosen, half],
        worst_probe=probe.r2.min(axis=1),
        probes=probe.r2,
        probes_inputs=raw.r2,
        probes_untrained=before.r2,
        best_units=size.max(axis=1) ** 2,
        probe_weights=loads,
        share_of_largest=loads.max(axis=1) / loads.sum(axis=1),
    )


def run(params: ProbeParams, seeds: Array) -> Generator[Frame, None, Outcome[ProbeMetrics]]:
    """Train on the label alone, then probe."""
    known = shirts(seeds, params.points, params.slope, "data")
    network = dense(4, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, known.data, config, seeds)
    test = shirts(seeds, TEST_POINTS, params.slope, "test")
    return Outcome(shown, measure(shown, test, CONCEPTS.index(params.concept)))


EXPERIMENT = Experiment(
    "Linear probe",
    ProbeParams,
    ProbeMetrics,
    run,
    views=(
        View("matrix", "Hidden units against concepts", y=("correlation",), x="concepts", rows="units"),
        View("bars", "Concepts read from one unit, from the layer, from the inputs", x="concepts",
             y=("best_units", "probes", "probes_inputs", "probes_untrained"),
             names=("best unit", "trained layer", "inputs", "untrained layer"), y_title="R²"),
        View("histogram", "One unit and the whole layer, over all runs", y=("best_unit_r2", "probe"),
             names=("best unit", "whole layer")),
        View("network", "What each hidden unit listens to"),
    ),
    concepts=lambda params, inputs: named_concepts(inputs, params.slope),
)
