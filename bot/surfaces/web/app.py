"""All routes in one list, and the application that has them alone; `streamlit_app.py` has them beside the chat."""

import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.util import find_spec
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.answers.preparing import prepare
from bot.content.environment import BadEnvironment, environment
from bot.present.unicode_math import formula
from bot.service import Bot
from bot.surfaces.web import api, assets, embedding, feeds, files, mentor, openapi, pages, trying
from bot.surfaces.web.clients import attended
from bot.surfaces.web.explanations import explanation, short
from bot.surfaces.web.headers import SafeHeaders, SharedWith
from bot.surfaces.web.inbox_door import Door, is_open
from bot.surfaces.web.links import Links
from bot.surfaces.web.oembed import oembed
from bot.surfaces.web.problems import exception_handlers, problem_of, respond
from bot.surfaces.web.rates import Rated, rate_of
from bot.surfaces.web.responses import ANYBODY, FOR_EVER, NEVER, PAGE_POLICY, Made, chat_policy, json_of, page, send
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site
from bot.surfaces.web.uploads import AskedUploads
from bot.surfaces.web.watched import Watch, Watched, log_of

if TYPE_CHECKING:
    from bot.surfaces.web.lti.tool import Tool

Handler = Callable[[Site, Request], Awaitable[Response]]
Handled = tuple[str, Handler, list[str]]
LTI_MISSING = ("ASK_NEURON_LTI: this needs more libraries: pip install 'ask-neuron[lti]' "
               "(in a clone: pip install -e '.[lti]')")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
CHAT = r"_stcore/|static/|media/|component/|favicon\.png$|manifest\.json$|index\.html$"  # what Streamlit answers


class Elsewhere(Convertor[str]):
    """Whatever no other route has, except what belongs to the chat."""

    regex = rf"(?!{CHAT}).*"

    def convert(self, value: str) -> str:
        """The path as it is."""
        return value

    def to_string(self, value: str) -> str:
        """The path as it is."""
        return value


register_url_convertor("elsewhere", Elsewhere())


READ, SENT = ["GET"], ["POST"]
HERE: Mapping[str, Handler] = {}  # nothing is answered elsewhere


def routes_of(site: Site, shell: str = "", more: Sequence[Handled] = (),
              elsewhere: Mapping[str, Handler] = HERE) -> list[Route]:
    """Every route of a site. `shell` is the chat's page; without it the index stands at the top. `more` are handlers of
    what is switched on, with their paths and methods. `elsewhere` has, by their paths as they stand below, the routes
    that another handler answers than ours."""
    def to(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            try:
                return await attended(partial(handler, site), request)
            except Exception as error:  # here, for Starlette hands what it does not know on to a log, text and all
                return respond(site, request, problem_of(site, request, error), getattr(error, "headers", None))

        return answered

    handled: list[Handled] = [
        ("/", index if not shell else partial(chat, shell), READ), *ROUTES,
        *((path, handler, [method]) for (path, method), handler in trying.HANDLERS.items()),
        *((path, handler, [method]) for path, (handler, method) in mentor.HANDLERS.items()), *more, *_private(site),
    ]
    known = [Route(path, to(elsewhere.get(path, handler)), methods=methods) for path, handler, methods in handled]
    return [*known, Route("/{rest:elsewhere}", to(partial(nowhere, known)), methods=METHODS)]


def _private(site: Site) -> list[Handled]:
    """What mentors alone see, where that is switched on."""
    if not is_open(site.settings):
        return []
    from bot.surfaces.web.inbox import InboxRoutes  # clustering is slow to import, and few need it

    found = InboxRoutes(Door(site.settings)).handlers()
    return [(path, handler, [method]) for (path, method), handler in found.items()]


def beside_chat(bot: Bot, settings: WebSettings, shell: str) -> dict[str, Any]:
    """What an application with the chat needs for these routes: `st.App(script, **beside_chat(...))`."""
    return _parts(bot, settings.model_copy(update={"chat_url": settings.chat_url or settings.public_url}), shell)


def alone(bot: Bot, settings: WebSettings, elsewhere: Mapping[str, Handler] = HERE) -> Starlette:
    """The pages and the API as an application, without a chat in the same process; `elsewhere` as in `routes_of`."""
    return Starlette(**_parts(bot, settings, elsewhere=elsewhere))


def warm(bot: Bot) -> None:
    """Make and import now what a server would make and import at its first requests, before it has any thread."""
    bot.warm()
    formula("x")
    answer = bot.answer(next(iter(bot.entries)))
    for make in (files.html, files.card):
        make(answer, bot.entries, Links("http://localhost"))
    gc.collect()
    gc.freeze()  # what is here stays: to look through all of it for garbage takes a fifth of a second, now and then


def _parts(bot: Bot, settings: WebSettings, shell: str = "", elsewhere: Mapping[str, Handler] = HERE) -> dict[str, Any]:
    site, tool = Site(bot, settings), _tool(settings)
    known = routes_of(site, shell, _launchable(tool) if tool else (), elsewhere)
    watch = Watch(frozenset(route.path.split("/")[1] for route in known), site.waiting())
    if settings.metrics == "on":
        known.insert(0, Route("/metrics", partial(metrics, watch)))
    watched = Middleware(Watched, watch=watch, log=log_of(settings.log))
    rated = [Middleware(Rated, rate=rate_of(settings.rate), shelf=bot.runs.shelf)] if settings.rate else []
    headers = Middleware(SafeHeaders, settings=settings, policy=chat_policy(shell) if shell else PAGE_POLICY,
                         platforms=tool.platforms.origins if tool else tuple)
    shared = Middleware(SharedWith, origins=settings.cors_origins)
    return {"routes": known, "middleware": [watched, headers, *rated, Middleware(AskedUploads), shared],
            "exception_handlers": exception_handlers(site), "lifespan": partial(_lifespan, site)}


def _tool(settings: WebSettings) -> "Tool | None":
    """What course platforms launch, where that is switched on; `BadEnvironment` where its libraries are missing."""
    if settings.lti == "off":
        return None
    if not all(map(find_spec, ("jwt", "cryptography", "httpcore2"))):
        raise BadEnvironment(LTI_MISSING)
    from bot.surfaces.web.lti.tool import tool_of  # its libraries are optional

    return tool_of(settings)


def _launchable(tool: "Tool") -> Sequence[Handled]:
    from bot.surfaces.web.lti.routes import handlers

    return handlers(tool)


@asynccontextmanager
async def _lifespan(site: Site, app: Any) -> AsyncIterator[None]:
    """No line in the log for each request: it would hold a visitor's address and words. While a server runs, it makes
    beforehand what learners ask for most; what was to be kept is written before it ends."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
    ending = Event()
    if environment().prepare == "on":
        beforehand = partial(prepare, site.bot.entries.values(), site.bot.runs.prepared, ending)
        Thread(target=beforehand, name="prepare", daemon=True).start()
    yield
    ending.set()
    await site.drawing.do(site.bot.store.flush)


async def metrics(watch: Watch, request: Request) -> Response:
    """Figures for Prometheus, where they are switched on."""
    return Response(watch.told(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


async def index(site: Site, request: Request) -> Response:
    """All questions by topic."""
    return send(request, site.fixed("index", lambda: page(pages.index_page(site.bot.entries, site.links))))


async def chat(shell: str, site: Site, request: Request) -> Response:
    """The chat's page, named and previewed as ours."""
    def make() -> Made:
        policy = (("Content-Security-Policy", chat_policy(shell)),)
        return Made(pages.chat_page(shell, site.links).encode(), "text/html; charset=utf-8", policy)

    return send(request, site.fixed("chat", make), "no-cache")


async def asset(site: Site, request: Request) -> Response:
    """A file of the pages or the player; its address changes with its contents."""
    path = request.url.path.lstrip("/")
    content = assets.files().get(path)
    if content is None:
        raise HTTPException(404)
    made = site.fixed(path, lambda: Made(content, assets.kind_of(path)))
    return send(request, made, FOR_EVER, headers=ANYBODY)


async def icon(site: Site, request: Request) -> Response:
    """Browsers ask for it where a page names no other."""
    return RedirectResponse(site.links.to(assets.path_of("icon.svg")), 302)


async def feed(site: Site, request: Request) -> Response:
    """New explanations."""
    def make() -> Made:
        return Made(feeds.feed(site.bot.entries, site.links).encode(), "application/atom+xml")

    return send(request, site.fixed("feed", make))


async def sitemap(site: Site, request: Request) -> Response:
    """Every page."""
    def make() -> Made:
        return Made(feeds.sitemap(site.bot.entries, site.links).encode(), "application/xml")

    return send(request, site.fixed("sitemap", make))


async def robots(site: Site, request: Request) -> Response:
    """What crawlers may fetch."""
    return send(request, Made(feeds.robots(site.links).encode(), "text/plain; charset=utf-8"))


async def for_models(site: Site, request: Request) -> Response:
    """What language models are told."""
    def make() -> Made:
        return Made(feeds.for_models(site.bot.entries, site.links).encode(), "text/markdown; charset=utf-8")

    return send(request, site.fixed("llms", make))


async def health(site: Site, request: Request) -> Response:
    """Whether the process answers."""
    return send(request, Made(b'{"status":"ok"}', "application/json"), NEVER)


async def readiness(site: Site, request: Request) -> Response:
    """Whether all that is loaded or fitted at a start is there: until then questions are matched less well."""
    ready = site.bot.is_ready
    told = Made(b'{"status":"ready"}' if ready else b'{"status":"starting"}', "application/json")
    return send(request, told, NEVER, 200 if ready else 503, {} if ready else {"Retry-After": "5"})


async def described(site: Site, request: Request) -> Response:
    """The API's description."""
    return send(request, site.fixed("openapi", lambda: json_of(openapi.description(site.settings.public_url))))


async def nowhere(known: list[Route], site: Site, request: Request) -> Response:
    """Nothing is at this address, or not for this method; one with a slash too many is led to the right one."""
    path = request.url.path
    here = [route for route in known if route.path_regex.match(path)]
    if here:
        allowed = sorted({method for route in here for method in route.methods or ()})
        raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
    if len(path) > 1 and path.endswith("/") and not path.startswith("//"):
        return RedirectResponse(path.rstrip("/") + (f"?{request.url.query}" if request.url.query else ""), 301)
    raise HTTPException(404)


ROUTES: tuple[Handled, ...] = (
    ("/entries", index, READ),
    ("/e/{name}", explanation, READ),
    ("/s/{code}", short, READ),
    ("/oembed", oembed, READ),
    ("/feed.xml", feed, READ),
    ("/sitemap.xml", sitemap, READ),
    ("/robots.txt", robots, READ),
    ("/llms.txt", for_models, READ),
    ("/favicon.ico", icon, READ),
    ("/assets/{rest:path}", asset, READ),
    ("/player/{rest:path}", asset, READ),
    ("/widget.js", embedding.widget, READ),
    ("/search.bin", embedding.index, READ),
    ("/asks.bin", embedding.asks, READ),
    ("/embed/ask/", embedding.question_box, READ),
    ("/embed/{name}", embedding.card, READ),
    ("/embed/{name}/", embedding.card, READ),
    ("/api/ask", api.ask, SENT),
    ("/api/match", api.match, SENT),
    ("/api/run", api.run, SENT),
    ("/api/diagnose", api.diagnose, SENT),
    ("/api/entries", api.entries, READ),
    ("/api/entries/{name}", api.entry, READ),
    ("/api/experiments", api.experiments, READ),
    ("/openapi.json", described, READ),
    ("/healthz", health, READ),
    ("/readyz", readiness, READ),
)
