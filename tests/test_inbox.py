"""The mentors' inbox: who is let in, and what it shows."""

import re
from pathlib import Path

import pytest
from inbox_served import FORM, HERE, LSTM, PASSWORD, basic, client, opened, store
from starlette.testclient import TestClient
from test_web_safety import PAYLOADS, shape

from bot.content.environment import BadEnvironment, web_settings
from bot.present import inbox
from bot.service import shared_bot
from bot.store import Question, Store
from bot.surfaces.web import inbox_door


def test_without_a_setting_there_is_no_inbox(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client = opened(store, monkeypatch)
    for path in ("/inbox", "/inbox/draft", "/inbox/patch"):
        assert client.get(path, headers={**basic(PASSWORD), "X-Forwarded-User": "me"}).status_code == 404


@pytest.mark.parametrize("path", ["/inbox", "/inbox/draft?q=x"])
def test_who_does_not_know_the_password_is_asked_for_it_and_told_nothing(client: TestClient, path: str) -> None:
    for header in ({"authorization": ""}, basic("wrong"), basic(PASSWORD[:-1]), basic(f"{PASSWORD} "), basic(""),
                   {"authorization": "Basic !!!"}, {"authorization": f"Bearer {PASSWORD}"}):
        refused = client.get(path, headers=header)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith('Basic realm="')
        assert refused.headers["cache-control"] == "no-store"
        assert "lstm" not in refused.text.lower()
    assert client.get(path).status_code == 200


def test_wrong_passwords_are_counted_and_then_even_the_right_one_waits(client: TestClient) -> None:
    for _ in range(10):
        assert client.get("/inbox", headers=basic("wrong")).status_code == 401
    refused = client.get("/inbox")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 60
    assert client.get("/entries").status_code == 200


def test_to_come_without_a_password_is_no_wrong_one(client: TestClient) -> None:
    for _ in range(15):
        assert client.get("/inbox", headers={"authorization": ""}).status_code == 401
    assert client.get("/inbox").status_code == 200


def test_passwords_are_compared_in_constant_time(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(given: bytes, wanted: bytes) -> bool:
        compared.append((given, wanted))
        return given == wanted

    monkeypatch.setattr(inbox_door.hmac, "compare_digest", compare)
    assert client.get("/inbox").status_code == 200
    assert compared == [(PASSWORD.encode(), PASSWORD.encode())]


def test_a_proxy_names_who_may_come(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client = opened(store, monkeypatch, inbox_header="X-Forwarded-User")
    assert client.get("/inbox", headers={"x-forwarded-user": "anna"}).status_code == 200
    for headers in ({}, {"x-forwarded-user": " "}, {"x-user": "anna"}, basic("")):
        refused = client.get("/inbox", headers=headers)
        assert (refused.status_code, "www-authenticate" in refused.headers) == (401, False)


@pytest.mark.parametrize(("name", "value", "says"), [
    ("INBOX_PASSWORD", "short", "12 characters"), ("INBOX_HEADER", "User-Agent", "proxy alone sets"),
    ("INBOX_HEADER", "host", "proxy alone sets"), ("INBOX_HEADER", "a b", "name of a header"),
    ("INBOX_HEADER", "Sec-Fetch-Site", "proxy alone sets"),
])
def test_a_setting_that_would_let_anybody_in_is_refused(name: str, value: str, says: str,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"ASK_NEURON_{name}", value)
    with pytest.raises(BadEnvironment, match=says):
        web_settings()
    monkeypatch.setenv(f"ASK_NEURON_{name}", PASSWORD if "PASS" in name else "Remote-User")
    assert PASSWORD not in repr(web_settings())


def test_nothing_of_it_is_kept_or_indexed_or_framed_and_no_script_runs(client: TestClient) -> None:
    for path in ("/inbox", "/inbox/draft"):
        page = client.get(path)
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-robots-tag"] == "noindex, nofollow"
        assert page.headers["referrer-policy"] == "no-referrer"
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert policy.count("frame-ancestors") == 1
        assert "frame-ancestors 'none'" in policy
        assert "script" not in policy
        assert "<script" not in page.text
        assert "style=" not in page.text
    assert "/inbox" not in client.get("/sitemap.xml").text + client.get("/entries").text


@pytest.mark.parametrize("headers", [
    {}, {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site", "origin": HERE},
    {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}, {"referer": f"{HERE}/inbox"},
])
def test_a_form_of_another_page_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    fields = {"make": "phrasings", "entry": "xor", "text": "a wholly new way to put it"}
    assert client.post("/inbox/patch", data=fields, headers=headers).status_code == 403
    for own in (FORM, {"sec-fetch-site": "same-origin"}):
        assert client.post("/inbox/patch", data=fields, headers=own).status_code == 200
    assert client.get("/inbox/patch", params=fields).status_code == 405


def test_questions_that_ask_the_same_stand_together_with_what_is_near(client: TestClient) -> None:
    page = client.get("/inbox").text
    clusters = re.findall(r"<article.*?</article>", page, re.DOTALL)
    together = [one for one in clusters if "lstm cell" in one]
    assert len(together) == 1
    assert "<b>5 ×</b>" in together[0]
    assert all(text in together[0] for text in LSTM)
    assert "declined" in together[0]
    assert "unclear, nothing picked" in together[0]
    assert len(re.findall(r'href="/e/[\w-]+"', together[0])) == 3
    assert sum("dream at night" in one for one in clusters) == 1
    assert clusters.index(together[0]) == 0


def test_what_is_new_or_forgotten_shows_at_once_and_else_nothing_is_made_again(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    original = inbox.clusters

    def counted(*given: object) -> object:
        made.append(given)
        return original(*given)

    monkeypatch.setattr(inbox, "clusters", counted)
    for _ in range(3):
        client.get("/inbox")
    assert len(made) == 1
    store.keep_question(Question("a question of a moment ago", "decline"), "some")
    assert "of a moment ago" in client.get("/inbox").text
    store.forget("some")
    assert "of a moment ago" not in client.get("/inbox").text
    assert len(made) == 3


def test_ratings_guesses_and_weeks_are_shown(client: TestClient, store: Store) -> None:
    about = store.keep_question(Question("why is xor so hard", "answer", "xor", confidence=0.9, sure=True))
    store.keep_thumb("xor", False, "why is xor so hard", {}, "", about)
    entry = shared_bot().entries["coffee-roasting"]
    right = shared_bot().outcome_of_prediction("coffee-roasting")
    assert right is not None
    for option in entry.prediction.options:
        for _ in range(4):
            store.keep_guess("coffee-roasting", option.says)
    page = client.get("/inbox").text
    wrong = 100 * (len(entry.prediction.options) - 1) / len(entry.prediction.options)
    assert f"{wrong:.0f} %" in page
    assert page.count("✓ ") == 1 + page.count("✓ is")
    section = page[page.index('id="unhelpful"'):page.index('id="guesses"')]
    assert shared_bot().entries["xor"].title.replace("'", "&#39;") in section
    assert "why is xor so hard" in section
    weeks = page[page.index('id="weeks"'):]
    assert "<b>13</b>" in weeks


def shapes_with(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, frozenset[str]]]:
    """The elements of all pages where a learner or a mentor typed this everywhere."""
    store = Store(folder / "store.sqlite3")
    about = store.keep_question(Question(text, "decline", nearest=[text]))
    store.keep_question(Question(f"why {text} so", "suggest", nearest=["xor"]))
    store.keep_thumb(text, False, text, {}, "", about)
    store.keep_thumb("xor", False, text, {})
    store.keep_guess(text, text)
    client = opened(store, monkeypatch, inbox_password=PASSWORD)
    client.headers |= {**basic(PASSWORD), **FORM}
    names = "about", "text", "slug", "title", "topic", "experiment", "entry", "point"
    pages = [client.get("/inbox"), client.get("/inbox/draft", params={"q": text}),
             *(client.post("/inbox/patch", data=dict.fromkeys(names, text) | {"make": make})
               for make in ("entry", "phrasings", "asks", text))]
    assert [page.status_code for page in pages] == [200, 200, *[422] * 4]
    assert all("script" not in page.headers["content-security-policy"] for page in pages)
    return {part for page in pages for part in shape(page.text)}


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, frozenset[str]]]:
    """The elements of the pages where nothing is meant to do harm."""
    with pytest.MonkeyPatch.context() as patching:
        return shapes_with("zzzz", tmp_path_factory.mktemp("harmless"), patching)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_learners_typed_stays_text(
    payload: str, harmless: set[tuple[str, frozenset[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shapes_with(payload, tmp_path / "payload", monkeypatch) <= harmless


def test_a_store_that_is_away_is_said(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"this is no database " * 100)
    client = opened(Store(path), monkeypatch, inbox_password=PASSWORD)
    refused = client.get("/inbox", headers=basic(PASSWORD))
    assert refused.status_code == 503
    assert "cannot be read" in refused.text
    off = opened(Store(None), monkeypatch, inbox_password=PASSWORD)
    assert "Nothing." in off.get("/inbox", headers=basic(PASSWORD)).text
