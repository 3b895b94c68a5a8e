"""The mix of sources, the confidence and the thresholds, from questions that the heads have not seen."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.optimize import minimize

from bot.matching.confidence import SCOPE, TOP
from bot.matching.decisions import BESIDE, Numbers, Thresholds
from bot.matching.fitting.confidence import fit_confidence
from bot.matching.head import probabilities
from bot.matching.matcher import OUTSIDE, POINTED, Source, signs_of

COSTS_FILE = Path(__file__).parent.parent / "costs.toml"
SHRINK = 1e-3  # pulls the mix's weights to zero
SHRINK_CHANGE = 1e-2  # ... and their changes with the length
STEPS = np.round(np.arange(0.2, 0.99, 0.02), 2)  # thresholds that are tried,
FINE = np.round(np.arange(0.3, 0.99, 0.01), 2)  # of these the answer's
ALIKE = 1e-12  # worths that differ by less are the same
FEW = "multilingual"  # the model whose numbers are fitted on few questions
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

    def where(self, chosen: NDArray[np.bool_]) -> "Outcomes":
        """The same for some of the questions, (N,)."""
        return Outcomes({source: values[chosen] for source, values in self.scores.items()}, self.lengths[chosen],
                        self.targets[chosen], self.credit[chosen], self.scope[chosen], self.weights[chosen])


@dataclass(frozen=True)
class Judged:
    """The entries that come first for N questions."""

    first: NDArray[np.int64]  # (N,): the number of its label
    credit: Floats  # (N, 3): of the first three
    total: Floats  # (N,): the probability of all entries together
    signs: Mapping[str, Floats]  # of the first, each (N, 1); see confidence.signs


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
    """The confidence and the thresholds, for logits that are mixed. The multilingual encoder, which has few questions
    to fit on, makes do with two signs."""
    seen = judged(outcomes, mixed, labels)
    nested: dict[str, dict[str, tuple[float, float]]] = {}
    for (model, view), weight in mix.items():
        nested.setdefault(model, {})[view] = weight
    names = [name for name in seen.signs if name != "pointed" or POINTED in nested]
    weighed = {name: seen.signs[name][:, 0] for name in ([TOP, SCOPE] if FEW in nested else names)}
    fitted = fit_confidence(weighed, seen.credit[:, 0], outcomes.scope, outcomes.weights)
    numbers = Numbers.model_validate({"mix": nested, **fitted})
    confidence = numbers.confidences(seen.signs)[:, 0]
    thresholds = best_thresholds(confidence, seen.total, seen.credit, outcomes, costs)
    return numbers.model_copy(update={"thresholds": thresholds})


def judged(outcomes: Outcomes, mixed: Floats, labels: Sequence[str]) -> Judged:
    """Which entries come first for logits that are mixed, and what speaks for the first."""
    entries = np.array([not label.startswith(OUTSIDE) for label in labels])
    every = probabilities(mixed.astype(np.float32))
    chances = every[:, entries]  # (N, n_entries)
    order = np.argsort(-chances, axis=1)[:, :3]
    scores = {source: values.astype(np.float32) for source, values in outcomes.scores.items()}
    seen = signs_of(labels, chances, every[:, ~entries], outcomes.lengths, scores)
    of_first = {name: np.take_along_axis(np.broadcast_to(values, chances.shape), order[:, :1], axis=1)
                for name, values in seen.items()}
    return Judged(np.flatnonzero(entries)[order[:, 0]], np.take_along_axis(outcomes.credit[:, entries], order, axis=1),
                  chances.sum(axis=1), of_first)


def best_thresholds(confidence: Floats, total: Floats, found: Floats, outcomes: Outcomes, costs: Costs) -> Thresholds:
    """The thresholds with the highest mean worth within the limits; of several, the lowest."""
    sure_enough = {"answer": confidence >= FINE[:, None], "sure": confidence >= STEPS[:, None]}  # (K, N)
    ours = (total >= STEPS[:, None]).astype(float)  # (J, N)
    worth = _worths(sure_enough, ours, found, outcomes, costs)  # (answer, suggest, sure)
    allowed = _within(sure_enough["answer"], ours, found, outcomes, costs)[:, :, None] & (FINE[:, None, None] <= STEPS)
    answer, sure, suggest = 1.0, 1.0, 0.9
    if allowed.any():
        at = np.argwhere(allowed & (worth >= worth[allowed].max() - ALIKE))[0]
        answer, suggest, sure = float(FINE[at[0]]), float(STEPS[at[1]]), float(STEPS[at[2]])
    others = {name: _precise(confidence, found[:, 0], outcomes.weights, share) for name, share in PRECISION.items()}
    return Thresholds(answer=answer, sure=sure, suggest=suggest, **others)


def _within(answered: NDArray[np.bool_], ours: Floats, found: Floats, outcomes: Outcomes,
            costs: Costs) -> NDArray[np.bool_]:
    """For each threshold of the answer and of what is ours whether so many wrong answers are within the limits."""
    within = np.ones((len(answered), len(ours)), bool)
    any_answer = np.ones(len(found))
    kinds = {"wrong": ("in", 1 - found[:, 0]), "near": ("near", any_answer), "far": ("far", any_answer)}
    for name, (scope, wrong) in kinds.items():
        of_scope = outcomes.scope == scope
        if of_scope.any():
            shares = answered[:, of_scope] * wrong[of_scope] @ ours[:, of_scope].T / of_scope.sum()
            within &= shares <= costs.limits[name]
    return within


def _worths(sure_enough: Mapping[str, NDArray[np.bool_]], ours: Floats, found: Floats, outcomes: Outcomes,
            costs: Costs) -> Floats:
    """The mean worth of what is decided by each threshold of the answer, of what is ours, and of what is sure."""
    sure, likely, torn, declined = _worth_of_each(found, outcomes.scope == "in", costs) * outcomes.weights
    whole = (ours @ (torn - declined) + declined.sum())[None, :, None]  # as though nothing were answered
    answered = (sure_enough["answer"] * (likely - torn) @ ours.T)[:, :, None]
    surely = (ours @ (sure_enough["sure"] * (sure - likely)).T)[None]
    return np.asarray((whole + answered + surely) / outcomes.weights.sum())


def _worth_of_each(found: Floats, inside_scope: NDArray[np.bool_], costs: Costs) -> Floats:
    """What each question is worth where it is answered for sure, as likely, with several, and not at all, (4, N)."""
    inside, outside = costs.in_scope, costs.out_of_scope
    right, beside, three = found[:, 0], found[:, 1 : 1 + BESIDE].max(axis=1), found.max(axis=1)
    wrong = np.where(beside > 0, inside["likely_wrong_beside"], inside["likely_wrong"])
    values = np.stack([right * inside["sure_right"] + (1 - right) * inside["sure_wrong"],
                       right * inside["likely_right"] + (1 - right) * wrong,
                       np.where(three > 0, inside["torn_with"], inside["torn_without"]),
                       np.where(three > 0, inside["declined_with"], inside["declined_without"])])
    others = np.array([outside["sure"], outside["likely"], outside["torn"], outside["declined"]])
    return np.where(inside_scope, values, others[:, None])


def _precise(confidence: Floats, right: Floats, weights: Floats, share: float) -> float:
    """The lowest confidence from which at least this share is right."""
    for threshold in STEPS:
        above = confidence >= threshold
        if above.any() and np.average(right[above], weights=weights[above]) >= share:
            return float(threshold)
    return float(STEPS[-1])


def _centred(scores: Floats) -> Floats:
    return scores - scores.mean(axis=1, keepdims=True)
