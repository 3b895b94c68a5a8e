"""Hours and odds: the neuron's odds are its exponentials, and weighted examples are the students themselves."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.odds import squared_correlation

EXPERIMENT = find("odds")


def test_odds_logits_and_probabilities_are_one_thing_in_three_ways() -> None:
    m = perform(EXPERIMENT, seed=2, replicas=3).metrics
    assert m.odds == pytest.approx(m.said / (1 - m.said))
    assert np.log(m.odds) == pytest.approx(m.logit)
    assert m.odds[:, 1:] / m.odds[:, :-1] == pytest.approx(np.repeat(m.factor[:, None], 10, axis=1))


def test_the_neuron_meets_the_mean_share_as_maximum_likelihood_must() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=1000), seed=2, replicas=3).metrics
    assert m.said.mean(axis=1) == pytest.approx(m.share.mean(axis=1), abs=1e-3)
    assert (m.said * np.arange(11)).sum(axis=1) == pytest.approx((m.share * np.arange(11)).sum(axis=1), abs=0.02)


def test_a_line_is_straight_and_a_square_is_less_so() -> None:
    x = np.arange(11)
    assert squared_correlation(np.stack([3 * x + 1.0, (x - 5.0) ** 2]), x) == pytest.approx([1, 0])
