"""Baselines: what can be had without a network, before a score of one is called good.

Four ways to answer the same fresh examples: always the more frequent class, a cut through the one input that tells
most, logistic regression, and the network. And a network that learned from shuffled labels, where there is nothing to
learn: an accuracy that it reaches too is worth nothing. Where the classes lie on two sides of a line the network has
nothing to add; where they do not, it has.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.cuts import cut_accuracy
from sims.engine.datasets import Axis, Data, coin_flips, shuffled
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, mean_loss
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train

FRESH = 1500
AXES = (Axis("input 1", low=-3, high=3), Axis("input 2", low=-3, high=3), Axis("input 3", low=-3, high=3))
YES = (Axis("yes", low=0, high=1),)
NAMES = ("always the same answer", "one input, one cut", "logistic regression", "network",
         "network, shuffled labels")
SLOPES = np.array([2.0, 0.8, 0.0])
OFFSET = {"line": 2.4, "ring": -1.4}  # so that some eight in ten are yes


class BaselineParams(Params):
    """The problem, and the network."""

    problem: Literal["line", "ring"] = setting(
        "line", title="problem", words=("problem", "task", "data"),
        description="yes on one side of a line, or yes outside a ring; either is noisy")
    shift: float = setting(0.0, ge=-4, le=2, step=0.2, title="shift towards yes", words=("base rate", "imbalance"),
                           description="added to the true logit: below 0 there are fewer yes")
    hidden: int = hidden_setting(8)
    points: int = points_setting(300, le=600, ge=50)
    steps: int = steps_setting(150, le=400)
    learning_rate: float = rate_setting(0.05)


class BaselineMetrics(Metrics):
    """The accuracy of each way to answer, on 1500 fresh examples."""

    ways: Array = shared("the ways to answer", kind="label")
    scores: Array = metric("accuracy of each way to answer", unit="share")
    majority: Array = metric("accuracy of always giving the more frequent answer", unit="share")
    one_cut: Array = metric("accuracy of a cut through the one input that tells most", unit="share")
    logistic: Array = metric("accuracy of logistic regression", unit="share")
    accuracy: Array = metric("accuracy of the network", unit="share", part="output")
    nothing: Array = metric("accuracy of a network trained on shuffled labels", unit="share")
    possible: Array = metric("accuracy of the true probabilities, which nobody can beat", unit="share")
    over_majority: Array = metric("accuracy of the network minus that of the more frequent answer", unit="share",
                                  kind="number")
    over_cut: Array = metric("accuracy of the network minus that of one cut", unit="share", kind="number")
    over_logistic: Array = metric("accuracy of the network minus that of logistic regression", unit="share",
                                  kind="number")
    nothing_over: Array = metric("accuracy after shuffled labels minus that of the more frequent answer", unit="share",
                                 kind="number")
    gain_share: Array = metric("share of what can be gained over the more frequent answer that the network gains")
    yes_share: Array = metric("share of yes among the fresh examples", unit="share")
    loss: Array = metric("log loss of the network", unit="nats", part="loss")
    loss_base: Array = metric("log loss of always saying the training examples' share of yes", unit="nats")
    loss_logistic: Array = metric("log loss of logistic regression", unit="nats")
    per_hundred: Array = metric("mistakes of the network per 100 examples", kind="number")
    per_hundred_majority: Array = metric("mistakes of always giving the more frequent answer per 100 examples",
                                         kind="number")


def problem(seeds: Array, points: int, params: BaselineParams, purpose: str) -> tuple[Data, Array]:
    """Three normal inputs, the last of which tells nothing, and the true probability of yes, (R, N)."""
    x = draw(seeds, purpose, lambda rng: rng.standard_normal((3, points)))
    logit = SLOPES @ x if params.problem == "line" else 2.2 * (x[:, 0] ** 2 + x[:, 1] ** 2)
    chance = activate("sigmoid", (logit + OFFSET[params.problem] + params.shift)[:, None])
    return Data(x, coin_flips(seeds, chance, purpose + " labels"), AXES, YES), chance[:, 0]


def one_cut(data: Data, fresh: Data) -> Array:
    """The accuracy on fresh examples of the cut and input that do best on the training examples, (R,)."""
    known, then = cut_accuracy(data.inputs, data.targets[:, 0] > 0.5, fresh.inputs, fresh.targets[:, 0] > 0.5)
    return np.take_along_axis(then, known.argmax(axis=1)[:, None], axis=1)[:, 0]


def run(params: BaselineParams, seeds: Array) -> Generator[Frame, None, Outcome[BaselineMetrics]]:
    """Train the network, logistic regression, and the network on shuffled labels."""
    data, _ = problem(seeds, params.points, params, "data")
    fresh, chance = problem(seeds, FRESH, params, "fresh")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    network, line = dense(3, [params.hidden], 1, "tanh", "sigmoid"), dense(3, [], 1, "tanh", "sigmoid")
    shown = yield from train(network, data, config, seeds, name=NAMES[3])
    plain = TrainingConfig(learning_rate=0.1, steps=150)
    logistic = yield from train(line, data, plain, seeds, name=NAMES[2], frames=2)
    nothing = yield from train(network, shuffled(data, seeds), config, seeds, name=NAMES[4], frames=2)
    yes, known = fresh.targets[:, 0] > 0.5, data.targets[:, 0].mean(axis=1)
    said = known[:, None] > 0.5
    scores = np.stack([(yes == said).mean(axis=1), one_cut(data, fresh),
                       *(accuracy_on(fresh, net) for net in (logistic, shown, nothing))], axis=1)
    majority, cut, linear, mine, none = scores.T
    possible = ((chance > 0.5) == yes).mean(axis=1)
    p = known.clip(0.001, 0.999)[:, None]
    losses = [mean_loss(net.network, net.weights, fresh.inputs.astype(np.float32), fresh.targets, "log_loss")
              for net in (shown, logistic)]
    return Outcome(shown, BaselineMetrics(
        ways=np.array(NAMES), scores=scores, majority=majority, one_cut=cut, logistic=linear, accuracy=mine,
        nothing=none, possible=possible, over_majority=mine - majority, over_cut=mine - cut,
        over_logistic=mine - linear, nothing_over=none - majority,
        gain_share=(mine - majority) / (possible - majority), yes_share=yes.mean(axis=1),
        loss=losses[0], loss_logistic=losses[1], loss_base=-np.log(np.where(yes, p, 1 - p)).mean(axis=1),
        per_hundred=100 * (1 - mine), per_hundred_majority=100 * (1 - majority),
    ))


EXPERIMENT = Experiment(
    "Baselines",
    BaselineParams,
    BaselineMetrics,
    run,
    views=(
        View("bars", "Accuracy on fresh examples", x="ways", y=("scores",), y_title="accuracy"),
        View("histogram", "What the network adds, over all runs", y=("over_majority", "over_logistic"),
             names=("to the more frequent answer", "to logistic regression")),
        View("network", "What the network learned"),
        View("loss", "Loss while training"),
    ),
)
