"""The loss that is shown is the loss that is trained on."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims import superposition
from sims.engine.activations import ACTIVATIONS
from sims.engine.datasets import Axis, Data, uniform
from sims.engine.experiment import drain, perform
from sims.engine.losses import LOSSES
from sims.engine.network import Network, dense, initial_weights
from sims.engine.randomness import ensemble_seeds
from sims.engine.training import Frame, TrainingConfig, train, untrained

SEEDS, POINTS, NUDGE, RATE = ensemble_seeds(5, 2), 9, 1e-6, 1e-3
TRAINED = [(output, loss, weights) for output in ACTIVATIONS if output != "step" for loss in LOSSES
           for weights in ("none", "examples", "outputs")
           if not (weights == "outputs"  # outputs that share a softmax: refused, as a test below shows
                   and (loss == "cross_entropy_from_logits" or (output, loss) == ("softmax", "cross_entropy")))]


def problem(loss: str, outputs: int, weights: str) -> Data:
    """Random examples for a loss, with no weights, weights of examples, or weights of each output."""
    rng = np.random.default_rng(3)
    inputs = uniform(SEEDS, [-1, -1], [1, 1], POINTS)
    targets = rng.normal(size=(2, outputs, POINTS))
    if loss in ("log_loss", "cross_entropy"):
        targets = (rng.integers(outputs, size=(2, 1, POINTS)) == np.arange(outputs)[:, None]).astype(float)
    rows = {"none": 0, "examples": 1, "outputs": outputs}[weights]
    shares = rng.uniform(0, 3, (2, rows, POINTS)) if rows else None
    return Data(inputs, targets, (Axis("x1"), Axis("x2")), (Axis("y"),) * outputs, shares)


def shown_slopes(network: Network, data: Data, loss: str, start: list[np.ndarray]) -> list[np.ndarray]:
    """Central differences of the shown loss by every weight, in float64: for each weight replicas in which it alone is
    moved, all at once."""
    found = []
    for number, layer in enumerate(start):
        nudges = NUDGE * np.eye(layer[0].size).reshape(-1, *layer.shape[1:])
        count = len(nudges)
        shares = None if data.example_weights is None else np.repeat(data.example_weights, count, axis=0)
        many = replace(data, inputs=np.repeat(data.inputs, count, axis=0),
                       targets=np.repeat(data.targets, count, axis=0), example_weights=shares)
        sides = []
        for sign in (1, -1):
            moved = [np.repeat(w, count, axis=0) for w in start]
            moved[number] += sign * np.tile(nudges, (len(layer), 1, 1))
            training = train(network, many, TrainingConfig(loss, steps=0), np.repeat(SEEDS, count), weights=moved,
                             dtype=np.float64)
            sides.append(next(training).loss)
        found.append(((sides[0] - sides[1]) / (2 * NUDGE)).reshape(layer.shape))
    return found


@pytest.mark.parametrize(("output", "loss", "weights"), TRAINED)
def test_a_step_goes_down_the_slope_of_the_shown_loss(output: str, loss: str, weights: str) -> None:
    network, data = dense(2, [3], 2, "tanh", output), problem(loss, 2, weights)
    start = [layer + 0.05 for layer in initial_weights(network, SEEDS)]
    config = TrainingConfig(loss, "sgd", RATE, steps=1)
    run = drain(train(network, data, config, SEEDS, weights=start, dtype=np.float64))
    for before, after, slope in zip(start, run.weights, shown_slopes(network, data, loss, start), strict=True):
        np.testing.assert_allclose((before - after) / RATE, slope, rtol=1e-5, atol=1e-7)


def test_weights_of_outputs_that_share_a_softmax_are_refused() -> None:
    training = train(dense(2, [3], 2, "tanh", "softmax"), problem("cross_entropy", 2, "outputs"),
                     TrainingConfig("cross_entropy"), SEEDS)
    with pytest.raises(ValueError, match="one softmax"):
        drain(training)


@given(repeats=st.lists(st.integers(0, 3), min_size=POINTS, max_size=POINTS).filter(any))
def test_a_weight_of_two_is_the_example_twice(repeats: list[int]) -> None:
    network, data = dense(2, [3], 1, "tanh", "sigmoid"), problem("log_loss", 1, "none")
    weighted = replace(data, example_weights=np.array(repeats, float)[None, None])
    often = replace(data, inputs=data.inputs.repeat(repeats, axis=2), targets=data.targets.repeat(repeats, axis=2))
    start = initial_weights(network, SEEDS)
    one, other = (untrained(network, start, some, TrainingConfig()).loss for some in (weighted, often))
    np.testing.assert_allclose(one, other * sum(repeats) / POINTS, rtol=1e-5)


def test_superposition_shows_the_loss_with_the_importance_of_each_feature() -> None:
    def start_loss(importance: float) -> float:
        params = superposition.EXPERIMENT.params(importance=importance, steps=1)
        first: Frame = perform(superposition.EXPERIMENT, params, replicas=1).shown.frames[0]
        return float(first.loss[0])

    assert start_loss(0.3) < 0.8 * start_loss(1.0)
