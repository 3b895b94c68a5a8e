"""Answers: an entry and a run make prose with numbers, judged claims, and what to ask next.

No surface knows more than an `Answer`.
"""

from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import Any

import numpy as np

from bot.content.entries import CounterExample, Entry, Option
from bot.content.expressions import judge
from bot.content.prose import render
from bot.content.settings import differing
from sims.engine.experiment import Run, is_shared


@dataclass(frozen=True)
class Verdict:
    """A claim and what the run says of it."""

    says: str
    holds: str
    in_this_run: bool
    replicas_true: int
    replicas: int
    stands: bool  # false where it holds clearly less (or more) often than the entry says
    in_at_least: float
    in_at_most: float

    @property
    def true_at_times(self) -> bool:
        """Whether the claim says that something happens in some runs and not in others."""
        return self.in_at_most < 1

    @property
    def mark(self) -> str:
        """✓ or ✗: for this run, or for the count where the claim is about the count."""
        return "✓" if (self.stands if self.true_at_times else self.in_this_run) else "✗"

    @property
    def evidence(self) -> str:
        """The count in words: "in 31 of 32 runs"."""
        count = f"in {self.replicas_true} of {self.replicas} runs"
        return f"{count}, {'this one too' if self.in_this_run else 'not in this one'}" if self.true_at_times else count


@dataclass(frozen=True)
class Answer:
    """Everything that a surface shows of an entry at some settings and seed."""

    entry: Entry
    run: Run[Any, Any]
    text: str
    simpler: str
    deeper: str
    claims: tuple[Verdict, ...]
    changed: dict[str, Any]  # the settings that differ from the entry's own

    @property
    def counter_examples(self) -> tuple[CounterExample, ...]:
        """The entry's settings that break a claim."""
        return self.entry.counter_examples

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The claims that are no longer true at these settings."""
        return tuple(claim for claim in self.claims if not claim.stands)

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """The metrics of the run on the screen, as plain numbers, strings and lists."""
        return plain_metrics(self.run)


def compose(entry: Entry, run: Run[Any, Any], own: dict[str, Any] | None = None) -> Answer:
    """Fill in the numbers of `run` and judge the claims. `own` are the settings that the entry itself has."""
    values, per_replica = names_of(run)
    own = own if own is not None else run.params.model_dump()
    changed = differing(run.params, own)
    lenient = bool(changed)  # at the entry's own settings everything that it names must be there
    text, simpler, deeper = (render(t, values, per_replica, lenient) for t in (entry.text, entry.simpler, entry.deeper))
    claims = tuple(
        verdict(render(claim.says, values, per_replica, lenient), claim.holds, holds_in(claim.holds, run),
                claim.in_at_least, claim.in_at_most)
        for claim in entry.claims
    )
    return Answer(entry, run, text, simpler, deeper, claims, changed)


def names_of(run: Run[Any, Any]) -> tuple[dict[str, Any], set[str]]:
    """What expressions may name: settings, metrics, `seed`, `replicas`; and which of them vary by replica."""
    kind = type(run.metrics)
    metrics = {name: np.asarray(getattr(run.metrics, name)) for name in kind.model_fields}
    values = {**run.params.model_dump(), "seed": run.seed, "replicas": len(run.seeds), **metrics}
    return values, {name for name in metrics if not is_shared(kind, name)}


def holds_in(expression: str, run: Run[Any, Any]) -> np.ndarray:
    """Whether a comparison holds, for each replica of the run (R,)."""
    values, per_replica = names_of(run)
    return judge(expression, values, per_replica, len(run.seeds))


def right_option(options: tuple[Option, ...], run: Run[Any, Any]) -> int | None:
    """Which option of a prediction came true in the run on the screen; None where none did (it diverged, say)."""
    return next((i for i, option in enumerate(options) if holds_in(option.when, run)[0]), None)


def verdict(says: str, holds: str, true: np.ndarray, at_least: float, at_most: float) -> Verdict:
    """Judge a claim from its truth in each replica (R,)."""
    count, replicas = int(true.sum()), len(true)
    stands = not (_rarely(count, replicas, at_least) or _rarely(replicas - count, replicas, 1 - at_most))
    return Verdict(says, holds, bool(true[0]), count, replicas, stands, at_least, at_most)


def _rarely(count: int, replicas: int, rate: float) -> bool:
    """Whether so small a count is a surprise (less than 1 in 40) for something that holds at `rate`."""
    chance = sum(comb(replicas, k) * rate**k * (1 - rate) ** (replicas - k) for k in range(count + 1))
    return chance < 0.025


def plain_metrics(run: Run[Any, Any]) -> dict[str, Any]:
    """The metrics of the run on the screen as plain numbers, strings and lists; None where one is not finite."""
    return {name: _plain(run, name) for name in type(run.metrics).model_fields}


def _plain(run: Run[Any, Any], name: str) -> Any:
    value = np.asarray(getattr(run.metrics, name))
    if not is_shared(type(run.metrics), name):
        value = value[0]
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return _finite_or_none(plain)


def _finite_or_none(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite_or_none(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
