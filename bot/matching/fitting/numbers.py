"""The mix of sources, the confidence and the thresholds, from questions that the heads have not seen."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.optimize import minimize

from bot.matching.decisions import BESIDE, Numbers, Thresholds, logit
from bot.matching.head import probabilities
from bot.matching.matcher import OUTSIDE, Source

COSTS_FILE = Path(__file__).parent.parent / "costs.toml"
SHRINK = 1e-3  # pulls the mix's weights to zero
SHRINK_CHANGE = 1e-2  # ... and their changes with the length
STEPS = np.round(np.arange(0.2, 0.99, 0.02), 2)  # thresholds that are tried
PRECISION = {"foreign": 0.97, "another": 0.96, "clear": 0.92}  # how often what a threshold lets through is right

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """What heads that have not seen them make of questions, and what would be right."""

    scores: Mapping[Source, Floats]  # (N, n_labels)
    lengths: Floats  # (N,), see matcher.length_of
    targets: Floats  # (N, n_labels): the share of each label
    credit: Floats  # (N, n_labels): 1 for an entry that answers, 0.5 for one that helps
    scope: NDArray[np.str_]  # (N,): in, near, gap or far
    weights: Floats  # (N,): how much each counts

    def of(self, sources: Sequence[Source]) -> "Outcomes":
        """The same for some of the sources."""
        return replace(self, scores={source: self.scores[source] for source in sources})


def joined(one: Outcomes, other: Outcomes) -> Outcomes:
    """The questions of both, which have the same sources."""
    scores = {source: np.concatenate([one.scores[source], other.scores[source]]) for source in one.scores}
    parts = [np.concatenate([getattr(one, name), getattr(other, name)])
             for name in ("lengths", "targets", "credit", "scope", "weights")]
    return Outcomes(scores, *parts)


class Costs(BaseModel):
    """costs.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_scope: Mapping[str, float]
    out_of_scope: Mapping[str, float]
    limits: Mapping[str, float]
    points: Mapping[str, float]


def read_costs(file: Path = COSTS_FILE) -> Costs:
    """What each outcome is worth."""
    return Costs.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def fit_numbers(outcomes: Outcomes, labels: Sequence[str], costs: Costs) -> Numbers:
    """All numbers of one matcher."""
    mix = fit_mix(outcomes)
    mixed = mixed_scores(outcomes, mix)
    return fit_decisions(outcomes, mixed, mix, labels, costs)


def fit_mix(outcomes: Outcomes) -> dict[Source, tuple[float, float]]:
    """The weight of each source and its change with the length, by log loss."""
    sources = list(outcomes.scores)
    stacked = np.stack([_centred(outcomes.scores[source]) for source in sources], axis=2)  # (N, n_labels, S)
    inputs = np.concatenate([stacked, stacked * outcomes.lengths[:, None, None]], axis=2)
    shrink = np.repeat([SHRINK, SHRINK_CHANGE], len(sources))
    share = outcomes.weights / outcomes.weights.sum()

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = inputs @ weights
        chances = probabilities(logits.astype(np.float32))
        value = -(share[:, None] * outcomes.targets * np.log(np.maximum(chances, 1e-12))).sum()
        gradient = np.einsum("nk,nks->s", share[:, None] * (chances - outcomes.targets), inputs)
        return float(value + shrink @ weights**2), gradient + 2 * shrink * weights

    start = np.repeat([1 / len(sources), 0.0], len(sources))
    at, change = minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(2, -1)
    return {source: (round(float(a), 3), round(float(c), 3)) for source, a, c in zip(sources, at, change, strict=True)}


def mixed_scores(outcomes: Outcomes, mix: Mapping[Source, tuple[float, float]]) -> Floats:
    """The logits of the mix, (N, n_labels)."""
    parts = [(at + change * outcomes.lengths)[:, None] * outcomes.scores[source]
             for source, (at, change) in mix.items()]
    return np.asarray(np.sum(parts, axis=0))


def fit_decisions(outcomes: Outcomes, mixed: Floats, mix: Mapping[Source, tuple[float, float]],
                  labels: Sequence[str], costs: Costs) -> Numbers:
    """The confidence and the thresholds, for logits that are mixed."""
    entries = np.array([not label.startswith(OUTSIDE) for label in labels])
    chances = probabilities(mixed.astype(np.float32))[:, entries]  # (N, n_entries)
    credit = outcomes.credit[:, entries]
    order = np.argsort(-chances, axis=1)[:, :3]
    top, total = np.take_along_axis(chances, order[:, :1], axis=1)[:, 0], chances.sum(axis=1)
    found = np.take_along_axis(credit, order, axis=1)  # (N, 3): of the first three
    slopes = _platt(np.column_stack([logit(top), logit(total)]), found[:, 0], outcomes.weights)
    nested: dict[str, dict[str, tuple[float, float]]] = {}
    for (model, view), weight in mix.items():
        nested.setdefault(model, {})[view] = weight
    numbers = Numbers.model_validate({"mix": nested, **slopes})
    z = numbers.top * logit(top) + numbers.scope * logit(total) + numbers.offset
    thresholds = best_thresholds(1 / (1 + np.exp(-z)), total, found, outcomes, costs)
    return numbers.model_copy(update={"thresholds": thresholds})


def best_thresholds(confidence: Floats, total: Floats, found: Floats, outcomes: Outcomes, costs: Costs) -> Thresholds:
    """The thresholds with the highest mean worth within the limits."""
    best, highest = (1.0, 1.0, 0.9), -np.inf
    for answer, suggest in product(STEPS, STEPS):
        answered = (confidence >= answer) & (total >= suggest)
        if not _within(answered, found, outcomes, costs):
            continue
        for sure in STEPS[answer <= STEPS]:
            value = _worth(confidence, answered, total >= suggest, sure, found, outcomes, costs)
            if value > highest:
                best, highest = (float(answer), float(sure), float(suggest)), value
    answer, sure, suggest = best
    others = {name: _precise(confidence, found[:, 0], outcomes.weights, share) for name, share in PRECISION.items()}
    return Thresholds(answer=answer, sure=sure, suggest=suggest, **others)


def _within(answered: NDArray[np.bool_], found: Floats, outcomes: Outcomes, costs: Costs) -> bool:
    """Whether so many wrong answers are within the limits."""
    wrong = answered * (1 - found[:, 0])
    kinds = {"wrong": ("in", wrong), "near": ("near", answered), "far": ("far", answered)}
    for name, (scope, values) in kinds.items():
        of_scope = outcomes.scope == scope
        if of_scope.any() and values[of_scope].mean() > costs.limits[name]:
            return False
    return True


def _worth(confidence: Floats, answered: NDArray[np.bool_], ours: NDArray[np.bool_], sure: float, found: Floats,
           outcomes: Outcomes, costs: Costs) -> float:
    """The mean worth of what is decided."""
    inside, outside = costs.in_scope, costs.out_of_scope
    right, beside, three = found[:, 0], found[:, 1 : 1 + BESIDE].max(axis=1), found.max(axis=1)
    is_sure, is_likely, torn = answered & (confidence >= sure), answered & (confidence < sure), ours & ~answered
    wrong = np.where(beside > 0, inside["likely_wrong_beside"], inside["likely_wrong"])
    values = np.select(
        [is_sure, is_likely, torn],
        [right * inside["sure_right"] + (1 - right) * inside["sure_wrong"],
         right * inside["likely_right"] + (1 - right) * wrong,
         np.where(three > 0, inside["torn_with"], inside["torn_without"])],
        np.where(three > 0, inside["declined_with"], inside["declined_without"]),
    )
    others = np.select([is_sure, is_likely, torn], [outside["sure"], outside["likely"], outside["torn"]],
                       outside["declined"])
    return float(np.average(np.where(outcomes.scope == "in", values, others), weights=outcomes.weights))


def _precise(confidence: Floats, right: Floats, weights: Floats, share: float) -> float:
    """The lowest confidence from which at least this share is right."""
    for threshold in STEPS:
        above = confidence >= threshold
        if above.any() and np.average(right[above], weights=weights[above]) >= share:
            return float(threshold)
    return float(STEPS[-1])


def _platt(inputs: Floats, right: Floats, weights: Floats) -> dict[str, float]:
    """Logistic regression on log odds (N, 2); a half-right entry counts as half right and half wrong."""
    share = weights / weights.sum()

    def loss(fitted: Floats) -> tuple[float, Floats]:
        z = inputs @ fitted[:2] + fitted[2]
        chance = 1 / (1 + np.exp(-z))
        value = -(share * (right * np.log(chance + 1e-12) + (1 - right) * np.log(1 - chance + 1e-12))).sum()
        errors = share * (chance - right)
        return float(value), np.append(errors @ inputs, errors.sum())

    top, scope, offset = minimize(loss, np.array([1.0, 0.0, 0.0]), jac=True, method="L-BFGS-B").x
    return {"top": round(float(top), 3), "scope": round(float(scope), 3), "offset": round(float(offset), 3)}


def _centred(scores: Floats) -> Floats:
    return scores - scores.mean(axis=1, keepdims=True)
