"""Bars, histograms and tables: numbers of this run beside those of all the others."""

from typing import Any

import altair as alt
import numpy as np

from bot.present.charts.axes import logarithmic, number_axis
from bot.present.charts.pictures import (
    Panel,
    Picture,
    Rows,
    called,
    named,
    panel,
    plain,
    titled,
    unit_of,
    values_of,
    written,
)
from bot.present.charts.plots import SPREAD
from bot.present.charts.theme import HISTOGRAM_HEIGHT, WIDE_STEP
from sims.engine.activations import Array
from sims.engine.experiment import Run, View

BINS = 14


def bars(run: Run[Any, Any], view: View) -> list[Picture]:
    """Metrics `y`, each (R, k) or (R,), named by the shared labels `x`: this run as bars, the spread as lines."""
    rows: Rows = []
    grouped, replicas = False, 1
    for metric, name in zip(view.y, called(view), strict=True):
        this, every = values_of(run, metric)
        names = _names(run, view, len(this)) if np.ndim(this) else [name]
        grouped, replicas = grouped or bool(np.ndim(this) and len(view.y) > 1), max(replicas, len(every))
        for column, label in zip(every.reshape(len(every), -1).T, names, strict=True):
            rows.append({"label": label, "name": name, **_spread(column.astype(float))})
    marks = "Points" if view.log_y else "Bars"
    caption = f"{marks} are this run; the thin lines hold four in five of the {replicas} runs." if replicas > 1 else ""
    unit = unit_of(run, view.y[0])
    return [Picture(view.title, (_bars_panel(rows, view, unit, grouped),), caption)]


def histogram(run: Run[Any, Any], view: View) -> list[Picture]:
    """Metrics `y`, each (R,): how the runs are spread, one panel a metric, with this run marked."""
    every = [values_of(run, metric)[1] for metric in view.y]
    numeric = all(column.dtype.kind in "biuf" for column in every)
    shares = all(unit_of(run, metric) == "share" for metric in view.y)
    edges = _edges(np.concatenate(every).astype(float), shares) if numeric else np.zeros(0)  # for all, to compare
    panels = []
    for metric, name, column in zip(view.y, called(view), every, strict=True):
        unit = unit_of(run, metric)
        says = f"{name} over {len(column)} runs; this run: {written(column[0].item(), unit)}."
        rows, mark = _bins(column.astype(float), edges) if numeric else _categories(column)
        draw = _bins_panel if numeric else _categories_panel
        panels.append(draw(rows, mark, titled(name, unit), unit, says))
    caption = f"Each bar counts some of the {len(run.seeds)} runs; blue is this run."
    return [Picture(view.title, tuple(panels), caption)]


def table(run: Run[Any, Any], view: View) -> list[Picture]:
    """Metrics `y`, each (R, k) or (R,), as columns of this run's numbers, named by the shared labels `x`."""
    columns = [np.atleast_1d(values_of(run, metric)[0]).tolist() for metric in view.y]
    length = max(map(len, columns))
    shown: dict[str, list[str]] = {"What": _names(run, view, length)} if view.x else {}
    for metric, head, column in zip(view.y, called(view), columns, strict=True):
        cells = [written(value, unit_of(run, metric)) for value in column]
        shown[head] = cells + [""] * (length - len(cells))
    rows = tuple({head: cells[i] for head, cells in shown.items()} for i in range(length))
    return [Picture(view.title, rows=rows)]


def _names(run: Run[Any, Any], view: View, length: int) -> list[str]:
    """The shared labels of `x`, equal ones numbered, because a chart would merge them."""
    if not view.x:
        return [str(i + 1) for i in range(length)]
    given = [written(value) for value in np.asarray(getattr(run.metrics, view.x)).tolist()]
    return [n if given.count(n) == 1 else f"{n} ({given[: i + 1].count(n)})" for i, n in enumerate(given)]


def _spread(column: Array) -> dict[str, Any]:
    finite = column[np.isfinite(column)]
    low, high = np.percentile(finite, SPREAD) if finite.size > 1 else (np.nan, np.nan)
    return {"y": plain(column[0]), "low": plain(low), "high": plain(high)}


def _bars_panel(rows: Rows, view: View, unit: str, grouped: bool) -> Panel:
    at, names = (list(dict.fromkeys(row[key] for row in rows)) for key in ("label", "name"))
    bare = alt.Axis(ticks=False, domain=False, labelLimit=190, labelPadding=6)
    title = view.y_title or (unit if unit != "share" else "")
    value = {"scale": alt.Scale(zero=True), "axis": number_axis(unit), "title": title or None}
    if view.log_y:
        drawn_at = [row[key] for row in rows for key in ("y", "low", "high") if row[key] and row[key] > 0] or [1.0]
        value |= {"scale": alt.Scale(type="log"), "axis": logarithmic(drawn_at, unit)}
    y = alt.Y("label:N", sort=at, title=view.x_title or None, axis=bare, scale=alt.Scale(paddingInner=0.3))
    more: dict[str, Any] = {"y": y}
    if grouped:
        more["yOffset"] = alt.YOffset("name:N", sort=names)
    color = {"color": alt.Color("name:N", sort=names, legend=alt.Legend())} if grouped else {}
    tips = [alt.Tooltip("label:N"), alt.Tooltip("y:Q", title="this run")]
    chart, style = named("rows"), "bar" if grouped else "this-run"
    # A logarithmic axis has no zero for a bar to stand on.
    this = chart.mark_point(style=["point", style]) if view.log_y else chart.mark_bar(style=style)
    drawn = alt.layer(
        this.encode(x=alt.X("y:Q", **value), tooltip=tips, **more, **color),
        chart.mark_rule(style="spread").encode(x=alt.X("low:Q", **value), x2=alt.X2("high:Q"), **more),
    )
    step = WIDE_STEP / 2 if grouped else WIDE_STEP
    shown = ", ".join(f"{row['label']} {row['name'] + ' ' if grouped else ''}{row['y']}" for row in rows)
    return panel(drawn.properties(height=alt.Step(step)), {"rows": rows}, f"{view.title}: {shown}.")


def _categories(every: Array) -> tuple[Rows, Rows]:
    found, counts = np.unique(every.astype(str), return_counts=True)
    rows = [{"value": str(v), "count": int(c)} for v, c in zip(found, counts, strict=True)]
    this = str(every[0])
    return [r for r in rows if r["value"] != this], [r for r in rows if r["value"] == this]


def _categories_panel(rows: Rows, mark: Rows, title: str, unit: str, says: str) -> Panel:
    x = alt.X("value:N", title=title, axis=alt.Axis(labelAngle=0, labelLimit=110))
    y = alt.Y("count:Q", title="runs", axis=number_axis())
    kinds = (("rows", "others"), ("mark", "this-run"))
    drawn = alt.layer(*(named(name).mark_bar(style=style).encode(x=x, y=y) for name, style in kinds))
    return panel(drawn.properties(height=HISTOGRAM_HEIGHT), {"rows": rows, "mark": mark}, says)


def _bins(every: Array, edges: Array) -> tuple[Rows, Rows]:
    counts = np.histogram(every[np.isfinite(every)], edges)[0]
    rows = [
        {"low": plain(a), "high": plain(b), "count": int(count)}
        for a, b, count in zip(edges, edges[1:], counts, strict=False)
    ]
    return rows, [{"low": plain(every[0])}] if np.isfinite(every[0]) else []


def _bins_panel(rows: Rows, mark: Rows, title: str, unit: str, says: str) -> Panel:
    scale = alt.Scale(domain=[rows[0]["low"], rows[-1]["high"]], nice=False, zero=False)
    x = alt.X("low:Q", title=title, scale=scale, axis=number_axis(unit, grid=False))
    y = alt.Y("count:Q", title="runs", axis=alt.Axis(tickCount=3, format="d"))
    boxes = named("rows").mark_bar(style="others").encode(x=x, x2=alt.X2("high:Q"), y=y, y2=alt.Y2Datum(0))
    drawn = alt.layer(boxes, named("mark").mark_rule(style="this-run").encode(x=x))
    return panel(drawn.properties(height=HISTOGRAM_HEIGHT), {"rows": rows, "mark": mark}, says)


def _edges(values: Array, shares: bool) -> Array:
    """The edges of the bins: around whole numbers where all are, evenly otherwise, never of no width, and shares
    not beyond 0 or 1."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.array([0.0, 1.0])
    low, high = float(finite.min()), float(finite.max())
    if shares and low >= 0 and high <= 1:
        room = max((high - low) * 0.02, 0.01)
        return np.linspace(max(0.0, low - room), min(1.0, high + room), BINS + 1)
    if np.all(finite == np.round(finite)) and high - low <= 2 * BINS:
        return np.arange(low - 0.5, high + 1.5)
    room = max((high - low) * 0.02, abs(high) * 0.002, 1e-9)
    return np.linspace(low - room, high + room, BINS + 1)
