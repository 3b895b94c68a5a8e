"""A line and networks beyond their examples: least squares as an oracle, and how the units go on far out."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.line_or_network import BEYOND, EDGE, examples, true_curve

EXPERIMENT = find("line_or_network")


def test_the_line_is_that_of_polyfit() -> None:
    params = EXPERIMENT.params(steps=800)
    m = perform(EXPERIMENT, params, seed=4, replicas=3).metrics
    data = examples(params, ensemble_seeds(4, 3), EDGE, "data")
    for r in range(3):
        assert m.line_weights[r] == pytest.approx(np.polyfit(data.inputs[r, 0], data.targets[r, 0], 1), abs=1e-3)


def test_examples_keep_to_their_range_and_without_bend_the_truth_is_straight() -> None:
    seeds, params = ensemble_seeds(4, 3), EXPERIMENT.params(bend=0)
    assert np.abs(examples(params, seeds, EDGE, "data").inputs).max() <= EDGE
    assert np.abs(examples(params, seeds, BEYOND, "data").inputs).max() > EDGE
    at = true_curve(params, seeds, np.array([[0.0, 1.0, 2.0]]))
    np.testing.assert_allclose(at[:, 2] - at[:, 1], at[:, 1] - at[:, 0])


def test_far_out_tanh_is_bounded_and_a_line_is_not() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(), seed=4, replicas=4).metrics
    assert np.all(np.abs(m.said_farther) <= m.ceiling + 1e-3)
    np.testing.assert_allclose(m.line_far, 20 * m.line_weights[:, 0] + m.line_weights[:, 1], rtol=1e-4)
