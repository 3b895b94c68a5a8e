"""A question in another language as the English words of ours that are found in it: encoders may know English alone.

No translation: "¿Cuántas neuronas en la capa oculta?" becomes "how many neuron hidden layer", which says enough about
which answer is meant, and no more.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from bot.language.spelling import PROTECTED

FILE = Path(__file__).with_name("glossary.toml")
FEWEST = 2  # English words that must be found, or else a text stays as it is

_SPACED = re.compile(r"[a-z\u0400-\u04ff]", re.IGNORECASE)  # scripts that put spaces between words
_GAP = re.compile(r"[\s'-]+")


def in_english(text: str) -> str:
    """The English words that are found in the text, in their order; empty where there are hardly any."""
    pattern, english = _glossary()
    found = [english[match.lastindex - 1] or match.group() for match in pattern.finditer(_plain(text))
             if match.lastindex]
    words = list(dict.fromkeys(found))
    return " ".join(words) if sum(len(word.split()) for word in words) >= FEWEST else ""


@cache
def _glossary() -> tuple[re.Pattern[str], list[str]]:
    """A pattern with a group for each term, the longest first, and what the terms are called in English; the last one
    stands for English words, which stay as they are."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kept = sorted(PROTECTED | set(tables.pop("kept").split()), key=len, reverse=True)
    terms = [(_plain(term), english) for table in tables.values() for english, some in table.items() for term in some]
    terms.sort(key=lambda term: -len(term[0]))
    groups = [*(_stems(term) for term, _ in terms), rf"\b(?:{'|'.join(map(re.escape, kept))})\b"]
    return re.compile("|".join(f"({group})" for group in groups)), [*(english for _, english in terms), ""]


def _stems(term: str) -> str:
    """A pattern for a term: each word may go on, where the script puts spaces between words."""
    if not _SPACED.search(term):
        return re.escape(term)
    return r"\b" + r"[^\W_]{0,12}[\s'-]+".join(map(re.escape, _GAP.split(term))) + r"[^\W_]{0,12}"


def _plain(text: str) -> str:
    """Small letters without accents; letters that are written in parts (Korean, Hindi) as their parts."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in parts if unicodedata.category(c) != "Mn").replace("’", "'")
