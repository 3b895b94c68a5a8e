"""All weights times k: what stays and what changes, in one neuron and in a network.

A sigmoid neuron learns labels that are partly chance. Then its weights and its bias are multiplied by k. The line z = 0
stays, so every decision stays; what changes is how sure the answers are, and with that the log loss on fresh examples,
which is least near k = 1, where training left the weights (Guo et al., 2017, on temperature, which is 1 / k).

A network with a hidden layer learns a disc in a ring, and all its weights and biases are multiplied, too: there the
units' activations change as well, and decisions with them. With ReLU the factor of one layer can be taken back in the
next one, because ReLU(k z) = k ReLU(z) for k > 0 (Neyshabur, Salakhutdinov and Srebro, 2015). With tanh it cannot.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import from_logits
from sims.engine.network import dense, outputs, with_linear_output
from sims.engine.scores import calibration_error
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.shapes import rings
from sims.engine.training import Frame, Trained, TrainingConfig, train

FRESH = 2000
NEURON = dense(2, [], 1, "linear", "sigmoid")
FACTORS = np.round(2.0 ** np.arange(-2, 3.01, 0.25), 4)  # from a quarter to eight


class ScaledParams(Params):
    """The factor, the labels and the network."""

    factor: float = setting(3.0, ge=0.1, le=10, step=0.1, title="factor", words=("k", "factor", "scale", "times"),
                            description="what all weights and biases are multiplied by")
    slope: float = setting(3.0, ge=1, le=100, step=1, title="steepness", words=("slope", "steepness", "signal"),
                           description="how sharply the true probability goes from no to yes; at 100 nothing is chance")
    activation: Literal["relu", "tanh"] = setting(
        "relu", title="hidden activation", words=("activation", "activation function"),
        description="activation of the network's hidden units")
    hidden: int = hidden_setting(6)
    points: int = points_setting(200, le=400)
    steps: int = steps_setting(200, le=600)


class ScaledMetrics(Metrics):
    """Decisions, certainty and loss before and after all weights are multiplied."""

    accuracy: Array = metric("share of the fresh examples right by the neuron", unit="share", part="output")
    accuracy_scaled: Array = metric("share of the fresh examples right by the neuron times the factor", unit="share")
    changed: Array = metric("share of the neuron's decisions that change when all is multiplied", unit="share")
    sure: Array = metric("mean probability that the neuron gives its own answers")
    sure_scaled: Array = metric("mean probability that the neuron times the factor gives its own answers")
    loss: Array = metric("log loss of the neuron on fresh examples", unit="nats", part="loss")
    loss_scaled: Array = metric("log loss of the neuron times the factor on fresh examples", unit="nats")
    error: Array = metric("expected calibration error of the neuron on fresh examples")
    error_scaled: Array = metric("expected calibration error of the neuron times the factor on fresh examples")
    best_factor: Array = metric("factor with the lowest log loss on fresh examples", unit="times")
    best_factor_start: Array = metric(
        "factor with the lowest log loss on fresh examples for the neuron before training", unit="times")
    factors: Array = shared("factors", unit="times")
    loss_curve: Array = metric("log loss of the neuron on fresh examples at each factor", unit="nats")
    accuracy_curve: Array = metric("share of the fresh examples right by the neuron at each factor", unit="share")
    network_accuracy: Array = metric("share of the fresh examples right by the network", unit="share")
    network_scaled: Array = metric("share of the fresh examples right by the network times the factor", unit="share")
    network_changed: Array = metric("share of the network's decisions that change when all is multiplied",
                                    unit="share")
    balanced: Array = metric(
        "largest change of the network's outputs with the first layer times the factor, the second's weights divided")
    balanced_start: Array = metric("largest change of the network's outputs with the first layer times the factor only")
    worked_z: Array = metric("pre-activation of the first fresh example whose z is between 0.5 and 1.5 in size")
    worked_p: Array = metric("output for the worked example")
    worked_p_scaled: Array = metric("output for the worked example times the factor")


def logits(trained: Trained, weights: tuple[Array, ...], data: Data) -> Array:
    """The last pre-activations for all examples, (R, N)."""
    z = outputs(with_linear_output(trained.network), weights, data.inputs.astype(np.float32))
    return z[:, 0].astype(float)


def loss_at(z: Array, targets: Array, factors: Array) -> Array:
    """Mean log loss of logits (R, N) times each of some factors, (R, k)."""
    scaled = factors[:, None, None] * z  # (k, R, N)
    y = np.broadcast_to(targets[:, 0], scaled.shape)
    return from_logits("sigmoid", scaled, y).mean(axis=2).T


def right(z: Array, data: Data) -> Array:
    """The share of the examples on the right side of z = 0, (R,)."""
    share: Array = ((z > 0) == (data.targets[:, 0] > 0.5)).mean(axis=1)
    return share


def times(weights: tuple[Array, ...], factor: float) -> tuple[Array, ...]:
    """All weights and biases multiplied."""
    return tuple((factor * layer).astype(np.float32) for layer in weights)


def rebalanced(weights: tuple[Array, ...], factor: float, back: bool) -> tuple[Array, ...]:
    """The first layer multiplied, and the second layer's weights, but not its bias, divided if `back`."""
    first, second = factor * weights[0], weights[1].copy()
    if back:
        second[:, :-1] /= factor
    return (first.astype(np.float32), second)


def measure(params: ScaledParams, neuron: Trained, network: Trained, test: Data, ring: Data) -> ScaledMetrics:
    """Multiply, and see what became of decisions, certainty and loss."""
    k = params.factor
    z, start = logits(neuron, neuron.weights, test), logits(neuron, neuron.frames[0].weights, test)
    p, q = activate("sigmoid", z), activate("sigmoid", k * z)
    before, after = (logits(network, w, ring) for w in (network.weights, times(network.weights, k)))
    said = activate("sigmoid", before)
    moved = [np.abs(activate("sigmoid", logits(network, rebalanced(network.weights, k, back), ring)) - said).max(axis=1)
             for back in (True, False)]
    curve = loss_at(z, test.targets, FACTORS)
    chosen = ((np.abs(z) > 0.5) & (np.abs(z) < 1.5)).argmax(axis=1)[:, None]
    picked = np.round(np.take_along_axis(z, chosen, axis=1)[:, 0], 2)  # as it is shown
    pair = loss_at(z, test.targets, np.array([1.0, k]))
    return ScaledMetrics(
        accuracy=right(z, test), accuracy_scaled=right(k * z, test), changed=((k * z > 0) != (z > 0)).mean(axis=1),
        sure=np.maximum(p, 1 - p).mean(axis=1), sure_scaled=np.maximum(q, 1 - q).mean(axis=1), loss=pair[:, 0],
        loss_scaled=pair[:, 1], error=calibration_error(p, test.targets[:, 0]),
        error_scaled=calibration_error(q, test.targets[:, 0]), best_factor=FACTORS[curve.argmin(axis=1)],
        best_factor_start=FACTORS[loss_at(start, test.targets, FACTORS).argmin(axis=1)], factors=FACTORS,
        loss_curve=curve, accuracy_curve=np.tile(right(z, test)[:, None], (1, len(FACTORS))),
        network_accuracy=right(before, ring), network_scaled=right(after, ring),
        network_changed=((before > 0) != (after > 0)).mean(axis=1), balanced=moved[0], balanced_start=moved[1],
        worked_z=picked, worked_p=activate("sigmoid", picked), worked_p_scaled=activate("sigmoid", k * picked),
    )


def run(params: ScaledParams, seeds: Array) -> Generator[Frame, None, Outcome[ScaledMetrics]]:
    """Train the neuron and the network, then multiply."""
    data, test = (noisy_logistic(seeds, n, name, params.slope)[0] for n, name in ((params.points, "data"),
                                                                                  (FRESH, "test")))
    disc, ring = rings(seeds, params.points, 0.15, "rings"), rings(seeds, FRESH // 4, 0.15, "rings test")
    neuron = yield from train(NEURON, data, TrainingConfig(learning_rate=0.1, steps=params.steps), seeds, name="neuron")
    network = yield from train(dense(2, [params.hidden], 1, params.activation, "sigmoid"), disc,
                               TrainingConfig(learning_rate=0.05, steps=params.steps), seeds, name="network", frames=2)
    return Outcome(neuron, measure(params, neuron, network, test, ring))


EXPERIMENT = Experiment(
    "All weights times k",
    ScaledParams,
    ScaledMetrics,
    run,
    views=(
        View("lines", "Log loss on fresh examples", x="factors", x_title="factor", y=("loss_curve",), y_title="nats"),
        View("lines", "Share of fresh examples right", x="factors", x_title="factor", y=("accuracy_curve",),
             y_title="share right"),
        View("network", "The neuron's probability over the plane"),
    ),
)
