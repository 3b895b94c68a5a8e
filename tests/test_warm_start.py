"""Warm start: arrivals on curves that are known, the old answers, and the start of the network on the screen."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.engine.shapes import rings
from sims.warm_start import first_frame_at, joined, with_answers

EXPERIMENT = find("warm_start")


def test_the_mark_is_reached_at_the_first_frame_at_or_below_it() -> None:
    curve = np.array([[0.7, 0.4, 0.5, 0.3], [0.7, 0.6, 0.5, 0.45]])
    assert first_frame_at(curve, np.array([0.4, 0.4])).tolist() == [1, 4]


def test_old_answers_are_as_now_or_opposite_or_in_another_order() -> None:
    seeds = np.array([1, 2])
    data = rings(seeds, 60)
    assert with_answers(data, seeds, "as now") is data
    np.testing.assert_array_equal(with_answers(data, seeds, "opposite").targets, 1 - data.targets)
    mixed = with_answers(data, seeds, "shuffled").targets
    assert np.all(mixed.sum(axis=2) == 30)
    assert not np.array_equal(mixed[0], data.targets[0])
    both = joined(data, rings(seeds, 10, purpose="new"), 2)
    np.testing.assert_array_equal(both.inputs[:, :, :60], data.inputs)
    assert both.targets.shape == (2, 1, 70)


def test_new_weights_end_at_the_mark_and_the_warm_start_begins_below_their_start() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=60), seed=2, replicas=3).metrics
    assert np.all(m.reached[:, 1] <= 60)
    np.testing.assert_array_equal(m.curve_cold[:, -1], m.train_cold)
    assert np.all(m.first_warm < m.first_cold)
    same = perform(EXPERIMENT, EXPERIMENT.params(steps=60, answers="opposite"), seed=2, replicas=3).metrics
    np.testing.assert_array_equal(same.reached_warm, same.reached_opposite)
    assert same.curve_warm == pytest.approx(m.curve_opposite)
