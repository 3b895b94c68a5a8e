"""Pictures with two dimensions: matrices and scatter plots."""

import math
from typing import Any

import altair as alt
import numpy as np

from bot.present.charts.axes import number_axis
from bot.present.charts.pictures import Panel, Picture, Rows, called, named, panel, plain, unit_of, values_of, written
from bot.present.charts.theme import CELL_HEIGHT, CHART_HEIGHT, SQUARE
from sims.engine.activations import Array
from sims.engine.experiment import Run, View

NAMED_POINTS = 14  # up to here each point carries its label
ROOM = 1.35  # times the longest arrow: what the picture reaches to, so that names have their place
DARK_FROM = 0.62  # of the reach of the colours: from here on a cell's text changes its colour


def matrix(run: Run[Any, Any], view: View) -> list[Picture]:
    """One metric (R, rows, columns) of this run as coloured cells with their numbers."""
    values = np.atleast_2d(values_of(run, view.y[0])[0]).astype(float)
    columns, rows = _names(run, view.x, values.shape[1]), _names(run, view.rows, values.shape[0])
    unit = unit_of(run, view.y[0])
    reach = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    digits = _places(values, reach)
    cells = [
        {"row": rows[i], "column": columns[j], "value": plain(value), "text": _cell(value, unit, digits)}
        for (i, j), value in np.ndenumerate(values)
    ]
    says = f"{view.title}: " + "; ".join(f"{c['row']}, {c['column']}: {c['text']}" for c in cells) + "."
    signs = "orange below zero, blue above" if np.any(values < 0) else "the larger, the bluer"
    caption = f"This run's numbers: {signs}."
    return [Picture(view.title, (_matrix_panel(cells, rows, columns, view, says),), caption)]


def scatter(run: Run[Any, Any], view: View) -> list[Picture]:
    """Points (R, k, 2) of this run, as arrows from the origin where `arrows`, labelled or coloured by `x`."""
    rows: Rows = []
    for metric, name in zip(view.y, called(view), strict=True):
        points = values_of(run, metric)[0].reshape(-1, 2)
        names = _names(run, view.x, len(points)) if view.x else [name] * len(points)
        rows += [
            {"x": plain(a), "y": plain(b), "label": label, "zero": 0.0}
            for (a, b), label in zip(points, names, strict=True)
        ]
    says = f"{view.title}: " + "; ".join(f"{r['label']} {r['x']}, {r['y']}" for r in rows[:NAMED_POINTS]) + "."
    named_points = bool(view.x) and len(rows) <= NAMED_POINTS
    chart = _scatter_panel(rows, view, named_points, says)
    return [Picture(view.title, (chart,), "The points are those of this run.")]


def _matrix_panel(cells: Rows, rows: list[str], columns: list[str], view: View, says: str) -> Panel:
    reach = max((abs(cell["value"]) for cell in cells if cell["value"]), default=1.0)
    bare = alt.Axis(ticks=False, domain=False, labelAngle=0, labelLimit=110)
    top = alt.Axis(ticks=False, domain=False, labelAngle=0, labelLimit=110, orient="top")
    x = alt.X("column:N", sort=columns, title=view.x_title or None, axis=top)
    y = alt.Y("row:N", sort=rows, title=view.y_title or None, axis=bare)
    scale = alt.Scale(domain=[-reach, 0, reach], range="diverging", interpolate="rgb")
    far = f"abs(datum.value) > {DARK_FROM * reach}"
    chart, text = named("cells"), alt.Text("text:N")
    drawn = alt.layer(
        chart.mark_rect(cornerRadius=3).encode(x=x, y=y, color=alt.Color("value:Q", legend=None, scale=scale)),
        chart.transform_filter(far).mark_text(style="cell-far").encode(x=x, y=y, text=text),
        chart.transform_filter(f"!({far})").mark_text(style="cell-near").encode(x=x, y=y, text=text),
    )
    return panel(drawn.properties(height=alt.Step(CELL_HEIGHT)), {"cells": cells}, says)


def _scatter_panel(rows: Rows, view: View, named_points: bool, says: str) -> Panel:
    """Points with their names, or with a colour for each kind; arrows in a square whose axes have one scale."""
    kinds = list(dict.fromkeys(row["label"] for row in rows))
    far = max((abs(row[key]) for row in rows for key in "xy" if row[key] is not None), default=1.0) or 1.0
    scale = alt.Scale(domain=[-ROOM * far, ROOM * far]) if view.arrows else alt.Scale(zero=False)
    x = alt.X("x:Q", title=view.x_title or None, scale=scale, axis=number_axis())
    y = alt.Y("y:Q", title=view.y_title or None, scale=scale, axis=number_axis())
    chart = named("points")
    if named_points:
        layers = [chart.mark_point(style=["point", "this-run"]).encode(x=x, y=y)]
        outward = {"over": "datum.y >= 0", "under": "datum.y < 0"}  # else a name would lie on its arrow
        for style, which in (outward if view.arrows else {"beside": "true"}).items():
            names = chart.transform_filter(which).mark_text(style=["label", style])
            layers.append(names.encode(x=x, y=y, text=alt.Text("label:N")))
    else:
        legend = alt.Legend() if len(kinds) > 1 else None
        color = alt.Color("label:N", sort=kinds, legend=legend)
        tips = [alt.Tooltip("label:N"), alt.Tooltip("x:Q"), alt.Tooltip("y:Q")]
        layers = [chart.mark_point(style="point").encode(x=x, y=y, color=color, tooltip=tips)]
    if view.arrows:
        arrow = chart.mark_rule(style="this-run")
        layers.insert(0, arrow.encode(x=x, y=y, x2=alt.X2("zero"), y2=alt.Y2("zero")))
    size = {"height": SQUARE, "width": SQUARE} if view.arrows else {"height": 1.3 * CHART_HEIGHT}
    return panel(alt.layer(*layers).properties(**size), {"points": rows}, says, fixed=view.arrows)


def _names(run: Run[Any, Any], name: str, size: int) -> list[str]:
    if not name:
        return [str(i + 1) for i in range(size)]
    return [written(value) for value in np.asarray(getattr(run.metrics, name)).tolist()]


def _places(values: Array, reach: float) -> int:
    """Decimals of the cells: none for counts, else two, or as many as show two digits of the largest number."""
    if bool(np.all(values == np.round(values))) and reach > 1:
        return 0
    return 2 if reach >= 0.1 or reach == 0 else 1 - math.floor(math.log10(reach))


def _cell(value: float, unit: str, digits: int) -> str:
    if unit == "share" or not np.isfinite(value):
        return written(value, unit)
    return f"{value:z.{digits}f}".replace("-", "−") if abs(value) < 100 else written(value)
