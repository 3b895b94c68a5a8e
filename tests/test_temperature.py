"""Temperature: the loss at 1 is the loss, the chosen one is the best tried, and no decision moves."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.temperature import TEMPERATURES, losses_at

EXPERIMENT = find("temperature")


def test_the_loss_at_a_temperature_is_that_of_the_divided_logits() -> None:
    z, yes = np.array([[2.0, -1.0]]), np.array([[1.0, 1.0]])
    one = np.abs(TEMPERATURES - 1).argmin()
    assert TEMPERATURES[one] == pytest.approx(1, abs=0.05)
    t = TEMPERATURES[-1]
    assert losses_at(z, yes)[0, -1] == pytest.approx(np.mean(np.log1p(np.exp(-z / t))))


def test_too_sure_by_a_known_factor_is_found_out() -> None:
    rng = np.random.default_rng(4)
    true = rng.normal(0, 1.5, (1, 20000))
    yes = (rng.random(true.shape) < 1 / (1 + np.exp(-true))).astype(float)
    assert TEMPERATURES[losses_at(4 * true, yes).argmin()] == pytest.approx(4, rel=0.15)


def test_no_answer_changes_and_the_chosen_temperature_is_the_best_tried() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=200), seed=3, replicas=4).metrics
    assert np.all(m.changed == 0)
    assert np.array_equal(m.accuracy, m.accuracy_after)
    assert m.loss_after == pytest.approx(m.fresh_curve[np.arange(4), m.validation_curve.argmin(axis=1)])
