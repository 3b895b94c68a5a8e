"""What is said in one line beside an answer: what was asked for and not done, and what could be run instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import Any

from bot.content.entries import Entry
from bot.content.settings import choices
from bot.dialogue import phrases
from bot.dialogue.heard import About
from bot.dialogue.replies import Offer
from bot.dialogue.settings import effective, vocabulary
from bot.language.bounded import within
from bot.language.vocabulary import EVERYDAY, names_of
from sims.engine.experiment import Params
from sims.engine.registry import find, names

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d_](?:[\w'-]*\w)?")
MOST_OFFERED = 3
FARTHEST = 2  # times the value that is offered instead of the learner's, where it is out of bounds
NO_SUCH = "I did not change anything: this experiment has no {} setting. I can set {}."
NOTHING_FOUND = "I did not change anything: I found no setting of this experiment in that. I can set {}."
NOT_THAT = "There is no {} setting in this experiment, so that part is as it was."
ALREADY = "Nothing changed, for that is how it is already: {}."
SAME_ANSWER = ("I read this as a further question about the same answer, and left the run as it is. If you mean "
               "something else, ask it in a full sentence.")
WORDS = 3  # of the longest name that is looked for
# behind these words, or a number, stands what a question asks to set ...
GOVERNING = frozenset({"with", "without", "use", "using", "set", "add", "remove", "change", "increase", "decrease",
                       "reduce", "lower", "raise", "double", "halve", "and", "no", "more", "less", "fewer"})
ABOUT = frozenset({"in", "for", "of", "to", "on", "by", "at"})  # ... and behind these, what it is about
GENERAL = frozenset({"parameter", "parameters"})  # names of a setting somewhere, and in most questions none


def offers(about: About, entry: Entry, in_force: Mapping[str, Any], done: frozenset[str]) -> tuple[Offer, ...]:
    """The settings that a question speaks of and that were left as they are, each as what a click would run."""
    current = effective(entry, in_force)
    kind = entry.kind
    found = {}
    for name, value, said in about.mentioned:
        kept, _ = within(value, kind.model_fields[name])
        if name not in done and current[name] != kept and _says(value, said) and _is_near(value, kept):
            found[name, kept] = Offer(name, kept, _words(name, kept, kind, said) + _bound(value, kept))
    return tuple(found.values())[:MOST_OFFERED]


def _says(value: Any, said: str) -> bool:
    """Whether the words name the value itself; what was reckoned out of them is no offer."""
    return isinstance(value, str | bool) or f"{value:g}" in said or said.startswith(("no ", "without "))


def _is_near(value: Any, kept: Any) -> bool:
    """Whether the run would be at the learner's value, or where a setting cannot go as far, not far from it."""
    return isinstance(value, bool | str) or value == kept or FARTHEST * kept >= value >= kept / FARTHEST > 0


def _bound(value: Any, kept: Any) -> str:
    """What is said where a setting cannot go as far as the learner's value."""
    if isinstance(value, bool | str) or round(value) == kept:
        return ""
    return ", the most here" if kept < value else ", the least here"


def _words(name: str, value: Any, kind: type[Params], said: str) -> str:
    """What a click does, by the name that the learner's words have for the setting, if they have one."""
    field = kind.model_fields[name]
    title = field.title or name
    if said.startswith(("no ", "without ", "with ", "not ")):
        return f"run it {said}"
    if isinstance(value, str):
        return f"run it with {title + ' ' if value in EVERYDAY else ''}{value.replace('_', ' ')}"
    if not _NUMBER.search(said):  # what the value is called
        return f"run it with {said}"
    known, spoken = names_of(name, field), f" {' '.join(_WORD.findall(said))} "
    called = [one for one in known if one != name and len(one) > 1 and f" {one} " in spoken]
    title = max(called, key=len, default=title)
    plural = title if title.endswith("s") else title + "s"
    if field.annotation is not int or plural not in known:
        return f"run it with {title} {value:g}"
    return f"run it with {value} {plural.removesuffix('s') if value == 1 else plural}"


def settable(entry: Entry) -> str:
    """The titles of an entry's settings."""
    fields = entry.kind.model_fields
    return ", ".join(field.title or name for name, field in fields.items())


def undone(words: Sequence[str], entry: Entry, changed: bool) -> tuple[str, ...]:
    """A line for a setting that the words of a question ask for and that the experiment has not."""
    missing = next(_missing(words, entry), None)
    if missing is None:
        return ()
    return (NOT_THAT.format(missing) if changed else NO_SUCH.format(missing, settable(entry)),)


def governed(words: Sequence[str]) -> tuple[str, ...]:
    """Of the words of an order, those close behind one that sets something ("and dropout", not "in nets")."""
    behind = [words[at + 1 : at + 1 + WORDS] for at, before in enumerate(words)
              if before in GOVERNING or _NUMBER.fullmatch(before)]
    return tuple(word for some in behind for word in takewhile(lambda one: one not in ABOUT, some))


def already(entry: Entry, values: Mapping[str, Any]) -> str:
    """A line for settings that are as they were asked for."""
    fields = entry.kind.model_fields
    said = (f"{fields[name].title or name} {value if isinstance(value, str) else f'{value:g}'}"
            for name, value in values.items())
    return ALREADY.format(", ".join(one.replace("_", " ") for one in said))


def _missing(words: Sequence[str], entry: Entry) -> Iterator[str]:
    ours = vocabulary(entry.experiment)
    for length in range(WORDS, 0, -1):
        for first in range(len(words) - length + 1):
            name = " ".join(words[first : first + length])
            is_ours = ours.issuperset(name.split()) or ours.issuperset(name.removesuffix("s").split())
            if name in _elsewhere() - GENERAL and not is_ours:
                yield name


@cache
def _elsewhere() -> frozenset[str]:
    """What the settings of all experiments are called, and their values; not the words that stand around settings."""
    called = {word.lower() for name in names() for key, field in find(name).params.model_fields.items()
              for word in (*names_of(key, field), *(choice.replace("_", " ") for choice in choices(field)))}
    return frozenset(word for word in called if len(word) > 2 and not phrases.is_around(word))
