"""A sigmoid applied twice: its gradient, its floor, and the means by true probability, against finite cases."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.network import outputs
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
    a, y = outputs(shown.network, shown.weights, shown.data.inputs), shown.data.targets
    assert np.all((a > 0) & (a < 1))
    assert run.metrics.loss_twice == pytest.approx((np.log1p(np.exp(a)) - y * a).mean(axis=(1, 2)), rel=1e-5)


def test_the_two_endings_that_fit_are_one_formula() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(points=20, steps=30), seed=5, replicas=2).metrics
    assert m.losses[:, 0] == pytest.approx(m.losses[:, 1], rel=1e-3)
    assert np.all(m.alike > 0.995)


def test_a_library_that_looks_behind_the_sigmoid_loses_nothing() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(points=20, steps=30, recovers=True), seed=5, replicas=2).metrics
    assert np.array_equal(m.loss_twice, m.loss_fits)
    assert np.all(m.missed_more == 0)


def test_outputs_are_averaged_in_tenths_of_the_true_probability() -> None:
    chance = np.array([[[0.02, 0.08, 0.55, 1.0]]])
    means = by_truth(np.array([[[0.1, 0.3, 0.6, 0.9]]]), chance)[0]
    assert means[[0, 5, 9]] == pytest.approx([0.2, 0.6, 0.9])
    assert np.isnan(means[1])
