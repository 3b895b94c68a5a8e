"""Growing weights: the length in closed form for one example, and neurons that are one where they should be."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("separable_growth")


def test_without_l2_and_wrong_labels_the_three_neurons_are_one() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(l2=0, wrong=0, steps=200), seed=2, replicas=3).metrics
    assert m.length_curve == pytest.approx(m.length_curve_l2, rel=1e-5)
    assert m.length_curve == pytest.approx(m.length_curve_wrong, rel=1e-5)


def test_the_last_length_is_that_of_the_weights_on_the_screen() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(steps=200), seed=2, replicas=3)
    assert run.metrics.length == pytest.approx(np.linalg.norm(run.shown.weights[0][:, :2, 0], axis=1))
    assert run.metrics.loss == pytest.approx(run.shown.loss)


def test_each_fourfold_time_adds_about_the_same_length() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(gap=0.2), seed=2, replicas=8).metrics
    at = {int(step): place for place, step in enumerate(m.steps)}
    lengths = m.length_curve[:, [at[25], at[100], at[400], at[1600]]]
    added = np.diff(lengths, axis=1)
    assert np.all(added[:, 2] < 2 * added[:, 1])
    assert np.all(added[:, 2] > 0.5 * added[:, 1])
