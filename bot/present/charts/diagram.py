"""The network on the screen as one drawing: inputs, hidden units as small pictures, edges by weight, the output large.

The player shows the same, live; this is what stands where nothing can move.
"""

from dataclasses import dataclass

import numpy as np

from bot.present.charts import fonts, svg
from bot.present.charts.layers import layer_names, unit_names
from bot.present.charts.outlook import BELOW, LEFT, RIGHT, has_one, outlook
from bot.present.charts.theme import TEXT_SIZE, THEMES, TITLE_SIZE, Name, Theme
from bot.present.charts.units import Seen, cell

MOST_INPUTS = 8
NARROW = 540  # pixels: below, the axes alone name one or two inputs, so that the hidden units have room
LARGEST_CELL, GAP, MARGIN = 84.0, 10.0, 14.0
BEFORE = LEFT + 8  # the plot, where its edges end
FAINT = 0.05  # of the layer's largest weight; smaller ones have no edge
HEAD = 24.0  # above cells and plot, for titles
NAMED_FROM, NAME = 30.0, 15.0  # pixels of a cell that has its name below, and of the name
CELL_SHARE = 0.64  # of the way from layer to layer; the rest is left to the edges
OUTPUT_SHARES = (0.6, 0.46, 0.46, 0.44)  # of the width that the output takes at most, by hidden layers
DEEP_SHARE = 0.34  # and with more of them


@dataclass(frozen=True)
class Column:
    """A layer's cells: their corner's `x`, the `y` of each one's top, and their side; inputs have a side of 0."""

    x: float
    tops: list[float]
    side: float
    room: float = 0  # the way to the next layer
    named: bool = False  # whether there is room for a name below each

    def ends(self, right: bool) -> list[tuple[float, float]]:
        """Where edges begin (on the right) or end (on the left) at each unit."""
        return [(self.x + (self.side if right else 0), top + self.side / 2) for top in self.tops]


def diagram(seen: Seen, name: Name, size: tuple[float, float]) -> str:
    """The drawing, elements of SVG in a box from (0, 0) to `size`."""
    theme, plot = THEMES[name], _plot(seen, size)
    inputs = _inputs(seen, size)
    columns = _columns(seen, size, inputs.x if inputs.tops else 0, plot)
    layers = [inputs, *columns]
    if plot:
        layers.append(Column(plot[0] - BEFORE, [plot[1] + plot[3] / 2], 0))
    ends = layers if len(layers) == len(seen.layers) + 1 else layers[:-1]  # a plot of all classes has no edges
    edges = [_edges(seen, i, ends[i], ends[i + 1], theme) for i in range(len(ends) - 1)]
    drawn = [_column(seen, i, column, theme) for i, column in enumerate(columns)]
    parts = [*edges, _input_names(seen, inputs, theme), *drawn]
    if plot:
        x, y, width, height = plot
        title = fonts.fitted(_output_title(seen), TITLE_SIZE, width, 600)
        if ends is layers:
            parts.append(svg.tag("circle", cx=x - BEFORE, cy=y + height / 2, r=4, fill=theme.muted))
        parts += [svg.text(x, y - 8, title, TITLE_SIZE, theme.text, 600),
                  svg.group(x, y, outlook(seen, (width, height), theme))]
    return "".join(parts)


def describe(seen: Seen) -> str:
    """The drawing in words."""
    shown = seen.shown
    hidden = [f"{size} hidden units" for size in shown.network.sizes[1:-1]]
    chain = [", ".join(axis.name for axis in shown.data.axes), *hidden, _output_title(seen)]
    kind = {1: "Each unit is drawn as a curve", 2: "Each unit is drawn as a map, dark for low and bright for high"}
    how = kind.get(seen.inputs, "Each unit is drawn as the bars of its weights")
    return f"A network: {' → '.join(chain)}. {how}; edges are thick where a weight is large, orange below zero."


def _output_title(seen: Seen) -> str:
    targets = seen.shown.data.target_axes
    return targets[0].name if len(targets) == 1 else "the largest output"


def _plot(seen: Seen, size: tuple[float, float]) -> tuple[float, float, float, float] | None:
    """The box of the large output: x, y, width, height; None where it has none."""
    if not has_one(seen):
        return None
    width, height = size
    scale = RIGHT if seen.inputs == 2 and len(seen.layers[-1]) == 1 else 0
    tall = height - HEAD - BELOW - MARGIN
    hidden = len(seen.layers) - 1
    wide = width * (OUTPUT_SHARES[hidden] if hidden < len(OUTPUT_SHARES) else DEEP_SHARE)
    wide = min(tall, wide) if seen.inputs == 2 else wide
    tall = min(tall, wide * (1 if seen.inputs == 2 else 0.8))
    return width - MARGIN - scale - wide, HEAD + (height - HEAD - BELOW - tall) / 2, wide, tall


def _inputs(seen: Seen, size: tuple[float, float]) -> Column:
    names = [axis.name for axis in seen.shown.data.axes][:MOST_INPUTS]
    if size[0] < NARROW and seen.inputs <= 2 and len(seen.layers) > 1:
        return Column(0, [], 0)
    longest = max(fonts.width(name, TEXT_SIZE) for name in names)
    middle, pitch = _middle(size), min(70.0, (size[1] - 2 * HEAD) / len(names))
    tops = [middle + (i - (len(names) - 1) / 2) * pitch for i in range(len(names))]
    return Column(MARGIN + min(longest, 0.16 * size[0]) + 12, tops, 0)


def _middle(size: tuple[float, float]) -> float:
    return HEAD + (size[1] - HEAD - BELOW) / 2


def _columns(seen: Seen, size: tuple[float, float], left: float,
             plot: tuple[float, float, float, float] | None) -> list[Column]:
    """The cells of each layer that is drawn small, evenly between the inputs and the output's plot."""
    small = seen.layers if plot is None or len(seen.layers[-1]) > 1 else seen.layers[:-1]
    right = plot[0] - BEFORE if plot else size[0] - MARGIN
    pitch = (right - left) / max(len(small), 1)
    most = max((len(units) for units in small), default=1)
    room = (size[1] - HEAD - 2 * MARGIN) / most
    side = min(LARGEST_CELL, pitch * CELL_SHARE, room - NAME - 4)
    named = side >= NAMED_FROM
    side = side if named else min(LARGEST_CELL, pitch * CELL_SHARE, room - 4)
    below = side + (NAME if named else 0)
    gap = min(GAP, room - below)
    columns = []
    for i, units in enumerate(small):
        tall = len(units) * below + (len(units) - 1) * gap
        top = _middle(size) - tall / 2
        x = left + (i + 0.5) * pitch - side / 2
        columns.append(Column(x, [top + j * (below + gap) for j in range(len(units))], side, pitch, named))
    return columns


def _column(seen: Seen, layer: int, column: Column, theme: Theme) -> str:
    parts = []
    names = unit_names(seen.shown, layer)
    for j, top in enumerate(column.tops):
        parts.append(svg.group(column.x, top, cell(seen, layer, j, (column.side, column.side), theme)))
        if column.named:
            named = fonts.fitted(names[j], TEXT_SIZE - 2, column.side + 12)
            parts.append(svg.text(column.x + column.side / 2, top + column.side + 11, named, TEXT_SIZE - 2,
                                  theme.muted, anchor="middle"))
    left_out = seen.shown.network.sizes[layer + 1] - len(column.tops)
    if left_out:
        words = f"{left_out} more"
        y = column.tops[-1] + column.side + (24 if column.named else 12)
        parts.append(svg.text(column.x + column.side / 2, y, words, TEXT_SIZE - 2, theme.muted, anchor="middle"))
    if len(seen.layers) <= 3:
        title = layer_names(seen.shown)[layer]
        if fonts.width(title, TEXT_SIZE - 1) > column.room:
            title = title.replace("Hidden layer", "layer")
        parts.append(svg.text(column.x + column.side / 2, column.tops[0] - 8, title, TEXT_SIZE - 1, theme.muted,
                              anchor="middle"))
    return "".join(parts)


def _input_names(seen: Seen, column: Column, theme: Theme) -> str:
    parts = []
    for (x, y), axis in zip(column.ends(True), seen.shown.data.axes, strict=False):
        words = fonts.fitted(axis.name, TEXT_SIZE, x - 10)
        parts.append(svg.text(x - 9, y + 4, words, TEXT_SIZE, theme.text, anchor="end"))
        parts.append(svg.tag("circle", cx=x, cy=y, r=4, fill=theme.muted))
    return "".join(parts)


def _edges(seen: Seen, layer: int, below: Column, above: Column, theme: Theme) -> str:
    """The weights between two columns: thick where large, orange below zero and blue above."""
    weights = np.nan_to_num(seen.shown.weights[layer][0, :-1])  # (n_in, n_out)
    reach = float(np.abs(weights).max(initial=1e-6))
    parts = []
    for i, (x, y) in enumerate(below.ends(right=True)):
        for j, (x2, y2) in enumerate(above.ends(right=False)):
            share = float(weights[i, j]) / reach
            if abs(share) < FAINT:
                continue
            bend = (x2 - x) / 2
            d = f"M{x:.0f},{y:.0f}C{x + bend:.0f},{y:.0f} {x2 - bend:.0f},{y2:.0f} {x2:.0f},{y2:.0f}"
            parts.append(svg.tag("path", d=d, stroke=theme.diverging[0 if share < 0 else 2],
                                 stroke_width=0.5 + 3.2 * abs(share), opacity=f"{0.3 + 0.55 * abs(share):.2f}"))
    return svg.tag("g", *parts, fill="none") if parts else ""
