"""Points on pages, each at an address of its own, and in the API."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from commands import output_of
from known import BOT, ENTRIES
from point_questions import ASKED, EXACT, GENERAL, TWO
from starlette.testclient import TestClient

from bot.service import Bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings


@pytest.fixture(scope="module")
def bot() -> Bot:
    return BOT


@pytest.fixture(scope="module")
def client(bot: Bot) -> Iterator[TestClient]:
    settings = WebSettings(public_url="https://neurons.example.org", chat_url="")
    with TestClient(alone(bot, settings), follow_redirects=False) as found:
        yield found


def test_the_api_carries_the_point(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": ASKED}).json()["point"]["id"] == "cut-from-the-costs"
    matched = client.post("/api/match", json={"question": EXACT}).json()
    assert (matched["point"], matched["params"]) == ({"id": "equal-costs", "asks": EXACT}, {"cost": 1})
    assert matched["points"] == [matched["point"]]
    both = client.post("/api/match", json={"question": TWO}).json()
    assert [one["id"] for one in both["points"]] == ["cut-from-the-costs", "who-sets-it"]
    assert both["point"] == both["points"][0]
    asked = client.post("/api/ask", json={"question": TWO}).json()
    assert [one["id"] for one in asked["points"]] == ["cut-from-the-costs", "who-sets-it"]
    assert asked["point"] == asked["points"][0]
    none = client.post("/api/match", json={"question": GENERAL[0]}).json()
    assert (none["point"], none["points"]) == (None, [])


def test_entries_list_their_points(client: TestClient) -> None:
    rows = {row["entry"]: row for row in json.loads(output_of("entries", "--json"))}
    assert {"id": "equal-costs", "asks": EXACT} in rows["threshold-0.5"]["points"]
    assert client.get("/api/entries").json() == list(rows.values())
    whole = client.get("/api/entries/threshold-0.5").json()["points"]
    [equal] = [point for point in whole if point["id"] == "equal-costs"]
    assert (equal["params"], equal["holds"][:9]) == ({"cost": 1}, "cost_best")


def test_a_page_has_its_points_at_their_addresses(client: TestClient, bot: Bot) -> None:
    page = client.get("/e/threshold-0.5").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an address names one thing"
    assert {point.id for point in ENTRIES["threshold-0.5"].points} <= set(ids)
    assert "What people also ask here" in page
    assert 'href="/e/threshold-0.5?cost=1.0#equal-costs"' in page
    assert "Then 0.5 is about as good as any cut" not in page, "this run does not show it"
    there = unescape(client.get("/e/threshold-0.5?cost=1.0").text)
    assert "Then 0.5 is about as good as any cut" in there
    told = bot.answer("threshold-0.5", {"cost": 1}).point("equal-costs")
    assert told is not None
    assert told.says is not None
    assert told.says in there
    assert f'<details data-about="output"><summary>{EXACT}' in there


def test_a_page_tells_search_engines_its_points(client: TestClient) -> None:
    page = client.get("/e/batch-size").text
    data = json.loads(re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)[0])
    found = {part["name"]: part for part in data["hasPart"]}
    question = found["Must the batch size be a power of 2?"]
    assert question["url"] == "https://neurons.example.org/e/batch-size#power-of-two"
    assert question["acceptedAnswer"]["text"].startswith("No. Nothing in the mathematics asks for it")
    assert "hasPart" not in client.get("/e/dead-relu").text or ENTRIES["dead-relu"].points
    beside = client.get("/e/batch-size.json").json()["points"]
    assert {"id", "asks", "says", "params"} == set(beside[0])


def test_a_page_with_points_is_light(client: TestClient) -> None:
    for slug in ("threshold-0.5", "sigmoid-vs-softmax"):
        assert len(client.get(f"/e/{slug}").content) <= 75_000


def test_a_page_marks_what_leans_on_its_question(client: TestClient) -> None:
    page = client.get("/e/batch-size").text
    assert 'id="power-of-two" data-leans>' in page  # "No. Nothing in ..."
    assert 'id="cut-from-the-costs">' in client.get("/e/threshold-0.5").text
