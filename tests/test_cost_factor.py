"""A factor in front of the loss: least squares as an oracle, arrivals on known paths, and a step by hand."""

import numpy as np
import pytest

from sims.cost_factor import NEVER, STEPS, best_line, counted, deliveries, settled_from
from sims.engine.experiment import perform
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find

EXPERIMENT = find("cost_factor")


def test_the_best_line_is_that_of_polyfit() -> None:
    data = deliveries(ensemble_seeds(4, 3), 20)
    line, steepest = best_line(data)
    for r in range(3):
        assert line[r] == pytest.approx(np.polyfit(data.inputs[r, 0], data.targets[r, 0], 1))
        x = np.stack([data.inputs[r, 0], np.ones(20)])
        assert steepest[r] == pytest.approx(2 * np.linalg.eigvalsh(x @ x.T / 20)[-1])


def test_an_arrival_is_where_the_path_stays_near() -> None:
    away = np.full((4, STEPS + 1), 0.001)
    away[0, :7] = 1  # near from step 7 on
    away[1, [3, 50]] = 1  # leaves once more at 50
    away[2, -1] = np.inf
    assert settled_from(away).tolist() == [7, 51, NEVER, 0]
    assert counted(settled_from(away)).tolist() == [7, 51, 2 * STEPS, 0]  # one that is late is not one step late


def test_a_factor_is_a_factor_of_the_first_step_and_the_sum_is_the_mean_times_the_examples() -> None:
    params = EXPERIMENT.params(factor=4, points=30, learning_rate=0.001)
    m = perform(EXPERIMENT, params, seed=2, replicas=3).metrics
    gone = m.away_mean[:, 0] - m.away_mean[:, 1]  # the same direction for all three
    assert (m.away_factor[:, 0] - m.away_factor[:, 1]) / gone == pytest.approx(4, rel=0.02)
    assert (m.away_sum[:, 0] - m.away_sum[:, 1]) / gone == pytest.approx(30, rel=0.1)
    assert m.largest_rate_sum * 30 == pytest.approx(m.largest_rate)


def test_beyond_its_largest_safe_rate_the_sum_goes_away_and_below_it_arrives() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(points=20), seed=2, replicas=3).metrics
    for share, arrived in ((0.8, 1), (1.3, 0)):
        rate = share * float(m.largest_rate_sum[0])
        other = perform(EXPERIMENT, EXPERIMENT.params(points=20, learning_rate=rate), seed=2, replicas=1).metrics
        assert other.arrived_sum[0] == arrived
