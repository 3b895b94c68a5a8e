"""With every step of training left out in the engine, findings fail: what they say was brought about by training.

Judged twice. Strictly, a finding fails where what it compares holds too seldom. As a contrast, it fails also where its
control holds as well. What measures only the data, the start or a network that is set by hand has the same numbers
either way. Findings that stand for a reason are named below, each with that reason.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from crowds import SEEDS, measured
from known import ENTRIES

from bot.answers.controls import control_truth
from bot.answers.values import holds_in
from bot.content.entries import Claim
from bot.content.expressions import names_in
from bot.content.parts import UNTRAINED
from bot.content.settings import make_params
from sims.engine.experiment import Params
from sims.engine.registry import find

FINDINGS = [(slug, i, claim) for slug, entry in ENTRIES.items() for i, claim in enumerate(entry.claims)
            if claim.kind == "finding" and claim.has_control]


class Runs:
    """Runs of entries over all seeds at their own settings, each made once, with training or without."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str, bool], Any] = {}

    def at(self, slug: str, changes: Mapping[str, Any], untrained: bool) -> Any:
        kind = find(ENTRIES[slug].experiment)
        return self.of(slug, make_params(kind.params, ENTRIES[slug].params, changes), untrained)

    def of(self, slug: str, params: Params, untrained: bool) -> Any:
        name = ENTRIES[slug].experiment
        key = (name, params.model_dump_json(), untrained)
        if key not in self.made:
            self.made[key] = measured(find(name), params, 0, untrained)
        return self.made[key]


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs()


def stands(slug: str, claim: Claim, runs: Runs, untrained: bool) -> bool:
    """Whether the claim holds as often as it says and its control as seldom as it must."""
    run = runs.at(slug, {}, untrained)
    rate = float(holds_in(claim.holds, run).mean())
    control = control_truth(claim, run, lambda params, left_out: runs.of(slug, params, untrained or left_out))
    assert control is not None
    return claim.in_at_least <= rate <= claim.in_at_most and float(control.mean()) <= claim.control_at_most


def is_touched(slug: str, claim: Claim, runs: Runs) -> bool:
    """Whether training changes any number that the claim or its control compares."""
    trained, untrained = (runs.at(slug, {}, left_out).metrics for left_out in (False, True))
    compared = names_in(claim.holds) | (names_in(claim.control) if claim.control not in (None, UNTRAINED) else set())
    return any(not np.array_equal(getattr(trained, name), getattr(untrained, name), equal_nan=True)
               for name in compared & type(trained).model_fields.keys()
               if np.asarray(getattr(trained, name)).dtype.kind in "fiub")


STAND = {
    "the first gradient and the first step, at the start that is looked at": [
        ("backprop-chain-rule", 0), ("sigmoid-derivative", 0), ("is-there-maths-behind-it", 0),
        ("is-there-maths-behind-it", 1)],
    "what random starts do to signals and gradients": [
        ("exploding-gradient", 0), ("exploding-gradient", 1), ("feature-scaling", 2), ("initial-weight-scale", 2),
        ("tanh-vs-sigmoid", 2), ("vanishing-gradient", 0), ("vanishing-gradient", 2), ("vanishing-gradient", 3)],
    "neurons that are set by hand": [
        ("perceptron-vs-neuron", 0), ("what-is-activation", 0), ("universal-approximation", 0)],
    "a few test examples, or the best of several scores: chance flatters any network": [
        ("train-test-split", 1), ("hyperparameter-search", 0)],
    "a layer passes an idea on without training: the entry says so": [("linear-probe", 0), ("linear-probe", 1)],
    "ReLU networks are straight far outside, whatever their weights": [("relu-piecewise", 1)],
    "no steps of the engine's training: sums, closed forms, gradients at the start": [
        ("categorical-inputs", 0), ("categorical-inputs", 1), ("gradient-checking", 0), ("gradient-checking", 2),
        ("gradient-checking", 3), ("gradient-checking", 4), ("gradient-checking", 5), ("logistic-loss-convex", 1),
        ("logistic-loss-convex", 2), ("negative-weight", 1), ("vectorisation", 0), ("what-is-a-logit", 0)],
    "something stays bad, small or alike, as without training; that the control does not, the next test holds": [
        ("data-leakage", 3), ("fully-connected", 1), ("gradient-checking", 1), ("gradient-clipping", 1),
        ("learning-curve-reading", 0), ("learning-rate-decay", 2), ("loss-not-decreasing", 0),
        ("neuron-is-logistic-regression", 2), ("output-bias-base-rate", 1), ("overfit-one-batch", 1),
        ("perceptron-learning-rule", 0), ("precision-recall", 2), ("prune-network", 0), ("prune-network", 1),
        ("saddle-points", 1), ("saddle-points", 3), ("separable-weights-grow", 3), ("shuffle-the-data", 2),
        ("shuffle-the-data", 3), ("stochastic-or-batch", 0), ("stochastic-or-batch", 3), ("two-neurons-same", 1),
        ("underfitting", 0), ("underfitting", 1), ("underfitting", 3), ("validation-better-than-training", 0),
        ("validation-better-than-training", 2), ("vectorisation", 1), ("warm-start", 0), ("weight-decay-or-l2", 2),
        ("what-would-change-it", 2)],
    "scores on few examples scatter whatever is scored": [
        ("cross-validation", 1), ("cross-validation", 2), ("f1-score", 0), ("f1-score", 1),
        ("is-the-difference-real", 0), ("is-the-difference-real", 1), ("is-the-difference-real", 2)],
}
STRICTLY = 0.17  # the share of findings that may hold without training by themselves; each is named above


def holds_often(slug: str, claim: Claim, runs: Runs) -> bool:
    """Whether what the claim compares holds without training as often as the claim says."""
    return claim.in_at_least <= float(holds_in(claim.holds, runs.at(slug, {}, True)).mean()) <= claim.in_at_most


@pytest.mark.slow
def test_without_training_most_findings_do_not_hold(runs: Runs) -> None:
    standing = {(slug, i) for slug, i, claim in FINDINGS if holds_often(slug, claim, runs)}
    known = {finding for findings in STAND.values() for finding in findings}
    assert len(standing) <= STRICTLY * len(FINDINGS), f"{len(standing)} of {len(FINDINGS)} hold: {sorted(standing)}"
    assert standing <= known, f"they hold without training, too: {sorted(standing - known)}"


@pytest.mark.slow
def test_without_training_nineteen_in_twenty_contrasts_fail(runs: Runs) -> None:
    touched = [(slug, i, claim) for slug, i, claim in FINDINGS if is_touched(slug, claim, runs)]
    assert len(touched) >= 0.85 * len(FINDINGS), "most findings are about what training does"
    standing = [f"{slug} claims[{i}]: {claim.holds}" for slug, i, claim in touched if stands(slug, claim, runs, True)]
    assert len(standing) <= 0.05 * len(touched), f"{len(standing)} of {len(touched)} stand without training: {standing}"


@pytest.mark.slow
def test_with_training_they_stand(runs: Runs) -> None:
    fallen = [f"{slug} claims[{i}]: {claim.holds}" for slug, i, claim in FINDINGS
              if not stands(slug, claim, runs, untrained=False)]
    assert len(fallen) <= 0.05 * len(FINDINGS), f"over {SEEDS} seeds, of which rates may fall short: {fallen}"
