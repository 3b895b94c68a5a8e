"""Writing SVG: elements as strings, a whole document that says what it shows, charts inside it, and its PNG."""

import json
import re
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
import vl_convert
from PIL import Image

from bot.present.charts import fonts
from bot.present.charts.pictures import Panel
from bot.present.charts.theme import Name, coloured, dressed, is_mixed, undressed

_NEEDLESS = re.compile(r' (?:(?:class|role|pointer-events|font-family|aria-[a-z]+)="[^"]*"|opacity="1")')
_NEGATIVE_POWER = re.compile("⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
COLOURS, SAMPLE = 128, 50_000  # of a PNG file; pixels from which its colours are chosen
_NAMES = re.compile(r'(id="|\(#)((?:clip|gradient)\w*)')  # Vega goes on counting from chart to chart


def tag(name: str, *inside: str, **attributes: Any) -> str:
    """An element. Attributes are escaped and numbers rounded; `inside` must be SVG already."""
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
                    for key, value in attributes.items() if value is not None)
    return f"<{name}{given}>{''.join(inside)}</{name}>" if inside else f"<{name}{given}/>"


def text(x: float, y: float, words: str, size: float, fill: str, weight: int = 400, anchor: str | None = None) -> str:
    """A line of text; `y` is its base line."""
    look = {"font_weight": weight if weight != 400 else None, "text_anchor": anchor}
    return tag("text", _raised(escape(words, quote=False), size), x=x, y=y, font_size=size, fill=fill, **look)


def _raised(words: str, size: float) -> str:
    """Negative powers as raised digits: the font has no raised minus."""
    def one(found: re.Match[str]) -> str:
        shift, digits = _number(size * 0.35), fonts.lowered(found[0])
        return tag("tspan", digits, dy=f"-{shift}", font_size=0.65 * size) + tag("tspan", "\u200b", dy=shift)

    return _NEGATIVE_POWER.sub(one, words)


def group(x: float, y: float, *inside: str) -> str:
    """Elements moved to a place."""
    return tag("g", *inside, transform=f"translate({_value(x)},{_value(y)})")


def cut(size: tuple[float, float], *inside: str) -> str:
    """Elements in a box from (0, 0) to `size`; what reaches beyond it is not drawn."""
    return tag("svg", *inside, width=size[0], height=size[1])


def document(size: tuple[float, float], title: str, says: str, *inside: str, ground: str | None = None) -> str:
    """A whole picture with its name and what it shows in words; transparent unless it has a `ground`."""
    width, height = (round(side) for side in size)
    back = [tag("rect", width=width, height=height, fill=ground)] if ground else []
    told = [tag("title", escape(title, quote=False)), tag("desc", escape(says, quote=False))]
    look = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}", "font_family": fonts.FAMILY}
    return tag("svg", *told, *back, *inside, xmlns="http://www.w3.org/2000/svg", role="img", **look)


def chart(panel: Panel, theme: Name, width: float, number: int = 0) -> tuple[str, float, float]:
    """A panel as an element without title of its own, and its width and height. `number` keeps names apart."""
    mixed = is_mixed(panel.spec)
    spec: dict[str, Any] = dressed(panel.spec, theme) if mixed else undressed(panel.spec)
    spec["config"] = {**spec["config"], "font": "Source Sans Pro"}
    if not panel.fixed:
        spec["width"] = round(width)
    drawn = _vega(json.dumps(spec))
    head, body = (drawn if mixed else coloured(drawn, theme)).split(">", 1)
    own = {key: float(value) for key, value in re.findall(r'\b(width|height)="([\d.]+)"', head)}
    names: dict[str, str] = {}  # in the order of the drawing, so that it has the same bytes whatever was drawn before
    body = _NEEDLESS.sub("", body).replace("xlink:href", "href")
    body = _NAMES.sub(lambda at: at[1] + names.setdefault(at[2], f"chart{number}-{len(names)}"), body)
    return tag("svg", body.removesuffix("</svg>"), aria_hidden="true", **own), own["width"], own["height"]


@lru_cache(maxsize=32)  # a page, its files and its card ask for the same charts, and each takes 70 to 150 ms
def _vega(spec: str) -> str:
    fonts.register()
    drawn: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return drawn


def layer(drawing: str, scale: float = 1) -> Image.Image:
    """An SVG document as an image with its transparency, `scale` pixels for each of its own."""
    fonts.register()
    return Image.open(BytesIO(vl_convert.svg_to_png(drawing, scale=scale))).convert("RGBA")


def png(drawing: str, scale: float = 1) -> bytes:
    """An SVG document with a ground as a PNG file of 128 colours, a sixth as large as one of all."""
    file = BytesIO()
    _in_few_colours(layer(drawing, scale)).save(file, "PNG", compress_level=8)  # 9 takes 2.6 times as long for 1 % less
    return file.getvalue()


def _in_few_colours(image: Image.Image) -> Image.Image:
    """An opaque RGBA image in COLOURS, which Pillow chooses by median cut: not from all pixels, which takes three times
    as long, but from each colour once and more often as it has more of them."""
    drawn = np.frombuffer(image.tobytes(), "<u4") & 0xFFFFFF
    ordered = np.sort(drawn)
    first = np.flatnonzero(np.diff(ordered, prepend=0xFFFFFFFF))
    colours, counts = ordered[first], np.diff(first, append=len(ordered))
    shares = np.maximum(1, counts * SAMPLE // len(drawn))
    sample = np.repeat(colours, shares).view(np.uint8).reshape(1, -1, 4)[:, :, :3]
    chosen = Image.fromarray(np.ascontiguousarray(sample)).quantize(
        COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    found = np.zeros(1 << 24, np.uint8)  # the number of each colour
    found[colours] = np.asarray(chosen)[0, np.cumsum(shares) - shares]
    made = Image.fromarray(found[drawn].reshape(image.height, image.width))
    made.putpalette(chosen.getpalette() or [])
    return made


def path(points: Any) -> str:
    """The `d` of a line through points (k, 2)."""
    return "M" + "L".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _value(value: Any) -> str:
    return _number(value) if isinstance(value, float) else escape(str(value))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


