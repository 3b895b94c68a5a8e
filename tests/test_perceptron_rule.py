"""The perceptron's rule: a table worked by hand, the rate that does not matter, and the points it learns from."""

import numpy as np

from sims.engine.experiment import perform
from sims.engine.half_planes import beside_line, separable
from sims.engine.registry import find
from sims.perceptron_rule import learn

EXPERIMENT = find("perceptron_rule")


def test_the_rule_does_what_the_table_worked_by_hand_says() -> None:
    inputs = np.array([[[2.0, 1.0, -1.0], [1.0, 3.0, 1.0]]])  # a yes, and two no
    learned = learn(inputs, np.array([[1.0, 0.0, 0.0]]), np.zeros((1, 3)), np.ones(1), 3)
    # First (2, 1): 0 is no yes, so w = (2, 1), b = 1. Then (1, 3): 6, wrong, so w = (1, -2), b = 0. The third is right.
    assert learned.before.tolist() == [[2, 1, 1]]
    assert learned.after.tolist() == [[1, -2, 0]]
    assert learned.example.tolist() == [1]
    assert learned.weights[1].tolist() == [[1, -2, 0]]
    # Second round: (2, 1) gives 0, so (3, -1), 1; then (1, 3) gives 1, so (2, -4), 0. Third: (2, 1) gives 0 once more.
    assert learned.mistakes[:, 0].tolist() == [2, 2, 1]
    assert learned.weights[-1].tolist() == [[4, -3, 1]]


def test_from_zero_the_rate_scales_the_weights_and_nothing_else() -> None:
    data, _ = separable(np.arange(3), 30, 0.1, "data")
    one, other = (learn(data.inputs, data.targets[:, 0], np.zeros((3, 3)), np.full(3, rate), 20) for rate in (1.0, 8.0))
    assert np.array_equal(8 * one.weights, other.weights)
    assert np.array_equal(one.mistakes, other.mistakes)


def test_points_keep_away_from_the_line_and_lie_on_the_side_of_their_label() -> None:
    data, line = separable(np.arange(4), 50, 0.2, "data")
    side = np.einsum("rkn,rk->rn", data.inputs, line[:, :2]) + line[:, 2:]
    assert np.abs(side).min() >= 0.2
    assert np.array_equal(side > 0, data.targets[:, 0] == 1)
    fresh = beside_line(np.arange(4), line, 300, "test")
    assert np.abs(np.einsum("rkn,rk->rn", fresh.inputs, line[:, :2]) + line[:, 2:]).min() < 0.05


def test_no_wrong_label_makes_both_sets_of_points_one() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(wrong=0), seed=2, replicas=3).metrics
    assert np.array_equal(m.corrections, m.corrections_wrong)
    assert np.all(m.settled_wrong == 1)
