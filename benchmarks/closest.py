"""How often the point that a real post asks stands among the closest ones.

    python -m benchmarks.closest FILE

FILE has real posts (id, text, entries), of which bot/matching/fitting/pointed.jsonl says by their ids what they ask.
The entries are ranked by heads that were fitted without a post (bot/matching/fitting/crossfit.py), with the mix and
the thresholds that are shipped; the points' weights are the shipped ones. Takes half an hour, most of it for heads.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.content.entries import KNOWLEDGE, Entry, read_knowledge
from bot.diagnosis.pointing import entries_pointed_to
from bot.matching import Decision, Match, artefacts, cache_folder, encoders, read_outside
from bot.matching.fitting.chain import examples_of
from bot.matching.fitting.crossfit import SOURCES, crossfit, measured_of
from bot.matching.fitting.examples import reader
from bot.matching.fitting.numbers import Outcomes, mixed_scores
from bot.matching.fitting.pointed import read_pointed
from bot.matching.fitting.train import Vectorised
from bot.matching.head import probabilities
from bot.matching.matcher import is_entry, signs_of
from bot.matching.points import IN_LISTS, MINILM, NEAREST, PointMatcher, shares

SHARES = (1, 2, 3, 4)  # of the closest, how many are shown


@dataclass(frozen=True)
class Posted:
    """A post, the points that it asks ("entry#point"), the entries that answer it, and how it was decided on."""

    text: str
    asks: frozenset[str]
    entries: tuple[str, ...]
    decision: Decision


def outcomes_of(file: Path) -> tuple[Sequence[str], Sequence[str | None], Outcomes]:
    """The labels, the ids of the posts, and what heads that have not seen them make of each."""
    entries, outside = tuple(read_knowledge().values()), read_outside(KNOWLEDGE / "outside.toml")
    labels = artefacts.labels_of(entries, outside)
    speller, known, posts = examples_of(entries, outside, [file], entries_pointed_to, entries)
    encode = {"minilm": Vectorised(encoders.minilm(), cache_folder()), "small": Vectorised(encoders.small())}
    asked = [measured_of(post) for post in posts]
    found = crossfit([*known, *posts], asked, labels, reader(speller), encode, print)
    encode["minilm"].keep()
    return labels, [post.post for post in posts], found


def posted(file: Path, labels: Sequence[str], ids: Sequence[str | None], found: Outcomes) -> Iterator[Posted]:
    """The marked posts, decided on by the shipped numbers."""
    numbers, marks = artefacts.read(artefacts.SHIPPED).numbers[MINILM], read_pointed()
    found = found.of(SOURCES[MINILM])
    mix = {(model, view): weight for model, views in numbers.mix.items() for view, weight in views.items()}
    every, ours = probabilities(mixed_scores(found, mix).astype(np.float32)), is_entry(tuple(labels))
    chances, slugs = every[:, ours], np.asarray(labels)[ours].tolist()
    scores = {source: values.astype(np.float32) for source, values in found.scores.items()}
    confidences = numbers.confidences(signs_of(labels, chances, every[:, ~ours], found.lengths, scores))
    row = {name: number for number, name in enumerate(ids)}
    for line in file.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        if given["id"] in marks and given["id"] in row:
            at = row[given["id"]]
            order = np.argsort(-chances[at])
            falling = np.minimum.accumulate(confidences[at, order])
            ranked = tuple(Match(slugs[k], c) for k, c in zip(order.tolist(), falling.tolist(), strict=True))
            kind, sure = numbers.decide(ranked[0].confidence, float(chances[at].sum()))
            yield Posted(given["text"], frozenset(marks[given["id"]]), tuple(given.get("entries") or ()),
                         Decision(kind, ranked, None, None, given["text"], sure))


def hits(posts: Sequence[Posted], finder: PointMatcher, entries: dict[str, Entry], looked: int,
         least: float) -> tuple[int, int, np.ndarray]:
    """How many posts get a point said, how many of them the right one; and of the others, in how many the asked point
    is among the first one, two, three, four of the closest."""
    said = right = 0
    shown = np.zeros(len(SHARES), int)
    for post in posts:
        ranked = post.decision.ranked[:looked]
        entry = entries[ranked[0].slug]
        beside = [(entries[slug], share) for slug, share in shares(entry.slug, ranked)]
        asked = finder.asked(post.text, entry, least, beside)
        if asked.sure:
            said, right = said + 1, right + any(f"{entry.slug}#{name}" in post.asks for name in asked.sure)
        else:
            found = [f"{one.entry}#{one.id}" in post.asks for one in asked.closest]
            shown += [any(found[:most]) for most in SHARES]
    return said, right, shown


def main(file: Path) -> None:
    """Measure, and print."""
    posts = [post for post in posted(file, *outcomes_of(file)) if post.asks]
    entries = read_knowledge()
    fitted, outside = artefacts.read(artefacts.SHIPPED), read_outside(KNOWLEDGE / "outside.toml")
    matcher = artefacts.matcher_of(fitted, {"minilm": encoders.minilm(), "small": encoders.small()}, outside)
    finder = PointMatcher(matcher, fitted.asks, {name: one.points for name, one in fitted.numbers.items()})
    answered = [post for post in posts if post.decision.kind == "answer"]
    rightly = [post for post in answered if post.decision.ranked[0].slug in post.entries]
    torn = [post for post in posts if post.decision.kind == "suggest"]
    least = fitted.numbers[MINILM].thresholds.point
    one = (1, NEAREST)
    for name, some, sure, widths in (("answered", answered, least, one), ("rightly", rightly, least, one),
                                     ("lists", torn, 2.0, (NEAREST, IN_LISTS))):  # in lists none counts as said
        for looked in widths:
            said, right, shown = hits(some, finder, entries, looked, sure)
            print(f"{name:9} {len(some)} posts, {looked} entries: a point is said to {said}, the right one to {right}; "
                  f"the asked one is among the first {SHARES} of the closest of the others: {shown.tolist()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
