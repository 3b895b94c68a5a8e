"""The two penalties: against closed forms where there are any."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.l1_or_l2 import INPUTS, evenness, examples, kept, true_weights

EXPERIMENT = find("l1_or_l2")
SEEDS = np.array([1, 2, 3])


def test_the_first_inputs_count_and_the_last_is_a_twin_of_the_first() -> None:
    params = EXPERIMENT.params(useful=4, noise=0.1)
    data, true = examples(SEEDS, 4000, params, "data"), true_weights(SEEDS, 4)
    assert np.all((true != 0).sum(axis=1) == 4)
    assert np.all((np.abs(true[:, :4]) >= 1) & (np.abs(true[:, :4]) <= 2))
    for inputs, targets, weights in zip(data.inputs, data.targets, true, strict=True):
        assert np.corrcoef(inputs[0], inputs[-1])[0, 1] == pytest.approx(0.95, abs=0.01)
        found = np.linalg.lstsq(inputs.T, targets[0], rcond=None)[0]
        np.testing.assert_allclose(found, weights, atol=0.05)


def test_l2_ends_at_the_ridge_solution() -> None:
    params = EXPERIMENT.params(strength=0.8, points=200)
    data, m = examples(SEEDS, 200, params, "data"), perform(EXPERIMENT, params, seed=1, replicas=1).metrics
    x = np.vstack((data.inputs[0], np.ones(200)))  # the bias has no price
    gram = 2 * x @ x.T / 200 + 0.8 * np.diag([*np.ones(INPUTS), 0])  # mean squared error plus 0.8 / 2 of the squares
    ridge = np.linalg.solve(gram, 2 * x @ data.targets[0, 0] / 200)
    np.testing.assert_allclose(m.weights_l2[0], ridge[:-1], atol=2e-3)


def test_l1_meets_the_conditions_of_the_lasso() -> None:
    params = EXPERIMENT.params(strength=0.8, points=200)
    data, m = examples(SEEDS, 200, params, "data"), perform(EXPERIMENT, params, seed=1, replicas=1).metrics
    x, y, w = data.inputs[0], data.targets[0, 0], m.weights_l1[0]
    rest = y - w @ x
    pull = 2 * x @ (rest - rest.mean()) / 200  # minus the gradient of the loss at the best bias
    assert np.all(np.abs(pull[w == 0]) <= 0.8 + 0.01)
    np.testing.assert_allclose(pull[w != 0], 0.8 * np.sign(w[w != 0]), atol=0.02)
    assert 0 < (w == 0).sum() < INPUTS


def test_twins_and_shrinkage_on_weights_that_are_known() -> None:
    weights = np.zeros((1, INPUTS))
    weights[0, [0, 1, -1]] = 0.6, -1.0, -0.3
    true = np.zeros((1, INPUTS))
    true[0, :2] = 1.0, -2.0
    assert evenness(weights) == pytest.approx([0.5])
    assert kept(weights, true, 2) == pytest.approx([(0.3 + 0.5) / 2])
