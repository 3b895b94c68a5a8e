"""A question in another language as the English words of ours that are found in it: encoders may know English alone.

No translation: "¿Cuántas neuronas en la capa oculta?" becomes "how many neuron hidden layer", which says enough about
which answer is meant, and no more.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.language.spelling import PROTECTED

FILE = Path(__file__).with_name("glossary.toml")
FEWEST = 2  # English words that must be found, or else a text stays as it is

_SPACED = re.compile(r"[a-z\u0400-\u04ff]", re.IGNORECASE)  # scripts that put spaces between words
_GAP = re.compile(r"[\s'-]+")


def in_english(text: str) -> str:
    """The English words that are found in the text, in their order; empty where there are hardly any."""
    words = list(dict.fromkeys(_found(_plain(text))))
    return " ".join(words) if sum(len(word.split()) for word in words) >= FEWEST else ""


def _found(text: str) -> Iterator[str]:
    """What the terms in a plain text are called in English, one after another, none within another."""
    terms, at = _glossary(), 0
    while at < len(text):
        pattern, english = terms.get(text[at], (None, ()))
        if pattern and (match := pattern.match(text, at)) and match.lastindex:
            yield english[match.lastindex - 1] or match.group()
            at = match.end()
        else:
            at += 1


@cache
def _glossary() -> dict[str, tuple[re.Pattern[str], list[str]]]:
    """For each first letter a pattern with a group for each term, the longest first, and what they are called in
    English; English words, which stay as they are, come last and are called nothing. One pattern for all letters would
    try hundreds of terms at every place of a text."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kept = sorted(PROTECTED | set(tables.pop("kept").split()), key=len, reverse=True)
    terms = [(_plain(term), english) for table in tables.values() for english, some in table.items() for term in some]
    terms.sort(key=lambda term: -len(term[0]))
    groups = [*((term[0], _stems(term), english) for term, english in terms),
              *((word[0], rf"\b{re.escape(word)}\b", "") for word in kept)]
    found: dict[str, list[tuple[str, str]]] = {}
    for first, group, english in groups:
        found.setdefault(first, []).append((group, english))
    return {first: (re.compile("|".join(f"({group})" for group, _ in some)), [english for _, english in some])
            for first, some in found.items()}


def _stems(term: str) -> str:
    """A pattern for a term: each word may go on, where the script puts spaces between words."""
    if not _SPACED.search(term):
        return re.escape(term)
    return r"\b" + r"[^\W_]{0,12}[\s'-]+".join(map(re.escape, _GAP.split(term))) + r"[^\W_]{0,12}"


def _plain(text: str) -> str:
    """Small letters without accents; letters that are written in parts (Korean, Hindi) as their parts."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in parts if unicodedata.category(c) != "Mn").replace("’", "'")
