"""Lines: the loss while training, and metrics against a shared one, with the spread over all runs."""

import math
from itertools import combinations
from typing import Any

import altair as alt
import numpy as np

from bot.present.charts.axes import number_axis, x_numbers, y_numbers
from bot.present.charts.pictures import (
    Panel,
    Picture,
    Rows,
    called,
    labels,
    named,
    panel,
    plain,
    plains,
    titled,
    unit_of,
    values_of,
    written,
)
from bot.present.charts.theme import CHART_HEIGHT
from sims.engine.activations import Array
from sims.engine.experiment import Run, View

SPREAD = (10, 90)  # percentiles of the runs between which the band lies
ENORMOUS = 10_000  # a loss from which on the axis is logarithmic
MUCH = 0.4  # of the height: several bands that cover more would swamp the lines, and are drawn faintly
LOSS_UNITS = {"squared_error": "squared error", "absolute_error": "absolute error", "huber": "Huber's loss"}
DOTTED_UP_TO = 30  # points of a line, which are then marked


def loss(run: Run[Any, Any], view: View) -> list[Picture]:
    """The loss against the step: of this run and of all, in training and, where it is known, in validation. A run
    that diverged ends there; where losses become enormous, they stand logarithmically."""
    frames, diverged_at = run.shown.frames, run.shown.diverged_at[:, None]
    steps = [frame.step for frame in frames]
    over = (diverged_at >= 0) & (np.array(steps) >= diverged_at)  # (R, frames): its weights stand still from here on
    curves = {"training": [frame.loss for frame in frames]}
    held_out = [frame.validation_loss for frame in frames if frame.validation_loss is not None]
    if len(held_out) == len(frames):
        curves["validation"] = held_out
    losses = {name: np.stack(curve).T for name, curve in curves.items()}  # (R, frames)
    losses = {name: np.where(over | ~np.isfinite(values), np.nan, values) for name, values in losses.items()}
    log = view.log_y or max(np.nanmax(all_runs, initial=0.0) for all_runs in losses.values()) > ENORMOUS
    rows = [row for name, all_runs in losses.items() for row in _rows(steps, all_runs, name, log)]
    unit = LOSS_UNITS.get(run.shown.config.loss, "nats")
    y = y_numbers(f"loss ({unit})", _reach(rows), log=log, zero=True)
    x = alt.X("x:Q", title="step", scale=alt.Scale(nice=False), axis=number_axis(grid=False))
    this = losses["training"][0]
    says = f"Loss of this run while training: {written(this[0])} at first, {written(this[-1])} last."
    caption = f"The band holds four in five of the {len(run.seeds)} runs."
    if not np.isfinite(this).all():
        caption += " Where the line ends, the training diverged: the numbers became too large to compute with."
    return [Picture(view.title, (_lines_panel(rows, x, y, [], says, log),), caption)]


def lines(run: Run[Any, Any], view: View) -> list[Picture]:
    """Metrics `y`, each (R, k), against the shared metric `x` (k,)."""
    across = np.asarray(getattr(run.metrics, view.x))
    at = plains(across.tolist())
    rows: Rows = []
    for metric, name in zip(view.y, called(view), strict=True):
        every = values_of(run, metric)[1]
        rows += _rows(at, every.mean(axis=0, keepdims=True) if view.mean else every, name, view.log_y)
    unit, numeric = "share" if view.mean else unit_of(run, view.y[0]), across.dtype.kind in "biuf"
    title = view.y_title or titled(called(view)[0], unit)
    y = y_numbers(title, _reach(rows), unit, log=view.log_y, zero=unit == "share")
    x_title = view.x_title or titled(labels([view.x])[0], unit_of(run, view.x))
    if numeric:
        x = x_numbers(x_title, across, unit_of(run, view.x), view.log_x)
    else:
        x = alt.X("x:N", title=x_title, sort=at)
    ends = [{"x": end, "y": end} for end in (min(at), max(at))] if view.diagonal and numeric else []
    says = f"{view.title}: {', '.join(called(view))} against {x_title}."
    return [Picture(view.title, (_lines_panel(rows, x, y, ends, says, view.log_y),), _caption(run, view, rows))]


def _caption(run: Run[Any, Any], view: View, rows: Rows) -> str:
    """What the bands are, where a line ends, and which lines lie on one another, so that one hides the other."""
    replicas = max(len(values_of(run, metric)[1]) for metric in view.y)
    if view.mean:
        return f"Each point is the mean over all {replicas} runs."
    says = []
    if any(row["low"] is not None and row["low"] < row["high"] for row in rows):
        says.append(f"The bands hold four in five of the {replicas} runs.")
    lines: dict[str, list[Any]] = {name: [row["y"] for row in rows if row["name"] == name] for name in called(view)}
    if any(None in line for line in lines.values()):
        says.append("Where a line has a gap or ends, there is no number.")
    for one, other in combinations(lines, 2):
        if lines[one] == lines[other]:
            says.append(f"“{one}” and “{other}” are the same line.")
    return " ".join(says)


def _lines_panel(rows: Rows, x: Any, y: Any, ends: Rows, says: str, log: bool) -> Panel:
    names = list(dict.fromkeys(row["name"] for row in rows))
    legend = alt.Legend(symbolType="stroke", symbolOpacity=1) if len(names) > 1 else None
    color = alt.Color("name:N", sort=names, scale=alt.Scale(domain=names), legend=legend)
    tips = [alt.Tooltip("name:N"), alt.Tooltip(x.shorthand, title="at"), alt.Tooltip("y:Q", title="this run")]
    low = y.copy()
    low.shorthand = "low:Q"
    chart, dots = named("rows"), {"size": 18} if len(rows) <= DOTTED_UP_TO * len(names) else False
    faint = len(names) > 1 and _covered(rows, len(names), log) > MUCH
    layers = [
        chart.mark_area(style="faint-band" if faint else "band").encode(x=x, y=low, y2=alt.Y2("high:Q"), color=color),
        chart.mark_line(style="line", point=dots).encode(x=x, y=y, color=color, tooltip=tips),
    ]
    if ends:
        layers.insert(0, named("ends").mark_line(style="quiet").encode(x=alt.X("x:Q"), y=alt.Y("y:Q")))
    return panel(alt.layer(*layers).properties(height=CHART_HEIGHT), {"rows": rows, "ends": ends}, says)


def _rows(at: list[Any], values: Array, name: str, log: bool) -> Rows:
    """Rows of a line with its band, from values (R, k); what a logarithm cannot show is left out."""
    kept = np.where(np.isfinite(values) & ((values > 0) | (not log)), values, np.nan).astype(float)
    low, high = _percentiles(kept)
    return [
        {"x": x, "y": plain(y), "low": plain(a), "high": plain(b), "name": name}
        for x, y, a, b in zip(at, kept[0], low, high, strict=True)
    ]


def _percentiles(values: Array) -> tuple[Array, Array]:
    """The ends of the band (k,) over the runs in which the number is finite; nan where there is none."""
    finite = np.isfinite(values)
    low, high = ends = np.full((2, values.shape[1]), np.nan)
    whole = finite.all(axis=0)  # nearly always: all of them at once
    ends[:, whole] = np.percentile(values[:, whole], SPREAD, axis=0)
    for column in np.flatnonzero(finite.any(axis=0) & ~whole):
        ends[:, column] = np.percentile(values[finite[:, column], column], SPREAD)
    return low, high


def _covered(rows: Rows, names: int, log: bool) -> float:
    """How much of the picture's height the bands cover on average, added up."""
    measure = math.log10 if log else float
    bottom, top = (measure(end) for end in _reach(rows))
    heights = [measure(row["high"]) - measure(row["low"]) for row in rows if row["low"] is not None]
    return sum(heights) * names / len(rows) / (top - bottom) if top > bottom else 0.0


def _reach(rows: Rows) -> tuple[float, float]:
    """The least and the largest number that is drawn."""
    drawn = [row[key] for row in rows for key in ("y", "low", "high") if row[key] is not None]
    return (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
