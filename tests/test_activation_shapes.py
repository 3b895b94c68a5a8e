"""A tanh network written with sigmoid units computes the same."""

import numpy as np
import pytest

from sims.activation_shapes import as_sigmoid
from sims.engine.network import dense, initial_weights, outputs


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_as_sigmoid_keeps_the_function(layers: int) -> None:
    seeds, rng = np.arange(4), np.random.default_rng(0)
    tanh, sigmoid = (dense(2, [5] * layers, 1, name, "sigmoid") for name in ("tanh", "sigmoid"))
    weights = initial_weights(tanh, seeds)
    for layer in weights:
        layer[:, -1] = rng.normal(size=layer[:, -1].shape)
    points = rng.normal(size=(4, 2, 50))
    same = outputs(sigmoid, as_sigmoid(weights), points)
    np.testing.assert_allclose(same, outputs(tanh, weights, points), atol=1e-12)
    assert np.abs(same - outputs(sigmoid, weights, points)).max() > 0.01  # without the conversion it is another
