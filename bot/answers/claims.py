"""What a run says of a claim: in how many of its replicas it holds, and in how many its control does."""

from dataclasses import dataclass
from math import comb

import numpy as np

from bot.content.parts import ClaimKind

BY_THE_FORMULA = "always, by the formula"
NOT_HERE = "not at these settings"


@dataclass(frozen=True)
class Control:
    """A claim's comparison where the phenomenon is absent: in how many of the runs it held there."""

    against: str  # "without training"
    replicas_true: int
    replicas: int
    at_most: float  # the share in which it may

    @property
    def passes(self) -> bool:
        """Whether it holds clearly more often than it may: then the claim is no evidence."""
        return rarely(self.replicas - self.replicas_true, self.replicas, 1 - self.at_most)

    @property
    def evidence(self) -> str:
        """The count in words: "without training in 2 of 32"."""
        return f"{self.against} in {self.replicas_true} of {self.replicas}"


@dataclass(frozen=True)
class ClaimResult:
    """A claim and what the run says of it."""

    says: str
    holds: str
    in_this_run: bool
    replicas_true: int
    replicas: int
    stands: bool  # false where it holds clearly less (or more) often than the entry says
    in_at_least: float
    in_at_most: float
    kind: ClaimKind = "finding"
    control: Control | None = None

    @property
    def is_identity(self) -> bool:
        """Whether it is true by algebra, shapes or definitions, and so no evidence."""
        return self.kind == "identity"

    @property
    def true_at_times(self) -> bool:
        """Whether the claim says that something happens in some runs and not in others."""
        return self.in_at_most < 1

    @property
    def mark(self) -> str:
        """✓ or ✗: for this run, or for the count where the claim is about the count."""
        by_count = self.true_at_times or self.is_identity
        return "✓" if (self.stands if by_count else self.in_this_run) else "✗"

    @property
    def count(self) -> str:
        """The count as a short cell: "31 of 32", or "always" for an identity."""
        if self.is_identity:
            return "always" if self.stands else "not here"
        return f"{self.replicas_true} of {self.replicas}"

    @property
    def evidence(self) -> str:
        """The counts in words: "in 31 of 32 runs; without training in 2 of 32"."""
        if self.is_identity:
            return BY_THE_FORMULA if self.stands else NOT_HERE
        told = f"in {self.replicas_true} of {self.replicas} runs"
        if self.true_at_times:
            told += f", {'this one too' if self.in_this_run else 'not in this one'}"
        if self.control is None:
            return told
        told += f"; {self.control.evidence}"
        return f"{told}, so it shows nothing here" if self.stands and self.control.passes else told


def judged(says: str, holds: str, true: np.ndarray, at_least: float, at_most: float = 1.0,
           kind: ClaimKind = "finding", control: Control | None = None) -> ClaimResult:
    """Judge a claim from its truth in each replica (R,)."""
    count, replicas = int(true.sum()), len(true)
    surprising = rarely(count, replicas, at_least) or rarely(replicas - count, replicas, 1 - at_most)
    stands = count == replicas if kind == "identity" else not surprising
    return ClaimResult(says, holds, bool(true[0]), count, replicas, stands, at_least, at_most, kind, control)


def rarely(count: int, replicas: int, rate: float) -> bool:
    """Whether so small a count is a surprise (less than 1 in 40) for something that holds at `rate`."""
    chance = sum(comb(replicas, k) * rate**k * (1 - rate) ** (replicas - k) for k in range(count + 1))
    return chance < 0.025
