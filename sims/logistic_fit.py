"""One sigmoid neuron and logistic regression: the same three numbers by two ways.

Two inputs, and a yes or no drawn with a probability that a line governs. A neuron with a sigmoid is trained on log loss
by Adam, from two random starts. Statisticians call the same model logistic regression and find its maximum likelihood
by Newton's method (iteratively reweighted least squares; Hastie, Tibshirani and Friedman, 2009, section 4.4.1). The
third fit adds half the squared length of the weights to the summed loss, which is what scikit-learn's
LogisticRegression does unless it is told otherwise (C = 1). The fourth is the same neuron trained on squared error.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

NEWTON_STEPS = 12
NEURON = dense(2, [], 1, "linear", "sigmoid")
WAYS = ("neuron, log loss", "logistic regression", "with scikit-learn's C", "neuron, squared error")


class FitParams(Params):
    """The examples, how long the neuron trains, and scikit-learn's C."""

    slope: float = setting(3.0, ge=0.5, le=6, step=0.5, title="steepness", words=("slope", "steepness", "signal"),
                           description="how sharply the true probability goes from no to yes")
    c: float = setting(1.0, ge=0.01, le=100, title="C of scikit-learn", words=("C", "penalty"),
                       description="the larger, the weaker is the pull of the penalised fit towards zero")
    points: int = points_setting(150, le=500, ge=60)
    steps: int = steps_setting(300, le=1000)
    learning_rate: float = rate_setting(0.1)


class FitMetrics(Metrics):
    """The weights that the ways lead to, and how far their probabilities are apart."""

    names: Array = shared("the two weights and the bias", kind="label")
    neuron: Array = metric("weights and bias of the trained neuron")
    logistic: Array = metric("weights and bias of logistic regression by Newton's method")
    penalised: Array = metric("weights and bias of logistic regression with scikit-learn's C")
    squared: Array = metric("weights and bias of the neuron trained on squared error")
    apart: Array = metric("largest distance of the neuron's probabilities from those of logistic regression",
                          part="output")
    apart_penalised: Array = metric(
        "largest distance of the probabilities with scikit-learn's C from those of plain logistic regression")
    apart_squared: Array = metric(
        "largest distance of the probabilities after squared error from those of logistic regression")
    restart: Array = metric("largest difference between the neuron's weights from two random starts")
    restart_before: Array = metric("largest difference between the weights of two random starts before training")
    length_neuron: Array = metric("length of the neuron's two weights")
    length_logistic: Array = metric("length of logistic regression's two weights")
    length_penalised: Array = metric("length of the two weights with scikit-learn's C")
    loss_neuron: Array = metric("log loss of the neuron on its training examples", unit="nats")
    loss_logistic: Array = metric("log loss of logistic regression on its training examples", unit="nats")
    odds_factor: Array = metric("factor of the odds when the first input grows by one, by the neuron", unit="times")
    accuracy: Array = metric("share of the training examples that the neuron gets right", unit="share")
    parameters: Array = metric("weights and bias of the neuron", unit="parameters")
    worked_x: Array = metric("the inputs of the first example")
    worked_exp: Array = metric("e to the minus log-odds of the first example, from weights and inputs to two places")


def newton(inputs: Array, labels: Array, pull: float) -> Array:
    """Weights and bias (R, 3) of least summed log loss plus `pull` / 2 times the squared weights, the bias spared."""
    x = np.concatenate((inputs, np.ones_like(inputs[:, :1])), axis=1)  # (R, 3, N)
    w = np.zeros((len(x), 3))
    penalty = np.diag([pull, pull, 0.0])
    for _ in range(NEWTON_STEPS):
        p = activate("sigmoid", np.einsum("rkn,rk->rn", x, w))
        slope = np.einsum("rkn,rn->rk", x, p - labels) + w @ penalty
        curvature = np.einsum("rkn,rn,rjn->rkj", x, p * (1 - p), x) + penalty + 1e-9 * np.eye(3)
        w = w - np.linalg.solve(curvature, slope[..., None])[..., 0]
    return w


def column(trained: Trained) -> Array:
    """Weights and bias of a neuron, (R, 3)."""
    return trained.weights[0][:, :, 0].astype(float)


def probabilities(inputs: Array, w: Array) -> Array:
    """What a neuron with weights and bias (R, 3) says, (R, N)."""
    return activate("sigmoid", np.einsum("rkn,rk->rn", inputs, w[:, :2]) + w[:, 2:])


def log_loss(p: Array, labels: Array) -> Array:
    """Mean log loss of probabilities (R, N), in nats."""
    loss: Array = -np.log(np.where(labels > 0.5, p, 1 - p)).mean(axis=1)
    return loss


def measure(data: Data, nets: list[Trained], c: float) -> FitMetrics:
    """Weights and probabilities of the neuron, of its second start, of squared error, and of Newton's two fits."""
    inputs, labels = data.inputs, data.targets[:, 0]
    neuron, second, squared = map(column, nets)
    logistic, penalised = newton(inputs, labels, 0), newton(inputs, labels, 1 / c)
    said = [probabilities(inputs, w) for w in (neuron, logistic, penalised, squared)]
    apart = [np.abs(p - said[1]).max(axis=1) for p in said]
    before = [net.frames[0].weights[0][:, :, 0] for net in nets[:2]]
    lengths = [np.linalg.norm(w[:, :2], axis=1) for w in (neuron, logistic, penalised)]
    first = np.round(inputs[:, :, 0], 2)  # rounded as it is shown, so that a pencil finds the same
    by_hand = (np.round(logistic[:, :2], 2) * first).sum(axis=1) + np.round(logistic[:, 2], 2)
    return FitMetrics(
        names=np.array(("weight of x1", "weight of x2", "bias")), neuron=neuron, logistic=logistic, penalised=penalised,
        squared=squared, apart=apart[0], apart_penalised=apart[2], apart_squared=apart[3],
        restart=np.abs(neuron - second).max(axis=1), restart_before=np.abs(before[0] - before[1]).max(axis=1),
        length_neuron=lengths[0], length_logistic=lengths[1], length_penalised=lengths[2],
        loss_neuron=log_loss(said[0], labels), loss_logistic=log_loss(said[1], labels),
        odds_factor=np.exp(neuron[:, 0]), accuracy=((said[0] > 0.5) == (labels > 0.5)).mean(axis=1),
        parameters=np.full(len(neuron), NEURON.parameters), worked_x=inputs[:, :, 0],
        worked_exp=np.exp(-np.round(by_hand, 2)),
    )


def run(params: FitParams, seeds: Array) -> Generator[Frame, None, Outcome[FitMetrics]]:
    """Train the neuron from two starts and once on squared error; Newton does the rest."""
    data = noisy_logistic(seeds, params.points, "data", params.slope)[0]
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    other = TrainingConfig(loss="squared_error", learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(NEURON, data, config, seeds, name=WAYS[0])
    second = yield from train(NEURON, data, config, seeds, name="second start", frames=2,
                              weights=initial_weights(NEURON, seeds, purpose="second weights"))
    squared = yield from train(NEURON, data, other, seeds, name=WAYS[3], frames=2)
    return Outcome(shown, measure(data, [shown, second, squared], params.c))


EXPERIMENT = Experiment(
    "A neuron and logistic regression",
    FitParams,
    FitMetrics,
    run,
    views=(
        View("network", "The neuron's probability over the plane"),
        View("table", "Weights and bias", x="names", y=("neuron", "logistic", "penalised", "squared"), names=WAYS),
        View("loss", "Loss while training"),
    ),
)
