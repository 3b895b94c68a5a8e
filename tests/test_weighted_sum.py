"""One number of four inputs: what each way sees, and worlds in which two ways are one."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.weighted_sum import SHARP, rule, single_numbers

EXPERIMENT = find("weighted_sum")


def test_what_the_other_neurons_see_of_an_example() -> None:
    seen = single_numbers(np.array([[[0.5], [-1.0], [0.2], [0.1]]]))[:, 0, 0]
    assert seen == pytest.approx([0.5, -1.0, 0.2, 0.1, -0.1, 0.5, -0.1])


@pytest.mark.parametrize("truth", ["different", "equal", "one"])
def test_true_weights_have_one_length_in_every_world(truth: str) -> None:
    weights = rule(EXPERIMENT.params(truth=truth), np.arange(5))
    assert np.linalg.norm(weights, axis=1) == pytest.approx(np.full(5, SHARP))


def test_where_all_count_alike_the_plain_sum_is_as_good() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(truth="equal"), seed=2, replicas=4).metrics
    assert m.plain == pytest.approx(m.weighted, abs=0.03)
    assert np.all(m.single < m.weighted)
