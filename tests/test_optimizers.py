"""Optimizers, schedules and L1 against PyTorch, formulas written out, and solutions that are known."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import drain
from sims.engine.network import dense
from sims.engine.optimizers import OPTIMIZERS
from sims.engine.randomness import ensemble_seeds
from sims.engine.schedules import SCHEDULES
from sims.engine.training import Trained, TrainingConfig, train

STEPS, SEEDS = 60, ensemble_seeds(4, 2)
NETWORK = dense(2, [3], 1, "tanh", "linear")
RNG = np.random.default_rng(0)
INPUTS, TARGETS = RNG.normal(size=(2, 2, 20)), RNG.normal(size=(2, 1, 20))
DATA = Data(INPUTS, TARGETS, (Axis("x1"), Axis("x2")), (Axis("y"),))


def trained(**config: Any) -> Trained:
    """Every step of a training in float64."""
    steps = config.setdefault("steps", STEPS)
    trained = TrainingConfig("squared_error", **config)
    return drain(train(NETWORK, DATA, trained, SEEDS, dtype=np.float64, frames=2 * steps + 1))


def by_torch(make: Any, run: Trained, replica: int) -> list[np.ndarray]:
    """The weights where PyTorch's optimizer ends from the same start, in float64."""
    torch = pytest.importorskip("torch")
    weights = [torch.tensor(layer[replica], requires_grad=True) for layer in run.frames[0].weights]
    optimizer = make(torch.optim, weights)
    x, y = torch.tensor(INPUTS[replica]), torch.tensor(TARGETS[replica])
    ones = torch.ones((1, x.shape[1]), dtype=torch.float64)
    for _ in range(run.config.steps):
        optimizer.zero_grad()
        hidden = torch.tanh(weights[0].T @ torch.cat([x, ones]))
        ((weights[1].T @ torch.cat([hidden, ones]) - y) ** 2).mean().backward()
        optimizer.step()
    return [layer.detach().numpy() for layer in weights]


TORCH = {
    "sgd": lambda optim, weights: optim.SGD(weights, lr=0.05),
    "momentum": lambda optim, weights: optim.SGD(weights, lr=0.05, momentum=0.8),
    "nesterov": lambda optim, weights: optim.SGD(weights, lr=0.05, momentum=0.8, nesterov=True),
    "rmsprop": lambda optim, weights: optim.RMSprop(weights, lr=0.05, alpha=0.9, eps=1e-8),
}


@pytest.mark.parametrize("name", TORCH)
def test_an_optimizer_ends_where_pytorchs_does(name: str) -> None:
    run = trained(optimizer=name, learning_rate=0.05, momentum=0.8)
    for replica in range(2):
        for ours, theirs in zip(run.weights, by_torch(TORCH[name], run, replica), strict=True):
            np.testing.assert_allclose(ours[replica], theirs, rtol=1e-9, atol=1e-11)


def test_adam_adds_its_epsilon_before_the_correction() -> None:
    gradients = np.array([3e-8, -1e-7, 2e-8, 5e-8])  # so small that epsilon decides
    weights, step = np.zeros(1), OPTIMIZERS["adam"](1, np.float64, lambda t: 0.1, 0)
    mean = square = by_hand = 0.0
    for t, gradient in enumerate(gradients, start=1):
        step(weights, np.array([gradient]), t)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        rate = 0.1 * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        by_hand -= rate * mean / (math.sqrt(square) + 1e-8)
        assert weights[0] == pytest.approx(by_hand, rel=1e-9)


@given(done=st.floats(0, 1), later=st.floats(0, 1), final=st.floats(1e-4, 1))
def test_every_schedule_starts_whole_never_rises_and_ends_at_its_final_share(
        done: float, later: float, final: float) -> None:
    first, second = sorted((done, later))
    for name, schedule in SCHEDULES.items():
        assert schedule(0, final) == 1
        assert schedule(first, final) >= schedule(second, final) * (1 - 1e-12)
        assert schedule(1 - 1e-9, final) == pytest.approx(1 if name == "constant" else final, rel=1e-3)


def test_schedules_halfway_are_their_formulas() -> None:
    halfway = {name: schedule(0.5, 0.01) for name, schedule in SCHEDULES.items()}
    assert halfway == pytest.approx({"constant": 1, "step": 0.01 ** (2 / 3), "exponential": 0.1,
                                     "cosine": 0.505, "inverse": 1 / (1 + 0.5 * 99)})


@pytest.mark.parametrize("name", SCHEDULES)
def test_each_step_is_as_long_as_the_schedule_says(name: str) -> None:
    run = trained(optimizer="sgd", learning_rate=0.05, schedule=name, final_rate=0.1)
    for t, (before, after) in enumerate(pairwise(run.frames)):
        rate = 0.05 * SCHEDULES[name](t / STEPS, 0.1)
        by_hand = loss_gradients(NETWORK, before.weights, INPUTS, TARGETS, "squared_error")
        for old, new, gradient in zip(before.weights, after.weights, by_hand, strict=True):
            np.testing.assert_allclose(old - new, rate * gradient, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_final_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="final_rate"):
        TrainingConfig(final_rate=share)


@pytest.mark.parametrize("penalty", [0.0, 0.3, 1.0, 5.0])
def test_l1_ends_at_the_soft_threshold_of_independent_inputs(penalty: float) -> None:
    # For inputs with x x' / N = 1 the loss is |w - b|^2 plus a constant, so that with l1 |w| the best weights are b
    # brought towards zero by l1 / 2 (Tibshirani, 1996, section 2.3); the bias, which is spared, is the mean.
    x = np.array([[1.0, 1, -1, -1], [1, -1, 1, -1]])[None]
    best = np.array([1.0, -0.2])
    targets = best @ x + 3
    data = Data(x, targets[:, None], (Axis("x1"), Axis("x2")), (Axis("y"),))
    config = TrainingConfig("squared_error", "sgd", 0.1, 400, l1=penalty)
    run = drain(train(dense(2, [], 1, "linear", "linear"), data, config, ensemble_seeds(0, 1), dtype=np.float64))
    expected = np.sign(best) * np.maximum(np.abs(best) - penalty / 2, 0)
    np.testing.assert_allclose(run.weights[0][0, :, 0], [*expected, 3], atol=1e-9)
    assert (run.weights[0][0, :2, 0] == 0).tolist() == (expected == 0).tolist()  # zero, not merely small


def test_l1_makes_many_weights_of_a_network_exactly_zero_where_l2_makes_none() -> None:
    zeros = {}
    for name in ("l1", "l2"):
        run = trained(optimizer="sgd", learning_rate=0.05, steps=400, **{name: 0.1})
        zeros[name] = int(sum((layer[:, :-1] == 0).sum() for layer in run.weights))
    assert zeros["l1"] >= 4
    assert zeros["l2"] == 0
