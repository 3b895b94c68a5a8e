"""What breaks beside us takes nothing else with it, and what is hostile gets in by no door."""

import asyncio
import json
import logging
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from known import BOT
from starlette.testclient import TestClient
from test_choice import MORE, best
from test_choice import shipped as shipped
from test_web_safety import PAYLOADS, shape

from bot.content.entries import KNOWLEDGE, EntryError, read_knowledge, read_sound
from bot.service import Bot, shared_bot
from bot.store import Store
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

PUBLIC = "https://neurons.example.org"
FILLING = """
import resource, sys
from pathlib import Path
from bot.store import Store, database, delivery
delivery.AGAIN = 0.0
store = Store(Path(sys.argv[1]))
store.keep_guess("xor", "before")
assert store.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for number in range(300):
    store.keep_thumb("xor", True, f"question {number} " + "x" * 400, {})
    if number % 30 == 0:
        assert store.flush()
assert store.flush()
"""
COLD = """
import json, sys
from pathlib import Path
from test_choice import MORE, best
from bot.store import Store
shipped, cache, kept = map(Path, sys.argv[1:])
found = best(shipped, MORE, cache)
found.warm()
store = Store(kept)
store.keep_guess("xor", "a half")
assert store.flush(600)
assert found.wait(900)
decision = found.decide("heavy ball, velocity")
print(json.dumps([decision.kind, [match.slug for match in decision.ranked]]))
"""  # one of the entries is new to what is shipped, and is fitted at the start


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(alone(shared_bot(), WebSettings(public_url=PUBLIC)), follow_redirects=False) as found:
        yield found


def rows_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM kept").fetchone()[0])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bound on files there")
@pytest.mark.parametrize("room", [0, 100_000])
def test_a_disk_without_room_loses_no_answer_and_no_row_that_had_room(tmp_path: Path, room: int) -> None:
    """No file of that process may grow beyond `room` bytes: what its writes get is what a full disk gives them."""
    path = tmp_path / "data" / "store.sqlite3"
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    ended = subprocess.run([sys.executable, "-c", FILLING, str(path), str(room)], check=True, timeout=600,
                           capture_output=True, text=True, env=environment)
    assert "cannot be used" in ended.stderr
    assert "question 1" not in ended.stderr, "no words of learners in a log"
    waits = sum(len(file.read_text().splitlines()) for file in tmp_path.rglob("*.jsonl"))
    if room:
        assert waits
        assert rows_in(path) + waits == 301
        assert len(Store(path).thumbs(1000)) == 300, "what waited is delivered when there is room again"
    else:
        assert waits == 0
        assert "nothing was kept" in ended.stderr
        assert rows_in(path) == 1


def some_knowledge(folder: Path) -> Path:
    """A knowledge base of a few entries that can be broken."""
    for name in ("xor", "bias-term", "dropout"):
        for file in KNOWLEDGE.glob(f"*/{name}.*"):
            (folder / file.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, folder / file.parent.name)
    return folder


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "cut": ("*.md", cut), "empty": ("*.md", lambda file: file.write_bytes(b"")),
    "binary": ("*.md", lambda file: file.write_bytes(bytes(range(256)))), "no phrasings": ("*.jsonl", Path.unlink),
    "phrasings": ("*.jsonl", lambda file: file.write_text('{"text": "half a li')), "points": ("*.points.toml", cut),
    "a folder": ("*.md", lambda file: (file.unlink(), file.mkdir())),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_broken_entry_is_left_out_with_a_line_and_the_others_answer(
    damage: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = some_knowledge(tmp_path)
    pattern, harm = DAMAGE[damage]
    [file] = [found for found in folder.rglob(pattern) if found.name.startswith("xor.")]
    harm(file)
    with caplog.at_level(logging.WARNING):
        entries = read_sound(folder)
    assert set(entries) == {"bias-term", "dropout"}
    lines = [record.getMessage() for record in caplog.records]
    assert [line for line in lines if "xor." in line] == lines != []
    with pytest.raises(EntryError, match=r"xor\."):
        read_knowledge(folder)
    with TestClient(alone(Bot(entries, BOT.runs), WebSettings(public_url=PUBLIC))) as client:
        assert client.get("/e/bias-term").status_code == 200
        assert client.get("/e/dropout").status_code == 200
        assert client.get("/e/xor").status_code == 404
        found = client.post("/api/match", json={"question": "what is a bias for?"}).json()
        assert found["entry"] == "bias-term" or found["alternatives"][0]["entry"] in entries


def test_where_nothing_is_left_it_is_said(tmp_path: Path) -> None:
    folder = some_knowledge(tmp_path)
    for file in folder.rglob("*.md"):
        cut(file)
    with pytest.raises(EntryError, match=r"(?s)bias-term.*xor"):
        read_sound(folder)
    with pytest.raises(EntryError, match="no entries"):
        read_sound(tmp_path / "nowhere")


@pytest.mark.slow
def test_processes_that_start_cold_at_once_come_to_the_same(shipped: Path, tmp_path: Path) -> None:
    """No cache, no store, and a knowledge base that has to be fitted anew: three begin it together."""
    path = os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parent.parent)))
    folders = shipped, tmp_path / "cache", tmp_path / "data" / "store.sqlite3"
    command = [sys.executable, "-c", COLD, *map(str, folders)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path}
    begun = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    told = [one.communicate(timeout=1200)[0] for one in begun]
    assert [one.returncode for one in begun] == [0, 0, 0]
    assert len(set(told)) == 1
    assert json.loads(told[0])[1][0] == "momentum"
    assert Store(tmp_path / "data" / "store.sqlite3").guesses("xor") == {"a half": 3}
    assert not list((tmp_path / "cache").rglob("*.part"))
    again = best(shipped, MORE, tmp_path / "cache")
    assert again.decide("heavy ball, velocity").ranked[0].slug == "momentum", "what they left is whole"


@pytest.mark.parametrize("url", [
    "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:22/e/xor",
    "http://localhost/e/xor", "http://[::1]/e/xor", "file:///etc/passwd", "ftp://neurons.example.org/e/xor",
    f"{PUBLIC}@127.0.0.1/e/xor",
    "https://127.0.0.1#@neurons.example.org/e/xor", "https://neurons.example.org.evil.example/e/xor",
    "//neurons.example.org/e/xor", "https://neurons.example.org:8080/e/xor", "gopher://127.0.0.1:6379/_FLUSHALL",
    "https://user:password@neurons.example.org/e/xor",
    "http://2130706433/e/xor",
    "https://neurons.example.org\\@evil.example/e/xor",
])
def test_oembed_never_fetches_and_knows_its_own_addresses(
    client: TestClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[Any] = []
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, lambda *given, **more: reached.append(given))
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: reached.append(address))
    assert client.get("/oembed", params={"url": url}).status_code == 404
    assert reached == []


SECRETS = ("root:", "[project]", "SQLite format", "import ", "+++")


async def as_it_came(app: Any, path: str) -> tuple[int, dict[str, str], str]:
    """The status, the headers and the body that a path gets which no client has put in order."""
    told: list[dict[str, Any]] = []
    never, came = asyncio.Event(), [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if came:
            return came.pop()
        await never.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    await app({"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "https",
               "path": unquote(path), "raw_path": path.encode(), "query_string": b"", "root_path": "",
               "headers": [(b"host", b"neurons.example.org")], "server": ("neurons.example.org", 443),
               "client": ("127.0.0.1", 1)}, receive, send)
    headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], headers, b"".join(part.get("body", b"") for part in told[1:]).decode("utf-8", "replace")


@pytest.mark.parametrize("top", ["", "/assets/", "/player/", "/e/", "/s/", "/embed/", "/api/entries/",
                                 "/mentor/reply/"])
@pytest.mark.parametrize("climb", [
    "../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/pyproject.toml",
    "..\\..\\pyproject.toml",
    "....//....//etc/passwd", "%252e%252e%252fetc%252fpasswd",
    "/etc/passwd", "%00/etc/passwd",
    "..%c0%af..%c0%afetc/passwd",
    "xor/../../../pyproject.toml", "%2e%2e%2f%2e%2e%2fknowledge%2fneurons%2fxor.md", "..;/..;/etc/passwd",
])
def test_no_path_leads_to_a_file_that_is_not_ours_to_give(client: TestClient, top: str, climb: str) -> None:
    status, headers, text = asyncio.run(as_it_came(client.app, f"{top or '/'}{climb}"))
    assert status in (301, 404, 405)
    assert not any(secret in text for secret in SECRETS)
    if status == 301:
        assert headers["location"].startswith("/")
        assert not headers["location"].startswith("//")


def doors(client: TestClient, text: str) -> set[tuple[str, frozenset[str]]]:
    """The elements of whatever comes back as HTML where this text is sent to what answers with it."""
    quoted = quote(text, safe="")
    pages = [client.post("/try", data={"text": text}), client.post("/try", data={"own": text}),
             client.post("/try", data={"hidden1": text}), client.get(f"/try?hidden1={quoted}"),
             client.get(f"/embed/ask/?q={quoted}"), client.get(f"/embed/xor?hidden={quoted}"),
             client.get(f"/e/xor?hidden=2&{quoted}"), client.get(f"/entries?q={quoted}")]
    assert all(page.status_code < 500 for page in pages)
    parts = {part for page in pages for part in shape(page.text)}
    for path in ("/mentor/post", "/mentor/render"):
        told = client.post(path, json={"text": f"Why is {text} so?"})
        assert told.headers["content-type"] == "application/json"
        parts |= {part for name in ("html", "preview") for part in shape(told.json()[name])}
    for path, name in (("/api/ask", "question"), ("/api/diagnose", "text"), ("/api/match", "question")):
        answered = client.post(path, json={name: f"Why {text}?"})
        assert "json" in answered.headers["content-type"]
        json.loads(answered.text)
    return parts


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_sent_stays_text_at_every_door(client: TestClient, payload: str) -> None:
    ours = doors(client, "zzzz") | doors(client, "the bias of a neuron there") | {("code", frozenset())}
    assert doors(client, payload) - ours == set()
