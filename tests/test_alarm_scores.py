"""Scores of alarms: what follows from their definitions, and means with an answer that is known."""

import numpy as np
import pytest

from sims.alarm_scores import MEANS, at_cut, liked_best
from sims.engine.experiment import perform
from sims.engine.ranking import by_rank
from sims.engine.registry import find

EXPERIMENT = find("alarm_scores")
P = np.array([[0.9, 0.8, 0.7, 0.2, 0.1]])
YES = np.array([[True, False, False, True, False]])


def test_each_mean_takes_the_cut_that_it_likes_best() -> None:
    assert MEANS["f1"](np.array(0.5), np.array(0.5)) == 0.5
    ranks = by_rank(P, YES)
    assert liked_best(*ranks, "mean") == [0.9]  # precision 1 and recall 1/2; all four: 1/2 and 1
    assert liked_best(*ranks, "f1") == [0.9]
    assert at_cut(P, YES, 0.15) == (np.array([0.5]), np.array([1.0]))


def test_counts_make_the_scores_and_swapping_does_what_algebra_says() -> None:
    m = perform(EXPERIMENT, seed=4, replicas=3).metrics
    assert np.all(m.hits + m.misses + m.false_alarms + m.rejections == 2000)
    assert m.f1 == pytest.approx(2 * m.hits / (2 * m.hits + m.false_alarms + m.misses))
    assert m.auc_swapped == pytest.approx(1 - m.auc)
    assert m.f1_always == pytest.approx(2 * m.yes_share / (1 + m.yes_share))


def test_as_frequent_as_before_the_second_set_says_the_same() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(rarer=1), seed=4, replicas=8).metrics
    assert m.precision_rare.mean() == pytest.approx(m.precision.mean(), abs=0.04)
    assert m.auc_rare.mean() == pytest.approx(m.auc.mean(), abs=0.02)


def test_trained_on_swapped_labels_only_the_area_under_roc_stays() -> None:
    m = perform(EXPERIMENT, seed=4, replicas=4).metrics
    assert m.auc_retrained == pytest.approx(m.auc, abs=0.02)
    assert np.all(m.average_precision_retrained > m.average_precision + 0.1)
