"""Counting kinks and building a curve from hinges, against curves whose kinks and heights are known."""

import numpy as np
import pytest

from sims.engine.datasets import Data
from sims.engine.network import dense
from sims.engine.training import Trained, TrainingConfig, untrained
from sims.relu_pieces import INSIDE, X, Y, bend, bends, built, count_kinks


def hinges(places: list[float], heights: list[float], activation: str = "relu") -> Trained:
    """A network of hinges at the given x, each with the given change of slope."""
    first = np.array([[np.ones(len(places)), -np.array(places)]])
    second = np.array([[*heights, 0.0]])[:, :, None]
    data = Data(np.zeros((1, 1, 1)), np.zeros((1, 1, 1)), X, Y)
    network = dense(1, [len(places)], 1, activation, "linear")
    return untrained(network, [first, second], data, TrainingConfig("squared_error"))


@pytest.mark.parametrize(
    ("places", "heights", "kinks"),
    [
        ([0.1234], [1.0], 1),
        ([0.0], [1.0], 1),  # exactly on a grid point
        ([-0.5, 0.3001, 0.7], [1.0, -2.0, 0.5], 3),
        ([-2.0, 0.3], [1.0, 1.0], 1),  # the first lies outside
        ([0.2, 0.2], [1.0, 1.0], 1),  # two hinges, one kink
        ([0.2, 0.2], [1.0, -1.0], 0),  # they cancel
        ([0.5], [0.01], 0),  # too slight to count
    ],
)
def test_kinks_are_counted_on_the_curve(places: list[float], heights: list[float], kinks: int) -> None:
    assert count_kinks(hinges(places, heights)).tolist() == [kinks]


def test_a_smooth_curve_has_no_kinks() -> None:
    assert count_kinks(hinges([0.2, -0.4], [3.0, -2.0], "tanh")).tolist() == [0]


def test_the_built_network_meets_the_curve_at_its_corners_and_is_straight_between() -> None:
    curve = built(4, lambda x: np.sin(3 * x))
    np.testing.assert_allclose(curve[0, ::50], np.sin(3 * INSIDE[::50]), atol=1e-12)
    np.testing.assert_allclose(np.diff(curve[0, :51], n=2), 0, atol=1e-12)


def test_bend_is_the_distance_from_the_chord() -> None:
    assert bend(hinges([0.0], [1.0]), -1, 1)[0] == pytest.approx(0.5)  # chord from (-1, 0) to (1, 1), at 0


def test_a_unit_bends_the_curve_by_its_change_of_slope_if_its_kink_lies_inside() -> None:
    assert bends(hinges([0.5, -2.0, -0.9], [-3.0, 5.0, 0.25])).tolist() == [[3.0, 0.0, 0.25]]
