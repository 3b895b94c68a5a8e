"""What heads make of questions that they have not seen: posts are held out part by part, with their retellings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.fitting.examples import Example, Read, fold_of
from bot.matching.fitting.heads import Encode
from bot.matching.fitting.numbers import Outcomes
from bot.matching.fitting.train import Heads, fit_heads
from bot.matching.matcher import LARGE, NEAREST, NGRAMS, OUTSIDE, POINTED, Source, length_of, pointed_scores
from bot.matching.outside import GAPS

FOLDS = 5
SOURCES: Mapping[str, tuple[Source, ...]] = {  # of each matcher's mix
    "all-MiniLM-L6-v2": (("minilm", "story"), ("minilm", "asked"), (NGRAMS, "whole"), ("small", "whole"),
                         (NEAREST, "story"), (NEAREST, "asked"), (POINTED, "whole")),
    "small": (("small", "whole"), (NGRAMS, "whole")),
    "multilingual-e5-small": (("multilingual", "asked"), (NGRAMS, "whole")),
}


@dataclass(frozen=True)
class Measured:
    """A question that heads are measured on. `credit` is 1 for an entry that answers, 0.5 for one that helps."""

    example: Example
    credit: Mapping[str, float]
    scope: str  # in, near, gap or far


def measured_of(post: Example) -> Measured:
    """A post as a question: what answers it best counts in full, what else is among its labels half."""
    largest = max(post.labels.values())
    label = next(iter(post.labels))
    if label.startswith(OUTSIDE):
        return Measured(post, {}, "gap" if label == OUTSIDE + GAPS else "near")
    return Measured(post, {label: 1.0 if share == largest else 0.5 for label, share in post.labels.items()}, "in")


def crossfit(examples: Sequence[Example], questions: Sequence[Measured], labels: Sequence[str], read: Read,
             encode: Mapping[str, Encode], progress: Callable[[str], None] = print) -> Outcomes:
    """The logits of heads that were fitted without the posts that a question is, or tells anew. Questions that no post
    stands behind must not be among the examples."""
    sources = sources_of(encode)
    scores = {source: np.zeros((len(questions), len(labels)), np.float32) for source in sources}
    folds = np.array([max(fold_of(question.example, FOLDS), 0) for question in questions])
    for fold in np.unique(folds).tolist():
        seen = [example for example in examples if fold_of(example, FOLDS) != fold]
        heads = fit_heads(seen, labels, read, encode)
        held_out = np.flatnonzero(folds == fold)
        found = scores_of(heads, [questions[index] for index in held_out.tolist()], sources, labels, read, encode)
        for source, values in found.items():
            scores[source][held_out] = values
        progress(f"heads fitted without part {fold + 1} of {FOLDS}")
    return outcomes_of(questions, labels, scores, read)


def sources_of(encode: Mapping[str, Encode]) -> list[Source]:
    """The sources of all mixes whose encoders are there."""
    known = {*encode, NGRAMS, NEAREST, POINTED}
    return list(dict.fromkeys(source for sources in SOURCES.values() for source in sources if source[0] in known))


def scores_of(heads: Heads, questions: Sequence[Measured],
              sources: Sequence[Source], labels: Sequence[str], read: Read,
              encode: Mapping[str, Encode]) -> dict[Source, NDArray[np.float32]]:
    """What heads make of questions: for each source logits, (N, n_labels)."""
    readings = [read(question.example.text) for question in questions]
    scores = {}
    for model, view in sources:
        if model == POINTED:
            found = [pointed_scores(labels, question.example.pointed) for question in questions]
            scores[model, view] = np.stack(found)
            continue
        flat = [text for reading in readings for text in reading[view]]
        logits = _logits(heads, model, flat, encode)
        scores[model, view] = _means(logits, [len(reading[view]) for reading in readings])
    return scores


def _logits(heads: Heads, model: str, texts: Sequence[str], encode: Mapping[str, Encode]) -> NDArray[np.float32]:
    if model == NGRAMS:
        return heads.ngrams.logits(texts)
    if model == NEAREST:
        return heads.nearest.logits(encode[LARGE](texts))
    return heads.vectors[model].logits(encode[model](texts))


def outcomes_of(questions: Sequence[Measured], labels: Sequence[str], scores: Mapping[Source, NDArray[np.float32]],
                read: Read) -> Outcomes:
    """Scores beside what would be right."""
    number = {label: index for index, label in enumerate(labels)}
    targets, credit = np.zeros((2, len(questions), len(labels)))
    for row, question in enumerate(questions):
        for label, share in question.example.labels.items():
            targets[row, number[label]] = share
        for label, worth in question.credit.items():
            credit[row, number[label]] = worth
    return Outcomes(
        scores={source: values.astype(np.float64) for source, values in scores.items()},
        lengths=np.array([length_of(read(question.example.text)) for question in questions]),
        targets=targets, credit=credit, scope=np.array([question.scope for question in questions]),
        weights=np.ones(len(questions)),
    )


def _means(rows: NDArray[np.float32], counts: Sequence[int]) -> NDArray[np.float32]:
    """The mean of so many rows each, one after the other."""
    starts = np.cumsum([0, *counts[:-1]])
    return np.asarray(np.add.reduceat(rows, starts, axis=0) / np.asarray(counts)[:, None], np.float32)
