"""Units asked one by one: the best cut, straightness and the parts of a sum, on cases that are known."""

import numpy as np
import pytest

from sims.deeper_features import best_cut, plane, straightness
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("deeper_features")


def test_the_best_cut_finds_what_one_threshold_can() -> None:
    values = np.array([[[1.0, 2.0, 3.0, 4.0], [4.0, 1.0, 3.0, 2.0]]])
    yes = np.array([[False, False, True, True]])
    assert best_cut(values, yes).tolist() == [[1, 0.75]]
    assert best_cut(-values, yes).tolist() == [[1, 0.75]]


def test_a_slope_is_straight_and_a_bowl_is_not() -> None:
    data = plane(np.array([1]), 400, "disc", "data")
    x = data.inputs
    z = np.stack([2 * x[:, 0] - x[:, 1] + 3, (x * x).sum(axis=1)], axis=1)
    found = straightness(z, x)[0]
    assert found[0] == pytest.approx(1)
    assert found[1] < 0.1


def test_parts_add_up_to_the_pre_activation_and_the_best_cut_is_at_least_a_constant_answer() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=60), seed=2, replicas=4).metrics
    assert m.parts.sum(axis=1) + m.bias == pytest.approx(m.pre_activation)
    assert m.first_weight * m.first_activation == pytest.approx(m.first_part)
    assert np.all(m.best_first > m.always - 1e-9)
