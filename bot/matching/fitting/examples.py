"""What heads are fitted on: phrasings, examples of what is not ours, and real posts where their file is at hand."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bot.content.entries import KNOWLEDGE
from bot.content.phrasings import ENDING, Phrasing, read_phrasings
from bot.language.spelling import Speller
from bot.matching.asks import HasPoints
from bot.matching.features import Reading, clean, reading_of
from bot.matching.fitting.relabelled import NOTHING, RELABELLED, Added, read_relabelled
from bot.matching.matcher import OUTSIDE, HasPhrasings, Pointing, nowhere
from bot.matching.outside import GAPS, Group

WRITTEN, RETOLD, REAL = 1.0, 2.0, 4.0  # the weight of an example by where it comes from
HALF = 0.25  # the share of an entry that helps, beside one that answers

Read = Callable[[str], Reading]


@dataclass(frozen=True)
class Example:
    """A text and what it asks for: the share of each label, which sum to one."""

    text: str  # cleaned
    labels: Mapping[str, float]
    weight: float = WRITTEN
    post: str | None = None  # the real post that it is, or tells anew: such texts are held out together
    pointed: tuple[str, ...] = ()  # the entries that its code points to, see matcher.Pointing
    style: str = ""  # of a real post
    nearby: bool = True  # whether it is kept among the phrasings that a question is compared with


def reader(speller: Speller) -> Read:
    """What models read of a cleaned text; each is read once."""
    return cache(lambda text: reading_of(text, speller.correct(text)))


def of_knowledge(entries: Sequence[HasPhrasings], outside: Sequence[Group],
                 knowledge: Path = KNOWLEDGE) -> list[Example]:
    """Titles, phrasings and examples of what is not ours. Which of them are retold is read from their files; entries
    without a file, as tests make them, have written phrasings only."""
    texts = [(text, entry.slug) for entry in entries for text in (entry.title, *entry.utterances)]
    texts += [(text, OUTSIDE + group.name) for group in outside for text in group.examples]
    told = {phrasing.text: phrasing for phrasing in _retold(knowledge)}
    return [_example(text, label, told.get(text)) for text, label in texts]


def of_points(entries: Sequence[HasPoints]) -> list[Example]:
    """The ways to ask the points of entries: each asks for its entry, too. They are kept with the points."""
    return [Example(clean(ask), {entry.slug: 1.0}, nearby=False)
            for entry in entries for point in entry.points for ask in point.asks]


def of_posts(file: Path, labels: Sequence[str], groups: Mapping[str, str],
             pointing: Pointing = nowhere, relabelled: Path = RELABELLED) -> list[Example]:
    """Real posts in the format of their file (id, text, scope, entries, half), with the labels that `relabelled` adds.
    Those out of scope get the group that `relabelled` or else the retellings of them have, by the post's id; those with
    an earlier question, which they lean on, are left out.

    ValueError, naming the line, where a line is none of that.
    """
    found, added = [], read_relabelled(relabelled)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            given = json.loads(line)
            shares = _shares(given, labels, groups, added.get(str(given["id"]), NOTHING))
            if shares and not given.get("previous"):
                found.append(Example(clean(given["text"]), shares, REAL, given["id"], tuple(pointing(given["text"])),
                                     str(given.get("style", ""))))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{file}, line {number}: not a post: {error!r}") from error
    return found


def with_labels_of(known: Sequence[Example], posts: Sequence[Example]) -> list[Example]:
    """The examples, of which those that tell a post anew ask for all that the post asks for."""
    labels = {post.post: post.labels for post in posts}
    return [replace(example, labels=labels.get(example.post, example.labels)) if example.post else example
            for example in known]


def groups_of_posts(examples: Sequence[Example]) -> dict[str, str]:
    """The group of each post out of scope that is told anew, by the post's id."""
    labels = {example.post: next(iter(example.labels)) for example in examples if example.post}
    return {post: label for post, label in labels.items() if label.startswith(OUTSIDE)}


def fold_of(example: Example, folds: int) -> int:
    """The part of a cross-validation that a post belongs to, by its id alone; -1 for what no post stands behind."""
    if example.post is None:
        return -1
    return hashlib.sha256(example.post.encode()).digest()[0] % folds


def _example(text: str, label: str, told: Phrasing | None) -> Example:
    return Example(clean(text), {label: 1.0}, RETOLD if told else WRITTEN, told.of if told else None)


def _retold(knowledge: Path) -> Iterator[Phrasing]:
    for file in sorted(knowledge.glob(f"*/*{ENDING}")):
        if '"retold"' in file.read_text(encoding="utf-8"):
            yield from (phrasing for phrasing in read_phrasings(file) if phrasing.origin == "retold")


def _shares(given: Mapping[str, object], labels: Sequence[str], groups: Mapping[str, str],
            added: Added) -> dict[str, float]:
    """The share of each label of a post; empty where none of its entries exists. A post out of scope is in scope where
    an entry that was added to it exists."""
    if given["scope"] != "in" and not set(added.entries).intersection(labels):
        told = GAPS if given["scope"] == "gap" else added.group
        group = OUTSIDE + told if told else groups.get(str(given["id"]), "")
        return {group: 1.0} if group in labels else {}
    entries, half = (*_slugs(given, "entries"), *added.entries), (*_slugs(given, "half"), *added.half)
    shares = dict.fromkeys(half, HALF) | dict.fromkeys(entries, 1.0)
    shares = {slug: share for slug, share in shares.items() if slug in labels}
    total = sum(shares.values())
    return {slug: share / total for slug, share in shares.items()} if 1.0 in shares.values() else {}


def _slugs(given: Mapping[str, object], key: str) -> list[str]:
    found = given.get(key) or []
    if not isinstance(found, list):
        raise TypeError(f"{key} is no list")
    return [str(slug) for slug in found]
