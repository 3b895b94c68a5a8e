"""Units merged: exact where one is a line of the other, and the right pair is found."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.network import dense, hidden_activations, outputs
from sims.engine.registry import find
from sims.merged_units import handed_over, likeness, line_through, most_alike

EXPERIMENT = find("merged_units")
RNG = np.random.default_rng(6)


def test_a_unit_turned_over_is_merged_without_any_change() -> None:
    net = dense(2, [3], 1, "sigmoid", "sigmoid")
    weights = [RNG.normal(size=(2, 3, 3)), RNG.normal(size=(2, 4, 1))]
    weights[0][:, :, 2] = -weights[0][:, :, 0]  # so that it is 1 less the first one
    inputs = RNG.normal(size=(2, 2, 20))
    units = hidden_activations(net, weights, inputs)
    pair = most_alike(likeness(units), np.ones((2, 3)))
    assert [{*places} for places in zip(*pair, strict=True)] == [{0, 2}, {0, 2}]
    line = line_through(units, np.array([0, 0]), np.array([2, 2]))
    assert line.slope == pytest.approx(-1)
    assert line.offset == pytest.approx(1)
    after = outputs(net, [weights[0], handed_over(weights[1], line)], inputs)
    assert after == pytest.approx(outputs(net, weights, inputs))


def test_the_unit_of_more_worth_is_kept() -> None:
    alike = np.array([[[0, 0.2, 0.9], [0.2, 0, 0.1], [0.9, 0.1, 0]]])
    assert [place.tolist() for place in most_alike(alike, np.array([[1.0, 5.0, 2.0]]))] == [[2], [0]]


def test_linear_units_over_two_inputs_merge_down_to_a_few_without_loss() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(activation="linear", steps=20, merged=1), seed=1, replicas=4).metrics
    assert np.all(m.change < 0.01)
    assert np.all(m.units_left == 11)
    assert np.all(m.split_error < 1e-12)
