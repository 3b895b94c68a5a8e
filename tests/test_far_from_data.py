"""Far from the data: five networks in one crowd are five networks, and straight lines go on straight."""

import numpy as np
import pytest

from sims.engine.experiment import drain, perform
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.registry import find
from sims.engine.training import TrainingConfig, train
from sims.far_from_data import crowd, nearest, parabola, said_by

EXPERIMENT = find("far_from_data")
SEEDS = np.array([3, 4])


def test_the_members_of_a_crowd_are_what_they_are_alone() -> None:
    data, network = parabola(SEEDS, 30, 1), dense(1, [4], 1, "relu", "linear")
    config = TrainingConfig("squared_error", steps=20)
    together = said_by(drain(crowd(network, data, config, SEEDS, "five")), np.array([[[0.3, 2.0]]]))
    start = initial_weights(network, SEEDS, purpose="weights 3")
    alone = drain(train(network, data, config, SEEDS, weights=start))
    assert np.array_equal(together[:, 3], outputs(network, alone.weights, np.full((1, 1, 1), 1, np.float32)
                                                  * np.array([0.3, 2.0], np.float32))[:, 0])


def test_distances_to_the_nearest_known_example() -> None:
    known = np.array([[[0.0, 3.0], [0.0, 4.0]]])
    assert nearest(np.array([[[0.0, 3.0, 6.0], [1.0, 0.0, 8.0]]]), known).tolist() == [3]


def test_relu_goes_on_straight_far_out() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(), seed=1, replicas=4).metrics
    assert m.at_three == pytest.approx(m.at_two + 2 * (m.at_two - m.at_one_half), abs=0.05)
