"""What others make of a link: short links, oEmbed, feed, sitemap, an explanation's other forms."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from known import ENTRIES
from starlette.testclient import TestClient

from bot.content.formats import plain_text
from bot.present.forum import canned
from bot.present.markup import plain
from bot.present.shortlinks import encode
from bot.service import Bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from sims.engine.codec import unpack

PUBLIC = "https://neurons.example.org/ask"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def bot() -> Bot:
    entries = dict(ENTRIES)
    entries["coffee-roasting"] = entries["coffee-roasting"].model_copy(update={"formerly": ("three-lines",)})
    return Bot(entries)


@pytest.fixture(scope="module")
def client(bot: Bot) -> Iterator[TestClient]:
    with TestClient(alone(bot, WebSettings(public_url=PUBLIC)), follow_redirects=False) as found:
        yield found


def embedded(client: TestClient, **query: str) -> tuple[int, dict[str, object]]:
    response = client.get(f"/oembed?{urlencode(query)}")
    return response.status_code, json.loads(response.text)


def test_a_short_link_is_the_page_at_its_settings(client: TestClient, bot: Bot) -> None:
    code = encode(bot.answer("coffee-roasting", {"hidden": 2}, 7), "0.2.0")
    assert client.get(f"/s/{code}").text == client.get("/e/coffee-roasting?hidden=2&seed=7").text
    assert f"{PUBLIC}/s/" in client.get("/e/coffee-roasting").text


def test_a_short_link_says_when_its_numbers_have_changed(client: TestClient, bot: Bot) -> None:
    other = bot.answer("coffee-roasting", {"hidden": 2})
    code = encode(other.__class__(**{**vars(other), "changed": {}}), "0.1.0")  # as if the numbers had been these
    assert "made with version 0.1.0. Some numbers" in client.get(f"/s/{code}").text
    assert "Some numbers" not in client.get(f"/s/{encode(bot.answer('coffee-roasting'), '0.1.0')}").text


def test_a_bad_short_link_is_told_in_words(client: TestClient) -> None:
    page = client.get("/s/AbCdEfGhIjKl")
    assert page.status_code == 404
    assert "mistyped" in page.text


def test_a_former_name_moves_for_good(client: TestClient) -> None:
    moved = client.get("/e/three-lines.json?hidden=2")
    assert (moved.status_code, moved.headers["location"]) == (301, "/e/coffee-roasting.json?hidden=2")


def test_an_explanation_in_other_forms(client: TestClient, bot: Bot) -> None:
    answer = bot.answer("coffee-roasting", {"hidden": 2})
    found = client.get("/e/coffee-roasting.json?hidden=2").json()
    assert found["metrics"] == answer.metrics
    assert found["url"] == f"{PUBLIC}/e/coffee-roasting?hidden=2"
    text = client.get("/e/coffee-roasting.md?hidden=2")
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.text == canned(answer, found["url"], f"{PUBLIC}/e/coffee-roasting.png?hidden=2").markdown
    header = unpack(client.get("/e/coffee-roasting.rec?hidden=2").content)[0]
    assert header["sizes"] == [2, 2, 1]


def test_oembed_frames_the_card(client: TestClient, bot: Bot) -> None:
    status, found = embedded(client, url=f"{PUBLIC}/e/coffee-roasting?hidden=2", maxwidth="400")
    assert (status, found["type"], found["version"], found["width"]) == (200, "rich", "1.0", 400)
    assert f'src="{PUBLIC}/embed/coffee-roasting?hidden=2"' in str(found["html"])
    assert "thumbnail_url" not in found  # it is wider than 400
    code = encode(bot.answer("coffee-roasting", seed=7), "0.2.0")
    status, found = embedded(client, url=f"{PUBLIC}/s/{code}")
    assert found["thumbnail_url"] == f"{PUBLIC}/e/coffee-roasting.png?seed=7"


@pytest.mark.parametrize("named", ["#one-unit", "?point=one-unit", "?hidden=2#one-unit", "?hidden=2&point=one-unit",
                                   "#no-such-point+one-unit"])
def test_oembed_shows_the_point_that_a_link_names(client: TestClient, bot: Bot, named: str) -> None:
    point = bot.entry("coffee-roasting").point("one-unit")
    assert point is not None
    _, found = embedded(client, url=f"{PUBLIC}/e/coffee-roasting{named}")
    assert found["title"] == point.title
    query = "?hidden=2" if "hidden" in named else ""
    assert f'src="{PUBLIC}/embed/coffee-roasting{query}#one-unit"' in str(found["html"])
    code = encode(bot.answer("coffee-roasting", seed=7), "0.2.0")
    _, found = embedded(client, url=f"{PUBLIC}/s/{code}#one-unit")
    assert f'src="{PUBLIC}/embed/coffee-roasting?seed=7#one-unit"' in str(found["html"])
    _, found = embedded(client, url=f"{PUBLIC}/e/coffee-roasting#no-such-point")
    assert found["title"] == bot.entry("coffee-roasting").title


def test_a_page_whose_address_names_a_point_is_shown_by_it(client: TestClient, bot: Bot) -> None:
    """Who unfolds a link asks without its fragment: the query can name the point, too."""
    point = bot.entry("bias-term").points[0]
    page = client.get(f"/e/bias-term?point={point.id}", follow_redirects=False)
    assert page.status_code == 200
    titles = re.findall(r'<meta property="og:title" content="([^"]*)">', page.text)
    assert [unescape(title) for title in titles] == [plain_text(point.title)]
    told = next(one for one in bot.answer("bias-term").points if one.id == point.id)
    assert told.says is not None
    assert unescape(re.findall(r'<meta name="description" content="([^"]*)">', page.text)[0]) == plain(told.says)
    assert f'<link rel="canonical" href="{PUBLIC}/e/bias-term">' in page.text
    (discovered,) = re.findall(r'type="application/json\+oembed" href="([^"]*)"', page.text)
    found = client.get(unescape(discovered).removeprefix(PUBLIC)).json()
    assert found["title"] == plain_text(point.title)
    assert f"/embed/bias-term#{point.id}" in found["html"]
    other = client.get("/e/bias-term?point=no-such-point", follow_redirects=False)
    assert (other.status_code, other.headers["location"]) == (302, "/e/bias-term")
    seeded = client.get(f"/e/bias-term?point={point.id}&seed=3", follow_redirects=False)
    assert seeded.headers["location"] == f"/e/bias-term?seed=3&point={point.id}"
    # where a setting is called almost so ("points"), it is not taken for that
    assert "role=\"note\"" not in client.get(f"/e/bias-term?point={point.id}").text


@pytest.mark.parametrize(("url", "form", "status"), [
    (f"{PUBLIC}/e/coffe", "json", 404), (f"{PUBLIC}/e/coffee-roasting?hidden=99", "json", 404), ("", "json", 404),
    ("https://elsewhere.example.org/e/coffee-roasting", "json", 404), (f"{PUBLIC}/s/x", "json", 404),
    ("javascript:alert(1)", "json", 404), ("https://[", "json", 404), (f"{PUBLIC}/e/coffee-roasting", "xml", 501),
])
def test_oembed_refuses_what_is_not_ours(client: TestClient, url: str, form: str, status: int) -> None:
    found = embedded(client, url=url, format=form)
    assert found[0] == status
    assert found[1]["detail"]


def test_the_feed_has_the_last_reviewed_first(client: TestClient) -> None:
    feed = ElementTree.fromstring(client.get("/feed.xml").content)
    days = [entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry")]
    assert days == sorted(days, key=str, reverse=True)
    last = max(entry.reviewed for entry in ENTRIES.values() if entry.reviewed)
    assert feed.findtext(f"{ATOM}updated") == days[0] == f"{last}T00:00:00Z"
    for entry in feed.iter(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}id", "").startswith(f"{PUBLIC}/e/")
        assert "{{" not in entry.findtext(f"{ATOM}summary", "")


def test_the_sitemap_names_every_explanation(client: TestClient) -> None:
    places = {place.text for place in ElementTree.fromstring(client.get("/sitemap.xml").content).iter(f"{SITEMAP}loc")}
    assert places == {f"{PUBLIC}/entries", *(f"{PUBLIC}/e/{slug}" for slug in ENTRIES)}
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in client.get("/robots.txt").text


def test_no_address_comes_from_the_host_header(client: TestClient) -> None:
    for path in ("/", "/e/coffee-roasting", "/e/coffee-roasting?hidden=3", "/entries/", "/feed.xml", "/sitemap.xml",
                 "/openapi.json", "/robots.txt", "/nowhere", f"/oembed?url={PUBLIC}/e/coffee-roasting"):
        response = client.get(path, headers={"Host": "evil.example.com"})
        assert "evil.example.com" not in response.text + str(response.headers), path
