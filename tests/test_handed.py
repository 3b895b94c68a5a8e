"""A request that another process answers: nothing is lost on the way, and who goes away stops the work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from bot.service import shared_bot
from bot.surfaces.web.app import alone, routes_of
from bot.surfaces.web.clients import attended
from bot.surfaces.web.handed import Answered, Handed, answered, behind, handed
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site

SETTINGS = WebSettings(public_url="https://neurons.example.org")
PATHS = ("/api/match", "/e/{name}", "/mentor/search", "/try")


def two_processes() -> tuple[TestClient, list[Handed]]:
    """A client of an application that hands some routes on to another, and what it has handed on."""
    inner, seen = behind(shared_bot(), SETTINGS), list[Handed]()

    async def hand_on(site: Site, request: Request) -> Response:
        seen.append(await handed(request))
        return (await answered(inner, seen[-1])).response()

    return TestClient(alone(shared_bot(), SETTINGS, dict.fromkeys(PATHS, hand_on))), seen


@pytest.mark.parametrize("path", [
    "/e/coffee-roasting?utm_source=x", "/e/coffee-roasting.md", "/e/no-such-entry", "/try",
    "/mentor/search?q=dead%20re"])
def test_what_is_handed_on_is_answered_as_here(path: str) -> None:
    client, seen = two_processes()
    here = TestClient(alone(shared_bot(), SETTINGS)).get(path, follow_redirects=False)
    there = client.get(path, follow_redirects=False)
    assert len(seen) == 1
    assert (there.status_code, there.content) == (here.status_code, here.content)
    assert sorted(there.headers.multi_items()) == sorted(here.headers.multi_items())


def test_a_body_its_faults_and_what_a_browser_has_already_go_along() -> None:
    client, _ = two_processes()
    assert client.post("/api/match", json={"question": "why relu?"}).json()["decision"]
    assert client.post("/api/match", json={"what": 1}).status_code == 422
    assert client.post("/api/match", content=b"{", headers={"content-type": "application/json"}).status_code == 400
    tag = client.get("/e/coffee-roasting").headers["etag"]
    assert client.get("/e/coffee-roasting", headers={"If-None-Match": tag}).status_code == 304


def test_nothing_of_a_client_is_passed_on_that_the_answer_does_not_need() -> None:
    client, seen = two_processes()
    client.get("/mentor/search?q=x", headers={"cookie": "a=secret", "x-forwarded-for": "1.2.3.4", "authorization": "s"})
    assert {name for name, _ in seen[0].headers} <= {b"accept", b"accept-encoding"}


def test_every_route_that_is_named_is_there() -> None:
    known = {route.path for route in routes_of(Site(shared_bot(), SETTINGS))}
    assert set(PATHS) <= known


def test_who_is_cancelled_is_a_client_that_went_away() -> None:
    stopped = asyncio.Event()

    async def waits(request: Request) -> Response:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        raise AssertionError

    async def handle(request: Request) -> Response:
        return await attended(waits, request)

    async def watch() -> None:
        waiting = asyncio.ensure_future(answered(app_of(handle), Handed("GET", "/", b"", (), b"")))
        for _ in range(10):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(stopped.wait(), 600)

    asyncio.run(watch())


def app_of(handle: Callable[[Request], Awaitable[Response]]) -> Any:
    app = Starlette()
    app.add_route("/", handle)  # type: ignore[arg-type]
    return app


def test_an_answer_keeps_its_headers_in_their_order() -> None:
    given = Answered(302, ((b"location", b"/e/x"), (b"content-length", b"0")), b"")
    assert (given.response().status_code, tuple(given.response().raw_headers)) == (302, given.headers)
