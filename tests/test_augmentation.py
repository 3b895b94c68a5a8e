"""Changed copies: exact ones change nothing, turned ones keep their distance, noise has its size."""

import numpy as np
import pytest

from sims.augmentation import jittering, turning, with_copies
from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.engine.shapes import rings

EXPERIMENT = find("augmentation")
SEEDS = np.array([1, 2])


def test_turned_copies_keep_distance_and_label() -> None:
    data = rings(SEEDS, 50)
    more = with_copies(data, 3, turning(SEEDS))
    assert more.inputs.shape == (2, 2, 150)
    radius = np.hypot(more.inputs[:, 0], more.inputs[:, 1]).reshape(2, 3, 50)
    np.testing.assert_allclose(radius[:, 1:], np.stack([radius[:, 0]] * 2, axis=1))
    np.testing.assert_array_equal(more.targets.reshape(2, 3, 50)[:, 2], data.targets[:, 0])
    assert not np.allclose(more.inputs[..., 50:100], data.inputs)


def test_noisy_copies_are_off_by_the_noise_and_the_first_ones_are_the_examples() -> None:
    data = rings(SEEDS, 2000)
    more = with_copies(data, 2, jittering(SEEDS, 0.3))
    np.testing.assert_array_equal(more.inputs[..., :2000], data.inputs)
    assert (more.inputs[..., 2000:] - data.inputs).std() == pytest.approx(0.3, rel=0.03)


def test_exact_copies_train_the_same_network_and_the_worked_turn_is_that_of_the_first_example() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(steps=30, copies=2), seed=2, replicas=3)
    m = run.metrics
    np.testing.assert_allclose(m.exact, m.plain, atol=0.003)
    copy = run.shown.data.inputs[:, :, 40]
    np.testing.assert_allclose(copy[:, 1], m.sine * m.x1 + m.cosine * m.x2)
