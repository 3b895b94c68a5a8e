"""Curvature by differences, against the closed form for one logistic unit: X' diag(a (1 - a)) X / N."""

import numpy as np

from sims.engine.activations import activate
from sims.engine.network import Network
from sims.engine.randomness import ensemble_seeds
from sims.engine.shapes import gate
from sims.local_minima import curvature, flat, unflat


def test_curvature_of_one_logistic_unit() -> None:
    network, data = Network((2, 1), ("sigmoid",)), gate(ensemble_seeds(0, 3), 40, 0.2, "or")
    rows = np.random.default_rng(1).normal(size=(3, 3))
    eigenvalues, slope = curvature(network, rows, data)
    x = np.concatenate([data.inputs, np.ones((3, 1, 40))], axis=1)  # (R, 3, N)
    a = activate("sigmoid", np.einsum("ri,rin->rn", rows, x)[:, None])  # (R, 1, N)
    hessian = (x * a * (1 - a)) @ x.transpose(0, 2, 1) / 40
    gradient = ((a - data.targets) @ x.transpose(0, 2, 1) / 40)[:, 0]
    np.testing.assert_allclose(eigenvalues, np.linalg.eigvalsh(hessian), atol=1e-7)
    np.testing.assert_allclose(slope, np.linalg.norm(gradient, axis=1), rtol=1e-9)


def test_flat_and_unflat_are_each_others_inverse() -> None:
    network = Network((2, 3, 1), ("tanh", "sigmoid"))
    rows = np.random.default_rng(2).normal(size=(4, 13))
    np.testing.assert_array_equal(flat(unflat(network, rows)), rows)
