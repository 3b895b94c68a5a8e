"""Questions put to a matcher, and what came of them as one report."""

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bot.matching import Decision
from bot.matching.evaluation.figures import Floats, auroc_interval, bootstrap, reliability
from bot.matching.evaluation.questions import Neighbours, Question, credit
from bot.matching.evaluation.report import SCOPES, Confusion, Report, Scores


@dataclass(frozen=True)
class _Outcome:
    question: Question
    decision: Decision
    credits: tuple[float, ...]  # of the ranked entries, best first
    seconds: float


class Decides(Protocol):
    """A matcher, as far as it is evaluated."""

    @property
    def name(self) -> str: ...
    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision: ...


def evaluate(
    matcher: Decides,
    questions: Sequence[Question],
    neighbours: Neighbours,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Put every question to the matcher and compare; at least one must be in scope."""
    outcomes = []
    for number, question in enumerate(questions, start=1):
        outcomes.append(_outcome(matcher, question, neighbours))
        progress(number, len(questions))
    ours = [outcome for outcome in outcomes if outcome.question.scope == "in"]
    if not ours:
        raise ValueError("there is no question in scope among them")
    figures = np.array([(o.credits[0], max(o.credits[:3]), _reciprocal_rank(o.credits)) for o in ours])  # (N, 3)
    confidence = np.array([outcome.decision.ranked[0].confidence for outcome in outcomes])
    right = np.array([outcome.credits[0] for outcome in outcomes])
    ece, bins = reliability(confidence, right)
    milliseconds = 1000 * np.array([outcome.seconds for outcome in outcomes])
    return Report(
        encoder=matcher.name,
        questions=dict(Counter(outcome.question.scope for outcome in outcomes)),
        hit1=bootstrap(figures[:, 0]),
        hit3=bootstrap(figures[:, 1]),
        mrr=bootstrap(figures[:, 2]),
        auroc=auroc_interval(confidence, np.array([outcome.question.scope == "in" for outcome in outcomes])),
        decisions={scope: _shares([o for o in outcomes if o.question.scope == scope]) for scope in SCOPES},
        ece=ece,
        reliability=bins,
        by_entry=_scores([str(outcome.question.best) for outcome in ours], figures),
        by_style=_scores([outcome.question.style for outcome in ours], figures),
        latency_ms={"p50": float(np.median(milliseconds)), "p95": float(np.percentile(milliseconds, 95))},
        memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        confusions=[_confusion(outcome) for outcome in ours if outcome.credits[0] < 1],
    )


def _outcome(matcher: Decides, question: Question, neighbours: Neighbours) -> _Outcome:
    start = time.perf_counter()
    decision = matcher.decide(question.text, question.previous or ())
    seconds = time.perf_counter() - start
    credits = tuple(credit(question, match.slug, neighbours) for match in decision.ranked)
    return _Outcome(question, decision, credits, seconds)


def _reciprocal_rank(credits: Sequence[float]) -> float:
    """The best of credit / rank, which without half neighbours is 1 / the rank of the right entry."""
    return max((value / rank for rank, value in enumerate(credits, start=1)), default=0.0)


def _shares(outcomes: Sequence[_Outcome]) -> dict[str, float]:
    """Shares of what was done. A half neighbour is half right; in a suggestion any credit will do."""
    done: Counter[str] = Counter()
    for outcome in outcomes:
        kind, credits = outcome.decision.kind, outcome.credits
        if kind == "answer":
            worth = {"right": credits[0], "wrong": 1 - credits[0]}
            for how, share in worth.items():
                done[f"answered {how}"] += share  # type: ignore[assignment]
                if not outcome.decision.sure:
                    done[f"of these likely {how}"] += share  # type: ignore[assignment]
        elif kind == "suggest":
            done["suggested with it" if max(credits[:3]) > 0 else "suggested without it"] += 1
        else:
            done["declined"] += 1
    return {name: count / len(outcomes) for name, count in sorted(done.items()) if count}


def _confusion(outcome: _Outcome) -> Confusion:
    first, question = outcome.decision.ranked[0], outcome.question
    return Confusion(
        id=question.id,
        text=question.text,
        entry=str(question.best),
        first=first.slug,
        confidence=first.confidence,
        credit=outcome.credits[0],
    )


def _scores(names: Sequence[str], figures: Floats) -> dict[str, Scores]:
    """The means of the figures (N, 3) of the questions with each name, in the names' order."""
    index = np.asarray(names)
    found = {}
    for name in np.unique(index):
        rows = figures[index == name]
        first = bootstrap(rows[:, 0])
        _, hit3, mrr = rows.mean(axis=0).tolist()
        found[str(name)] = Scores(questions=len(rows), hit1=first.value, low=first.low, high=first.high, hit3=hit3,
                                  mrr=mrr)
    return found
