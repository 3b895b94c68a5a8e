"""What the entries on meaning measure besides correlations: scales, directions, edges."""

import numpy as np

from sims.concept_intervention import best_of, upright
from sims.engine.edges import random_lines
from sims.engine.scores import brought_to
from sims.linear_probe import on_its_own
from sims.superposition import TURN, closest_angle, rotated


def test_an_idea_gets_the_units_mean_spread_and_direction() -> None:
    idea, unit = np.array([[0.0, 1, 2, 3]]), np.array([[0.9, 0.8, 0.8, 0.1]])
    found = brought_to(idea, unit)
    assert np.isclose(found.mean(), unit.mean())
    assert np.isclose(found.std(), unit.std())
    assert np.corrcoef(found[0], unit[0])[0, 1] > 0
    np.testing.assert_allclose(brought_to(unit, unit), unit)


def test_the_best_unit_is_the_largest_match_in_either_direction() -> None:
    match = np.array([[0.2, -0.7, 0.5], [0.9, 0.1, np.nan]])
    assert best_of(np.arange(6).reshape(2, 3), match).tolist() == [1, 3]
    assert upright(np.array([[0.1], [0.1]]), match).tolist() == [[0.9], [0.1]]


def test_a_pentagon_is_72_degrees_apart_and_may_be_turned() -> None:
    angles = np.radians(72 * np.arange(5))
    pentagon = np.stack((np.cos(angles), np.sin(angles)))[None]  # (1, 2, 5)
    assert np.isclose(closest_angle(pentagon).item(), 72)
    other = rotated(pentagon)
    assert np.isclose(np.arctan2(other[0, 1, 0], other[0, 0, 0]), TURN)
    np.testing.assert_allclose(other.transpose(0, 2, 1) @ other, pentagon.transpose(0, 2, 1) @ pentagon)


def test_three_random_lines_resemble_some_edge_before_any_training() -> None:
    found = random_lines(np.arange(30))
    assert 0.4 < np.median(found) < 0.8
    assert (found < 1).all()


def test_a_probe_on_its_own_shirts_explains_what_is_linear_and_little_of_noise() -> None:
    rng = np.random.default_rng(1)
    seen = rng.normal(size=(1, 3, 400))
    assert np.isclose(on_its_own(seen, 2 * seen[:, 0] - seen[:, 2] + 1).item(), 1)
    assert 0 <= on_its_own(seen, rng.normal(size=(1, 400))).item() < 0.1
