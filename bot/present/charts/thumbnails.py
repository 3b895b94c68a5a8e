"""The key picture of an answer, small enough to stand beside a sentence: without words."""

from collections.abc import Mapping
from typing import Any

from bot.answers.answer import Answer
from bot.present.charts import svg
from bot.present.charts.pictures import Panel
from bot.present.charts.stills import WIDTH as KEY_WIDTH
from bot.present.charts.stills import key_svg, leading_view
from bot.present.charts.theme import THEMES, Name
from bot.present.charts.views import draw_view

WIDTH, HEIGHT = 160, 100  # pixels of a page
FINER = 2  # pixels of the file for each of them
SCALED = ("color", "fill", "stroke", "strokeDash", "shape", "opacity", "size")
QUIET = {"x": {"axis": None}, "y": {"axis": None}, **{key: {"legend": None} for key in SCALED}}  # by channel
Spec = dict[str, Any]


def thumbnail(answer: Answer, theme: Name = "light") -> bytes:
    """A PNG of 160 pixels' width on a page, with two of its own for each: the first chart of the view that says most,
    bare, or the whole key picture where that is no chart."""
    view = leading_view(answer.run)
    panels = draw_view(answer.run, view)[0].panels if view.kind != "network" else ()
    if not panels:
        return svg.png(key_svg(answer, theme), FINER * WIDTH / KEY_WIDTH)
    inside, width, height = svg.chart(bare(panels[0]), theme, WIDTH)
    ground = THEMES[theme].background
    drawing = svg.document((width, height), view.title, panels[0].alt, inside, ground=ground)
    return svg.png(drawing, FINER * WIDTH / width)


def bare(panel: Panel) -> Panel:
    """A chart without axes, legends, titles and texts; as high as a thumbnail where it has no width of its own."""
    spec = _without_words(panel.spec)
    return Panel(spec if panel.fixed else {**spec, "height": HEIGHT}, panel.alt, panel.fixed)


def _without_words(spec: Mapping[str, Any]) -> Spec:
    kept: Spec = {key: value for key, value in spec.items() if key != "title"}
    if "encoding" in kept:
        for name in QUIET.keys() & kept["encoding"].keys():
            kept["encoding"] = {**kept["encoding"], name: {**kept["encoding"][name], **QUIET[name]}}
    for key in ("layer", "hconcat", "vconcat", "concat"):
        if key in kept:
            kept[key] = [_without_words(part) for part in kept[key] if not _is_text(part)]
    return kept


def _is_text(part: Mapping[str, Any]) -> bool:
    mark = part.get("mark")
    return (mark.get("type") if isinstance(mark, Mapping) else mark) == "text"
