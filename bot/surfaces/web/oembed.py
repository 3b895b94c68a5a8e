"""`/oembed` (oembed.com, version 1.0): a link of ours as a card that another site may frame."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.content.errors import OurError
from bot.content.formats import plain_text
from bot.present.shortlinks import decode
from bot.surfaces.web import summary
from bot.surfaces.web.asked import Asked, asked, asked_in, points_in
from bot.surfaces.web.pages import SITE
from bot.surfaces.web.responses import FOR_MINUTES, json_of, send
from bot.surfaces.web.site import Site

WIDTH, HEIGHT = 640, 420  # pixels of a card where the other site sets no bound
CARD = (1200, 630)  # of its picture
SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"


async def oembed(site: Site, request: Request) -> Response:
    """The card of the explanation that `url` leads to; 404 where that is none of ours, 501 where not JSON is wanted."""
    query = request.query_params
    if query.get("format", "json") != "json":
        raise HTTPException(501, "Only JSON is spoken here: leave format out, or say format=json.")
    try:
        wanted, points = explained(site, query.get("url", ""))
    except OurError as error:
        raise HTTPException(404, f"That address leads to no explanation: {error}") from error
    card = _card(site, wanted, points, _size(query))
    if not query.keys() & {"maxwidth", "maxheight"}:  # a picture may not be larger than the bounds either
        card |= {"thumbnail_url": site.links.entry_absolute(wanted.entry.slug, wanted.query, ".png"),
                 "thumbnail_width": CARD[0], "thumbnail_height": CARD[1]}
    return send(request, json_of(card), FOR_MINUTES)


def explained(site: Site, url: str) -> tuple[Asked, tuple[str, ...]]:
    """The explanation at an address of ours, and the points that are named in its fragment, or in its query where other
    sites cut a fragment off; HTTPException 404 where the address is not ours."""
    public = urlsplit(site.settings.public_url)
    try:
        given = urlsplit(url)
    except ValueError:
        given = urlsplit("")
    path = given.path.removeprefix(public.path)
    kind, _, name = path.strip("/").partition("/")
    if given.netloc.lower() != public.netloc.lower() or given.scheme not in ("http", "https") or kind not in ("e", "s"):
        raise HTTPException(404, f"`url` takes an address such as {site.settings.public_url}/e/coffee-roasting.")
    if kind == "e":
        wanted = asked_in(site.bot, name, given.query)
    else:
        link = decode(name, site.bot.entries).link
        wanted = asked(site.bot, link.entry, link.params, link.seed)
    return wanted, wanted.entry.points_named(given.fragment) or points_in(wanted.entry, given.query)


def _card(site: Site, wanted: Asked, points: Sequence[str], size: tuple[int, int]) -> dict[str, Any]:
    width, height = size
    entry, query = wanted.entry, f"?{wanted.query}" if wanted.query else ""
    point = entry.point(points[0]) if points else None
    asks = plain_text(point.title if point else entry.title)
    frame = site.links.absolute(f"embed/{entry.slug}{query}") + (f"#{'+'.join(points)}" if points else "")
    html = (f'<iframe src="{escape(frame)}" width="{width}" height="{height}" title="{escape(asks)}" '
            f'sandbox="{SANDBOX}" loading="lazy" style="border:0;max-width:100%"></iframe>')
    return {"version": "1.0", "type": "rich", "title": summary.shortened(asks), "provider_name": SITE,
            "provider_url": f"{site.settings.public_url}/", "cache_age": 86400,
            "html": html, "width": width, "height": height}


def _size(query: Mapping[str, str]) -> tuple[int, int]:
    """The card's size within the other site's bounds; bounds that are no numbers are as good as none."""
    bounds = [int(text) if (text := query.get(name, "")).isascii() and text.isdecimal() and len(text) < 6 else most
              for name, most in (("maxwidth", WIDTH), ("maxheight", HEIGHT))]
    return max(min(bounds[0], WIDTH), 1), max(min(bounds[1], HEIGHT), 1)
