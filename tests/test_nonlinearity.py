"""The one matrix of a linear network against the long way round."""

import numpy as np

from sims.engine.network import dense, initial_weights, outputs
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
