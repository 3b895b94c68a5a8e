"""What a series of numbers does: stands, falls, turns up, swings, ends in nan."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

FLAT = 0.01  # relative difference that counts as standing still

Series = Sequence[float]


def finite(series: Series) -> list[float]:
    """The numbers before the first nan or inf."""
    out = []
    for value in series:
        if not math.isfinite(value):
            break
        out.append(value)
    return out


def nan_at(series: Series) -> int | None:
    """The place, from 0, of the first nan or inf."""
    return next((i for i, value in enumerate(series) if not math.isfinite(value)), None)


def stands(series: Series, tolerance: float = FLAT) -> bool:
    """Whether all numbers, of at least three, are nearly the same."""
    if len(series) < 3:
        return False
    low, high = min(series), max(series)
    return high - low <= tolerance * max(abs(high), abs(low), 1e-12)


def end_stands(series: Series) -> bool:
    """Whether the last half of at least four numbers, three at least, are nearly the same."""
    return len(series) >= 4 and stands(series[-max(3, len(series) // 2):])


def two_alike(series: Series) -> bool:
    """Whether just two numbers are printed and they are the same, to half a per cent."""
    return len(series) == 2 and abs(series[1] - series[0]) <= 0.005 * max(abs(series[0]), 1e-12)


def falls(series: Series) -> bool:
    """Whether the numbers end clearly below where they began, downhill for the most part."""
    if len(series) < 3:
        return len(series) == 2 and series[1] < 0.7 * series[0]
    steps = np.diff(np.asarray(series))
    return series[-1] < series[0] - 0.02 * abs(series[0]) and float((steps <= 0).mean()) >= 0.6


def diverges(series: Series) -> bool:
    """Whether the numbers grow without bound."""
    known = finite(series)
    if len(known) < 3:
        return False
    big = known[-1] > 5 * max(abs(known[0]), 1e-9) and known[-1] >= max(known) * 0.99
    faster = known[-1] - known[-2] > 2 * abs(known[1] - known[0])  # a sum that is never set back grows evenly
    return big and faster and sum(b > a for a, b in pairwise(known)) >= 0.7 * (len(known) - 1)


def oscillates(series: Series) -> bool:
    """Whether the numbers go up and down by much, again and again, or by little and end no lower than they began."""
    known = finite(series)
    if len(known) < 5:
        return False
    steps = np.diff(np.asarray(known))
    turns = int((steps[1:] * steps[:-1] < 0).sum())
    middle = max(float(np.abs(known).mean()), 1e-12)
    size = float(np.abs(steps).mean()) / middle
    if turns >= 0.6 * (len(known) - 2) and size > 0.15:
        return True
    gains_nothing = known[-1] >= 0.97 * known[0] and max(known) - min(known) > 0.08 * middle
    return len(known) >= 8 and gains_nothing and turns >= 0.35 * (len(known) - 2)


def turns_up(series: Series) -> int | None:
    """The place of the lowest number, where what follows rises clearly above it; None where it does not."""
    known = finite(series)
    if len(known) < 4:
        return None
    low = int(np.argmin(known))
    after = known[low + 1:]
    if len(after) < 2:
        return None
    rises = float(np.mean(after[-2:])) > known[low] * 1.05 + 1e-6
    return low if rises and known[0] > known[low] else None


def climbs(series: Series) -> bool:
    """Whether each number is above the one before it."""
    return all(before < after for before, after in pairwise(series))


def falls_and_rises(training: Series, validation: Series) -> bool:
    """Whether, of two or three printed epochs, each lowers the loss of training and raises that of validation."""
    if not 2 <= len(validation) <= 3 or len(training) != len(validation):
        return False
    return all(b < a for a, b in pairwise(training)) and all(b > 1.02 * a for a, b in pairwise(validation))


def log_of_classes(value: float, likely: int | None = None) -> int | None:
    """k where a value is ln k: the loss of giving every class 1/k. `likely` is the number of classes, where known."""
    if likely and likely >= 2 and abs(value - math.log(likely)) <= 0.012 * math.log(likely) + 0.002:
        return likely
    for k in (2, 10, 3, 4, 5, 6, 7, 8, 9):
        if abs(value - math.log(k)) <= (0.008 if k == 2 else 0.004 * math.log(k)):
            return k
    return None


def still_falling(series: Series) -> bool:
    """Whether the numbers were falling at the same pace when they ended."""
    known = finite(series)
    if len(known) < 4 or not falls(known):
        return False
    half = len(known) // 2
    first, second = known[0] - known[half], known[half] - known[-1]
    return second > 0.25 * first and second > 0.03 * abs(known[half])
