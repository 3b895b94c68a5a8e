"""The files that an explanation has, by the ending of their address: made alike for a server and for a folder."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.errors import OurError
from bot.present import forum, shapes
from bot.present.article import article
from bot.present.charts import animation, stills
from bot.present.charts.card import card_png
from bot.present.headline import headline
from bot.present.recordings import recording
from bot.present.rendering import beside, explained
from bot.surfaces.web import drawings, pages
from bot.surfaces.web.links import Links
from bot.surfaces.web.responses import Made, json_of, page

# a picture opened by itself runs nothing and loads nothing
EMBEDDED = ("Cross-Origin-Resource-Policy", "cross-origin")  # pictures are for other sites' pages, too
DRAWN = (("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"), EMBEDDED)

VARIES = (("Vary", "Accept, Accept-Encoding"),)  # a page's address has two forms

VIEW = re.compile(r"\.view-([1-9]\d?)(\.dark)?\.svg$")

Make = Callable[[Answer, Mapping[str, Entry], Links], Made]


class NoSuchView(OurError, LookupError):
    """An address of a picture that this run does not have."""

    kind = "not found"
    title = "Not Found"


def html(answer: Answer, entries: Mapping[str, Entry], links: Links, recorded: Mapping[str, Any] | None = None,
         notice: str = "", points: Sequence[str] = ()) -> Made:
    """The page. `recorded`: for a folder of files, which other runs it holds. `notice` is said at its top; where it is
    asked for with `points`, what other sites show of it is of the first."""
    made = page(pages.entry_page(answer, entries, links, notice=notice, recorded=recorded, points=points))
    return replace(made, headers=(*made.headers, *VARIES))


def as_json(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """The explanation as `/api/run` gives it, with its title, its headline and its address."""
    return json_of(shapes.ExplanationFile(**dict(explained(answer)), title=answer.entry.title,
                                          headline=headline(answer), url=links.address(answer),
                                          points=beside(answer)).as_json())


def markdown(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """The reply for a forum."""
    text = forum.canned(answer, links.address(answer), links.address(answer, ".png")).markdown
    return Made(text.encode(), "text/markdown; charset=utf-8")


def whole(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """The whole explanation in Markdown: what a program gets that asks for the page so (`Accept: text/markdown`)."""
    return Made(article(answer, links.address(answer)).encode(), "text/markdown; charset=utf-8", VARIES)


def picture(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """The key picture on a light ground."""
    return Made(stills.key_svg(answer).encode(), "image/svg+xml", DRAWN)


def dark_picture(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """The key picture on a dark ground."""
    return Made(stills.key_svg(answer, "dark").encode(), "image/svg+xml", DRAWN)


def card(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """What forums show beside a link: 1200 by 630 pixels."""
    return Made(card_png(answer), "image/png", (EMBEDDED,))


def gif(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """The training as a moving picture that plays everywhere."""
    return Made(animation.gif(answer.run), "image/gif")


def webp(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """The training as a moving picture with all its colours."""
    return Made(animation.webp(answer.run), "image/webp")


def player(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
    """What the player shows."""
    return Made(recording(answer.run), "application/octet-stream")


def view(suffix: str) -> Make | None:
    """What makes the picture of one of the run's views, by the ending of its address (".view-2.dark.svg"); None where
    it ends otherwise. Where the run has no such view: `NoSuchView`."""
    found = VIEW.fullmatch(suffix)
    if found is None:
        return None

    def make(answer: Answer, entries: Mapping[str, Entry], links: Links) -> Made:
        try:
            drawing = drawings.view_svg(answer, int(found[1]), "dark" if found[2] else "light")
        except IndexError as error:
            raise NoSuchView(f"{answer.entry.slug} has no view number {found[1]}") from error
        return Made(drawing.encode(), "image/svg+xml", DRAWN)

    return make


def files_of(answer: Answer) -> Mapping[str, Make]:
    """All files of an answer: those that every one has, and its charts."""
    charts = (*drawings.charts_of(answer).values(), *drawings.further_charts(answer))
    endings = [chart.suffix for chart in charts if chart.suffix]
    both = [other for ending in endings for other in (ending, ending.replace(".svg", ".dark.svg"))]
    return {**FILES, **{ending: make for ending in both if (make := view(ending))}}


def ending_of(name: str) -> str:
    """The ending of an address, with which it names a file; empty for the page."""
    found = VIEW.search(name)
    return found[0] if found else max((end for end in (*FILES, *MOVING) if name.endswith(end)), key=len)


FILES: Mapping[str, Make] = {"": html, ".json": as_json, ".md": markdown, ".rec": player, ".svg": picture,
                              ".dark.svg": dark_picture, ".png": card}
MOVING: Mapping[str, Make] = {".gif": gif, ".webp": webp}  # large, and seconds of work: made when they are asked for
