"""Axes: how numbers stand along a picture."""

import math
from typing import Any

import altair as alt
import numpy as np

from sims.engine.activations import Array

LOGARITHMIC_FROM = 100  # times the least number: from here on numbers along the x axis stand logarithmically
MOST_TICKS = 16  # whole numbers that each get a tick
MOST_LOGARITHMIC_TICKS = 12  # numbers on a logarithmic x axis that each get a tick


def axis_format(unit: str) -> str:
    """How an axis writes numbers of that unit (a format of d3)."""
    return "~%" if unit == "share" else ",~f"


def number_axis(unit: str = "", **look: Any) -> Any:
    """An axis with a handful of ticks."""
    return alt.Axis(**{"tickCount": 5, "format": axis_format(unit), **look})


def x_numbers(title: str, across: Array, unit: str = "", log: bool = False) -> Any:
    """The x encoding of the numbers `across` (k,): a tick for each where they are few and whole."""
    if across.min() > 0 and (log or across.max() >= LOGARITHMIC_FROM * across.min()):
        scale, look = alt.Scale(type="log", nice=False), logarithmic(float(across.min()), float(across.max()), unit)
        if len(across) <= MOST_LOGARITHMIC_TICKS:
            look["values"], look["labelOverlap"] = across.tolist(), "greedy"
    else:
        scale, look = alt.Scale(nice=False, zero=False), number_axis(unit)
        if len(across) <= MOST_TICKS and np.all(across == np.round(across)):
            look["values"], look["labelOverlap"] = across.tolist(), "greedy"
    return alt.X("x:Q", title=title, scale=scale, axis=_without_grid(look))


def y_numbers(title: str, reach: tuple[float, float], unit: str = "", log: bool = False, zero: bool = False) -> Any:
    """The y encoding of numbers that reach from the first to the second of `reach`."""
    if not log:
        return alt.Y("y:Q", title=title, scale=alt.Scale(zero=zero), axis=number_axis(unit))
    return alt.Y("y:Q", title=title, scale=alt.Scale(type="log"), axis=logarithmic(*reach, unit))


def logarithmic(low: float, high: float, unit: str) -> Any:
    """An axis with a tick at every power of ten, or at every few of them."""
    first, last = math.floor(math.log10(max(low, 1e-30))), math.ceil(math.log10(max(high, 1e-30)))
    powers = range(first, last + 1, max(1, (last - first) // 6))
    few = last - first < 2  # then Vega's own ticks serve better
    written = "~%" if unit == "share" else "~g" if last - first < 7 else "~e"
    return alt.Axis(format=written) if few else alt.Axis(values=[10.0**power for power in powers], format=written)


def _without_grid(look: Any) -> Any:
    look["grid"] = False
    return look
