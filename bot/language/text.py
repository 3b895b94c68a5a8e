"""A visitor's text made ready to be read: one length limit and one cleaning, for every door and every reader."""

import re
import unicodedata
from functools import lru_cache
from html import unescape

from bot.content.errors import OurError

LONGEST = 20_000  # characters of a question or a post, at every door
REMEMBERED = 64  # texts that are cleaned already

BLANK = "There is nothing to read in that. Ask a question about neurons and small networks in your own words."
TOO_LONG = "That has {:,} characters, and I read at most {:,}. Leave something out, or ask the question by itself."

_URL = re.compile(r"https?://\S+|www\.\S+")
_SPACE = re.compile(r"\s+")
_REPEATED = re.compile(r"([^\w\s])\1{2,}")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>a|abbr|article|b|blockquote|body|br|button|code|dd|del|details|div|dl|dt|em|figure|font|footer|form|"
    r"h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main|mark|meta|nav|ol|p|pre|q|s|samp|script|"
    r"section|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|"
    r"var|video)(?:\s+[\w:-]{1,40}(?:\s?=\s?(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+)))*\s?/?>|<!--|-->", re.IGNORECASE)
_END = re.compile(r"</([a-zA-Z][a-zA-Z0-9]{0,9})")
_HIDDEN = frozenset(("script", "style"))
_STANDING_ALONE = frozenset(("br", "hr", "img", "input", "link", "meta", "p", "li", "td", "th", "tr", "dd", "dt"))
_INLINE = frozenset(("a", "abbr", "b", "code", "del", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s",
                     "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var"))


class TextError(OurError, ValueError):
    """A text that is not read; the message says why, to the one who wrote it."""

    title = "That cannot be read"


def accepted(text: str) -> str:
    """The text as it was typed; `TextError` where there is nothing in it to read, or too much."""
    if is_blank(bounded(text)):
        raise TextError(BLANK)
    return text


def bounded(text: str) -> str:
    """The text as it was typed; `TextError` where it is too long."""
    if len(text) > LONGEST:
        raise TextError(TOO_LONG.format(len(text), LONGEST))
    return text


def is_blank(text: str) -> bool:
    """Whether a text holds nothing but spaces and characters that cannot be seen."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)


@lru_cache(REMEMBERED)  # whoever reads a question cleans it
def clean(text: str) -> str:
    """The text without markup, control characters, lone surrogates and addresses, in at most LONGEST characters."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST]  # one character may become eighteen
    text = without_markup(text)
    if not text.isprintable():  # line ends, or what stands for nothing
        text = "".join(c if unicodedata.category(c)[0] != "C" else " \n"[c == "\n"] for c in text)
    text = _REPEATED.sub(r"\1", _URL.sub(" ", text))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def without_markup(text: str) -> str:
    """The words of pasted HTML: no tags, no scripts, no comments; entities as the characters that they stand for.

    What only looks like a tag stays: `a<b`, `vector<int>`, `x<i>`. A tag that needs an end counts where it has one.
    """
    text = _ENTITY.sub(lambda match: unescape(match.group()), text)
    if "<" not in text:
        return text
    ended = {name.lower() for name in _END.findall(text)}
    kept: list[str] = []
    since = 0  # where the text goes on that is not in `kept` yet
    hidden: tuple[str, int] | None = None  # what must end before anything is read again, and how much was kept before
    for match in _TAG.finditer(text):
        name, is_end = (match["name"] or match[0]).lower(), bool(match["end"]) or match[0] == "-->"
        if not (name.startswith(("<", "-")) or name in _STANDING_ALONE or name in ended):
            continue
        kept.append(text[since : match.start()])
        kept.append("" if name in _INLINE else "\n" if name in _STANDING_ALONE else " ")
        since = match.end()
        if hidden and is_end and name in (hidden[0], "-->"):
            del kept[hidden[1]:]
            hidden = None
        elif hidden is None and not is_end and (name in _HIDDEN or name == "<!--"):
            hidden = name, len(kept)
    return "".join([*kept, text[since:]])
