"""One unit, drawn small: a map where the network has two inputs, a curve where one, else bars of its weights.

Elements of SVG in a box from (0, 0) to (width, height).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from bot.present.charts import svg
from bot.present.charts.contours import joined, segments, sparse
from bot.present.charts.layers import Unit, layers_of, span
from bot.present.charts.maps import picture_of
from bot.present.charts.theme import HALO, MAP_LINE, RAMP, THIN_LINE, Theme
from sims.engine.activations import Array
from sims.engine.datasets import standardised
from sims.engine.training import Trained

SIDE, CURVE = 48, 120  # points along each side of a map, and along a curve
FINEST = 1.2  # pixels between two points of a line: nearer ones cannot be told apart
ENOUGH = 50  # pixels of a cell; smaller ones are drawn from every other point

Spans = Mapping[tuple[int, int], tuple[float, float]]  # what a unit's picture covers, by layer and unit


@dataclass(frozen=True)
class Seen:
    """The units of a network with the activations that pictures show, over the inputs' whole range.

    `x` and `y` are the grid in the inputs' units, empty where the network has more than two; then each unit's values
    are those at the examples.
    """

    shown: Trained
    layers: list[list[Unit]]
    x: Array
    y: Array
    spans: Spans

    @property
    def inputs(self) -> int:
        """How many inputs the network has."""
        return self.shown.network.sizes[0]


def look_at(shown: Trained, spans: Spans | None = None) -> Seen:
    """Evaluate the network on the screen for its pictures; `spans` holds the ranges where they are not its own."""
    axes = shown.data.axes
    x = y = np.zeros(0)
    if len(axes) > 2:
        inputs = shown.data.inputs[:1]
    else:
        x, y = (*(_centres(axis.low, axis.high, SIDE if len(axes) == 2 else CURVE) for axis in axes), y)[:2]
        grid = np.stack(np.meshgrid(x, y)).reshape(1, 2, -1) if len(axes) == 2 else x[None, None]
        inputs = standardised(grid, axes)
    layers = layers_of(shown, inputs.astype(np.float32))
    own = {(i, j): span(unit.activation, unit.values) for i, units in enumerate(layers) for j, unit in enumerate(units)}
    return Seen(shown, layers, x, y, spans if spans is not None else own)


def at_frame(shown: Trained, frame: int) -> Trained:
    """A training as it was at one of its recorded frames."""
    return replace(shown, frames=shown.frames[: frame + 1])


def cell(seen: Seen, layer: int, unit: int, size: tuple[float, float], theme: Theme) -> str:
    """A unit in its box."""
    draw = _map if seen.inputs == 2 else _curve if seen.inputs == 1 else _bars
    inside = draw(seen, layer, unit, size, theme)
    frame = svg.tag("rect", width=size[0], height=size[1], fill="none", stroke=theme.border)
    return inside + frame


def image(values: Array, low: float, high: float, size: tuple[float, float]) -> str:
    """Values (rows, columns), the first row at the bottom, as a picture in the ramp's colours."""
    return raster(picture_of(values, low, high), size)


def raster(address: str, size: tuple[float, float]) -> str:
    """A picture, stretched over the box."""
    return svg.tag("image", href=address, width=size[0], height=size[1], preserveAspectRatio="none")


def boundary(margin: Array, size: tuple[float, float], width: float = THIN_LINE) -> str:
    """The line where `margin` (rows, columns) is zero, white on a dark halo."""
    rows, columns = margin.shape
    x, y = (np.arange(columns) + 0.5) * size[0] / columns, size[1] - (np.arange(rows) + 0.5) * size[1] / rows
    d = "".join(svg.path(sparse(line, FINEST)) for line in joined(segments(margin, x, y)))
    if not d:
        return ""
    if size[0] < ENOUGH:
        return svg.tag("path", d=d, fill="none", stroke=MAP_LINE, stroke_width=width)
    halo = svg.tag("path", d=d, stroke=RAMP[0], stroke_width=width * HALO / 2, stroke_opacity=0.8)
    line = svg.tag("path", d=d, stroke=MAP_LINE, stroke_width=width)
    return svg.tag("g", halo, line, fill="none", stroke_linecap="round", stroke_linejoin="round")


def _map(seen: Seen, layer: int, unit: int, size: tuple[float, float], theme: Theme) -> str:
    step = 1 if size[0] >= ENOUGH else 2
    at = seen.layers[layer][unit]
    values, margin = (part.reshape(SIDE, SIDE)[::step, ::step] for part in (at.values, at.margin))
    line = boundary(margin, size, min(THIN_LINE, size[0] / 40)) if at.has_boundary else ""
    return image(values, *seen.spans[layer, unit], size) + line


def _curve(seen: Seen, layer: int, unit: int, size: tuple[float, float], theme: Theme) -> str:
    low, high = seen.spans[layer, unit]
    values = np.nan_to_num(seen.layers[layer][unit].values).clip(2 * low - high, 2 * high - low)
    x = np.linspace(2, size[0] - 2, len(values))
    y = 3 + (high - values) / (high - low) * (size[1] - 6)
    ground = svg.tag("rect", width=size[0], height=size[1], fill=theme.surface)
    line = svg.path(np.stack((x, y), axis=1)[::3])
    return ground + svg.cut(size, svg.tag("path", d=line, fill="none", stroke=theme.series[0], stroke_width=1.8))


def _bars(seen: Seen, layer: int, unit: int, size: tuple[float, float], theme: Theme) -> str:
    """The unit's weights, bias last, from a line in the middle; all of a layer share one scale."""
    weights = np.nan_to_num(seen.shown.weights[layer][0])  # (n_in + 1, n_out)
    reach = float(np.abs(weights).max(initial=1e-6))
    middle, wide = size[1] / 2, (size[0] - 6) / len(weights)
    bars = [svg.tag("rect", width=size[0], height=size[1], fill=theme.surface)]
    for i, weight in enumerate(weights[:, unit]):
        high = float(abs(weight)) / reach * (middle - 4)
        look = {"fill": theme.diverging[0 if weight < 0 else 2], "opacity": 0.45 if i == len(weights) - 1 else None}
        bars.append(svg.tag("rect", x=3 + i * wide + wide * 0.12, y=middle if weight < 0 else middle - high,
                            width=wide * 0.76, height=high, **look))
    zero = svg.tag("path", d=f"M0,{middle:.1f}h{size[0]:.1f}", stroke=theme.border)
    return "".join(bars) + zero


def _centres(low: float, high: float, count: int) -> Array:
    width = (high - low) / count
    return low + width * (np.arange(count) + 0.5)
