"""Pruning: what is set to zero, and units taken out, on weights that are known."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.network import dense, hidden_activations, outputs
from sims.engine.registry import find
from sims.pruned import least_to_zero, of_units

EXPERIMENT = find("pruned")
RNG = np.random.default_rng(4)


def test_the_least_go_first_and_biases_stay() -> None:
    layer = np.array([[3.0, -1.0], [0.5, 2.0], [9.0, 9.0]])[None]  # the last row: biases
    none, half, every = least_to_zero([layer], [np.abs(layer[:, :-1])], np.array([0, 0.5, 1]))
    assert np.array_equal(none[0], layer)
    assert half[0][0].tolist() == [[3, 0], [0, 2], [9, 9]]
    assert every[0][0].tolist() == [[0, 0], [0, 0], [9, 9]]


def test_units_that_stand_still_can_be_taken_out_without_any_change() -> None:
    net = dense(3, [4], 2, "tanh", "softmax")
    weights = [RNG.normal(size=(2, 4, 4)), RNG.normal(size=(2, 5, 2))]
    weights[0][:, :-1, 1] = 0  # unit 1 has its bias alone
    inputs = RNG.normal(size=(2, 3, 9))
    kept = np.array([[0, 2, 3], [3, 0, 2]])
    few = of_units(weights, kept, hidden_activations(net, weights, inputs).mean(axis=2))
    small = dense(3, [3], 2, "tanh", "softmax")
    assert outputs(small, few, inputs) == pytest.approx(outputs(net, weights, inputs))


def test_with_all_units_kept_nothing_is_lost() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(kept=16, steps=10, again=1), seed=1, replicas=3).metrics
    assert np.array_equal(m.left_units, m.accuracy)
    assert np.array_equal(m.parameters_small, m.parameters_all)
    assert np.array_equal(m.curve_size[:, 0], m.accuracy)
