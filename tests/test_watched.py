"""What who runs a server sees: counts for Prometheus, a line for each request, and a bound on how often one may ask."""

import json
import re

import pytest
from starlette.testclient import TestClient

from bot.content.environment import BadEnvironment, web_settings
from bot.service import Bot, shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

SECRET = "why does my very secret network not learn"


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_metrics_count_requests_by_part_and_hold_no_words(bot: Bot) -> None:
    client = TestClient(alone(bot, WebSettings(metrics="on")))
    assert client.get("/entries").status_code == 200
    assert client.get("/e/no-such-explanation-at-all").status_code == 404
    assert client.get(f"/mentor/search?q={SECRET}").status_code == 200
    assert client.request("BREW", "/" + SECRET.replace(" ", "-")).status_code in (404, 405)
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain")
    text = told.text
    assert figure(text, 'ask_neuron_requests_total{method="GET",part="/entries",status="200"}') == 1
    assert figure(text, 'ask_neuron_requests_total{method="GET",part="/e",status="404"}') == 1
    assert figure(text, 'ask_neuron_request_seconds_count{part="/mentor"}') == 1
    assert 'ask_neuron_waiting{work="runs"} 0.0' in text
    assert "secret" not in text
    assert "BREW" not in text
    assert figure(text, "no_such_figure") == 0


def test_metrics_are_closed_unless_they_are_asked_for(bot: Bot) -> None:
    assert TestClient(alone(bot, WebSettings())).get("/metrics").status_code == 404


def test_a_line_for_each_request_holds_no_words_and_no_address(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    client = TestClient(alone(bot, WebSettings(log="json")))
    client.get("/entries", params={"about": SECRET})
    client.post("/api/match", json={"question": SECRET})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert [(line["method"], line["part"], line["status"]) for line in lines] == [
        ("GET", "/entries", 200), ("POST", "/api", 200)]
    assert all(set(line) == {"at", "method", "part", "status", "ms"} and line["ms"] >= 0 for line in lines)


def test_who_asks_too_often_is_told_when_to_come_again(bot: Bot) -> None:
    client = TestClient(alone(bot, WebSettings(rate="3/hour")))
    other = TestClient(client.app, client=("192.0.2.7", 50000))
    assert [client.get("/entries").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.post("/api/match", json={"question": "why a bias"})
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert refused.headers["retry-after"] in refused.json()["detail"]
    assert client.get("/healthz").status_code == 200, "who watches over the server is not counted"
    assert other.get("/entries").status_code == 200, "another address is not kept out"


@pytest.mark.parametrize("rate", ["often", "0/minute", "10/fortnight", "10"])
def test_a_rate_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, rate: str) -> None:
    monkeypatch.setenv("ASK_NEURON_RATE", rate)
    with pytest.raises(BadEnvironment, match="ASK_NEURON_RATE: it takes a number of requests and a time"):
        web_settings()
