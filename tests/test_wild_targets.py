"""Wild targets: least squares and the median as oracles, Huber's loss at its seam, and its two limits."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.wild_targets import deliveries, huber

EXPERIMENT = find("wild_targets")


def test_hubers_loss_and_its_slope_meet_at_the_bend() -> None:
    near = np.array([-1e-6, 1e-6])
    for bend in (0.5, 2.0):
        below, above = huber(bend + near, bend)
        assert huber(np.array([bend]), bend)[0] == pytest.approx(bend**2 / 2)
        assert (above - below) / 2e-6 == pytest.approx(bend, rel=1e-5)
        assert huber(np.array([bend + 3]), bend)[0] == pytest.approx(bend**2 / 2 + 3 * bend)


def test_squared_errors_line_is_that_of_polyfit_and_absolute_errors_splits_the_targets() -> None:
    params = EXPERIMENT.params(points=41)
    m = perform(EXPERIMENT, params, seed=5, replicas=3).metrics
    data, wild, _ = deliveries(params, ensemble_seeds(5, 3))
    for r in range(3):
        slope, height = np.polyfit(data.inputs[r, 0], data.targets[r, 0] + params.size * wild[r], 1)
        x = (m.grid - data.axes[0].offset) / data.axes[0].scale
        np.testing.assert_allclose(m.line_squared[r], 10 * (slope * x + height), atol=0.05)
    assert np.all(np.abs(m.above_absolute - 0.5) <= 2 / 41)


def test_a_high_bend_is_squared_error_and_a_low_one_nearly_absolute() -> None:
    high, low = (perform(EXPERIMENT, EXPERIMENT.params(bend=bend), seed=5, replicas=4).metrics for bend in (10, 0.1))
    assert high.apart_huber.max() < 0.1
    assert np.all(low.huber_from_absolute < 0.2 * low.apart_huber)
    np.testing.assert_array_equal(high.line_absolute, low.line_absolute)
