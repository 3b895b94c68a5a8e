"""Tools for people who write entries: a template, and advice on form."""

import re
from collections.abc import Iterator

from bot.content.entries import Entry
from bot.content.prose import SLOT, slots
from sims.engine.metrics import measures
from sims.engine.registry import find

WORDS_OF_TEXT = (120, 300)
LONGEST_SENTENCE = 40  # words
FEWEST_POINTS, MOST_SENTENCES = 6, 3
LEANING = re.compile(r"\b(?:this page|see (?:above|below)|(?:text|tables?|pictures?|prediction) (?:above|below))\b",
                     re.IGNORECASE)
HARDEST = 50  # LIX: 40 is a newspaper, 50 official prose, 60 a dissertation

TEMPLATE = '''+++
title = "A question, as a learner would put it?"
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

[worked]
says = "One example of this run, by hand"
lines = ["A line of arithmetic with this run's numbers: {{{{ a }}}}."]
ask = "The last number is left to the learner: 2 × {{{{ a }}}} = ___"
answer = "2 * a:.2f"
step = "2 × {{{{ a }}}} = {{{{ 2 * a:.2f}}}}"

[worked.numbers]
a = "{metric}:.2f"

[[claims]]
kind = "finding"
says = "A sentence that a learner would remember."
holds = "{metric} > 0"
in_at_least = 0.9
control = "untrained"
[[claims]]
kind = "finding"
says = "Another one."
holds = "{metric} > 0"
in_at_least = 0.9
control = "untrained"

[[counter_examples]]
says = "A setting at which the first claim fails."
params = {{}}
breaks = 0
+++
The direct answer, in one sentence.

What the run shows: {{{{ {metric}:.2f}}}}. What it means.

Not true: it is always so. What is true instead.

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


def advice(entry: Entry) -> Iterator[str]:
    """What an editor would remark on the form. None of it makes a check fail: the writer decides."""
    plain = SLOT.sub("9", entry.text)
    if "Not true:" not in entry.text:
        yield 'no mistaken belief is named; "Not true:" comes before it'
    if entry.worked and not 3 <= len(entry.worked.lines) + 1 <= 5:
        yield f"the worked example has {len(entry.worked.lines) + 1} lines; three to five read best"
    words = plain.split()
    if not WORDS_OF_TEXT[0] <= len(words) <= WORDS_OF_TEXT[1]:
        yield f"the text has {len(words)} words; {WORDS_OF_TEXT[0]} to {WORDS_OF_TEXT[1]} read best"
    if lix(plain) > HARDEST:
        yield f"the text is hard to read (LIX {lix(plain):.0f}, at most {HARDEST}); shorter sentences, plainer words"
    yield from (f"a sentence of {len(sentence.split())} words: '{sentence[:60]} ...'; cut it in two"
                for sentence in sentences(plain) if len(sentence.split()) > LONGEST_SENTENCE)
    if leans := LEANING.search(entry.text + entry.simpler + entry.deeper):
        yield f'the text says "{leans[0]}", but a forum and the chat show it without the page'
    declared = measures(find(entry.experiment).metrics)
    for expression, form in slots(entry.text + entry.simpler + entry.deeper):
        name = expression.split("[")[0].split(".")[0]
        fits = name not in declared or form or expression.endswith(".count") or not declared[name].unit
        if not fits:
            yield f"{{{{ {expression} }}}} has no format, such as :.0% or :.2f"
    yield from _of_points(entry)
    if len({option.says for option in entry.prediction.options}) < len(entry.prediction.options):
        yield "two options of the prediction say the same"


def _of_points(entry: Entry) -> Iterator[str]:
    """What an editor would remark on the points."""
    if entry.points and len(entry.points) < FEWEST_POINTS:
        yield f"{len(entry.points)} points; {FEWEST_POINTS} or more cover what people ask beyond the topic"
    for point in entry.points:
        plain = SLOT.sub("9", point.says)
        count = len([part for part in re.split(r"(?<=[.?])\s+", plain) if len(part.split()) > 2])  # "No." is none
        if count > MOST_SENTENCES:
            yield f"points#{point.id} says {count} sentences; one to {MOST_SENTENCES} make the point"
        if leans := LEANING.search(plain):
            yield f'points#{point.id} says "{leans[0]}", but it is read by itself'
        if "!" in plain:
            yield f"points#{point.id} has an exclamation mark"
        if not any(ask[:1].islower() for ask in point.asks):
            yield f"points#{point.id} is asked in whole sentences only; people type terse, lower-case questions too"


def sentences(text: str) -> list[str]:
    """The sentences of a text, roughly."""
    return [part for part in re.split(r"(?<=[.?!:])\s+", text) if part]


def lix(text: str) -> float:
    """The readability index LIX: words a sentence plus the percentage of words over six letters (Björnsson, 1968)."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\$[^$]*\$", "x", text))
    return len(words) / max(len(sentences(text)), 1) + 100 * sum(len(w) > 6 for w in words) / max(len(words), 1)
