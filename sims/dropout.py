"""Dropout: at each training step a random share of the hidden activations is switched off.

The kept ones are divided by the share that is kept ("inverted dropout"; Srivastava et al., 2014), so that what the next
unit receives has the same mean as without. When the network is used, nothing is dropped. The same wide ReLU networks
are trained on the same few noisy examples with and without. Folklore says that dropout prevents overfitting. Here it
makes it milder: the loss on new examples is lower and the accuracy a little higher, but the training set is still
fitted more closely than new examples are.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, mean_loss
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.splits import Split, noisy_rings
from sims.engine.training import Frame, Trained, TrainingConfig, train

THROWS = 200  # random masks to average over, for the mean that the output unit receives


class DropoutParams(Params):
    """Settings of the network whose hidden units are switched off at random."""

    rate: float = setting(0.3, ge=0, le=0.9, step=0.1, title="dropout rate", unit="share",
                          description="share of the hidden activations that is switched off at each step",
                          words=("dropout", "drop rate", "drop out", "drop", "p"))
    points: int = points_setting(60, le=150)
    wrong_labels: float = setting(0.15, ge=0, le=0.5, step=0.05, title="wrong labels", unit="share",
                                  description="share of the labels that are flipped",
                                  words=("noise", "label noise", "labels", "wrong", "flipped"))
    hidden: int = hidden_setting(24, le=24)
    learning_rate: float = rate_setting(0.03, le=0.5)
    steps: int = steps_setting(350, le=600)


class DropoutMetrics(Metrics):
    """The network trained with dropout against the same network trained without."""

    train_accuracy: Array = metric(
        "training accuracy with dropout (nothing dropped when measured)", unit="share", part="output")
    train_accuracy_without: Array = metric("training accuracy without dropout", unit="share")
    test_accuracy: Array = metric("accuracy on new examples with dropout", unit="share", part="output")
    test_accuracy_without: Array = metric("accuracy on new examples without dropout", unit="share")
    test_loss: Array = metric("log loss on new examples with dropout", unit="nats", part="loss")
    test_loss_without: Array = metric("log loss on new examples without dropout", unit="nats")
    train_loss: Array = metric("training loss with dropout (nothing dropped when measured)", unit="nats", part="loss")
    train_loss_without: Array = metric("training loss without dropout", unit="nats")
    test_accuracy_left_on: Array = metric("accuracy on new examples if dropout is left on", unit="share")
    changes_left_on: Array = metric(
        "share of the new examples whose answer changes between two uses if dropout is left on", unit="share")
    received: Array = metric("mean of what the output unit receives from the hidden layer, nothing dropped")
    received_scaled: Array = metric(
        "mean of what the output unit receives from the hidden layer, with units dropped and the kept ones "
        "divided by the kept share")
    received_unscaled: Array = metric(
        "mean of what the output unit receives from the hidden layer, with units dropped and nothing divided")
    scaled_ratio: Array = metric(
        "sum of the hidden activations with dropping and dividing, relative to nothing dropped")
    unscaled_ratio: Array = metric(
        "sum of the hidden activations with dropping and no dividing, relative to nothing dropped")
    names: Array = shared("the three ways of the comparison", kind="label")
    received_by_way: Array = metric(
        "mean of what the output unit receives from the hidden layer: nothing dropped, dropped and divided, "
        "dropped alone")


def thrown(seeds: Array, rate: float, units: int, points: int, purpose: str) -> Array:
    """Masks of 0 and 1 (R, units, points) that keep a share 1 - `rate`."""
    return (draw(seeds, purpose, lambda rng: rng.random((units, points))) >= rate).astype(float)


def received(trained: Trained, split: Split, seeds: Array, rate: float) -> tuple[Array, Array, Array, Array]:
    """The mean of the weighted sum that reaches the output unit: as it is, dropped and scaled, dropped only; and the
    sum of the activations that dropping leaves, relative to all. Each (R,)."""
    one = hidden_activations(trained.network, trained.weights, split.test.inputs[..., :THROWS].astype(np.float32))
    kernel = trained.weights[1][:, :-1]  # (R, units, 1)
    kept = thrown(seeds, rate, one.shape[1], one.shape[2], "throws")
    plain, dropped = ((kernel * units).sum(axis=1).mean(axis=-1) for units in (one, one * kept))
    return plain, dropped / (1 - rate), dropped, (one * kept).sum(axis=(1, 2)) / one.sum(axis=(1, 2))


def left_on(trained: Trained, split: Split, seeds: Array, rate: float) -> tuple[Array, Array]:
    """Accuracy on new examples with dropout left on, and how often two such uses disagree; both (R,)."""
    units = hidden_activations(trained.network, trained.weights, split.test.inputs.astype(np.float32))
    kernel, bias = trained.weights[1][:, :-1], trained.weights[1][:, -1:]
    yes = []
    for use in ("first use", "second use"):
        kept = thrown(seeds, rate, units.shape[1], units.shape[2], use) / (1 - rate)
        yes.append((kernel * units * kept).sum(axis=1) + bias[:, 0] > 0)  # (R, N)
    right = (yes[0] == (split.test.targets[:, 0] > 0.5)).mean(axis=-1)
    return right, (yes[0] != yes[1]).mean(axis=-1)


def run(params: DropoutParams, seeds: Array) -> Generator[Frame, None, Outcome[DropoutMetrics]]:
    """Train with and without dropout on the same data from the same start."""
    split = noisy_rings(seeds, params.points, params.wrong_labels)
    network = dense(2, [params.hidden], 1, "relu", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps, dropout=params.rate)
    shown = yield from train(network, split.train, config, seeds, validation=split.validation, name="with dropout",
                             frames=40)
    plain = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    without = yield from train(network, split.train, plain, seeds, name="without dropout", frames=2)

    def test_loss(trained: Trained) -> Array:
        return mean_loss(network, trained.weights, split.test.inputs.astype(np.float32), split.test.targets, "log_loss")

    as_is, scaled, unscaled, left = received(shown, split, seeds, params.rate)
    right, changed = left_on(shown, split, seeds, params.rate)
    return Outcome(shown, DropoutMetrics(
        train_accuracy=accuracy_on(split.train, shown),
        train_accuracy_without=accuracy_on(split.train, without),
        test_accuracy=accuracy_on(split.test, shown),
        test_accuracy_without=accuracy_on(split.test, without),
        test_loss=test_loss(shown),
        test_loss_without=test_loss(without),
        train_loss=shown.loss,
        train_loss_without=without.loss,
        test_accuracy_left_on=right,
        changes_left_on=changed,
        received=as_is,
        received_scaled=scaled,
        received_unscaled=unscaled,
        scaled_ratio=left / (1 - params.rate),
        unscaled_ratio=left,
        names=np.array(["nothing dropped", "dropped, kept ones divided", "dropped only"]),
        received_by_way=np.stack((as_is, scaled, unscaled), axis=1),
    ))


EXPERIMENT = Experiment(
    "Dropout",
    DropoutParams,
    DropoutMetrics,
    run,
    views=(
        View("loss", "Loss with dropout on the training and on the validation examples"),
        View("network", "What the network learned with dropout"),
        View("bars", "What the output unit receives", y=("received_by_way",), x="names",
             y_title="mean sum from the hidden layer"),
        View("histogram", "Loss on new examples, over all runs", y=("test_loss", "test_loss_without"),
             names=("loss with dropout", "loss without dropout")),
    ),
)
