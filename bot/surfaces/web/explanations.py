"""`/e/<slug>`, its files and its short links: an explanation at its own settings, or at those in the address."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.answers.answer import Answer
from bot.present.pasted import without_rest
from bot.present.shortlinks import decode, trace
from bot.surfaces.web.asked import asked, asked_in, points_in, with_points
from bot.surfaces.web.files import FILES, MOVING, ending_of, html, view, whole
from bot.surfaces.web.responses import FOR_MINUTES, Made, send
from bot.surfaces.web.site import Site

WHOLE = "whole"  # in place of an ending
CHANGED = ("This link was made with version {}. Some numbers of this explanation have changed since, so what was "
           "quoted with the link may read differently now.")


async def explanation(site: Site, request: Request) -> Response:
    """The page or one of its files, by the address's ending."""
    given, query = request.path_params["name"], request.url.query
    name = without_rest(given)
    suffix = ending_of(name)
    wanted = asked_in(site.bot, name.removesuffix(suffix), query)
    if wanted.entry.slug != name.removesuffix(suffix):
        return moved(site, wanted.entry.slug, query, suffix, permanently=True)
    points = () if suffix else points_in(wanted.entry, query)
    canonical = with_points(wanted.query, points)
    if name != given or (not suffix and query != canonical and not wanted.notes):
        return moved(site, wanted.entry.slug, query if wanted.notes else canonical, suffix)
    if (wanted.notes or points) and not suffix:
        def noted(answer: Answer) -> Made:
            return html(answer, site.bot.entries, site.links, notice=" ".join(wanted.notes), points=points)

        return send(request, await site.made(wanted, f"noted {wanted.notes} {points}", noted))
    if not suffix and asks_for_markdown(request.headers.get("accept", "")):
        suffix = WHOLE
    make = view(suffix) or MOVING.get(suffix) or FILES.get(suffix, whole)
    found = await site.made(wanted, suffix, lambda answer: make(answer, site.bot.entries, site.links), suffix in MOVING)
    return send(request, found)


def asks_for_markdown(accept: str) -> bool:
    """Whether an Accept header names Markdown before HTML; browsers do not name it."""
    kinds = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    return "text/markdown" in kinds and "text/html" not in kinds[: kinds.index("text/markdown")]


def moved(site: Site, slug: str, query: str, suffix: str, permanently: bool = False) -> Response:
    """To the one address that this explanation has."""
    status = 301 if permanently else 302
    return RedirectResponse(site.links.entry(slug, query, suffix), status, {"Cache-Control": FOR_MINUTES})


async def short(site: Site, request: Request) -> Response:
    """A short link: the same page, which says where its numbers have changed since the link was made."""
    found = decode(request.path_params["code"], site.bot.entries)
    wanted = asked(site.bot, found.link.entry, found.link.params, found.link.seed)

    def make(answer: Answer) -> Made:
        notice = "" if found.trace == trace(answer) else CHANGED.format(found.version)
        return html(answer, site.bot.entries, site.links, notice=notice)

    return send(request, await site.made(wanted, f"short {found.version} {found.trace.hex()}", make))
