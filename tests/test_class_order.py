"""Orders of the same examples: nothing is lost, nothing matters to a full step, and sorted batches see one class."""

import numpy as np
import pytest

from sims.class_order import in_order
from sims.engine.datasets import noisy_logistic
from sims.engine.experiment import perform
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find

EXPERIMENT = find("class_order")


def test_an_order_moves_inputs_and_labels_together() -> None:
    data = noisy_logistic(ensemble_seeds(2, 2), 6, "data")[0]
    order = np.array([[5, 4, 3, 2, 1, 0], [1, 0, 3, 2, 5, 4]])
    moved = in_order(data, order)
    assert np.array_equal(moved.inputs[0], data.inputs[0][:, ::-1])
    assert np.array_equal(moved.targets[1][0, :2], data.targets[1][0, [1, 0]])


def test_with_all_examples_in_each_step_every_order_is_one_training() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(batch_size=120, epochs=4), seed=2, replicas=3).metrics
    assert m.end_sorted == pytest.approx(m.end_once, rel=1e-4)
    assert m.end_sorted == pytest.approx(m.end_each, rel=1e-4)


def test_batches_of_no_alone_lower_the_output_bias_and_those_of_yes_raise_it() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(epochs=4), seed=2, replicas=4).metrics
    assert np.all(m.bias_middle < m.bias_first)
    assert np.all(m.bias_end > m.bias_middle)
    assert np.all(m.first_epoch_no <= m.yes_share)
