"""Cross-validation: k networks for k scores, and none of them is the model.

The examples are cut into k parts. Each part is once held out while a fresh network learns from the others; the mean of
the k scores is the estimate (Stone, 1974; Hastie, Tibshirani and Friedman, 2009, section 7.10). It judges the recipe;
afterwards one network is trained on all examples. Two ways to go wrong are measured beside it: going on with the
weights from fold to fold, so that a network is judged by examples that it was trained on, and believing the best of the
scores.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.copies import many, scattered
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.scores import accuracy, accuracy_on
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.shapes import rings
from sims.engine.splits import SPREAD, flipped
from sims.engine.training import Frame, Trained, TrainingConfig, train

FRESH = 600
NETWORKS = ("each fold, a fresh start", "each fold, carried on", "all examples")


class CrossParams(Params):
    """Settings of the data, the folds and the network."""

    folds: int = setting(10, ge=2, le=10, title="folds", unit="folds", words=("k", "fold", "parts", "splits"),
                         description="parts that the examples are cut into; each is held out once")
    points: int = points_setting(40, le=200, ge=20)
    wrong_labels: float = setting(0.2, ge=0, le=0.5, step=0.05, title="wrong labels", unit="share",
                                  description="share of the labels that are flipped",
                                  words=("noise", "label noise", "labels", "wrong", "flipped"))
    hidden: int = hidden_setting(10, le=12)
    learning_rate: float = rate_setting(0.1, le=0.5)
    steps: int = steps_setting(105, le=400)


class CrossMetrics(Metrics):
    """The scores of the folds, and what they are worth on 600 fresh examples."""

    fold_names: Array = shared("the folds", kind="label")
    scores: Array = metric("accuracy on the held-out part of each fold", unit="share")
    fresh_scores: Array = metric("accuracy of each fold's network on fresh examples", unit="share")
    score: Array = metric("cross-validated accuracy: the mean of the folds' scores", unit="share")
    spread: Array = metric("best minus worst score of the folds", unit="share", kind="number")
    fresh_spread: Array = metric("best minus worst accuracy of the folds' networks on the same fresh examples",
                                 unit="share", kind="number")
    lowest: Array = metric("worst score of the folds", unit="share")
    highest: Array = metric("best score of the folds", unit="share")
    winner_fresh: Array = metric("accuracy on fresh examples of the network whose fold scored best", unit="share")
    winner_flatters: Array = metric("best score of the folds minus that network's accuracy on fresh examples",
                                    unit="share", kind="number")
    winner_is_best: Array = metric("whether the network whose fold scored best is also the best on fresh examples",
                                   kind="flag")
    flatters: Array = metric("cross-validated accuracy minus the mean of the folds' networks on fresh examples",
                             unit="share", kind="number")
    off: Array = metric("how far the cross-validated accuracy is from the final network's on fresh examples",
                        unit="share", kind="number")
    off_one: Array = metric("how far a single fold's score is from the final network's accuracy, on average over folds",
                            unit="share", kind="number")
    carried_scores: Array = metric("accuracy on the held-out part of each fold, weights carried on", unit="share")
    carried: Array = metric("mean of the folds' scores where the weights are carried on", unit="share")
    carried_last: Array = metric("score of the last fold where the weights are carried on", unit="share")
    carried_fresh: Array = metric("accuracy on fresh examples of the network that was carried on to the last fold",
                                  unit="share")
    carried_flatters: Array = metric(
        "mean score, weights carried on, minus accuracy of the carried network on fresh examples", unit="share",
        kind="number")
    final: Array = metric("accuracy on fresh examples of the network trained on all examples", unit="share",
                          part="output")
    folds_fresh: Array = metric("mean accuracy on fresh examples of the folds' networks", unit="share")
    train_accuracy: Array = metric("accuracy of the network trained on all examples on these examples", unit="share")
    held_out: Array = shared("examples held out in the first fold", unit="examples", kind="count")
    learned_from: Array = shared("examples that the first fold's network learns from", unit="examples", kind="count")
    trainings: Array = shared("networks trained: one for each fold and the final one", kind="count")


def parts(points: int, folds: int) -> list[Array]:
    """The numbers of the examples of each fold: sizes differ by one at most."""
    return np.array_split(np.arange(points), folds)


def without(data: Data, held: Array) -> Data:
    """The same examples of R replicas, those of `held` (R, N) with no say in the training."""
    known = (~held).astype(float)
    return replace(data, example_weights=(known / known.mean(axis=1, keepdims=True))[:, None])


def right(net: Trained, data: Data) -> Array:
    """Which of the examples a network gets right, (R, N)."""
    said = outputs(net.network, net.weights, data.inputs.astype(np.float32))
    return (said[:, 0] > 0.5) == (data.targets[:, 0] > 0.5)


def share(of: Array, held: Array) -> Array:
    """The share of the held examples (R, N) that are right, (R,)."""
    return (of & held).sum(axis=1) / held.sum(axis=1)


def afresh(network: Network, data: Data, fresh: Data, config: TrainingConfig, seeds: Array,
           held: Array) -> Generator[Frame, None, tuple[Array, Array]]:
    """A network for each fold, all from the same start, trained as one crowd: their scores on the held-out parts, and
    their accuracies on fresh examples, (R, folds) each. `held` (folds, N) marks each fold's part."""
    folds, replicas = len(held), len(seeds)
    mine = np.repeat(held, replicas, axis=0)  # (folds * R, N)
    every = many(data, folds)
    net = yield from train(network, without(every, mine), config, np.tile(seeds, folds), frames=2, name=NETWORKS[0],
                           weights=[np.tile(layer, (folds, 1, 1)) for layer in initial_weights(network, seeds)])
    weights = [np.split(layer, folds) for layer in net.weights]  # fold by fold, so that the arrays stay in the cache
    seen = fresh.inputs.astype(np.float32)
    on_fresh = [accuracy(outputs(network, of_fold, seen), fresh.targets) for of_fold in zip(*weights, strict=True)]
    return share(right(net, every), mine).reshape(folds, replicas).T, np.stack(on_fresh).T


def carried_on(network: Network, data: Data, config: TrainingConfig, seeds: Array,
               held: Array) -> Generator[Frame, None, tuple[Array, Trained]]:
    """One network that goes on from fold to fold: its scores on the held-out parts, (R, folds), and the last state."""
    weights, scores = initial_weights(network, seeds), []
    for number, part in enumerate(held):
        mine = np.broadcast_to(part, (len(seeds), len(part)))
        net = yield from train(network, without(data, mine), config, seeds, weights=weights, frames=2,
                               name=f"{NETWORKS[1]}: {number + 1}")
        weights = [layer.astype(float) for layer in net.weights]
        scores.append(share(right(net, data), mine))
    return np.stack(scores, axis=1), net


def run(params: CrossParams, seeds: Array) -> Generator[Frame, None, Outcome[CrossMetrics]]:
    """Go through the folds twice, afresh and carrying the weights on, and train once on all examples."""
    def drawn(points: int, purpose: str) -> Data:
        return scattered(flipped(rings(seeds, points, SPREAD, purpose), seeds, params.wrong_labels, purpose)[0], seeds)

    data, fresh = drawn(params.points, "train"), drawn(FRESH, "fresh")
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, data, config, seeds, name=NETWORKS[2])
    held = np.array([np.isin(np.arange(params.points), part) for part in parts(params.points, params.folds)])
    scores, on_fresh = yield from afresh(network, data, fresh, config, seeds, held)
    carried, last = yield from carried_on(network, data, config, seeds, held)
    final, carried_fresh = accuracy_on(fresh, shown), accuracy_on(fresh, last)
    best = scores.argmax(axis=1)[:, None]
    winner = np.take_along_axis(on_fresh, best, axis=1)[:, 0]
    first = int(held[0].sum())
    return Outcome(shown, CrossMetrics(
        fold_names=np.array([f"fold {k + 1}" for k in range(params.folds)]), scores=scores, fresh_scores=on_fresh,
        score=scores.mean(axis=1), spread=np.ptp(scores, axis=1), fresh_spread=np.ptp(on_fresh, axis=1),
        lowest=scores.min(axis=1), highest=scores.max(axis=1), winner_fresh=winner,
        winner_flatters=scores.max(axis=1) - winner, winner_is_best=(winner == on_fresh.max(axis=1)).astype(float),
        flatters=scores.mean(axis=1) - on_fresh.mean(axis=1), off=np.abs(scores.mean(axis=1) - final),
        off_one=np.abs(scores - final[:, None]).mean(axis=1), carried_scores=carried, carried=carried.mean(axis=1),
        carried_last=carried[:, -1], carried_fresh=carried_fresh, carried_flatters=carried.mean(axis=1) - carried_fresh,
        final=final, folds_fresh=on_fresh.mean(axis=1), train_accuracy=accuracy_on(data, shown),
        held_out=np.array(first), learned_from=np.array(params.points - first), trainings=np.array(params.folds + 1),
    ))


EXPERIMENT = Experiment(
    "Cross-validation",
    CrossParams,
    CrossMetrics,
    run,
    views=(
        View("table", "Each fold's score, and its network on fresh examples", x="fold_names",
             y=("scores", "fresh_scores", "carried_scores"),
             names=("held-out part", "600 fresh examples", "held-out part, weights carried on")),
        View("histogram", "Over all runs", y=("score", "carried", "final"),
             names=("cross-validated", "weights carried on", "truth")),
        View("network", "The network trained on all examples"),
        View("loss", "Loss while training on all examples"),
    ),
)
