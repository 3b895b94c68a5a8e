"""Measures of outputs and logits that the entries on outputs work with, against cases counted by hand."""

import numpy as np
import pytest

from sims.engine.datasets import Axis, Data
from sims.engine.network import dense
from sims.engine.training import TrainingConfig, untrained
from sims.output_probability import confidence, near_nine, to_work_out
from sims.softmax_or_sigmoids import formulas, nearest_tie


def test_near_nine_counts_those_that_got_about_nine_tenths() -> None:
    p, y = np.array([[0.84, 0.86, 0.9, 0.94, 0.95]]), np.array([[0.0, 1.0, 0.0, 1.0, 0.0]])
    found = near_nine(p, y)
    assert (found["near_nine_count"].tolist(), found["near_nine_yes"].tolist()) == ([3], [2])
    assert found["near_nine_chance"] == pytest.approx([np.sqrt(0.86 * 0.14 + 0.9 * 0.1 + 0.94 * 0.06)])
    assert found["near_nine_said"] == pytest.approx([0.9])
    assert found["near_nine_seen"] == pytest.approx([2 / 3])
    assert np.isnan(near_nine(p * 0, y)["near_nine_seen"]).all()


def test_boasting_is_more_wrong_than_promised() -> None:
    p = np.array([[0.9, 0.9, 0.1, 0.5], [0.9, 0.9, 0.1, 0.5]])
    y = np.array([[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 1.0]])
    found = confidence(p, y)
    assert found["confident_promised"] == pytest.approx([0.1, 0.1])
    assert found["confident_wrong"] == pytest.approx([1 / 3, 0])
    assert found["boasts"].tolist() == [1, 0]


def test_what_is_worked_out_is_rounded_before_the_logarithm() -> None:
    p = np.linspace(0.001, 0.999, 21)[None]
    found = to_work_out(p, np.ones((1, 21)))
    assert found["worked_given"][0].tolist() == [0.5, 0.1, 0.01]
    assert found["worked_losses"] == pytest.approx(-np.log(found["worked_given"]))


def test_squares_turn_strongly_against_into_strongly_for() -> None:
    z = np.array([[[2.0, 3.0], [-3.0, 1.0], [0.0, -1.0]]])  # (1, 3, 2)
    found = formulas(z, np.array([[[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]]), 4)
    assert found["squares_change"].tolist() == [0.5]
    assert found["softmax_fails"].tolist() == [0]
    assert found["decisions_changed"].tolist() == [0]


def test_the_torn_example_is_the_one_between_the_first_and_the_last_class() -> None:
    network = dense(1, [], 3, "tanh", "softmax")
    weights = [np.array([[[1.0, 0.0, -1.0], [0.0, 0.0, 0.0]]])]  # logits x, 0, -x
    data = Data(np.array([[[3.0, 0.1, -2.0]]]), np.zeros((1, 3, 3)), (Axis("x"),), tuple(Axis(f"{k}") for k in "abc"))
    assert nearest_tie(untrained(network, weights, data, TrainingConfig("cross_entropy"))).tolist() == [1]
