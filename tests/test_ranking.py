"""Ranks of yes-or-no outputs, against counting by hand."""

import numpy as np
import pytest

from sims.engine.ranking import average_precision, by_rank, counts, roc_auc, roc_curve

P = np.array([[0.9, 0.8, 0.4, 0.3], [0.2, 0.2, 0.7, 0.1]])
YES = np.array([[True, False, True, False], [True, False, False, True]])


def test_counts_at_a_cut_for_all_and_at_one_for_each() -> None:
    assert [count.tolist() for count in counts(P, YES, 0.5)] == [[1, 0], [1, 1], [1, 2], [1, 1]]
    assert [count.tolist() for count in counts(P, YES, np.array([0.4, 0.2]))] == [[2, 1], [1, 2], [0, 1], [1, 0]]


def test_precision_and_recall_go_down_the_list() -> None:
    ranked, precision, recall = by_rank(P, YES)
    assert ranked[0].tolist() == [0.9, 0.8, 0.4, 0.3]
    assert precision[0] == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert recall[0].tolist() == [0.5, 0.5, 1, 1]
    assert average_precision(P[:1], YES[:1]) == pytest.approx([(1 + 2 / 3) / 2])


def test_the_area_is_the_share_of_pairs_in_the_right_order_ties_counted_half() -> None:
    assert roc_auc(P, YES).tolist() == [0.75, 0.5 / 4]  # of the second row's four pairs one is tied, three are wrong
    rng = np.random.default_rng(5)
    p, yes = rng.normal(size=(3, 40)), rng.random((3, 40)) < 0.3
    false, found = roc_curve(p, yes)
    assert np.trapezoid(found, false, axis=1) == pytest.approx(roc_auc(p, yes))
    assert roc_auc(p, ~yes) == pytest.approx(1 - roc_auc(p, yes))
