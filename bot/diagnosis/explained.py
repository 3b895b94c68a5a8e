"""Which entries explain a network's settings: those whose questions speak of a setting or of the value it has.

Nothing here names an entry. What a diagnosis that mends a value sends on to is about that value; else an entry is about
a setting where a good share of the ways to ask for it hold the setting's words, or the value's.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from bot.content.entries import Entry
from bot.content.settings import settings_of
from bot.diagnosis.answer import NetworkAnswer
from bot.diagnosis.rules import our_rules
from sims.engine.general.settings import LAYERS, NetworkParams

MOST = 6
LEAST = 0.1  # of an entry's questions, from which it is about what they speak of
STANDS_OUT = 4  # times the mean over the entries, for words that are in everybody's questions
MENDED = 1.3  # times its share, for what a diagnosis that mends the setting sends on to
_SIGNS = re.compile(r"\W+")

Asked = tuple[tuple[str, tuple[str, ...]], ...]


def explained_by(answer: NetworkAnswer, entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """The entries to read for a network, those of its diagnoses first, then those that are most about its settings."""
    found = [one.rule.next for one in answer.diagnoses if one.rule.next]
    if answer.shown is not None:
        asked = _asked(tuple((slug, entry.utterances) for slug, entry in entries.items()))
        touched = [about for name, value in _told(answer.shown.params) if (about := _about(name, value, asked))]
        found += [slug for slug, _ in sorted(touched, key=lambda one: -one[1])]
    return tuple(slug for slug in dict.fromkeys(found) if slug in entries)[:MOST]


def _told(params: NetworkParams) -> Iterator[tuple[str, str]]:
    """Settings that make this network: those that differ from the usual ones, and the choices among kinds, each with
    its value as text; choices have to be, so these count whether they are usual or not."""
    usual = NetworkParams()
    absent = {f"activation{n}" for n in range(1, LAYERS + 1) if not getattr(params, f"hidden{n}")}
    for name in NetworkParams.model_fields:
        value = getattr(params, name)
        kind = isinstance(value, str) and name not in ("own", "slip", "labels", "order", "scaling", "target_scaling")
        if name not in absent and (kind or value != getattr(usual, name)):
            yield name, value if kind else ""


@lru_cache(maxsize=2)
def _asked(asked: Asked) -> Asked:
    """What is asked for each entry, in words between single spaces."""
    return tuple((slug, tuple(f" {_SIGNS.sub(' ', text.lower())} " for text in texts)) for slug, texts in asked)


@lru_cache(maxsize=1024)
def _about(name: str, value: str, asked: Asked) -> tuple[str, float] | None:
    """The entry that is most about a setting, or about its value where there is one, and how much it is."""
    mending = _mending(name, value)
    certain = [slug for slug, count in mending.items() if count == max(mending.values())]
    if value and len(certain) == 1:
        return certain[0], 1.0
    for words, beside in _phrases(name, value):
        shares = {slug: _share(texts, words, beside) * (MENDED if slug in mending else 1)
                  for slug, texts in asked}
        best = max(shares, key=lambda slug: shares[slug], default="")
        least = LEAST / 2 if beside else LEAST
        if best and shares[best] >= max(least, STANDS_OUT * sum(shares.values()) / len(shares)):
            return best, shares[best]
    return (certain[0], 0.0) if certain and not value else None


def _phrases(name: str, value: str) -> Iterator[tuple[Sequence[str], str]]:
    """What to look for, the most certain first, each with a word that has to stand in the same question: a value with
    the layer it is for; what a setting is called in several words, then in one."""
    if value:
        layer = "output" if name == "output" else "hidden" if name.startswith("activation") else ""
        yield from [((value.replace("_", " "),), layer)]
        return
    called = _called(name)
    yield [words for words in called if " " in words], ""
    yield called, ""


def _share(texts: Sequence[str], words: Sequence[str], beside: str) -> float:
    """The share of the questions that hold one of the words, in the singular or the plural, and the one beside it."""
    phrases = [f" {word.lower()}{end} " for word in words for end in ("", "s")]
    held = (any(phrase in text for phrase in phrases) and f" {beside}" in text for text in texts)
    return sum(held) / max(len(texts), 1)


def _called(name: str) -> tuple[str, ...]:
    """What a setting is called: its title, and learners' words for it."""
    return str(NetworkParams.model_fields[name].title), *settings_of(NetworkParams)[name].words


@cache
def _mending(name: str, value: str) -> Counter[str]:
    """What the diagnoses that mend a setting, or this value of it, send on to, and how often."""
    condition = f"{name} == '{value}'"
    return Counter(rule.next for rule in our_rules() if rule.next and name in rule.mend and (
        not value or any(condition in group for group in rule.when)))
