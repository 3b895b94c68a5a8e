"""Two scores: the sign test against coins counted by hand, the errors against those of the differences."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.two_scores import compared, sign_test

EXPERIMENT = find("two_scores")


def test_the_sign_test_counts_coins() -> None:
    assert sign_test(np.array([5, 3, 0, 1]), np.array([0, 3, 0, 7])) == pytest.approx([2 / 32, 1, 1, 18 / 256])


def test_the_paired_error_is_that_of_the_mean_difference() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.random((2, 50)) < 0.8, rng.random((2, 50)) < 0.7
    found = compared(first, second)
    difference = first.astype(float) - second
    assert found["error_paired"] == pytest.approx(difference.std(axis=1) / np.sqrt(50))
    assert np.array_equal(found["only_first"] - found["only_weaker"], difference.sum(axis=1))


def test_with_all_examples_the_weaker_recipe_is_the_first_network() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(share=1, steps=30), seed=1, replicas=3).metrics
    assert np.all(m.disagreements == 0)
    assert np.all(m.p_value == 1)
    assert np.array_equal(m.first, m.scores[:, 0])


def test_held_against_other_examples_the_error_is_that_of_two_test_sets() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(test_points=1000, steps=60), seed=2, replicas=6).metrics
    assert m.error_unmatched == pytest.approx(m.error_apart, rel=0.1)
    assert np.all(m.error_paired < 0.9 * m.error_unmatched)
