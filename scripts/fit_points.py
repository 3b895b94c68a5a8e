"""Fit what finds the point that a question asks, after points (`knowledge/<topic>/<slug>.points.toml`) have changed.

    python scripts/fit_points.py [--real FILE ...] [--report] [--here]
    python scripts/fit_points.py --texts

Reads all points with MiniLM, fits how much each nearness counts and from which probability a point is said, and writes
both into bot/matching/fitted/ (points.npz, and the numbers beside the other thresholds). `--report` measures only.
`--here` leaves as it is from which probability a point decides on the entry: most of the time goes into that. `--texts`
fits nothing: points are read, the weights stay as they are. That is enough where some points were mended or added, and
better than a fit without the real posts that the weights come from, where one has not got them.
What a right and a wrong point are worth stands in bot/matching/costs.toml. scripts/fit_matching.py runs this, too.

Measured on the ways to ask each point, each left out of its own, and on the in-scope questions of
tests/questions/development.jsonl, which ask for a topic in general unless tests/questions/points.jsonl names their
point; that file has further general ones. Where FILEs of real posts are given (--real, as in fit_matching.py), on those
too of which bot/matching/fitting/pointed.jsonl says by their ids which points they ask, or that they ask none.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.content.entries import KNOWLEDGE, Entry, read_knowledge  # noqa: E402
from bot.diagnosis.pointing import entries_pointed_to  # noqa: E402
from bot.matching import Group, Matcher, Numbers, Pointed, artefacts, cache_folder, encoders, read_outside  # noqa: E402
from bot.matching.artefacts import Fitted  # noqa: E402
from bot.matching.asks import known_vectors, texts_of  # noqa: E402
from bot.matching.evaluation import NEIGHBOURS, QUESTIONS, read_neighbours, read_questions  # noqa: E402
from bot.matching.fitting.elsewhere import Tried, best_elsewhere, counts  # noqa: E402
from bot.matching.fitting.numbers import Floats, read_costs  # noqa: E402
from bot.matching.fitting.pointed import PointedPost, pointed_posts  # noqa: E402
from bot.matching.fitting.points import Posed, asks_of, best_threshold, fit_points, held_out, posed  # noqa: E402
from bot.matching.fitting.train import Vectorised  # noqa: E402
from bot.matching.points import MINILM, NEAREST, SMALL, PointMatcher  # noqa: E402

WIDE = 8  # of the entries at a glance, among which one must have points
MARKED = QUESTIONS.with_name("points.jsonl")


Points = Sequence[Entry]  # the entries that have some


class Kept:
    """An encoder whose vectors are kept in the cache: the same questions are read at each fit."""

    def __init__(self, encoder: encoders.Encoder) -> None:
        self.name, self.dim = encoder.name, encoder.dim
        self.encode = Vectorised(encoder, cache_folder())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, metavar="FILE", nargs="*", default=[])
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--texts", action="store_true")
    options = parser.parse_args()
    entries, outside = tuple(read_knowledge().values()), read_outside(KNOWLEDGE / "outside.toml")
    with_points = [entry for entry in entries if entry.points]
    texts = [text for entry in with_points for text in texts_of(entry.points)]
    large = Kept(encoders.minilm())
    fitted = artefacts.read(artefacts.SHIPPED)
    fitted = replace(fitted, asks=known_vectors(texts, large.encode(texts)))
    if not options.texts:
        numbers = all_numbers(fitted, with_points, outside, large, options)
        fitted = replace(fitted, numbers={**fitted.numbers, **numbers})
    large.encode.keep()
    if options.report:
        return
    artefacts.write(artefacts.SHIPPED, fitted)
    file = artefacts.SHIPPED / artefacts.POINTS
    print(f"{file.stat().st_size / 1e6:6.2f} MB  {file.relative_to(ROOT)}: {len(texts)} texts")


def all_numbers(fitted: Fitted, entries: Points, outside: Sequence[Group], large: encoders.Encoder,
                options: argparse.Namespace) -> Mapping[str, Numbers]:
    """The numbers of both matchers with those of points."""
    small = {"small": encoders.small()}
    posts = [post for file in options.real for post in pointed_posts(file)]
    return {name: fitted_numbers(name, fitted, entries, outside, models, posts, options.here)
            for name, models in ((SMALL, small), (MINILM, {"minilm": large, **small}))}


def fitted_numbers(name: str, fitted: Fitted, entries: Points, outside: Sequence[Group],
                   models: Mapping[str, encoders.Encoder], posts: Sequence[PointedPost] = (),
                   here: bool = False) -> Numbers:
    """The numbers of one matcher with those of points, which are told."""
    matcher = artefacts.matcher_of(fitted, models, outside, entries_pointed_to)
    finder = PointMatcher(matcher, fitted.asks, {})
    questions = [*asks_of(entries, finder), *general(entries, finder), *real(posts, entries, finder)]
    confidence, right = held_out(questions)
    threshold = best_threshold(questions, confidence, right, read_costs().points)
    found = fit_points(questions)
    asks = np.array([bool(one.right) for one in questions])
    said = confidence >= threshold
    print(f"{name}: said from {threshold:.2f}. Of {asks.sum()} questions that ask a point {right[asks].mean():.0%} lie "
          f"nearest to theirs; {said[asks].mean():.0%} get one, {right[asks & said].mean():.0%} of these the right "
          f"one. Of {(~asks).sum()} general ones {said[~asks].mean():.0%} get one.")
    are_real = np.array([one.source == "real" for one in questions])
    if are_real.any():
        of_real, none = are_real & asks, are_real & ~asks
        print(f"  Of {of_real.sum()} real ones that ask a point {right[of_real].mean():.0%} lie nearest to theirs; "
              f"{said[of_real].mean():.0%} get one, {right[of_real & said].mean():.0%} of these the right one. Of "
              f"{none.sum()} that ask none {said[none].mean():.0%} get one.")
    thresholds = fitted.numbers[name].thresholds.model_copy(update={"point": threshold})
    if not here:
        finder = PointMatcher(matcher, fitted.asks, dict.fromkeys((MINILM, SMALL), Numbers(points=found)))
        glance = artefacts.matcher_of(fitted, {"small": encoders.small()}, outside)
        tries = [*asked_elsewhere(entries, questions, confidence, finder), *others_elsewhere(entries, finder, glance)]
        elsewhere = best_elsewhere(tries, threshold)
        print(f"  elsewhere from {elsewhere:.2f}: {dict(counts(tries, elsewhere))} of {len(tries)}; "
              f"from 0.80: {dict(counts(tries, 0.8))}")
        thresholds = thresholds.model_copy(update={"elsewhere": elsewhere})
    return fitted.numbers[name].model_copy(update={"points": found, "thresholds": thresholds})


def general(entries: Points, finder: PointMatcher) -> Iterator[Posed]:
    """The questions of the development set to entries that have points, of which those that are marked ask one, and
    further ones."""
    lines = [json.loads(line) for line in MARKED.read_text(encoding="utf-8").splitlines()]
    marked = {line["id"]: line["points"] for line in lines if "id" in line}
    asked = [(one.text, one.entry, marked.get(one.id, ())) for one in read_questions(QUESTIONS)]
    asked += [(line["text"], line["entry"], line["points"]) for line in lines if "text" in line]
    by_slug = {entry.slug: entry for entry in entries}
    for text, slug, points in asked:
        if slug in by_slug:
            yield posed(text, points, by_slug[slug], finder)


def real(posts: Sequence[PointedPost], entries: Points, finder: PointMatcher) -> Iterator[Posed]:
    """Real posts to each of the entries that answer them, with the points of it that they ask."""
    by_slug = {entry.slug: entry for entry in entries}
    for post in posts:
        for slug, points in post.asked.items():
            if slug in by_slug:
                yield posed(post.text, points, by_slug[slug], finder, "real")


def asked_elsewhere(entries: Points, questions: Sequence[Posed], confidence: Floats,
                    finder: PointMatcher) -> Iterator[Tried]:
    """Every way to ask, as it is decided without points; in its own entry it was left out of its point."""
    by_slug = {entry.slug: entry for entry in entries}
    asks = {ask for entry in entries for point in entry.points for ask in point.asks}
    for one, sure in zip(questions, confidence.tolist(), strict=True):
        if one.text in asks:
            decision = finder.matcher.decide(one.text)
            near = [match.slug for match in decision.ranked[:NEAREST]]
            found = finder.find(one.text, [by_slug[slug] for slug in near if slug in by_slug and slug != one.entry])
            own = [Pointed(one.entry, "", sure)] if one.entry in near else []
            yield Tried(decision, (*found, *own), frozenset((one.entry,)))


def others_elsewhere(entries: Points, finder: PointMatcher, glance: Matcher) -> Iterator[Tried]:
    """The questions of the development set, of whatever scope, that come near to an entry with points."""
    by_slug, neighbours = {entry.slug: entry for entry in entries}, read_neighbours(NEIGHBOURS)
    for question in read_questions(QUESTIONS):
        if not any(match.slug in by_slug for match in glance.decide(question.text).ranked[:WIDE]):
            continue  # a glance costs a hundredth
        decision = finder.matcher.decide(question.text, question.previous or ())
        near = [by_slug[match.slug] for match in decision.ranked[:NEAREST] if match.slug in by_slug]
        if decision.kind != "decline" and near and not question.previous:
            full = neighbours[question.entry].full if question.entry in neighbours else ()
            right = frozenset((question.entry, *full)) if question.entry else frozenset()
            yield Tried(decision, tuple(finder.find(question.text, near)), right)


if __name__ == "__main__":
    main()
