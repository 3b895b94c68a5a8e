"""Schedules in a bowl: the rates that are said, and the excess against the bowl's own formula."""

import numpy as np
import pytest

from sims.engine.bowls import bowl, valley
from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.rate_decay import POINTS, STAGE, STEPS

EXPERIMENT = find("rate_decay")


def test_the_stages_are_at_the_steps_that_are_said_and_each_leaves_the_same_share() -> None:
    m = perform(EXPERIMENT, seed=2, replicas=2).metrics
    rates = m.rate_shown[0]
    assert rates[STAGE] == pytest.approx(m.first_rate[0])
    assert rates[STAGE + 1] == pytest.approx(m.second_rate[0])
    assert rates[STEPS] == pytest.approx(0.01 * rates[1])
    assert m.second_rate / m.first_rate == pytest.approx(m.factor)


def test_with_all_examples_the_excess_follows_the_formula_of_plain_descent() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(batch_size=POINTS, schedule="constant", learning_rate=0.05), seed=2,
                  replicas=2)
    data, start = valley(run.seeds, POINTS, flat=0.7, noise=0.5)
    theory = bowl(data.inputs, data.targets)
    away = start[0][:, :2, 0] - theory.best
    for _ in range(20):
        away = away - 0.05 * 2 * np.einsum("rij,rj->ri", theory.gram, away)
    assert run.metrics.curve_shown[:, 20] == pytest.approx(np.einsum("ri,rij,rj->r", away, theory.gram, away))


def test_a_rate_that_is_never_lowered_makes_all_schedules_one() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(final_rate=1), seed=2, replicas=2).metrics
    assert np.array_equal(m.last_constant, m.last_step)
    assert np.array_equal(m.last_constant, m.last_cosine)
