"""The bias at the log odds: what the first loss must be, and the two starts that are one."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.output_bias import first_at

EXPERIMENT = find("output_bias")


def test_the_first_step_at_a_goal_or_one_more_than_all() -> None:
    curve = np.array([[0.7, 0.4, 0.5], [0.7, 0.6, 0.5]])
    assert first_at(curve, np.array([0.4, 0.2])).tolist() == [1, 3]


def test_with_equal_classes_both_starts_are_one() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(positive_share=0.5, steps=40), seed=2, replicas=3).metrics
    assert np.array_equal(m.curve_zero, m.curve_odds)
    assert np.all(m.log_odds == 0)


def test_the_first_loss_is_near_the_labels_entropy_and_the_odds_are_those_counted() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(points=200, positive_share=0.1, steps=40), seed=2, replicas=8).metrics
    assert np.all(m.yes_count == 20)
    assert m.log_odds == pytest.approx(np.log(20 / 180))
    assert m.start_odds.mean() == pytest.approx(m.base_loss[0], abs=0.05)
    assert m.start_zero.mean() == pytest.approx(np.log(2), abs=0.06)
