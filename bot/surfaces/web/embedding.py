"""Routes for other sites: `/widget.js`, the pages that it frames under `/embed/`, and the index that they search in."""

from starlette.requests import Request
from starlette.responses import Response

from bot.content.errors import OurError
from bot.surfaces.web import embeds
from bot.surfaces.web.asked import asked_in
from bot.surfaces.web.problems import problem_of
from bot.surfaces.web.responses import ANYBODY, FRAMED, NEVER, Made, page, send
from bot.surfaces.web.site import Site

CHAT_HERE = "./"


async def widget(site: Site, request: Request) -> Response:
    """The widget's script."""
    chat = site.settings.chat_url
    here = CHAT_HERE if chat == site.settings.public_url else f"{chat}/"
    made = site.fixed("widget", lambda: Made(embeds.widget(here if chat else None), "text/javascript"))
    return send(request, made, headers=ANYBODY)


async def index(site: Site, request: Request) -> Response:
    """The small matcher as a file."""
    return send(request, await site.search_index(), headers=ANYBODY)


async def asks(site: Site, request: Request) -> Response:
    """The ways to ask points as a file."""
    return send(request, await site.asks(), headers=ANYBODY)


async def question_box(site: Site, request: Request) -> Response:
    """A question box in a frame."""
    made = site.fixed("question box", lambda: page(embeds.question_box(site.bot.entries, site.links)))
    return send(request, made, headers=FRAMED)


async def card(site: Site, request: Request) -> Response:
    """An explanation in short, in a frame; what cannot be shown is said there."""
    try:
        asked = asked_in(site.bot, request.path_params["name"], request.url.query)
    except OurError as error:
        problem = problem_of(site, request, error)
        return send(request, page(embeds.apology(problem, site.bot.entries, site.links)), NEVER, problem.status, FRAMED)
    notice = " ".join(asked.notes)
    made = await site.made(asked, f"card {notice}", lambda answer: page(embeds.card(answer, site.links, notice=notice)))
    return send(request, made, headers=FRAMED)
