"""What is fitted for the points that come closest to a question: how much each sign of them counts.

On real posts that are marked with the points that they ask, each with its entries as heads rank them that have not seen
it: the weights that make the points that it asks the most probable among all points of its first entries.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from bot.content.entries import Entry
from bot.matching.closest import among, signs_of
from bot.matching.decisions import Decision, Match, Numbers
from bot.matching.features import reading_of
from bot.matching.fitting.crossfit import SOURCES
from bot.matching.fitting.numbers import Floats, Outcomes, mixed_scores
from bot.matching.fitting.pointed import read_pointed
from bot.matching.head import probabilities
from bot.matching.matcher import is_entry
from bot.matching.matcher import signs_of as entry_signs
from bot.matching.points import IN_LISTS, PointMatcher, asked_in
from bot.matching.spaces import nearness_of

DECAY = 0.003  # of weights for signs of unit variance, by their squares
DIGITS = 3  # of weights, after the point


@dataclass(frozen=True)
class Posted:
    """A post, the points that it asks ("entry#point"), the entries that answer it, and how it was decided on."""

    id: str
    text: str
    asks: frozenset[str]
    entries: tuple[str, ...]
    decision: Decision


@dataclass(frozen=True)
class Candidates:
    """The points of a post's first entries: their signs (n, F), and which of them it asks (n,)."""

    signs: Floats
    right: np.ndarray


def posted(files: Sequence[Path], labels: Sequence[str], ids: Sequence[str | None], found: Outcomes,
           name: str, numbers: Numbers) -> Iterator[Posted]:
    """The marked posts of files, decided on by what heads that have not seen them make of each, for the matcher of that
    name with its numbers; `ids` are those of the posts whose outcomes were `found`."""
    found = found.of(SOURCES[name])
    mix = {(model, view): weight for model, views in numbers.mix.items() for view, weight in views.items()}
    every, ours = probabilities(mixed_scores(found, mix).astype(np.float32)), is_entry(tuple(labels))
    chances, slugs = every[:, ours], np.asarray(labels)[ours].tolist()
    scores = {source: values.astype(np.float32) for source, values in found.scores.items()}
    confidences = numbers.confidences(entry_signs(labels, chances, every[:, ~ours], found.lengths, scores))
    row, marks = {one: number for number, one in enumerate(ids)}, read_pointed()
    for line in (line for file in files for line in file.read_text(encoding="utf-8").splitlines()):
        given = json.loads(line)
        if given["id"] in marks and given["id"] in row and not given.get("previous"):
            at = row[given["id"]]
            order = np.argsort(-chances[at])
            falling = np.minimum.accumulate(confidences[at, order])
            ranked = tuple(Match(slugs[k], c) for k, c in zip(order.tolist(), falling.tolist(), strict=True))
            kind, sure = numbers.decide(ranked[0].confidence, float(chances[at].sum()))
            yield Posted(given["id"], given["text"], frozenset(marks[given["id"]]), tuple(given.get("entries") or ()),
                         Decision(kind, ranked, None, None, given["text"], sure))


def candidates_of(post: Posted, finder: PointMatcher, entries: Mapping[str, Entry]) -> tuple[list[str], Candidates]:
    """The names of the signs, and what they say of the points of the entries that a list of three looks through."""
    asking, others = asked_in(reading_of(*finder.matcher.understood(post.text)))
    read = finder.vectors_of([*asking, *others])
    found, right = [], []
    for match in post.decision.ranked[:IN_LISTS]:
        entry = entries[match.slug]
        if entry.points:
            signs = signs_of(nearness_of(read, finder.known_spaces(entry)), match.confidence)
            found.append(np.column_stack([signs[name] for name in sorted(signs)]))
            right += [f"{entry.slug}#{point.id}" in post.asks for point in entry.points]
    return sorted(signs), Candidates(np.concatenate(found), np.array(right))


def fit_closest(names: Sequence[str], posts: Sequence[Candidates]) -> Mapping[str, float]:
    """The weights of signs, by name, of the posts that ask one of their points."""
    asked = [post for post in posts if post.right.any()]
    spread = np.concatenate([post.signs for post in asked]).std(axis=0) + 1e-6

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, gradient = 0.0, np.zeros_like(weights)
        for post in asked:
            z = post.signs / spread @ weights
            chance = np.exp(z - z.max())
            chance /= chance.sum()
            theirs = float(chance[post.right].sum())
            value -= np.log(theirs + 1e-12)
            gradient += (post.signs / spread).T @ (chance - np.where(post.right, chance / (theirs + 1e-12), 0))
        count = len(asked)
        return value / count + DECAY * float(weights @ weights), gradient / count + 2 * DECAY * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / spread
    return dict(zip(names, np.round(found, DIGITS).tolist(), strict=True))


def hits(names: Sequence[str], posts: Sequence[Candidates], weights: Mapping[str, float], most: int) -> np.ndarray:
    """For each post, whether a point that it asks is among the closest one, two, ... `most`, (N, most)."""
    found = np.zeros((len(posts), most), bool)
    for row, post in zip(found, posts, strict=True):
        chances = among([dict(zip(names, post.signs.T, strict=True))], weights)[0]
        row[:] = np.maximum.accumulate(post.right[np.argsort(-chances)[:most]])
    return found


def held_out(names: Sequence[str], posts: Sequence[Candidates], most: int, folds: int = 6) -> np.ndarray:
    """The same, each with weights that were fitted on the posts of the other folds."""
    fold = np.arange(len(posts)) % folds
    found = np.zeros((len(posts), most), bool)
    for number in range(folds):
        others = [post for post, at in zip(posts, fold, strict=True) if at != number]
        mine = [post for post, at in zip(posts, fold, strict=True) if at == number]
        found[fold == number] = hits(names, mine, fit_closest(names, others), most)
    return found
