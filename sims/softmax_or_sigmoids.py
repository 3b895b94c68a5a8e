"""Softmax or sigmoids: one label for each example, or several.

Softmax divides one whole among the outputs, so that they sum to one; independent sigmoids answer one
yes-or-no question each. The same hidden layer is trained with both, on clouds with one label each, and on a
plane where several labels can be true. With several labels softmax cannot say so: at most one output can
exceed one half. With one label folklore has it that sigmoids fail: their largest output is right about as
often, they only do not sum to one.

Beside it: integers 0, 1, 2 as a number to predict, which puts classes in an order that they do not have; a
softmax over one single output, which is always 1; two outputs, where softmax equals the sigmoid of the
difference; and why the exponential: plain division by the sum breaks at the first negative logit.
Temperature divides the logits (Hinton, Vinyals and Dean, 2015). Formulas: Bishop, *Pattern Recognition and
Machine Learning* (2006), section 4.3.4; for the name, Bridle (1990).
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.classes import clouds, overlapping
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import from_logits
from sims.engine.network import buffers, dense, forward, outputs
from sims.engine.scores import accuracy, accuracy_on
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

TEST_POINTS = 1000
TEMPERATURES = np.array([0.25, 0.5, 1, 2, 4, 8])
THRESHOLDS = np.linspace(0.02, 0.5, 13)
LOSS = {"softmax": "cross_entropy", "sigmoid": "log_loss", "linear": "squared_error"}


class SoftmaxParams(Params):
    """Settings of the task and of the output that is drawn; all kinds of output are trained."""

    labels: Literal["one", "several"] = setting(
        "one",
        title="labels per example", description="how many labels can be true in the task on the screen",
        words=("labels", "multi-label", "multi-class", "classes per example"))
    output: Literal["softmax", "sigmoids"] = setting(
        "softmax", title="output on the screen", description="which of the two outputs is drawn",
        words=("output", "output activation", "last layer", "output layer"))
    classes: int = setting(3, ge=3, le=6, title="classes", description="classes there are",
                           words=("classes", "categories", "labels", "outputs", "output neurons"))
    spread: float = setting(0.45, ge=0.1, le=1, step=0.05, title="spread of the clouds",
                            description="standard deviation of each cloud; they lie on a circle of radius 1",
                            words=("noise", "overlap", "spread"))
    temperature: float = setting(1.0, ge=0.1, le=10, step=0.1, title="temperature",
                                 description="what the logits are divided by before softmax, after training",
                                 words=("temperature", "T"))
    hidden: int = hidden_setting(6)
    steps: int = steps_setting(90, le=500)
    points: int = points_setting(150, le=400)
    learning_rate: float = rate_setting(0.05)


class SoftmaxMetrics(Metrics):
    """What each kind of output gets right on 1000 new examples, and what formulas do with logits."""

    accuracy_softmax: Array = metric("one label: share right by the largest softmax output", unit="share")
    accuracy_sigmoids: Array = metric(
        "one label: share right by the largest of independent sigmoids", unit="share")
    accuracy_integer: Array = metric(
        "one label: share right by one linear output trained on 0, 1, 2, rounded", unit="share")
    integer_mistakes: Array = metric(
        "share of the integer network's mistakes that name a class between 0 and the last", unit="share")
    softmax_mistakes: Array = metric(
        "share of the softmax network's mistakes that name a class between 0 and the last", unit="share")
    sum_softmax: Array = metric(
        "one label: largest distance of the sum of the softmax outputs from 1", unit="probability")
    sum_sigmoids: Array = metric(
        "one label: mean distance of the sum of the sigmoids from 1", unit="probability")
    unclear_sigmoids: Array = metric(
        "one label: share where no sigmoid, or more than one, exceeds one half", unit="share")
    winner_below_half: Array = metric(
        "one label: share where the largest softmax output is below one half", unit="share")
    labels_true: Array = metric(
        "several labels: labels that are true for an example, on average", unit="labels")
    all_right_sigmoids: Array = metric(
        "several labels: share of examples with every label right, sigmoids above one half", unit="share")
    all_right_softmax: Array = metric(
        "several labels: share of examples with every label right, softmax outputs above one half", unit="share")
    all_right_softmax_low: Array = metric(
        "several labels: share of examples with every label right, softmax outputs above the threshold that suits"
        " the training examples best", unit="share")
    said_sigmoids: Array = metric("several labels: largest number of sigmoids above one half", unit="labels")
    said_softmax: Array = metric(
        "several labels: largest number of softmax outputs above one half", unit="labels")
    single_softmax_least: Array = metric(
        "smallest output of a network with a softmax over one single output", unit="probability")
    single_softmax_accuracy: Array = metric(
        "share right of a network with a softmax over one single output on 'class 0 or not'", unit="share")
    single_softmax_moved: Array = metric(
        "largest change by training of any weight of a network with a softmax over one single output")
    single_sigmoid_accuracy: Array = metric(
        "share right of one sigmoid output on 'class 0 or not'", unit="share")
    share_class_0: Array = metric("share of the new examples that are class 0", unit="share")
    two_outputs_difference: Array = metric(
        "largest difference of softmax over two logits from the sigmoid of their difference",
        unit="probability")
    shift_softmax: Array = metric(
        "largest change of the softmax outputs when 5 is added to every logit", unit="probability")
    shift_division: Array = metric("mean change of logit / sum of logits when 5 is added to every logit")
    division_fails: Array = metric(
        "share of examples where logit / sum of logits lies outside 0 to 1 for some class", unit="share")
    softmax_fails: Array = metric("share of examples where a softmax output lies outside 0 to 1", unit="share")
    squares_change: Array = metric(
        "share of decisions that change when the logits' squares take the place of their exponentials", unit="share")
    worked_logits: Array = metric(
        "logits, to one place, of a torn example: new, of class 0, with outputs near 0.6 and 0.3 for the first two")
    worked_powers: Array = metric("e to the power of each logit, to one place, of a torn example")
    worked_shares: Array = metric("softmax outputs, from logits to one place, of a torn example", unit="probability")
    worked_ratio: Array = metric(
        "e to the power of the second logit minus the first, for a torn example")
    worked_tie: Array = metric(
        "number of the training example whose outputs for the first and the last class are most alike and largest")
    sparse_difference: Array = metric(
        "difference of cross entropy with one-hot targets from minus the log of the right class's output",
        unit="nats")
    confidence: Array = metric("mean largest softmax output at the chosen temperature", unit="probability")
    confidence_plain: Array = metric("mean largest softmax output at temperature 1", unit="probability")
    decisions_changed: Array = metric("share of decisions that the chosen temperature changes", unit="share")
    temperatures: Array = shared("temperatures", unit="")
    confidence_by_temperature: Array = metric(
        "mean largest softmax output at each temperature", unit="probability")
    accuracy_by_temperature: Array = metric("share right at each temperature", unit="share")


def logits_of(trained: Trained, inputs: Array) -> Array:
    """The output layer's pre-activations in float64, (R, n_out, N)."""
    z: list[Array] = []
    weights = [layer.astype(float) for layer in trained.weights]
    forward(trained.network, weights, buffers(trained.network, inputs, len(inputs), float), z)
    return z[-1]


def one_label(softmax: Trained, sigmoids: Trained, integer: Trained, test: Data) -> dict[str, Array]:
    """Which outputs name the right class where each example has one."""
    last = test.targets.shape[1] - 1
    truth = test.targets.argmax(axis=1)  # (R, N)
    said = outputs(sigmoids.network, sigmoids.weights, test.inputs.astype(np.float32))
    shared_out = activate("softmax", logits_of(softmax, test.inputs))
    number = outputs(integer.network, integer.weights, test.inputs.astype(np.float32))[:, 0]
    rounded, chosen = np.clip(np.round(number), 0, last), shared_out.argmax(axis=1)

    def in_between(named: Array) -> Array:
        wrong = named != truth
        inner: Array = wrong & (named > 0) & (named < last)
        return inner.sum(axis=1) / wrong.sum(axis=1)

    return {"accuracy_softmax": accuracy(shared_out, test.targets),
            "accuracy_sigmoids": accuracy(said, test.targets),
            "accuracy_integer": (rounded == truth).mean(axis=1),
            "integer_mistakes": in_between(rounded), "softmax_mistakes": in_between(chosen),
            "sum_softmax": np.abs(shared_out.sum(axis=1) - 1).max(axis=1),
            "sum_sigmoids": np.abs(said.sum(axis=1) - 1).mean(axis=1),
            "unclear_sigmoids": ((said > 0.5).sum(axis=1) != 1).mean(axis=1)}


def nearest_tie(softmax: Trained) -> Array:
    """The number of the training example (R,) whose first and last output are both as large as can be."""
    said = outputs(softmax.network, softmax.weights, softmax.data.inputs.astype(np.float32))
    return np.minimum(said[:, 0], said[:, -1]).argmax(axis=1)


def several_labels(softmax: Trained, sigmoids: Trained, test: Data) -> dict[str, Array]:
    """Which outputs name all labels where several can be true; the low threshold is chosen on training
    examples."""
    def all_right(net: Trained, data: Data, thresholds: Array) -> Array:
        said = outputs(net.network, net.weights, data.inputs.astype(np.float32))[:, None]  # (R, 1, K, N)
        truth = data.targets[:, None] > 0  # a share of a label counts as the label
        right: Array = ((said > thresholds[..., None, None]) == truth).all(axis=2)
        share: Array = right.mean(axis=2)  # (R, thresholds)
        return share

    half = np.array([0.5])
    best = all_right(softmax, softmax.data, THRESHOLDS).argmax(axis=1)[:, None]
    low = all_right(softmax, test, THRESHOLDS[best])[:, 0]
    inputs = test.inputs.astype(np.float32)
    said, shared_out = (outputs(net.network, net.weights, inputs) for net in (sigmoids, softmax))
    return {"labels_true": test.targets.sum(axis=1).mean(axis=1),
            "all_right_sigmoids": all_right(sigmoids, test, half)[:, 0],
            "all_right_softmax": all_right(softmax, test, half)[:, 0], "all_right_softmax_low": low,
            "said_sigmoids": (said > 0.5).sum(axis=1).max(axis=1),
            "said_softmax": (shared_out > 0.5).sum(axis=1).max(axis=1)}


def formulas(z: Array, targets: Array, temperature: float) -> dict[str, Array]:
    """What softmax and its rivals do with logits (R, K, N) of a trained network."""
    p, cooled = activate("softmax", z), activate("softmax", z / temperature)
    total, moved = z.sum(axis=1, keepdims=True), z + 5
    divided = z / total
    torn = np.where(targets[:, 0] > 0.5, np.abs(p[:, 0] - 0.6) + np.abs(p[:, 1] - 0.3), np.inf).argmin(axis=1)
    first = np.round(np.take_along_axis(z, torn[:, None, None], axis=2)[:, :, 0], 1)  # as shown, so that a pocket
    # calculator comes to the same
    right = np.take_along_axis(p, targets.argmax(axis=1)[:, None], axis=1)[:, 0]
    by_one_hot = from_logits("softmax", z, targets).sum(axis=1)
    every = np.stack([activate("softmax", z / t) for t in TEMPERATURES], axis=1)  # (R, temperatures, K, N)
    two = activate("softmax", z[:, :2])[:, 0] - activate("sigmoid", z[:, 0] - z[:, 1])
    return {"two_outputs_difference": np.abs(two).max(axis=1),
            "shift_softmax": np.abs(activate("softmax", moved) - p).max(axis=(1, 2)),
            "shift_division": np.abs(moved / moved.sum(axis=1, keepdims=True) - divided).mean(axis=(1, 2)),
            "division_fails": ((divided < 0) | (divided > 1)).any(axis=1).mean(axis=1),
            "softmax_fails": ((p < 0) | (p > 1)).any(axis=1).mean(axis=1),
            "squares_change": ((z**2).argmax(axis=1) != p.argmax(axis=1)).mean(axis=1),
            "worked_logits": first, "worked_powers": np.exp(first),
            "worked_shares": activate("softmax", first[:, :, None])[:, :, 0],
            "worked_ratio": np.exp(first[:, 1] - first[:, 0]),
            "sparse_difference": np.abs(by_one_hot + np.log(right)).max(axis=1),
            "confidence": cooled.max(axis=1).mean(axis=1), "confidence_plain": p.max(axis=1).mean(axis=1),
            "winner_below_half": (p.max(axis=1) < 0.5).mean(axis=1),
            "decisions_changed": (cooled.argmax(axis=1) != p.argmax(axis=1)).mean(axis=1),
            "confidence_by_temperature": every.max(axis=2).mean(axis=2),
            "accuracy_by_temperature": (every.argmax(axis=2) == targets.argmax(axis=1)[:, None]).mean(axis=2)}


def single_output(softmax: Trained, sigmoid: Trained, test: Data) -> dict[str, Array]:
    """One yes-or-no output under softmax, and under a sigmoid."""
    before = softmax.frames[0].weights
    moved = [np.abs(a - b).max(axis=(1, 2)) for a, b in zip(softmax.weights, before, strict=True)]
    said = outputs(softmax.network, softmax.weights, test.inputs.astype(np.float32))
    return {"single_softmax_least": said.min(axis=(1, 2)),
            "single_softmax_accuracy": accuracy(said, test.targets),
            "single_softmax_moved": np.max(moved, axis=0),
            "single_sigmoid_accuracy": accuracy_on(test, sigmoid),
            "share_class_0": test.targets.mean(axis=(1, 2))}


def class_0(data: Data) -> Data:
    """The examples with the first of their outputs alone: class 0 or not."""
    return replace(data, targets=data.targets[:, :1], target_axes=data.target_axes[:1])


def run(params: SoftmaxParams, seeds: Array) -> Generator[Frame, None, Outcome[SoftmaxMetrics]]:
    """Train every kind of output on one label and on several, then compare."""
    on_screen = f"{params.output}, {'one label' if params.labels == 'one' else 'several labels'}"

    def fit(data: Data, output: str, name: str, loss: str = "") -> Task:
        network = dense(2, [params.hidden], data.targets.shape[1], "tanh", output)
        config = TrainingConfig(loss or LOSS[output], learning_rate=params.learning_rate, steps=params.steps)
        return Task(network, data, config, name=name, frames=60 if name == on_screen else 2)

    one, test_one = (clouds(seeds, count, params.classes, params.spread, purpose)
                     for purpose, count in (("data", params.points), ("test", TEST_POINTS)))
    many, test_many = (overlapping(seeds, count, params.classes, purpose)
                       for purpose, count in (("data", params.points), ("test", TEST_POINTS)))
    shares = replace(many, targets=many.targets / many.targets.sum(axis=1, keepdims=True))
    number = replace(one, targets=one.targets.argmax(axis=1)[:, None].astype(float),
                     target_axes=(Axis("class as a number", low=0, high=params.classes - 1),))
    softmax, sigmoids, softmax_many, sigmoids_many, integer, alone, alone_sigmoid = yield from train_together([
        fit(one, "softmax", "softmax, one label"), fit(one, "sigmoid", "sigmoids, one label"),
        fit(shares, "softmax", "softmax, several labels"), fit(many, "sigmoid", "sigmoids, several labels"),
        fit(number, "linear", "a number for the class"),
        fit(class_0(one), "softmax", "softmax over one output", "log_loss"),
        fit(class_0(one), "sigmoid", "sigmoid, one output")], seeds)
    metrics = SoftmaxMetrics(
        **one_label(softmax, sigmoids, integer, test_one),
        **several_labels(softmax_many, sigmoids_many, test_many),
        **single_output(alone, alone_sigmoid, class_0(test_one)),
        **formulas(logits_of(softmax, test_one.inputs), test_one.targets, params.temperature),
        worked_tie=nearest_tie(softmax),
        temperatures=TEMPERATURES,
    )
    shown = {("one", "softmax"): softmax, ("one", "sigmoids"): sigmoids,
             ("several", "softmax"): softmax_many, ("several", "sigmoids"): sigmoids_many}
    return Outcome(shown[params.labels, params.output], metrics)


EXPERIMENT = Experiment(
    "Softmax or sigmoids",
    SoftmaxParams,
    SoftmaxMetrics,
    run,
    views=(
        View("network", "What each output says"),
        View("bars", "One label: share of examples right", y_title="share right",
             y=("accuracy_softmax", "accuracy_sigmoids", "accuracy_integer"),
             names=("softmax", "sigmoids", "one output for the number")),
        View("bars", "Several labels: share of examples with all labels right", y_title="share right",
             y=("all_right_sigmoids", "all_right_softmax", "all_right_softmax_low"),
             names=("sigmoids", "softmax, threshold 0.5", "softmax, best threshold")),
        View("lines", "What temperature changes", x="temperatures", x_title="temperature",
             y=("confidence_by_temperature", "accuracy_by_temperature"),
             names=("largest probability, mean", "share right"), log_x=True, y_title="share"),
    ),
)
