"""What went wrong, in plain words: a page for people, problem+json (RFC 9457) for programs."""

import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.content.errors import Kind, OurError
from bot.service import UnknownEntry
from bot.surfaces.web.api import in_words
from bot.surfaces.web.pages import Problem, problem_page
from bot.surfaces.web.responses import NEVER, Made, page, send
from bot.surfaces.web.site import Site

STATUS: Mapping[Kind, int] = {"bad input": 422, "not found": 404, "too long": 414, "busy": 503, "unavailable": 503}
# "bad content" is our fault, like any other error
LOG = logging.getLogger(__name__)
FOR_PROGRAMS = ("/api/", "/oembed", "/openapi.json", "/healthz", "/readyz")
NOT_HERE = "There is no page at this address. The link may be mistyped, or cut off where it was pasted."
UNKNOWN = "No explanation has this address. The link may be mistyped, or cut off where it was pasted."
OUR_FAULT = "Something went wrong on our side, and it has been noted. Please try again."

Handler = Callable[[Request, Any], Awaitable[Response]]


def exception_handlers(site: Site) -> Mapping[Any, Handler]:
    """For each error that a handler may raise, what is answered."""
    async def answer(request: Request, error: Exception) -> Response:
        return respond(site, request, problem_of(site, request, error), getattr(error, "headers", None))

    return dict.fromkeys((OurError, ValidationError, HTTPException, Exception), answer)


def problem_of(site: Site, request: Request, error: Exception) -> Problem:
    """An error in words."""
    if isinstance(error, OurError) and error.kind in STATUS:
        name = str(request.path_params.get("name", ""))
        here = (name,) if name in site.bot.entries else ()
        says = UNKNOWN if isinstance(error, UnknownEntry) and not wants_json(request) else sentence(error)
        return Problem(STATUS[error.kind], error.title, says, error.near or here)
    if isinstance(error, ValidationError):
        return Problem(422, "That cannot be read", f"The request cannot be read: {in_words(error)}.")
    if isinstance(error, HTTPException):
        title = HTTPStatus(error.status_code).phrase
        known = {404: NOT_HERE, 405: f"{request.method} is not possible here."}
        said = known.get(error.status_code, title) if error.detail == title else error.detail
        return Problem(error.status_code, title, said)
    where = "".join(traceback.format_tb(error.__traceback__))  # without the message, which may hold a visitor's words
    LOG.error("a request could not be answered: %s\n%s", type(error).__name__, where)
    return Problem(500, "Internal Server Error", OUR_FAULT)


def respond(site: Site, request: Request, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as the client reads it."""
    more = {**({"Retry-After": "5"} if problem.status == 503 else {}), **(headers or {})}
    if wants_json(request):
        return send(request, as_json(problem), NEVER, problem.status, more)
    return send(request, page(problem_page(problem, site.bot.entries, site.links)), NEVER, problem.status, more)


def wants_json(request: Request) -> bool:
    """Whether a program asks: by where it asks, or by what it accepts."""
    path = request.url.path
    accepts = request.headers.get("accept", "")
    return path.startswith(FOR_PROGRAMS) or path.endswith(".json") or (
        "json" in accepts and "text/html" not in accepts)


def as_json(problem: Problem) -> Made:
    """RFC 9457: `type` about:blank, so `title` is the status's phrase; `detail` says what to do."""
    told: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(problem.status).phrase,
                            "status": problem.status, "detail": problem.says}
    if problem.near:
        told["nearest"] = list(problem.near)
    return Made(json.dumps(told, ensure_ascii=False).encode(), "application/problem+json")


def sentence(error: Exception | str) -> str:
    """An error's message as a sentence."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
