"""Files sent to the chat: taken where a session asked for an address, and nowhere else."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from bot.surfaces.web.uploads import LARGEST_UPLOAD, METRICS, MOST_UPLOADS, UPLOADS, AskedUploads


async def take(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def talk(socket: WebSocket) -> None:
    """Answers every message with bytes that hold it, as the chat tells its page an address."""
    await socket.accept()
    async for said in socket.iter_text():
        await socket.send_bytes(b"\x12\x2a" + said.encode() + b"\x1a")


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes = [Route(UPLOADS + "/{session}/{file}", take, methods=["PUT", "DELETE", "OPTIONS", "POST", "GET"]),
              Route(METRICS, take), WebSocketRoute("/_stcore/stream", talk)]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(AskedUploads)])) as found:
        yield found


def test_nobody_sends_a_file_that_no_session_asked_an_address_for(client: TestClient) -> None:
    for path in (UPLOADS, f"{UPLOADS}/one/two", f"{UPLOADS}/one/two/../three"):
        assert client.put(path, content=b"x").status_code == 404
        assert client.delete(path).status_code == 404
    assert client.get(METRICS).status_code == 404


def test_an_address_is_open_as_long_as_the_session_that_was_told_it(client: TestClient) -> None:
    path = f"{UPLOADS}/one/two"
    with client.websocket_connect("/_stcore/stream") as socket:
        socket.send_text(path)
        socket.receive_bytes()
        assert client.put(path, content=b"abc").text == "3"
        assert client.options(path).status_code == 200
        assert client.delete(path).status_code == 200
        assert client.post(path, content=b"abc").status_code == 404
        assert client.put(f"{UPLOADS}/one/three", content=b"abc").status_code == 404
    assert client.put(path, content=b"abc").status_code == 404


def test_a_file_has_a_bound_however_it_is_sent(client: TestClient) -> None:
    path = f"{UPLOADS}/one/two"

    def in_parts(size: int) -> Iterator[bytes]:
        yield from (b"x" * 1024 for _ in range(size // 1024))

    with client.websocket_connect("/_stcore/stream") as socket:
        socket.send_text(path)
        socket.receive_bytes()
        assert client.put(path, content=in_parts(LARGEST_UPLOAD)).text == str(LARGEST_UPLOAD)
        assert client.put(path, content=in_parts(LARGEST_UPLOAD + 1024)).status_code == 413
        assert client.put(path, content=b"x" * (LARGEST_UPLOAD + 1)).status_code == 413


def test_a_connection_asks_for_so_many_files_and_no_more(client: TestClient) -> None:
    with client.websocket_connect("/_stcore/stream") as socket:
        for number in range(MOST_UPLOADS + 1):
            socket.send_text(f"{UPLOADS}/one/{number}")
            socket.receive_bytes()
        assert client.put(f"{UPLOADS}/one/{MOST_UPLOADS - 1}", content=b"x").status_code == 200
        assert client.put(f"{UPLOADS}/one/{MOST_UPLOADS}", content=b"x").status_code == 404
