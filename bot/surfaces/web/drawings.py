"""What a page shows of a run: a still picture in both themes, and what its script needs to play the run instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.answers.answer import Answer
from bot.answers.steps import views_of
from bot.content.recent import RecentOf
from bot.present.charts import stills
from bot.present.charts.theme import Name
from bot.present.charts.views import draw_view
from bot.present.recordings import recording
from bot.surfaces.web import assets
from bot.surfaces.web.links import Links, query_of
from sims.engine.experiment import View

_DRAWN: RecentOf[str] = RecentOf(16)  # a page asks for a chart's size, then for the chart
BUDGET = 150 * 1024  # bytes of a page with all that it loads; above that the run is fetched only when it is asked for
FIXED = ("page.css", "page.js", "styled.js", "reading.js", "worked.js", "icon.svg", "bundle.js", "player.css")
# the files that a page with a player and a worked example loads, as most do


@dataclass(frozen=True)
class Still:
    """The key picture: what it shows in words, its size in pixels and in bytes, and whether the player shows the same
    and more."""

    says: str
    width: int
    height: int
    is_network: bool
    weight: int


def still(answer: Answer) -> Still:
    """The key picture of an answer, drawn to know its size."""
    return _still(stills.key_svg(answer), answer.entry.title, stills.leading_view(answer.run).kind == "network")


def _still(drawing: str, title: str, is_network: bool = False) -> Still:
    size = [int(found[1]) for side in ("width", "height") if (found := re.search(rf'\b{side}="(\d+)"', drawing))]
    says = re.search(r"<desc>(.*?)</desc>", drawing, re.DOTALL)
    return Still(unescape(says[1]) if says else title, size[0], size[1], is_network, len(drawing))


@dataclass(frozen=True)
class Chart:
    """A view of the run that stands at a paragraph: the ending of its file's address, or the rows of a table."""

    title: str
    caption: str
    suffix: str = ""
    still: Still | None = None
    rows: tuple[Mapping[str, str], ...] = ()


def charts_of(answer: Answer) -> Mapping[int, Chart]:
    """The charts at paragraphs of an answer, by the number of the paragraph."""
    return {step.paragraph: _chart(answer, step.chart) for step in answer.steps if step.chart is not None}


def further_charts(answer: Answer) -> list[Chart]:
    """The other views of the run: those that stand at no paragraph. Where the player shows the loss, that is not among
    them."""
    placed = {step.chart for step in answer.steps}
    played = {"loss"} if len(answer.run.shown.frames) > 1 else set()
    return [_chart(answer, view) for view in views_of(answer.run) if view not in placed and view.kind not in played]


def _chart(answer: Answer, view: View) -> Chart:
    first = draw_view(answer.run, view)[0]
    if first.rows:
        return Chart(first.title, first.caption, rows=first.rows)
    number = views_of(answer.run).index(view) + 1
    return Chart(view.title, "", f".view-{number}.svg", _still(view_svg(answer, number), view.title))


def view_svg(answer: Answer, number: int, theme: Name = "light") -> str:
    """A view of an answer's run as it stands at a paragraph, by its number from 1; IndexError where there is none."""
    drawn, key = _DRAWN.by(answer.run), (number, theme)
    return drawn.find(key) or drawn.keep(
        key, stills.view_svg(answer.run, views_of(answer.run)[number - 1], theme, stills.NARROW))


def for_player(answer: Answer, links: Links) -> dict[str, Any]:
    """What page.js reads: where the player and the recording are, and whether the run is too heavy to be loaded at once
    (`is_heavy`, which only the whole page tells); empty without a film."""
    if len(answer.run.shown.frames) < 2:
        return {}
    return {"player": links.to(assets.path_of("bundle.js")), "style": links.to(assets.path_of("player.css")),
            "recording": links.entry(answer.entry.slug, query_of(answer), ".rec"),
            "size": len(recording(answer.run)), "heavy": False}


def is_heavy(page: str, picture: Still, recorded: int) -> bool:
    """Whether a page, with its picture, a recording of so many bytes and what every page loads, is over the budget."""
    fixed = sum(len(assets.files()[assets.path_of(name)]) for name in FIXED)
    return len(page.encode()) + picture.weight + recorded + fixed > BUDGET
