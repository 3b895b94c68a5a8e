"""The race of two losses: arrivals on a curve that is known, and the first push at a start that is known."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.wrong_start import first_arrival

EXPERIMENT = find("wrong_start")


def test_an_arrival_is_the_first_step_at_the_goal_and_one_more_than_all_where_there_is_none() -> None:
    curve = np.array([[0.5, 0.8, 0.7, 0.9], [0.5, 0.6, 0.6, 0.6]])
    assert first_arrival(curve, np.array([0.8, 0.8]), np.array([0, 2, 5, 10])).tolist() == [2, 11]


def test_without_a_bias_both_starts_are_one() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(start_bias=0, steps=40), seed=2, replicas=3).metrics
    assert np.array_equal(m.steps_log, m.steps_log_unsure)
    assert np.array_equal(m.curve_squared, m.curve_squared_unsure)


def test_the_first_push_of_log_loss_is_that_much_longer_as_its_missing_factor_says() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(start_bias=8, steps=2), seed=2, replicas=3).metrics
    assert np.all(m.first_output > 0.99)
    usual = 1 / (2 * m.first_slope)  # of an output like the mean one
    assert np.all((m.push_ratio > usual / 3) & (m.push_ratio < 3 * usual))
    assert m.push_ratio == pytest.approx(m.push_log / m.push_squared)
