"""Chords over losses: bowls have none below them, and the two losses agree with a direct sum."""

import numpy as np
import pytest

from sims.convex_loss import both_losses, hidden_loss, raised
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("convex_loss")


def test_losses_at_given_weights_are_what_a_calculator_gives() -> None:
    log, squared = both_losses(np.array([[[1.0, 0.0], [0.0, 2.0]]]), np.array([[[1.0, 0.0]]]), np.array([[[0.5, 1.0]]]))
    p = 1 / (1 + np.exp([-0.5, -2.0]))
    assert log[0, 0] == pytest.approx((-np.log(p[0]) - np.log(1 - p[1])) / 2)
    assert squared[0, 0] == pytest.approx(((1 - p[0]) ** 2 + p[1] ** 2) / 2)


def test_a_chord_over_a_bowl_is_never_raised_and_over_a_hill_always() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 1, 50))
    assert raised(a**2, b**2, ((a + b) / 2) ** 2).tolist() == [0]
    assert raised(1000 - a**2, 1000 - b**2, 1000 - ((a + b) / 2) ** 2).tolist() == [1]


def test_a_hidden_layer_without_outgoing_weights_says_its_bias() -> None:
    theta = np.zeros((1, 1, 13))
    theta[..., :9], theta[..., 12] = 1.0, 2.0
    loss = hidden_loss(np.ones((1, 2, 3)), np.ones((1, 1, 3)), theta)
    assert loss == pytest.approx(np.log1p(np.exp(-2.0)).reshape(1, 1))


def test_starts_near_the_middle_all_arrive_with_either_loss() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(radius=1), seed=2, replicas=3).metrics
    assert np.all(m.arrived == 8)
    assert np.all(m.arrived_squared == 8)
