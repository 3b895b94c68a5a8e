"""Folding a scaling into the first layer's weights, against running the scaled network."""

import numpy as np

from sims.engine.coffee import AXES, roast_values
from sims.engine.datasets import standardised
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.randomness import ensemble_seeds
from sims.feature_scaling import folded


def test_the_folded_network_says_on_raw_inputs_what_the_other_says_on_scaled_ones() -> None:
    seeds = ensemble_seeds(0, 3)
    network = dense(2, [4], 1, "tanh", "sigmoid")
    weights = initial_weights(network, seeds)
    weights[0][:, -1] = 0.3  # biases that are not zero
    values, _ = roast_values(seeds, 50)
    raw = outputs(network, folded(tuple(weights), AXES), values)
    np.testing.assert_allclose(raw, outputs(network, weights, standardised(values, AXES)), rtol=1e-10)
