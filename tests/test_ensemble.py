"""Ensembles: disagreement and loss on outputs that are known, samples with replacement, and one member's own data."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.engine.shapes import rings
from sims.ensemble import Said, log_loss, with_replacement

EXPERIMENT = find("ensemble")


def test_disagreement_is_the_mean_over_pairs_and_the_mean_output_is_the_ensembles() -> None:
    members = np.array([[0.9, 0.9, 0.1], [0.8, 0.2, 0.3], [0.7, 0.4, 0.6]])[:, None, None]  # (3, 1, 1, 3)
    said = Said(members, np.array([[[1.0, 1.0, 0.0]]]))
    assert said.differ == pytest.approx([(0 + 2 / 3 + 2 / 3) / 3])
    assert said.mean[0, 0] == pytest.approx([0.8, 0.5, 1 / 3])
    assert said.right[:, 0] == pytest.approx([1, 2 / 3, 1 / 3])


def test_the_log_loss_of_the_mean_is_not_above_the_mean_log_loss() -> None:
    rng = np.random.default_rng(0)
    members, targets = rng.random((5, 2, 1, 50)), np.round(rng.random((2, 1, 50)))
    assert np.all(log_loss(members.mean(axis=0), targets) <= log_loss(members, targets).mean(axis=0))
    assert log_loss(np.full((1, 1, 4), 0.5), targets[:1, :, :4]) == pytest.approx(np.log(2))


def test_a_sample_has_as_many_rows_with_their_own_labels_and_lacks_about_a_third() -> None:
    seeds = np.array([1, 2])
    data = rings(seeds, 400)
    bags, drawn = with_replacement(data, seeds, 3)
    assert bags.inputs.shape == (6, 2, 400)
    for k, r in ((0, 1), (2, 0)):
        mine = bags.inputs[2 * k + r]
        np.testing.assert_array_equal(mine, data.inputs[r][:, drawn[k, r]])
        np.testing.assert_array_equal(bags.targets[2 * k + r, 0], data.targets[r, 0, drawn[k, r]])
    missing = [1 - len(np.unique(bag)) / 400 for bag in drawn.reshape(-1, 400)]
    assert np.mean(missing) == pytest.approx(np.exp(-1), abs=0.02)


def test_the_worked_example_adds_up_to_the_mean() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=30, members=4), seed=2, replicas=3).metrics
    np.testing.assert_allclose(m.first + m.second + m.others, 4 * m.mean)
