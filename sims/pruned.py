"""Pruning: which weights and which units of a trained network can go, and what brings the rest back.

A network reads small handwritten digits. First weights are set to zero and nothing is trained again: those that are
least by size, those that are least by size times the spread of what they are multiplied with, or any. Then whole
units are taken out, each with its mean added to the biases above, and the rest is trained on for a few steps. That is
set against a fresh network of the small size, after as few steps and after the full number. Zeros in a matrix save
nothing by themselves; units that are gone do (LeCun, Denker and Solla, 1990; Han et al., 2015; Liu et al., 2019, on
what a small network learns from the start).
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.digits import CLASSES, SIDE, split_digits
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, buffers, dense, forward, hidden_activations
from sims.engine.randomness import draw
from sims.engine.scores import accuracy
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train, until

PIXELS, BATCH, POINTS = SIDE * SIDE, 32, 320
SHARES = np.array([0, 0.25, 0.5, 0.75, 0.95])
Weights = Sequence[Array]


class PrunedParams(Params):
    """Settings of the network and of what is taken out."""

    share: float = setting(0.5, ge=0.05, le=0.95, step=0.05, title="share of weights pruned",
                           description="share of all weights that is set to zero",
                           words=("share", "sparsity", "pruned"))
    kept: int = setting(8, ge=2, le=16, title="units kept", description="hidden units that are not taken out, all where"
                        " there are fewer", words=("kept", "keep", "remaining units"))
    again: int = setting(30, ge=1, le=100, title="steps after pruning", unit="steps",
                         description="training steps after units are taken out", words=("fine-tuning", "retraining"))
    hidden: int = hidden_setting(16, le=16, ge=2)
    steps: int = steps_setting(90, le=200)
    learning_rate: float = rate_setting(0.02)


class PrunedMetrics(Metrics):
    """Accuracy on 280 fresh images; a fall is the share that is lost against the whole network."""

    accuracy: Array = metric("share of the fresh images that the whole network reads rightly", unit="share",
                             part="output")
    left_worth: Array = metric("share right without the weights that are least by size times spread", unit="share")
    left_size: Array = metric("share right without the weights that are least by size", unit="share")
    left_random: Array = metric("share right without as many weights taken at random", unit="share")
    fall_worth: Array = metric("share lost without the weights that are least by size times spread", unit="share")
    fall_size: Array = metric("share lost without the weights that are least by size", unit="share")
    fall_random: Array = metric("share lost without as many weights taken at random", unit="share")
    left_units: Array = metric("share right without the units that are least worth", unit="share")
    left_again: Array = metric("share right without these units, trained on for some steps", unit="share")
    left_fresh: Array = metric("share right of a fresh network of that size, after these few steps", unit="share")
    left_small: Array = metric("share right of a fresh network of that size, after the full number of steps",
                               unit="share")
    fall_units: Array = metric("share lost without the units that are least worth", unit="share")
    fall_again: Array = metric("share lost without these units, trained on for some steps", unit="share")
    fall_fresh: Array = metric("share lost by a fresh network of that size, after these few steps", unit="share")
    weights_all: Array = metric("weights of the whole network, without biases", unit="parameters")
    weights_pruned: Array = metric("weights that are set to zero", unit="parameters")
    parameters_all: Array = metric("weights and biases of the whole network", unit="parameters")
    parameters_small: Array = metric("weights and biases of the network with the units taken out", unit="parameters")
    shares: Array = shared("share of the weights set to zero")
    curve_worth: Array = metric("share right by the share of weights set to zero, least size times spread first",
                                unit="share")
    curve_size: Array = metric("share right by the share of weights set to zero, least size first", unit="share")
    curve_random: Array = metric("share right by the share of weights set to zero, at random", unit="share")
    ways: Array = shared("what is done with the units", kind="label")
    by_way: Array = metric("share right with units taken out, and of fresh networks of that size", unit="share")


def least_to_zero(weights: Weights, scores: Sequence[Array], shares: Array) -> list[list[Array]]:
    """For each share the weights with as much of each layer's set to zero, the lowest scores (R, n_in, n_out) first;
    biases stay."""
    pruned: list[list[Array]] = [[] for _ in shares]
    for layer, score in zip(weights, scores, strict=True):
        ordered = np.sort(score.reshape(len(score), -1), axis=1)  # (R, k)
        for found, share in zip(pruned, shares, strict=True):
            place = round(share * ordered.shape[1])
            limit = ordered[:, place] if place < ordered.shape[1] else np.full(len(ordered), np.inf)
            kernel = np.where(score < limit[:, None, None], 0, layer[:, :-1])
            found.append(np.concatenate((kernel, layer[:, -1:]), axis=1).astype(np.float32))
    return pruned


def of_units(weights: Weights, chosen: Array, mean: Array) -> list[Array]:
    """The network with the chosen hidden units (R, k) alone. The others stand at their mean (R, units), which goes into
    the biases of the outputs."""
    into, out = weights
    off = np.ones(mean.shape, bool)
    np.put_along_axis(off, chosen, False, axis=1)
    bias = out[:, -1] + ((mean * off)[:, :, None] * out[:, :-1]).sum(axis=1)
    kept = np.take_along_axis(out[:, :-1], chosen[:, :, None], axis=1)
    return [np.take_along_axis(into, chosen[:, None], axis=2), np.concatenate((kept, bias[:, None]), axis=1)]


def chances(seeds: Array, shape: tuple[int, ...], purpose: str) -> Array:
    """Random numbers from 0 to 1, each replica its own, (R, *shape)."""
    return draw(seeds, purpose, lambda rng: np.asarray(rng.random(shape)))


def scores_of(net: Trained, seeds: Array) -> dict[str, list[Array]]:
    """By what the weights are ranked: size, size times the spread of what is multiplied, and chance."""
    seen = net.data.inputs
    spreads = [seen.std(axis=2), hidden_activations(net.network, net.weights, seen).std(axis=2)]
    kernels = [layer[:, :-1] for layer in net.weights]
    return {"size": [np.abs(kernel) for kernel in kernels],
            "worth": [np.abs(kernel) * spread[:, :, None] for kernel, spread in zip(kernels, spreads, strict=True)],
            "random": [chances(seeds, kernel.shape[1:], f"chance {n}") for n, kernel in enumerate(kernels)]}


def run(params: PrunedParams, seeds: Array) -> Generator[Frame, None, Outcome[PrunedMetrics]]:
    """Train, take weights out, take units out and train on, and train small networks from the start."""
    known, fresh = split_digits(seeds, POINTS)
    network = dense(PIXELS, [params.hidden], CLASSES, "tanh", "softmax")
    config = TrainingConfig("cross_entropy", learning_rate=params.learning_rate, steps=params.steps, batch_size=BATCH)
    shown = yield from train(network, known.data, config, seeds, frames=6, name="whole")

    kept = min(params.kept, params.hidden)
    small = dense(PIXELS, [kept], CLASSES, "tanh", "softmax")
    room = {net: buffers(net, fresh.data.inputs, len(seeds), np.float32) for net in (network, small)}

    def right(weights: Weights, net: Network = network) -> Array:
        return accuracy(forward(net, weights, room[net]), fresh.data.targets)

    ranked = scores_of(shown, seeds)
    curves = {way: np.stack([right(pruned) for pruned in least_to_zero(shown.weights, scores, np.array(
        [*SHARES, params.share]))], axis=1) for way, scores in ranked.items()}  # (R, 6) each
    left = {f"left_{way}": values[:, -1] for way, values in curves.items()}
    activations = hidden_activations(network, shown.weights, known.data.inputs)
    worth = np.abs(shown.weights[1][:, :-1]).sum(axis=2) * activations.std(axis=2)
    few = of_units(shown.weights, np.argsort(-worth, axis=1)[:, :kept], activations.mean(axis=2))
    briefly = replace(config, steps=params.again)
    again = yield from train(small, known.data, briefly, seeds, weights=few, frames=2, name="trained on")
    longer = config if params.steps > params.again else briefly
    fresh_small = yield from train(small, known.data, longer, seeds, frames=[params.again, params.steps],
                                   name="fresh, of that size")
    new, full = until(fresh_small, briefly), until(fresh_small, config)
    units = {"left_units": right(few, small), "left_again": right(again.weights, small),
             "left_fresh": right(new.weights, small), "left_small": right(full.weights, small)}
    whole, every = right(shown.weights), left | units
    weights = PIXELS * params.hidden + params.hidden * CLASSES
    numbers = {"weights_all": weights, "parameters_all": network.parameters, "parameters_small": small.parameters,
               "weights_pruned": round(params.share * PIXELS * params.hidden) + round(
                   params.share * params.hidden * CLASSES)}
    return Outcome(shown, PrunedMetrics(
        accuracy=whole, **every, **{f"curve_{way}": values[:, :-1] for way, values in curves.items()},
        **{name.replace("left", "fall"): whole - values for name, values in every.items() if name != "left_small"},
        **{name: np.full(len(seeds), value) for name, value in numbers.items()},
        shares=SHARES, ways=np.array(["units out", "and trained on", "fresh, as few steps", "fresh, all steps"]),
        by_way=np.stack(list(units.values()), axis=1),
    ))


EXPERIMENT = Experiment(
    "Pruning",
    PrunedParams,
    PrunedMetrics,
    run,
    views=(
        View("lines", "What is left when weights are set to zero", x="shares", y=("curve_worth", "curve_size",
             "curve_random"), names=("least size × spread first", "least size first", "at random"),
             x_title="share set to zero", y_title="share right"),
        View("bars", "With units taken out", x="ways", y=("by_way",), y_title="share right"),
        View("loss", "Loss while training"),
    ),
)
