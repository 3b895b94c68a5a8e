"""Tools for people who write entries: a template, advice on form and phrasings, entries that are easily confused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bot.encoders import Encoder
from bot.entries import Entry
from bot.prose import SLOT, slots
from bot.settings import described
from sims.engine.registry import find

WORDS_OF_TEXT = (120, 300)
LONGEST_SENTENCE = 40  # words
HARDEST = 50  # LIX: 40 is a newspaper, 50 official prose, 60 a dissertation
NEARER = 0.08  # so much nearer in cosine to another entry's phrasing than to its own entry's is worth a look

TEMPLATE = '''+++
title = "A question, as a learner would put it?"
asked_as = [
  "at least twenty ways in which people really type it",
]
experiment = "{experiment}"
params = {{}}
seed = 0
next = ["coffee-roasting"]
sources = ["Author (year), Title, where, address"]
reviewed = {today}

[prediction]
question = "What will happen?"
[[prediction.options]]
says = "A thought that people have"
when = "{metric} > 0"
feedback = "What the run showed those who thought so."
[[prediction.options]]
says = "Another thought that people have"
when = "{metric} <= 0"
feedback = "What the run showed those who thought so."

[[claims]]
says = "A sentence that a learner would remember."
holds = "{metric} > 0"
in_at_least = 0.9
[[claims]]
says = "Another one."
holds = "{metric} > 0"
in_at_least = 0.9

[[counter_examples]]
says = "A setting at which the first claim fails."
params = {{}}
breaks = 0
+++
The direct answer, in one sentence.

What the run shows: {{{{ {metric}:.2f}}}}. What it means. What it does not mean: that it is always so.

## Simpler
An everyday picture that carries the mechanism.

## Deeper
The derivation, or the literature.
'''


def template(experiment: str, today: str) -> str:
    """A file to start from, with a metric that the experiment really has."""
    kind = find(experiment).metrics
    metric = "accuracy" if "accuracy" in kind.model_fields else next(iter(kind.model_fields))
    return TEMPLATE.format(experiment=experiment, metric=metric, today=today)


def advice(entry: Entry, entries: Mapping[str, Entry], encoder: Encoder) -> Iterator[str]:
    """What an editor would remark. None of it makes a check fail: the writer decides."""
    yield from _on_form(entry)
    yield from _on_phrasings(entry, entries, encoder)


def _on_form(entry: Entry) -> Iterator[str]:
    plain = SLOT.sub("9", entry.text)
    words = plain.split()
    if not WORDS_OF_TEXT[0] <= len(words) <= WORDS_OF_TEXT[1]:
        yield f"the text has {len(words)} words; {WORDS_OF_TEXT[0]} to {WORDS_OF_TEXT[1]} read best"
    if lix(plain) > HARDEST:
        yield f"the text is hard to read (LIX {lix(plain):.0f}, at most {HARDEST}); shorter sentences, plainer words"
    for sentence in sentences(plain):
        if len(sentence.split()) > LONGEST_SENTENCE:
            yield f"a sentence of {len(sentence.split())} words: '{sentence[:60]} ...'; cut it in two"
    kind = find(entry.experiment).metrics
    for expression, form in slots(entry.text + entry.simpler + entry.deeper):
        name = expression.split("[")[0].split(".")[0]
        field = kind.model_fields.get(name)
        fits = field is None or form or expression.endswith(".count") or described(field).get("unit", "") == ""
        if not fits:
            yield f"{{{{ {expression} }}}} has no format, such as :.0% or :.2f"
    if len({option.says for option in entry.prediction.options}) < len(entry.prediction.options):
        yield "two options of the prediction say the same"


def _on_phrasings(entry: Entry, entries: Mapping[str, Entry], encoder: Encoder) -> Iterator[str]:
    own = encoder.encode(entry.asked_as)
    others = [(text, slug) for slug, other in entries.items() if slug != entry.slug for text in other.asked_as]
    if not others or len(own) < 2:
        return
    theirs = encoder.encode([text for text, _ in others])
    among = own @ own.T - 2 * np.eye(len(own))  # a phrasing is not compared with itself
    across = own @ theirs.T
    for i, text in enumerate(entry.asked_as):
        nearest = int(across[i].argmax())
        if across[i, nearest] > among[i].max() + NEARER:
            yield f"phrasing '{text[:50]}' is nearer to {others[nearest][1]}: '{others[nearest][0][:50]}'"


def sentences(text: str) -> list[str]:
    """The sentences of a text, roughly."""
    return [part for part in re.split(r"(?<=[.?!:])\s+", text) if part]


def lix(text: str) -> float:
    """The readability index LIX: words a sentence plus the percentage of words over six letters (Björnsson, 1968)."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\$[^$]*\$", "x", text))
    return len(words) / max(len(sentences(text)), 1) + 100 * sum(len(w) > 6 for w in words) / max(len(words), 1)


@dataclass(frozen=True)
class Pair:
    """Two entries and how near their phrasings are: the mean cosine of each phrasing's nearest one across."""

    one: str
    other: str
    nearness: float
    example: tuple[str, str]


def confusable(entries: Mapping[str, Entry], encoder: Encoder, most: int) -> list[Pair]:
    """The pairs of entries whose phrasings lie nearest to one another, to merge or to sharpen."""
    vectors = {slug: encoder.encode(entry.asked_as) for slug, entry in entries.items()}
    pairs = []
    for one, other in combinations(vectors, 2):
        near = vectors[one] @ vectors[other].T
        i, j = np.unravel_index(near.argmax(), near.shape)
        nearness = float((near.max(axis=0).mean() + near.max(axis=1).mean()) / 2)
        pairs.append(Pair(one, other, nearness, (entries[one].asked_as[i], entries[other].asked_as[j])))
    return sorted(pairs, key=lambda pair: -pair.nearness)[:most]
