"""Soft labels: targets that are shares of votes, and targets that are smoothed.

Three overlapping clouds: for many points nobody can say for sure which class they are, but the true chances are known
here. Some raters each vote for a class by these chances. A network is trained on the shares of the votes, another on
the majority, a third on one rater's vote. Cross-entropy takes all of these: it asks the outputs to be the mean target
at each place. So votes teach the chances, and majorities teach more certainty than there is. Its least value is then
not 0 but the entropy of the targets. Label smoothing takes a share from the one right class and gives it to all
(Szegedy et al., 2016): on classes that do not overlap it keeps the outputs from going to 0 and 1.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.classes import clouds, directions
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

CLASSES, TEST_POINTS = 3, 500
APART = 0.25  # spread of the clouds that hardly overlap
NAMES = ("shares of votes", "majority", "one vote", "majority, smoothed")


class SoftParams(Params):
    """Settings of the raters, of the smoothing and of the networks."""

    raters: int = setting(5, ge=1, le=20, title="raters", description="people who vote on the class of each example",
                          unit="raters", words=("raters", "votes", "annotators", "voters"))
    smoothing: float = setting(0.1, ge=0, le=0.5, step=0.05, title="label smoothing",
                               description="share of each target that is given to all classes alike",
                               words=("smoothing", "label smoothing", "epsilon"))
    spread: float = setting(0.8, ge=0.2, le=1.2, step=0.1, title="spread of the clouds",
                            description="standard deviation of each class; 0.25 hardly overlap",
                            words=("spread", "overlap", "noise"))
    hidden: int = hidden_setting(5)
    points: int = points_setting(200, le=400, ge=30)
    steps: int = steps_setting(85, le=500)
    learning_rate: float = rate_setting(0.05)


class SoftMetrics(Metrics):
    """Outputs against the true chances on 500 fresh examples, and what smoothing does."""

    ways: Array = shared("the four kinds of targets", kind="label")
    errors: Array = metric("mean distance of the outputs from the true chances, by kind of target", unit="probability")
    error_votes: Array = metric("mean distance of the outputs from the true chances, trained on shares of votes",
                                unit="probability", part="output")
    error_majority: Array = metric("mean distance of the outputs from the true chances, trained on the majority",
                                   unit="probability")
    error_one: Array = metric("mean distance of the outputs from the true chances, trained on one vote",
                              unit="probability")
    error_smooth: Array = metric("mean distance of the outputs from the true chances, trained on smoothed majorities",
                                 unit="probability")
    sure_true: Array = metric("largest true chance, mean", unit="probability")
    sure_votes: Array = metric("largest output, mean, trained on shares of votes", unit="probability")
    sure_majority: Array = metric("largest output, mean, trained on the majority", unit="probability")
    sure_one: Array = metric("largest output, mean, trained on one vote", unit="probability")
    right_votes: Array = metric("share of the examples whose likeliest class the network names, trained on votes",
                                unit="share")
    right_majority: Array = metric("share of the examples whose likeliest class the network names, trained on the "
                                   "majority", unit="share")
    loss: Array = metric("cross-entropy at the end against the shares of votes", unit="nats", part="loss")
    entropy: Array = metric("mean entropy of the shares of votes", unit="nats")
    above_entropy: Array = metric("cross-entropy less the entropy of the targets", unit="nats")
    sure_hard: Array = metric("largest output, mean, on clouds that hardly overlap, trained on plain labels",
                              unit="probability")
    sure_smooth: Array = metric("largest output, mean, on clouds that hardly overlap, trained on smoothed labels",
                                unit="probability")
    smooth_target: Array = metric("target of the right class after smoothing", unit="probability")
    right_hard: Array = metric("share right on clouds that hardly overlap, trained on plain labels", unit="share")
    right_smooth: Array = metric("share right on clouds that hardly overlap, trained on smoothed labels", unit="share")
    one_target: Array = metric("shares of votes for one example on which the raters disagree", unit="share")
    one_output: Array = metric("outputs for one example on which the raters disagree", unit="probability")
    one_log: Array = metric("minus the logarithm of the outputs for one example on which the raters disagree",
                            unit="nats")


def true_chances(inputs: Array, spread: float) -> Array:
    """The chance of each class at inputs (R, 2, N), by Bayes' rule for round clouds of equal size: (R, 3, N)."""
    apart = ((inputs[:, None] - directions(CLASSES)[:, :, None]) ** 2).sum(axis=2)  # (R, 3, N)
    z = -apart / (2 * spread**2)
    weight = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def votes(seeds: Array, chances: Array, raters: int) -> Array:
    """How many of the raters vote for each class, by the chances (R, 3, N): (R, 3, N)."""
    thrown = draw(seeds, "votes", lambda rng: rng.random((raters, chances.shape[2])))  # (R, raters, N)
    edges = np.cumsum(chances, axis=1)[:, None, :-1]  # (R, 1, 2, N)
    chosen = (thrown[:, :, None] > edges).sum(axis=2)  # (R, raters, N)
    return np.asarray((chosen[:, :, None] == np.arange(CLASSES)[:, None]).sum(axis=1).astype(float))


def one_hot(labels: Array) -> Array:
    """Labels (R, N) as targets (R, 3, N)."""
    return np.asarray((labels[:, None] == np.arange(CLASSES)[:, None]).astype(float))


def smoothed(targets: Array, share: float) -> Array:
    """Targets with a share of each given to all classes alike."""
    return (1 - share) * targets + share / CLASSES


def said(net: Trained, inputs: Array) -> Array:
    """The outputs for inputs (R, 2, N): (R, 3, N)."""
    return outputs(net.network, net.weights, inputs.astype(np.float32)).astype(float)


def one_example(net: Trained, shares: Array) -> dict[str, Array]:
    """The training example on which the raters disagree most: its targets, outputs and their logarithms, (R, 3)."""
    place = shares.max(axis=1).argmin(axis=1)[:, None, None]
    target, output = (np.take_along_axis(values, place, axis=2)[:, :, 0] for values in
                      (shares, said(net, net.data.inputs)))
    return {"one_target": target, "one_output": output, "one_log": -np.log(np.maximum(output, 1e-12))}


def run(params: SoftParams, seeds: Array) -> Generator[Frame, None, Outcome[SoftMetrics]]:
    """Train on four kinds of targets, then on plain and smoothed labels where the classes hardly overlap."""
    drawn = clouds(seeds, params.points, CLASSES, params.spread)
    counted = votes(seeds, true_chances(drawn.inputs, params.spread), params.raters)
    shares, majority = counted / params.raters, one_hot(counted.argmax(axis=1))
    single = votes(seeds, true_chances(drawn.inputs, params.spread), 1)
    network = dense(2, [params.hidden], CLASSES, "tanh", "softmax")
    config = TrainingConfig("cross_entropy", learning_rate=params.learning_rate, steps=params.steps)
    kinds = zip(NAMES, (shares, majority, single, smoothed(majority, params.smoothing)), strict=True)
    tasks = [Task(network, replace(drawn, targets=targets), config, name=name, frames=30 if targets is shares else 2)
             for name, targets in kinds]
    apart = clouds(seeds, params.points, CLASSES, APART, "apart")
    tasks += [Task(network, replace(apart, targets=smoothed(apart.targets, share)), config, name=name, frames=2)
              for name, share in (("apart", 0.0), ("apart, smoothed", params.smoothing))]
    *nets, hard, soft = yield from train_together(tasks, seeds)
    return Outcome(nets[0], measure(params, nets, [hard, soft], shares, seeds))


def measure(params: SoftParams, nets: list[Trained], ends: list[Trained], shares: Array, seeds: Array) -> SoftMetrics:
    """Outputs against true chances, and how sure plain and smoothed labels make a network."""
    test, far = clouds(seeds, TEST_POINTS, CLASSES, params.spread, "test"), _far(seeds)
    true = true_chances(test.inputs, params.spread)
    found = [said(net, test.inputs) for net in nets]
    errors = [np.abs(p - true).mean(axis=(1, 2)) for p in found]
    named = [(p.argmax(axis=1) == true.argmax(axis=1)).mean(axis=1) for p in found]
    hard, soft = (said(net, far.inputs) for net in ends)
    right = [(p.argmax(axis=1) == far.targets.argmax(axis=1)).mean(axis=1) for p in (hard, soft)]
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1).mean(axis=1)
    return SoftMetrics(
        ways=np.array(NAMES), errors=np.stack(errors, axis=1),
        error_votes=errors[0], error_majority=errors[1], error_one=errors[2], error_smooth=errors[3],
        sure_true=true.max(axis=1).mean(axis=1), sure_votes=found[0].max(axis=1).mean(axis=1),
        sure_majority=found[1].max(axis=1).mean(axis=1), sure_one=found[2].max(axis=1).mean(axis=1),
        right_votes=named[0], right_majority=named[1],
        loss=nets[0].loss, entropy=entropy, above_entropy=nets[0].loss - entropy,
        sure_hard=hard.max(axis=1).mean(axis=1), sure_smooth=soft.max(axis=1).mean(axis=1),
        smooth_target=np.full(len(seeds), 1 - params.smoothing + params.smoothing / CLASSES),
        right_hard=right[0], right_smooth=right[1], **one_example(nets[0], shares),
    )


def _far(seeds: Array) -> Data:
    return clouds(seeds, TEST_POINTS, CLASSES, APART, "test apart")


EXPERIMENT = Experiment(
    "Soft labels",
    SoftParams,
    SoftMetrics,
    run,
    views=(
        View("network", "The network trained on shares of votes"),
        View("bars", "Distance of the outputs from the true chances", x="ways", y=("errors",), y_title="probability"),
        View("loss", "Cross-entropy while training"),
    ),
)
