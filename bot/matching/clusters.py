"""Questions that ask the same, found without anybody's labels: HDBSCAN on the vectors of an encoder."""

from collections.abc import Sequence

import numpy as np
from sklearn.cluster import HDBSCAN

from bot.matching.encoders import Encoder, Vectors

FEWEST = 4  # texts; among fewer there is nothing to cluster
SHARE, LARGEST = 8, 8  # a cluster has at most a part in SHARE of the texts, or LARGEST of few: a topic is no question
NEAR = 0.6  # the cosine to the middle of its cluster from which a text belongs to it


def clusters_of(texts: Sequence[str], encoder: Encoder, usual: Sequence[str]) -> list[list[int]]:
    """The places of texts that ask the same, by cluster, the largest first; those that stand alone are in none. Within
    a cluster the text nearest to its middle comes first. All texts are about one subject, so what is `usual` in it is
    taken off their vectors.

    Measured on phrasings of 40 entries, of which an encoder knows no labels: two texts in a cluster have one entry in
    66 of 100 cases, against 46 without NEAR, and 21 with MiniLM in place of the small encoder.
    """
    if len(texts) < FEWEST:
        return []
    vectors = _unit(encoder.encode(texts) - encoder.encode(usual).mean(axis=0))
    most = max(LARGEST, len(texts) // SHARE)
    labels = HDBSCAN(min_cluster_size=2, min_samples=1, max_cluster_size=most, copy=True).fit_predict(vectors)
    found = (_near(vectors, np.flatnonzero(labels == label)) for label in range(labels.max() + 1))
    return sorted((cluster for cluster in found if len(cluster) > 1), key=len, reverse=True)


def _near(vectors: Vectors, places: "np.typing.NDArray[np.intp]") -> list[int]:
    """The places whose vectors point to the middle of all of them, the nearest first."""
    middle = _unit(vectors[places].mean(axis=0)[None])[0]
    near = vectors[places] @ middle
    order = np.argsort(-near, kind="stable")
    return [int(place) for place in places[order][near[order] >= NEAR]]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), np.float32)
