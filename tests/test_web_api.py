"""The JSON API: the same objects as on the command line, and errors that a program can read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from bot.service import shared_bot
from bot.store import Store
from bot.surfaces.cli.main import main
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

QUESTION = "so is the thing in the middle layer actually affordability or what"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings = WebSettings(public_url="https://neurons.example.org", cors_origins=("https://forum.example.org",))
    bot = shared_bot()
    with TestClient(alone(bot, settings)) as found:
        yield found


def on_the_command_line(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False).stdout)


def test_ask_gives_what_the_command_line_gives(client: TestClient) -> None:
    found = client.post("/api/ask", json={"question": QUESTION, "params": {"points": 100}, "seed": 7}).json()
    assert found == on_the_command_line("ask", QUESTION, "--set", "points=100", "--seed", "7")
    assert found["seed"] == 7
    assert found["params"]["points"] == 100


def test_what_is_not_answered_is_told(client: TestClient) -> None:
    found = client.post("/api/ask", json={"question": "what's the weather in Paris"}).json()
    assert (found["decision"], found["entry"], found["metrics"]) == ("decline", None, {})
    assert found["text"]


def test_every_question_in_vain_is_counted(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Store(tmp_path / "store.sqlite3")
    monkeypatch.setitem(shared_bot().__dict__, "store", kept)
    for _ in range(3):
        assert client.post("/api/ask", json={"question": "does my network get tired in the evening"}).status_code == 200
    assert [gap.times for gap in kept.in_vain()] == [3]
    answered = client.post("/api/ask", json={"question": "why can one neuron not learn XOR"}).json()
    *_, row = kept.everything()
    assert {name: row[name] for name in ("kind", "decision", "entry", "sure", "session", "good", "picked")} == {
        "kind": "answered", "decision": "answer", "entry": answered["entry"], "sure": answered["sure"], "session": None,
        "good": None, "picked": None}
    assert row["confidence"] == pytest.approx(answered["confidence"], abs=1e-4)


def test_no_request_waits_for_the_large_encoder(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    patience: list[float] = []
    monkeypatch.setattr(shared_bot().matcher, "wait", lambda timeout: bool(patience.append(timeout)))
    client.post("/api/match", json={"question": "does my network get tired in the evening"})
    client.post("/mentor/post", json={"text": "does my network get tired in the evening"})
    assert set(patience) <= {0}


def test_a_body_is_compressed_once_and_only_where_that_spares_something(client: TestClient) -> None:
    found = client.get("/api/entries", headers={"Accept-Encoding": "gzip"})
    assert found.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in found.headers["vary"]
    plain = client.get("/api/entries", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == found.json()
    index = client.get("/search.bin", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in index.headers, "it is deflated already"


def test_match_runs_nothing(client: TestClient) -> None:
    found = client.post("/api/match", json={"question": QUESTION}).json()
    assert found["decision"] == "answer"
    assert "metrics" not in found
    follow_up = {"question": "and with 100 shirts?", "previous": [QUESTION]}
    assert client.post("/api/match", json=follow_up).json()["entry"] == found["entry"]


ZERO = "model = Sequential([Dense(4, activation='tanh', input_dim=2, kernel_initializer='zeros'),\n" \
       "                    Dense(1, activation='sigmoid', kernel_initializer='zeros')])\n" \
       "model.compile(loss='binary_crossentropy', optimizer=SGD(0.5))\n" \
       "model.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], epochs=500, batch_size=4)\n"


def test_a_network_is_diagnosed_as_on_the_command_line(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "network.py").write_text(ZERO)
    found = client.post("/api/diagnose", json={"text": ZERO}).json()
    assert found == on_the_command_line("diagnose", str(tmp_path / "network.py"))
    assert {"spec", "diagnoses", "entry", "assumed"} <= set(found)
    first = found["diagnoses"][0]
    assert (first["id"], first["line"], found["entry"]) == ("zero-start", 1, "zero-initialisation-symmetry")
    assert [first["claims"][0][name] for name in ("count", "of", "mended")] == [32, 32, False]
    assert (found["as_read"]["solved"], found["as_read"]["params"]["start"]) == (0, "zeros")
    assert found["mended"]["solved"] > 0


def test_where_there_is_no_network_the_diagnosis_is_empty(client: TestClient) -> None:
    found = client.post("/api/diagnose", json={"text": "What is a neuron?"}).json()
    assert (found["diagnoses"], found["entry"], found["as_read"], found["mended"]) == ([], None, None, None)


def test_a_text_to_be_diagnosed_is_bounded(client: TestClient) -> None:
    assert client.post("/api/diagnose", json={"text": "x" * 100_000}).status_code == 200
    assert client.post("/api/diagnose", json={"text": "x" * 100_001}).status_code == 422


def test_entries_and_experiments_are_those_of_the_command_line(client: TestClient) -> None:
    assert client.get("/api/entries").json() == on_the_command_line("entries")
    assert client.get("/api/experiments").json() == on_the_command_line("experiments")
    entry = client.get("/api/entries/coffee-roasting").json()
    assert entry["claims"][0]["holds"] == shared_bot().entry("coffee-roasting").claims[0].holds


def test_run_an_entry_or_an_experiment(client: TestClient) -> None:
    entry = client.post("/api/run", json={"entry": "coffee-roasting", "params": {"hidden": 2}, "seed": 3}).json()
    bare = {"experiment": "coffee_roasting", "params": {"hidden": 2}, "seed": 3}
    experiment = client.post("/api/run", json=bare).json()
    assert entry["metrics"] == experiment["metrics"]
    assert (entry["entry"], experiment["replicas"], experiment["verdict"]) == ("coffee-roasting", 32, "")


JSON = "application/json"
BAD = [
    ("/api/run", b'{"entry": "coffe-roasting"}', JSON, 404, "did you mean coffee-roasting"),
    ("/api/run", b'{"experiment": "coffee"}', JSON, 404, "/api/experiments lists them"),
    ("/api/run", b'{"entry": "coffee-roasting", "params": {"hidden": 99}}', JSON, 422, "a whole number from 1 to 8"),
    ("/api/run", b'{"entry": "coffee-roasting", "params": {"hidden": 1e999}}', JSON, 422, "params.hidden"),
    ("/api/run", b'{"entry": "coffee-roasting", "seed": -1}', JSON, 422, "seed"),
    ("/api/run", b"{}", JSON, 422, "entry: Field required"),
    ("/api/run", b"[]", JSON, 422, "object"),
    ("/api/ask", b'{"question": ""}', JSON, 422, "There is nothing to read in that"),
    ("/api/ask", b'{"question": "why?", "colour": 1}', JSON, 422, "colour"),
    ("/api/ask", b'{"question": "\\ud800"}', JSON, 422, "JSON"),
    ("/api/match", b'{"question": "why?", "previous": [%s"b"]}' % (b'"a",' * 40), JSON, 422, "at most 40 items"),
    ("/api/match", b'{"question": "why?", "previous": ["%s"]}' % b'","'.join([b"a" * 4100] * 5), JSON, 422, "20,000"),
    ("/api/ask", b'{"question"', JSON, 400, "not JSON"),
    ("/api/ask", b"[" * 100_000, JSON, 400, "not JSON"),
    ("/api/ask", b"\xff", JSON, 400, "not JSON"),
    ("/api/ask", b'{"question": "' + b"a" * 500_000 + b'"}', JSON, 413, "400,000 bytes"),
    ("/api/ask", b'{"question": "why?"}', "text/plain", 415, "Content-Type"),
    ("/api/nothing", b"{}", JSON, 404, "no page"),
    ("/api/entries", b"{}", JSON, 405, "POST is not possible"),
]


@pytest.mark.parametrize(("path", "body", "kind", "status", "says"), BAD)
def test_errors_are_problem_details(
    client: TestClient, path: str, body: bytes, kind: str, status: int, says: str
) -> None:
    response = client.post(path, content=body, headers={"Content-Type": kind})
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem = response.json()
    assert problem["status"] == status
    assert says in problem["detail"]
    assert ("allow" in response.headers) == (status == 405)


def test_pages_of_listed_origins_may_ask_and_others_not(client: TestClient) -> None:
    def allowed(origin: str) -> str | None:
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type"}
        return client.options("/api/ask", headers=asks).headers.get("access-control-allow-origin")

    assert allowed("https://forum.example.org") == "https://forum.example.org"
    assert allowed("https://elsewhere.example.org") is None


def test_the_description_names_the_public_address_and_every_route_of_the_api(client: TestClient) -> None:
    found = client.get("/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert found["servers"] == [{"url": "https://neurons.example.org"}]
    routes = {path for path in (getattr(route, "path", "") for route in client.app.routes)  # type: ignore[attr-defined]
              if path.startswith("/api/")}
    assert routes == {path for path in found["paths"] if path.startswith("/api/")}
