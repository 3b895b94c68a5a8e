"""Bias and variance: on predictions that are known, for a line against least squares, and their sum."""

import numpy as np
import pytest

from sims.bias_variance import GRID, SAMPLES, Spread, samples, truth
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("bias_variance")


def test_all_wrong_alike_is_bias_and_scatter_about_the_truth_is_variance() -> None:
    alike = np.broadcast_to(truth(GRID) + 0.5, (1, SAMPLES, len(GRID)))
    sign = np.where(np.arange(SAMPLES) % 2, 1, -1)[:, None]
    for said, bias, variance in ((alike, 0.25, 0), ((truth(GRID) + 0.5 * sign)[None], 0, 0.25)):
        parts = Spread(said, np.zeros(1)).parts
        assert [float(part[0]) for part in parts] == pytest.approx([bias, variance, 0.25])


def test_samples_are_eight_separate_draws_for_each_replica() -> None:
    data = samples(np.array([1, 2]), 12, 0)
    assert data.inputs.shape == (2 * SAMPLES, 1, 12)
    assert len(np.unique(data.inputs)) == data.inputs.size
    np.testing.assert_allclose(data.targets, truth(data.inputs))


def test_the_line_is_that_of_least_squares_and_the_parts_add_up() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(), seed=3, replicas=2).metrics
    np.testing.assert_allclose(m.bias + m.variance, m.total, rtol=1e-6)
    data = samples(np.array([3]), 12, 0.5)
    lines = np.stack([np.polyval(np.polyfit(x[0], y[0], 1), GRID)
                      for x, y in zip(data.inputs, data.targets, strict=True)])
    bias, variance, _ = Spread(lines[None], np.zeros(1)).parts
    assert m.bias_line[0] == pytest.approx(bias[0], rel=0.01)
    assert m.variance_line[0] == pytest.approx(variance[0], rel=0.02)
