"""The view "network": maps for two inputs, curves for one, bars of the incoming weights for more."""

from typing import Any

import altair as alt
import numpy as np

from bot.present.charts.axes import largest_round, number_axis
from bot.present.charts.layers import layer_names, layers_of, most_units, unit_names
from bot.present.charts.maps import unit_maps
from bot.present.charts.pictures import Panel, Picture, Rows, named, panel, plain, some_of, specification
from bot.present.charts.theme import BAR_STEP, BARS_WIDTH, CHART_HEIGHT
from sims.engine.activations import Array
from sims.engine.datasets import standardised
from sims.engine.experiment import Run, View
from sims.engine.training import Trained

MOST_BARS = 16  # incoming weights that are drawn for a unit: the largest
CURVE_POINTS = 200
EXAMPLES = 200

MAPS_CAPTION = (
    "Dark is a low activation, bright a high one. The white line is where a unit changes sides; for an "
    "output, where the decision changes."
)
WEIGHTS_CAPTION = "What each unit listens to: its weight for every input, orange below zero and blue above."


def network(run: Run[Any, Any], view: View) -> list[Picture]:
    """The network on the screen, one picture a layer; a single hidden layer shares one with the output."""
    shown = run.shown
    inputs = shown.network.sizes[0]
    if inputs == 2:
        rows, caption = unit_maps(shown), MAPS_CAPTION + _legend(shown)
    elif inputs == 1:
        rows, caption = _curves(shown), ""
    else:
        rows, caption = _weights(shown), WEIGHTS_CAPTION
    names = layer_names(shown)
    hidden = len(rows) - 1
    if hidden <= 1:
        return [Picture(view.title, tuple(p for row in rows for p in row), (caption + _left_out(shown)).strip())]
    titles = [f"{view.title}: {names[0].lower()}", *names[1:]]
    pictures = [Picture(title, tuple(row)) for title, row in zip(titles, rows, strict=True)]
    return [
        *pictures[:-1],
        Picture(pictures[-1].title, pictures[-1].panels, (caption + _left_out(shown)).strip()),
    ]


def _legend(shown: Trained) -> str:
    targets = shown.data.targets[0]
    if not np.isin(targets, (0, 1)).all():
        return ""
    name = shown.data.target_axes[0].name
    return (
        f" White circles are examples with the answer “{name}”, dark diamonds the others."
        if len(targets) == 1
        else " On an output's map, white circles are examples of its own class, dark diamonds the others."
    )


def _left_out(shown: Trained) -> str:
    widest = max(shown.network.sizes[1:])
    most = most_units(shown)
    return f" Only the first {most} units of each layer are drawn." if widest > most else ""


def _curves(shown: Trained) -> list[list[Panel]]:
    """For each layer one chart: every unit's activation against the one input."""
    axis = shown.data.axes[0]
    x = np.linspace(axis.low, axis.high, CURVE_POINTS)
    layers = layers_of(shown, standardised(x[None, None], shown.data.axes).astype(np.float32))
    panels = []
    for index, units in enumerate(layers):
        output = index == len(layers) - 1
        rows = [
            {"x": plain(a), "y": plain(b), "unit": unit.name}
            for unit in units
            for a, b in zip(x, unit.values, strict=True)
        ]
        title = "Output" if output else layer_names(shown)[index]
        y_title = shown.data.target_axes[0].title if output and len(units) == 1 else "activation"
        panels.append([_curve_panel(title, axis.title, y_title, rows, _examples(shown) if output else [])])
    return panels


def _curve_panel(title: str, x_title: str, y_title: str, rows: Rows, examples: Rows) -> Panel:
    x = alt.X("x:Q", title=x_title, scale=alt.Scale(nice=False, zero=False), axis=number_axis())
    y = alt.Y("y:Q", title=y_title, axis=number_axis())
    units = list(dict.fromkeys(row["unit"] for row in rows))
    legend = alt.Legend() if len(units) > 1 else None
    lines = (
        named("curves").mark_line(style="line").encode(x=x, y=y, color=alt.Color("unit:N", sort=units, legend=legend))
    )
    dots = named("examples").mark_point(style="example").encode(x=alt.X("x:Q"), y=alt.Y("y:Q"))
    drawn = alt.layer(*([dots] if examples else []), lines).properties(height=CHART_HEIGHT, title=title)
    says = f"{title}: {y_title} against {x_title}, for {', '.join(units)}."
    return panel(drawn, {"curves": rows, "examples": examples}, says)


def _examples(shown: Trained) -> Rows:
    data, axis = shown.data, shown.data.axes[0]
    drawn = some_of(data.inputs.shape[-1], EXAMPLES)
    x = axis.offset + axis.scale * data.inputs[0, 0, drawn]
    return [
        {"x": plain(a), "y": plain(target.offset + target.scale * b)}
        for target, row in zip(data.target_axes, data.targets[0][:, drawn], strict=True)
        for a, b in zip(x, row, strict=True)
    ]


def _weights(shown: Trained) -> list[list[Panel]]:
    """For each layer, bars of the incoming weights of each of its shown units, bias last."""
    panels = []
    for index, layer in enumerate(shown.weights):
        weights = layer[0]  # (n_in + 1, n_out)
        inputs = [axis.name for axis in shown.data.axes] if index == 0 else unit_names(shown, index - 1)
        below = [*inputs, "bias"]
        blank = _blank_bars(below, float(np.abs(np.nan_to_num(weights)).max(initial=1e-6)))
        names = unit_names(shown, index)[: most_units(shown)]
        panels.append([_weight_panel(blank, name, below, weights[:, j]) for j, name in enumerate(names)])
    return panels


def _blank_bars(below: list[str], reach: float) -> dict[str, Any]:
    """The specification of a layer's bars without their data and title; the units of a layer share one scale."""
    ticks = [-largest_round(reach), 0, largest_round(reach)]
    y = alt.Y("from:N", sort=below, title=None, axis=alt.Axis(labelLimit=90, ticks=False, domain=False))
    x = alt.X("weight:Q", title=None, scale=alt.Scale(domain=[-reach, reach]), axis=number_axis(values=ticks))
    chart, height = named("weights"), BAR_STEP - 6
    bars = [
        chart.transform_filter(f"datum.weight {sign} 0").mark_bar(style=style, height=height).encode(x=x, y=y)
        for sign, style in (("<", "below"), (">=", "above"))
    ]
    return specification(alt.layer(*bars).properties(width=BARS_WIDTH, height=alt.Step(BAR_STEP)))


def _weight_panel(blank: dict[str, Any], name: str, below: list[str], weights: Array) -> Panel:
    largest = {*np.argsort(-np.abs(weights[:-1]))[:MOST_BARS].tolist(), len(weights) - 1}
    rows = [{"from": below[i], "weight": plain(weights[i])} for i in sorted(largest)]
    says = f"Weights into {name}: " + ", ".join(f"{row['from']} {row['weight']}" for row in rows) + "."
    return Panel({**blank, "autosize": {"type": "pad"}, "title": name, "datasets": {"weights": rows}}, says, True)
