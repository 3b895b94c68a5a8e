"""`/mentor`: for those who answer in forums. Look an entry up while typing, adjust it, copy the reply."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from bot.answers.answer import Answer
from bot.language.text import LONGEST, accepted, bounded
from bot.present import forum
from bot.present.composed import compose_reply
from bot.present.headline import headline
from bot.present.short import shorts
from bot.present.three_forms import Canned, of_markdown
from bot.present.unicode_math import as_plain
from bot.surfaces.web import pages, summary, tables
from bot.surfaces.web.api import body_of
from bot.surfaces.web.asked import asked_in
from bot.surfaces.web.links import query_of
from bot.surfaces.web.responses import NEVER, json_of, page, send
from bot.surfaces.web.site import Site
from bot.surfaces.web.try_pages import uri


class Text(BaseModel):
    """What is sent to be answered or rendered."""

    model_config = ConfigDict(extra="forbid")

    text: str  # its length is checked where it is read, and said in words


async def mentor(site: Site, request: Request) -> Response:
    """The page."""
    await site.matching.do(lambda: site.bot.lookup)  # ready before the first keystroke
    return send(request, site.fixed("mentor", lambda: page(pages.mentor_page(site.links))))


async def search(site: Site, request: Request) -> Response:
    """The entries for what has been typed so far: `?q=dead+re`."""
    typed = request.query_params.get("q", "")[:LONGEST]
    hits = await site.matching.do(lambda: site.bot.lookup.search(typed))
    return send(request, json_of([asdict(hit) for hit in hits]), NEVER)


async def reply(site: Site, request: Request) -> Response:
    """An entry at settings, as a reply: `/mentor/reply/dead-relu?seed=7`."""
    asked = asked_in(site.bot, request.path_params["name"], request.url.query)
    return send(request, await site.made(asked, "mentor", lambda answer: json_of(_reply(site, answer))), NEVER)


async def post(site: Site, request: Request) -> Response:
    """A pasted post: the entries that answer its parts, and one composed reply."""
    text = accepted(await _text(request))
    composed = await site.runs.do(lambda: compose_reply(text, site.bot, site.links.public_url))
    torn = len(composed.parts) == 1 and composed.parts[0].torn  # one question: its nearest answers are told in short
    shorts = await site.runs.do(lambda: _shorts(site, text, composed.parts[0].near)) if torn else {}
    parts = [{"question": part.question, "slug": part.slug, "title": part.title, "notes": part.notes,
              "closest": [{"title": close.title, "url": f"{site.links.entry(close.slug)}#{close.point.id}",
                           "says": as_plain(close.first), "goes_on": close.goes_on} for close in part.closest],
              "near": [{"slug": slug, "title": site.bot.entries[slug].title, "says": shorts.get(slug, ""),
                        "picture": site.links.entry(slug, suffix=".svg") if torn else ""} for slug in part.near]}
             for part in composed.parts]
    curves = composed.curves and {"light": uri(composed.curves.light), "dark": uri(composed.curves.dark),
                                  "says": composed.curves.says}
    told = {"parts": parts, "network": composed.network, "curves": curves, **_forms(site, composed.canned)}
    return send(request, json_of(told), NEVER)


async def rendered(site: Site, request: Request) -> Response:
    """A reply edited by hand, in its other forms."""
    text = bounded(await _text(request))
    made = await site.drawing.do(lambda: json_of(_forms(site, of_markdown(text))))
    return send(request, made, NEVER)


HANDLERS = {
    "/mentor": (mentor, "GET"), "/mentor/search": (search, "GET"), "/mentor/reply/{name}": (reply, "GET"),
    "/mentor/post": (post, "POST"), "/mentor/render": (rendered, "POST"),
}


def _reply(site: Site, answer: Answer) -> Mapping[str, Any]:
    slug, query = answer.entry.slug, query_of(answer)
    url, picture = site.links.address(answer), site.links.address(answer, ".png")
    card = {"title": summary.title(answer), "description": headline(answer), "site": site.links.public_url,
            "url": url, "picture": site.links.entry(slug, query, ".png"), "alt": forum.picture_text(answer)}
    return {"slug": slug, "card": card, "settings": [asdict(setting) for setting in tables.settings(answer)],
            **_forms(site, forum.canned(answer, url, picture))}


def _shorts(site: Site, question: str, slugs: Sequence[str]) -> dict[str, str]:
    """Entries in a sentence each, with a number of their runs."""
    return {short.slug: short.told for short, _ in shorts(site.bot, question, slugs)}


def _forms(site: Site, text: Canned) -> Mapping[str, str]:
    """The three forms, and the HTML as this page may show it: with pictures from this server."""
    return {**asdict(text), "preview": text.html.replace(f'src="{site.links.public_url}/', f'src="{site.links.root}')}


async def _text(request: Request) -> str:
    return Text.model_validate_json(await body_of(request)).text
