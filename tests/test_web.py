"""The light pages over HTTP: addresses, errors in plain words, headers, caches."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.present import pasted
from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from sims.engine.registry import find

PUBLIC = "https://neurons.example.org"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(alone(shared_bot(), WebSettings(public_url=PUBLIC)), follow_redirects=False) as found:
        yield found


def test_an_explanation_has_the_numbers_of_its_run(client: TestClient) -> None:
    answer = shared_bot().answer("coffee-roasting")
    page = client.get("/e/coffee-roasting")
    assert page.status_code == 200
    assert f"{answer.metrics['accuracy']:.1%}" in page.text
    for claim in answer.claims:
        assert claim.evidence in page.text


def test_settings_in_the_address_change_the_run(client: TestClient) -> None:
    answer = shared_bot().answer("coffee-roasting", {"hidden": 2}, 7)
    page = client.get("/e/coffee-roasting?hidden=2&seed=7").text
    assert f"{answer.metrics['accuracy']:.1%}" in page
    assert page != client.get("/e/coffee-roasting").text


@pytest.mark.parametrize(("given", "kept"), [
    ("hidden=3", ""), ("hidden=&seed=", ""), ("utm_source=mail&hidden=2", "?hidden=2"),
    ("seed=07&hidden=02", "?hidden=2&seed=7"), ("srsltid=a&_gl=1*b&lang=de&ref=x&hidden=2", "?hidden=2"),
    ("hidden=2&amp;seed=7", "?hidden=2&seed=7"), ("hidden=2&amp;amp;seed=7).", "?hidden=2&seed=7"),
    ("Hidden=2,", "?hidden=2"), ("activation=ReLU", "?activation=relu"), ("hidden=2%29%2C", "?hidden=2"),
])
def test_an_explanation_has_one_address(client: TestClient, given: str, kept: str) -> None:
    moved = client.get(f"/e/coffee-roasting?{given}")
    assert (moved.status_code, moved.headers["location"]) == (302, f"/e/coffee-roasting{kept}")


@pytest.mark.parametrize(("query", "says"), [
    ("hidden=99", "a whole number from 1 to 8"),
    ("seed=-1", "a whole number from 0"), ("activation=softmax", "one of"),
    (f"hidden={'9' * 300}", "at most 100 characters"),
])
def test_a_setting_out_of_bounds_is_told_in_plain_words(client: TestClient, query: str, says: str) -> None:
    page = client.get(f"/e/coffee-roasting?{query}")
    assert page.status_code == 422
    assert says in page.text


@pytest.mark.parametrize(("query", "name"), [("hiden=2", "hiden"), ("neurons=2&lang=de", "neurons")])
def test_a_misspelt_setting_gets_a_line_on_the_page(client: TestClient, query: str, name: str) -> None:
    page = client.get(f"/e/coffee-roasting?{query}")
    assert page.status_code == 200
    assert f"“{name}”, which is no setting here; did it mean “hidden”?" in page.text
    assert f'<link rel="canonical" href="{PUBLIC}/e/coffee-roasting">' in page.text
    assert "no setting here" not in client.get("/e/coffee-roasting?lang=de", follow_redirects=True).text


def test_names_without_end_are_not_compared_with_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(pasted, "get_close_matches", lambda name, *_: looked.append(name) or [])
    found = pasted.read_pasted("&".join(f"{'x' * 99}{n}=1" for n in range(500)), find("coffee_roasting").params)
    assert (found.settings, found.notes) == ({}, ())
    assert 0 < len(looked) <= pasted.MOST_NAMES
    assert {len(name) for name in looked} == {pasted.LONGEST_NAME}


@pytest.mark.parametrize(("path", "kept"), [("coffee-roasting).", "coffee-roasting"), ("coffee-roasting.png)", None)])
def test_what_stood_behind_a_link_is_not_part_of_it(client: TestClient, path: str, kept: str | None) -> None:
    moved = client.get(f"/e/{path}")
    assert (moved.status_code, moved.headers["location"]) == (302, f"/e/{kept or 'coffee-roasting.png'}")


def test_an_unknown_explanation_offers_the_nearest_three(client: TestClient) -> None:
    page = client.get("/e/coffe-roast")
    assert page.status_code == 404
    assert page.text.count('href="/e/') == 3
    assert 'href="/e/coffee-roasting"' in page.text
    assert client.get("/e/%00").text.count('href="/e/') == 3


def test_other_addresses_and_methods(client: TestClient) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.get("/entries/").headers["location"] == "/entries"
    refused = client.post("/entries")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_page_that_the_browser_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/e/coffee-roasting")
    again = client.get("/e/coffee-roasting", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age" in first.headers["cache-control"]
