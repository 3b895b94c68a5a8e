"""Two outputs, one network: what the second output does to the first.

Two numbers are to be told from the same four inputs. One network with two outputs makes the sum of their losses
small, so that each hidden unit is pulled by the sum of both gradients. Whether that helps depends on the tasks
(Caruana, 1997). Where both need the same features, the second task is one more teacher for them, and the first is
learned better than alone. Where they need different ones, both fight for three hidden units. And where the second
number is written in small units, so that its values are large, its squared errors are larger by the square of that,
and the first one is hardly learned at all.
"""

from collections.abc import Generator
from dataclasses import replace
from itertools import starmap
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, mean_loss, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

INPUTS, FEATURES, TEST_POINTS = 4, 2, 400
STEEP = 2.0  # of the features
NOISE = 0.2
NAMES = ("alone", "beside a task with the same features", "beside a task with other features",
         "beside large numbers", "beside large numbers, weighed")
Kin = Literal["same features", "other features"]


class TwoParams(Params):
    """Settings of the two tasks and of the networks."""

    scale: float = setting(20.0, ge=1, le=100, step=1, title="unit of the second number",
                           description="by how much the second number's values are multiplied where they are large",
                           words=("scale", "unit", "factor", "magnitude"))
    hidden: int = hidden_setting(3, le=16)
    points: int = points_setting(150, le=300, ge=20)
    steps: int = steps_setting(190, le=600)
    learning_rate: float = rate_setting(0.03)


class TwoMetrics(Metrics):
    """The first number on 400 fresh examples without noise: squared error as a share of its variance."""

    ways: Array = shared("the five ways of training", kind="label")
    errors: Array = metric("error of the first number in each of the five ways", unit="of the variance")
    error_alone: Array = metric("error of the first number, learned alone", unit="of the variance")
    error_both: Array = metric("error of the first number, learned beside a second one that needs the same features",
                               unit="of the variance", part="output")
    error_other: Array = metric("error of the first number, learned beside a second one that needs other features",
                                unit="of the variance")
    error_large: Array = metric("error of the first number, learned beside a second one with large values",
                                unit="of the variance")
    error_weighed: Array = metric("error of the first number, learned beside large values whose loss is weighed down",
                                  unit="of the variance")
    pair_alone: Array = metric("mean error of two numbers that need the same features, each learned alone",
                               unit="of the variance")
    pair_both: Array = metric("mean error of two numbers that need the same features, learned by one network",
                              unit="of the variance")
    pair_other_alone: Array = metric("mean error of two numbers that need different features, each learned alone",
                                     unit="of the variance")
    pair_other: Array = metric("mean error of two numbers that need different features, learned by one network",
                               unit="of the variance")
    second_both: Array = metric("error of the second number, learned beside the first", unit="of the variance")
    second_alone: Array = metric("error of the second number, learned alone", unit="of the variance")
    second_large: Array = metric("error of the second number with large values, learned beside the first",
                                 unit="of the variance")
    loss_first: Array = metric("loss of the first output over the training examples", unit="squared error")
    loss_second: Array = metric("loss of the second output over the training examples", unit="squared error")
    loss: Array = metric("loss of both outputs over the training examples", unit="squared error", part="loss")
    large_first: Array = metric("first number's part of the loss before training, with large second values",
                                unit="share")
    gradient_first: Array = metric("first output's gradient by one weight of the first hidden unit, before training")
    gradient_second: Array = metric("second output's gradient by one weight of the first hidden unit, before training")
    gradient_both: Array = metric("gradient of the summed loss by one weight of the first hidden unit, before training")
    gradient_error: Array = metric("largest distance between the gradient of the summed loss by a hidden weight and "
                                   "the sum of both outputs' gradients")
    parameters_one: Array = metric("parameters of one network with two outputs", unit="parameters")
    parameters_two: Array = metric("parameters of two networks with one output each", unit="parameters")


def two_numbers(seeds: Array, points: int, kin: Kin, noise: float, purpose: str) -> Data:
    """Two numbers of about unit spread, each a mixture of two steep features of four inputs. Features and mixtures are
    each replica's own; the second number has the first one's features, or two others."""
    def directions(rng: np.random.Generator) -> Array:
        found = rng.normal(size=(2 * FEATURES, INPUTS))
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    inputs = draw(seeds, purpose, lambda rng: rng.normal(size=(INPUTS, points)))
    features = np.tanh(STEEP * (draw(seeds, "features", directions) @ inputs))  # (R, 4, N)
    mix = draw(seeds, "mixture",
               lambda rng: rng.choice([-1, 1], (2, FEATURES)) * rng.uniform(0.5, 1, (2, FEATURES)))  # (R, 2, 2)
    own, others = features[:, :FEATURES], features[:, FEATURES:]
    numbers = np.concatenate((mix[:, :1] @ own, mix[:, 1:] @ (own if kin == "same features" else others)), axis=1)
    if noise:
        numbers = numbers + draw(seeds, purpose + " noise", lambda rng: rng.normal(0, noise, (2, points)))
    axes = tuple(Axis(f"input {i + 1}", low=-2, high=2) for i in range(INPUTS))
    return Data(inputs, numbers, axes, (Axis("first number", low=-2, high=2), Axis("second number", low=-2, high=2)))


def only(data: Data, output: int) -> Data:
    """The data with one of the two numbers."""
    return replace(data, targets=data.targets[:, output, None], target_axes=(data.target_axes[output],))


def times(data: Data, scale: float) -> Data:
    """The data with the second number's values multiplied."""
    return replace(data, targets=data.targets * np.array([[1.0], [scale]]))


def error(net: Trained, test: Data, output: int = 0, place: int = 0, scale: float = 1) -> Array:
    """The squared error of a number, `place` in `test`, by one of the network's outputs, against its variance, (R,)."""
    said = outputs(net.network, net.weights, test.inputs.astype(np.float32))[:, output] / scale
    true = test.targets[:, place]
    found: Array = ((said - true) ** 2).mean(axis=1) / true.var(axis=1)
    return found


def sums(net: Trained, data: Data, large: Data) -> dict[str, Array]:
    """Losses at the end and gradients at the start, of each output and of both together."""
    hidden = net.network.sizes[1]
    one = dense(INPUTS, [hidden], 1, "tanh", "linear")

    def part(weights: tuple[Array, ...], output: int) -> list[Array]:
        return [weights[0].astype(float), weights[1][:, :, output, None].astype(float)]

    start, end = net.frames[0].weights, net.weights
    slopes = [loss_gradients(one, part(start, k), only(data, k).inputs, only(data, k).targets, "squared_error")[0]
              for k in range(2)]
    both = loss_gradients(net.network, [w.astype(float) for w in start], data.inputs, data.targets, "squared_error")[0]
    first, second = (mean_loss(one, part(end, k), only(data, k).inputs, only(data, k).targets, "squared_error")
                     for k in range(2))
    before = [((outputs(one, part(start, k), large.inputs) - large.targets[:, k, None]) ** 2).mean(axis=(1, 2))
              for k in range(2)]
    return {"loss_first": first, "loss_second": second, "loss": net.loss, "large_first": before[0] / sum(before),
            "gradient_first": slopes[0][:, 0, 0], "gradient_second": slopes[1][:, 0, 0],
            "gradient_both": both[:, 0, 0], "gradient_error": np.abs(both - slopes[0] - slopes[1]).max(axis=(1, 2))}


def run(params: TwoParams, seeds: Array) -> Generator[Frame, None, Outcome[TwoMetrics]]:
    """Learn the first number alone, and beside four kinds of second one."""
    kin, other = (two_numbers(seeds, params.points, kin, NOISE, "data") for kin in ("same features", "other features"))
    test, test_other = (two_numbers(seeds, TEST_POINTS, kin, 0, "test") for kin in ("same features", "other features"))
    large = times(kin, params.scale)
    weights = np.broadcast_to(np.array([[1.0], [params.scale**-2]]), (1, 2, params.points))
    config = TrainingConfig("squared_error", learning_rate=params.learning_rate, steps=params.steps)
    sets = (kin, only(kin, 0), only(kin, 1), only(other, 1), other, large, replace(large, example_weights=weights))
    names = (NAMES[1], NAMES[0], "second number alone", "other second number alone", *NAMES[2:])
    nets = yield from train_together([
        Task(dense(INPUTS, [params.hidden], len(data.target_axes), "tanh", "linear"), data, config, name=name,
             frames=60 if data is kin else 2) for data, name in zip(sets, names, strict=True)], seeds)
    shown, alone, second, second_other, beside, big, weighed = nets
    judged = ((alone, test), (shown, test), (beside, test_other), (big, test), (weighed, test))
    errors = list(starmap(error, judged))
    named = dict(zip(("alone", "both", "other", "large", "weighed"), errors, strict=True))
    return Outcome(shown, TwoMetrics(
        ways=np.array(NAMES), errors=np.stack(errors, axis=1),
        **{f"error_{name}": values for name, values in named.items()},
        second_both=error(shown, test, 1, 1), second_alone=error(second, test, 0, 1),
        pair_alone=(named["alone"] + error(second, test, 0, 1)) / 2,
        pair_both=(named["both"] + error(shown, test, 1, 1)) / 2,
        pair_other_alone=(named["alone"] + error(second_other, test_other, 0, 1)) / 2,
        pair_other=(named["other"] + error(beside, test_other, 1, 1)) / 2,
        second_large=error(big, test, 1, 1, params.scale), **sums(shown, kin, large),
        parameters_one=np.full(len(seeds), shown.network.parameters),
        parameters_two=np.full(len(seeds), 2 * alone.network.parameters),
    ))


EXPERIMENT = Experiment(
    "Two outputs, one network",
    TwoParams,
    TwoMetrics,
    run,
    views=(
        View("bars", "Error of the first number", x="ways", y=("errors",), y_title="share of its variance"),
        View("network", "The network with two outputs"),
        View("loss", "Loss while training"),
    ),
)
