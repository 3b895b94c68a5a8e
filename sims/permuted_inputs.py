"""The order of the inputs: handwritten digits whose pixels are shuffled, all images in the same way.

A dense network reads images of 8×8 pixels, row by row. A second one is trained on the same images with the pixels in
another order, the same order for all of them: a person can no longer read these, and the network learns as well. A
third one gets the pixels of every image in an order of its own, so that an input means another pixel each time. Last,
the first network is shown fresh images in the second network's order: then its weights meet the wrong inputs, unless
the rows of its first weight matrix are moved along (LeCun et al., 1998, on what dense layers ignore).
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.digits import SIDE, split_digits
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.randomness import draw
from sims.engine.scores import accuracy, accuracy_on
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

PIXELS = SIDE * SIDE
WAYS = ("pixels in order", "same shuffle for all", "another shuffle for each", "shuffled after training")


class PermutedParams(Params):
    """The network, and how many pixels change places."""

    moved: int = setting(64, ge=0, le=PIXELS, step=4, title="pixels moved", unit="pixels",
                         description="pixels that change places with one another",
                         words=("shuffled pixels", "moved", "permuted"))
    hidden: int = hidden_setting(6)
    classes: int = setting(5, ge=2, le=5, title="digits", description="how many digits there are to tell apart",
                           words=("digits", "classes"))
    points: int = setting(100, ge=20, le=100, title="training images", unit="images", words=("points", "examples"),
                          description="images to train on")
    steps: int = steps_setting(40, le=150)
    learning_rate: float = rate_setting(0.03)


class PermutedMetrics(Metrics):
    """What each network reads rightly of fresh images."""

    ways: Array = shared("four ways to order the pixels", kind="label")
    right: Array = metric("share of the fresh images right, for each way", unit="share")
    ordered: Array = metric("share of the fresh images right with the pixels in order", unit="share", part="output")
    shuffled: Array = metric("share of the fresh images right with the same shuffle for all images", unit="share")
    mixed: Array = metric("share of the fresh images right with another shuffle for each image", unit="share")
    after: Array = metric("share of the fresh images right with the pixels shuffled after training only", unit="share")
    moved_along: Array = metric(
        "share of the fresh images right shuffled after training, the first weights' rows moved along", unit="share")
    difference: Array = metric("same shuffle for all minus pixels in order, in the share right", unit="share")
    difference_mixed: Array = metric("another shuffle for each minus pixels in order, in the share right", unit="share")
    apart: Array = metric("largest change of an output when the first weights' rows move along with the inputs")
    neighbours: Array = metric("mean correlation of inputs that follow each other, pixels in order")
    neighbours_shuffled: Array = metric("mean correlation of inputs that follow each other, pixels shuffled")
    chance: Array = shared("share right by the same answer for all", unit="share")
    rows: Array = shared("the rows of the image", kind="label")
    columns: Array = shared("the columns of the image", kind="label")
    image: Array = metric("the first fresh image in order")
    image_shuffled: Array = metric("the first fresh image with its pixels shuffled")
    example: Array = metric("the pixel that stands in first place after the shuffle, counted from 0", kind="count")


def partial(rng: np.random.Generator, moved: int, count: int) -> Array:
    """Orders of all pixels in which `moved` of them, drawn by chance, change places among themselves, (64, count)."""
    order = np.tile(np.arange(PIXELS)[:, None], (1, count))
    chosen = rng.random((PIXELS, count)).argsort(axis=0)[:moved]
    np.put_along_axis(order, chosen, np.roll(chosen, 1, axis=0), axis=0)
    return order


def reordered(data: Data, order: Array) -> Data:
    """The images with the pixels of each replica in its order (R, 64)."""
    return replace(data, inputs=np.take_along_axis(data.inputs, order[:, :, None], axis=1))


def each_its_own(data: Data, seeds: Array, moved: int, purpose: str) -> Data:
    """The images with another shuffle for each of them."""
    points = data.inputs.shape[2]
    orders = draw(seeds, purpose, lambda rng: partial(rng, moved, points))
    return replace(data, inputs=np.take_along_axis(data.inputs, orders, axis=1))


def neighbour_correlation(inputs: Array) -> Array:
    """The mean correlation of inputs (R, 64, N) that follow each other, leaving out those that never change, (R,)."""
    centred = inputs - inputs.mean(axis=2, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=2))
    products = (centred[:, 1:] * centred[:, :-1]).mean(axis=2)
    norms = spread[:, 1:] * spread[:, :-1]
    known = norms > 1e-6
    found: Array = np.where(known, products / np.where(known, norms, 1), 0).sum(axis=1) / known.sum(axis=1)
    return found


def said(net: Trained, first: Array, inputs: Array) -> Array:
    """The outputs with another first layer (R, 65, hidden)."""
    return outputs(net.network, (first, *net.weights[1:]), inputs.astype(np.float32))


def run(params: PermutedParams, seeds: Array) -> Generator[Frame, None, Outcome[PermutedMetrics]]:
    """Train in order, on one shuffle for all, and on another one for each image; then shuffle after training."""
    known, fresh = (part.data for part in split_digits(seeds, params.points, params.classes))
    order = draw(seeds, "order", lambda rng: partial(rng, params.moved, 1)[:, 0])
    network = dense(PIXELS, [params.hidden], params.classes, "tanh", "softmax")
    config = TrainingConfig(loss="cross_entropy", learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, known, config, seeds, name=WAYS[0])
    other = yield from train(network, reordered(known, order), config, seeds, name=WAYS[1], frames=2,
                             weights=initial_weights(network, seeds, purpose="second weights"))
    mixed = yield from train(network, each_its_own(known, seeds, params.moved, "mixed"), config, seeds, name=WAYS[2],
                             frames=2)
    turned = reordered(fresh, order)
    first = shown.weights[0]
    along = np.concatenate((np.take_along_axis(first[:, :-1], order[:, :, None], axis=1), first[:, -1:]), axis=1)
    before, after = said(shown, first, fresh.inputs), said(shown, along, turned.inputs)
    right = [accuracy_on(fresh, shown), accuracy_on(turned, other),
             accuracy_on(each_its_own(fresh, seeds, params.moved, "mixed test"), mixed), accuracy_on(turned, shown)]
    return Outcome(shown, PermutedMetrics(
        ways=np.array(WAYS), right=np.stack(right, axis=1), ordered=right[0], shuffled=right[1], mixed=right[2],
        after=right[3], moved_along=accuracy(after, fresh.targets), difference=right[1] - right[0],
        difference_mixed=right[2] - right[0], apart=np.abs(before - after).max(axis=(1, 2)).astype(float),
        neighbours=neighbour_correlation(known.inputs.astype(float)),
        neighbours_shuffled=neighbour_correlation(reordered(known, order).inputs.astype(float)),
        chance=np.array(1 / params.classes), rows=np.array([f"row {k + 1}" for k in range(SIDE)]),
        columns=np.array([f"column {k + 1}" for k in range(SIDE)]),
        image=fresh.inputs[:, :, 0].reshape(-1, SIDE, SIDE), image_shuffled=turned.inputs[:, :, 0].reshape(
            -1, SIDE, SIDE), example=order[:, 0],
    ))


EXPERIMENT = Experiment(
    "The order of the inputs",
    PermutedParams,
    PermutedMetrics,
    run,
    views=(
        View("matrix", "A fresh image in order", y=("image",), x="columns", rows="rows"),
        View("matrix", "The same image shuffled", y=("image_shuffled",), x="columns", rows="rows"),
        View("bars", "Share of fresh images right", x="ways", y=("right",), y_title="share right"),
        View("loss", "Loss while training"),
    ),
)
