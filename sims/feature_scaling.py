"""Feature scaling: the same roasts in degrees and minutes, and scaled in three ways.

A 2-4-1 network is trained on the coffee roaster's data from the same start with raw inputs (150 to 285,
11.5 to 15.5), standardised ones, ones from 0 to 1, and ones divided by their maximum. Raw inputs saturate
all hidden units at the start and training ends at "never good". It is training that fails, not the network:
folding the scaling into the first layer's weights gives a network on raw inputs that answers alike (LeCun
et al., 1998, section 4.3, on why to scale). Then fresh roasts are fed to the standardised network: scaled
as in training, by their own mean, raw, one by one. A linear neuron on two inputs of unlike spread shows the
other reason to scale, without any saturation: its bowl is a long trough.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.coffee import AXES, GOOD, roast_values
from sims.engine.datasets import Axis, Data, standardised
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, initial_weights, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import Optimizer, hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together
from sims.engine.two_scales import both

Scaling = Literal["raw", "standardised", "zero_to_one", "by_maximum"]


def scaled_axes(offsets: tuple[float, float], scales: tuple[float, float]) -> tuple[Axis, ...]:
    """The axes of the roaster's inputs, seen as (value - offset) / scale."""
    return tuple(Axis(axis.name, axis.unit, axis.low, axis.high, offset, scale)
                 for axis, offset, scale in zip(AXES, offsets, scales, strict=True))


SCALINGS: dict[str, tuple[Axis, ...]] = {
    "raw": scaled_axes((0, 0), (1, 1)),
    "standardised": AXES,
    "zero_to_one": scaled_axes((150, 11.5), (135, 4)),
    "by_maximum": scaled_axes((0, 0), (285, 15.5)),
}
TEST_POINTS = 1000
HOT = 230.0  # °C; the hot batch of fresh roasts lies above
SATURATED = 0.98  # of tanh, without its sign


class ScalingParams(Params):
    """Settings of the network; all scalings are trained, whichever is on the screen."""

    scaling: Scaling = setting(
        "standardised",
        title="scaling",
        description="how the network on the screen sees temperature and duration",
        words=("normalisation", "normalization", "standardisation", "scaling", "raw", "min-max"),
    )
    hidden: int = hidden_setting(4)
    optimizer: Optimizer = setting(
        "adam", title="optimizer", description="rule that turns gradients into steps",
        words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(0.1, le=3)
    steps: int = steps_setting(380, le=1000)
    points: int = points_setting(150, "roasts", le=200)


class ScalingMetrics(Metrics):
    """How well the same network learns from the same roasts in other units."""

    labels: Array = shared("the scalings", kind="label")
    accuracies: Array = metric("share of 1000 fresh roasts right, for each scaling", unit="share")
    losses: Array = metric("log loss on the training roasts at the end, for each scaling", unit="nats")
    saturation: Array = metric(
        "share of the hidden activations that are saturated before training, for each scaling", unit="share")
    accuracy: Array = metric("share of fresh roasts right, for the scaling on the screen", unit="share", part="output")
    accuracy_raw: Array = metric("share of fresh roasts right, with raw inputs", unit="share")
    accuracy_standardised: Array = metric("share of fresh roasts right, with standardised inputs", unit="share")
    accuracy_zero_to_one: Array = metric("share of fresh roasts right, with inputs from 0 to 1", unit="share")
    accuracy_by_maximum: Array = metric(
        "share of fresh roasts right, with inputs divided by their maximum", unit="share")
    always_bad: Array = metric("share of fresh roasts right, with the answer 'bad roast' every time", unit="share")
    saturation_raw: Array = metric(
        "share of the hidden activations that are saturated before training, with raw inputs", unit="share")
    saturation_standardised: Array = metric(
        "share of the hidden activations that are saturated before training, with standardised inputs", unit="share")
    loss_raw: Array = metric("log loss at the end with raw inputs", unit="nats")
    loss_standardised: Array = metric("log loss at the end with standardised inputs", unit="nats")
    folded_difference: Array = metric(
        "largest difference between the standardised network and the one on raw inputs that it folds into")
    folded_accuracy: Array = metric(
        "share of the fresh roasts right of the network on raw inputs that the standardised one folds into",
        unit="share")
    test_labels: Array = shared("ways to scale the fresh roasts for the standardised network", kind="label")
    test_accuracies: Array = metric("share of the fresh roasts right for each way to scale them", unit="share")
    test_own: Array = metric(
        "accuracy of the standardised network when the fresh roasts are scaled by their own mean and spread",
        unit="share")
    test_unscaled: Array = metric(
        "accuracy of the standardised network when the fresh roasts are not scaled", unit="share")
    test_single: Array = metric(
        "accuracy of the standardised network when each fresh roast is scaled on its own, less its own mean",
        unit="share")
    hot_same: Array = metric("accuracy on fresh roasts above 230 °C, scaled as in training", unit="share")
    hot_own: Array = metric("accuracy on fresh roasts above 230 °C, scaled by their own mean and spread", unit="share")
    stretch_raw: Array = metric(
        "steepness of the bowl of area and rooms in its steepest direction as a multiple of its flattest", unit="times")
    stretch_standardised: Array = metric(
        "steepness of the bowl of standardised area and rooms in its steepest direction as a multiple of its flattest",
        unit="times")
    left_raw: Array = metric("share of its way that the weight of rooms still has to go after 50 steps", unit="share")
    left_standardised: Array = metric(
        "share of its way that the weight of standardised rooms still has to go after 50 steps", unit="share")
    axis_raw: Array = shared("a weight less its best value, area and rooms")
    axis_standardised: Array = shared("a weight less its best value, standardised area and rooms")
    surface_raw: Array = metric("typical error at each pair of weights, area and rooms", unit="thousand")
    surface_standardised: Array = metric(
        "typical error at each pair of weights, standardised area and rooms", unit="thousand")
    path_raw: Array = metric("both weights less their best values at each step, area and rooms")
    path_standardised: Array = metric(
        "both weights less their best values at each step, standardised area and rooms")


def folded(weights: tuple[Array, ...], axes: tuple[Axis, ...]) -> list[Array]:
    """The weights that give on raw inputs what `weights` give on scaled ones: w / scale, and b - w offset /
    scale."""
    first, *rest = (layer.astype(float) for layer in weights)
    scale, offset = (
        np.array([getattr(axis, part) for axis in axes])[:, None] for part in ("scale", "offset")
    )
    kernel = first[:, :-1] / scale  # (R, 2, hidden)
    return [
        np.concatenate([kernel, first[:, -1:] - (kernel * offset).sum(axis=1, keepdims=True)], axis=1),
        *rest,
    ]


def by_own(values: Array, chosen: Array) -> Array:
    """Values (R, 2, N) scaled by the mean and spread of those that are `chosen` (R, 1, N)."""
    count = chosen.sum(axis=2, keepdims=True)
    mean = (values * chosen).sum(axis=2, keepdims=True) / count
    spread = np.sqrt(((values - mean) ** 2 * chosen).sum(axis=2, keepdims=True) / count)
    return np.asarray((values - mean) / spread)


def fed(net: Trained, values: Array, good: Array) -> dict[str, Array]:
    """Feed fresh roasts (R, 2, N), in °C and minutes, to the standardised network in several ways."""
    hot = values[:, :1] > HOT

    def share(seen: Array, counted: Array) -> Array:
        said = outputs(net.network, net.weights, seen.astype(np.float32)) > 0.5
        return np.asarray((((said == (good > 0.5)) & counted).sum(axis=(1, 2))) / counted.sum(axis=(1, 2)))

    every, same = np.ones_like(hot), standardised(values, AXES)
    found = {"test_own": share(by_own(values, every), every), "test_unscaled": share(values, every),
             "test_single": share(np.zeros_like(values), every),  # one value less its own mean is 0
             "hot_same": share(same, hot), "hot_own": share(by_own(values, hot), hot)}
    names = ("as in training", "by their own mean", "not at all", "one by one")
    shares = (share(same, every), found["test_own"], found["test_unscaled"], found["test_single"])
    return {**found, "test_labels": np.array(names), "test_accuracies": np.stack(shares, axis=1)}


def run(params: ScalingParams, seeds: Array) -> Generator[Frame, None, Outcome[ScalingMetrics]]:
    """Train on all scalings from one start, then feed the standardised network in several ways."""
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(optimizer=params.optimizer, learning_rate=params.learning_rate, steps=params.steps)
    (values, good), (fresh, fresh_good) = (roast_values(seeds, points, purpose) for points, purpose in (
        (params.points, "data"), (TEST_POINTS, "fresh")))
    start = initial_weights(network, seeds)
    tasks = [Task(network, Data(standardised(values, axes), good, axes, GOOD), config, start, name=name,
                  frames=60 if name == params.scaling else 2)
             for name, axes in SCALINGS.items()]
    found = yield from train_together(tasks, seeds)
    nets = dict(zip(SCALINGS, found, strict=True))
    fresh_scaled = {name: standardised(fresh, axes).astype(np.float32) for name, axes in SCALINGS.items()}
    right = {
        name: accuracy(outputs(network, net.weights, fresh_scaled[name]), fresh_good)
        for name, net in nets.items()
    }
    saturation = {
        name: (np.abs(hidden_activations(network, start, net.data.inputs)) > SATURATED).mean(axis=(1, 2))
        for name, net in nets.items()
    }
    unfolded = nets["standardised"]
    weights = folded(unfolded.weights, AXES)
    bowls = yield from both(seeds)
    said, said_folded = (
        outputs(network, unfolded.weights, fresh_scaled["standardised"]),
        outputs(network, weights, fresh),
    )
    return Outcome(nets[params.scaling], ScalingMetrics(
        labels=np.array([name.replace("_", " ") for name in SCALINGS]),
        accuracies=np.stack(list(right.values()), axis=1),
        losses=np.stack([net.loss for net in nets.values()], axis=1),
        saturation=np.stack(list(saturation.values()), axis=1),
        accuracy=right[params.scaling],
        **{f"accuracy_{name}": share for name, share in right.items()},
        always_bad=1 - fresh_good.mean(axis=(1, 2)),
        saturation_raw=saturation["raw"], saturation_standardised=saturation["standardised"],
        loss_raw=nets["raw"].loss, loss_standardised=unfolded.loss,
        folded_difference=np.abs(said - said_folded).max(axis=(1, 2)),
        folded_accuracy=accuracy(said_folded, fresh_good),
        **fed(unfolded, fresh, fresh_good), **bowls,
    ))


EXPERIMENT = Experiment(
    "Feature scaling",
    ScalingParams,
    ScalingMetrics,
    run,
    views=(
        View("bars", "Fresh roasts right, by scaling", x="labels", y=("accuracies",), y_title="share right"),
        View("loss", "Loss while training"),
        View("network", "What each hidden unit marks"),
        View("bars", "The standardised network, fed in several ways", x="test_labels", y=("test_accuracies",),
             y_title="share right"),
        *(View("surface", f"Two inputs, {name}: the error over both weights", y=(f"surface_{name}",),
               names=("typical error",), x=f"axis_{name}", rows=f"axis_{name}", path=f"path_{name}",
               x_title="weight of area, less its best", y_title="weight of rooms, less its best")
          for name in ("raw", "standardised")),
    ),
)
