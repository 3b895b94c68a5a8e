"""Surfaces over two shared axes, such as the loss over two weights, with the path that training takes."""

from typing import Any

import altair as alt
import numpy as np

from bot.present.charts.axes import number_axis
from bot.present.charts.contours import joined, segments
from bot.present.charts.maps import image_rows
from bot.present.charts.pictures import Panel, Picture, called, labels, named, panel, plain, values_of, written
from bot.present.charts.theme import CHART_HEIGHT
from sims.engine.activations import Array
from sims.engine.datasets import Axis
from sims.engine.experiment import Run, View

LEVELS = 9  # contour lines


def surface(run: Run[Any, Any], view: View) -> list[Picture]:
    """One metric (R, rows, columns) over the shared axes `x` and `rows`, with a `path` (R, k, 2)."""
    values = values_of(run, view.y[0])[0].astype(float)
    x, y = (np.asarray(getattr(run.metrics, name), float) for name in (view.x, view.rows))
    across = _axis(view.x_title or labels([view.x])[0], x)
    up = _axis(view.y_title or labels([view.rows])[0], y)
    finite = values[np.isfinite(values)]
    reach = f" from {written(finite.min())} to {written(finite.max())}" if finite.size else ""
    caption = f"Dark is low, bright is high: {called(view)[0]}{reach}."
    if view.path:
        caption += " The line is the path of this run, from the circle."
    says = f"{view.title}: {across.name} across, {up.name} up,{reach or ' not a number'}."
    return [Picture(view.title, (_panel(run, view, values, x, y, across, up, says),), caption)]


def _panel(
    run: Run[Any, Any], view: View, values: Array, x: Array, y: Array, across: Axis, up: Axis, says: str
) -> Panel:
    ranks = _ranks(values)
    lines = [line for level in np.linspace(0, 1, LEVELS + 2)[1:-1] for line in joined(segments(ranks, x, y, level))]
    path = values_of(run, view.path)[0] if view.path else np.zeros((0, 2))
    rows = {
        "image": image_rows(ranks, (across, up), 0.0, 1.0),
        "line": [{"x": plain(a), "y": plain(b), "line": number, "order": i}
                 for number, line in enumerate(lines) for i, (a, b) in enumerate(line)],
        "path": [{"x": plain(a), "y": plain(b), "order": i} for i, (a, b) in enumerate(path)],
    }
    xy = {"x": alt.X("x:Q", **_ground(across)), "y": alt.Y("y:Q", **_ground(up))}
    to = {"x2": alt.X2("x2"), "y2": alt.Y2("y2")}
    walk, order = named("path"), alt.Order("order:Q")
    layers = [
        named("image").mark_image(aspect=False).encode(**xy, **to, url=alt.Url("url:N")),
        named("line").mark_line(style="contour").encode(**xy, order=order, detail=alt.Detail("line:N")),
        walk.mark_line(style="halo", clip=True).encode(**xy, order=order),
        walk.mark_line(style="boundary", clip=True).encode(**xy, order=order),
        walk.transform_filter("datum.order == 0").mark_point(style=["yes", "large"], clip=True).encode(**xy),
    ]
    return panel(alt.layer(*layers).properties(height=1.4 * CHART_HEIGHT), rows, says)


def _ranks(values: Array) -> Array:
    """Values as ranks from 0 to 1, so that a steep wall does not flatten the valley to one colour."""
    order = np.sort(values[np.isfinite(values)])
    ranks = np.searchsorted(order, values) / max(len(order) - 1, 1)
    return np.where(np.isfinite(values), ranks, 1.0)  # what is not a number lies too high to be drawn


def _axis(name: str, values: Array) -> Axis:
    return Axis(name, low=float(values.min()), high=float(values.max()))


def _ground(axis: Axis) -> dict[str, Any]:
    scale = alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False)
    return {"scale": scale, "title": axis.name, "axis": number_axis(grid=False)}
