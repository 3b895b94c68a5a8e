"""Still pictures of an answer as SVG and PNG, drawn without a browser: for pages, cards, downloads and print.

The key picture is the one that says most: the network with its output large, or the view that the experiment puts
first where that is another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answers.answer import Answer
from bot.content.recent import RecentOf
from bot.present.charts import fonts, svg
from bot.present.charts.diagram import describe, diagram
from bot.present.charts.pictures import Picture
from bot.present.charts.theme import TEXT_SIZE, THEMES, TITLE_SIZE, Name, Theme
from bot.present.charts.units import look_at
from bot.present.charts.views import draw_view
from sims.engine.experiment import Run, View

WIDTH, HEIGHT = 640, 380  # of the network's drawing; charts are as high as they need
NARROW = 420  # pixels of a chart at a paragraph, so that a phone shows its letters as large as it can; and in the card
MARGIN, LINE_HEIGHT = 14, 17
ROW = 22  # of a table
PASSED_OVER = frozenset({"table", "histogram", "loss"})  # kinds of views that say less than others
Drawn = tuple[str, float]  # elements of SVG in a box, and its height

_DRAWN: RecentOf[str] = RecentOf(2)  # a page asks for the picture's size, then for the picture


def key_svg(answer: Answer, theme: Name = "light") -> str:
    """The key picture of an answer as an SVG document, with its title and what it shows in words."""
    drawn = _DRAWN.by(answer)
    return drawn.find(theme) or drawn.keep(theme, run_svg(answer.run, theme, answer.entry.title))


def key_png(answer: Answer, theme: Name = "light", scale: float = 1) -> bytes:
    """The key picture of an answer as PNG, 640 pixels wide at a scale of 1."""
    return svg.png(key_svg(answer, theme), scale)


def run_svg(run: Run[Any, Any], theme: Name = "light", title: str = "") -> str:
    """The key picture of a run."""
    view = leading_view(run)
    if view.kind == "network":
        return network_svg(run, theme, title or view.title)
    return picture_svg(draw_view(run, view)[0], theme)


@dataclass(frozen=True)
class NetworkStill:
    """The network on the screen as one drawing: an SVG document for each theme, and what it shows in words."""

    svg: Mapping[Name, str]
    says: str


def network_still(run: Run[Any, Any], title: str) -> NetworkStill:
    """The network on the screen, its output large."""
    seen, size = look_at(run.shown), (WIDTH, HEIGHT)
    says = describe(seen)
    return NetworkStill({theme: svg.document(size, title, says, diagram(seen, theme, size), ground=look.background)
                         for theme, look in THEMES.items()}, says)


def network_svg(run: Run[Any, Any], theme: Name = "light", title: str = "The network") -> str:
    """The network on the screen as one drawing, its output large."""
    seen, size = look_at(run.shown), (WIDTH, HEIGHT)
    return svg.document(size, title, describe(seen), diagram(seen, theme, size), ground=THEMES[theme].background)


def picture_svg(picture: Picture, theme: Name = "light", width: int = WIDTH) -> str:
    """A picture of a run with its title and caption."""
    inside, height = framed(picture, theme, width)
    says = " ".join([*(panel.alt for panel in picture.panels), picture.caption]) or picture.title
    return svg.document((width, height), picture.title, says, inside, ground=THEMES[theme].background)


def view_svg(run: Run[Any, Any], view: View, theme: Name = "light", width: int = WIDTH) -> str:
    """A view of a run, all its pictures one below the other."""
    pictures = draw_view(run, view)
    drawn = [framed(picture, theme, width) for picture in pictures]
    tops = [sum(height for _, height in drawn[:i]) for i in range(len(drawn))]
    inside = "".join(svg.group(0, top, one) for top, (one, _) in zip(tops, drawn, strict=True))
    says = " ".join(says for one in pictures for says in (*(panel.alt for panel in one.panels), one.caption))
    size = width, sum(height for _, height in drawn)
    return svg.document(size, view.title, says or view.title, inside, ground=THEMES[theme].background)


def leading_view(run: Run[Any, Any]) -> View:
    """The view that says most: the experiment's first one that is more than a table, a histogram or, unless there is a
    validation loss to compare with, a loss; where there is none, the network."""
    passed_over = PASSED_OVER - ({"loss"} if run.shown.validation is not None else set())
    views = (view for view in run.experiment.views if view.kind not in passed_over)
    return next(views, View("network", "The network"))


def framed(picture: Picture, theme: Name, width: float) -> Drawn:
    """A picture with its title above and its caption below, in a box of that width."""
    inside, y = titled(picture, theme, width)
    parts = [inside]
    for line in fonts.wrapped(picture.caption, TEXT_SIZE, width - 2 * MARGIN) if picture.caption else ():
        y += LINE_HEIGHT
        parts.append(svg.text(MARGIN, y, line, TEXT_SIZE, THEMES[theme].muted))
    return "".join(parts), y + MARGIN


def titled(picture: Picture, theme: Name, width: float) -> Drawn:
    """A picture with its title above, in a box of that width."""
    room, y = width - 2 * MARGIN, float(MARGIN)
    parts = []
    for line in fonts.wrapped(picture.title, TITLE_SIZE + 2, room, 600, 2):
        y += LINE_HEIGHT
        parts.append(svg.text(MARGIN, y - 2, line, TITLE_SIZE + 2, THEMES[theme].text, 600))
    inside, height = body(picture, theme, room)
    parts.append(svg.group(MARGIN, y + 8, inside))
    return "".join(parts), y + 8 + height


def body(picture: Picture, theme: Name, width: float) -> Drawn:
    """The panels of a picture one below the other, those of a width of their own side by side, or its table."""
    if picture.rows:
        return _table(picture.rows, THEMES[theme], width)
    parts = []
    x = y = lowest = 0.0
    for number, panel in enumerate(picture.panels):
        drawn, wide, high = svg.chart(panel, theme, width, number)
        if x and (x + wide > width or not panel.fixed):
            x, y = 0.0, lowest + 8
        parts.append(svg.group(x, y, drawn))
        x, lowest = x + wide + 8, max(lowest, y + high)
    return "".join(parts), lowest


def _table(rows: tuple[dict[str, str], ...], theme: Theme, width: float) -> Drawn:
    heads = list(rows[0])
    longest = [max(fonts.width(text, TEXT_SIZE, 600) for text in (head, *(row[head] for row in rows))) + 18
               for head in heads]
    wide = [each * min(1.0, width / sum(longest)) for each in longest]
    parts, y = [], 0.0
    for number, row in enumerate(({head: head for head in heads}, *rows)):
        x = 0.0
        for head, room in zip(heads, wide, strict=True):
            weight, fill = (600, theme.muted) if number == 0 else (400, theme.text)
            words = fonts.fitted(row[head], TEXT_SIZE, room - 6, weight)
            parts.append(svg.text(x, y + 15, words, TEXT_SIZE, fill, weight))
            x += room
        y += ROW
        parts.append(svg.tag("path", d=f"M0,{y:.1f}h{width:.1f}", stroke=theme.border))
    return "".join(parts), y
