"""Learning curves and underfitting: gaps and gains are those of the curves, and equal settings give equal networks."""

import numpy as np

from sims.engine.experiment import perform
from sims.engine.registry import find

CURVES, UNDERFIT = find("two_learning_curves"), find("underfit")


def test_gaps_and_gains_are_those_of_the_curves() -> None:
    m = perform(CURVES, CURVES.params(steps=40), seed=2, replicas=3).metrics
    few, most = 1, 4
    assert m.sizes[[few, most]].tolist() == [40, 320]
    for train, fresh, gap_few, gap_most, gain in (
        (m.train_small, m.fresh_small, m.gap_small_few, m.gap_small_most, m.gain_small),
        (m.train_large, m.fresh_large, m.gap_large_few, m.gap_large_most, m.gain_large),
    ):
        np.testing.assert_allclose(gap_few, train[:, few] - fresh[:, few])
        np.testing.assert_allclose(gap_most, train[:, most] - fresh[:, most])
        np.testing.assert_allclose(gain, fresh[:, most] - fresh[:, few])
    assert np.all(m.validation_best <= m.validation_end)


def test_two_networks_of_one_size_have_the_same_curves() -> None:
    m = perform(CURVES, CURVES.params(steps=40, small=3, hidden=3), seed=2, replicas=3).metrics
    np.testing.assert_array_equal(m.fresh_small, m.fresh_large)
    np.testing.assert_array_equal(m.train_small, m.train_large)


def test_without_its_fault_each_underfitting_network_is_the_sound_one() -> None:
    m = perform(UNDERFIT, UNDERFIT.params(small=6, few=60, steps=60, l2=0), seed=2, replicas=3).metrics
    for name in ("small", "early", "dear"):
        np.testing.assert_array_equal(getattr(m, f"train_{name}"), m.train_enough)
        np.testing.assert_array_equal(getattr(m, f"fresh_{name}"), m.fresh_enough)


def test_a_dear_network_gives_all_the_same_answer() -> None:
    m = perform(UNDERFIT, UNDERFIT.params(l2=1, steps=60), seed=2, replicas=3).metrics
    np.testing.assert_array_equal(m.train_dear, 0.5)  # half of the examples are yes
