"""Least squares by equation and by descent: numpy's solver as an oracle, and weights in other units."""

import numpy as np
import pytest

from sims.closed_form import AREA, PRICE, ROOMS, flats, in_units, normal_equation, prices
from sims.engine.datasets import standardised
from sims.engine.experiment import perform
from sims.engine.randomness import draw, ensemble_seeds
from sims.engine.registry import find

EXPERIMENT, SEEDS = find("closed_form"), ensemble_seeds(3, 4)


def test_the_equation_gives_what_numpys_least_squares_gives() -> None:
    values, price, _ = flats(SEEDS, 30, 25.0)
    found = normal_equation(values, price)
    for r in range(len(SEEDS)):
        rows = np.column_stack([*values[r], np.ones(30)])
        assert found[r] == pytest.approx(np.linalg.lstsq(rows, price[r, 0], rcond=None)[0], rel=1e-6)


def test_without_noise_the_rule_is_found() -> None:
    values, price, rule = flats(SEEDS, 10, 0.0)
    np.testing.assert_allclose(normal_equation(values, price), rule, rtol=1e-6)


def test_weights_in_units_give_the_prices_of_the_neuron_on_scaled_inputs() -> None:
    values, _, _ = flats(SEEDS, 10, 25.0)
    weights = draw(SEEDS, "some", lambda rng: rng.normal(size=3))
    seen = prices(weights, standardised(values, (AREA, ROOMS)))
    said = PRICE[0].offset + PRICE[0].scale * seen
    np.testing.assert_allclose(prices(in_units(weights, (AREA, ROOMS)), values), said)


def test_in_other_units_descent_differs_and_the_equation_does_not() -> None:
    metres, tens = (perform(EXPERIMENT, EXPERIMENT.params(area_unit=unit), seed=2, replicas=3).metrics
                    for unit in (1, 40))
    np.testing.assert_allclose(metres.solved, tens.solved)
    assert np.all(tens.stretch < metres.stretch / 10)
    assert np.all(tens.away_raw < metres.away_raw)
