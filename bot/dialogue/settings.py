"""The settings that a follow-up names, or speaks of without naming them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bot.content.entries import Entry
from bot.content.settings import described
from bot.dialogue import phrases
from bot.dialogue.bare import read_bare
from bot.dialogue.phrases import Words
from bot.dialogue.replies import DialogueState
from bot.language.requests import Stance, reports
from bot.language.settings import Read, read_settings
from bot.language.utterance import Utterance, read
from bot.language.vocabulary import names_of, spoken
from sims.engine.experiment import Params
from sims.engine.registry import find, names

JUDGING = frozenset(("better", "best", "worse", "prefer", "recommend"))  # of two values: "which is better, 2 or 5?"
FRAGMENT = 10  # words
REASON = re.compile(
    r"\b(?:why|what(?:'s| is| are)|difference|means?|how (?:come|do|does|is|are|many|much))\b", re.IGNORECASE)
WEIGHS = re.compile(r"\b(?:compar(?:e|ed|ing|ison)|vs\.?|versus|against|"
                    r"(?:is|are|was|were|be|works?|which) (?:\w+ ){0,4}(?:better|worse))\b")
_GIVEN_UP = re.compile(r"\b(?:without|no|not|drop|remove)\s+(?:the\s+)?(?P<what>[\w ]{2,40})")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Named:
    """The settings that a text names, and whether it says nothing else."""

    read: Read
    only: bool

    @property
    def anything(self) -> bool:
        """Whether any setting or seed is named."""
        return self.read.anything

    @property
    def tells(self) -> bool:
        """Whether a setting is named or, being at its bound already, spoken of in a note."""
        return self.read.anything or bool(self.read.notes)

    @property
    def setting(self) -> str | None:
        """The setting that is spoken of last."""
        return self.read.compare[0] if self.read.compare else next(reversed(list(self.read.changes)), None)


def effective(entry: Entry, changes: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of an entry's run with these changes."""
    return entry.kind(**{**entry.params, **changes}).model_dump()


def named(utterance: Utterance, words: Words, entry: Entry, in_force: Mapping[str, Any],
          stance: Stance = "order") -> Named:
    """The settings that an utterance names, measured by those in force. A follow-up, read in the stance "follow", asks
    for a run by its nature, if it is short and asks for no reason."""
    kind = entry.kind
    current = effective(entry, in_force)
    found = read_settings(utterance, kind, current, stance)
    if stance == "follow":
        brief = utterance.length <= FRAGMENT and not REASON.search(utterance.text) and not reports(utterance.said)
        if found == Read() and brief:
            found = read_settings(utterance, kind, current, "all")
        if found == Read():
            found = Read(dict(_given_up(utterance, entry, in_force)))
        found = weighed(utterance, found, current)
    judged = JUDGING if found.compare else frozenset[str]()
    return Named(found, words.only(vocabulary(entry.experiment) | judged))


def first_named(utterance: Utterance, words: Words, entry: Entry) -> Named:
    """The settings that a question names which an entry is the answer to: those that it asks for beyond doubt, and two
    values that it is about: "with or without bias?". What only names the entry's own task changes nothing."""
    asked = named(utterance, words, entry, {})
    if asked.anything or utterance.length > FRAGMENT:
        own = effective(entry, {})
        kept = {name: value for name, value in asked.read.changes.items()
                if not (isinstance(value, str) and own[name] == value)}
        return replace(asked, read=replace(asked.read, changes=kept))
    read_widely = read_settings(utterance, entry.kind, effective(entry, {}), "follow")
    return Named(Read(compare=read_widely.compare), asked.only)


def weighed(utterance: Utterance, found: Read, current: Mapping[str, Any]) -> Read:
    """"Compare with 1 neuron", "is relu better?": the one value that is named, beside the one in force."""
    if found.compare or len(found.changes) != 1 or not WEIGHS.search(utterance.said):
        return found
    [(name, value)] = found.changes.items()
    return found if current[name] == value else replace(found, changes={}, compare=(name, (current[name], value)))


def _given_up(utterance: Utterance, entry: Entry, in_force: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """"And without momentum", where that was asked for: back to what the entry has, or to the usual."""
    fields = entry.kind.model_fields
    given_up = [match["what"] for match in _GIVEN_UP.finditer(utterance.plain)]
    for name, value in in_force.items():
        own = entry.params.get(name, fields[name].default)
        if isinstance(value, str) and own != value and any(
                what.startswith(value.replace("_", " ")) for what in given_up):
            yield name, own


def unnamed(utterance: Utterance, words: Words, entry: Entry, at: DialogueState) -> Named:
    """The value that a text gives to a setting without naming it: to the one that was spoken of last."""
    kind = entry.kind
    if not words.only(JUDGING) or reports(utterance.said):
        return Named(Read(), False)
    current = effective(entry, at.changes)
    likely = spoken_of(entry, at, kind)
    varied = [name for example in entry.counter_examples for name in example.params]
    found = read_bare(utterance, kind, current, likely, [*entry.params, *varied, *kind.model_fields])
    return Named(weighed(utterance, found, current), True)


def names_settings_only(utterance: Utterance, words: Words) -> bool:
    """Whether a text says nothing but settings, all of one experiment, whichever it be, or values. (The words of all
    experiments together make sentences that speak of none.)"""
    if not words.only(_vocabularies()):
        return False
    has_number = any(word[0].isdigit() for word in utterance.tokens)
    return any((has_number or words.subject & known) and words.only(known) for known in map(vocabulary, names()))


@cache
def vocabulary(experiment: str) -> frozenset[str]:
    """The words that an experiment's settings and their values are called by."""
    words: set[str] = set()
    for name, setting in find(experiment).params.model_fields.items():
        called = [*names_of(name, setting), *spoken(name, setting), str(described(setting).get("unit") or "")]
        words.update(word for phrase in called for word in _WORD.findall(phrase.lower()))
        words.update(word for phrase in called for word in phrases.words_of(phrase))
    return frozenset(words)


@cache
def _vocabularies() -> frozenset[str]:
    """The words of all experiments: a text with another word names more than settings."""
    return frozenset().union(*map(vocabulary, names()))


def spoken_of(entry: Entry, at: DialogueState, kind: type[Params]) -> list[str]:
    """The settings that the conversation is about: spoken of last, named by the question, by the entry's title."""
    title = f"{entry.slug} {entry.title.lower()}"
    asked = f" {read(at.question).said} "
    fields = kind.model_fields
    in_question = [name for name, field in fields.items()
                   if any(f" {word} " in asked for word in names_of(name, field) if len(word) > 1)]
    in_title = [name for name, field in fields.items()
                if any(word in title for word in names_of(name, field) if len(word) > 3)]
    return list(dict.fromkeys([*([at.setting] if at.setting else []), *in_question, *in_title]))
