"""What processes share through a real Redis: runs, pages, counts of requests; and what happens while it is away."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import redis_server
from starlette.testclient import TestClient

from bot import sharing
from bot.answers import runs as running
from bot.answers.runs import Runs, TooDear, name_of
from bot.content.environment import BadEnvironment, environment
from bot.service import Bot
from bot.sharing import Line, Shelf
from bot.surfaces.web.app import alone
from bot.surfaces.web.responses import Made, made_of
from bot.surfaces.web.settings import WebSettings
from sims.engine.experiment import drain
from sims.engine.registry import find

COFFEE = find("coffee_roasting").params(steps=40)
NAME = "coffee_roasting"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis_server.Server]:
    with redis_server.running(tmp_path_factory.mktemp("redis")) as found:
        yield found


@pytest.fixture
def url(server: redis_server.Server, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sharing, "ANSWERING", 60.0)  # a busy machine is not a broken one
    monkeypatch.setattr(sharing, "CONNECTING", 60.0)
    monkeypatch.setattr(sharing, "CLAIMED", 600.0)
    server.client.flushall()
    return server.url


def test_a_run_is_trained_once_for_all_processes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Runs(shelf=Shelf(url)), Runs(shelf=Shelf(url))
    run = drain(one.running(NAME, COFFEE, 3))
    monkeypatch.setattr(running, "start", None)  # whoever trains now fails
    again = drain(other.running(NAME, COFFEE, 3))
    assert again is not run
    assert (again.shown.loss == run.shown.loss).all()
    assert again.params == run.params
    assert Runs(shelf=Shelf(url)).fetch(NAME, COFFEE, 3) is not None
    assert Runs(shelf=Shelf(url)).fetch(NAME, COFFEE, 4) is None


def test_who_asks_for_what_another_process_trains_waits_for_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ELSEWHERE", 600.0)
    one, other, found = Runs(shelf=Shelf(url)), Runs(shelf=Shelf(url)), []
    first = one.running(NAME, COFFEE, 3)
    next(first)
    assert Shelf(url).claim(name_of((NAME, COFFEE.model_dump_json(), 3))) is None
    waiting = Thread(target=lambda: found.append(drain(other.running(NAME, COFFEE, 3))))
    waiting.start()
    run = drain(first)
    waiting.join(600)
    assert found[0].seconds == run.seconds, "the very same run, not another training of it"


def test_where_the_first_gives_up_the_next_process_trains(url: str) -> None:
    one, other = Runs(shelf=Shelf(url)), Runs(shelf=Shelf(url))
    first = one.running(NAME, COFFEE, 3)
    next(first)
    first.close()
    assert drain(other.running(NAME, COFFEE, 3)).seed == 3


def test_who_died_holds_a_claim_no_longer_than_it_runs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "CLAIMED", 0.2)
    assert Shelf(url).claim("run of one that dies") is not None
    assert Shelf(url).claim("another") is not None
    while Shelf(url).claim("run of one that dies") is None:
        pass


def test_what_cannot_be_read_is_made_anew(url: str, server: redis_server.Server) -> None:
    drain(Runs(shelf=Shelf(url)).running(NAME, COFFEE, 3))
    keys = server.client.keys("*")
    assert keys
    for key in keys:
        server.client.set(key, b"\x80\x04K\x01.")
    assert drain(Runs(shelf=Shelf(url)).running(NAME, COFFEE, 3)).seed == 3


def test_rows_of_a_learner_are_never_shared(url: str, server: redis_server.Server) -> None:
    own = find("your_network").params(data="own", own="0,0|0;0,1|1;1,0|1;1,1|0", epochs=3)
    drain(Runs(shelf=Shelf(url)).running("your_network", own, 0))
    assert server.client.keys("*") == []


def test_another_version_of_the_program_finds_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Shelf(url).put("thing", b"of this version")
    assert Shelf(url).find("thing") == b"of this version"
    monkeypatch.setattr(sharing, "version", lambda: "another")
    assert Shelf(url).find("thing") is None


def test_a_page_is_drawn_once_for_all_processes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = WebSettings(public_url="http://one.example")
    one = TestClient(alone(Bot(runs=Runs(shelf=Shelf(url))), settings))
    address = "/e/coffee-roasting?steps=60"
    page = one.get(address)
    assert page.status_code == 200
    monkeypatch.setattr("bot.service.compose", None)  # whoever makes an answer now fails
    monkeypatch.setattr(running, "start", None)
    other = TestClient(alone(Bot(runs=Runs(shelf=Shelf(url))), settings))
    again = other.get(address)
    assert again.content == page.content
    assert dict(again.headers) == dict(page.headers)
    elsewhere = TestClient(alone(Bot(runs=Runs(shelf=Shelf(url))), WebSettings(public_url="http://two.example")))
    assert elsewhere.get(address).status_code == 500, "addresses stand in a page, so another server draws its own"


def test_processes_count_requests_together(url: str) -> None:
    bot = Bot(runs=Runs(shelf=Shelf(url)))
    with TestClient(alone(bot, WebSettings(rate="3/hour"))) as one:
        assert [one.get("/entries").status_code for _ in range(2)] == [200, 200]
    with TestClient(alone(bot, WebSettings(rate="3/hour"))) as other:
        assert [other.get("/entries").status_code for _ in range(2)] == [200, 429]


def test_redis_may_go_and_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                    caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(sharing, "AGAIN", 0.0)
    with redis_server.running(tmp_path) as server, caplog.at_level(logging.WARNING, "bot.sharing"):
        shelf = Shelf(server.url)
        shelf.put("thing", b"there")
        runs = Runs(shelf=shelf)
        training = runs.running(NAME, COFFEE, 3)
        next(training)
        server.kill()
        assert drain(training).seed == 3, "a run under way goes on"
        assert shelf.find("thing") is None
        assert drain(runs.running(NAME, COFFEE, 4)).seed == 4
        assert drain(runs.running(NAME, COFFEE, 3)).seed == 3
        server.start()
        while not shelf.find("thing"):
            shelf.put("thing", b"there again")
        assert drain(Runs(shelf=Shelf(server.url)).running(NAME, COFFEE, 5)).seed == 5
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2, "once that it is gone, once that it is back"
    assert "cannot be reached" in said[0]
    assert "answers again" in said[1]
    assert str(server.port) not in "".join(said)


def test_while_redis_is_away_it_is_not_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "AGAIN", 600.0)
    shelf = Shelf(f"redis://127.0.0.1:{redis_server.free_port()}", Line())
    assert shelf.find("thing") is None
    monkeypatch.setattr(shelf, "_client", None)
    assert shelf.find("thing") is None


def test_a_run_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_SECONDS", 0.0)
    with pytest.raises(TooDear, match="fewer steps"):
        drain(Runs().running(NAME, COFFEE, 3))


def test_a_file_comes_back_with_its_headers() -> None:
    made = Made(b"<p>one\ntwo", "text/html", (("Vary", "Accept"),))
    assert made_of(made.as_bytes()) == made
    for content in (b"", b"{}", b"[1]\nx", b"\xff\n", json.dumps(["a", 3]).encode()):
        assert made_of(content) is None


@pytest.mark.parametrize("address", ["localhost:6379", "http://localhost", "unix:///run/redis.sock"])
def test_an_address_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ASK_NEURON_REDIS", address)
    with pytest.raises(BadEnvironment, match="ASK_NEURON_REDIS: it takes an address such as"):
        environment()


def test_a_missing_client_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_NEURON_REDIS", "redis://localhost")
    monkeypatch.setattr(sharing, "find_spec", lambda name: None)
    with pytest.raises(BadEnvironment, match=r"ask-neuron\[redis\]"):
        sharing.from_environment()
    monkeypatch.delenv("ASK_NEURON_REDIS")
    assert sharing.from_environment() is None
