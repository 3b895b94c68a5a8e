"""An answer in a sentence, with a number of its run: for those who choose between several."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from bot.answers.answer import Answer
from bot.content.formats import plain_text
from bot.content.prose import sentences
from bot.present.headline import figure
from bot.service import Bot

LONGEST = 360  # characters
FEWEST = 3  # words; a shorter first sentence ("Yes.") is no answer without the next


@dataclass(frozen=True)
class Short:
    """One of the entries that a question may mean: `asks` is the question that opens it, `says` answers in short."""

    slug: str
    asks: str
    says: str
    point: str | None = None  # the id of the entry's point that the question asks, if it surely asks one

    @property
    def told(self) -> str:
        """What it says below the entry's title: a point with its own question before it."""
        return f"{self.asks} {self.says}" if self.point else self.says


def shorts(bot: Bot, question: str, slugs: Sequence[str]) -> list[tuple[Short, Answer]]:
    """The entries that a question may mean, in short: the point of each that it asks, or else its first sentence; and
    the answer that this was taken from."""
    return [_short(bot, question, slug) for slug in slugs]


def _short(bot: Bot, question: str, slug: str) -> tuple[Short, Answer]:
    entry = bot.entry(slug)
    if point := bot.asked_point(question, entry):
        answer = bot.answer(slug, point.params)
        if told := answer.point(point.id):
            return Short(slug, told.title, _cut(plain_text(told.says or ""), LONGEST), point.id), answer
    answer = bot.answer(slug)
    return Short(slug, entry.title, in_short(answer)), answer


def in_short(answer: Answer) -> str:
    """The first sentence of the answer as plain text, and what this run measured for its first claim where the sentence
    has no number."""
    opening, *others = sentences(answer.text)
    first = plain_text(opening if len(opening.split()) >= FEWEST or not others else f"{opening} {others[0]}")
    claim = answer.claims[0]
    measured = None if any(c.isdigit() for c in first) else figure(answer, claim)
    if measured is None:
        return _cut(first, LONGEST)
    what = (measured.label or plain_text(claim.says)).rstrip(".")
    if what[:1].isupper() and what[1:2] in " " + ascii_lowercase and not what.startswith("I "):
        what = what[0].lower() + what[1:]  # but "ReLU", "XOR"
    ending = f" In this run: {what} ({measured.value})."
    return _cut(first, LONGEST - len(ending)) + ending if len(ending) < LONGEST / 2 else _cut(first, LONGEST)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: max(longest - 1, 0)].rsplit(" ", 1)[0] + "…"
