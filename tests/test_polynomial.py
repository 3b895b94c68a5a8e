"""Powers as inputs: numpy's polynomial fit as an oracle, powers of spread 1, and terms counted by listing them."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.randomness import draw, ensemble_seeds
from sims.engine.registry import find
from sims.polynomial import at, fitted, powers

EXPERIMENT, SEEDS = find("polynomial"), ensemble_seeds(6, 3)


def test_a_fit_is_that_of_polyfit() -> None:
    x = draw(SEEDS, "x", lambda rng: rng.uniform(-1, 1, 15))
    y = draw(SEEDS, "y", lambda rng: rng.normal(size=15))
    fresh = np.linspace(-1, 1, 9)[None]
    said = at(fitted(x, y, 3), fresh)
    for r in range(len(SEEDS)):
        np.testing.assert_allclose(said[r], np.polyval(np.polyfit(x[r], y[r], 3), fresh[0]), atol=1e-8)


def test_powers_of_an_even_x_have_mean_0_and_spread_1() -> None:
    seen = powers(np.linspace(-1, 1, 20001)[None], 6)
    assert seen.mean(axis=2) == pytest.approx(0, abs=1e-3)
    assert seen.std(axis=2) == pytest.approx(1, abs=1e-3)


def test_the_weights_of_degree_3_draw_its_curve_and_terms_are_counted_right() -> None:
    params = EXPERIMENT.params(degree=3, points=40, steps=5)
    m = perform(EXPERIMENT, params, seed=1, replicas=3).metrics
    x = m.grid[None]
    np.testing.assert_allclose(m.w @ np.stack([x[0], x[0] ** 2, x[0] ** 3, np.ones_like(x[0])]), m.said_chosen,
                               atol=1e-8)
    terms = sum(1 for d in (1, 2, 3) for _ in combinations_with_replacement(range(10), d))
    assert m.terms_ten.tolist() == [terms] * 3
