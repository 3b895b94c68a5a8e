"""An answer in a sentence, with a number of its run: for those who choose between several."""

import re

from bot.answers.answer import Answer
from bot.content.formats import plain_text
from bot.present.headline import figure

LONGEST = 360  # characters
_END = re.compile(r"(?<=[.?!])\s")


def in_short(answer: Answer) -> str:
    """The first sentence of the answer as plain text, and what this run measured for its first claim where the sentence
    has no number."""
    first = plain_text(_END.split(answer.text.strip(), maxsplit=1)[0])
    claim = answer.claims[0]
    measured = None if any(c.isdigit() for c in first) else figure(answer, claim)
    if measured is None:
        return _cut(first, LONGEST)
    what = measured.label or plain_text(claim.says)
    ending = f" In this run: {measured.value} ({what.rstrip('.')})."
    return _cut(first, LONGEST - len(ending)) + ending if len(ending) < LONGEST / 2 else _cut(first, LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: max(longest - 1, 0)].rsplit(" ", 1)[0] + "…"
