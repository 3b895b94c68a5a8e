"""Contour lines."""

import numpy as np
import pytest

from bot.present.charts import contours


def test_the_contour_of_a_cone_is_a_circle() -> None:
    x, y = np.linspace(-1, 1, 41), np.linspace(-2, 2, 61)
    pieces = contours.segments(np.hypot(*np.meshgrid(x, y)), x, y, 0.7)
    ends = pieces.reshape(-1, 2)
    length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum()
    assert np.hypot(*ends.T) == pytest.approx(np.full(len(ends), 0.7), abs=0.01)
    assert length == pytest.approx(2 * np.pi * 0.7, rel=0.01)


def test_a_saddle_and_a_plain_ground() -> None:
    xy = np.array([-1.0, 1.0])
    assert len(contours.segments(np.array([[1.0, -1.0], [-1.0, 1.0]]), xy, xy)) == 2
    assert len(contours.segments(np.ones((2, 2)), xy, xy)) == 0


def test_points_of_a_line_that_nobody_can_tell_apart_are_left_out() -> None:
    turn = np.linspace(0, 2 * np.pi, 400)
    line = 20 * np.stack((np.cos(turn), np.sin(turn)), axis=1)
    kept = contours.sparse(line, 1.2)
    assert len(kept) < 120
    assert np.all(np.hypot(*np.diff(kept[:-1], axis=0).T) >= 1.2)
    assert np.array_equal(kept[[0, -1]], line[[0, -1]])
    assert np.hypot(*((kept[1:] + kept[:-1]) / 2).T) == pytest.approx(np.full(len(kept) - 1, 20), abs=0.05)
