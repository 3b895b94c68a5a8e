"""All answers as templates of a forum: what Discourse accepts, and the loop in docs/forum.md that sends them."""

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from known import BOT, ENTRIES

from bot.present.forum import template
from bot.surfaces.cli.main import main
from scripts.pages import ROOT

BASE = "https://ask.example.org"


def test_a_template_is_what_discourse_takes() -> None:
    bot = BOT
    for slug in ("loss-function-log-loss", "threshold-0.5"):
        found = template(bot.answer(slug), BASE)
        assert set(found) == {"title", "raw", "external_id"}
        assert len(found["title"]) >= 15
        assert f"({BASE}/e/{slug})" in found["raw"]
        assert found["title"].startswith(bot.entries[slug].title)


def test_names_are_unique_and_short_enough() -> None:
    names = ["ask-neuron-" + slug.replace(".", "-") for slug in ENTRIES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[\w-]{1,50}", name) for name in names)


class Forum(BaseHTTPRequestHandler):
    """A forum as its documentation describes it: topics by external_id, posts by id; busy at the first request."""

    topics: dict[str, dict[str, Any]]
    busy: list[bool]

    def do_GET(self) -> None:
        topic = self.topics.get(self.path.removeprefix("/t/external_id/").removesuffix(".json"))
        self.answer(200 if topic else 404, topic and {"id": 7, "post_stream": {"posts": [{"id": topic["post"]}]}})

    def do_POST(self) -> None:
        body = self.body()
        if self.busy.pop() if self.busy else False:
            self.answer(429, {"errors": ["slow down"]}, {"Retry-After": "0"})
        elif self.path != "/posts.json" or self.headers["Api-Key"] != "key" or len(body["title"]) < 15:
            self.answer(422, {"errors": ["no"]})
        else:
            self.topics[body["external_id"]] = {**body, "post": 100 + len(self.topics)}
            self.answer(200, {"id": 1})

    def do_PUT(self) -> None:
        number = int(self.path.removeprefix("/posts/").removesuffix(".json"))
        next(topic for topic in self.topics.values() if topic["post"] == number)["raw"] = self.body()["post"]["raw"]
        self.answer(200, {})

    def body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_loop_in_the_document_makes_topics_and_renews_them(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "forum.md").read_text(encoding="utf-8"), re.DOTALL)
    assert code
    Forum.topics, Forum.busy = {}, [True]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forum)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {**os.environ, "FORUM": f"http://127.0.0.1:{server.server_port}", "CATEGORY": "12", "API_KEY": "key",
                   "API_USER": "mentor"}
    bot = BOT
    first = [template(bot.answer(slug), BASE) for slug in ("coffee-roasting", "loss-function-log-loss")]
    again = [{**first[0], "raw": "renewed"}, first[1]]
    for templates in (first, again):
        (tmp_path / "templates.json").write_text(json.dumps(templates), encoding="utf-8")
        subprocess.run([sys.executable, "-c", code[1]], cwd=tmp_path, env=environment, check=True, timeout=600)
    server.shutdown()
    server.server_close()
    assert {topic["category"] for topic in Forum.topics.values()} == {12}
    assert [topic["raw"] for topic in Forum.topics.values()] == ["renewed", first[1]["raw"]]


@pytest.mark.slow
def test_every_answer_is_exported(tmp_path: Path) -> None:
    file = tmp_path / "templates.json"
    arguments = ["export", "templates", "--out", str(file), "--url", BASE]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    templates = json.loads(file.read_text(encoding="utf-8"))
    assert len(templates) == len(ENTRIES)
    for one in templates:
        assert "**Not true:**" in one["raw"]
        assert not re.search(r"\$|\{\{|\\[a-zA-Z]", one["raw"]), one["title"]
        assert len(one["raw"].split()) < 420
        assert one["raw"].count(f"]({BASE}/e/") == 2  # the picture and the link
