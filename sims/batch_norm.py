"""Batch normalisation: rescale each unit's pre-activations by the batch's mean and spread, while training.

Between a layer's weights and its activation every unit is normalised over the examples of the batch, z' =
(z - mean) / sqrt(variance + eps), then scaled and shifted by two numbers that are learned, y = gamma z' +
beta (Ioffe and Szegedy, 2015). When the network is used, running averages take the place of the batch, so
that all of it can be folded into ordinary weights: that is what is recorded here.

Four networks learn a disc inside a ring from the same examples, starts and batches: a hard one (deep, or
with inputs of a bad scale) and an easy one (one hidden layer, inputs of a good scale), each with and
without. Folklore says that batch normalisation always helps, and that it removes "internal covariate
shift". Here it makes the hard network trainable and hardly matters for the easy one; why it helps is
disputed (Santurkar et al., 2018). In training, an example's output depends on the others in its batch,
which no other layer does.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.normalised import FRAMES, Layer, forward, layers_of, train_normalised
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    layers_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import rings
from sims.engine.side_by_side import train_variants
from sims.engine.training import Frame, Trained, TrainingConfig, train

POINTS, TEST_POINTS = 200, 500
NOISE = 0.1  # of the rings


class BatchNormParams(Params):
    """Settings of the hard network; the easy one has one hidden layer and well-scaled inputs."""

    layers: int = layers_setting(3, le=5)
    activation: HiddenActivation = activation_setting("tanh")
    input_scale: float = setting(30.0, ge=0.01, le=100, title="scale of the inputs",
                                 description="what the hard network's inputs are multiplied by",
                                 words=("scale", "input scale", "feature scale", "scaled by", "multiplied by"))
    hidden: int = hidden_setting(6)
    learning_rate: float = rate_setting(1.0, le=5)
    batch_size: int = setting(40, ge=5, le=50, title="batch size", description="examples in each step",
                              unit="examples", words=("batch", "mini-batch"))
    steps: int = steps_setting(200, le=300)
    shown: Literal["without", "with"] = setting(
        "with",
        title="hard network on the screen", words=("shown", "network", "batch norm", "batch normalisation",
                                                   "batch normalization", "bn"),
        description="without or with batch normalisation")


class BatchNormMetrics(Metrics):
    """What batch normalisation changes; accuracies are on 500 fresh examples."""

    accuracy_hard: Array = metric("share right of the hard network without batch normalisation", unit="share")
    accuracy_hard_normed: Array = metric("share right of the hard network with batch normalisation", unit="share")
    accuracy_rescaled: Array = metric(
        "share right of the hard network without batch normalisation, after its inputs are scaled back to 1",
        unit="share")
    accuracy_easy: Array = metric("share right of the easy network without batch normalisation", unit="share")
    accuracy_easy_normed: Array = metric("share right of the easy network with batch normalisation", unit="share")
    loss_hard: Array = metric("training loss of the hard network without batch normalisation, at the end", unit="nats")
    loss_hard_normed: Array = metric(
        "training loss of the hard network with batch normalisation, at the end", unit="nats")
    loss_easy: Array = metric("training loss of the easy network without batch normalisation, at the end", unit="nats")
    loss_easy_normed: Array = metric(
        "training loss of the easy network with batch normalisation, at the end", unit="nats")
    gain_hard: Array = metric("accuracy that batch normalisation adds to the hard network", unit="share")
    gain_easy: Array = metric("accuracy that batch normalisation adds to the easy network", unit="share")
    layers: Array = shared("hidden layers, counted from the inputs")
    spread: Array = metric(
        "spread of each layer's activations over the examples before training, without batch normalisation")
    spread_normed: Array = metric(
        "spread of each layer's activations over the examples before training, with batch normalisation")
    last_spread: Array = metric(
        "spread of the last hidden layer's activations before training, without batch normalisation")
    last_spread_normed: Array = metric(
        "spread of the last hidden layer's activations before training, with batch normalisation")
    steps: Array = shared("training step", unit="steps")
    curve: Array = metric("training loss of the hard network without batch normalisation at each step", unit="nats")
    curve_normed: Array = metric("training loss of the hard network with batch normalisation at each step", unit="nats")
    folded_difference: Array = metric(
        "largest difference between the outputs with running averages and those of the network they are folded into",
        unit="probability")
    companions: Array = metric(
        "how far one example's output ranges, in training with batch normalisation, over ten batches that it "
        "could stand in", unit="probability")
    companions_without: Array = metric(
        "how far one example's output ranges, in training without batch normalisation, over ten batches that it "
        "could stand in", unit="probability")


Fit = tuple[Trained, list[Layer]]  # a recording, and the layers with their batch normalisation at the end


def scaled(data: Data, by: float) -> Data:
    """The examples with `by` times the inputs, as the network sees them; people still read the old ones."""
    axes = tuple(replace(axis, scale=axis.scale / by) for axis in data.axes)
    return replace(data, inputs=data.inputs * by, axes=axes)


def spreads(layers: list[Layer], inputs: Array) -> Array:
    """The spread of each hidden layer's activations over the examples, in training mode, mean over units: (R,
    L)."""
    forward(layers, inputs.astype(np.float32), training=True)
    return np.stack([layer.left["output"].std(axis=2).mean(axis=1) for layer in layers[:-1]], axis=1)


def companions(layers: list[Layer], inputs: Array, size: int, seeds: Array) -> Array:
    """How far the output of one example ranges over ten random batches that it could stand in, (R,)."""
    order = draw(seeds, "companions", lambda rng: rng.permutation(inputs.shape[-1] - 1))[:, None]
    first, others = inputs[:, :, :1].astype(np.float32), inputs[:, :, 1:].astype(np.float32)
    said = []
    for i in range(10):
        batch = np.take_along_axis(others, order[:, :, i * (size - 1) : (i + 1) * (size - 1)], axis=2)
        said.append(forward(layers, np.concatenate((first, batch), axis=2), training=True)[:, 0, 0])
    return np.ptp(np.stack(said), axis=0)


def measure(hard: list[Fit], easy: list[Fit], rescaled: Fit, test: Data,
            params: BatchNormParams, seeds: Array) -> BatchNormMetrics:
    """Compare without and with, for the hard and for the easy network."""
    judged = scaled(test, params.input_scale)
    (plain, plain_layers), (normed, layers) = hard
    right = [accuracy_on(examples, trained)
             for examples, fits in ((judged, hard), (test, easy)) for trained, _ in fits]
    starts = [layers_of(plain.network, [w.astype(float) for w in plain.frames[0].weights], on, np.float32)[0]
              for on in (False, True)]
    spread, spread_normed = (spreads(start, plain.data.inputs) for start in starts)
    seen = judged.inputs.astype(np.float32)
    curves = [np.stack([frame.loss for frame in trained.frames], axis=1) for trained in (plain, normed)]
    in_place = forward(layers, seen, training=False)
    return BatchNormMetrics(
        accuracy_hard=right[0], accuracy_hard_normed=right[1],
        accuracy_rescaled=accuracy_on(test, rescaled[0]),
        accuracy_easy=right[2], accuracy_easy_normed=right[3],
        loss_hard=plain.loss, loss_hard_normed=normed.loss,
        loss_easy=easy[0][0].loss, loss_easy_normed=easy[1][0].loss,
        gain_hard=right[1] - right[0], gain_easy=right[3] - right[2],
        layers=np.arange(1, params.layers + 1),
        spread=spread, spread_normed=spread_normed,
        last_spread=spread[:, -1], last_spread_normed=spread_normed[:, -1],
        steps=np.array([frame.step for frame in plain.frames]), curve=curves[0], curve_normed=curves[1],
        folded_difference=np.abs(in_place - outputs(normed.network, normed.weights, seen)).max(axis=(1, 2)),
        companions=companions(layers, judged.inputs, params.batch_size, seeds),
        companions_without=companions(plain_layers, judged.inputs, params.batch_size, seeds),
    )


def run(params: BatchNormParams, seeds: Array) -> Generator[Frame, None, Outcome[BatchNormMetrics]]:
    """Train the hard and the easy network, each without and with batch normalisation."""
    data, test = rings(seeds, POINTS, NOISE), rings(seeds, TEST_POINTS, NOISE, "test")
    config = TrainingConfig(optimizer="sgd", learning_rate=params.learning_rate, steps=params.steps,
                            batch_size=params.batch_size)

    def normed(net: Network, scale: float, name: str, frames: int) -> Generator[Frame, None, Fit]:
        start = initial_weights(net, seeds)
        return (yield from train_normalised(net, scaled(data, scale), config, seeds, start, name, frames))

    def plain(trained: Trained) -> Fit:
        return trained, layers_of(trained.network, list(trained.weights), False, np.float32)[0]

    deep, shallow = (dense(2, [params.hidden] * layers, 1, params.activation, "sigmoid")
                     for layers in (params.layers, 1))
    both = yield from train_variants(deep, {"hard, without": scaled(data, params.input_scale),
                                            "hard, inputs rescaled": data}, config, seeds, frames=FRAMES)
    first, rescaled = (plain(replace(trained, config=config)) for trained in both.values())
    hard = [first, (yield from normed(deep, params.input_scale, "hard, with", FRAMES))]
    easy = [plain((yield from train(shallow, data, config, seeds, name="easy, without", frames=2))),
            (yield from normed(shallow, 1.0, "easy, with", 2))]
    return Outcome(hard[params.shown == "with"][0], measure(hard, easy, rescaled, test, params, seeds))


EXPERIMENT = Experiment(
    "Batch normalisation",
    BatchNormParams,
    BatchNormMetrics,
    run,
    views=(
        View("lines", "Loss of the hard network while training", x="steps", y=("curve", "curve_normed"),
             names=("without normalisation", "with normalisation"),
             x_title="step", y_title="log loss (nats)"),
        View("lines", "Spread of the activations before training", x="layers", y=("spread", "spread_normed"),
             names=("without normalisation", "with normalisation"),
             x_title="hidden layer", y_title="spread", log_y=True),
        View("bars", "Share of fresh examples right", y_title="share right",
             y=("accuracy_hard", "accuracy_hard_normed", "accuracy_rescaled", "accuracy_easy",
                "accuracy_easy_normed"),
             names=("hard, without", "hard, with", "hard, inputs scaled back", "easy, without", "easy, with")),
        View("network", "What the units of the hard network mark"),
    ),
)
