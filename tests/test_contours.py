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
