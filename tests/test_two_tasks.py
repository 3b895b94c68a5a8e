"""Two outputs: gradients and losses add up, and a unit of measurement of 1 changes nothing."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.two_tasks import only, times, two_numbers

EXPERIMENT = find("two_tasks")
SEEDS = np.array([3, 4])


def test_losses_and_gradients_of_the_outputs_add_up() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=20), seed=1, replicas=3).metrics
    assert m.loss_first + m.loss_second == pytest.approx(m.loss, rel=1e-5)
    assert m.gradient_first + m.gradient_second == pytest.approx(m.gradient_both)


def test_in_units_of_one_large_numbers_are_no_others() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(scale=1, steps=20), seed=1, replicas=3).metrics
    assert np.array_equal(m.error_large, m.error_both)


def test_the_first_number_is_the_same_beside_either_second_one() -> None:
    same, other = (two_numbers(SEEDS, 40, kin, 0.2, "data") for kin in ("same features", "other features"))
    assert np.array_equal(same.targets[:, 0], other.targets[:, 0])
    assert not np.allclose(same.targets[:, 1], other.targets[:, 1])
    assert np.array_equal(times(same, 20).targets[:, 1], 20 * same.targets[:, 1])
    assert only(same, 1).targets.shape == (2, 1, 40)
