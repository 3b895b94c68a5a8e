"""A real server on loopback: slow, half-dead and departed clients, many who ask at once, and what must not wait."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import httpx
import pytest
from known import a_bot

from bot.answers.runs import unwanted
from bot.service import Bot
from bot.surfaces.web import clients, connections
from bot.surfaces.web.app import alone
from bot.surfaces.web.asked import asked
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.site import Site
from scripts.pages import served
from sims.engine.general.settings import NetworkParams

MOST = 20  # connections
SEEDS = range(100, 106)  # of pages that are asked for at once
PATIENCE = 600.0  # seconds


@pytest.fixture
def bot() -> Bot:
    return a_bot()


@pytest.fixture
def address(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(connections, "HEADERS_WITHIN", PATIENCE)
    bounds = {**connections.BOUNDS, "http": connections.protocol(MOST)}
    with served(alone(bot, WebSettings()), **bounds) as found:
        yield found


@pytest.fixture
def soon(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """That server's address; it waits half a second for a request."""
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.5)
    return address


def connected(address: str, first: bytes = b"") -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    found = socket.create_connection((host, int(port)), timeout=PATIENCE)
    found.sendall(first)
    return found


def closed(one: socket.socket) -> bool:
    """Whether the server closes the connection while it is waited for."""
    try:
        while one.recv(65536):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


@pytest.mark.parametrize("sent", [
    b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Half:", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HT",
], ids=["nothing", "half a request", "one and a half"])
def test_half_a_request_is_not_waited_for(soon: str, sent: bytes) -> None:
    with closing(connected(soon, sent)) as one:
        assert closed(one)


def test_half_a_body_is_not_waited_for(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "BODY_WITHIN", 0.5)
    head = b"POST /api/match HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"
    with closing(connected(address, head)) as one:
        assert b" 408 " in one.recv(200)


def test_headers_without_end_are_refused(address: str) -> None:
    with closing(connected(address, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000)) as one:
        assert closed(one)


def test_who_never_asks_makes_room_for_who_does(address: str) -> None:
    idle = [connected(address, b"GET / HTTP/1.1\r\n") for _ in range(3 * MOST)]
    try:
        assert httpx.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200
        assert closed(idle[0])
    finally:
        for one in idle:
            one.close()


def test_a_slow_request_that_is_whole_is_answered(soon: str, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_at, begun, status = bot.answer_at, threading.Event(), 0

    def slow(*arguments: Any) -> Any:
        begun.set()
        time.sleep(3 * connections.HEADERS_WITHIN)
        return answer_at(*arguments)

    monkeypatch.setattr(bot, "answer_at", slow)
    while not begun.is_set():
        with suppress(httpx.TransportError):  # on a busy machine not even the request is there in time
            status = httpx.get(f"{soon}/e/coffee-roasting", timeout=PATIENCE).status_code
    assert status == 200


def test_the_run_of_a_client_that_is_gone_stops(address: str, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def endless(*_: Any) -> Any:
        begun.set()
        until(lambda: unwanted.get()())
        stopped.set()
        raise ValueError("nobody reads this")

    monkeypatch.setattr(bot, "answer_at", endless)
    with closing(connected(address, b"GET /e/coffee-roasting HTTP/1.1\r\nHost: x\r\n\r\n")):
        assert begun.wait(PATIENCE)
        assert not stopped.is_set()
    assert stopped.wait(PATIENCE)


def test_the_first_of_many_pages_does_not_wait_for_the_last(
    address: str, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many ask at once: the first has its page although the runs of the others are not let through until then."""
    answer_at, runs, first = bot.answer_at, list[int](), threading.Event()

    def held(entry: Any, params: Any, seed: int) -> Any:
        runs.append(seed)
        assert len(runs) == 1 or first.wait(PATIENCE), "the first page waits for other runs"
        return answer_at(entry, params, seed)

    async def ask() -> None:
        async def one(client: httpx.AsyncClient, seed: int) -> None:
            found = await client.get(f"/e/coffee-roasting?seed={seed}")
            assert found.status_code == 200
            first.set()

        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
            await asyncio.gather(*(one(client, seed) for seed in SEEDS))

    monkeypatch.setattr(bot, "answer_at", held)
    asyncio.run(ask())
    assert sorted(runs) == list(SEEDS)


def test_pages_are_made_one_after_the_other_and_a_learners_network_beside_them(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of six pages the first has a sixth of the work before it, and waits for no network of a learner's own."""
    site, answer_at, said = Site(bot, WebSettings()), bot.answer_at, list[int | str]()
    learner, first = threading.Event(), threading.Event()

    def watched(entry: Any, params: Any, seed: int) -> Any:
        said.append(seed)
        first.set()
        assert learner.wait(PATIENCE)
        found = answer_at(entry, params, seed)
        said.append(f"{seed} made")
        return found

    async def ask() -> None:
        pages = [asyncio.create_task(site.answer(asked(bot, "coffee-roasting", {}, seed))) for seed in SEEDS]
        await asyncio.to_thread(first.wait, PATIENCE)
        assert (await site.network(NetworkParams(epochs=5))).run is not None
        learner.set()
        await asyncio.gather(*pages)

    monkeypatch.setattr(bot, "answer_at", watched)
    asyncio.run(ask())
    assert said == [step for seed in SEEDS for step in (seed, f"{seed} made")]


def test_what_is_there_and_what_is_matched_never_wait_for_runs(
    address: str, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/e/coffee-roasting", "/mentor"):
        httpx.get(f"{address}{path}", timeout=PATIENCE)
    go, answer_at = threading.Event(), bot.answer_at

    def blocked(entry: Any, params: Any, seed: int | None = None) -> Any:
        if seed in SEEDS:
            assert go.wait(PATIENCE)
            raise ValueError("nobody reads these")
        return answer_at(entry, params, seed)

    monkeypatch.setattr(bot, "answer_at", blocked)
    pages = [f"{address}/e/xor?seed={seed}" for seed in SEEDS]
    asked = [threading.Thread(target=httpx.get, args=(page,), kwargs={"timeout": PATIENCE}) for page in pages]
    for thread in asked:
        thread.start()
    try:
        question = {"question": "what does each neuron in the coffee roasting network do"}
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            assert client.get("/e/coffee-roasting").status_code == 200
            assert client.get("/e/coffee-roasting.svg").status_code == 200, "drawn now, of a run that is there"
            assert client.post("/api/match", json=question).json()["entry"] == "coffee-roasting"
            assert client.post("/api/ask", json=question).status_code == 200
            assert client.get("/mentor/search?q=dead+re").json()[0]["slug"] == "dead-relu"
            assert client.post("/mentor/render", json={"text": "**a**"}).status_code == 200
    finally:
        go.set()
        for thread in asked:
            thread.join()
