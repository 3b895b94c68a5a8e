"""The output of a network, drawn large, with axes in real units and the examples that it was trained on.

Two inputs: a map with the decision boundary, coloured by class where there are several outputs. One input: the curve.
More: how the answers to "yes" and to "no" examples are spread. Elements of SVG in a box from (0, 0) to the plot's
size; axis titles and numbers stand outside of it.
"""

from typing import Any

import numpy as np
from PIL import Image

from bot.present.charts import fonts, svg
from bot.present.charts.maps import PALETTE, SHADES, address_of
from bot.present.charts.pictures import some_of
from bot.present.charts.theme import LINE, MAP_COLOURS, MAP_LINE, RAMP, TEXT_SIZE, Theme
from bot.present.charts.units import SIDE, Seen, boundary, image, raster
from sims.engine.activations import Array
from sims.engine.datasets import Axis
from sims.engine.network import outputs

EXAMPLES = 120  # drawn; more would cover the map
BINS = 20
LEFT, BELOW, RIGHT = 44, 34, 40  # room that axes need outside of the plot, pixels


def has_one(seen: Seen) -> bool:
    """Whether the output can be drawn large."""
    outs, targets = seen.shown.network.sizes[-1], seen.shown.data.targets
    return seen.inputs == 2 or (outs == 1 and (seen.inputs == 1 or bool(np.isin(targets, (0, 1)).all())))


def outlook(seen: Seen, size: tuple[float, float], theme: Theme) -> str:
    """The output in its box."""
    if seen.inputs == 2:
        inside = _map(seen, size, theme) if len(seen.layers[-1]) == 1 else _classes(seen, size, theme)
        across, up = seen.shown.data.axes
        return inside + axes(across, up, size, theme)
    return _curve(seen, size, theme) if seen.inputs == 1 else _answers(seen, size, theme)


def axes(across: Axis, up: Axis | None, size: tuple[float, float], theme: Theme) -> str:
    """Numbers and titles below and, where it has them, left of a plot, and its frame."""
    width, height = size
    parts = [svg.tag("rect", width=width, height=height, fill="none", stroke=theme.border)]
    for value, share in ticks(across):
        parts.append(svg.text(share * width, height + 13, value, TEXT_SIZE - 2, theme.muted, anchor="middle"))
    for value, share in ticks(up) if up else ():
        parts.append(svg.text(-5, (1 - share) * height + 3.5, value, TEXT_SIZE - 2, theme.muted, anchor="end"))
    named = fonts.fitted(across.title, TEXT_SIZE - 1, width)
    parts.append(svg.text(width / 2, height + 28, named, TEXT_SIZE - 1, theme.muted, anchor="middle"))
    if up is None:
        return "".join(parts)
    turned = svg.text(0, 0, fonts.fitted(up.title, TEXT_SIZE - 1, height), TEXT_SIZE - 1, theme.muted, anchor="middle")
    parts.append(svg.tag("g", turned, transform=f"translate({9 - LEFT},{height / 2:.1f}) rotate(-90)"))
    return "".join(parts)


def ticks(axis: Axis) -> list[tuple[str, float]]:
    """About four round numbers along an axis, each with its share of the way."""
    reach = axis.high - axis.low
    step = 10 ** np.floor(np.log10(reach / 2))
    step *= next(factor for factor in (0.5, 1, 2, 5) if reach / (step * factor) <= 4.5)
    values = np.arange(np.ceil(axis.low / step - 1e-9), np.floor(axis.high / step + 1e-9) + 1) * step
    return [(f"{value:z.6g}".replace("-", "−"), float((value - axis.low) / reach)) for value in values]


def _map(seen: Seen, size: tuple[float, float], theme: Theme) -> str:
    unit, (low, high) = seen.layers[-1][0], seen.spans[len(seen.layers) - 1, 0]
    margin = unit.margin.reshape(SIDE, SIDE)
    parts = [image(unit.values.reshape(SIDE, SIDE), low, high, size)]
    if unit.has_boundary:
        parts.append(boundary(margin, size, 2))
    return "".join(parts) + _examples(seen, size) + _scale(low, high, size, theme)


def _scale(low: float, high: float, size: tuple[float, float], theme: Theme) -> str:
    """What dark and bright mean, beside the map."""
    bar = Image.frombytes("P", (1, 32), bytes(range(SHADES - 1, -1, -SHADES // 32)))
    bar.putpalette(PALETTE)
    x, tall = size[0] + 8, min(80.0, size[1] / 2)
    ends = [svg.text(x + 9, y, f"{value:.2g}".replace("-", "−"), TEXT_SIZE - 2, theme.muted)
            for value, y in ((high, 8.0), (low, tall))]
    return svg.group(x, 0, raster(address_of(bar), (6, tall))) + "".join(ends)


def _examples(seen: Seen, size: tuple[float, float]) -> str:
    """The examples on a map: white circles for yes, dark diamonds for no."""
    data = seen.shown.data
    targets = data.targets[0, 0, _drawn(seen)]
    places = _places(seen, size)
    if not np.isin(targets, (0, 1)).all():
        return _dots(places, MAP_LINE, RAMP[0])
    diamond = "".join(f"M{x:.1f},{y - 3.4:.1f}l3.4,3.4l-3.4,3.4l-3.4,-3.4z" for x, y in _seen(places[targets < 0.5]))
    no = svg.tag("path", d=diamond, fill=RAMP[0], stroke=MAP_LINE, stroke_width=0.8) if diamond else ""
    return no + _dots(places[targets > 0.5], MAP_LINE, RAMP[0])


def _places(seen: Seen, size: tuple[float, float]) -> Array:
    """Where the drawn examples lie on a map, (N, 2); nan where that is beyond its edges."""
    data = seen.shown.data
    real = np.stack([axis.offset + axis.scale * row for axis, row in zip(data.axes, data.inputs[0], strict=True)])
    low, high = (np.array([getattr(axis, end) for axis in data.axes])[:, None] for end in ("low", "high"))
    share = ((real - low) / (high - low))[:, _drawn(seen)]
    share[:, ((share < 0) | (share > 1)).any(axis=0)] = np.nan
    return np.stack((share[0] * size[0], (1 - share[1]) * size[1]), axis=1)


def _drawn(seen: Seen) -> Array:
    """Which examples are drawn: a choice from all, since data may stand in some order."""
    return some_of(seen.shown.data.inputs.shape[-1], EXAMPLES)


def _dots(places: Array, fill: str, rim: str, radius: float = 2.6) -> str:
    """Round dots with a rim, as two paths: a line of no length with round ends is a dot."""
    d = "".join(f"M{x:.1f},{y:.1f}h0" for x, y in _seen(places))
    if not d:
        return ""
    rings = [svg.tag("path", d=d, stroke=colour, stroke_width=2 * reach)
             for colour, reach in ((rim, radius + 0.8), (fill, radius))]
    return svg.tag("g", *rings, stroke_linecap="round", fill="none")


def _seen(places: Array) -> Array:
    return places[~np.isnan(places).any(axis=1)]


def _classes(seen: Seen, size: tuple[float, float], theme: Theme) -> str:
    """Which output is the largest, in its colour, the stronger the larger it is."""
    values = np.stack([_finer(unit.values.reshape(SIDE, SIDE)) for unit in seen.layers[-1]])
    first = values.argmax(axis=0)
    colours = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in MAP_COLOURS[: len(values)]], float)
    strength = np.nan_to_num(values.max(axis=0)).clip(0, 1)[..., None]
    pixels = 255 + (colours[first] - 255) * (0.15 + 0.7 * strength)
    ground = Image.fromarray(pixels[::-1].round().astype(np.uint8)).quantize(64)
    parts = [raster(address_of(ground), size)]
    targets = seen.shown.data.targets[0]
    if (targets.sum(axis=0) == 1).all():  # one class each
        places, label = _places(seen, size), targets[:, _drawn(seen)].argmax(axis=0)
        parts += [_dots(places[label == k], colour, MAP_LINE) for k, colour in enumerate(MAP_COLOURS[: len(values)])]
    return "".join(parts)


def _finer(values: Array) -> Array:
    """A map with twice the points along each side, so that borders between classes do not look like stairs."""
    fine = Image.fromarray(values.astype(np.float32), "F").resize((2 * SIDE, 2 * SIDE), Image.Resampling.BILINEAR)
    return np.asarray(fine)


def _curve(seen: Seen, size: tuple[float, float], theme: Theme) -> str:
    data, (width, height) = seen.shown.data, size
    axis, target = data.axes[0], data.target_axes[0]
    said = np.nan_to_num(seen.layers[-1][0].values, nan=0, posinf=1e9, neginf=-1e9)
    wanted = target.offset + target.scale * data.targets[0, 0]
    room = 0.12 * float(wanted.max() - wanted.min() or 1)
    up = Axis(target.name, target.unit, float(wanted.min()) - room, float(wanted.max()) + room)
    places = _places_of_curve(axis.offset + axis.scale * data.inputs[0, 0], wanted, axis, up, size)
    reach = up.high - up.low
    line = _places_of_curve(seen.x, said.clip(up.low - reach, up.high + reach), axis, up, size)
    ground = svg.tag("rect", width=width, height=height, fill=theme.surface)
    drawn = svg.tag("path", d=svg.path(line), fill="none", stroke=theme.series[0], stroke_width=LINE + 0.6)
    inside = svg.cut(size, _dots(places[_drawn(seen)], theme.muted, theme.surface, 2.2), drawn)
    return ground + inside + axes(axis, up, size, theme)


def _places_of_curve(x: Array, y: Array, across: Axis, up: Axis, size: tuple[float, float]) -> Array:
    return np.stack(((x - across.low) / (across.high - across.low) * size[0],
                     (up.high - y) / (up.high - up.low) * size[1]), axis=1)


def _answers(seen: Seen, size: tuple[float, float], theme: Theme) -> str:
    """The spread of the output, of yes examples upwards and of no examples downwards."""
    shown, (width, height) = seen.shown, size
    weights = [layer[:1] for layer in shown.weights]
    said = np.nan_to_num(outputs(shown.network, weights, shown.data.inputs[:1].astype(np.float32))[0, 0])
    yes = shown.data.targets[0, 0] > 0.5
    counts = [np.histogram(said[of].clip(0, 1), BINS, (0, 1))[0] for of in (yes, ~yes)]
    most, middle, wide = max(1, max(c.max() for c in counts)), height / 2, width / BINS
    parts: list[Any] = [svg.tag("rect", width=width, height=height, fill=theme.surface)]
    for up, count in zip((True, False), counts, strict=True):
        for i, tall in enumerate(count / most * (middle - 22)):
            if tall:
                parts.append(svg.tag("rect", x=i * wide + 0.8, y=middle - tall if up else middle, width=wide - 1.6,
                                     height=float(tall), fill=theme.series[0 if up else 1]))
    name = shown.data.target_axes[0].name
    for words, y in ((f"examples with “{name}”", 14.0), ("the others", height - 6)):
        parts.append(svg.text(8, y, fonts.fitted(words, TEXT_SIZE - 1, width - 16), TEXT_SIZE - 1, theme.muted))
    parts.append(svg.tag("path", d=f"M0,{middle:.1f}h{width:.1f}", stroke=theme.muted))
    across = Axis(f"output: how sure of “{name}”", "", 0, 1)
    return "".join(parts) + axes(across, None, size, theme)
