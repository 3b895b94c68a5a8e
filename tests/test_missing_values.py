"""Gaps in an input: what a network gets for one, and what it must answer where gaps and true values look alike."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.missing_values import FAR, days, seen

EXPERIMENT = find("missing_values")


def test_a_gap_is_filled_as_said_and_a_value_is_left_alone() -> None:
    away, gone, mean = np.array([[0.5, -0.2]]), np.array([[False, True]]), np.array([[0.1]])
    filled = {way: seen(way, away, gone, mean, 2.0)[0].tolist() for way in ("zero", "mean", "far", "flag")}
    assert filled == {"zero": [[0.5, -2.0], [0, 0]], "mean": [[0.5, 0.1], [0, 0]], "far": [[0.5, -FAR], [0, 0]],
                      "flag": [[0.5, 0.0], [0, 1]]}


def test_gaps_are_as_many_as_asked_for_and_tell_as_much_as_said() -> None:
    params, seeds = EXPERIMENT.params(missing=0.4, telling=1), ensemble_seeds(1, 4)
    away, profit, gone = days(params, seeds, 4000, "days")
    without = days(EXPERIMENT.params(missing=0.4), seeds, 4000, "days")[1]
    assert gone.mean(axis=1) == pytest.approx(0.4, abs=0.03)
    np.testing.assert_allclose(profit - without, gone)
    assert np.abs(away).max() <= 1


def test_where_zero_is_a_filling_apart_it_is_the_far_one() -> None:
    params = EXPERIMENT.params(middle=FAR, steps=20)
    m = perform(EXPERIMENT, params, seed=2, replicas=3).metrics
    np.testing.assert_array_equal(m.near_zero, m.near_far)


def test_zero_and_the_mean_are_the_same_filling_where_the_range_lies_about_zero() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(), seed=2, replicas=4).metrics
    assert np.array_equal(m.top_zero, m.gap_zero)  # the same input, so the same answer
    assert np.abs(m.gap_mean - m.gap_zero).max() < 0.5
