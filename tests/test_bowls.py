"""The bowl of a linear neuron, against the loss that the engine trains on and against its measured
curvature.
"""

import numpy as np

from sims.engine.backprop import loss_gradients
from sims.engine.bowls import NEURON, bowl, every_step, valley
from sims.engine.network import mean_loss
from sims.engine.randomness import ensemble_seeds
from sims.engine.training import recorded_steps

SEEDS = ensemble_seeds(3, 4)
DATA, START = valley(SEEDS, 50, turn=30)
BOWL = bowl(DATA.inputs, DATA.targets)


def weights_at(points: np.ndarray) -> list[np.ndarray]:
    """The neuron's weights (R, 3, 1) from points (R, 2); the bias is zero."""
    return [np.concatenate([points, np.zeros((len(points), 1))], axis=1)[:, :, None]]


def test_its_loss_is_the_neurons_loss() -> None:
    points = np.random.default_rng(0).normal(size=(4, 2))
    trained_on = mean_loss(NEURON, weights_at(points), DATA.inputs, DATA.targets, "squared_error")
    np.testing.assert_allclose(BOWL.loss(points[:, None])[:, 0], trained_on, rtol=1e-12)


def test_a_surface_has_the_first_weight_along_its_columns() -> None:
    first, second = np.array([0.0, 1.0, 2.0]), np.array([-1.0, 3.0])
    np.testing.assert_allclose(
        BOWL.surface(first, second)[:, 1, 2], BOWL.loss(np.full((1, 1, 2), [2.0, 3.0]))[:, 0]
    )


def test_the_gradient_is_zero_at_its_best_point() -> None:
    gradient, = loss_gradients(NEURON, weights_at(BOWL.best), DATA.inputs, DATA.targets, "squared_error")
    np.testing.assert_allclose(gradient[:, :2], 0, atol=1e-12)


def test_the_critical_rate_comes_from_the_measured_hessian() -> None:
    step = 1e-3
    columns = []
    for axis in np.eye(2):
        up, down = (
            loss_gradients(
                NEURON, weights_at(BOWL.best + sign * step * axis), DATA.inputs, DATA.targets, "squared_error"
            )[0][:, :2, 0]
            for sign in (1, -1)
        )
        columns.append((up - down) / (2 * step))
    largest = np.linalg.eigvalsh(np.stack(columns, axis=1))[:, -1]
    np.testing.assert_allclose(BOWL.critical_rate, 2 / largest, rtol=1e-9)


def test_the_best_weights_of_a_turned_valley_lie_where_they_were_put() -> None:
    data, start = valley(ensemble_seeds(0, 8), 5000, turn=30)
    turned = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]]) @ [
        2.0,
        2.0,
    ]
    best = bowl(data.inputs, data.targets).best
    np.testing.assert_allclose(best, np.broadcast_to(start[0][0, :2, 0] + turned, best.shape), atol=0.05)


def test_every_step_is_recorded() -> None:
    for steps in (1, 20, 100, 137):
        assert recorded_steps(steps, every_step(steps)) == list(range(steps + 1))
