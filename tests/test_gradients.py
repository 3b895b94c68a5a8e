"""Every activation with every loss, against finite differences in float64."""

import numpy as np
import pytest

from sims.engine.activations import ACTIVATIONS, activate
from sims.engine.backprop import loss_gradients
from sims.engine.losses import FUSED, LOSSES, from_logits
from sims.engine.network import Network, initial_weights, mean_loss
from sims.engine.randomness import ensemble_seeds

SEEDS = ensemble_seeds(3, 4)
STEP = 1e-6


def problem(loss: str, n_out: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    inputs = rng.normal(size=(len(SEEDS), 3, 12))
    if loss not in ("log_loss", "cross_entropy"):
        return inputs, rng.normal(size=(len(SEEDS), n_out, 12))
    classes = rng.integers(n_out, size=(len(SEEDS), 12))
    one_hot = (classes[:, None] == np.arange(n_out)[:, None]).astype(float)
    return inputs, one_hot


def numerical(network: Network, weights: list[np.ndarray], inputs: np.ndarray, targets: np.ndarray,
              loss: str) -> list[np.ndarray]:
    """Central differences of each replica's loss by each of its weights: for each weight replicas in which it alone is
    moved, all at once."""
    found = []
    for layer, w in enumerate(weights):
        nudges = STEP * np.eye(w[0].size).reshape(-1, *w.shape[1:])
        many = [np.repeat(v, len(nudges), axis=0) for v in (*weights, inputs, targets)]
        sides = []
        for sign in (1, -1):
            moved = many[:-2]
            moved[layer] = moved[layer] + sign * np.tile(nudges, (len(w), 1, 1))
            sides.append(mean_loss(network, moved, *many[-2:], loss))
        found.append(((sides[0] - sides[1]) / (2 * STEP)).reshape(w.shape))
    return found


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_gradients_are_finite_differences(hidden: str, output: str, loss: str) -> None:
    network = Network((3, 4, 3, 2), (hidden, hidden, output))
    weights = initial_weights(network, SEEDS)
    for layer in weights:  # off the kinks of ReLU, which a zero bias sits on
        layer += np.random.default_rng(9).normal(0, 0.3, layer.shape)
    inputs, targets = problem(loss, 2)
    exact = loss_gradients(network, weights, inputs, targets, loss)
    assert (sum(np.abs(g).sum() for g in exact) > 0) == (output != "step")  # a step has no slope to train by
    for ours, theirs in zip(exact, numerical(network, weights, inputs, targets, loss), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_backward_is_the_derivative_of_apply(name: str) -> None:
    rng = np.random.default_rng(1)
    z, da = rng.normal(size=(2, 4, 9)), rng.normal(size=(2, 4, 9))
    a = activate(name, z)
    dz = ACTIVATIONS[name].backward(a, da)
    for unit in range(4):
        bump = np.zeros_like(z)
        bump[:, unit] = STEP
        change = (activate(name, z + bump) - activate(name, z - bump)) / (2 * STEP)
        np.testing.assert_allclose(dz[:, unit], (da * change).sum(axis=1), atol=1e-7)


@pytest.mark.parametrize(("activation", "loss"), sorted(FUSED))
def test_loss_from_logits_is_the_loss(activation: str, loss: str) -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(0, 3, (2, 3, 20))
    y = (rng.integers(3, size=(2, 20))[:, None] == np.arange(3)[:, None]).astype(float)
    plain = LOSSES[loss].per_output(activate(activation, z), y)
    np.testing.assert_allclose(from_logits(activation, z, y), plain, rtol=1e-9)


def test_loss_from_logits_is_exact_where_the_probability_is_rounded_to_one() -> None:
    z, y = np.full((1, 1, 1), 60.0), np.zeros((1, 1, 1))
    assert from_logits("sigmoid", z, y) == pytest.approx(60.0)
    assert LOSSES["log_loss"].per_example(activate("sigmoid", z), y)[0, 0] < 30  # clipping has lost it


def test_softmax_of_large_logits_is_finite_and_sums_to_one() -> None:
    a = activate("softmax", np.array([[[1000.0], [999.0], [-1000.0]]]))
    assert np.isfinite(a).all()
    assert a.sum() == pytest.approx(1)
    assert a[0, 0, 0] / a[0, 1, 0] == pytest.approx(np.e)
