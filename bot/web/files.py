"""The files that an explanation has, by the ending of their address: made alike for a server and for a folder."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.answers import Answer
from bot.entries import Entry
from bot.web import pages
from bot.web.links import Links
from bot.web.responses import Made, page

Make = Callable[[Answer, Mapping[str, Entry], Links], Made]


def html(answer: Answer, entries: Mapping[str, Entry], links: Links, recorded: Mapping[str, Any] | None = None) -> Made:
    """The page. `recorded`: for a folder of files, which other runs it holds."""
    return page(pages.entry_page(answer, entries, links, recorded=recorded))


FILES: Mapping[str, Make] = {"": html}
