"""A negative weight: hours of study help, tiredness harms, and tired students pass more often.

Whoever studies long is tired, too. Passing the test depends on 2 × hours - tiredness. So tiredness goes along with
passing, since it goes along with hours, and yet its weight in a neuron that sees both is negative: the weight tells
what tiredness does among students with equal hours (Pearl, 2009, chapter 6, on such reversals). A second neuron sees
tiredness alone. A third may have no negative weight: after each step they are set to zero. A fourth may not either,
but sees freshness, minus tiredness, in its place.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train
from sims.engine.untrained import training_is_left_out

AXES = (Axis("hours of study", low=-3, high=3), Axis("tiredness", low=-3, high=3))
FRESHNESS = (AXES[0], Axis("freshness", low=-3, high=3))
PASS = (Axis("passed", low=0, high=1),)
FRESH = 2000
NEURON, ALONE = dense(2, [], 1, "linear", "sigmoid"), dense(1, [], 1, "linear", "sigmoid")
CLIPPED_STEPS, CLIPPED_RATE = 150, 1.0
WAYS = ("any weights", "no negative weight", "no negative weight, freshness")


class TiredParams(Params):
    """How tiredness comes about, and what it does."""

    along: float = setting(0.8, ge=0, le=0.95, step=0.05, title="tiredness by study",
                           description="correlation of tiredness with the hours of study",
                           words=("correlation", "along", "confounding"))
    harm: float = setting(1.0, ge=-1, le=2, step=0.5, title="harm of tiredness",
                          description="what tiredness takes from the logit, against 2 for the hours",
                          words=("harm", "effect", "true weight"))
    points: int = points_setting(300, "students", le=500, ge=50)
    steps: int = steps_setting(150, le=500)
    learning_rate: float = rate_setting(0.1)


class TiredMetrics(Metrics):
    """Weights with and without hours beside it, and what forbidding negative ones costs."""

    weight_hours: Array = metric("weight of the hours in the neuron that sees both")
    weight_tired: Array = metric("weight of tiredness in the neuron that sees both", part="output")
    weight_alone: Array = metric("weight of tiredness in the neuron that sees it alone")
    bias: Array = metric("bias of the neuron that sees both")
    goes_with: Array = metric("correlation of tiredness with passing among the training students")
    tired_passed: Array = metric("share passed among the more tired half of the students", unit="share")
    rested_passed: Array = metric("share passed among the less tired half of the students", unit="share")
    tired_passed_same: Array = metric(
        "share passed among the more tired half of students whose hours are about average", unit="share")
    rested_passed_same: Array = metric(
        "share passed among the less tired half of students whose hours are about average", unit="share")
    accuracy: Array = metric("share of the fresh students right by the neuron that sees both", unit="share")
    accuracy_clipped: Array = metric("share of the fresh students right where no weight may be negative", unit="share")
    accuracy_freshness: Array = metric(
        "share of the fresh students right where no weight may be negative and freshness is the input", unit="share")
    cost: Array = metric("share of the fresh students lost by forbidding negative weights", unit="share")
    cost_freshness: Array = metric(
        "share of the fresh students lost by forbidding negative weights with freshness as input", unit="share")
    weight_freshness: Array = metric("weight of freshness in the neuron without negative weights")
    weight_clipped: Array = metric("weight of tiredness in the neuron without negative weights")
    ways: Array = shared("three neurons", kind="label")
    right: Array = metric("share of the fresh students right by each of three neurons", unit="share")
    worked_x: Array = metric("hours and tiredness of the first student")


def students(params: TiredParams, seeds: Array, points: int, purpose: str) -> Data:
    """Hours and tiredness in standard units, and who passed."""
    parts = draw(seeds, purpose, lambda rng: rng.normal(size=(2, points)))
    hours = parts[:, 0]
    tired = params.along * hours + np.sqrt(1 - params.along**2) * parts[:, 1]
    passed = coin_flips(seeds, activate("sigmoid", 2 * hours - params.harm * tired)[:, None], purpose + " luck")
    return Data(np.stack((hours, tired), axis=1), passed, AXES, PASS)


def flipped(data: Data) -> Data:
    """The same students with freshness, minus tiredness, as the second input."""
    return Data(data.inputs * np.array([[1.0], [-1.0]]), data.targets, FRESHNESS, PASS)


def without_negatives(data: Data) -> Array:
    """Weights and bias (R, 3) of least log loss by descent, weights below zero set to zero after each step."""
    x = np.concatenate((data.inputs, np.ones_like(data.inputs[:, :1])), axis=1)  # (R, 3, N)
    w = np.zeros((len(x), 3))
    for _ in range(0 if training_is_left_out() else CLIPPED_STEPS):
        p = activate("sigmoid", np.matmul(w[:, None], x))  # (R, 1, N)
        w -= CLIPPED_RATE * np.matmul(x, (p - data.targets).transpose(0, 2, 1))[:, :, 0] / x.shape[2]
        w[:, :2] = np.maximum(w[:, :2], 0)
    return w


def right(data: Data, w: Array) -> Array:
    """The share of the students that weights and bias (R, 3) get right, (R,)."""
    z = np.einsum("rkn,rk->rn", data.inputs, w[:, :2]) + w[:, 2:]
    share: Array = ((z > 0) == (data.targets[:, 0] > 0.5)).mean(axis=1)
    return share


def passed_by_half(data: Data, chosen: Array) -> tuple[Array, Array]:
    """The share passed among the more tired and the less tired half of the chosen students (R, N)."""
    tired, passed = data.inputs[:, 1], data.targets[:, 0]
    middle = np.nanmedian(np.where(chosen, tired, np.nan), axis=1, keepdims=True)
    halves = [chosen & (tired > middle), chosen & (tired <= middle)]
    shares = [(passed * half).sum(axis=1) / half.sum(axis=1) for half in halves]
    return shares[0], shares[1]


def measure(data: Data, test: Data, both: Trained, alone: Trained) -> TiredMetrics:
    """Weights, shares passed, and accuracy on fresh students with and without negative weights."""
    w = both.weights[0][:, :, 0].astype(float)
    clipped, freshness = without_negatives(data), without_negatives(flipped(data))
    scores = [accuracy_on(test, both), right(test, clipped), right(flipped(test), freshness)]
    everyone = np.ones(data.targets[:, 0].shape, bool)
    tired, rested = passed_by_half(data, everyone)
    tired_same, rested_same = passed_by_half(test, np.abs(test.inputs[:, 0]) < 0.25)
    goes = [np.corrcoef(t, p)[0, 1] for t, p in zip(data.inputs[:, 1], data.targets[:, 0], strict=True)]
    return TiredMetrics(
        weight_hours=w[:, 0], weight_tired=w[:, 1], bias=w[:, 2],
        weight_alone=alone.weights[0][:, 0, 0].astype(float), goes_with=np.array(goes), tired_passed=tired,
        rested_passed=rested, tired_passed_same=tired_same, rested_passed_same=rested_same, accuracy=scores[0],
        accuracy_clipped=scores[1], accuracy_freshness=scores[2], cost=scores[0] - scores[1],
        cost_freshness=scores[0] - scores[2], weight_freshness=freshness[:, 1], weight_clipped=clipped[:, 1],
        ways=np.array(WAYS), right=np.stack(scores, axis=1), worked_x=data.inputs[:, :, 0],
    )


def run(params: TiredParams, seeds: Array) -> Generator[Frame, None, Outcome[TiredMetrics]]:
    """Train the neuron on both inputs and on tiredness alone; then forbid negative weights."""
    data, test = students(params, seeds, params.points, "data"), students(params, seeds, FRESH, "test")
    only = Data(data.inputs[:, 1:], data.targets, AXES[1:], PASS)
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    both = yield from train(NEURON, data, config, seeds, name="both inputs")
    alone = yield from train(ALONE, only, config, seeds, name="tiredness alone", frames=2)
    return Outcome(both, measure(data, test, both, alone))


EXPERIMENT = Experiment(
    "Tired students",
    TiredParams,
    TiredMetrics,
    run,
    views=(
        View("network", "The neuron's probability over hours and tiredness"),
        View("bars", "Share of fresh students right", x="ways", y=("right",), y_title="share right"),
        View("histogram", "Weight of tiredness", y=("weight_tired", "weight_alone"),
             names=("beside hours", "alone")),
    ),
)
