"""The mentors' inbox: who is let in, what it shows, and patches that git takes."""

import base64
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from test_web_safety import PAYLOADS, shape

from bot.content import patches
from bot.content.entries import KNOWLEDGE, read_entry
from bot.content.environment import BadEnvironment, web_settings
from bot.content.phrasings import read_phrasings
from bot.content.points import ASKS, read_points
from bot.present import inbox
from bot.service import shared_bot
from bot.store import Question, Store
from bot.surfaces.web import inbox_door
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

HERE = "http://neurons.example.org"
PASSWORD = "correct horse battery"
LSTM = ("how do lstms remember", "what is an lstm cell", "lstm forget gate explained", "lstm or gru")
OTHERS = ("what is attention in transformers", "transformer attention heads meaning", "self attention explained simply",
          "what is a gan", "gan generator discriminator", "can a neuron feel pain")
FORM = {"origin": HERE}


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"mentor:{password}".encode()).decode()}


def opened(store: Store, monkeypatch: pytest.MonkeyPatch, **settings: str) -> TestClient:
    monkeypatch.setitem(shared_bot().__dict__, "store", store)
    return TestClient(alone(shared_bot(), WebSettings(public_url=HERE, **settings)), base_url=HERE)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "store.sqlite3")
    for text in LSTM:
        found.keep_question(Question(text, "decline", confidence=0.1, nearest=["xor"]))
    for text in OTHERS:
        found.keep_question(Question(text, "decline", confidence=0.1, nearest=["xor"]))
    found.keep_question(Question(LSTM[1], "suggest", confidence=0.1, nearest=["xor"]))
    found.keep_question(Question("does it dream at night", "suggest", nearest=["bias-term"]))
    return found


@pytest.fixture
def client(store: Store, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    found = opened(store, monkeypatch, inbox_password=PASSWORD)
    found.headers |= basic(PASSWORD)
    return found


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


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_learners_typed_stays_text(payload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = shapes_with("zzzz", tmp_path / "harmless", monkeypatch)
    assert shapes_with(payload, tmp_path / "payload", monkeypatch) <= harmless


def applied(patch: str, folder: Path) -> Path:
    """A copy of the knowledge base in which git applied the patch."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for name in re.findall(r"^--- a/(.+)$", patch, re.MULTILINE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((KNOWLEDGE.parent / name).read_bytes())
    subprocess.run(["git", "-C", str(folder), "apply", "-"], input=patch.encode(), check=True)
    return folder / "knowledge"


def test_an_entry_is_drafted_as_a_patch(client: TestClient, tmp_path: Path) -> None:
    fields = {"make": "entry", "slug": "lstm-memory", "title": 'What does an "LSTM" keep?', "topic": "training",
              "experiment": "xor", "text": "how does an lstm keep things\r\n\r\nlstm memory <b>\r\nLSTM memory b"}
    sent = client.post("/inbox/patch", data=fields, headers=FORM)
    assert sent.status_code == 200, sent.text
    assert sent.headers["content-disposition"] == 'attachment; filename="lstm-memory.patch"'
    assert sent.headers["x-content-type-options"] == "nosniff"
    folder = applied(sent.text, tmp_path / "clone")
    entry = read_entry(folder / "training" / "lstm-memory.md")
    assert entry.title == 'What does an "LSTM" keep?'
    assert entry.utterances == ("how does an lstm keep things", "lstm memory <b>")


@pytest.mark.parametrize("slug", ["xor", "dead-relu", "bias-term"])
def test_phrasings_are_added_as_a_patch(client: TestClient, slug: str, tmp_path: Path) -> None:
    entry = shared_bot().entries[slug]
    fields = {"make": "phrasings", "entry": slug, "text": f'a wholly "new" way\n{entry.utterances[0]}\nné \\ ü?'}
    sent = client.post("/inbox/patch", data=fields, headers=FORM)
    file = applied(sent.text, tmp_path / "clone") / entry.topic / f"{slug}.jsonl"
    assert [one.text for one in read_phrasings(file)] == [*entry.utterances, 'a wholly "new" way', "né \\ ü?"]


def test_ways_to_ask_are_added_to_a_point_of_every_entry(tmp_path: Path) -> None:
    new = 'a "new" way ] to # ask \\ it'
    for number, entry in enumerate(shared_bot().entries.values()):
        point = next((point for point in entry.points[number % 3:] if len(point.asks) < ASKS[1]), None)
        if point is None:
            continue
        patch = patches.more_asks(entry, point.id, [new])
        if number % 40 == 0:
            file = applied(patch, tmp_path / entry.slug) / entry.topic / f"{entry.slug}.points.toml"
            after = {one.id: one for one in read_points(file)}
            assert after[point.id].asks == (*point.asks, new)
            assert [one for one in after.values() if one.id != point.id] == [
                one for one in entry.points if one.id != point.id]


@pytest.mark.parametrize(("fields", "says"), [
    ({"make": "entry", "slug": "../../x"}, "no name of an entry"), ({"make": "entry", "slug": "xor"}, "already"),
    ({"make": "entry", "slug": "new-one", "topic": "../x"}, "no topic"),
    ({"make": "entry", "slug": "new-one", "topic": "training", "experiment": "os"}, "no experiment"),
    ({"make": "phrasings", "entry": "../../etc/passwd"}, "no entry"),
    ({"make": "phrasings", "entry": "xor"}, "one a line"),
    ({"make": "phrasings", "entry": "xor", "text": "x" * 501}, "at most 500"),
    ({"make": "asks", "point": "xor#nothing", "text": "a"}, "no point"),
    ({"make": "rm"}, "Say what to make"), ({}, "Say what"),
])
def test_a_patch_that_cannot_be_made_says_why_and_keeps_what_was_written(
    client: TestClient, fields: dict[str, str], says: str
) -> None:
    page = client.post("/inbox/patch", data={"about": LSTM[0], "experiment": "xor", **fields}, headers=FORM)
    assert page.status_code == 422
    alert = re.search(r'role="alert">(.*?)</p>', page.text)
    assert alert
    assert says in unescape(alert[1])
    assert "lstm cell" in page.text
    for value in fields.values():
        assert value in page.text or value in ("rm", "os", "asks", "phrasings", "entry") or "/" in value or "#" in value


def test_a_store_that_is_away_is_said(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"this is no database " * 100)
    client = opened(Store(path), monkeypatch, inbox_password=PASSWORD)
    refused = client.get("/inbox", headers=basic(PASSWORD))
    assert refused.status_code == 503
    assert "cannot be read" in refused.text
    off = opened(Store(None), monkeypatch, inbox_password=PASSWORD)
    assert "Nothing." in off.get("/inbox", headers=basic(PASSWORD)).text
