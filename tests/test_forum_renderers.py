"""Replies as forums show them: through markdown-it as Discourse has it, GitHub's cmark, marked and remark, and through
DOMPurify in Chromium. Nothing of a reply is lost, and nothing comes in."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fetched import RENDERERS, RENDERERS_PY, from_npm, from_pypi, output_of
from known import BOT, ENTRIES
from test_javascript import node

from bot.present.forum import reply
from scripts.pages import files, page

pytestmark = pytest.mark.slow

BASE = "https://ask.example.org/neurons"
NODE = """import { readFileSync, writeFileSync } from "node:fs";
import MarkdownIt from "markdown-it";
import { marked } from "marked";
import { remark } from "remark";
import gfm from "remark-gfm";
import html from "remark-html";
const markdownIt = new MarkdownIt({ html: true, breaks: true, linkify: true, typographer: true });
const through = remark().use(gfm).use(html);
const programs = { "markdown-it": (text) => markdownIt.render(text),
  marked: (text) => marked.parse(text, { gfm: true, breaks: true }),
  remark: (text) => String(through.processSync(text)) };
const replies = JSON.parse(readFileSync("replies.json", "utf8"));
const made = Object.entries(programs).map(([name, program]) =>
  [name, Object.fromEntries(Object.entries(replies).map(([slug, text]) => [slug, program(text)]))]);
writeFileSync("rendered.json", JSON.stringify(Object.fromEntries(made)));
"""
PYTHON = """import json, cmarkgfm
replies = json.load(open("replies.json", encoding="utf-8"))
made = {slug: cmarkgfm.github_flavored_markdown_to_html(text) for slug, text in replies.items()}
json.dump(made, open("cmark.json", "w", encoding="utf-8"))
"""
PROGRAMS = ("markdown-it", "marked", "remark", "cmark-gfm")
TYPOGRAPHER = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
TARGETS = {"a": "href", "img": "src"}  # where a link or a picture leads


class Read(HTMLParser):
    """What a reader gets: the words, and each link, picture and emphasis in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("p", "br", "ul", "ol", "div"):
            self.parts.append((tag, dict(attrs).get(TARGETS.get(tag, "")) or ""))
            self.words += dict(attrs).get("alt") or ""

    def handle_data(self, data: str) -> None:
        self.words += data


def read(html: str) -> tuple[str, list[tuple[str, str]]]:
    found = Read(html)
    return re.sub(r"\s+", " ", found.words).strip().translate(TYPOGRAPHER), found.parts


@pytest.fixture(scope="module")
def replies() -> dict[str, Any]:
    return {slug: reply(BOT.answer(slug), BASE) for slug in ENTRIES}


@pytest.fixture(scope="module")
def rendered(replies: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """All replies by each program."""
    folder: Path = tmp_path_factory.mktemp("renderers")
    (folder / "node_modules").symlink_to(from_npm(RENDERERS) / "node_modules")
    (folder / "render.mjs").write_text(NODE)
    (folder / "replies.json").write_text(json.dumps({slug: one.markdown for slug, one in replies.items()}))
    output_of(node("node"), "render.mjs", folder=folder)
    output_of(from_pypi(*RENDERERS_PY) / "python", "-c", PYTHON, folder=folder)
    one, two = (json.loads((folder / name).read_text()) for name in ("rendered.json", "cmark.json"))
    return {**one, "cmark-gfm": two}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_reply_is_the_same_in_every_forum(
    replies: dict[str, Any], rendered: dict[str, dict[str, str]], program: str
) -> None:
    assert rendered[program].keys() == replies.keys()
    for slug, one in replies.items():
        (words, parts), (theirs, their_parts) = read(one.html), read(rendered[program][slug])
        assert theirs == words, slug
        assert their_parts == parts, slug


@pytest.mark.browser
def test_what_cleans_posts_takes_nothing_out_of_a_reply(rendered: dict[str, dict[str, str]], tmp_path: Path) -> None:
    script = (from_npm(RENDERERS) / "node_modules/dompurify/dist/purify.min.js").read_text(encoding="utf-8")
    (tmp_path / "purify.js").write_text(script, encoding="utf-8")
    (tmp_path / "page.html").write_text('<!doctype html><meta charset="utf-8"><script src="purify.js"></script>')
    with files(tmp_path) as address, page(800, 600) as window:
        window.goto(f"{address}/page.html")
        assert "onerror" not in window.evaluate("DOMPurify.sanitize('<img src=x onerror=alert(1)>')")
        for program in PROGRAMS:
            clean = window.evaluate("(all) => all.map((html) => [DOMPurify.sanitize(html), DOMPurify.removed.length])",
                                    list(rendered[program].values()))
            for (slug, given), (left, removed) in zip(rendered[program].items(), clean, strict=True):
                assert removed == 0, f"{program} {slug}"
                assert read(left) == read(given), f"{program} {slug}"
