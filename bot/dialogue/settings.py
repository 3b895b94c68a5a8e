"""The settings that a follow-up names, or speaks of without naming them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.content.entries import Entry
from bot.content.settings import described
from bot.dialogue import phrases
from bot.dialogue.bare import read_bare
from bot.dialogue.replies import Situation
from bot.language.numerals import figures
from bot.language.settings import Read, read_settings
from bot.language.vocabulary import names_of, plain, spoken
from sims.engine.experiment import Params
from sims.engine.registry import find, names

JUDGING = frozenset(("better", "best", "worse", "prefer", "recommend"))  # of two values: "which is better, 2 or 5?"
FRAGMENT = 10  # words
REASON = re.compile(
    r"\b(?:why|what(?:'s| is| are)|difference|means?|how (?:come|do|does|is|are|many|much))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """The settings that a text names, and whether it says nothing else."""

    read: Read
    only: bool

    @property
    def anything(self) -> bool:
        """Whether any setting or seed is named."""
        return bool(self.read.changes or self.read.compare or self.read.seed is not None)

    @property
    def setting(self) -> str | None:
        """The setting that is spoken of last."""
        return self.read.compare[0] if self.read.compare else next(reversed(list(self.read.changes)), None)


def named(text: str, entry: Entry, in_force: Mapping[str, Any], follows: bool = False) -> Named:
    """The settings that a text names, measured by those in force. One that `follows` on an answer asks for a run by
    its nature, if it is short and asks for no reason."""
    kind = find(entry.experiment).params
    current = {**entry.params, **in_force}
    read = read_settings(text, kind, current)
    if follows and read == Read() and len(text.split()) <= FRAGMENT and not REASON.search(text):
        read = read_settings(text, kind, current, whole=True)
    if follows and read == Read():
        read = Read(dict(_given_up(text, entry, in_force)))
    return Named(read, phrases.only(plain(text), vocabulary(entry.experiment)))


def _given_up(text: str, entry: Entry, in_force: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """"And without momentum", where that was asked for: back to what the entry has, or to the usual."""
    fields = find(entry.experiment).params.model_fields
    for name, value in in_force.items():
        own = entry.params.get(name, fields[name].default)
        given_up = rf"\b(?:without|no|not|drop|remove)\s+(?:the\s+)?{re.escape(str(value).replace('_', ' '))}\b"
        if isinstance(value, str) and own != value and re.search(given_up, plain(text)):
            yield name, own


def unnamed(text: str, entry: Entry, at: Situation) -> Named:
    """The value that a text gives to a setting without naming it: to the one that was spoken of last."""
    kind = find(entry.experiment).params
    if not phrases.only(plain(text), JUDGING):
        return Named(Read(), False)
    current = kind(**{**entry.params, **at.changes}).model_dump()
    return Named(read_bare(text, kind, current, _spoken_of(entry, at, kind)), True)


def names_settings_only(text: str) -> bool:
    """Whether a text says nothing but settings, of whichever experiment, or values."""
    known = frozenset().union(*(vocabulary(name) for name in names()))
    said = plain(text)
    words = frozenset(phrases.words_of(said)) - phrases.small_words()
    has_value = bool(words & known) or any(word[0].isdigit() for word in phrases.words_of(figures(said)))
    return has_value and phrases.only(said, known)


@cache
def vocabulary(experiment: str) -> frozenset[str]:
    """The words that an experiment's settings and their values are called by."""
    words: set[str] = set()
    for name, setting in find(experiment).params.model_fields.items():
        called = [*names_of(name, setting), *spoken(name, setting), str(described(setting).get("unit") or "")]
        words.update(word for phrase in called for word in re.findall(r"[^\W_]+", phrase.lower()))
        words.update(word for phrase in called for word in phrases.words_of(phrase))
    return frozenset(words)


def _spoken_of(entry: Entry, at: Situation, kind: type[Params]) -> list[str]:
    """The settings, the one that a value without a name most likely belongs to first."""
    title = f"{entry.slug} {entry.title.lower()}"
    asked = f" {figures(plain(at.question))} "
    fields = kind.model_fields
    in_question = [name for name, field in fields.items()
                   if any(f" {word} " in asked for word in names_of(name, field) if len(word) > 1)]
    in_title = [name for name, field in fields.items()
                if any(word in title for word in names_of(name, field) if len(word) > 3)]
    varied = [name for example in entry.counter_examples for name in example.params]
    order = [*([at.setting] if at.setting else []), *in_question, *in_title, *entry.params, *varied, *fields]
    return list(dict.fromkeys(order))
