"""A sigmoid applied twice: its gradient, its floor, and the means by true probability, against finite cases."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.four_endings import LEAST_NO, LEAST_YES, by_truth

EXPERIMENT = find("four_endings")


def test_the_floor_is_the_loss_of_the_ends_of_a_sigmoid_taken_for_logits() -> None:
    a = np.linspace(0, 1, 101)
    assert np.log1p(np.exp(-a)).min() == pytest.approx(LEAST_YES)
    assert np.log1p(np.exp(a)).min() == pytest.approx(LEAST_NO)


def test_the_loss_of_the_double_sigmoid_is_that_of_its_own_output_taken_for_a_logit() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(points=20, steps=30), seed=5, replicas=2)
    shown = run.shown
    hidden = np.tanh(np.einsum("rio,rin->ron", shown.weights[0][:, :-1], shown.data.inputs)
                     + shown.weights[0][:, -1][:, :, None])
    z = (shown.weights[1][:, :-1] * hidden).sum(axis=1) + shown.weights[1][:, -1]
    a, y = 1 / (1 + np.exp(-z)), shown.data.targets[:, 0]
    by_hand = (np.log1p(np.exp(a)) - y * a).mean(axis=1)
    assert run.metrics.loss_twice == pytest.approx(by_hand, rel=1e-5)


def test_the_second_sigmoid_stays_as_it_is_and_the_layers_below_learn() -> None:
    shown = perform(EXPERIMENT, EXPERIMENT.params(points=20, steps=30), seed=5, replicas=2).shown
    assert np.all(shown.weights[2] == np.array([[1.0], [0.0]]))
    assert np.all(np.abs(shown.weights[1] - shown.frames[0].weights[1]).max(axis=(1, 2)) > 0.1)


def test_a_library_that_looks_behind_the_sigmoid_loses_nothing() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(points=20, steps=30, recovers=True), seed=5, replicas=2).metrics
    assert np.array_equal(m.loss_twice, m.loss_fits)
    assert np.all(m.missed_more == 0)


def test_outputs_are_averaged_in_tenths_of_the_true_probability() -> None:
    chance = np.array([[[0.02, 0.08, 0.55, 1.0]]])
    means = by_truth(np.array([[[0.1, 0.3, 0.6, 0.9]]]), chance)[0]
    assert means[[0, 5, 9]] == pytest.approx([0.2, 0.6, 0.9])
    assert np.isnan(means[1])
