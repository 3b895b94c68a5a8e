"""A linear classifier over a text's vector and character runs; a class an entry or a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.matching import ngrams
from bot.matching.encoders import Vectors

PENALTY = 10.0  # scikit-learn's C: the inverse of the L2 penalty
ITERATIONS = 200
COMPONENTS = 500  # of the character runs, that the classifier sees beside the vector


@dataclass(frozen=True)
class Head:
    """Multinomial logistic regression as arrays, so that using it needs numpy alone."""

    labels: tuple[str, ...]
    weights: Vectors  # (n_labels, dim)
    bias: Vectors  # (n_labels,)
    run_weights: NDArray[np.float16]  # (BUCKETS, n_labels)
    inverse: Vectors  # (BUCKETS,)

    def logits(self, vectors: Vectors, texts: Sequence[str]) -> Vectors:
        """Log probabilities up to a constant a row, (N, n_labels), of texts with their vectors (N, dim)."""
        found = vectors @ self.weights.T + self.bias
        for row, text in enumerate(texts):
            index, values = ngrams.weighted(ngrams.buckets(text), self.inverse)
            if index:
                found[row] += values @ self.run_weights[index]
        return found


@lru_cache(maxsize=1)  # the second encoder's head is fitted on the same texts
def _components(texts: tuple[str, ...]) -> tuple[Vectors, Vectors, Vectors]:
    """How rare each bucket is, (BUCKETS,), the texts' main directions among the buckets, (n, BUCKETS), and where
    along them each text lies, (N, n)."""
    from sklearn.utils.extmath import randomized_svd

    hits = [ngrams.buckets(text) for text in texts]
    inverse = ngrams.inverse_frequencies(hits)
    runs = ngrams.matrix(hits, inverse)  # (N, BUCKETS), sparse
    wanted = min(COMPONENTS, len(texts) - 1)
    axes = randomized_svd(runs, wanted, n_iter=2, random_state=0)[2].astype(np.float32)
    return inverse, axes, runs @ axes.T


def fit_head(vectors: Vectors, texts: Sequence[str], labels: Sequence[str]) -> Head:
    """Fit the head to texts with their vectors (N, dim) and labels; every label weighs the same in total."""
    from sklearn.linear_model import LogisticRegression  # a second to import, and needed only here

    names, index = np.unique(np.asarray(labels), return_inverse=True)
    inverse, axes, along = _components(tuple(texts))
    seen = np.hstack([vectors, along])  # (N, dim + n)
    model = LogisticRegression(C=PENALTY, max_iter=ITERATIONS, class_weight="balanced").fit(seen, index)
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(names) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    dim = vectors.shape[1]
    run_weights = (axes.T @ weights[:, dim:].T).astype(np.float16)
    return Head(tuple(str(name) for name in names), weights[:, :dim], bias, run_weights, inverse)


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Softmax over the last axis."""
    shifted = np.exp(np.asarray(logits, np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
