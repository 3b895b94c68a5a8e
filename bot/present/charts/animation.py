"""A run as an animation: the network at about thirty moments of its training, with the loss below, as GIF or WebP.

The drawing is the still one, frame by frame; only the maps are pasted in, because drawing them as SVG takes longer
than all the rest.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from bot.content.formats import number
from bot.present.charts import svg
from bot.present.charts.diagram import diagram
from bot.present.charts.theme import LINE, TEXT_SIZE, THEMES, Name, Theme
from bot.present.charts.units import at_frame, look_at
from sims.engine.activations import Array
from sims.engine.experiment import Run
from sims.engine.training import Trained

WIDTH, NETWORK_HEIGHT, LOSS_HEIGHT = 640, 360, 96  # pixels
MOST_FRAMES = 28
FIRST, EACH, LAST = 700, 90, 2200  # milliseconds that a frame is shown
TRIES = ((64, 1), (40, 1), (40, 2))  # colours of the GIF, and every which frame: the first that is not too large
LARGEST = 500_000  # bytes
QUALITY = 60  # of the WebP
STEEP = 100  # times the loss at the start: beyond, the loss stands on a logarithmic scale
IMAGE = re.compile(r"<image [^>]*/>")


def gif(run: Run[Any, Any], theme: Name = "light") -> bytes:
    """The run as an animated GIF, 640 pixels wide, without end; the same bytes for the same run."""
    pictures = list(frames(run, theme))
    for colours, step in TRIES:
        file = _gif(pictures[::-1][::step][::-1], colours, EACH * step)  # the last one always
        if len(file) <= LARGEST:
            break
    return file


def _gif(pictures: list[Image.Image], colours: int, each: int) -> bytes:
    """The pictures with one palette for all of them, so that nothing flickers."""
    few = [pictures[i] for i in sorted({0, len(pictures) // 3, len(pictures) - 1})]
    sheet = Image.new("RGB", (WIDTH, sum(picture.height for picture in few)))
    for i, picture in enumerate(few):
        sheet.paste(picture, (0, i * picture.height))
    palette = sheet.quantize(colours, Image.Quantize.MEDIANCUT)
    flat = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    file = BytesIO()
    shown = _durations(len(flat), each)
    flat[0].save(file, "GIF", save_all=True, append_images=flat[1:], duration=shown, loop=0)
    return file.getvalue()


def webp(run: Run[Any, Any], theme: Name = "light") -> bytes:
    """The run as an animated WebP, which has all colours."""
    pictures = list(frames(run, theme))
    file = BytesIO()
    pictures[0].save(file, "WEBP", save_all=True, append_images=pictures[1:], duration=_durations(len(pictures)),
                     loop=0, quality=QUALITY, method=4)
    return file.getvalue()


def frames(run: Run[Any, Any], theme: Name = "light") -> Iterator[Image.Image]:
    """The pictures of the animation in their order, in RGB. A run without training has the one."""
    shown, look = run.shown, THEMES[theme]
    spans = look_at(shown).spans  # those of the end throughout, so that a colour always means the same
    for frame in chosen_frames(shown):
        drawn = diagram(look_at(at_frame(shown, frame), spans), theme, (WIDTH, NETWORK_HEIGHT))
        loss = svg.group(0, NETWORK_HEIGHT, _loss(shown, frame, look)) if len(shown.frames) > 1 else ""
        height = NETWORK_HEIGHT + (LOSS_HEIGHT if loss else 0)
        yield _composed(drawn, loss, height, look)


def chosen_frames(shown: Trained) -> list[int]:
    """Which of the recorded frames are shown."""
    last = len(shown.frames) - 1
    return sorted({round(i) for i in np.linspace(0, last, min(MOST_FRAMES, last + 1))})


def _durations(count: int, each: int = EACH) -> list[int]:
    return [FIRST, *[each] * (count - 2), LAST] if count > 1 else [LAST]


def _composed(drawn: str, rest: str, height: int, look: Theme) -> Image.Image:
    """The drawing on the theme's ground, its maps enlarged smoothly and put below all lines."""
    ground = Image.new("RGB", (WIDTH, height), look.background)
    for (x, y, wide, high), image in _images(ElementTree.fromstring(f"<g>{drawn}</g>"), 0, 0):
        size = (max(1, round(x + wide) - round(x)), max(1, round(y + high) - round(y)))
        ground.paste(image.resize(size, Image.Resampling.BICUBIC), (round(x), round(y)))
    lines = svg.document((WIDTH, height), "frame", "frame", IMAGE.sub("", drawn), rest)
    above = svg.layer(lines)
    ground.paste(above, mask=above)
    return ground


def _images(element: ElementTree.Element, x: float, y: float) -> Iterator[tuple[tuple[float, ...], Image.Image]]:
    """The images in a drawing, each with its box; groups may be moved, and nothing else."""
    moved = re.fullmatch(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag == "image":
        address = element.get("href", "").partition("base64,")[2]
        size = (float(element.get("width", 0)), float(element.get("height", 0)))
        yield (x, y, *size), Image.open(BytesIO(base64.b64decode(address))).convert("RGB")
    for child in element:
        yield from _images(child, x, y)


def _loss(shown: Trained, moment: int, look: Theme) -> str:
    """The loss of this run up to now, training and validation, with a dot at this step and the numbers in words."""
    left, right, top, bottom = 14.0, WIDTH - 14.0, 32.0, LOSS_HEIGHT - 12.0
    steps = np.array([frame.step for frame in shown.frames], float)
    curves = {"training": np.array([frame.loss[0] for frame in shown.frames], float)}
    if shown.validation is not None:
        curves["validation"] = np.array([np.nan if frame.validation_loss is None else frame.validation_loss[0]
                                         for frame in shown.frames], float)
    heights = _heights(curves)
    parts = [svg.tag("rect", x=left, y=top - 4, width=right - left, height=bottom - top + 8, fill=look.surface)]
    said = f"step {steps[moment]:,.0f} of {shown.config.steps:,}"
    parts.append(svg.text(left, 18, said, TEXT_SIZE + 1, look.text, 600))
    words, x = [], left + (right - left) * steps / max(steps[-1], 1)
    for (name, curve), colour in zip(curves.items(), look.series, strict=False):
        y = bottom - (bottom - top) * heights[name]
        whole, past = _line(x, y), _line(x[: moment + 1], y[: moment + 1])
        parts.append(svg.tag("path", d=whole, fill="none", stroke=colour, stroke_width=1, opacity=0.3))
        parts.append(svg.tag("path", d=past, fill="none", stroke=colour, stroke_width=LINE))
        if np.isfinite(y[moment]):
            parts.append(svg.tag("circle", cx=float(x[moment]), cy=float(y[moment]), r=4, fill=colour))
        words.append(f"{name} loss {number(float(curve[moment]))}" if len(curves) > 1 else
                     f"loss {number(float(curve[moment]))}")
    parts.append(svg.text(right, 18, ", ".join(words), TEXT_SIZE + 1, look.muted, anchor="end"))
    return "".join(parts)


def _heights(curves: Mapping[str, Array]) -> dict[str, Array]:
    """How high each loss stands, from 0 to 1; nan where it is not finite."""
    finite = np.concatenate([curve[np.isfinite(curve)] for curve in curves.values()])
    most, first = finite.max(initial=1e-9), next(iter(curves.values()))[0]
    if most > STEEP * first:
        curves = {name: np.log(np.maximum(curve, 1e-9) / max(finite.min(), 1e-9)) for name, curve in curves.items()}
        most = np.log(most / max(finite.min(), 1e-9))
    return {name: np.where(np.isfinite(curve), curve, np.nan) / most for name, curve in curves.items()}


def _line(x: Array, y: Array) -> str:
    good = np.isfinite(y)
    return svg.path(np.stack((x[good], y[good]), axis=1)) if good.any() else "M0,0"
