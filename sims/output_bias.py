"""The output's bias at the base rate: what the first steps of training are spent on where one class is rare.

Weights start small and biases at zero, so that a sigmoid first says about one half to everybody. Where one example in
twenty is a yes, the first thing to learn is just that; with the output's bias started at ln(p / (1 - p)), p the share
of yes, it is known before the first step. The same networks, from the same weights, are trained with both starts.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.bowls import every_step
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights, mean_loss, outputs
from sims.engine.randomness import draw
from sims.engine.ranking import roc_auc
from sims.engine.settings import hidden_setting, points_setting, rate_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

FRESH = 2000
SPREAD, DISTANCE = 0.6, 1.0  # of the two clouds, on each axis
AXES = (Axis("input 1", low=-2, high=3), Axis("input 2", low=-2, high=3))
YES = (Axis("yes", low=0, high=1),)
EARLY = 20  # steps after which both are compared


class BiasParams(Params):
    """How rare yes is, and how the networks learn."""

    positive_share: float = setting(
        0.05, ge=0.02, le=0.5, step=0.01, title="share of yes", description="how much of the data is yes",
        words=("imbalance", "rare class", "positives", "base rate", "minority class"))
    optimizer: Literal["sgd", "adam"] = setting("adam", title="optimizer", words=("optimiser", "adam", "sgd"),
                                                description="rule that turns gradients into steps")
    hidden: int = hidden_setting(6)
    points: int = points_setting(400, le=800, ge=100)
    learning_rate: float = rate_setting(0.02)
    steps: int = setting(130, ge=40, le=300, title="training steps", description="updates of the weights", unit="steps",
                         words=("steps", "epochs", "iterations", "updates"))


class BiasMetrics(Metrics):
    """The two starts, and what is left of the difference."""

    share: Array = metric("share of yes among the training examples", unit="share")
    yes_count: Array = metric("yes among the training examples", unit="examples")
    log_odds: Array = metric("logarithm of the odds of yes among the training examples: the bias that is started at")
    base_loss: Array = metric("log loss of always saying the share of yes", unit="nats", part="loss")
    start_zero: Array = metric("training loss before the first step, output bias 0", unit="nats")
    start_odds: Array = metric("training loss before the first step, output bias at the log odds", unit="nats")
    output_zero: Array = metric("mean output before the first step, output bias 0", unit="probability")
    output_odds: Array = metric("mean output before the first step, output bias at the log odds", unit="probability")
    early_zero: Array = metric("training loss after 20 steps, output bias started at 0", unit="nats")
    early_odds: Array = metric("training loss after 20 steps, output bias started at the log odds", unit="nats")
    steps_zero: Array = metric(
        "steps until the loss is that of always saying the share of yes, output bias started at 0", unit="steps")
    steps_odds: Array = metric(
        "steps until the loss is that of always saying the share of yes, output bias started at the log odds",
        unit="steps")
    saved: Array = metric("how many steps later the start at bias 0 gets to where the other was first", unit="steps",
                          kind="number")
    end_zero: Array = metric("training loss at the end, output bias started at 0", unit="nats")
    end_odds: Array = metric("training loss at the end, output bias started at the log odds", unit="nats")
    fresh_zero: Array = metric("log loss on fresh examples at the end, output bias started at 0", unit="nats")
    fresh_odds: Array = metric("log loss on fresh examples at the end, output bias started at the log odds",
                               unit="nats")
    recall_zero: Array = metric("share of the fresh yes found, cut at one half, output bias started at 0", unit="share")
    recall_odds: Array = metric("share of the fresh yes found, cut at one half, output bias started at the log odds",
                                unit="share", part="output")
    auc_zero: Array = metric("share of pairs of a fresh yes and no in the right order, output bias started at 0",
                             unit="share")
    auc_odds: Array = metric("share of pairs of a fresh yes and no in the right order, output bias started at the log "
                             "odds", unit="share")
    auc_gain: Array = metric("what the start at the log odds adds to the share of pairs in the right order",
                             unit="share", kind="number")
    bias_end: Array = metric("bias of the output at the end, started at the log odds")
    steps: Array = shared("training step", unit="steps")
    curve_zero: Array = metric("training loss at each step, output bias started at 0", unit="nats")
    curve_odds: Array = metric("training loss at each step, output bias started at the log odds", unit="nats")


def rare(seeds: Array, points: int, share: float, purpose: str) -> Data:
    """Two round clouds that overlap; an exact share of the examples, rounded, is yes, and the first of them are."""
    yes = (np.arange(points) < round(share * points)).astype(float)[None]
    noise = draw(seeds, purpose, lambda rng: rng.normal(0, SPREAD, (2, points)))
    return Data(noise + DISTANCE * yes, np.broadcast_to(yes, (len(seeds), 1, points)), AXES, YES)


def first_at(curve: Array, goal: Array) -> Array:
    """The first step at which a loss (R, steps + 1) is at most the goal (R,); one more than all where it never is."""
    there = curve <= goal[:, None]
    return np.where(there.any(axis=1), there.argmax(axis=1), curve.shape[1])


def judged(net: Trained, fresh: Data) -> tuple[Array, Array, Array]:
    """Log loss, recall at one half, and the share of pairs in the right order, on fresh examples, (R,) each."""
    inputs, yes = fresh.inputs.astype(np.float32), fresh.targets[:, 0] > 0.5
    p = outputs(net.network, net.weights, inputs)[:, 0].astype(float)
    found = ((p >= 0.5) & yes).sum(axis=1) / yes.sum(axis=1)
    return mean_loss(net.network, net.weights, inputs, fresh.targets, "log_loss"), found, roc_auc(p, yes)


def run(params: BiasParams, seeds: Array) -> Generator[Frame, None, Outcome[BiasMetrics]]:
    """Train from the same weights, once with the output's bias at 0 and once at the log odds."""
    data, fresh = (rare(seeds, n, params.positive_share, name) for n, name in ((params.points, "data"),
                                                                               (FRESH, "fresh")))
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=params.learning_rate, steps=params.steps)
    share = np.full(len(seeds), data.targets[0].mean())
    odds = np.log(share / (1 - share))
    nets, start = {}, initial_weights(network, seeds)
    for name, bias in (("odds", odds), ("zero", 0 * odds)):
        mine = [layer.copy() for layer in start]
        mine[1][:, -1, 0] = bias
        said = "bias at the log odds" if name == "odds" else "bias at 0"
        nets[name] = yield from train(network, data, config, seeds, weights=mine, name=said,
                                      frames=every_step(params.steps))
    curves = {name: np.stack([frame.loss for frame in net.frames], axis=1).astype(float) for name, net in nets.items()}
    base = -(share * np.log(share) + (1 - share) * np.log(1 - share))
    first = {name: outputs(network, net.frames[0].weights, data.inputs.astype(np.float32)).mean(axis=(1, 2))
             for name, net in nets.items()}
    end = {name: judged(net, fresh) for name, net in nets.items()}
    arrived = {name: first_at(curve, base) for name, curve in curves.items()}
    found: dict[str, Array] = {}
    for name, curve in curves.items():
        found |= {f"start_{name}": curve[:, 0], f"early_{name}": curve[:, EARLY], f"end_{name}": curve[:, -1],
                  f"output_{name}": first[name], f"steps_{name}": arrived[name], f"fresh_{name}": end[name][0],
                  f"recall_{name}": end[name][1], f"auc_{name}": end[name][2], f"curve_{name}": curve}
    return Outcome(nets["odds"], BiasMetrics(
        share=share, yes_count=np.round(share * params.points), log_odds=odds, base_loss=base,
        saved=arrived["zero"] - arrived["odds"], auc_gain=end["odds"][2] - end["zero"][2],
        bias_end=nets["odds"].weights[1][:, -1, 0].astype(float), steps=np.arange(params.steps + 1), **found))


EXPERIMENT = Experiment(
    "The output's bias at the base rate",
    BiasParams,
    BiasMetrics,
    run,
    views=(
        View("lines", "Training loss at each step", x="steps", x_title="step", y_title="log loss",
             y=("curve_zero", "curve_odds"), names=("bias started at 0", "bias at the log odds")),
        View("bars", "Before the first step", y=("start_zero", "start_odds", "base_loss"),
             names=("bias 0", "log odds", "share of yes to all"), y_title="log loss"),
        View("network", "The network whose bias started at the log odds"),
    ),
)
