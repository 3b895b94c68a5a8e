"""Six copies in one crowd: each is what its own training gives, and each fault is what it says."""

import numpy as np
import pytest

from sims.engine.experiment import drain, perform
from sims.engine.network import dense, initial_weights
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.engine.shapes import rings
from sims.engine.training import TrainingConfig, train
from sims.planted_faults import RAW, Fault, FaultParams, train_copies, with_faults

EXPERIMENT = find("planted_faults")
SEEDS = ensemble_seeds(3, 2)


def test_a_copy_of_the_crowd_is_a_training_of_its_own() -> None:
    network, data = dense(2, [4], 1, "tanh", "sigmoid"), rings(SEEDS, 20)
    copies = drain(train_copies(network, data, FaultParams(hidden=4, steps=50), SEEDS, "copies"))
    rates: dict[Fault, float] = {"none": 0.5, "rate_huge": 50.0}
    for fault, rate in rates.items():
        alone = drain(train(network, data, TrainingConfig(optimizer="sgd", learning_rate=rate, steps=50), SEEDS,
                            weights=initial_weights(network, SEEDS)))
        assert np.array_equal(copies[fault].loss, alone.loss)


def test_the_faults_in_the_data_are_where_they_belong() -> None:
    data = rings(SEEDS, 20)
    crowd = with_faults(data, SEEDS)
    inputs, targets = crowd.inputs.reshape(6, 2, 2, 20), crowd.targets.reshape(6, 2, 1, 20)
    assert np.array_equal(inputs[4], RAW * data.inputs)
    assert all(np.array_equal(inputs[k], data.inputs) for k in (0, 1, 2, 3, 5))
    assert all(np.array_equal(targets[k], data.targets) for k in range(5))
    assert np.array_equal(np.sort(targets[5]), np.sort(data.targets))
    assert not np.array_equal(targets[5], data.targets)


def test_the_wrong_sign_goes_up_as_far_at_first_as_the_right_one_goes_down() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(learning_rate=0.05, steps=50), seed=3, replicas=3).metrics
    down, up = m.curve_none[:, 0] - m.curve_none[:, 1], m.curve_sign[:, 1] - m.curve_sign[:, 0]
    assert np.all(down > 0)
    assert up == pytest.approx(down, rel=0.1)
