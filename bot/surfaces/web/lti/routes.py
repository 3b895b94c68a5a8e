"""The addresses under `/lti/`."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.content.formats import plain_text
from bot.content.paths import reading_paths
from bot.content.topics import by_topic
from bot.surfaces.web.api import body_of
from bot.surfaces.web.forms import fields_of
from bot.surfaces.web.lti import launches, registration
from bot.surfaces.web.lti.keys import NotSealedByUs
from bot.surfaces.web.lti.launches import Refused, kept_as
from bot.surfaces.web.lti.messages import SELECTION, Shown
from bot.surfaces.web.lti.picking import Picked, link, response, wanted_by
from bot.surfaces.web.lti.platforms import origin_of
from bot.surfaces.web.lti.registration import LINK_WITHIN
from bot.surfaces.web.lti.scores import Score
from bot.surfaces.web.lti.tool import SessionEnded, Tool, pages_of, shown_course, tasks_of
from bot.surfaces.web.pages import render_template
from bot.surfaces.web.responses import NEVER, PAGE_POLICY, Made, json_of, page, send
from bot.surfaces.web.site import Site

Handler = Callable[[Tool, Site, Request], Awaitable[Response]]
FRAMES = f"{PAGE_POLICY}; frame-src 'self'"
# The choice goes back by a form, which a platform may lead on to wherever it likes.
SENDS_BACK = FRAMES.replace("form-action 'self'", "form-action 'self' https: http:")
MOST = 200


class Progress(BaseModel):
    """How far a page's learner is: tasks that came out right, as "page task", and pages that were read."""

    model_config = ConfigDict(extra="forbid")

    session: Annotated[str, Field(max_length=20_000)]
    right: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=MOST)]
    read: Annotated[list[int], Field(max_length=MOST)]


async def public_keys(tool: Tool, site: Site, request: Request) -> Response:
    """Our public key (RFC 7517)."""
    return send(request, json_of({"keys": [tool.keys.public]}))


async def login(tool: Tool, site: Site, request: Request) -> Response:
    """A platform begins a launch: a page that remembers its state and goes on to the platform."""
    given = dict(request.query_params) if request.method == "GET" else await fields_of(request)
    found = await run_in_threadpool(launches.login, tool.platforms, tool.keys, site.settings.public_url, given)
    again = request.url.query if request.method == "GET" else ""
    key, value = kept_as(found.state)
    told = {"key": key, "value": value, "to": found.to, "storage": found.storage, "origin": origin_of(found.to),
            "again": f"{site.links.to('lti/login')}?{again}" if again else ""}
    return _page(site, request, "lti_login.html", title="Opening", told=told)


async def launch(tool: Tool, site: Site, request: Request) -> Response:
    """A platform launches: a page that finds the state which this browser remembers, and opens what was asked for."""
    given = await fields_of(request)
    found, storage = await launches.launch(tool.platforms, tool.keys, tool.key_sets, site.settings.public_url, given)
    wanted = wanted_by(found) if found.message == SELECTION else None
    key, value = kept_as(given["state"])
    told = {"key": key, "value": value, "storage": storage, "origin": origin_of(found.platform.authorization_endpoint)}
    return _page(site, request, "lti_launch.html", title="Opening", told=told,
                 session=tool.session_of(found, wanted))


async def linked(tool: Tool, site: Site, request: Request) -> Response:
    """A link that was opened outside of its course leads to the page that anybody may read."""
    name = request.path_params.get("name", "")
    query = f"?{request.url.query}" if request.url.query else ""
    to = f"e/{name}{query}" if name in site.bot.entries else site.links.index
    return RedirectResponse(site.links.to(to), 302)


async def opened(tool: Tool, site: Site, request: Request) -> Response:
    """What a launch opens: an explanation or several, or the picker."""
    token = (await fields_of(request)).get("session", "")
    session = tool.session(token)
    if session.wanted:
        return _page(site, request, "lti_pick.html", SENDS_BACK, title="Add an explanation", told=_choices(site),
                     session=token, wanted=session.wanted)
    if not session.name:
        return RedirectResponse(site.links.to(site.links.index), 303)
    course = shown_course(site.bot, Shown(session.name, session.query))
    told = {"pages": pages_of(course, session.query), "session": token if session.line else "",
            "kept": session.kept, "scores": site.links.to("lti/score")}
    return _page(site, request, "lti_course.html", FRAMES, title=course.title, told=told)


async def picked(tool: Tool, site: Site, request: Request) -> Response:
    """What an author picked, as the signed form that goes back to the platform; no name sends back nothing."""
    given = Picked.model_validate_json(await body_of(request))
    wanted = tool.session(given.session).wanted
    if wanted is None:
        raise SessionEnded
    shown = Shown(given.name, given.query)
    course = shown_course(site.bot, shown)
    title = given.title.strip() or plain_text(course.title)
    text = f"{len(course.entries)} explanations" if len(course.entries) > 1 else "An explanation beside a live network"
    item = link(shown, title, text, given.scored, wanted, site.settings.public_url)
    return send(request, json_of({"to": wanted.return_url, "JWT": response(tool.keys, wanted, [item])}), NEVER)


async def dropped(tool: Tool, site: Site, request: Request) -> Response:
    """An author who changed their mind: back to the platform, with nothing."""
    wanted = tool.session((await fields_of(request)).get("session", "")).wanted
    if wanted is None:
        raise SessionEnded
    return _page(site, request, "lti_back.html", SENDS_BACK, title="Back to your course", to=wanted.return_url,
                 token=response(tool.keys, wanted, []))


async def score(tool: Tool, site: Site, request: Request) -> Response:
    """How far a learner is, passed on to the platform's gradebook."""
    given = Progress.model_validate_json(await body_of(request))
    session = tool.session(given.session)
    if session.line is None:
        raise SessionEnded
    platform = await run_in_threadpool(tool.platforms.find, session.issuer, session.client)
    course = shown_course(site.bot, Shown(session.name, session.query))
    tasks = await tasks_of(site, course, session.query)
    whole = set(given.read) >= set(range(len(course.entries)))
    right = len(set(given.right) & set(tasks)) if tasks else int(whole)
    made = Score(right, len(tasks) or 1, whole)
    sent = await tool.scores.send(platform, session.line, made)
    return send(request, json_of({"right": made.right, "of": made.of, "sent": sent}), NEVER)


async def register(tool: Tool, site: Site, request: Request) -> Response:
    """A platform's administrator opens our link: what would be registered, and a button for it."""
    given = request.query_params if request.method == "GET" else await fields_of(request)
    code, config = given.get("code", ""), given.get("openid_configuration", "")
    try:
        tool.keys.opened("registration", code, LINK_WITHIN)
    except NotSealedByUs as error:
        raise Refused("This link for registering has ended. Ask whoever runs this server for a new one.") from error
    if not config:
        raise Refused("This link is to be given to a course platform, which opens it by itself.")
    found = await registration.offer(tool.web, config, given.get("registration_token", ""))
    policy = f"{PAGE_POLICY}; frame-ancestors 'self' {origin_of(config)}"
    if request.method == "GET":
        return _page(site, request, "lti_register.html", policy, title="Register", offer=found, given=given, done=None)
    if not await run_in_threadpool(tool.platforms.is_first, code, LINK_WITHIN):
        raise Refused("This link for registering was used. Ask whoever runs this server for a new one.")
    platform = await registration.register(tool.web, found, site.settings.public_url)
    await run_in_threadpool(tool.platforms.add, platform)
    return _page(site, request, "lti_register.html", policy, title="Registered", offer=found, given=given,
                 done=platform)


HANDLERS: Mapping[str, tuple[Handler, list[str]]] = {
    "/lti/jwks.json": (public_keys, ["GET"]), "/lti/login": (login, ["GET", "POST"]), "/lti/launch": (launch, ["POST"]),
    "/lti/launch/{name}": (linked, ["GET"]), "/lti/open": (opened, ["POST"]), "/lti/pick": (picked, ["POST"]),
    "/lti/drop": (dropped, ["POST"]), "/lti/score": (score, ["POST"]), "/lti/register": (register, ["GET", "POST"]),
}


def handlers(tool: Tool) -> list[tuple[str, Callable[[Site, Request], Awaitable[Response]], list[str]]]:
    """Path, handler and methods of each address, for a tool."""
    return [(path, partial(handle, tool), methods) for path, (handle, methods) in HANDLERS.items()]


def _choices(site: Site) -> dict[str, Any]:
    """Topics and reading paths with what they hold; explanations are searched for."""
    entries = site.bot.entries
    several = [{"kind": "Reading paths", "name": path.id, "title": path.title,
                "holds": [plain_text(entries[slug].title) for slug in path.entries]} for path in reading_paths()]
    several += [{"kind": "Topics", "name": topic.id, "title": topic.title,
                 "holds": [plain_text(entry.title) for entry in some]} for topic, some in by_topic(entries.values())]
    return {"several": several}


def _page(site: Site, request: Request, template: str, policy: str = PAGE_POLICY, **values: Any) -> Response:
    text = render_template(template, links=site.links, **values)
    made = Made(text.encode(), page("").kind, (("Content-Security-Policy", policy),))
    return send(request, made, NEVER)
