"""Folding a scaling into the first layer's weights, against running the scaled network."""

import numpy as np

from sims.engine.coffee import AXES, roast_values
from sims.engine.datasets import standardised
from sims.engine.experiment import drain
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.randomness import ensemble_seeds
from sims.engine.two_scales import both, flats
from sims.feature_scaling import folded


def test_the_folded_network_says_on_raw_inputs_what_the_other_says_on_scaled_ones() -> None:
    seeds = ensemble_seeds(0, 3)
    network = dense(2, [4], 1, "tanh", "sigmoid")
    weights = initial_weights(network, seeds)
    weights[0][:, -1] = 0.3  # biases that are not zero
    values, _ = roast_values(seeds, 50)
    raw = outputs(network, folded(tuple(weights), AXES), values)
    np.testing.assert_allclose(raw, outputs(network, weights, standardised(values, AXES)), rtol=1e-10)


def test_descent_in_a_trough_leaves_the_flat_weight_where_it_was_and_a_round_bowl_does_not() -> None:
    found = drain(both(ensemble_seeds(0, 4)))
    inputs, _ = flats(ensemble_seeds(0, 4))
    by_hand = inputs[:, 0].var(axis=1) / inputs[:, 1].var(axis=1)  # the two are nearly uncorrelated
    np.testing.assert_allclose(found["stretch_raw"], by_hand, rtol=0.1)
    # At 0.9 of the limit each step multiplies the flat direction by 1 - 1.8 / stretch.
    np.testing.assert_allclose(found["left_raw"], (1 - 1.8 / found["stretch_raw"]) ** 50, rtol=0.05)
    assert (found["left_standardised"] < 0.05).all()
