"""Weights that grow for ever: log loss on points that a line separates.

A sigmoid neuron, plain gradient descent, and points with a gap between yes and no. Doubling all weights keeps every
decision and makes every right answer surer, so the loss has no lowest point: it falls towards zero while the weights
grow, in the long run as the logarithm of the steps (Soudry et al., 2018). With a few wrong labels a larger weight costs
where the label is wrong, and the weights come to rest. With L2 they come to rest as well (Hastie, Tibshirani and
Friedman, 2009, section 4.4). All are judged on fresh points that keep no gap.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.half_planes import beside_line, separable
from sims.engine.network import dense, initial_weights, mean_loss, outputs
from sims.engine.randomness import draw
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.sweeps import repeated
from sims.engine.training import Frame, Trained, TrainingConfig, train

NEURON = dense(2, [], 1, "linear", "sigmoid")
FRESH = 400
FRAMES = 41


class GrowthParams(Params):
    """The points, the wrong labels, L2, and how long the neurons train."""

    gap: float = setting(0.1, ge=0, le=0.4, step=0.05, title="gap", words=("gap", "margin", "distance"),
                         description="how far all points stay away from the true line")
    wrong: int = setting(4, ge=0, le=8, title="wrong labels", words=("wrong", "noise", "flipped labels", "outliers"),
                         description="labels turned round in the second set of points", unit="examples")
    l2: float = setting(0.01, ge=0, le=0.1, step=0.005, title="L2", words=("l2", "weight decay", "regularisation"),
                        description="strength of the penalty of the third neuron")
    steps: int = steps_setting(1600, le=3000, ge=4)
    learning_rate: float = rate_setting(1.0, le=3)
    points: int = points_setting(40, le=100)


class GrowthMetrics(Metrics):
    """How long the weights are and what they say, at a quarter of the steps and at the end."""

    steps: Array = shared("steps", unit="steps")
    length_curve: Array = metric("length of the two weights at each recorded step, separable points")
    length_curve_wrong: Array = metric("length of the two weights at each recorded step, some labels wrong")
    length_curve_l2: Array = metric("length of the two weights at each recorded step, separable points with L2")
    quarter: Array = shared("a quarter of the steps", unit="steps")
    length_quarter: Array = metric("length of the weights after a quarter of the steps, separable points")
    length: Array = metric("length of the weights in the end, separable points", part="output")
    length_quarter_wrong: Array = metric("length of the weights after a quarter of the steps, some labels wrong")
    length_wrong: Array = metric("length of the weights in the end, some labels wrong")
    length_quarter_l2: Array = metric("length of the weights after a quarter of the steps, separable points with L2")
    length_l2: Array = metric("length of the weights in the end, separable points with L2")
    loss_quarter: Array = metric("log loss after a quarter of the steps, separable points", unit="nats")
    loss: Array = metric("log loss in the end, separable points", unit="nats", part="loss")
    loss_quarter_wrong: Array = metric("log loss after a quarter of the steps, some labels wrong", unit="nats")
    loss_wrong: Array = metric("log loss in the end, some labels wrong", unit="nats")
    accuracy_train: Array = metric("share of the separable points right in the end", unit="share")
    changed: Array = metric("share of fresh points whose answer changes from a quarter of the steps to the end",
                            unit="share")
    fresh: Array = metric("share of fresh points right in the end, learned from separable points", unit="share")
    sure: Array = metric("mean probability that the neuron gives its own answers on fresh points, in the end")
    sure_quarter: Array = metric(
        "mean probability that the neuron gives its own answers on fresh points, after a quarter of the steps")
    sure_l2: Array = metric("mean probability that the neuron with L2 gives its own answers on fresh points")
    doubled_loss: Array = metric("log loss on the separable points with the final weights and bias doubled",
                                 unit="nats")
    doubled_loss_wrong: Array = metric("log loss with the final weights and bias doubled, some labels wrong",
                                       unit="nats")
    worked_z: Array = metric("absolute pre-activation of the training point nearest to the neuron's line")
    worked_p: Array = metric("probability of its own answer at the training point nearest to the neuron's line")
    worked_p_doubled: Array = metric(
        "probability of its own answer at the nearest training point with weights and bias doubled")
    worked_cost: Array = metric("log loss at the nearest training point, if its answer is right", unit="nats")
    worked_cost_doubled: Array = metric(
        "log loss at the nearest training point with weights and bias doubled, if its answer is right", unit="nats")


def lengths(trained: Trained, part: slice) -> Array:
    """Length of the two weights at each recorded step, (R, frames)."""
    return np.stack([np.linalg.norm(frame.weights[0][part, :2, 0].astype(float), axis=1) for frame in trained.frames],
                    axis=1)


def said(weights: Array, data: Data) -> Array:
    """The outputs for all examples, (R, N)."""
    return outputs(NEURON, (weights,), data.inputs.astype(np.float32))[:, 0].astype(float)


def of_replicas(trained: Trained, data: Data, replicas: int) -> Trained:
    """The first replicas of a crowd that trained on several sets of points."""
    part = slice(0, replicas)
    frames = tuple(replace(frame, loss=frame.loss[part], weights=tuple(layer[part] for layer in frame.weights))
                   for frame in trained.frames)
    return replace(trained, data=data, frames=frames, diverged_at=trained.diverged_at[part])


def run(params: GrowthParams, seeds: Array) -> Generator[Frame, None, Outcome[GrowthMetrics]]:
    """Train on separable points, on the same with wrong labels, and on separable points with L2."""
    replicas = len(seeds)
    data, line = separable(seeds, params.points, params.gap, "data")
    turned = draw(seeds, "labels", lambda rng: rng.permutation(params.points) < params.wrong)[:, None]
    noisy = replace(data, targets=np.where(turned, 1 - data.targets, data.targets))
    both = replace(repeated(data, 2), targets=np.concatenate((data.targets, noisy.targets)))
    start = initial_weights(NEURON, seeds)
    config = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=params.steps)
    crowd = yield from train(NEURON, both, config, np.tile(seeds, 2), weights=[np.tile(start[0], (2, 1, 1))],
                             frames=FRAMES)
    decay = yield from train(NEURON, data, replace(config, l2=params.l2), seeds, weights=start, frames=FRAMES,
                             name="with L2")
    at = np.array([frame.step for frame in crowd.frames])
    quarter = int(np.abs(at - params.steps / 4).argmin())  # a recorded step
    mine, other = slice(0, replicas), slice(replicas, 2 * replicas)
    curve, curve_wrong, curve_l2 = lengths(crowd, mine), lengths(crowd, other), lengths(decay, mine)
    test = beside_line(seeds, line, FRESH, "test")
    early, last = crowd.frames[quarter], crowd.frames[-1]
    final, wrong = last.weights[0][mine], last.weights[0][other]
    p, p_early, p_l2 = said(final, test), said(early.weights[0][mine], test), said(decay.weights[0], test)
    z = np.einsum("rkn,rk->rn", data.inputs, final[:, :2, 0].astype(float)) + final[:, 2]
    near = np.round(np.abs(z).min(axis=1), 2)  # rounded as it is shown, and so is what follows from it
    sure_near, sure_doubled = (np.round(1 / (1 + np.exp(-k * near)), 3) for k in (1, 2))

    def certainty(q: Array) -> Array:
        return np.maximum(q, 1 - q).mean(axis=1)

    def doubled(weights: Array, examples: Data) -> Array:
        return mean_loss(NEURON, (2 * weights,), examples.inputs.astype(np.float32),
                         examples.targets.astype(np.float32), "log_loss").astype(float)

    return Outcome(of_replicas(crowd, data, replicas), GrowthMetrics(
        steps=at, length_curve=curve, length_curve_wrong=curve_wrong, length_curve_l2=curve_l2,
        quarter=np.array(at[quarter]),
        length_quarter=curve[:, quarter], length=curve[:, -1], length_quarter_wrong=curve_wrong[:, quarter],
        length_wrong=curve_wrong[:, -1], length_quarter_l2=curve_l2[:, quarter], length_l2=curve_l2[:, -1],
        loss_quarter=early.loss[mine], loss=last.loss[mine], loss_quarter_wrong=early.loss[other],
        loss_wrong=last.loss[other], accuracy_train=((z > 0) == (data.targets[:, 0] > 0.5)).mean(axis=1),
        changed=((p > 0.5) != (p_early > 0.5)).mean(axis=1),
        fresh=((p > 0.5) == (test.targets[:, 0] > 0.5)).mean(axis=1), sure=certainty(p),
        sure_quarter=certainty(p_early), sure_l2=certainty(p_l2), doubled_loss=doubled(final, data),
        doubled_loss_wrong=doubled(wrong, noisy), worked_z=near,
        worked_p=sure_near, worked_p_doubled=sure_doubled, worked_cost=np.abs(np.log(sure_near)),
        worked_cost_doubled=np.abs(np.log(sure_doubled)),
    ))


EXPERIMENT = Experiment(
    "Weights that grow for ever",
    GrowthParams,
    GrowthMetrics,
    run,
    views=(
        View("lines", "Length of the weights", x="steps", x_title="step", y_title="length",
             y=("length_curve", "length_curve_wrong", "length_curve_l2"),
             names=("separable", "some labels wrong", "separable, L2")),
        View("network", "The neuron's probability over the plane"),
        View("loss", "Loss while training"),
    ),
)
