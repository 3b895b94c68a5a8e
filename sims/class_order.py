"""Class order: the same examples sorted by class, shuffled once, shuffled for every epoch, and shuffled out of step.

A 2-4-1 network learns answers that chance has a part in, by small batches. Where all no come before all yes, each epoch
first teaches it to say no and then to say yes, and what it says at the end of an epoch is what it saw last (McCloskey
and Cohen, 1989, on forgetting; Bengio, 2012, section 3.1.2, on shuffling). With all examples in each step the order
makes no difference. Inputs and labels that are shuffled separately no longer belong together.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.batches import updates_per_epoch
from sims.engine.datasets import Data, noisy_logistic, shuffled
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.general.settings import NetworkParams
from sims.engine.general.steps import train_with_steps
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, rate_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS, FRESH, SLOPE = 120, 500, 6.0
Order = Literal["sorted", "once", "each_epoch", "out_of_step"]
NAMES: dict[Order, str] = {"sorted": "sorted by class", "once": "shuffled once",
                           "each_epoch": "shuffled for each epoch", "out_of_step": "inputs and labels out of step"}


class OrderParams(Params):
    """The order on the screen, and the recipe of all."""

    order: Order = setting("sorted", title="order on the screen", words=("order", "shuffle", "sorted"),
                           description="in which order the examples come, for the network on the screen")
    batch_size: int = setting(10, ge=1, le=POINTS, title="batch size", description="examples in one update",
                              unit="examples", words=("batch", "mini-batch", "minibatch", "batch_size"))
    learning_rate: float = rate_setting(1.0, le=2, ge=0.001)
    epochs: int = setting(13, ge=2, le=16, title="epochs", description="passes over the examples", unit="epochs",
                          words=("epochs", "passes"))
    hidden: int = hidden_setting(4, le=6)


class OrderMetrics(Metrics):
    """What each order came to, and how the sorted one swings within an epoch."""

    orders: Array = shared("the orders", kind="label")
    ends: Array = metric("log loss on all examples at the end, order by order", unit="nats")
    right: Array = metric("share of fresh examples right at the end, order by order", unit="share")
    end_sorted: Array = metric("log loss on all examples at the end, sorted", unit="nats")
    end_once: Array = metric("log loss on all examples at the end, shuffled once", unit="nats")
    end_each: Array = metric("log loss on all examples at the end, shuffled for each epoch", unit="nats")
    end_out: Array = metric("log loss on its own pairs at the end, inputs and labels out of step", unit="nats")
    right_sorted: Array = metric("share of fresh examples right at the end, sorted", unit="share")
    right_once: Array = metric("share of fresh examples right at the end, shuffled once", unit="share")
    right_each: Array = metric("share of fresh examples right at the end, shuffled for each epoch", unit="share")
    right_out: Array = metric("share of fresh examples right at the end, inputs and labels out of step", unit="share")
    start: Array = metric("log loss on all examples before training", unit="nats")
    yes_share: Array = metric("share of the training examples that are yes", unit="share")
    after_no: Array = metric("share of yes among the answers when the last epoch is through the no, sorted",
                             unit="share")
    after_yes: Array = metric("share of yes among the answers when the last epoch is through the yes, sorted",
                              unit="share")
    swing: Array = metric("rise of the share of yes within the second part of the last epoch, sorted", unit="share")
    swing_each: Array = metric("rise of the share of yes within the same updates, shuffled for each epoch",
                               unit="share")
    first_epoch_no: Array = metric("share of yes among the answers when the first epoch is through the no, sorted",
                                   unit="share")
    said_mean: Array = metric("mean output on all examples at the end, sorted", unit="probability")
    said_mean_each: Array = metric("mean output on all examples at the end, shuffled for each epoch",
                                   unit="probability")
    order_off: Array = metric("largest difference of any slope between sorted and shuffled, all examples at once")
    per_epoch: Array = metric("updates in one epoch", unit="updates")
    bias_first: Array = metric("output bias at the start of the last epoch, sorted")
    bias_middle: Array = metric("output bias when the last epoch is through the no, sorted")
    bias_end: Array = metric("output bias at the end of the last epoch, sorted")
    updates_seen: Array = shared("update", unit="updates")
    said_sorted: Array = metric("share of yes among the answers at each update, sorted", unit="share")
    said_each: Array = metric("share of yes among the answers at each update, shuffled for each epoch", unit="share")
    loss_sorted: Array = metric("log loss on all examples at each update, sorted", unit="nats")
    loss_once: Array = metric("log loss on all examples at each update, shuffled once", unit="nats")
    loss_each: Array = metric("log loss on all examples at each update, shuffled for each epoch", unit="nats")


def in_order(data: Data, order: Array) -> Data:
    """The examples of each replica in an order of its own, (R, N)."""
    return replace(data, inputs=np.take_along_axis(data.inputs, order[:, None], axis=2),
                   targets=np.take_along_axis(data.targets, order[:, None], axis=2))


def say_yes(net: Trained, data: Data) -> Array:
    """The share of the examples that the network calls yes, at every recorded update, (R, updates + 1)."""
    seen = data.inputs.astype(np.float32)
    return np.stack([(outputs(net.network, frame.weights, seen)[:, 0] > 0.5).mean(axis=1) for frame in net.frames],
                    axis=1)


def at(curve: Array, place: Array) -> Array:
    """The values of a curve (R, U) at each replica's own place (R,)."""
    return np.take_along_axis(curve, place[:, None], axis=1)[:, 0]


def run(params: OrderParams, seeds: Array) -> Generator[Frame, None, Outcome[OrderMetrics]]:
    """Train with the examples in each order."""
    data, fresh = (noisy_logistic(seeds, count, name, SLOPE)[0] for count, name in ((POINTS, "data"), (FRESH, "fresh")))
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    start, per_epoch = initial_weights(network, seeds), updates_per_epoch(POINTS, params.batch_size)
    updates = params.epochs * per_epoch
    config = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=updates,
                            batch_size=params.batch_size if params.batch_size < POINTS else None)
    by_class = in_order(data, np.argsort(data.targets[:, 0], axis=1, kind="stable"))
    mixed = in_order(data, draw(seeds, "once", lambda rng: rng.permutation(POINTS)))
    given: dict[Order, Data] = {"sorted": by_class, "once": mixed, "each_epoch": data,
                                "out_of_step": shuffled(data, seeds)}
    as_given, every = NetworkParams(order="fixed"), 2 * updates + 1
    nets: dict[Order, Trained] = {}
    for name, some in given.items():
        if name in ("sorted", "once") and config.batch_size:
            nets[name] = yield from train_with_steps(network, some, config, as_given, seeds, start, None, every)
        else:
            nets[name] = yield from train(network, some, config, seeds, weights=start, name=NAMES[name], frames=every)
    loss = {name: np.stack([frame.loss for frame in net.frames], axis=1).astype(float) for name, net in nets.items()}
    said = {name: say_yes(nets[name], data) for name in ("sorted", "each_epoch")}
    bias = np.stack([frame.weights[-1][:, -1, 0] for frame in nets["sorted"].frames], axis=1).astype(float)
    no = (data.targets[:, 0] == 0).sum(axis=1)
    through = np.clip(no // params.batch_size, 0, per_epoch)  # updates of an epoch that see no alone
    middle = updates - per_epoch + through
    right = {name: accuracy_on(fresh, net) for name, net in nets.items()}
    mean = {name: outputs(network, nets[name].weights, data.inputs.astype(np.float32)).mean(axis=(1, 2), dtype=float)
            for name in ("sorted", "each_epoch")}
    slopes = [loss_gradients(network, start, some.inputs, some.targets, "log_loss") for some in (by_class, mixed)]
    off = np.max([np.abs(a - b).max(axis=(1, 2)) for a, b in zip(*slopes, strict=True)], axis=0)
    return Outcome(nets[params.order], OrderMetrics(
        orders=np.array(list(NAMES.values())), ends=np.stack([curve[:, -1] for curve in loss.values()], axis=1),
        right=np.stack(list(right.values()), axis=1), end_sorted=loss["sorted"][:, -1], end_once=loss["once"][:, -1],
        end_each=loss["each_epoch"][:, -1], end_out=loss["out_of_step"][:, -1],
        right_sorted=right["sorted"], right_once=right["once"],
        right_each=right["each_epoch"], right_out=right["out_of_step"], start=loss["sorted"][:, 0],
        yes_share=1 - no / POINTS, after_no=at(said["sorted"], middle), after_yes=said["sorted"][:, -1],
        swing=said["sorted"][:, -1] - at(said["sorted"], middle),
        swing_each=said["each_epoch"][:, -1] - at(said["each_epoch"], middle),
        first_epoch_no=at(said["sorted"], through), said_mean=mean["sorted"], said_mean_each=mean["each_epoch"],
        order_off=off, per_epoch=np.full(len(seeds), float(per_epoch)), bias_first=bias[:, updates - per_epoch],
        bias_middle=at(bias, middle), bias_end=bias[:, -1], updates_seen=np.arange(updates + 1),
        said_sorted=said["sorted"], said_each=said["each_epoch"], loss_sorted=loss["sorted"], loss_once=loss["once"],
        loss_each=loss["each_epoch"],
    ))


EXPERIMENT = Experiment(
    "Sorted or shuffled",
    OrderParams,
    OrderMetrics,
    run,
    views=(
        View("lines", "How often it says yes, update by update", x="updates_seen", x_title="update",
             y=("said_sorted", "said_each"), names=("sorted by class", "shuffled for each epoch"),
             y_title="share of the answers"),
        View("lines", "Loss on all examples", x="updates_seen", x_title="update", y_title="log loss (nats)",
             y=("loss_sorted", "loss_once", "loss_each"),
             names=("sorted by class", "shuffled once", "shuffled for each epoch")),
        View("table", "At the end", x="orders", y=("ends", "right"), names=("log loss", "right on fresh examples")),
        View("network", "The network on the screen"),
    ),
)
