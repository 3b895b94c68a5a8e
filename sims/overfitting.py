"""Overfitting: a network that goes on learning its training set after it has stopped learning the problem.

Few examples, some with wrong labels, and a wide network: the training loss falls on and on, the validation loss
falls, turns and rises. The step where it turns is where early stopping (Prechelt, 1998) would stop. The accuracy on
new examples falls with it, but far less: the loss counts how *sure* the mistakes are, the accuracy only how many there
are. Everything is judged on examples that are drawn like the training set, wrong labels included.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.splits import Split, accuracy_curve, at_frame, best_frame, loss_curves, noisy_rings
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
    steps: int = steps_setting(1000, le=1500)


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


def share_learned(trained: Trained, split: Split, frame: Array) -> Array:
    """Of the flipped training labels, the share that the network of each replica's frame gives back, (R,)."""
    seen = split.train.inputs.astype(np.float32)
    says = np.stack([outputs(trained.network, f.weights, seen)[:, 0] > 0.5 for f in trained.frames], axis=1)
    mine = np.take_along_axis(says, frame[:, None, None], axis=1)[:, 0]  # (R, N)
    given_back = (mine == (split.train.targets[:, 0] > 0.5)) & split.wrong
    return given_back.sum(axis=1) / split.wrong.sum(axis=1)


def mistake_certainty(trained: Trained, data: Data) -> Array:
    """At every recorded frame the mean probability of the wrong answer over the mistakes, (R, frames)."""
    seen, yes = data.inputs.astype(np.float32), data.targets[:, 0] > 0.5
    said = np.stack([outputs(trained.network, f.weights, seen)[:, 0] for f in trained.frames], axis=1)
    against = np.where(yes[:, None], 1 - said, said)  # (R, frames, N)
    mistakes = against > 0.5
    return (against * mistakes).sum(axis=2) / mistakes.sum(axis=2)


def measure(trained: Trained, split: Split) -> OverfittingMetrics:
    """Compare the end of training with its best moment, judged by the validation loss."""
    best = best_frame(trained)
    end = np.full_like(best, len(trained.frames) - 1)
    steps = np.array([frame.step for frame in trained.frames])
    train_loss, validation_loss = loss_curves(trained)
    on_train, on_validation, on_test = (
        accuracy_curve(trained, data) for data in (split.train, split.validation, split.test))
    radius = np.hypot(split.test.inputs[:, 0], split.test.inputs[:, 1])[:, None]
    rule = (radius < 0.65).astype(float)
    on_rule = accuracy_curve(trained, replace(split.test, targets=rule))
    certainty = mistake_certainty(trained, split.validation)
    return OverfittingMetrics(
        train_accuracy=on_train[:, -1],
        test_accuracy=on_test[:, -1],
        gap=on_train[:, -1] - on_test[:, -1],
        stopped_accuracy=at_frame(on_test, best),
        best_step=steps[best],
        last_step=steps[end],
        validation_loss_best=at_frame(validation_loss, best),
        validation_loss_end=validation_loss[:, -1],
        train_loss_best=at_frame(train_loss, best),
        train_loss_end=train_loss[:, -1],
        validation_accuracy_best=at_frame(on_validation, best),
        validation_accuracy_end=on_validation[:, -1],
        wrong_learned=share_learned(trained, split, end),
        wrong_learned_stopped=share_learned(trained, split, best),
        reachable=accuracy(rule, split.test.targets),
        rule_followed=on_rule[:, -1],
        rule_followed_stopped=at_frame(on_rule, best),
        mistake_certainty_best=at_frame(certainty, best),
        mistake_certainty_end=certainty[:, -1],
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
