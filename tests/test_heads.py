"""What ranks entries: regressions over vectors and n-grams, the nearest phrasings; and the confidence they give."""

import numpy as np
import pytest

from bot.matching import Numbers, ngrams
from bot.matching.confidence import logit, signs
from bot.matching.fitting import regression
from bot.matching.fitting.confidence import fit_confidence
from bot.matching.head import NgramHead, VectorHead, probabilities
from bot.matching.nearest import SCALE, remembered


def test_a_regression_learns_shares_and_is_pulled_to_where_it_starts() -> None:
    inputs = np.float32([[1, 0], [0, 1]])
    targets = np.float32([[0.75, 0.25], [0, 1]])
    head = VectorHead(*regression.fit(inputs, targets, np.ones(2, np.float32), 1e-6, 200))
    np.testing.assert_allclose(probabilities(head.logits(inputs)), targets, atol=0.01)
    start = (np.float32([[3, 0], [0, 2]]), np.float32([0, 0]))
    stayed, _ = regression.fit(inputs, targets, np.ones(2, np.float32), 1e3, 200, start)
    np.testing.assert_allclose(stayed, start[0], atol=1e-2)


def test_rare_labels_count_for_more() -> None:
    targets = np.eye(2, dtype=np.float32)[[0, 0, 0, 0, 1]]
    weights = regression.balanced(targets, np.ones(5, np.float32))
    assert weights[4] / weights[0] == pytest.approx(2)


def test_an_ngram_head_adds_the_weights_of_the_buckets_that_a_text_hits() -> None:
    index, values = ngrams.weighted(ngrams.buckets("bias"), np.ones(ngrams.BUCKETS, np.float32))
    order = np.argsort(index)
    used = np.asarray(index)[order]
    rows = np.stack([np.arange(len(used)), np.zeros(len(used))], axis=1).astype(np.int8)
    ones = np.ones(len(used), np.float32)
    head = NgramHead(used.astype(np.uint16), ones, rows, 0.5 * ones, np.float32([1, 2]))
    found = head.logits(["bias", "zzzz"])
    np.testing.assert_allclose(found, [[1 + 0.5 * values[order] @ np.arange(len(used)), 2], [1, 2]], rtol=1e-5)


def test_the_sparse_matrix_and_the_single_texts_agree() -> None:
    hits = [ngrams.buckets(text) for text in ("why is there a bias", "why is there no bias", "dropout")]
    inverse = ngrams.inverse_document_frequencies(hits)
    dense = ngrams.matrix(hits, inverse).toarray()
    for row, hit in zip(dense, hits, strict=True):
        columns, values = ngrams.weighted(hit, inverse)
        np.testing.assert_allclose(row[columns], values)
    np.testing.assert_allclose(np.linalg.norm(dense[:2], axis=1), 1, rtol=1e-5)


def test_the_nearest_phrasings_of_each_label_speak_for_it() -> None:
    vectors = np.float32([[1, 0], [0, 1], [0.6, 0.8], [0, -1], [1, 0]])
    found = remembered(vectors, np.array([2, 0, 2, 2, 2]), 3)
    logits = found.logits(np.float32([[1, 0]]))[0]
    assert logits[0] == pytest.approx(0, abs=0.01)
    assert logits[1] == -SCALE  # no phrasing at all
    assert logits[2] == pytest.approx(SCALE * (1 + 1 + 0.6) / 3, abs=0.4)  # the nearest three of four, in few levels


def signs_of_one(entries: list[float], groups: list[float], pointed: list[float] | None = None,
                 **alone: float) -> dict[str, np.ndarray]:
    """The signs of one question of average length."""
    points = np.array([pointed or [0.0] * len(entries)])
    return signs(np.array([entries]), np.array([groups]), np.zeros(1), points,
                 {name: np.array([value]) for name, value in alone.items()})


def test_confidence_rises_with_the_probability_and_with_that_of_all_entries() -> None:
    numbers = Numbers(top=0.7, scope=0.8, offset=-1)
    found = numbers.confidences(signs_of_one([0.0, 0.1, 0.3, 0.5], [0.1]))[0]
    assert (np.diff(found) > 0).all()
    less = numbers.confidences(signs_of_one([0.0, 0.0, 0.0, 0.5], [0.5]))[0]
    assert less[3] < found[3]


def test_each_sign_says_what_it_is_called() -> None:
    found = signs_of_one([0.6, 0.1, 0.2], [0.04, 0.06], [0, 1, 0.5], small=0.7)
    np.testing.assert_allclose(found["top"], logit(np.array([[0.6, 0.1, 0.2]])))
    np.testing.assert_allclose(found["scope"], logit(np.array([[0.9]])))
    margins = logit(np.array([0.6, 0.1, 0.2])) - logit(np.array([0.2, 0.6, 0.6]))
    np.testing.assert_allclose(found["margin"], [margins])
    np.testing.assert_allclose(found["group"], logit(np.array([[0.06]])))
    np.testing.assert_allclose(found["pointed"], [[0, 1, 0.5]])
    np.testing.assert_allclose(found["ours by small"], logit(np.array([[0.7]])))


def test_one_entry_and_no_group_have_signs_too() -> None:
    assert all(np.isfinite(values).all() for values in signs_of_one([1.0], []).values())


def test_further_signs_are_weighed_in() -> None:
    plain, weighed = Numbers(), Numbers(further={"ours by small": 0.5})
    ours, not_ours = (signs_of_one([0.5, 0.3], [0.2], small=p) for p in (0.9, 0.1))
    assert plain.confidences(ours)[0, 0] == plain.confidences(not_ours)[0, 0]
    assert weighed.confidences(ours)[0, 0] > plain.confidences(ours)[0, 0] > weighed.confidences(not_ours)[0, 0]


def test_a_sign_that_tells_near_misses_gets_its_weight_and_the_confidence_is_a_share() -> None:
    rng = np.random.default_rng(4)
    n = 2000
    scope = np.where(rng.uniform(size=n) < 0.2, "near", "in")
    strength = rng.normal(0, 1, n)
    right = ((scope == "in") & (rng.uniform(size=n) < 1 / (1 + np.exp(-strength)))).astype(float)
    given = {"top": strength, "scope": rng.normal(0, 1, n), "ours by small": np.where(scope == "in", 2.0, -2.0)}
    fitted = fit_confidence(given, right, scope, np.ones(n))
    numbers = Numbers.model_validate(fitted)
    assert numbers.further["ours by small"] > 0.5
    assert numbers.top > 0.3
    assert abs(numbers.scope) < 0.2
    confidence = numbers.confidences({name: values[:, None] for name, values in given.items()})[:, 0]
    assert abs(confidence.mean() - right.mean()) < 0.01  # although near misses counted twice
    assert confidence[scope == "near"].max() < np.quantile(confidence[scope == "in"], 0.3)
