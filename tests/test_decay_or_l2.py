"""Weight decay: single steps against their formulas, L2 against the closed form, and the bound."""

import numpy as np
import pytest

from sims.decay_or_l2 import INPUTS, POINTS, examples, unpriced
from sims.engine.datasets import Data
from sims.engine.experiment import drain, perform
from sims.engine.network import dense
from sims.engine.registry import find
from sims.engine.training import TrainingConfig, train

EXPERIMENT = find("decay_or_l2")
SEEDS = np.array([1, 2])
RATE, STRENGTH = 0.05, 0.8


def one_step(optimizer: str, decay: float, schedule: str = "constant") -> tuple[np.ndarray, np.ndarray]:
    """The weights before and after one step on the experiment's examples."""
    data: Data = examples(SEEDS, 0.5)
    start = [np.concatenate((np.full((2, INPUTS, 1), 0.7), np.full((2, 1, 1), 0.3)), axis=1)]
    config = TrainingConfig(loss="squared_error", optimizer=optimizer, learning_rate=RATE, steps=1, weight_decay=decay,
                            schedule=schedule)
    net = drain(train(dense(INPUTS, [], 1, "tanh", "linear"), data, config, SEEDS, weights=start, dtype=np.float64,
                      frames=2))
    return start[0], net.weights[0]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_decay_takes_rate_times_strength_times_weight_off_and_spares_the_bias(optimizer: str) -> None:
    start, plain = one_step(optimizer, 0)
    _, decayed = one_step(optimizer, STRENGTH)
    np.testing.assert_allclose(plain[:, :-1] - decayed[:, :-1], RATE * STRENGTH * start[:, :-1])
    np.testing.assert_array_equal(plain[:, -1], decayed[:, -1])


def test_decay_follows_the_schedule_which_begins_at_the_whole_rate() -> None:
    start, plain = one_step("adam", 0, "cosine")
    _, decayed = one_step("adam", STRENGTH, "cosine")
    np.testing.assert_allclose(plain[:, :-1] - decayed[:, :-1], RATE * STRENGTH * start[:, :-1])


def test_without_a_price_it_is_least_squares_and_l2_ends_at_the_ridge_solution() -> None:
    data = examples(SEEDS, 0.25)
    x = np.vstack((data.inputs[0], np.ones(POINTS)))
    y = data.targets[0, 0]
    assert unpriced(data)[0] == pytest.approx(np.linalg.lstsq(x.T, y, rcond=None)[0][:INPUTS])
    gram = 2 * x @ x.T / POINTS + np.diag([1.0] * INPUTS + [0])
    ridge = np.linalg.solve(gram, 2 * x @ y / POINTS)[:INPUTS]
    m = perform(EXPERIMENT, EXPERIMENT.params(), seed=1, replicas=1).metrics
    assert m.kept_l2[0] == pytest.approx(ridge / unpriced(data)[0], abs=1e-4)
    assert m.kept_plain[0] == pytest.approx(m.kept_l2[0], abs=1e-4)


def test_a_twice_as_high_strength_halves_the_bound() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(strength=2), seed=1, replicas=4).metrics
    assert m.bound == 0.5
    assert np.all(m.largest_decay < 0.6)
    assert np.all(m.smallest_free > 0.6)
