"""All that a learner's words tell, read once: by themselves, and of the entry that the conversation is at.

Whoever weighs or replies looks at what was heard, and reads no word again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.content.entries import Entry
from bot.dialogue import phrases
from bot.dialogue.phrases import Words
from bot.dialogue.posts import is_list, questions_of
from bot.dialogue.replies import DialogueState
from bot.dialogue.settings import Named, effective, first_named, named, names_settings_only, unnamed
from bot.language.settings import mentioned
from bot.language.utterance import Utterance, read
from bot.matching.parts import parts_of


@dataclass(frozen=True)
class About:
    """What words say of the settings of one entry."""

    asked: Named  # those that they ask for
    mentioned: tuple[tuple[str, Any, str], ...]  # each setting, value and its words, asked for or not


@dataclass(frozen=True)
class Heard:
    """What was typed, and what it tells before any entry is looked for."""

    typed: str
    text: str  # cleaned
    utterance: Utterance
    words: Words
    said: tuple[str, ...]  # the words in their order, numbers as figures
    questions: tuple[str, ...]  # of a post
    is_list: bool  # whether the post numbers them
    kind: str | None  # of a follow-up without a subject: a name in phrases.toml
    only_settings: bool  # whether it names settings of some experiment, and nothing else
    ordered: tuple[str, ...]  # those of the words that ask for a run beyond doubt
    wishes: bool  # whether it asks for one, as a follow-up does
    here: About | None  # what it says of the entry at hand; None where a conversation begins
    bare: About | None  # the same where a value is read as that of a setting of that entry which it does not name

    @property
    def orders(self) -> bool:
        """Whether it asks for a run beyond doubt."""
        return bool(self.ordered)

    @property
    def names_settings(self) -> bool:
        """Whether it names settings, or a seed, of the entry at hand."""
        return self.here is not None and self.here.asked.anything


def hear(typed: str, at: DialogueState | None = None, entry: Entry | None = None) -> Heard:
    """Read what was typed, where the conversation stands `at` a place, with its entry."""
    utterance = read(typed)
    text, words = utterance.text, phrases.weighed(utterance.plain)
    here = bare = None
    if at and entry:
        here = _about(utterance, entry, named(utterance, words, entry, at.changes, "follow"), at.changes)
        bare = replace(here, asked=unnamed(utterance, words, entry, at))
    return Heard(
        typed, text, utterance, words, tuple(phrases.words_of(utterance.said)), questions_of(text), is_list(text),
        phrases.kind_of(text) or phrases.kind_of(utterance.plain), names_settings_only(utterance, words),
        tuple(phrases.words_of(utterance.asking("order"))), bool(utterance.asking("follow")), here, bare,
    )


def heard_of(heard: Heard, entry: Entry) -> About:
    """What the words say of another entry, which they were found to be about; of code, logs and tables, nothing."""
    parts = parts_of(heard.typed)
    told = read(parts.story) if parts.code else heard.utterance
    return _about(told, entry, first_named(heard.utterance, heard.words, entry), {})


def _about(utterance: Utterance, entry: Entry, asked: Named, in_force: Mapping[str, Any]) -> About:
    kind = entry.kind
    return About(asked, tuple(mentioned(utterance, kind, effective(entry, in_force))))
