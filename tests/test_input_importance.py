"""Which input matters: the true rule's importance against its closed form, and what shuffling and leaving out do."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.input_importance import AGE, DISTANCE, OF_DISTANCE, ROOMS, SIZE, flats, rule, shares, shuffled, without

EXPERIMENT = find("input_importance")
SEEDS = np.array([3, 4])


def test_shuffling_an_input_of_the_true_rule_costs_twice_the_variance_of_its_part() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(alike=0, steps=1), seed=1, replicas=8).metrics
    variance = 2 * 0.6**2 + 0.8**2 + OF_DISTANCE**2 + 0.3**2  # of the rents, parts being independent
    assert m.truth[:, DISTANCE].mean() == pytest.approx(2 * OF_DISTANCE**2 / variance, rel=0.1)
    assert m.truth[:, AGE].mean() == pytest.approx(2 * 0.8**2 / variance, rel=0.1)
    assert np.all(m.truth[:, -1] == 0)


def test_inputs_shuffled_together_keep_their_pairs_and_leave_the_others_alone() -> None:
    data = flats(SEEDS, 50, 0.9, 1, "data")
    moved = shuffled(data, SEEDS, (SIZE, ROOMS)).inputs
    assert np.array_equal(moved[:, AGE:], data.inputs[:, AGE:])
    assert not np.array_equal(moved[:, SIZE], data.inputs[:, SIZE])
    pairs = [sorted(map(tuple, inputs[[SIZE, ROOMS]].T)) for inputs in (moved[0], data.inputs[0])]
    assert pairs[0] == pairs[1]
    assert np.array_equal(without(data, (SIZE, ROOMS)).inputs, data.inputs[:, AGE:])


def test_age_acts_along_a_curve_or_a_line() -> None:
    x = np.zeros((1, 5, 2))
    x[0, AGE] = (-1.5, 1.5)
    assert rule(x, 1)[0, 0, 0] == rule(x, 1)[0, 0, 1]
    assert rule(x, 0)[0, 0].tolist() == pytest.approx([-1.2, 1.2])


def test_shares_leave_out_what_is_below_zero() -> None:
    assert shares(np.array([[3.0, -1.0, 1.0]])).tolist() == [[0.75, 0, 0.25]]
