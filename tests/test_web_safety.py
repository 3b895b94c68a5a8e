"""What visitors send stays text, and many who ask at once cost one run."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.environment import BadEnvironment, environment, public_url, web_settings
from bot.service import Bot, shared_bot
from bot.surfaces.web import site
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from sims.coffee_roasting import CoffeeParams

PUBLIC = "https://neurons.example.org"
MARK = "xss1234"
PAYLOADS = (
    f"<script>{MARK}()</script>", f'"><img src=x onerror={MARK}()>', f"'-{MARK}()-'", f"javascript:{MARK}()",
    f"</textarea><svg onload={MARK}()>", f"{{{{ {MARK} }}}}", f"</script><script>{MARK}()</script>",
    f"[a](javascript:{MARK}())", f"\x00<b {MARK}>", f"%3Cscript%3E{MARK}%3C/script%3E", f"]]><x {MARK}>",
)


class Elements(HTMLParser):
    """The elements of a page, their attributes, and what stands in scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def shape(text: str) -> list[tuple[str, frozenset[str]]]:
    """The elements with the names of their attributes, without the values."""
    parser = Elements()
    parser.feed(text)
    for _, attributes in parser.found:
        for name in ("href", "src", "action", "srcset"):
            assert not str(attributes.get(name, "")).strip().lower().startswith(("javascript:", "data:"))
    return [(tag, frozenset(attributes)) for tag, attributes in parser.found]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    bot = shared_bot()
    with TestClient(alone(bot, WebSettings(public_url=PUBLIC)), follow_redirects=False) as found:
        yield found


def addresses(text: str) -> list[str]:
    quoted = quote(text, safe="")
    return [f"/e/{quoted}", f"/e/coffee-roasting?hidden={quoted}", f"/e/coffee-roasting?{quoted}=1",
            f"/e/coffee-roasting?seed={quoted}", f"/s/{quoted}", f"/{quoted}", f"/assets/{quoted}", f"/embed/{quoted}"]


def check_text_stays_text(client: TestClient, text: str) -> None:
    """No page that answers to the text has an element, or an attribute, that pages answering to "zzzz" have not."""
    known = {part for address in addresses("zzzz") for part in shape(client.get(address).text)}
    for address in addresses(text):
        response = client.get(address)
        assert response.status_code < 500, address
        if response.status_code >= 400 and "html" in response.headers["content-type"]:
            assert set(shape(response.text)) <= known, address
            assert "script-src" in response.headers["content-security-policy"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_addresses_stay_text(client: TestClient, payload: str) -> None:
    check_text_stays_text(client, payload)


@settings(max_examples=25)
@given(st.text(max_size=80))
@example("\\")
@example("..%2f..%2fetc")
def test_any_text_in_an_address_stays_text(client: TestClient, text: str) -> None:
    check_text_stays_text(client, "".join(letter for letter in text if not "\ud800" <= letter <= "\udfff"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_to_programs_come_back_as_json_alone(client: TestClient, payload: str) -> None:
    sent: list[tuple[str, dict[str, Any]]] = [
        ("/api/match", {"question": payload}), ("/api/run", {"entry": payload}),
        ("/api/run", {"entry": "coffee-roasting", "params": {"activation": payload}}),
        ("/api/run", {"entry": "coffee-roasting", "params": {payload: 1}}), ("/api/run", {"experiment": payload}),
    ]
    for path, body in sent:
        response = client.post(path, json=body)
        assert response.status_code < 500
        assert response.headers["content-type"] in ("application/json", "application/problem+json")
        assert response.headers["x-content-type-options"] == "nosniff"
        json.loads(response.text)
    for query in ({"url": payload}, {"url": f"{PUBLIC}/e/coffee-roasting?hidden={payload}"},
                  {"url": f"{PUBLIC}/e/coffee-roasting", "maxwidth": payload, "format": "json"}):
        found = client.get(f"/oembed?{urlencode(query)}")
        assert "json" in found.headers["content-type"]
        assert MARK not in found.json().get("html", "")


def test_fifty_who_ask_at_once_train_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bot = shared_bot()
    trained: list[str] = []
    together = threading.Event()

    def answer(entry: Entry, *settings: Any) -> Answer:
        trained.append(entry.slug)
        assert together.wait(300), "the loop waits for the run"
        return Bot.answer_at(bot, entry, *settings)

    monkeypatch.setattr(bot, "answer_at", answer)

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(alone(bot, WebSettings(public_url=PUBLIC)))
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC, timeout=600) as client:
            asked = [asyncio.create_task(client.get("/e/coffee-roasting?hidden=2")) for _ in range(50)]
            await asyncio.sleep(0.1)
            assert (await client.get("/healthz")).status_code == 200  # the loop is free meanwhile
            together.set()
            return await asyncio.gather(*asked)

    responses = asyncio.run(ask())
    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == 1
    assert trained == ["coffee-roasting"]


def test_too_many_are_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "RUNS", ("runs", 1, 0))
    with TestClient(alone(shared_bot(), WebSettings())) as client:
        page = client.get("/e/coffee-roasting?seed=990017")  # nobody has asked for that before
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert "busy" in page.text
        program = client.post("/api/run", json={"entry": "coffee-roasting", "seed": 990017})
        assert (program.status_code, program.json()["status"]) == (503, 503)


@pytest.mark.parametrize(("name", "value", "says"), [
    ("PUBLIC_URL", "neurons.example.org", "takes an address"), ("PUBLIC_URL", "https://a.b/?c", "takes an address"),
    ("CORS_ORIGINS", "https://a.example/path", "no origin"), ("FRAME_ANCESTORS", "a; script-src *", "no source"),
    ("FRAME_ANCESTORS", "'unsafe-inline'", "no source"), ("CHAT_URL", "javascript:alert(1)", "takes an address"),
])
def test_a_bad_setting_is_named(name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"ASK_NEURON_{name}", value)
    with pytest.raises(BadEnvironment, match=rf"^ASK_NEURON_{name}: .*{re.escape(says)}"):
        web_settings()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_NEURON_PUBLIC_URL", "https://a.example/")
    monkeypatch.setenv("ASK_NEURON_CORS_ORIGINS", "*")
    monkeypatch.setenv("ASK_NEURON_FRAME_ANCESTORS", " 'self', https://b.example")
    found = web_settings(public_url="http://localhost")
    assert found.public_url == "https://a.example"
    assert found.cors_origins == ("*",)
    assert found.frame_ancestors == ("'self'", "https://b.example")


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_variable_that_says_nothing_leaves_the_default(blank: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PUBLIC_URL", "CORS_ORIGINS", "CACHE"):
        monkeypatch.delenv(f"ASK_NEURON_{name}", raising=False)
        if blank is not None:
            monkeypatch.setenv(f"ASK_NEURON_{name}", blank)
    found = web_settings(public_url="http://localhost:9")
    assert (found.public_url, found.cors_origins, public_url()) == ("http://localhost:9", (), "")
    assert environment().cache is None


def test_settings_are_read_and_bounded_once_on_the_way_to_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    make = CoffeeParams.__init__

    def counted(self: CoffeeParams, **given: Any) -> None:
        read.append(str(given.get("hidden")))
        make(self, **given)

    monkeypatch.setattr(CoffeeParams, "__init__", counted)
    client = TestClient(alone(shared_bot(), WebSettings(public_url=PUBLIC)))
    assert client.get("/e/coffee-roasting?hidden=7&seed=12345").status_code == 200
    assert read.count("7") == 1
