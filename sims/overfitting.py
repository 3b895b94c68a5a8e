"""Overfitting: a network that goes on learning its training set after it has stopped learning the problem.

Few examples, some with wrong labels, and a wide network: the training loss falls on and on, the validation loss
falls, turns and rises. The step where it turns is where early stopping (Prechelt, 1998) would stop. The accuracy on
new examples falls with it, but far less: the loss counts how *sure* the mistakes are, the accuracy only how many there
are. Everything is judged on examples that are drawn like the training set, wrong labels included.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.splits import Split, accuracy_curve, at_frame, best_frame, loss_curves, noisy_rings, weights_at
from sims.engine.training import Frame, Trained, TrainingConfig, train


class OverfittingParams(Params):
    """Settings of the network that may learn its examples by heart."""

    points: int = points_setting(60, le=400)
    wrong_labels: float = setting(
        0.15, ge=0, le=0.5, step=0.05, title="wrong labels", unit="share",
        description="share of the labels that are flipped",
        words=("noise", "label noise", "noisy labels", "labels", "wrong", "flipped"))
    hidden: int = hidden_setting(16, le=24)
    learning_rate: float = rate_setting(0.05, le=0.5)
    steps: int = steps_setting(850, le=1500)


class OverfittingMetrics(Metrics):
    """What the network does on the examples it trained on, and on new ones."""

    train_accuracy: Array = metric("share of the training examples right at the end", unit="share", part="output")
    test_accuracy: Array = metric("share of new examples right at the end", unit="share", part="output")
    gap: Array = metric("training accuracy minus test accuracy at the end", unit="share")
    stopped_accuracy: Array = metric(
        "share of new examples right with the weights of the lowest validation loss", unit="share")
    best_step: Array = metric("step with the lowest validation loss", unit="steps", part="loss")
    last_step: Array = metric("step at which training ended", unit="steps")
    validation_loss_best: Array = metric("lowest validation loss", unit="nats", part="loss")
    validation_loss_end: Array = metric("validation loss at the end", unit="nats", part="loss")
    train_loss_best: Array = metric("training loss at the step of the lowest validation loss", unit="nats", part="loss")
    train_loss_end: Array = metric("training loss at the end", unit="nats", part="loss")
    validation_accuracy_best: Array = metric(
        "validation accuracy at the step of the lowest validation loss", unit="share")
    validation_accuracy_end: Array = metric("validation accuracy at the end", unit="share")
    wrong_learned: Array = metric(
        "share of the wrongly labelled training examples on which the network says the wrong label", unit="share")
    wrong_learned_stopped: Array = metric(
        "share of the wrongly labelled training examples on which the network says the wrong label, with the "
        "weights of the lowest validation loss", unit="share")
    reachable: Array = metric("test accuracy of the rule that the data were made by", unit="share")
    rule_followed: Array = metric(
        "share of new examples on which the network says what the data's own rule says", unit="share")
    rule_followed_stopped: Array = metric(
        "share of new examples on which the network says what the data's own rule says, with the weights of the "
        "lowest validation loss", unit="share")
    mistake_certainty_best: Array = metric(
        "mean probability given to the wrong answer, over the mistakes on validation examples, at the step of the "
        "lowest validation loss", unit="probability")
    mistake_certainty_end: Array = metric(
        "mean probability given to the wrong answer, over the mistakes on validation examples, at the end",
        unit="probability")
    steps: Array = shared("recorded steps", unit="steps")
    train_accuracy_curve: Array = metric("training accuracy at the recorded steps", unit="share")
    validation_accuracy_curve: Array = metric("validation accuracy at the recorded steps", unit="share")


def share_learned(said: Array, split: Split) -> Array:
    """Of the flipped training labels, the share that the outputs (R, 1, N) for the training set give back, (R,)."""
    given_back = ((said[:, 0] > 0.5) == (split.train.targets[:, 0] > 0.5)) & split.wrong
    return given_back.sum(axis=1) / split.wrong.sum(axis=1)


def mistake_certainty(said: Array, data: Data) -> Array:
    """The mean probability of the wrong answer over the mistakes of the outputs (R, 1, N) for `data`, (R,)."""
    against = np.where(data.targets[:, 0] > 0.5, 1 - said[:, 0], said[:, 0])  # (R, N)
    mistakes = against > 0.5
    return (against * mistakes).sum(axis=1) / mistakes.sum(axis=1)


def measure(trained: Trained, split: Split) -> OverfittingMetrics:
    """Compare the end of training with its best moment, judged by the validation loss."""
    best = best_frame(trained)
    stopped = weights_at(trained, best)
    steps = np.array([frame.step for frame in trained.frames])
    train_loss, validation_loss = loss_curves(trained)
    on_train, on_validation = (accuracy_curve(trained, data) for data in (split.train, split.validation))
    (train_then, train_end), (validation_then, validation_end), (test_then, test_end) = (
        [outputs(trained.network, weights, data.inputs.astype(np.float32)) for weights in (stopped, trained.weights)]
        for data in (split.train, split.validation, split.test))
    radius = np.hypot(split.test.inputs[:, 0], split.test.inputs[:, 1])[:, None]
    rule = (radius < 0.65).astype(float)
    test_accuracy = accuracy(test_end, split.test.targets)
    return OverfittingMetrics(
        train_accuracy=on_train[:, -1],
        test_accuracy=test_accuracy,
        gap=on_train[:, -1] - test_accuracy,
        stopped_accuracy=accuracy(test_then, split.test.targets),
        best_step=steps[best],
        last_step=np.full_like(best, steps[-1]),
        validation_loss_best=at_frame(validation_loss, best),
        validation_loss_end=validation_loss[:, -1],
        train_loss_best=at_frame(train_loss, best),
        train_loss_end=train_loss[:, -1],
        validation_accuracy_best=at_frame(on_validation, best),
        validation_accuracy_end=on_validation[:, -1],
        wrong_learned=share_learned(train_end, split),
        wrong_learned_stopped=share_learned(train_then, split),
        reachable=accuracy(rule, split.test.targets),
        rule_followed=accuracy(test_end, rule),
        rule_followed_stopped=accuracy(test_then, rule),
        mistake_certainty_best=mistake_certainty(validation_then, split.validation),
        mistake_certainty_end=mistake_certainty(validation_end, split.validation),
        steps=steps,
        train_accuracy_curve=on_train,
        validation_accuracy_curve=on_validation,
    )


def run(params: OverfittingParams, seeds: Array) -> Generator[Frame, None, Outcome[OverfittingMetrics]]:
    """Train past the point where the validation loss turns, and look back at it."""
    split = noisy_rings(seeds, params.points, params.wrong_labels)
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, split.train, config, seeds, validation=split.validation)
    return Outcome(shown, measure(shown, split))


EXPERIMENT = Experiment(
    "Overfitting",
    OverfittingParams,
    OverfittingMetrics,
    run,
    views=(
        View("loss", "Loss on the training and on the validation examples"),
        View("lines", "Accuracy while training", y=("train_accuracy_curve", "validation_accuracy_curve"), x="steps",
             names=("training", "validation"),
             x_title="step", y_title="accuracy"),
        View("network", "What the network learned"),
        View("histogram", "Accuracy on new examples, over all runs", y=("test_accuracy", "stopped_accuracy"),
             names=("accuracy at the end", "accuracy when stopped early")),
    ),
)
