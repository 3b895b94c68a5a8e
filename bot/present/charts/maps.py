"""Maps of a network with two inputs: what each unit makes of the plane, in the units that people read."""

import base64
from functools import lru_cache
from io import BytesIO
from typing import Any

import altair as alt
import numpy as np
from PIL import Image

from bot.present.charts.contours import segments
from bot.present.charts.layers import Unit, layers_of, span
from bot.present.charts.pictures import Panel, Rows, named, plain, some_of, specification, written
from bot.present.charts.theme import MAP_SIDE, RAMP
from sims.engine.activations import Array
from sims.engine.datasets import Axis, standardised
from sims.engine.training import Trained

GRID = 56  # points along each side; the browser smooths between them
EXAMPLES, FEW_EXAMPLES = 150, 60  # drawn on the map of an output and of a hidden unit; more would cover it
COLOURS = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in RAMP], float)  # (5, 3)
PALETTE = bytes(round(np.interp(share, np.linspace(0, 1, len(RAMP)), channel))
                for share in np.linspace(0, 1, 256) for channel in COLOURS.T)  # the ramp: 256 times red, green, blue


def unit_maps(shown: Trained) -> list[list[Panel]]:
    """For each layer after the input, a map of each of its shown units."""
    axes = shown.data.axes
    x, y = (_centres(axis) for axis in axes)
    plane = np.stack(np.meshgrid(x, y)).reshape(1, 2, -1)
    return [
        [_map(unit, shown, x, y) for unit in layer]
        for layer in layers_of(shown, standardised(plane, axes).astype(np.float32))
    ]


def picture_of(values: Array, low: float, high: float) -> str:
    """Values (rows, columns), the first row at the bottom, as a PNG in the ramp's colours, as a data address."""
    share = np.nan_to_num((values[::-1] - low) / (high - low)).clip(0, 1)
    image = Image.fromarray((255 * share).round().astype(np.uint8), "L")
    image.putpalette(PALETTE)
    return address_of(image)


def address_of(image: Image.Image) -> str:
    """An image as PNG, as a data address."""
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def ground(axes: tuple[Axis, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The x and y encodings of a map over two axes."""
    fields = []
    for channel, field, axis in zip((alt.X, alt.Y), "xy", axes, strict=True):
        scale = alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False)
        look = alt.Axis(grid=False, tickCount=3, format=",~f", domain=False)
        fields.append({field: channel(f"{field}:Q", scale=scale, axis=look, title=axis.title)})
    return fields[0], fields[1]


def image_rows(values: Array, axes: tuple[Axis, ...], low: float, high: float) -> Rows:
    """The one row of an image that fills the axes."""
    (left, right), (bottom, top) = ((axis.low, axis.high) for axis in axes)
    return [{"x": left, "x2": right, "y": bottom, "y2": top, "url": picture_of(values, low, high)}]


def line_rows(pieces: Array) -> Rows:
    """The pieces of a contour line (pieces, 4) as rows."""
    return [dict(zip(("x", "y", "x2", "y2"), map(plain, piece), strict=True)) for piece in pieces]


def image_layers(x: dict[str, Any], y: dict[str, Any], halo: bool = True) -> list[Any]:
    """An image ("image") and a line on it ("line")."""
    picture = (
        named("image").mark_image(aspect=False).encode(**x, **y, x2=alt.X2("x2"), y2=alt.Y2("y2"), url=alt.Url("url:N"))
    )
    styles = ("halo", "boundary") if halo else ("boundary",)
    return [
        picture,
        *(named("line").mark_rule(style=style).encode(**x, **y, x2=alt.X2("x2"), y2=alt.Y2("y2")) for style in styles),
    ]


def _map(unit: Unit, shown: Trained, x: Array, y: Array) -> Panel:
    axes = shown.data.axes
    values, margin = unit.values.reshape(len(y), len(x)), unit.margin.reshape(len(y), len(x))
    low, high = span(unit.activation, values)
    title = {"text": unit.name, "subtitle": f"{_short(low)} dark, {_short(high)} bright"}
    rows = {
        "image": image_rows(values, axes, low, high),
        "examples": _examples(shown, unit),
        "line": line_rows(segments(margin, x, y)) if unit.has_boundary else [],
    }
    says = (
        f"Map of {unit.name} over {axes[0].name} and {axes[1].name}: "
        f"from {written(values.min())} to {written(values.max())}."
    )
    return Panel({**_blank_map(axes), "autosize": {"type": "pad"}, "title": title, "datasets": rows}, says, fixed=True)


@lru_cache(maxsize=64)
def _blank_map(axes: tuple[Axis, ...]) -> dict[str, Any]:
    """The specification of a map without its data and title; Altair takes longer than the drawing itself."""
    across, up = ground(axes)
    layers = image_layers(across, up)
    for kind in ("yes", "no", "example"):
        one_kind = named("examples").transform_filter(f"datum.kind == '{kind}'")
        layers.append(one_kind.mark_point(style=kind, clip=True).encode(**across, **up))
    return specification(alt.layer(*layers).properties(width=MAP_SIDE, height=MAP_SIDE))


def _examples(shown: Trained, unit: Unit) -> Rows:
    """The examples of this run in units, each with its kind: yes or no by the unit's target, or neither."""
    axes, data = shown.data.axes, shown.data
    most = FEW_EXAMPLES if unit.target is None else EXAMPLES
    drawn = some_of(data.inputs.shape[-1], most)
    points, targets = data.inputs[0][:, drawn], data.targets[0][:, drawn]  # (2, N) and (n_out, N)
    one = targets[unit.target] if unit.target is not None else targets[0] if len(targets) == 1 else None
    binary = one is not None and bool(np.isin(one, (0, 1)).all())
    kinds = np.where(one > 0.5, "yes", "no") if one is not None and binary else np.full(points.shape[1], "example")
    real = [axis.offset + axis.scale * row for axis, row in zip(axes, points, strict=True)]
    return [{"x": plain(a), "y": plain(b), "kind": str(kind)} for a, b, kind in zip(*real, kinds, strict=True)]


def _short(value: float) -> str:
    return f"{value:.2g}".replace("-", "−")


def _centres(axis: Axis) -> Array:
    width = (axis.high - axis.low) / GRID
    return axis.low + width * (np.arange(GRID) + 0.5)
