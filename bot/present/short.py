"""An answer in a sentence, with a number of its run: for those who choose between several."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from bot.answers.answer import Answer
from bot.content.prose import sentences
from bot.present.headline import AND, count, figure
from bot.present.unicode_math import as_plain
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
            return Short(slug, told.title, _cut(as_plain(told.says or ""), LONGEST), point.id), answer
    answer = bot.answer(slug)
    return Short(slug, entry.title, in_short(answer)), answer


def in_short(answer: Answer) -> str:
    """The first sentence of the answer as plain text, and its first claim where the sentence has no number: with what
    this run measured where that speaks for itself, else with the number of runs in which it is true."""
    opening, *others = sentences(answer.text)
    first = as_plain(opening if len(opening.split()) >= FEWEST or not others else f"{opening} {others[0]}")
    if any(c.isdigit() for c in first):
        return _cut(first, LONGEST)
    claim = answer.claims[0]
    measured, says = figure(answer, claim), as_plain(claim.says).rstrip(".")
    if measured is None or measured.label or AND in measured.value:
        ending = f" {says} ({_lowered(count(claim))})."
    else:
        ending = f" In this run: {_lowered(says)} ({measured.value})."
    return _cut(first, LONGEST - len(ending)) + ending if len(ending) < LONGEST * 2 / 3 else _cut(first, LONGEST)


def _lowered(says: str) -> str:
    """As the beginning of a sentence goes on behind a colon; but "ReLU", "XOR", "I"."""
    if says[:1].isupper() and says[1:2] in " " + ascii_lowercase and not says.startswith("I "):
        return says[0].lower() + says[1:]
    return says


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: max(longest - 1, 0)].rsplit(" ", 1)[0] + "…"
