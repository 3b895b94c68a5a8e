"""Figures with their uncertainty: bootstrap intervals, the area under the ROC curve, calibration."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

RESAMPLES = 1000
BINS = 10  # of the reliability table

Floats = NDArray[np.float64]


class Interval(BaseModel):
    """A figure with the bounds between which 95 % of bootstrap resamples fall."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Bin(BaseModel):
    """One row of the reliability table."""

    low: float
    high: float
    questions: int
    confidence: float
    right: float


def reliability(confidence: Floats, right: Floats) -> tuple[float, list[Bin]]:
    """The expected calibration error of confidences (N,) that were so right (N,), and the table behind it."""
    index = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = [
        Bin(
            low=b / BINS,
            high=(b + 1) / BINS,
            questions=int((index == b).sum()),
            confidence=float(confidence[index == b].mean()),
            right=float(right[index == b].mean()),
        )
        for b in range(BINS)
        if (index == b).any()
    ]
    return sum(b.questions * abs(b.confidence - b.right) for b in bins) / len(confidence), bins


def bootstrap(values: Floats) -> Interval:
    """The mean of values (N,) with its 95 % interval."""
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return Interval(value=float(values.mean()), low=float(low), high=float(high))


def auroc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """The probability that a positive scores above a negative, ties counting half."""
    ours, others = np.sort(scores[positive]), scores[~positive]
    below = np.searchsorted(ours, others, side="left")
    upto = np.searchsorted(ours, others, side="right")
    return float(1 - (below + upto).mean() / 2 / len(ours))


def auroc_interval(scores: Floats, positive: NDArray[np.bool_]) -> Interval | None:
    """The area under the ROC curve with its 95 % interval; None where only one kind is there."""
    if positive.all() or not positive.any():
        return None
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        picked = rng.integers(0, len(scores), len(scores))
        if 0 < positive[picked].sum() < len(scores):
            drawn.append(auroc(scores[picked], positive[picked]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value=auroc(scores, positive), low=float(low), high=float(high))
