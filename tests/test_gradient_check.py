"""The hand-written gradient and its differences, against the engine's and against each planted slip's own mark."""

import numpy as np
import pytest

from sims.engine.backprop import loss_gradients
from sims.engine.experiment import perform
from sims.engine.network import initial_weights
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.engine.shapes import rings
from sims.gradient_check import NETWORK, backpropagation, differences, off, with_ones

EXPERIMENT = find("gradient_check")
SEEDS = ensemble_seeds(6, 3)


def test_without_a_slip_the_code_is_the_engine_s_gradient() -> None:
    data, start = rings(SEEDS, 20), initial_weights(NETWORK, SEEDS)
    mine = backpropagation(start, with_ones(data.inputs), data.targets, "none")
    for one, other in zip(mine, loss_gradients(NETWORK, start, data.inputs, data.targets, "log_loss"), strict=True):
        assert np.allclose(one, other, atol=1e-12)


def test_differences_of_a_parabola_are_exact_on_both_sides_and_off_by_the_step_on_one() -> None:
    weights = [np.array([[[3.0]], [[-1.0]]]), np.array([[[0.5]], [[2.0]]])]
    both = differences(weights, lambda w: w[0][:, 0, 0] ** 2 + 4 * w[1][:, 0, 0], 0.1)
    assert both[0][:, 0, 0] == pytest.approx([6, -2])
    assert both[1][:, 0, 0] == pytest.approx([4, 4])
    one = differences(weights, lambda w: w[0][:, 0, 0] ** 2, 0.1, one_sided=True)
    assert one[0][:, 0, 0] == pytest.approx([6.1, -1.9])


def test_the_relative_difference_of_twice_and_of_minus_is_known() -> None:
    slope = np.array([[3.0, -4.0]])
    assert off(2 * slope, slope) == pytest.approx([1 / 3])
    assert off(-slope, slope) == pytest.approx([1])


@pytest.mark.parametrize(("slip", "ratios"), [("twice", (2, 2, 2, 2)), ("wrong_sign", (-1, -1, -1, -1)),
                                             ("bias_summed", (1, 1, 1, 60)), ("none", (1, 1, 1, 1))])
def test_each_slip_has_its_ratio(slip: str, ratios: tuple[float, ...]) -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(slip=slip, steps=20), seed=6, replicas=3).metrics
    assert m.ratio == pytest.approx(np.tile(ratios, (3, 1)), rel=1e-5)
