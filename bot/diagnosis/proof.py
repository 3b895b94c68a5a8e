"""A rule tried on a network: the run as read and the run with the one change, and how often their claims hold."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.answers.values import names_of
from bot.content.expressions import judge
from bot.diagnosis.rules import Claim, Rule
from bot.diagnosis.shown import Shown, shown_as
from bot.diagnosis.spec import NetworkSpec
from sims.engine.activations import Array
from sims.engine.experiment import Run, drain, start
from sims.engine.general.settings import NetworkParams
from sims.engine.randomness import REPLICAS
from sims.engine.training import Frame
from sims.your_network import EXPERIMENT


@dataclass(frozen=True)
class Proof:
    """`as_read` and, where there is a change, `mended`, with what each is shown as; `claim` and `control` are the
    number of runs in which they hold, None where the rule has none."""

    rule: Rule
    shown: Shown
    as_read: Run[Any, Any]
    mended: Run[Any, Any]
    claim: int | None
    control: int | None

    @property
    def stands(self) -> bool:
        """Whether both hold as often as the rule says."""
        replicas = len(self.as_read.seeds)
        pairs = ((self.rule.claim, self.claim), (self.rule.control, self.control))
        return all(said is None or count is None or count >= said.in_at_least * replicas for said, count in pairs)

    @property
    def solved(self) -> tuple[int, int]:
        """In how many runs the network solved its task, as read and with the change."""
        before, after = (int(np.nansum(run.metrics.solved)) for run in (self.as_read, self.mended))
        return before, after

    @property
    def scores(self) -> tuple[float, float]:
        """The median score over the runs whose weights stayed finite, as read and with the change; nan where none
        did."""
        before, after = (_median(np.asarray(run.metrics.score)) for run in (self.as_read, self.mended))
        return before, after


Running = Callable[[NetworkParams, int], Generator[Frame, None, Run[Any, Any]]]
"""Makes the run of a network at a seed, frame by frame."""

Change = Callable[[Shown, Mapping[str, Any]], Shown]
"""Gives what is shown with a rule's change, from what is shown without it."""


def training(replicas: int = REPLICAS) -> Running:
    """A `Running` that trains anew; surfaces that remember their runs bring one of their own."""
    return lambda params, seed: start(EXPERIMENT, params, seed, replicas)


def prove(rule: Rule, spec: NetworkSpec, seed: int = 0, replicas: int = REPLICAS) -> Proof:
    """Run a network as read and with the rule's change; a rule without a claim is shown by no run."""
    return drain(proving(rule, shown_as(spec, rule.show), lambda shown, mend: shown_as(spec, rule.show, mend), seed,
                         training(replicas)))


def proving(rule: Rule, shown: Shown, change: Change, seed: int, running: Running) -> Generator[Frame, None, Proof]:
    """Run a network as it is shown, and with the rule's one change, frame by frame; count the rule's claims in both."""
    as_read = yield from running(shown.params, seed)
    mended = as_read
    if rule.mend:
        mended = yield from running(change(shown, rule.mend).params, seed)
    return Proof(rule, shown, as_read, mended, _count(rule.claim, as_read), _count(rule.control, mended, as_read))


def _median(scores: Array) -> float:
    finite = scores[np.isfinite(scores)]
    return float(np.median(finite)) if len(finite) else np.nan


def _count(claim: Claim | None, run: Run[Any, Any], before: Run[Any, Any] | None = None) -> int | None:
    """In how many runs a claim holds; it may name the metrics of `before`, of the same seeds, as `was_...`."""
    if claim is None:
        return None
    values, per_replica = names_of(run)
    if before is not None:
        earlier, varying = names_of(before)
        values |= {f"was_{name}": value for name, value in earlier.items()}
        per_replica |= {f"was_{name}" for name in varying}
    return int(judge(claim.holds, values, per_replica, len(run.seeds)).sum())
