"""The perceptron's learning rule: correct the weights after each mistake, and only then.

Points on the plane, a line drawn by chance, and a gap on either side of it. A neuron with a step as its activation goes
through the points in turn. Where it says y' in place of the label y, it adds rate * (y - y') * x to its weights and
rate * (y - y') to its bias (Rosenblatt, 1958). Where a line separates the classes, the number of corrections has a
bound that does not depend on the number of points: (R / g)^2, with R the longest input, its 1 for the bias included,
and g the smallest distance from a separating plane through the origin (Novikoff, 1962).

The same points with some labels turned wrong cannot be separated, mostly: then the rule never rests. Beside it stand
the best weights that it passed through (the pocket of Gallant, 1990) and a sigmoid neuron trained with log loss.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.half_planes import AXES, YES, beside_line, separable
from sims.engine.network import Network, dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import points_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train
from sims.engine.untrained import training_is_left_out

STEP_NEURON = Network((2, 1), ("step",))
NARROW = 0.1  # of the gap, for points that are close to the line
SETS = 4  # sets of points over which corrections are averaged
FRESH = 400
SLOWER = 0.1  # of the learning rate, for the comparison of two rates
LAST = 10  # rounds at the end over which the accuracy is watched
FIRST_SHOWN = 1  # the second correction: the first one starts from zero


class PerceptronParams(Params):
    """The points, the wrong labels and the rule."""

    shown: Literal["separable", "wrong labels"] = setting(
        "separable", title="points on the screen", words=("shown", "data", "separable", "noise"),
        description="separable: a line parts the classes; wrong labels: some of them are turned round")
    gap: float = setting(0.2, ge=0.02, le=0.4, step=0.02, title="gap", words=("gap", "margin", "distance"),
                         description="how far all points stay away from the true line")
    wrong: int = setting(4, ge=0, le=8, title="wrong labels", words=("wrong", "noise", "flipped labels", "outliers"),
                         description="labels turned round in the second set of points", unit="examples")
    rate: float = setting(1.0, ge=0.01, le=10, title="learning rate", description="size of each correction",
                          words=("lr", "alpha", "eta", "learning rate", "step size"))
    start: float = setting(0.0, ge=0, le=20, step=0.5, title="size of the starting weights",
                           description="spread of the random weights to start from; 0 starts at zero",
                           words=("initial weights", "start", "initialisation"))
    rounds: int = setting(60, ge=2, le=200, title="rounds", description="how often all points are gone through",
                          words=("epochs", "iterations", "rounds", "passes"))
    points: int = points_setting(40, le=100)


class PerceptronMetrics(Metrics):
    """Corrections and mistakes of the rule, on points that a line separates and on others."""

    corrections: Array = metric("corrections until the rule rests or the rounds end, separable points", unit="updates")
    bound: Array = metric("the bound (R / g)^2 on the corrections that start at zero, from the true line")
    settled: Array = metric("whether a whole round passes without a mistake on the separable points", kind="flag")
    settled_wrong: Array = metric("whether a whole round passes without a mistake where labels are wrong", kind="flag")
    corrections_wrong: Array = metric("corrections in all rounds where labels are wrong", unit="updates")
    corrections_wide: Array = metric("mean corrections for four sets of points with the gap")
    corrections_narrow: Array = metric("mean corrections for four sets of points where the gap is a tenth as wide")
    corrections_again: Array = metric("mean corrections for four other sets of points with the gap")
    corrections_slow: Array = metric("corrections on the separable points at a tenth of the rate", unit="updates")
    rests_at: Array = metric("first round without a mistake on the separable points; one more than all where none is",
                             kind="count")
    accuracy: Array = metric("share of the separable points right in the end", unit="share", part="output")
    last_wrong: Array = metric("share of the labels met in the end where some are wrong", unit="share")
    pocket_wrong: Array = metric("share of the labels met by the best weights after any round, some labels wrong",
                                 unit="share")
    swing_wrong: Array = metric("largest minus smallest share of the labels met in the last ten rounds, some wrong",
                                unit="share")
    swing: Array = metric("largest minus smallest share of the separable points right in the last ten rounds",
                          unit="share")
    fresh: Array = metric("share of fresh points right by the rule on the separable points", unit="share")
    fresh_wrong: Array = metric("share of fresh points right by the rule's last weights, some labels wrong",
                                unit="share")
    fresh_logistic: Array = metric("share of fresh points right by a sigmoid neuron with log loss, some labels wrong",
                                   unit="share")
    rounds: Array = shared("rounds", kind="count")
    mistakes: Array = metric("mistakes in each round on the separable points", unit="examples")
    mistakes_wrong: Array = metric("mistakes in each round where labels are wrong", unit="examples")
    worked_x: Array = metric("the two inputs of the example of the second correction, separable points")
    worked_label: Array = metric("the label of the example of the second correction", kind="count")
    worked_before: Array = metric("two weights and the bias before the second correction")
    worked_after: Array = metric("two weights and the bias after the second correction")


@dataclass(frozen=True)
class Learned:
    """What the rule did to G neurons: weights (rounds + 1, G, 3), mistakes (rounds, G), and the second correction of
    each: its weights before and after (G, 3), and the number of its example (G,), -1 where there was none."""

    weights: Array
    mistakes: Array
    before: Array
    after: Array
    example: Array


def learn(inputs: Array, labels: Array, start: Array, rate: Array, rounds: int) -> Learned:
    """Apply the rule to inputs (G, 2, N) with labels (G, N) of 0 and 1, from weights (G, 3) at rates (G,)."""
    count, _, points = inputs.shape
    x = np.ones((points, count, 3))
    x[:, :, :2] = inputs.transpose(2, 0, 1)
    y, w = labels.T, start.copy()
    seen = np.zeros(count, int)
    before, after, example = np.zeros((count, 3)), np.zeros((count, 3)), np.full(count, -1)
    kept, mistakes = [w.copy()], np.zeros((rounds, count))
    for turn in range(0 if training_is_left_out() else rounds):
        for n in range(points):
            miss = y[n] - ((w * x[n]).sum(axis=1) > 0)  # (G,)
            if not miss.any():
                continue
            if turn == 0:
                now = (miss != 0) & (seen == FIRST_SHOWN)
                before[now], example[now] = w[now], n
            w += (rate * miss)[:, None] * x[n]
            if turn == 0:
                after[now] = w[now]
                seen += miss != 0
            mistakes[turn] += miss != 0
        kept.append(w.copy())
        if not mistakes[turn].any():
            break
    kept += [w.copy()] * (rounds + 1 - len(kept))
    return Learned(np.stack(kept), mistakes, before, after, example)


def several(seeds: Array, points: int, gap: float, purpose: str) -> list[Data]:
    """Independent sets of separable points, each with a line of its own."""
    return [separable(seeds, points, gap, f"{purpose} {k}")[0] for k in range(SETS)]


def met(learned: Learned, data: Data, part: slice) -> Array:
    """The share of the labels that the weights after each round meet, (R, rounds + 1)."""
    w = learned.weights[:, part]  # (rounds + 1, R, 3)
    z = np.einsum("trk,rkn->trn", w[:, :, :2], data.inputs) + w[:, :, 2:]
    right: Array = ((z > 0) == (data.targets[:, 0] > 0.5)).mean(axis=2).T
    return right


def recorded(learned: Learned, data: Data, part: slice) -> Trained:
    """The neurons of one set of points as a recording with a frame for each round."""
    wrong = 1 - met(learned, data, part)
    frames = tuple(Frame(step, wrong[:, step], (w[part, :, None].astype(np.float32),), name="perceptron rule")
                   for step, w in enumerate(learned.weights))
    config = TrainingConfig(loss="squared_error", optimizer="sgd", steps=len(frames) - 1)
    return Trained(STEP_NEURON, data, config, frames, np.full(len(wrong), -1), name="perceptron rule")


def run(params: PerceptronParams, seeds: Array) -> Generator[Frame, None, Outcome[PerceptronMetrics]]:
    """Four sets of points and a second rate, all neurons in one crowd; then the sigmoid neuron on the wrong labels."""
    replicas = len(seeds)
    data, line = separable(seeds, params.points, params.gap, "data")
    wide, again = several(seeds, params.points, params.gap, "wide"), several(seeds, params.points, params.gap, "again")
    narrow = several(seeds, params.points, NARROW * params.gap, "narrow")
    turned = draw(seeds, "labels", lambda rng: rng.permutation(params.points) < params.wrong)[:, None]
    noisy = Data(data.inputs, np.where(turned, 1 - data.targets, data.targets), AXES, YES)
    start = params.start * draw(seeds, "start", lambda rng: rng.normal(size=3))
    sets = (data, noisy, data, *wide, *narrow, *again)
    rates = np.full(len(sets) * replicas, params.rate)
    rates[2 * replicas : 3 * replicas] *= SLOWER
    learned = learn(np.concatenate([s.inputs for s in sets]), np.concatenate([s.targets[:, 0] for s in sets]),
                    np.tile(start, (len(sets), 1)), rates, params.rounds)
    parts = [slice(k * replicas, (k + 1) * replicas) for k in range(len(sets))]
    shown = recorded(learned, *((data, parts[0]) if params.shown == "separable" else (noisy, parts[1])))
    yield from shown.frames
    logistic = yield from train(dense(2, [], 1, "sigmoid", "sigmoid"), noisy,
                                TrainingConfig(learning_rate=0.2, steps=120), seeds, name="sigmoid, log loss", frames=2)
    test = beside_line(seeds, line, FRESH, "test")
    right, right_wrong = met(learned, data, parts[0]), met(learned, noisy, parts[1])
    quiet = learned.mistakes[:, parts[0]] == 0  # (rounds, R)
    longest = 1 + (data.inputs**2).sum(axis=1).max(axis=1)
    side = np.abs((line[:, :2, None] * data.inputs).sum(axis=1) + line[:, 2:]).min(axis=1)
    total = np.stack([learned.mistakes[:, part].sum(axis=0) for part in parts])  # (sets, R)
    wide_mean, narrow_mean, again_mean = total[3:].reshape(3, SETS, replicas).mean(axis=1)
    example = learned.example[parts[0]]
    there = example >= 0
    here = np.arange(replicas)
    return Outcome(shown, PerceptronMetrics(
        corrections=total[0], corrections_wrong=total[1], corrections_slow=total[2],
        corrections_wide=wide_mean, corrections_narrow=narrow_mean, corrections_again=again_mean,
        bound=longest * (1 + line[:, 2] ** 2) / side**2,
        settled=quiet.any(axis=0).astype(float),
        settled_wrong=(learned.mistakes[:, parts[1]] == 0).any(axis=0).astype(float),
        rests_at=np.where(quiet.any(axis=0), quiet.argmax(axis=0), params.rounds) + 1,
        accuracy=right[:, -1], last_wrong=right_wrong[:, -1], pocket_wrong=right_wrong.max(axis=1),
        swing=np.ptp(right[:, -LAST:], axis=1), swing_wrong=np.ptp(right_wrong[:, -LAST:], axis=1),
        fresh=met(learned, test, parts[0])[:, -1],
        fresh_wrong=met(learned, test, parts[1])[:, -1], fresh_logistic=accuracy_on(test, logistic),
        rounds=np.arange(1, params.rounds + 1),
        mistakes=learned.mistakes[:, parts[0]].T, mistakes_wrong=learned.mistakes[:, parts[1]].T,
        worked_x=np.where(there[:, None], data.inputs[here, :, example], np.nan),
        worked_label=np.where(there, data.targets[here, 0, example], np.nan),
        worked_before=np.where(there[:, None], learned.before[parts[0]], np.nan),
        worked_after=np.where(there[:, None], learned.after[parts[0]], np.nan),
    ))


EXPERIMENT = Experiment(
    "The perceptron's learning rule",
    PerceptronParams,
    PerceptronMetrics,
    run,
    views=(
        View("network", "The perceptron's two sides"),
        View("lines", "Mistakes in each round", x="rounds", x_title="round", y=("mistakes", "mistakes_wrong"),
             y_title="mistakes", names=("separable", "some labels wrong")),
        View("bars", "Corrections", y=("corrections_wide", "corrections_narrow", "corrections_wrong"),
             names=("wide gap", "narrow gap", "wrong labels"), y_title="corrections"),
    ),
)
