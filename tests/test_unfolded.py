"""Programs from npm and PyPI with which forums, chats and blogs unfold a link: each reads title, number and picture."""

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fetched import UNFOLDING, UNFOLDING_PY, from_npm, from_pypi, output_of
from known import BOT
from linkpreview import link_preview
from redis_server import free_port
from test_javascript import node

from bot.content.formats import plain_text
from bot.present.headline import headline
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings
from scripts.pages import served

pytestmark = pytest.mark.slow

QUERY = "?hidden=2&seed=7"
ANSWER = BOT.answer("coffee-roasting", {"hidden": 2}, 7)
TITLE, NUMBER = plain_text(ANSWER.entry.title), headline(ANSWER)
# each gives title, description and picture; `extract` and `unfurl` find our oEmbed as well
NODE = """import { writeFileSync } from "node:fs";
import scraper from "metascraper";
import title from "metascraper-title";
import description from "metascraper-description";
import image from "metascraper-image";
import ogs from "open-graph-scraper";
import { unfurl } from "unfurl.js";
import { extract, setProviderList } from "@extractus/oembed-extractor";
const url = process.argv[2], { origin } = new URL(url);
const html = await (await fetch(url)).text();
const scraped = await scraper([title(), description(), image()])({ html, url });
const { result } = await ogs({ url });
const unfurled = await unfurl(url);
const plain = fetch;  // it asks for oEmbed by https alone
globalThis.fetch = (address, ...more) => plain(String(address).replace("https://127.0", "http://127.0"), ...more);
setProviderList([{ provider_name: "ours", provider_url: origin,
  endpoints: [{ schemes: [`${origin}/e/*`], url: `${origin}/oembed`, discovery: true }] }]);
const embedded = await extract(url, { maxwidth: 500 });
writeFileSync("read.json", JSON.stringify({
  metascraper: [scraped.title, scraped.description, scraped.image],
  "open-graph-scraper": [result.ogTitle, result.ogDescription, result.ogImage[0].url],
  "unfurl.js": [unfurled.open_graph.title, unfurled.open_graph.description, unfurled.open_graph.images[0].url],
  oembed: { "unfurl.js": unfurled.oEmbed, "oembed-extractor": embedded },
}));
"""
PYTHON = """import json, sys, urllib.request
from opengraph_py3 import OpenGraph
from pyoembed import oEmbed
url = sys.argv[1]
found = OpenGraph(url=url)
print(json.dumps({"opengraph_py3": [found["title"], found["description"], found["image"]],
                  "oembed": {"pyoembed": oEmbed(url, maxwidth=500)}}))
"""


@pytest.fixture(scope="module")
def link() -> Iterator[str]:
    """The link of a run at settings of its own, at a server that tells its own address."""
    port = free_port()
    settings = WebSettings(public_url=f"http://127.0.0.1:{port}", frame_ancestors=("*",))
    with served(alone(BOT, settings), port=port) as address:
        yield f"{address}/e/coffee-roasting{QUERY}"


@pytest.fixture(scope="module")
def read(link: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each program reads of it."""
    folder: Path = tmp_path_factory.mktemp("unfolded")
    (folder / "node_modules").symlink_to(from_npm(UNFOLDING) / "node_modules")
    (folder / "read.mjs").write_text(NODE)
    output_of(node("node"), "read.mjs", link, folder=folder)
    one = json.loads((folder / "read.json").read_text())
    two = json.loads(output_of(from_pypi(*UNFOLDING_PY) / "python", "-c", PYTHON, link, folder=folder))
    return {**one, **two, "oembed": one["oembed"] | two["oembed"]}


@pytest.mark.parametrize("program", ["metascraper", "open-graph-scraper", "unfurl.js", "opengraph_py3"])
def test_a_link_unfolds_into_title_number_and_picture(read: dict[str, Any], link: str, program: str) -> None:
    assert read[program] == [TITLE, NUMBER, link.replace(QUERY, f".png{QUERY}")]


@pytest.mark.parametrize("program", ["unfurl.js", "oembed-extractor", "pyoembed"])
def test_a_reader_of_oembed_finds_the_card_of_that_run(read: dict[str, Any], link: str, program: str) -> None:
    found = read["oembed"][program]
    assert (found["type"], found["title"]) == ("rich", TITLE)
    assert link.replace("/e/", "/embed/") in unescape(str(found.get("html") or found))
    if program != "unfurl.js":  # which does not say how much room there is
        assert int(found["width"]) <= 500


def test_linkpreview_fetches_the_same(link: str) -> None:
    found = link_preview(link)
    assert (found.title, found.description, found.image) == (TITLE, NUMBER, link.replace(QUERY, f".png{QUERY}"))
    picture = httpx.get(str(found.image), timeout=600)
    assert picture.headers["content-type"] == "image/png"
