"""Noisy curve: the loss of each batch as it is printed, and the loss of the same network on all examples.

A 2-4-1 network learns answers that chance has a part in, by plain descent: with single examples, with small batches and
with all examples in each step. What a script prints is the loss of the batch before its step. It jumps for two reasons:
each step is measured on other examples, and the network really moves to and fro. Both are told apart here by measuring
the same networks on all examples at every step. The spread of the first shrinks with the root of the batch size; the
second shrinks with the rate (Bottou, Curtis and Nocedal, 2018, section 4).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.batches import Batches, updates_per_epoch
from sims.engine.datasets import Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import losses
from sims.engine.network import dense, initial_weights, outputs, with_linear_output
from sims.engine.settings import hidden_setting, rate_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS, SLOPE = 120, 6.0
TEN, ALL = 10, POINTS
MEAN_OF = 0.9  # share of the running mean that is kept at each update


class CurveParams(Params):
    """The batch size on the screen, and the recipe of all sizes."""

    batch_size: int = setting(1, ge=1, le=POINTS, title="batch size on the screen", unit="examples",
                              description="examples in one update, for the curve on the screen",
                              words=("batch", "mini-batch", "minibatch", "batch_size", "stochastic"))
    learning_rate: float = rate_setting(0.2, le=1, ge=0.01)
    hidden: int = hidden_setting(4, le=6)
    updates: int = setting(220, ge=40, le=480, title="updates", description="updates of the weights, for each size",
                           unit="updates", words=("steps", "iterations", "updates"))


class CurveMetrics(Metrics):
    """How much of each curve's jumping is measured and how much is moved."""

    labels: Array = shared("the batch sizes", kind="label")
    jumps: Array = metric("share of the updates at which the printed loss rises, size by size", unit="share")
    spreads: Array = metric("spread of the printed loss over the second half, size by size", unit="nats")
    moves: Array = metric("spread of the loss on all examples over the second half, size by size", unit="nats")
    ends: Array = metric("loss on all examples at the end, size by size", unit="nats")
    seen: Array = metric("examples looked at, size by size", unit="examples")
    jumps_one: Array = metric("share of the updates at which the printed loss rises, single examples", unit="share")
    jumps_all: Array = metric("share of the updates at which the printed loss rises, all examples", unit="share")
    spread_one: Array = metric("spread of the printed loss over the second half, single examples", unit="nats")
    spread_ten: Array = metric("spread of the printed loss over the second half, batches of ten", unit="nats")
    spread_all: Array = metric("spread of the printed loss over the second half, all examples", unit="nats")
    move_one: Array = metric("spread of the loss on all examples over the second half, single examples", unit="nats")
    move_ten: Array = metric("spread of the loss on all examples over the second half, batches of ten", unit="nats")
    measured_one: Array = metric("spread of the printed loss as a multiple of that on all examples, single examples",
                                 unit="times")
    measured_ten: Array = metric("spread of the printed loss as a multiple of that on all examples, batches of ten",
                                 unit="times")
    measured_all: Array = metric("spread of the printed loss as a multiple of that on all examples, all examples",
                                 unit="times")
    ratio: Array = metric("spread of the printed loss with single examples as a multiple of that with batches of ten",
                          unit="times")
    smooth_ten: Array = metric("spread of the running mean of the printed loss over the second half, batches of ten",
                               unit="nats")
    end_one: Array = metric("loss on all examples at the end, single examples", unit="nats")
    end_ten: Array = metric("loss on all examples at the end, batches of ten", unit="nats")
    end_all: Array = metric("loss on all examples at the end, all examples", unit="nats")
    start: Array = metric("loss on all examples before training", unit="nats")
    per_epoch_one: Array = metric("updates in one epoch, single examples", unit="updates")
    per_epoch_ten: Array = metric("updates in one epoch, batches of ten", unit="updates")
    epoch_ten: Array = metric("loss on all examples after one epoch of batches of ten", unit="nats")
    epoch_all: Array = metric("loss on all examples after one epoch with all examples, one update", unit="nats")
    lucky: Array = metric("printed loss of the luckiest batch of ten in the second half", unit="nats")
    unlucky: Array = metric("printed loss of the unluckiest batch of ten in the second half", unit="nats")
    updates_seen: Array = shared("update", unit="updates")
    printed: Array = metric("printed loss at each update, size on the screen", unit="nats")
    smoothed: Array = metric("running mean of the printed loss, size on the screen", unit="nats")
    true: Array = metric("loss on all examples at each update, size on the screen", unit="nats")
    printed_ten: Array = metric("printed loss at each update, batches of ten", unit="nats")
    true_ten: Array = metric("loss on all examples at each update, batches of ten", unit="nats")
    true_one: Array = metric("loss on all examples at each update, single examples", unit="nats")
    true_all: Array = metric("loss on all examples at each update, all examples", unit="nats")


def printed_losses(net: Trained, data: Data, seeds: Array) -> Array:
    """The loss of each update's batch before the update, (R, updates), by going through the same batches again."""
    batches = Batches(data, net.config.batch_size, seeds, np.float32)
    network, noted = with_linear_output(net.network), []
    for t, frame in enumerate(net.frames[:-1]):
        inputs, _, targets, _ = batches.at(t)
        z = outputs(network, frame.weights, inputs[:, :-1])
        noted.append(losses("log_loss", "sigmoid", z, targets).mean(axis=-1))
    return np.stack(noted, axis=1).astype(float)


def running_mean(noted: Array) -> Array:
    """The running mean of a curve (R, U), which keeps MEAN_OF of itself at each update, begun at the first value."""
    out = np.empty_like(noted)
    kept = noted[:, 0]
    for t in range(noted.shape[1]):
        kept = MEAN_OF * kept + (1 - MEAN_OF) * noted[:, t]
        out[:, t] = kept
    return out


def run(params: CurveParams, seeds: Array) -> Generator[Frame, None, Outcome[CurveMetrics]]:
    """Train with single examples, tens, all, and the size on the screen; note both losses at every update."""
    data = noisy_logistic(seeds, POINTS, "data", SLOPE)[0]
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    start, nets = initial_weights(network, seeds), {}
    for size in dict.fromkeys((1, TEN, ALL, params.batch_size)):
        config = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=params.updates,
                                batch_size=size if size < ALL else None)
        nets[size] = yield from train(network, data, config, seeds, weights=start, name=f"batches of {size}",
                                      frames=2 * params.updates + 1)
    printed = {size: printed_losses(net, data, seeds) for size, net in nets.items()}
    true = {size: np.stack([frame.loss for frame in net.frames], axis=1).astype(float) for size, net in nets.items()}
    half, sizes = params.updates // 2, (1, TEN, ALL)
    rises = {size: (curve[:, 1:] > curve[:, :-1]).mean(axis=1) for size, curve in printed.items()}
    spread = {size: curve[:, half:].std(axis=1) for size, curve in printed.items()}
    move = {size: curve[:, half:].std(axis=1) for size, curve in true.items()}
    end = {size: curve[:, -1] for size, curve in true.items()}
    per_epoch = {size: updates_per_epoch(POINTS, size) for size in sizes}
    every = np.ones(len(seeds))
    short = {"one": 1, "ten": TEN, "all": ALL}
    return Outcome(nets[params.batch_size], CurveMetrics(
        labels=np.array(["1", str(TEN), "all"]), jumps=np.stack([rises[size] for size in sizes], axis=1),
        spreads=np.stack([spread[size] for size in sizes], axis=1),
        moves=np.stack([move[size] for size in sizes], axis=1), ends=np.stack([end[size] for size in sizes], axis=1),
        seen=np.tile([float(size * params.updates) for size in sizes], (len(seeds), 1)),
        jumps_one=rises[1], jumps_all=rises[ALL], **{f"spread_{name}": spread[size] for name, size in short.items()},
        **{f"end_{name}": end[size] for name, size in short.items()}, move_one=move[1], move_ten=move[TEN],
        measured_one=spread[1] / np.maximum(move[1], 1e-9), measured_ten=spread[TEN] / np.maximum(move[TEN], 1e-9),
        measured_all=spread[ALL] / np.maximum(move[ALL], 1e-9), ratio=spread[1] / spread[TEN],
        smooth_ten=running_mean(printed[TEN])[:, half:].std(axis=1), start=true[1][:, 0],
        per_epoch_one=every * per_epoch[1], per_epoch_ten=every * per_epoch[TEN],
        epoch_ten=true[TEN][:, per_epoch[TEN]], epoch_all=true[ALL][:, 1], lucky=printed[TEN][:, half:].min(axis=1),
        unlucky=printed[TEN][:, half:].max(axis=1), updates_seen=np.arange(params.updates),
        printed=printed[params.batch_size], smoothed=running_mean(printed[params.batch_size]),
        true=true[params.batch_size][:, :-1], printed_ten=printed[TEN], true_ten=true[TEN][:, :-1],
        true_one=true[1][:, :-1], true_all=true[ALL][:, :-1],
    ))


EXPERIMENT = Experiment(
    "A noisy curve",
    CurveParams,
    CurveMetrics,
    run,
    views=(
        View("lines", "What is printed, and what is", x="updates_seen", x_title="update", y_title="log loss (nats)",
             y=("printed", "smoothed", "true"),
             names=("loss of the batch", "its running mean", "loss on all examples")),
        View("lines", "The loss on all examples, by batch size", x="updates_seen", x_title="update",
             y=("true_one", "true_ten", "true_all"), names=("single examples", "tens", "all"),
             y_title="log loss (nats)"),
        View("table", "The second half of the updates", x="labels", y=("jumps", "spreads", "moves", "ends"),
             names=("printed loss rises", "spread, printed", "spread, all examples", "loss at the end")),
        View("network", "The network on the screen"),
    ),
)
