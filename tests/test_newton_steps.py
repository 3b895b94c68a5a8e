"""Newton steps: the Jacobian against differences, a step against least squares, and the pair's formulas."""

import numpy as np
import pytest

from sims.engine.backprop import loss_gradients
from sims.engine.experiment import perform
from sims.engine.network import dense, initial_weights
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.newton_steps import Marquardt, beside_a_saddle, wave

EXPERIMENT = find("newton_steps")
SEEDS = ensemble_seeds(4, 3)
NETWORK = dense(1, [3], 1, "tanh", "linear")


def test_the_jacobian_times_the_errors_is_the_gradient_of_backpropagation() -> None:
    data, _ = wave(SEEDS)
    start = initial_weights(NETWORK, SEEDS)
    steps = Marquardt(data, start)
    a, out = steps.outputs(start)
    mine = 2 * np.einsum("rpn,rn->rp", steps.jacobian(a), out - steps.y) / out.shape[1]
    theirs = loss_gradients(NETWORK, start, data.inputs, data.targets, "squared_error")
    flat = np.concatenate([layer.reshape(len(layer), -1) for layer in theirs], axis=1)
    assert mine == pytest.approx(flat, rel=1e-9, abs=1e-12)


def test_a_step_never_raises_the_loss() -> None:
    data, _ = wave(SEEDS)
    steps = Marquardt(data, initial_weights(NETWORK, SEEDS))
    before = np.full(3, np.inf)
    for t in range(20):
        loss = ((steps.outputs(steps.weights)[1] - steps.y) ** 2).mean(axis=1)
        assert np.all(loss <= before)
        before = loss
        steps.update(t)
    assert np.all(before < 0.5 * data.targets.var(axis=(1, 2)))


def test_both_ways_find_the_minimum_from_near_it_and_part_beside_the_saddle() -> None:
    near, beside = beside_a_saddle(SEEDS, 1.2), beside_a_saddle(SEEDS, 0.2)
    assert np.allclose([near["saddle_newton"], near["saddle_descent"]], 0, atol=1e-8)
    assert beside["saddle_newton"] == pytest.approx(beside["saddle_loss"])
    assert np.allclose(beside["saddle_descent"], 0, atol=1e-6)


def test_one_step_solves_a_bowl_and_plain_descent_leaves_what_its_factors_say() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(flat=1, steps=5), seed=4, replicas=3).metrics
    assert np.all(m.left_newton < 1e-12)
    assert np.all((m.left_descent > 0) & (m.left_descent < 1))
