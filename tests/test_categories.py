"""Categories as inputs: least squares against numpy's, one-hot inputs, and numbers that mean nothing."""

import numpy as np
import pytest

from sims.categories import Flats, district_means, explained, line, one_hot
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("categories")


def test_the_neuron_on_the_number_is_the_least_squares_line() -> None:
    number, price = np.array([[0, 1, 2, 4, 4]]), np.array([[1.0, 3.0, 2.0, 7.0, 5.0]])
    slope, intercept = line(number, price)
    assert np.polyfit(number[0], price[0], 1) == pytest.approx([slope[0], intercept[0]])


def test_one_hot_weights_are_the_means_and_the_trained_neuron_finds_them() -> None:
    assert district_means(Flats(np.array([[0, 1, 1]]), np.array([[2.0, 3.0, 5.0]])), 3).tolist() == [[2, 4, 0]]
    assert one_hot(np.array([[1, 0]]), 2).tolist() == [[[0, 1], [1, 0]]]
    run = perform(EXPERIMENT, seed=2, replicas=3)
    layer = run.shown.weights[0][:, :, 0]
    assert layer[:, :-1] + layer[:, -1:] == pytest.approx(run.metrics.said_one_hot, abs=0.05)


def test_two_districts_are_the_same_either_way() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(categories=2), seed=2, replicas=3).metrics
    assert m.explained_number == pytest.approx(m.explained_one_hot)
    assert m.change_number == pytest.approx(np.zeros(3))


def test_the_mean_explains_nothing_and_the_prices_themselves_all() -> None:
    price = np.array([[1.0, 2.0, 6.0]])
    assert explained(np.full((1, 3), 3.0), price) == pytest.approx([0])
    assert explained(price, price) == pytest.approx([1])
