"""Loop and matrix product: a layer by hand, orders counted, and wrong shapes against their closed form."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.vectorised import broadcast_training, by_loop, by_matrix

EXPERIMENT = find("vectorised")


def test_a_layer_worked_by_hand_comes_out_of_both_ways() -> None:
    x = np.array([[[1, 2], [3, -1]]], np.float32)
    w, b = np.array([[[1, 0, 2], [-1, 1, 1]]], np.float32), np.array([[0, 10, 1]], np.float32)
    (loop, orders), (product, two) = by_loop(x, w, b), by_matrix(x, w, b)
    assert loop.tolist() == product.tolist() == [[[-1, 12, 5], [4, 9, 6]]]
    assert (orders, two) == (2 * 2 * 2 * 3 + 2 * 3, 2)


def test_wrong_shapes_descend_towards_the_mean_target() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(1, 30, 2)), rng.normal(size=(1, 30))
    found = broadcast_training(x, y, np.zeros((1, 3)), 0.1, 500)
    assert found == pytest.approx(np.array([[0, 0, y.mean()]]), abs=1e-6)
    after_one = broadcast_training(x, y, np.zeros((1, 3)), 0.1, 1)[0]
    ones = np.column_stack((x[0], np.ones(30)))
    assert after_one == pytest.approx(-0.1 * 2 * ones.T @ (0 - y[0].mean() * np.ones(30)) / 30)


def test_whole_numbers_agree_to_the_last_digit() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(values="whole", steps=5), seed=2, replicas=3).metrics
    assert np.all(m.differ == 0)
    assert np.all(m.apart == 0)
