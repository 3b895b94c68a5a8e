"""The best straight line: against all labellings that a line can make, found by linear programming."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sims.engine.coffee import roasts
from sims.engine.randomness import ensemble_seeds
from sims.engine.scores import best_line_accuracy
from sims.engine.shapes import gate


def can_be_parted(points: np.ndarray, sides: tuple[int, ...]) -> bool:
    """Whether some line has exactly these points (N, 2) on its two sides (1 and -1)."""
    each = np.array(sides)[:, None]
    rows = -each * np.column_stack([points, np.ones(len(points))])  # side * (w x + b) >= 1
    return bool(linprog(np.zeros(3), rows, -np.ones(len(points)), bounds=(None, None)).status == 0)


def best_by_trying_all(points: np.ndarray, labels: np.ndarray) -> float:
    """The largest share that agrees with a labelling that some line makes."""
    agreements = sorted(((np.mean((np.array(sides) > 0) == labels), sides)
                         for sides in product((-1, 1), repeat=len(points))), reverse=True)
    return float(next(share for share, sides in agreements if can_be_parted(points, sides)))


EXAMPLES = st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=150)
@given(examples=EXAMPLES, angle=st.sampled_from([0.0, 0.3, 1.2]))
def test_it_is_the_best_of_all_that_lines_can_do_even_where_examples_lie_in_lines_or_on_each_other(
        examples: list[tuple[int, int, bool]], angle: float) -> None:
    points, labels = np.array([e[:2] for e in examples], float), np.array([e[2] for e in examples])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # off the grid
    found = best_line_accuracy((turn @ points.T)[None], labels[None, None].astype(float))
    assert found.tolist() == [best_by_trying_all(points, labels)]


def test_tables_that_are_known() -> None:
    corners = np.array(list(product((-1.0, 1.0), repeat=2))).T[None]
    for labels, best in (((0, 1, 1, 0), 0.75), ((0, 1, 1, 1), 1.0), ((0, 0, 0, 0), 1.0), ((1, 0, 0, 0), 1.0)):
        assert best_line_accuracy(corners, np.array([[labels]], float)).tolist() == [best]
    copies = gate(ensemble_seeds(0, 2), 40, 0.0)  # each corner ten times
    assert best_line_accuracy(copies.inputs, copies.targets).tolist() == [0.75, 0.75]


def test_no_random_line_beats_it_and_a_crowd_is_judged_one_by_one() -> None:
    rng, data = np.random.default_rng(1), roasts(ensemble_seeds(0, 3), 200)
    found = best_line_accuracy(data.inputs, data.targets)
    lines = rng.normal(size=(20_000, 3))
    for r in range(3):
        says = lines[:, :2] @ data.inputs[r] > lines[:, 2:]
        right = (says == (data.targets[r, 0] > 0.5)).mean(axis=1)
        assert found[r] >= max(right.max(), (1 - right).max())
        assert best_line_accuracy(data.inputs[r : r + 1], data.targets[r : r + 1])[0] == found[r]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_it_does_not_depend_on_units(scale: float) -> None:
    data = roasts(ensemble_seeds(4, 2), 60)
    moved = data.inputs * scale + np.array([[3 * scale], [0]])
    found, elsewhere = (best_line_accuracy(inputs, data.targets) for inputs in (data.inputs, moved))
    np.testing.assert_array_equal(found, elsewhere)
