"""What stands on a page, read as a parser reads it: cards for forums, numbers, claims, pictures, nothing that runs."""

import gzip
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import extruct
import pytest
from known import BOT, ENTRIES
from linkpreview import Link, LinkPreview
from PIL import Image
from starlette.testclient import TestClient

from bot.answers.values import right_option
from bot.content.paths import reading_paths
from bot.present import markup
from bot.present.charts.theme import DARK, LIGHT
from bot.present.headline import headline
from bot.surfaces.web import assets
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from bot.surfaces.web.tables import numbers, spoken_of
from sims.engine.registry import find, names

PUBLIC = "https://neurons.example.org"
THREE = ("coffee-roasting", "backprop-chain-rule", "hyperparameter-search")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings = WebSettings(public_url=PUBLIC, chat_url="https://chat.example.org", frame_ancestors=("https://a.example",))
    with TestClient(alone(BOT, settings), follow_redirects=False) as found:
        yield found


def check_card(client: TestClient, slug: str, query: str = "") -> None:
    """What a forum reads, by two parsers that are not ours."""
    page = client.get(f"/e/{slug}{query}").text
    answer = BOT.answer(slug, dict(pair.split("=") for pair in query.lstrip("?").split("&") if pair))
    preview = LinkPreview(Link(f"{PUBLIC}/e/{slug}", page))
    assert preview.title == ENTRIES[slug].title.replace("`", "")
    assert len(str(preview.title)) <= 80
    assert preview.description == headline(answer)
    assert len(str(preview.description)) <= 250
    assert re.search(r"\d", str(preview.description)), "the number stands in the description"
    found = extruct.extract(page, base_url=f"{PUBLIC}/e/{slug}", syntaxes=["opengraph", "json-ld"], uniform=True)
    [graph], [data] = found["opengraph"], found["json-ld"]
    assert graph["og:url"] == f"{PUBLIC}/e/{slug}{query}"
    assert graph["@type"] == "article"
    image = graph["og:image"]
    assert image == f"{PUBLIC}/e/{slug}.png{query}"
    assert preview.image == image
    drawn = Image.open(BytesIO(client.get(image.removeprefix(PUBLIC)).content))
    assert (drawn.format, drawn.size) == ("PNG", (1200, 630))
    question = data["mainEntity"]
    assert data["@type"] == "QAPage"
    assert question["name"] == ENTRIES[slug].title
    assert question["acceptedAnswer"]["text"].startswith(headline(answer))


@pytest.mark.parametrize("slug", THREE)
def test_a_forum_reads_the_card(client: TestClient, slug: str) -> None:
    check_card(client, slug)


def test_a_card_speaks_of_the_settings_of_its_link(client: TestClient) -> None:
    check_card(client, "coffee-roasting", "?hidden=2")


def weight(client: TestClient, slug: str) -> tuple[int, int]:
    """Bytes that a page loads by itself: unpacked, and compressed as they are sent."""
    page = client.get(f"/e/{slug}").text
    data = json.loads(re.findall(r'id="page-data">(.*?)</script>', page)[0])
    fixed = ("/" + assets.path_of(name) for name in ("page.css", "page.js", "icon.svg"))
    loaded = [f"/e/{slug}", f"/e/{slug}.svg", *fixed]
    if data and not data["heavy"]:
        loaded += [data["player"], data["style"], data["recording"]]
    bodies = [client.get(path).content for path in loaded]
    return sum(map(len, bodies)), sum(len(gzip.compress(body, 6)) for body in bodies)


@pytest.mark.parametrize("slug", THREE)
def test_a_page_is_light(client: TestClient, slug: str) -> None:
    unpacked, sent = weight(client, slug)
    assert unpacked <= 150 * 1024
    assert sent <= 75_000


@pytest.mark.slow
@pytest.mark.parametrize("slug", ENTRIES)
def test_every_page_is_light_and_a_forum_reads_its_card(client: TestClient, slug: str) -> None:
    unpacked, sent = weight(client, slug)
    assert unpacked <= 150 * 1024
    assert sent <= 75_000
    check_card(client, slug)


@pytest.mark.parametrize("slug", THREE)
def test_a_page_is_whole_without_script(client: TestClient, slug: str) -> None:
    page, answer = client.get(f"/e/{slug}").text, BOT.answer(slug)
    for claim in answer.claims:
        assert claim.evidence in page
    picture = re.search(r'<img src="(/e/[^"]+\.svg)" alt="([^"]+)" width="(\d+)" height="(\d+)">', page)
    assert picture
    drawing = ElementTree.fromstring(client.get(unescape(picture[1])).content)
    assert (drawing.get("width"), drawing.get("height")) == picture.groups()[2:]
    assert len(picture[2]) > 20
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="n[^"]*"><b>([^<]+)</b>', page)
    assert sorted((unescape(says), here) for says, here in rows) == sorted((r.says, r.here) for r in numbers(answer))
    assert unescape(rows[0][0]) == spoken_of(answer)[0].says, "first what the text and the claims speak of"
    for other in ENTRIES[slug].next:
        assert f'href="/e/{other}"' in page
    assert f'href="https://chat.example.org/?entry={slug}"' in page


def test_the_training_as_a_moving_picture(client: TestClient) -> None:
    for kind in ("gif", "webp"):
        response = client.get(f"/e/perceptron-vs-neuron.{kind}")
        assert response.headers["content-type"] == f"image/{kind}"
        assert Image.open(BytesIO(response.content)).format == kind.upper()


def test_every_counter_example_is_a_link_that_breaks_a_claim(client: TestClient) -> None:
    page = client.get("/e/coffee-roasting").text
    links = re.findall(r'<li><a href="(/e/coffee-roasting\?[^"]+)">', page)
    assert len(links) == len(ENTRIES["coffee-roasting"].counter_examples)
    for link in links:
        assert "no longer true" in client.get(unescape(link)).text


def test_a_guess_is_decided_by_the_run_that_can(client: TestClient) -> None:
    prediction = ENTRIES["backprop-chain-rule"].prediction
    page = unescape(client.get("/e/backprop-chain-rule").text)
    right = right_option(prediction.options, BOT.answer("backprop-chain-rule").run)
    assert right is not None
    assert page.count(">Right.<") == 1
    assert page.count(f"It was: {prediction.options[right].says}") == len(prediction.options) - 1
    elsewhere = next(entry for entry in ENTRIES.values() if entry.prediction.params)
    page = client.get(f"/e/{elsewhere.slug}").text
    [link] = set(re.findall(r'<a href="([^"]+)">See what came out', page))
    assert "See what came out" not in client.get(unescape(link)).text


def test_the_form_leads_to_the_address_with_what_was_changed(client: TestClient) -> None:
    page = client.get("/e/coffee-roasting").text
    form = page[page.index('<form class="try"') :]
    form = form[: form.index("</form>")]
    fields = dict(re.findall(r'<input type="number" name="(\w+)" value="([^"]+)"', form))
    fields |= dict(re.findall(r'<select name="(\w+)">.*?<option value="([^"]+)" selected>', form, re.DOTALL))
    assert fields.keys() == {*find("coffee_roasting").params.model_fields, "seed"}
    query = "&".join(f"{name}={value}" for name, value in (fields | {"hidden": "2"}).items())
    assert client.get(f"/e/coffee-roasting?{query}").headers["location"] == "/e/coffee-roasting?hidden=2"


def test_no_setting_is_called_like_a_word_of_the_address() -> None:
    reserved = {"seed", "entry", "url", "format"}
    assert all(not reserved & find(name).params.model_fields.keys() for name in names())


def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(client: TestClient) -> None:
    response = client.get("/e/coffee-roasting")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert policy.endswith("frame-ancestors https://a.example")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    kinds = r'<(?:img|script|source|link rel="(?:stylesheet|icon)")[^>]* (?:src|href|srcset)="([^"]+)"'
    loaded = re.findall(kinds, response.text)
    assert len(loaded) >= 5
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert not re.search(r'<[^>]* (?:on\w+|style)="', response.text)
    inline = set(re.findall(r'<script type="([^"]+)"(?! src)', response.text))
    assert inline == {"application/json", "application/ld+json"}


def test_what_never_changes_is_kept_for_ever(client: TestClient) -> None:
    for name in ("page.css", "page.js", "bundle.js", "player.css"):
        response = client.get("/" + assets.path_of(name))
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert client.get("/assets/000000000000/page.css").status_code == 404


def test_the_pages_have_the_colours_of_the_theme() -> None:
    style = assets.files()[assets.path_of("page.css")].decode()
    assert f"--background:{LIGHT.background}" in style
    assert f"--background:{DARK.background}" in style
    used = set(re.findall(r"var\(--([\w-]+)\)", style))
    assert used <= set(re.findall(r"--([\w-]+):", style))
    assert not re.search(r"#[0-9a-f]{6}", style.split("*,::before")[1]), "colours stand in theme.py alone"


@pytest.mark.parametrize("slug", ENTRIES)
def test_every_formula_is_read(slug: str) -> None:
    entry = ENTRIES[slug]
    shown = "".join(markup.html(text) for text in (entry.text, entry.simpler, entry.deeper))
    assert 'class="tex"' not in shown
    formulas = re.findall(r"<math.*?</math>", shown, re.DOTALL)
    assert not any("\\" in formula for formula in formulas), "a command that was not understood"
    assert "$" not in re.sub(r"<math.*?</math>|<code>.*?</code>|<pre>.*?</pre>", "", shown, flags=re.DOTALL)


def test_the_index_lists_every_explanation_once(client: TestClient) -> None:
    lists = re.findall(r'<ul class="questions">.*?</ul>', client.get("/entries").text, re.DOTALL)
    assert sorted(re.findall(r'href="/e/([^"]+)"', "".join(lists))) == sorted(ENTRIES)


def test_the_index_and_a_page_name_the_reading_path(client: TestClient) -> None:
    path = reading_paths()[0]
    index = client.get("/entries").text
    assert f"{path.title} <small>{len(path.entries)} questions" in index
    second, third = path.entries[1:3]
    page = client.get(f"/e/{second}").text
    assert f"2 of {len(path.entries)} in the path <b>{path.title}</b>" in page
    assert f'Next: <a href="/e/{third}" data-slug="{third}">{ENTRIES[third].title}</a>' in page
    assert "its last" in client.get(f"/e/{path.entries[-1]}").text


def test_a_program_that_asks_for_markdown_gets_the_whole_explanation(client: TestClient) -> None:
    page = "/e/coffee-roasting"
    found = client.get(page, headers={"Accept": "text/markdown"})
    assert found.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "Accept" in found.headers["vary"]
    answer = BOT.answer("coffee-roasting")
    assert answer.text in found.text
    for claim in answer.claims:
        assert f"{claim.says} ({claim.evidence})" in found.text
    browser = {"Accept": "text/html,application/xhtml+xml,text/markdown;q=0.1,*/*;q=0.8"}
    assert client.get(page, headers=browser).headers["content-type"].startswith("text/html")
    assert "Accept" in client.get(page, headers=browser).headers["vary"]


def test_language_models_are_told_every_explanation(client: TestClient) -> None:
    text = client.get("/llms.txt").text
    links = re.findall(r"\]\(http[^)]*(/e/[^)]+\.md)\)", text)
    assert len(links) == len(ENTRIES)
    assert client.get(links[0]).headers["content-type"].startswith("text/markdown")


def test_the_index_names_the_networks_that_train_on_it(client: TestClient) -> None:
    found = re.search(r'<script type="application/json" id="living">(.*?)</script>', client.get("/entries").text)
    assert found
    told = json.loads(found[1])
    assert len(told["networks"]) > 2
    for network in told["networks"]:
        recorded = client.get(network["recording"])
        assert recorded.status_code == 200
        assert len(recorded.content) < 60_000
        assert client.get(network["href"]).status_code == 200
    assert client.get("/").text == client.get("/entries").text


def test_data_for_the_script_cannot_end_its_element() -> None:
    from bot.surfaces.web.pages import as_script

    text = str(as_script({"a": "</script><b>&"}))
    assert "<" not in text
    assert json.loads(text) == {"a": "</script><b>&"}
