"""What would have come of questions that neither heads nor numbers have seen: the figures to choose by.

Heads are held out by `crossfit`; here mix, confidence and thresholds are fitted without a part of the questions and
decide on that part.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.decisions import Numbers
from bot.matching.evaluation.figures import bootstrap
from bot.matching.fitting.numbers import Costs, Outcomes, fit_numbers, judged, mixed_scores
from bot.matching.matcher import OUTSIDE

FOLDS = 5
MOST_PAIRS = 12

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HeldOut:
    """What was decided on N questions, and how right it was."""

    first: NDArray[np.int64]  # (N,): the label that is ranked first among the entries
    credit: Floats  # (N, 3): of the first three, or of all where there are fewer entries
    answered: NDArray[np.bool_]  # (N,)
    sure: NDArray[np.bool_]  # (N,), of those
    torn: NDArray[np.bool_]  # (N,)


def held_out(outcomes: Outcomes, labels: Sequence[str], costs: Costs) -> HeldOut:
    """Decide on each question by numbers that were fitted without it."""
    n = len(outcomes.scope)
    part = np.random.default_rng(0).permutation(n) % FOLDS
    ranked = min(3, sum(not label.startswith(OUTSIDE) for label in labels))
    found = HeldOut(np.zeros(n, np.int64), np.zeros((n, ranked)), *np.zeros((3, n), bool))
    for fold in range(FOLDS):
        here = part == fold
        numbers = fit_numbers(outcomes.where(~here), labels, costs)
        _decide(found, here, outcomes.where(here), numbers, labels)
    return found


def _decide(found: HeldOut, here: NDArray[np.bool_], outcomes: Outcomes, numbers: Numbers,
            labels: Sequence[str]) -> None:
    mix = {(model, view): weight for model, views in numbers.mix.items() for view, weight in views.items()}
    seen = judged(outcomes, mixed_scores(outcomes, mix), labels)
    confidence, limits = numbers.confidences(seen.signs)[:, 0], numbers.thresholds
    ours = seen.total >= limits.suggest
    found.first[here], found.credit[here] = seen.first, seen.credit
    found.answered[here] = ours & (confidence >= limits.answer)
    found.sure[here] = ours & (confidence >= max(limits.answer, limits.sure))
    found.torn[here] = ours & (confidence < limits.answer)


def render(found: HeldOut, outcomes: Outcomes, labels: Sequence[str], styles: Sequence[str]) -> Iterator[str]:
    """The figures to read: all in scope with 95 % intervals, each style, each scope, the pairs most often confused."""
    ours, right, three = outcomes.scope == "in", found.credit[:, 0], found.credit.max(axis=1)
    shares = {"right first": right, "among three": three, "answered right": right * found.answered,
              "answered wrong": (1 - right) * found.answered, "of these surely right": right * found.sure,
              "of these surely wrong": (1 - right) * found.sure, "torn": found.torn.astype(float)}
    yield f"held out: {ours.sum()} questions in scope"
    for name, values in shares.items():
        yield f"  {name:22} {bootstrap(values[ours])}"
    if (torn := ours & found.torn).any():
        yield f"  {'torn lists that hold it':22} {bootstrap((three[torn] > 0).astype(float))}"
    for scope in ("near", "gap", "far"):
        if (some := outcomes.scope == scope).any():
            yield f"  {scope:5} answered {found.answered[some].sum()} of {some.sum()}, torn {found.torn[some].sum()}"
    yield "  by style: questions, right first, among three, answered right, answered wrong"
    for style in sorted(set(styles) - {""}):
        some = ours & (np.asarray(styles) == style)
        if some.any():
            others = "  ".join(f"{shares[name][some].mean():.3f}" for name in list(shares)[1:4])
            yield f"  {style:10} {some.sum():4}  {bootstrap(right[some])}  {others}"
    yield "  most often taken for one another"
    for pair, times in _pairs(found, outcomes, labels).most_common(MOST_PAIRS):
        yield f"  {times:4.1f}  {' and '.join(pair)}"


def _pairs(found: HeldOut, outcomes: Outcomes, labels: Sequence[str]) -> Counter[tuple[str, str]]:
    """How often two entries were taken for one another; what is half right counts half."""
    pairs: Counter[tuple[str, str]] = Counter()
    for row in np.flatnonzero(outcomes.scope == "in").tolist():
        asked, missed = labels[int(outcomes.targets[row].argmax())], 1 - float(found.credit[row, 0])
        if missed and not asked.startswith(OUTSIDE):
            one, other = sorted((asked, labels[int(found.first[row])]))
            pairs[one, other] += missed  # type: ignore[assignment]
    return pairs
