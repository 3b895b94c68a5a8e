"""A learner's post made ready: cleaned, bounded, put after the question that it leans on, cut into what models read."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from bot.language.text import clean as text_clean
from bot.matching.parts import parts_of

LONGEST = 4000  # characters that are read of a post: its first and its last half
SYMBOLS = 5  # Greek letters that a formula may have beyond its Latin ones
FRAGMENT_WORDS = 8  # a question of up to so many words may lean on the one before
SHORT = 300  # characters up to which a text is read as typed and as corrected; in a longer one few errors tell little
LONGEST_ASKED = 300  # characters that are read of a title and the sentences that ask

View = Literal["whole", "story", "asked"]
Reading = dict[View, tuple[str, ...]]  # of each view one text, or two: as typed and as corrected

LEANS = re.compile(
    r"^(?:and|also|but|so|or|then|what about|how about|what if|why\??$|how\??$|even|ok|for|with|without|same)\b"
    r"|\b(?:it|that|this|those|these|one|ones|them|they)\b",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text without markup, control characters and addresses, in at most LONGEST characters."""
    text = text_clean(text)
    return text if len(text) <= LONGEST else text[: LONGEST // 2] + "\n" + text[1 - LONGEST // 2 :]


def latin_share(text: str) -> float:
    """The share of letters that are Latin, 1 where there are none.

    Greek ones count only where they are more than the Latin ones and a few symbols: formulas use them.
    """
    if text.isascii():
        return 1.0
    scripts = [unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha()]
    formula = scripts.count("GREEK") <= scripts.count("LATIN") + SYMBOLS
    scripts = [script for script in scripts if script != "MATHEMATICAL" and not (formula and script == "GREEK")]
    return scripts.count("LATIN") / len(scripts) if scripts else 1.0


def has_letters(text: str) -> bool:
    """Whether there is anything to read: two letters of any script."""
    return sum(c.isalpha() for c in text) >= 2


def leans(question: str) -> bool:
    """Whether a question needs the one before it: "and with 3?", "and the leaky version?"."""
    words = question.split()
    return len(words) <= 3 or (len(words) <= FRAGMENT_WORDS and bool(LEANS.search(question)))


def with_previous(question: str, previous: Sequence[str]) -> str:
    """The question after the latest one that stands on its own; itself where it needs none."""
    if not previous or not leans(question):
        return question
    anchor = next((earlier for earlier in reversed(previous) if not leans(earlier)), previous[-1])
    return f"{anchor} {question}"


def reading_of(typed: str, corrected: str) -> Reading:
    """What models read of a cleaned question: all of it; its story without code and logs; its title and the sentences
    that ask."""
    forms = dict.fromkeys((typed, corrected) if len(typed) <= SHORT else (corrected,))
    views: dict[View, list[str]] = {"whole": [], "story": [], "asked": []}
    for form in forms:
        parts = parts_of(form)
        views["whole"].append(form)
        views["story"].append(parts.story)
        views["asked"].append(_asked(parts.title, parts.asking))
    return {view: tuple(dict.fromkeys(texts)) for view, texts in views.items()}


def _asked(title: str, asking: str) -> str:
    """The title and the sentences that ask; each once, for a title is often one of them."""
    return (asking if asking.startswith(title) else f"{title}\n{asking}")[:LONGEST_ASKED].strip()
