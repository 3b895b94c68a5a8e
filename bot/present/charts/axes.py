"""Axes: how numbers stand along a picture."""

import json
import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from bot.present.charts.pictures import power_of_ten
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
    """The x encoding of the numbers `across` (k,): a tick for each where they are few and whole, or stand
    logarithmically."""
    each: dict[str, Any] = {"values": across.tolist(), "tickCount": len(across), "labelOverlap": "greedy"}
    if across.min() > 0 and (log or across.max() >= LOGARITHMIC_FROM * across.min()):
        scale = alt.Scale(type="log", nice=False)
        few = len(across) <= MOST_LOGARITHMIC_TICKS
        look = {"format": "~%" if unit == "share" else "~g", **each} if few else _logarithmic(across, unit)
    else:
        scale = alt.Scale(nice=False, zero=False)
        whole = len(across) <= MOST_TICKS and np.all(across == np.round(across))
        look = {"tickCount": 5, "format": axis_format(unit), **(each if whole else {})}
    return alt.X("x:Q", title=title, scale=scale, axis=alt.Axis(**look, grid=False))


def y_numbers(title: str, reach: tuple[float, float], unit: str = "", log: bool = False, zero: bool = False) -> Any:
    """The y encoding of numbers that reach from the first to the second of `reach`."""
    if not log:
        return alt.Y("y:Q", title=title, scale=alt.Scale(zero=zero), axis=number_axis(unit))
    return alt.Y("y:Q", title=title, scale=alt.Scale(type="log"), axis=logarithmic(reach, unit))


def logarithmic(reach: Sequence[float], unit: str) -> Any:
    """An axis with a tick at every power of ten between the ends of `reach`, or at every few of them."""
    return alt.Axis(**_logarithmic(reach, unit))


def _logarithmic(reach: Sequence[float] | Array, unit: str) -> dict[str, Any]:
    first, last = math.floor(math.log10(max(min(reach), 1e-30))), math.ceil(math.log10(max(*reach, 1e-30)))
    powers = range(first, last + 1, max(1, (last - first) // 6))
    ticks = {"values": [10.0**power for power in powers]}
    if last - first < 2:  # then Vega's own ticks serve better
        return {"format": "~%" if unit == "share" else "~g"}
    if unit == "share":
        return {"format": "~%", **ticks}
    names = json.dumps({str(power): power_of_ten(power) for power in powers}, ensure_ascii=False)
    return {"labelExpr": f"{names}[round(log(datum.value) / LN10)]", **ticks}
