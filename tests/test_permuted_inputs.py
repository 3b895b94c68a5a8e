"""Shuffled pixels: orders are permutations, nothing is shuffled where none is moved, and neighbours are counted."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.permuted_inputs import PIXELS, neighbour_correlation, partial

EXPERIMENT = find("permuted_inputs")


@pytest.mark.parametrize("moved", [0, 4, 64])
def test_orders_are_permutations_that_move_as_many_pixels_as_asked(moved: int) -> None:
    orders = partial(np.random.default_rng(1), moved, 3)
    assert np.array_equal(np.sort(orders, axis=0), np.tile(np.arange(PIXELS)[:, None], (1, 3)))
    assert (orders != np.arange(PIXELS)[:, None]).sum(axis=0).tolist() == [moved] * 3


def test_where_no_pixel_is_moved_all_orders_are_one() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(moved=0, steps=10), seed=2, replicas=3).metrics
    assert np.array_equal(m.ordered, m.after)
    assert np.array_equal(m.image, m.image_shuffled)
    assert m.neighbours == pytest.approx(m.neighbours_shuffled)


def test_neighbours_that_are_alike_correlate_and_constants_are_left_out() -> None:
    rise = np.array([0.0, 1, 2, 3])
    inputs = np.stack([rise, 2 * rise, -rise, np.ones(4), rise])[None]
    assert neighbour_correlation(inputs) == pytest.approx([0.0])  # one pair goes together, one against each other
    assert neighbour_correlation(inputs[:, :2]) == pytest.approx([1.0])
