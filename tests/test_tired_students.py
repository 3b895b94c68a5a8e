"""Hours and tiredness: the constrained fit is a minimum, turning an input round changes nothing but a sign."""

import numpy as np
import pytest

from sims.engine.registry import find
from sims.tired_students import flipped, passed_by_half, right, students, without_negatives

EXPERIMENT = find("tired_students")


def test_where_no_weight_would_be_negative_the_ban_changes_nothing() -> None:
    params = EXPERIMENT.params(harm=-1)
    data = students(params, np.arange(3), 200, "data")
    w = without_negatives(data)
    z = np.einsum("rkn,rk->rn", data.inputs, w[:, :2]) + w[:, 2:]
    error = 1 / (1 + np.exp(-z)) - data.targets[:, 0]
    assert (error * data.inputs[:, 0]).mean(axis=1) == pytest.approx(np.zeros(3), abs=0.01)  # no slope is left
    assert (error * data.inputs[:, 1]).mean(axis=1) == pytest.approx(np.zeros(3), abs=0.01)


def test_where_one_would_be_it_stops_at_zero_and_pulls_no_further() -> None:
    data = students(EXPERIMENT.params(), np.arange(3), 200, "data")
    w = without_negatives(data)
    assert np.all(w[:, 1] == 0)
    z = np.einsum("rkn,rk->rn", data.inputs, w[:, :2]) + w[:, 2:]
    error = 1 / (1 + np.exp(-z)) - data.targets[:, 0]
    assert np.all((error * data.inputs[:, 1]).mean(axis=1) > 0)  # downhill lies below zero, and that is forbidden


def test_an_input_turned_round_with_its_weight_decides_alike() -> None:
    data = students(EXPERIMENT.params(), np.arange(3), 100, "data")
    w = np.array([[2.0, -1.0, 0.3]] * 3)
    assert np.array_equal(right(data, w), right(flipped(data), w * np.array([1, -1, 1])))


def test_halves_are_split_at_the_middle_of_the_chosen() -> None:
    data = students(EXPERIMENT.params(), np.arange(2), 8, "data")
    data.inputs[:, 1] = np.arange(8)
    data.targets[:, 0] = [1, 0, 0, 0, 0, 1, 1, 1]
    tired, rested = passed_by_half(data, np.broadcast_to(np.arange(8) >= 4, (2, 8)))
    assert tired.tolist() == [1, 1]
    assert rested.tolist() == [0.5, 0.5]
