"""Several processes that serve the pages: one may die, all may stop, and none of it is felt by who asks."""

import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx
import pytest
import redis_server
import uvicorn
from click.testing import CliRunner
from serving import WAIT, Served, serving

from bot.surfaces.cli.main import main
from bot.surfaces.web.workers import Worker

TWO = ("--pages-only", "--workers", "2")


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def asked(address: str, path: str, **body: object) -> httpx.Response:
    """Ask on a connection of its own; once more where that was cut off."""
    for attempt in (1, 2):
        try:
            with httpx.Client(base_url=address, timeout=WAIT, verify=False) as client:
                return client.post(path, json=body) if body else client.get(path)
        except httpx.TransportError:
            if attempt == 2:
                raise
    raise AssertionError


def test_a_chat_with_workers_is_told_how_it_is_done() -> None:
    done = CliRunner().invoke(main, ["serve", "--workers", "2"])
    assert done.exit_code == 2
    assert "ASK_NEURON_CHAT_URL=http://localhost:8601 ask-neuron serve --pages-only --workers 2" in done.output


def test_what_is_wrong_with_the_settings_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_NEURON_RATE", "often")
    done = CliRunner().invoke(main, ["serve", *TWO])
    assert done.exit_code == 2
    assert done.output.count("ASK_NEURON_RATE") == 1


@pytest.mark.slow
def test_two_workers_train_a_run_once_and_one_that_dies_is_begun_anew(tmp_path: Path) -> None:
    with redis_server.running(tmp_path) as redis, serving(tmp_path, *TWO, ASK_NEURON_REDIS=redis.url) as server:
        until(lambda: len(server.workers) == 2)
        before = server.workers
        _one_run_is_trained_once(server)
        _nobody_feels_that_a_worker_dies(server, before)
        redis.kill()
        for seed in (5, 6):  # without Redis each makes its own; on a slow machine not at once
            until(lambda seed=seed: asked(server.address, "/api/run", entry="xor", seed=seed).status_code == 200)
    said = server.log.read_text()
    assert said.count("died") == 1
    assert 1 <= said.count("Redis cannot be reached") <= 3, "once by each process that asked"


def _one_run_is_trained_once(server: Served) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: asked(server.address, "/api/run", entry="coffee-roasting", seed=77), range(32)))
    assert {one.status_code for one in found} == {200}
    assert len({one.content for one in found}) == 1
    # how long the training took is told with the run, so that two trainings would tell two times
    again = [asked(server.address, "/e/coffee-roasting.json?seed=77").content for _ in range(8)]
    assert len(set(again)) == 1


def _nobody_feels_that_a_worker_dies(server: Served, before: list[int]) -> None:
    enough, answered = Event(), []

    def visitor(number: int) -> list[int]:
        found = []
        while not enough.is_set():
            answer = asked(server.address, f"/e/xor.json?seed={number}")
            if answer.status_code == 503:  # a slow machine says so, and when to come again
                assert int(answer.headers["retry-after"]) >= 2
                continue
            found.append(answer.status_code)
            answered.append(number)
        return found

    with ThreadPoolExecutor(8) as pool:
        visitors = [pool.submit(visitor, number) for number in range(1, 9)]
        until(lambda: len(answered) > 16)
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(server.workers) == 2 and before[0] not in server.workers)
        seen = len(answered)
        until(lambda: len(answered) > seen + 16)
        enough.set()
        codes = {code for one in visitors for code in one.result()}
    assert codes == {200}


class Mute(Worker):
    """A worker that answers nothing."""

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        signal.pause()


@pytest.mark.slow
def test_a_worker_that_dies_while_it_is_asked_is_known_to_be_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    worker, is_asked = Mute(uvicorn.Config("none"), []), Event()
    worker.start()
    send = worker.parent_conn.send
    monkeypatch.setattr(worker.parent_conn, "send", lambda said: (send(said), is_asked.set()))
    with ThreadPoolExecutor(1) as pool:
        lives = pool.submit(worker.is_alive, WAIT)
        assert is_asked.wait(WAIT)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        assert lives.result(WAIT / 4) is False
    worker.join()


@pytest.mark.slow
def test_who_is_told_to_stop_answers_first_and_keeps_what_was_to_be_kept(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    with serving(tmp_path, *TWO, ASK_NEURON_STORE=str(store)) as server:
        assert asked(server.address, "/api/ask", question="how deep is the ocean").status_code == 200
        under_way = [sent(server, "/api/run", {"entry": "coffee-roasting", "seed": seed}) for seed in range(6)]
        until(lambda: all_were_read(server, len(under_way)))
        server.process.send_signal(signal.SIGTERM)
        answers = []
        for one in under_way:
            with one, one.makefile("rb") as answer:
                answers.append(answer.readline())
        assert server.process.wait(WAIT) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=WAIT)
    assert answers == [b"HTTP/1.1 200 OK\r\n"] * len(under_way)
    with sqlite3.connect(store) as connection:
        assert "how deep is the ocean" in "".join(map(str, connection.execute("select * from kept").fetchall()))


def sent(server: Served, path: str, body: dict[str, object]) -> socket.socket:
    """A connection on which something is asked, and nothing read yet."""
    content = json.dumps(body).encode()
    one = socket.create_connection(("127.0.0.1", server.port), timeout=WAIT)
    one.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(content)}\r\n\r\n".encode() + content)
    return one


def all_were_read(server: Served, connections: int) -> bool:
    """Whether the server has taken over, and read, what was sent to it on so many connections."""
    mark, found = f"0100007F:{server.port:04X}", 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if local == mark and state == "01":
            if int(queues.split(":")[1], 16):
                return False
            found += 1
    return found == connections


