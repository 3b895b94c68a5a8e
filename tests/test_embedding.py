"""What other sites load: the widget's script, the small pages that it frames, and how little they weigh."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.answers.answer import Answer
from bot.service import Bot, shared_bot
from bot.surfaces.web import embeds
from bot.surfaces.web.app import alone
from bot.surfaces.web.assets import colours
from bot.surfaces.web.links import Links
from bot.surfaces.web.settings import WebSettings

BUDGET = 21_000  # bytes that a course page pays for a card before it is opened, without any compression
ADDRESS = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
PAYLOADS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{7*7}}", "../../x"]


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


@pytest.fixture(scope="module")
def client(bot: Bot) -> Iterator[TestClient]:
    settings = WebSettings(public_url="https://neurons.example.org", frame_ancestors=("https://course.example.org",))
    with TestClient(alone(bot, settings), follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="module")
def answer(bot: Bot) -> Answer:
    return bot.answer("coffee-roasting")


def test_a_card_costs_a_course_page_less_than_21_kb(client: TestClient) -> None:
    card = client.get("/embed/coffee-roasting/")
    loaded = ["/widget.js", "/embed/coffee-roasting/", *ADDRESS.findall(card.text)]
    assert len(loaded) == 4
    assert sum(len(client.get(path).content) for path in loaded) <= BUDGET


def test_the_ways_to_ask_points_are_a_small_file_and_a_card_names_its_page(client: TestClient) -> None:
    assert len(client.get("/asks.bin").content) <= 200_000
    assert 'data-page="/e/coffee-roasting?hidden=2"' in client.get("/embed/coffee-roasting/?hidden=2").text


def test_a_card_has_the_numbers_of_its_run(client: TestClient, answer: Answer) -> None:
    card = client.get("/embed/coffee-roasting/").text
    for claim in answer.claims[1:]:
        assert claim.evidence in card
    assert f"True in {answer.claims[0].replicas_true} of 32 runs" in card
    changed = client.get("/embed/coffee-roasting/?hidden=2&seed=7").text
    assert "hidden units = 2" in changed
    assert 'href="/e/coffee-roasting?hidden=2&amp;seed=7"' in changed


def test_only_the_sites_that_are_named_may_frame_a_card(client: TestClient) -> None:
    policy = client.get("/embed/coffee-roasting/").headers["content-security-policy"]
    assert "frame-ancestors https://course.example.org" in policy
    assert "'unsafe-inline'" not in policy


def test_where_any_page_may_frame_a_card_there_is_no_rule(bot: Bot) -> None:
    with TestClient(alone(bot, WebSettings(frame_ancestors=("*",)))) as open_to_all:
        policy = open_to_all.get("/embed/ask/").headers["content-security-policy"]
    assert "frame-ancestors" not in policy, "even * shuts out pages in a sandbox"
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(("path", "status", "says"), [
    ("/embed/coffe-roast/", 404, "no such explanation"), ("/embed/coffee-roasting/?hidden=99", 422, "from 1 to 8"),
    ("/embed/coffee-roasting/?neurons=3", 200, "did it mean “hidden”?"),
    (f"/embed/coffee-roasting/?a={'x' * 3000}", 414, "long"),
])
def test_what_cannot_be_shown_is_said_in_the_frame(client: TestClient, path: str, status: int, says: str) -> None:
    page = client.get(path)
    assert page.status_code == status
    assert says in page.text
    assert "embed.js" in page.text, "without it the frame would never tell its height"
    if status == 404:
        assert 'href="/embed/coffee-roasting/"' in page.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_addresses_stay_text(client: TestClient, payload: str) -> None:
    for path, query in ((f"/embed/{payload}/", {}), ("/embed/coffee-roasting/", {"hidden": payload}),
                        ("/embed/coffee-roasting/", {payload: "1"})):
        page = client.get(path, params=query, follow_redirects=True)
        assert page.status_code in ((200,) if payload in query else (404, 422))
        if "<" in payload:
            assert payload not in page.text
        assert len(re.findall(r"<script\b", page.text)) == page.text.count("embed.js")


def test_the_widget_knows_where_its_chat_is(client: TestClient, bot: Bot) -> None:
    assert "const CHAT = null," in client.get("/widget.js").text
    beside = WebSettings(public_url="https://a.example", chat_url="https://a.example")
    apart = WebSettings(public_url="https://a.example", chat_url="https://chat.example/s1")
    with TestClient(alone(bot, beside)) as here, TestClient(alone(bot, apart)) as there:
        assert 'const CHAT = "./",' in here.get("/widget.js").text
        assert 'const CHAT = "https://chat.example/s1/",' in there.get("/widget.js").text


def test_any_page_may_load_what_a_frame_without_an_origin_needs(client: TestClient) -> None:
    box = client.get("/embed/ask/").text
    for path in ("/widget.js", *ADDRESS.findall(box)):
        assert client.get(path).headers["access-control-allow-origin"] == "*"
    assert 'data-search="/search.bin"' in box


def test_a_card_for_a_file_host_lists_what_was_recorded(answer: Answer) -> None:
    recorded = {"own": {"hidden": 3}, "recorded": [], "live": "</script><script>alert(1)</script>"}
    card = embeds.card(answer, Links("https://a.example", root="../../"), recorded)
    assert "</script><script>alert" not in card
    assert 'id="recorded"' in card


def test_a_style_sheet_has_the_colours_that_it_uses() -> None:
    some = colours("a{color:var(--text)}")
    assert "--text:" in some
    assert "--muted:" not in some
    assert "--muted:" in colours()
