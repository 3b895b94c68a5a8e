"""The one matrix of a linear network, and the best line, against the long way round."""

from itertools import product

import numpy as np

from sims.engine.network import dense, initial_weights, outputs
from sims.engine.scores import best_line_accuracy
from sims.nonlinearity import one_matrix


def test_one_matrix_does_what_the_linear_stack_does() -> None:
    rng, network = np.random.default_rng(0), dense(2, [4, 3, 5], 1, "linear", "linear")
    weights = initial_weights(network, np.arange(3))
    for layer in weights:
        layer[:, -1] = rng.normal(size=layer[:, -1].shape)
    points = rng.normal(size=(3, 2, 20))
    matrix = one_matrix(weights)
    assert matrix.shape == (3, 3, 1)
    flat = matrix[:, :2].transpose(0, 2, 1) @ points + matrix[:, 2:]
    np.testing.assert_allclose(flat, outputs(network, weights, points), atol=1e-12)


def test_best_line_of_tables_that_are_known() -> None:
    corners = np.array(list(product((-1.0, 1.0), repeat=2))).T[None]
    for labels, best in (((0, 1, 1, 0), 0.75), ((0, 1, 1, 1), 1.0), ((0, 0, 0, 0), 1.0), ((1, 0, 0, 0), 1.0)):
        assert best_line_accuracy(corners, np.array([[labels]], float)).tolist() == [best]


def test_best_line_is_never_beaten_by_a_random_line() -> None:
    rng = np.random.default_rng(1)
    points, labels = rng.normal(size=(1, 2, 30)), rng.integers(0, 2, (1, 1, 30)).astype(float)
    lines = rng.normal(size=(2000, 3))
    yes = lines[:, :2] @ points[0] > lines[:, 2:]
    tried = (yes == labels[0, 0].astype(bool)).mean(axis=1)
    found = best_line_accuracy(points, labels, directions=720)[0]
    assert found >= max(tried.max(), (1 - tried).max()) - 1e-9
