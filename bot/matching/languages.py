"""Whether a question in Latin letters is clearly not English, by the small words that hold sentences together."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("languages.toml")
ENOUGH = 2  # different words of another language, and more of them than English ones

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")


def clearly_not_english(text: str) -> bool:
    """Whether some other language has more small words in the text than English has."""
    words = set(_WORD.findall(_without_accents(text.lower())))
    english, others = small_words()
    foreign = max(len(words & small) for small in others.values())
    return foreign >= ENOUGH and foreign > len(words & english)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@cache
def small_words() -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """English small words, and those of other languages that no English sentence has."""
    lists = tomllib.loads(FILE.read_text(encoding="utf-8"))
    english = frozenset(lists["english"].split())
    return english, {language: frozenset(words.split()) - english for language, words in lists["others"].items()}
