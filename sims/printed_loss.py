"""The printed loss: why the training line of a progress bar can look worse than the validation line.

A library prints, after each epoch, the mean of the losses of its batches: each taken while the weights still moved, and
with dropout on. The validation loss is taken afterwards, with the last weights and nothing dropped. So the two lines
do not measure the same network. Here both are taken, and a third: the training examples measured as the validation
examples are. Two further causes lie in the validation set: it may be small, or easier than the training set.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.batches import Batches, updates_per_epoch
from sims.engine.bowls import every_step
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import from_logits
from sims.engine.network import buffers, dense, forward, with_linear_output
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, rate_setting
from sims.engine.shapes import rings
from sims.engine.splits import flipped
from sims.engine.training import Frame, Trained, TrainingConfig, train

BATCH, JUDGED_ON, FEW = 10, 600, 20  # examples of a batch, of a validation set, and of a small one
MASKS = 20  # dropout's masks over which the loss with dropout left on is averaged, so that their luck is small
EASY = 0.5  # the noise of the easier validation set, as a share of the usual one


class PrintedParams(Params):
    """Settings of the network with dropout; one without is trained beside it."""

    rate: float = setting(0.5, ge=0, le=0.9, step=0.1, title="dropout rate", unit="share",
                          description="share of the hidden activations that is switched off at each step",
                          words=("dropout", "drop rate", "drop out", "drop", "p"))
    points: int = points_setting(100, le=200, ge=20)
    noise: float = setting(0.2, ge=0.05, le=0.5, step=0.05, title="noise", words=("overlap", "spread"),
                           description="spread of the points about the two shapes; it makes them overlap")
    hidden: int = hidden_setting(8, le=24)
    learning_rate: float = rate_setting(0.04, le=0.2)
    epochs: int = setting(20, ge=1, le=40, title="epochs", description="passes through the training examples",
                          unit="epochs", words=("epochs", "passes"))


class PrintedMetrics(Metrics):
    """The same epochs, measured in several ways."""

    printed_loss: Array = metric("training loss as printed for the last epoch, with dropout", unit="nats", part="loss")
    train_loss: Array = metric("loss on the training examples after the last epoch, with nothing dropped", unit="nats")
    validation_loss: Array = metric("loss on the validation examples after the last epoch, with dropout in training",
                                    unit="nats")
    dropped_loss: Array = metric("loss on the training examples after the last epoch, with dropout left on",
                                 unit="nats")
    printed_accuracy: Array = metric("training accuracy as printed for the last epoch, with dropout", unit="share")
    train_accuracy: Array = metric("accuracy on the training examples after the last epoch, with nothing dropped",
                                   unit="share", part="output")
    validation_accuracy: Array = metric(
        "accuracy on the validation examples after the last epoch, with dropout in training", unit="share")
    first_printed: Array = metric("training loss as printed for the first epoch, no dropout", unit="nats")
    first_train: Array = metric("loss on the training examples after the first epoch, no dropout", unit="nats")
    first_validation: Array = metric("loss on the validation examples after the first epoch, no dropout", unit="nats")
    first_batch: Array = metric("loss of the very first batch, no dropout", unit="nats")
    last_batch: Array = metric("loss of the last batch of the first epoch, no dropout", unit="nats")
    plain_printed: Array = metric("training loss as printed for the last epoch, no dropout", unit="nats")
    plain_train: Array = metric("loss on the training examples after the last epoch, no dropout", unit="nats")
    plain_validation: Array = metric("loss on the validation examples after the last epoch, no dropout", unit="nats")
    plain_accuracy: Array = metric("accuracy on the training examples after the last epoch, no dropout", unit="share")
    plain_like: Array = metric("accuracy on 600 validation examples drawn as the training set is, no dropout",
                               unit="share")
    plain_few: Array = metric("accuracy on 20 validation examples drawn as the training set is, no dropout",
                              unit="share")
    plain_easy: Array = metric("accuracy on 600 validation examples with half the noise, no dropout", unit="share")
    epoch_numbers: Array = shared("number of the epoch", unit="epochs")
    printed_curve: Array = metric("training loss as printed for each epoch, with dropout", unit="nats")
    train_curve: Array = metric("loss on the training examples after each epoch, with nothing dropped", unit="nats")
    validation_curve: Array = metric("loss on the validation examples after each epoch, with dropout in training",
                                     unit="nats")
    plain_printed_curve: Array = metric("training loss as printed for each epoch, no dropout", unit="nats")
    plain_validation_curve: Array = metric("loss on the validation examples after each epoch, no dropout", unit="nats")


def measured(net: Trained, weights: tuple[Array, ...], data: Data, masks: Array | None = None) -> tuple[Array, Array]:
    """Mean loss and accuracy on some examples, (R,) each; `masks` (R, hidden, N) multiply the hidden activations."""
    inputs, yes = data.inputs.astype(np.float32), data.targets.astype(np.float32)
    a = buffers(net.network, inputs, len(weights[0]), np.float32)
    z = forward(with_linear_output(net.network), weights, a)
    if masks is not None:
        kept = a[1][:, :-1] * masks
        z = weights[1][:, :-1].transpose(0, 2, 1) @ kept + weights[1][:, -1:]
    right = ((z > 0) == (yes > 0.5)).mean(axis=(1, 2))
    return from_logits("sigmoid", z, yes).mean(axis=(1, 2), dtype=float), right


def masks_of(seeds: Array, rate: float, units: int, points: int, purpose: str) -> Array | None:
    """Dropout's masks (R, units, points), the kept ones divided by the share that is kept; none without dropout."""
    if not rate:
        return None
    drawn = draw(seeds, purpose, lambda rng: rng.random((units, points), np.float32))
    return (drawn >= rate).astype(np.float32) / np.float32(1 - rate)


def printed(net: Trained, seeds: Array) -> tuple[Array, Array]:
    """Loss and accuracy of every batch at the moment when it was trained on, (R, steps) each, dropout on."""
    data, rate, hidden = net.data, net.config.dropout, net.network.sizes[1]
    batches = Batches(data, BATCH, seeds, np.float32)
    masks = masks_of(seeds, rate, hidden, BATCH * net.config.steps, "printed masks")
    each = []
    for t in range(net.config.steps):
        inputs, _, targets, _ = batches.at(t)
        size = targets.shape[-1]
        now = Data(inputs[:, :-1], targets, data.axes, data.target_axes)
        mask = None if masks is None else masks[..., BATCH * t : BATCH * t + size]
        each.append(measured(net, net.frames[t].weights, now, mask))
    losses, right = zip(*each, strict=True)
    return np.stack(losses, axis=1), np.stack(right, axis=1)


def by_epoch(values: Array, per_epoch: int) -> Array:
    """The mean over each epoch's batches, (R, epochs), of (R, steps)."""
    return values.reshape(len(values), -1, per_epoch).mean(axis=2)


def at_ends(net: Trained, data: Data, per_epoch: int) -> Array:
    """The loss on some examples after each epoch, with nothing dropped, (R, epochs)."""
    ends = range(per_epoch, net.config.steps + 1, per_epoch)
    return np.stack([measured(net, net.frames[t].weights, data)[0] for t in ends], axis=1)


def fresh(seeds: Array, points: int, noise: float, purpose: str) -> Data:
    """Examples of the two shapes in a random order, (R, 2, N)."""
    return flipped(rings(seeds, points, noise, purpose), seeds, 0, purpose)[0]


def run(params: PrintedParams, seeds: Array) -> Generator[Frame, None, Outcome[PrintedMetrics]]:
    """Train with and without dropout, recording every step, and measure both as a library does and as it could."""
    data, validation = fresh(seeds, params.points, params.noise, "train"), fresh(seeds, JUDGED_ON, params.noise, "like")
    few, easy = fresh(seeds, FEW, params.noise, "few"), fresh(seeds, JUDGED_ON, EASY * params.noise, "easy")
    network = dense(2, [params.hidden], 1, "relu", "sigmoid")
    per_epoch = updates_per_epoch(params.points, BATCH)
    steps = per_epoch * params.epochs
    nets = []
    for rate, name in ((params.rate, "with dropout"), (0.0, "without dropout")):
        config = TrainingConfig(learning_rate=params.learning_rate, steps=steps, batch_size=BATCH, dropout=rate)
        nets.append((yield from train(network, data, config, seeds, name=name, frames=every_step(steps))))
    shown, plain = nets
    batches, right = printed(shown, seeds)
    plain_batches, _ = printed(plain, seeds)
    curve, plain_curve = by_epoch(batches, per_epoch), by_epoch(plain_batches, per_epoch)
    on_train, on_validation = (at_ends(shown, some, per_epoch) for some in (data, validation))
    plain_train, plain_validation = (at_ends(plain, some, per_epoch) for some in (data, validation))
    left_on = masks_of(seeds, params.rate, params.hidden, MASKS * params.points, "left on")
    repeated = replace(data, inputs=np.tile(data.inputs, MASKS), targets=np.tile(data.targets, MASKS))
    return Outcome(shown, PrintedMetrics(
        printed_loss=curve[:, -1], train_loss=on_train[:, -1], validation_loss=on_validation[:, -1],
        dropped_loss=measured(shown, shown.weights, repeated, left_on)[0],
        printed_accuracy=by_epoch(right, per_epoch)[:, -1], train_accuracy=measured(shown, shown.weights, data)[1],
        validation_accuracy=measured(shown, shown.weights, validation)[1],
        first_printed=plain_curve[:, 0], first_train=plain_train[:, 0], first_validation=plain_validation[:, 0],
        first_batch=plain_batches[:, 0], last_batch=plain_batches[:, per_epoch - 1],
        plain_printed=plain_curve[:, -1], plain_train=plain_train[:, -1], plain_validation=plain_validation[:, -1],
        **{f"plain_{name}": measured(plain, plain.weights, some)[1]
           for name, some in (("accuracy", data), ("like", validation), ("few", few), ("easy", easy))},
        epoch_numbers=np.arange(1, params.epochs + 1), printed_curve=curve, train_curve=on_train,
        validation_curve=on_validation, plain_printed_curve=plain_curve, plain_validation_curve=plain_validation,
    ))


EXPERIMENT = Experiment(
    "The printed loss",
    PrintedParams,
    PrintedMetrics,
    run,
    views=(
        View("lines", "The same epochs, with dropout", x="epoch_numbers", x_title="epoch",
             y=("printed_curve", "train_curve", "validation_curve"), y_title="log loss",
             names=("training, as printed", "training, measured afterwards", "validation")),
        View("lines", "Without dropout", x="epoch_numbers", x_title="epoch",
             y=("plain_printed_curve", "plain_validation_curve"), y_title="log loss",
             names=("training, as printed", "validation")),
        View("bars", "Accuracy without dropout", y=("plain_accuracy", "plain_like", "plain_few", "plain_easy"),
             names=("training", "600 alike", "20 alike", "600 easier"), y_title="accuracy"),
        View("network", "What the network with dropout learned"),
    ),
)
