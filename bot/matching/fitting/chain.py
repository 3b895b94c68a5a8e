"""Everything that is shipped, in one go: heads, numbers, words."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from bot.language.spelling import Speller
from bot.matching import artefacts, encoders
from bot.matching.artefacts import Fitted
from bot.matching.asks import HasPoints
from bot.matching.fitting.crossfit import SOURCES, Measured, crossfit, measured_of, outcomes_of, scores_of
from bot.matching.fitting.examples import (
    Example,
    groups_of_posts,
    of_knowledge,
    of_points,
    of_posts,
    reader,
    with_labels_of,
)
from bot.matching.fitting.held_out import held_out
from bot.matching.fitting.held_out import render as render_held_out
from bot.matching.fitting.numbers import Outcomes, fit_numbers, joined, read_costs
from bot.matching.fitting.train import Vectorised, fit_heads, speller_of
from bot.matching.matcher import OUTSIDE, HasPhrasings, Pointing
from bot.matching.outside import Group


def fit_all(entries: Sequence[HasPhrasings], outside: Sequence[Group], posts: Sequence[Path], far: Sequence[str],
            foreign: Sequence[Measured], cache: Path, pointing: Pointing,
            say: Callable[[str], None] = print, asking: Sequence[HasPoints] = ()) -> tuple[Fitted, Outcomes]:
    """Fit heads on the knowledge base and on real posts, if files of them are given; and mixes, confidences and
    thresholds on what heads that have not seen them make of the real posts, or else of those that are told anew.

    `far` are far and hostile questions, which nothing is fitted on: none of them may be answered. `foreign` are
    questions in other languages, on which the numbers of the multilingual encoder are fitted, where that is installed.
    `asking` are entries with points, whose ways to ask are examples for their entry.
    """
    labels = artefacts.labels_of(entries, outside)
    speller, known, real = examples_of(entries, outside, posts, pointing, asking)
    read = reader(speller)
    encode = {"minilm": Vectorised(encoders.minilm(), cache), "small": Vectorised(encoders.small(), cache)}
    say(f"{len(known)} texts and {len(real)} real posts for {len(labels)} labels")
    posts_asked = [measured_of(post) for post in real or [example for example in known if example.post]]
    outcomes = crossfit([*known, *real], posts_asked, labels, read, encode, say)
    with suppress(encoders.EncoderUnavailable):
        encode["multilingual"] = Vectorised(encoders.multilingual(), cache)
    heads = fit_heads([*known, *real], labels, read, encode)
    costs, numbers = read_costs(), {}
    for name in ("all-MiniLM-L6-v2", "small"):
        measured = outcomes.of(SOURCES[name])
        if far:
            scores = scores_of(heads, distant(far, outside), SOURCES[name], labels, read, encode)
            measured = joined(measured, outcomes_of(distant(far, outside), labels, scores, read))
        numbers[name] = fit_numbers(measured, labels, costs)
        if real:  # of posts that are told anew the figures would flatter
            say(name)
            styles = [*(post.example.style for post in posts_asked), *("" for _ in far)]
            for line in render_held_out(held_out(measured, labels, costs), measured, labels, styles):
                say(line)
    if "multilingual" in encode and foreign:
        sources = SOURCES["multilingual-e5-small"]
        scores = scores_of(heads, foreign, sources, labels, read, encode)
        measured = outcomes_of(foreign, labels, scores, read)
        numbers["multilingual-e5-small"] = fit_numbers(measured, labels, costs)
    for vectors in encode.values():
        vectors.keep()
    fitted = Fitted(labels, heads.vectors, heads.ngrams, heads.nearest, speller.holding, numbers,
                    artefacts.hashes_of(entries, outside), len(real))
    return fitted, outcomes


def examples_of(entries: Sequence[HasPhrasings], outside: Sequence[Group], posts: Sequence[Path], pointing: Pointing,
                asking: Sequence[HasPoints]) -> tuple[Speller, list[Example], list[Example]]:
    """The speller of the knowledge base, the examples that it holds, and the real posts in files, with their labels;
    for `asking`, see `fit_all`."""
    known = of_knowledge(entries, outside)
    labels, groups = artefacts.labels_of(entries, outside), groups_of_posts(known)
    real = [post for file in posts for post in of_posts(file, labels, groups, pointing)]
    return speller_of(known), [*with_labels_of(known, real), *of_points(asking)], real


def distant(far: Sequence[str], outside: Sequence[Group]) -> list[Measured]:
    """Far questions, which any of the far groups may have."""
    groups = [OUTSIDE + group.name for group in outside if not group.near]
    even = dict.fromkeys(groups, 1 / max(len(groups), 1))
    return [Measured(Example(text, even), {}, "far") for text in far]


def render(outcomes: Outcomes) -> str:
    """How many questions of each scope the numbers were fitted on."""
    names, counts = np.unique(outcomes.scope, return_counts=True)
    return ", ".join(f"{count} {name}" for name, count in zip(names.tolist(), counts.tolist(), strict=True))
