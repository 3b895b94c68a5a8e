"""Soft labels: true chances, votes and smoothing on cases that are known, and the least loss there is."""

import numpy as np
import pytest

from sims.engine.classes import directions
from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.soft_labels import smoothed, true_chances, votes

EXPERIMENT = find("soft_labels")


def test_chances_are_even_in_the_middle_and_follow_bayes_between_two_clouds() -> None:
    centres = directions(3)
    x = np.stack([np.zeros(2), (centres[0] + centres[1]) / 2], axis=1)[None]
    p = true_chances(x, 0.8)[0]
    assert p[:, 0] == pytest.approx(1 / 3)
    assert p[0, 1] == pytest.approx(p[1, 1])
    apart = ((centres[2] - x[0, :, 1]) ** 2).sum() - ((centres[0] - x[0, :, 1]) ** 2).sum()
    assert p[2, 1] / p[0, 1] == pytest.approx(np.exp(-apart / (2 * 0.8**2)))


def test_votes_come_up_as_often_as_the_chances_say() -> None:
    chances = np.tile(np.array([0.6, 0.3, 0.1])[:, None], (1, 400))[None]
    counted = votes(np.array([5]), chances, 20)
    assert np.all(counted.sum(axis=1) == 20)
    assert counted.mean(axis=2)[0] / 20 == pytest.approx([0.6, 0.3, 0.1], abs=0.02)


def test_smoothing_keeps_the_sum() -> None:
    found = smoothed(np.array([[[1.0], [0.0], [0.0]]]), 0.3)
    assert found[0, :, 0] == pytest.approx([0.8, 0.1, 0.1])


def test_one_rater_is_the_majority_and_the_loss_stays_above_the_entropy() -> None:
    one = perform(EXPERIMENT, EXPERIMENT.params(raters=1, steps=30), seed=1, replicas=3).metrics
    assert np.array_equal(one.error_votes, one.error_majority)
    many = perform(EXPERIMENT, EXPERIMENT.params(raters=7, steps=200), seed=1, replicas=3).metrics
    assert np.all(many.above_entropy > 0)
    assert many.loss - many.entropy == pytest.approx(many.above_entropy)
