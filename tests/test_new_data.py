"""Two rounds: a curve that is known, and the cases in which two second rounds are one."""

import numpy as np

from bot.present.recordings import as_json, recording
from sims.engine.codec import unpack
from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.new_data import first_below, half

EXPERIMENT = find("new_data")


def test_forgotten_is_the_first_step_below_three_quarters_and_one_more_than_all_where_there_is_none() -> None:
    curve = np.array([[1.0, 0.8, 0.7, 0.9], [1.0, 0.75, 0.8, 0.9]])
    assert first_below(curve, np.array([0, 2, 5, 10])).tolist() == [5, 11]


def test_each_half_has_its_own_input_1_and_opposite_answers_to_input_2() -> None:
    seeds = np.array([1, 2])
    for side, sign in ((0, -1), (1, 1)):
        data = half(seeds, 200, side, "old")
        assert np.all(np.abs(data.inputs[:, 0].mean(axis=1) - sign) < 0.1)
        agree = (data.inputs[:, 1] > 0) == (data.targets[:, 0] > 0.5)
        assert np.all(agree.mean(axis=1) > 0.95 if side == 0 else agree.mean(axis=1) < 0.05)


def test_all_old_examples_mixed_in_are_the_second_round_on_all() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(kept=40, steps=40), seed=2, replicas=3).metrics
    np.testing.assert_array_equal(m.old_kept, m.old_all)
    np.testing.assert_array_equal(m.new_kept, m.new_all)


def test_what_is_lost_is_what_was_right_less_what_is() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(), seed=2, replicas=3).metrics
    np.testing.assert_array_equal(m.old_lost, np.round(400 * m.old_before) - m.old_count)
    np.testing.assert_array_equal(m.old_curve[:, -1], m.old_after)
    np.testing.assert_array_equal(m.old_curve_all[:, -1], m.old_all)


def test_the_recording_says_that_it_begins_with_a_trained_network() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(steps=40), seed=2, replicas=2)
    assert unpack(recording(run))[0]["begins"] == as_json(run)["begins"] == "after round one"
    coffee = find("coffee_roasting")
    other = perform(coffee, coffee.params(steps=100), seed=2, replicas=2)
    assert "begins" not in unpack(recording(other))[0]
    assert as_json(other)["begins"] is None
