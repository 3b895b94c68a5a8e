"""One text as Markdown, as plain text and as HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True)
class Canned:
    """One text in three forms."""

    markdown: str
    plain: str
    html: str


def in_three_forms(paragraphs: list[str]) -> Canned:
    """Markdown paragraphs as Markdown, plain text and HTML."""
    return of_markdown("\n\n".join(paragraphs) + "\n")


def of_markdown(text: str) -> Canned:
    """A Markdown text, edited by hand perhaps, with its plain text and its HTML; tags in it stay text."""
    tokens = _parser().parse(text)
    return Canned(text, "".join(_plain(tokens)).strip() + "\n", _parser().render(text))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _plain(tokens: list[Token]) -> Iterator[str]:
    """Plain text of block tokens: a blank line after a paragraph, a dash before an item."""
    depth = 0
    for token in tokens:
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "list_item_open":
            yield "- "
        elif token.type == "inline":
            yield from _inline(token.children or [])
            yield "\n" if depth else "\n\n"
        elif token.type in ("fence", "code_block"):
            yield f"{token.content}\n"
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            yield "\n"


def _inline(tokens: list[Token]) -> Iterator[str]:
    opened: list[Any] = []
    for token in tokens:
        if token.type == "image":
            yield f"[Picture: {token.content}] {token.attrs['src']}"
        elif token.type == "link_open":
            opened.append(token.attrs["href"])
        elif token.type == "link_close":
            yield f" ({opened.pop()})"
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
        else:
            yield token.content if token.type in ("text", "code_inline") else ""
