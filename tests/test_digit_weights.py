"""Weights as images: class means, neighbours and white pixels on images that are known."""

import numpy as np
import pytest

from sims.digit_weights import apart, of_neighbours
from sims.engine.digits import split_digits
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("digit_weights")


def test_mean_images_less_the_mean_of_all_add_up_to_nothing() -> None:
    known, _ = split_digits(np.array([3, 4]), 200)
    share = known.data.targets.mean(axis=2)  # (R, 10)
    assert (share[:, :, None] * apart(known)).sum(axis=1) == pytest.approx(0, abs=1e-6)


def test_stripes_are_alike_along_and_opposite_across() -> None:
    stripes = np.tile(np.array([1.0, -1.0] * 4), 8)  # columns in turn
    assert of_neighbours(stripes[None, None])[0] == pytest.approx(0, abs=0.05)
    ramp = np.repeat(np.arange(8.0), 8)
    assert of_neighbours(ramp[None, None])[0] > 0.9


def test_white_pixels_move_by_the_penalty_alone() -> None:
    free, pulled = (perform(EXPERIMENT, EXPERIMENT.params(l2=l2, steps=20), seed=1, replicas=3).metrics
                    for l2 in (0, 0.01))
    assert np.all(free.blank > 0)
    assert np.all(free.blank_moved == 0)
    assert np.all(pulled.blank_moved > 0.01)
    assert free.rest + free.pixel_weight * free.pixel_ink == pytest.approx(free.logit)
