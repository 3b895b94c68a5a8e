"""A rule tried on a network: the run as read and the run with the one change, and how often their claims hold."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.answers import holds_in
from bot.diagnosis.rules import Claim, Rule
from bot.diagnosis.shown import Shown, shown_as
from bot.diagnosis.spec import NetworkSpec
from sims.engine.experiment import Run, drain, start
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


def prove(rule: Rule, spec: NetworkSpec, seed: int = 0, replicas: int = REPLICAS) -> Proof:
    """Run a network as read and with the rule's change; a rule without a claim is shown by no run."""
    return drain(proving(rule, spec, seed, replicas))


def proving(rule: Rule, spec: NetworkSpec, seed: int = 0, replicas: int = REPLICAS) -> Generator[Frame, None, Proof]:
    """The same, frame by frame, for surfaces that show progress."""
    shown = shown_as(spec, rule.show)
    as_read = yield from start(EXPERIMENT, shown.params, seed, replicas)
    mended = as_read
    if rule.mend:
        mended = yield from start(EXPERIMENT, shown_as(spec, rule.show, rule.mend).params, seed, replicas)
    return Proof(rule, shown, as_read, mended, _count(rule.claim, as_read), _count(rule.control, mended))


def _count(claim: Claim | None, run: Run[Any, Any]) -> int | None:
    return None if claim is None else int(holds_in(claim.holds, run).sum())
