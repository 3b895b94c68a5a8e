"""What a follow-up says that has no subject of its own: "why?", "simpler please", "again", "what does unit 2 do".

The kinds, and the small words that may stand around them, are data: bot/dialogue/phrases.toml.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from bot.language.numerals import LARGE, SMALL

FILE = Path(__file__).with_name("phrases.toml")
LONGEST = 16  # words; what is longer has a subject
REMEMBERED = 256  # texts: most questions say the same as typed and as read

_MARKS = re.compile(r"[^\w\s'?#.;-]|(?<!\w)[.;-]|[.;-](?!\w)")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[#]?[^\W_]+(?:['’.\-][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True)
class _Kind:
    name: str
    key: re.Pattern[str]
    words: frozenset[str]


def kind_of(text: str) -> str | None:
    """The kind of a follow-up by its words alone, a name in phrases.toml; None where it says anything else."""
    return _kind_of(normal(text))


@lru_cache(REMEMBERED)
def _kind_of(plain: str) -> str | None:
    if len(words_of(plain)) > LONGEST:
        return None
    small = small_words()
    for kind in _kinds():
        if any(small.issuperset(_rest(plain, match) - kind.words) for match in kind.key.finditer(plain)):
            return kind.name
    return None


@dataclass(frozen=True)
class Words:
    """The words of a text, and which of them carry a subject."""

    count: int
    subject: frozenset[str]  # those that are not small
    rest: frozenset[str]  # of these, those that are no number and do not stand around settings

    def only(self, known: Collection[str]) -> bool:
        """Whether they are small ones, numbers, words that stand around settings, or `known`, and not many."""
        return self.count <= LONGEST and self.rest.issubset(known)


def weighed(text: str) -> Words:
    """The words of a text by what they carry."""
    words = words_of(text)
    subject = frozenset(words) - small_words()
    return Words(len(words), subject, frozenset(one for one in subject - _around_settings() if not _is_number(one)))


def is_around(words: str) -> bool:
    """Whether all of these words may stand around a setting and name none."""
    return all(word in small_words() or word in _around_settings() for word in words_of(words))


def normal(text: str) -> str:
    """Lower case, one kind of apostrophe, no mark but the question mark at the end of a word."""
    plain = _MARKS.sub(" ", text.lower().replace("’", "'"))
    return _SPACE.sub(" ", plain).strip(" ?") + ("?" if plain.rstrip().endswith("?") else "")


def words_of(text: str) -> list[str]:
    """The words of a text, numbers included."""
    return _WORD.findall(text.lower().replace("’", "'"))


@cache
def small_words() -> frozenset[str]:
    """Words that carry no subject."""
    return frozenset(_data()["small"].split())


def _rest(text: str, match: re.Match[str]) -> set[str]:
    return set(words_of(text[: match.start()] + " " + text[match.end() :]))


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word.strip("#").isdigit() or word in SMALL or word in LARGE


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _around_settings() -> frozenset[str]:
    return frozenset(_data()["around_settings"].split())


@cache
def _kinds() -> tuple[_Kind, ...]:
    return tuple(_read())


def _read() -> Iterator[_Kind]:
    for kind in _data()["kinds"]:
        yield _Kind(kind["name"], re.compile(kind["key"]), frozenset(kind["words"].split()))
