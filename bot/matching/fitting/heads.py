"""Heads fitted to examples: over the vectors of each encoder, and over n-grams."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching import ngrams
from bot.matching.encoders import Vectors
from bot.matching.features import View
from bot.matching.fitting import regression
from bot.matching.fitting.examples import Example, Read
from bot.matching.head import LEVELS, NgramHead, VectorHead, quantised

VIEWS: Mapping[str, tuple[View, ...]] = {  # what heads learn from
    "minilm": ("story", "asked"), "small": ("whole",), "multilingual": ("asked",),
}
PENALTY = {"minilm": 3e-5, "small": 1e-4, "multilingual": 3e-5, "ngrams": 3e-5}
ITERATIONS = {"minilm": 120, "small": 120, "multilingual": 120, "ngrams": 60}
WHOLE: tuple[View, ...] = ("whole",)

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Rows:
    """Texts of examples as rows of a regression: each form of each view is one, and they share the example's weight."""

    texts: list[str]
    targets: Floats  # (N, n_labels)
    weights: Floats  # (N,), balanced


def rows_of(examples: Sequence[Example], labels: Sequence[str], read: Read, views: Sequence[View]) -> Rows:
    """The rows that the examples make."""
    number = {label: index for index, label in enumerate(labels)}
    texts: list[str] = []
    shares: list[Mapping[str, float]] = []
    weights: list[float] = []
    for example in examples:
        reading = read(example.text)
        forms = list(dict.fromkeys(text for view in views for text in reading[view]))
        texts += forms
        shares += [example.labels] * len(forms)
        weights += [example.weight / len(forms)] * len(forms)
    targets = np.zeros((len(texts), len(labels)), np.float32)
    for row, share in enumerate(shares):
        for label, part in share.items():
            targets[row, number[label]] = part
    return Rows(texts, targets, regression.balanced(targets, np.asarray(weights, np.float32)))


def fit_vectors(name: str, rows: Rows, encode: Encode, start: VectorHead | None = None) -> VectorHead:
    """A head over an encoder's vectors; `start` are weights that it is pulled to. Weights have half precision, as in
    the file."""
    origin = None if start is None else (start.weights, start.bias)
    weights, bias = regression.fit(encode(rows.texts), rows.targets, rows.weights, PENALTY[name], ITERATIONS[name],
                                   origin)
    return VectorHead(weights.astype(np.float16).astype(np.float32), bias)


def fit_ngrams(rows: Rows, start: NgramHead | None = None) -> NgramHead:
    """A head over n-grams. Those that `start` knows keep their inverse frequencies, and others are not looked at."""
    hits = [ngrams.buckets(text) for text in rows.texts]
    idf, origin = ngrams.inverse_document_frequencies(hits), None
    if start is not None:
        idf = np.zeros(ngrams.BUCKETS, np.float32)
        idf[start.buckets] = start.idf
        origin = ((start.rows * start.scales[:, None]).T.astype(np.float32), start.bias)
    used = np.flatnonzero(idf)
    inputs = ngrams.matrix(hits, idf)[:, used]
    weights, bias = regression.fit(inputs, rows.targets, rows.weights, PENALTY["ngrams"], ITERATIONS["ngrams"], origin)
    whole, scales = quantised(np.ascontiguousarray(weights.T), LEVELS)
    return NgramHead(used.astype(np.uint16), idf[used].astype(np.float32), whole, scales, bias)


def no_ngrams(labels: int) -> NgramHead:
    """A head that looks at no n-gram."""
    nothing = np.zeros(0, np.float32)
    return NgramHead(nothing.astype(np.uint16), nothing, np.zeros((0, labels), np.int8), nothing,
                     np.zeros(labels, np.float32))
