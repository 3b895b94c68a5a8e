"""A request as plain data, for an application of ours in another process, and what that one answers.

The process in front has the connection, the bounds, the headers of all responses and the log; the one behind has the
routes alone, and learns of a client only what the answer depends on: no address, no cookie.
"""

import asyncio
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from bot.service import Bot
from bot.surfaces.web.app import routes_of
from bot.surfaces.web.problems import exception_handlers
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site

PASSED_ON = ("accept", "accept-encoding", "content-type", "if-none-match")

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Handed:
    """A request: its method, its path and query, the headers that matter, and its body."""

    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Answered:
    """A response: its status, its headers, and its body."""

    status: int
    headers: Headers
    body: bytes

    def response(self) -> Response:
        """It, as a handler gives it back."""
        made = Response(self.body, self.status)
        made.raw_headers = [*self.headers]
        return made


def behind(bot: Bot, settings: WebSettings) -> Starlette:
    """The routes alone, for a process that stands behind another."""
    site = Site(bot, settings)
    return Starlette(routes=routes_of(site), exception_handlers=exception_handlers(site))


async def handed(request: Request) -> Handed:
    """A request as data."""
    kept = tuple((name, value) for name, value in request.headers.raw if name.decode("latin-1") in PASSED_ON)
    scope = request.scope
    return Handed(request.method, scope["path"], scope["query_string"], kept, await request.body())


async def answered(app: Starlette, given: Handed) -> Answered:
    """What an application answers. Cancel it, and the application sees its client go away."""
    sent = asyncio.Event()
    status, headers, parts = 500, list[tuple[bytes, bytes]](), list[bytes]()

    async def receive() -> Message:
        if sent.is_set():
            await asyncio.Event().wait()  # the client stays until whoever waits for the answer is cancelled
        sent.set()
        return {"type": "http.request", "body": given.body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.extend((bytes(name), bytes(value)) for name, value in message["headers"])
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(_scope(given), receive, send)
    return Answered(status, tuple(headers), b"".join(parts))


def _scope(given: Handed) -> dict[str, object]:
    return {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": given.method, "scheme": "http",
            "path": given.path, "raw_path": given.path.encode(), "query_string": given.query, "root_path": "",
            "headers": list(given.headers), "client": None, "server": None}
