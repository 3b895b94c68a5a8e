"""`/e/<slug>` and its files: an explanation at its own settings, or at those in the query."""

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.asked import asked_in
from bot.web.files import FILES
from bot.web.responses import FOR_MINUTES, send
from bot.web.site import Site


async def explanation(site: Site, request: Request) -> Response:
    """The page or one of its files, by the address's ending."""
    name, query = request.path_params["name"], request.url.query
    suffix = PurePosixPath(name).suffix if PurePosixPath(name).suffix in FILES else ""
    asked = asked_in(site.bot, name.removesuffix(suffix), query)
    if asked.entry.slug != name.removesuffix(suffix):
        return moved(site, asked.entry.slug, query, suffix, permanently=True)
    if not suffix and query != asked.query:
        return moved(site, asked.entry.slug, asked.query, suffix)
    make = FILES[suffix]
    return send(request, await site.made(asked, suffix, lambda answer: make(answer, site.bot.entries, site.links)))


def moved(site: Site, slug: str, query: str, suffix: str, permanently: bool = False) -> Response:
    """To the one address that this explanation has."""
    status = 301 if permanently else 302
    return RedirectResponse(site.links.entry(slug, query, suffix), status, {"Cache-Control": FOR_MINUTES})
