"""Unit ablation: switch each hidden unit of a coffee roaster off, and see what its weights had told about it.

A trained unit is replaced by a constant, either its mean over the training roasts or zero, and nothing is
trained again. What is lost is what the network had from it (Meyes et al., 2019). Zero is not "off" for a
sigmoid unit: it may be a value that the unit never takes, so the output's bias is wrong as well; the mean
is the fairer constant.

Folklore says that the unit with the largest outgoing weight matters most, and that an input with a negative
weight lowers the output. Both are measured here. A weight shows how its own unit's pre-activation moves,
and no more: what an input does to the output depends on all units on the way and on where one stands. The
sign itself is a convention: since s(-z) = 1 - s(z), a sigmoid unit can be turned over, with the output
unchanged (Sussmann, 1992).
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.coffee import AXES, START_SCALE, beyond_edges, edge_concepts, plane, roasts
from sims.engine.datasets import standardised
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, shared
from sims.engine.network import (
    Network,
    dense,
    hidden_activations,
    initial_weights,
    outputs,
    outputs_with,
    unit_names,
)
from sims.engine.scores import accuracy
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    points_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.training import Frame, Trained, TrainingConfig, train

SEEN = 0.001  # a change of the output that is visible
NUDGE = 1 / 50  # a small change of an input, in standard deviations
DURATIONS = {"at_short": 12.4, "at_middle": 13.2, "at_long": 14.0}  # minutes, at which temperature is varied


class AblationParams(Params):
    """Settings of the network whose units are switched off."""

    hidden: int = hidden_setting(3)
    activation: HiddenActivation = activation_setting("sigmoid")
    learning_rate: float = rate_setting(0.1)
    steps: int = steps_setting(1500)
    points: int = points_setting(200, "roasts")


class AblationMetrics(Metrics):
    """What is left without each unit, measured on 1600 roasts spread evenly over the whole plane."""

    units: Array = shared("the names of the hidden units", kind="label")
    accuracy: Array = metric("share of all roasts that the whole network gets right", unit="share", part="output")
    always_bad: Array = metric("share of all roasts that saying 'bad' every time gets right", unit="share")
    without: Array = metric("for each unit, share right when it is replaced by its mean", unit="share")
    without_zero: Array = metric("for each unit, share right when it is replaced by zero", unit="share")
    worst_without: Array = metric(
        "share right without the unit that matters most, at its mean", unit="share", part="hidden")
    least_without: Array = metric(
        "share right without the unit that matters least, at its mean", unit="share", part="hidden")
    mean_without: Array = metric(
        "share right without one unit at its mean, averaged over the units", unit="share")
    mean_without_zero: Array = metric("share right without one unit at zero, averaged over the units", unit="share")
    outgoing: Array = metric("weight from each unit to the output")
    mean_activation: Array = metric("mean activation of each unit over the training roasts")
    weight_and_loss: Array = metric("for each unit: size of its outgoing weight, accuracy lost without it")
    heaviest_matters: Array = metric(
        "whether the unit with the largest outgoing weight is the one that matters most", kind="flag", part="hidden")
    widest_matters: Array = metric(
        "whether the unit with the largest outgoing weight times spread of its activation matters most",
        kind="flag", part="hidden")
    temperature: Array = metric("weight from temperature to each unit, per standard deviation")
    duration: Array = metric("weight from duration to each unit, per standard deviation")
    hotter_raises: Array = metric(
        "share of roasts whose output rises by more than 0.001 when they get a little hotter", unit="share")
    hotter_lowers: Array = metric(
        "share of roasts whose output falls by more than 0.001 when they get a little hotter", unit="share")
    sign_misleads: Array = metric(
        "share of unit and roast pairs where temperature's weight has another sign than its effect on the output",
        unit="share")
    first_weight: Array = metric("weight from temperature to the first unit", part="unit:1")
    turned_weight: Array = metric(
        "weight from temperature to the first unit in a network with the same output, whose first unit is turned "
        "over or rescaled")
    turned_change: Array = metric(
        "largest difference over all roasts between the outputs of the network and of the one with its first unit"
        " turned over or rescaled", unit="probability")
    temperatures: Array = shared("temperature in °C")
    at_short: Array = metric("output at each temperature, at 12.4 minutes", unit="probability")
    at_middle: Array = metric("output at each temperature, at 13.2 minutes", unit="probability")
    at_long: Array = metric("output at each temperature, at 14 minutes", unit="probability")


def switched_off(shown: Trained, seen: Array, good: Array, to: Array) -> Array:
    """The accuracy when each unit in turn stands at its constant in `to` (R, units): (R, units)."""
    return np.stack([
        accuracy(outputs_with(shown.network, shown.weights, seen, {unit: to[:, unit, None]}), good)
        for unit in range(to.shape[1])
    ], axis=1)


def effect_of_heat(network: Network, weights: list[Array], seen: Array) -> Array:
    """The change of the logit when every roast gets a little hotter, (R, N)."""
    logit = replace(network, activations=(*network.activations[:-1], "linear"))
    hotter = seen + np.array([NUDGE, 0])[:, None]
    return (outputs(logit, weights, hotter) - outputs(logit, weights, seen))[:, 0]


def equivalent(activation: str, weights: list[Array]) -> list[Array]:
    """Other weights for the same output: the first unit turned over (sigmoid, tanh), else ten times as steep
    with a tenth of the outgoing weight (the pieces of ReLU and its kin are linear)."""
    first, second = weights[0].copy(), weights[1].copy()
    if activation in ("sigmoid", "tanh"):
        first[:, :, 0] *= -1
        second[:, 0] *= -1
        if activation == "sigmoid":
            second[:, -1] += weights[1][:, 0]
    else:
        first[:, :, 0] *= 10
        second[:, 0] /= 10
    return [first, second]


def reading_of_weights(shown: Trained, seen: Array) -> dict[str, Array]:
    """What temperature's weights say, against what temperature does."""
    weights = [layer.astype(float) for layer in shown.weights]
    heat = effect_of_heat(shown.network, weights, seen)
    hotter = outputs(shown.network, weights, seen + np.array([NUDGE, 0])[:, None])
    moved = (hotter - outputs(shown.network, weights, seen))[:, 0]  # (R, N)
    other = equivalent(shown.network.activations[0], weights)
    change = outputs(shown.network, other, seen) - outputs(shown.network, weights, seen)
    misled = np.sign(weights[0][:, 0, :, None]) != np.sign(heat[:, None])  # (R, units, N)
    return {"temperature": weights[0][:, 0], "duration": weights[0][:, 1],
            "hotter_raises": (moved > SEEN).mean(axis=1), "hotter_lowers": (moved < -SEEN).mean(axis=1),
            "sign_misleads": misled.mean(axis=(1, 2)),
            "first_weight": weights[0][:, 0, 0], "turned_weight": other[0][:, 0, 0],
            "turned_change": np.abs(change).max(axis=(1, 2))}


def along_temperature(shown: Trained) -> dict[str, Array]:
    """The output while temperature rises, at three durations: `temperatures` in °C (61,), the others (R, 61)."""
    heat = np.linspace(150, 285, 61)
    lines = {name: np.stack([heat, np.full_like(heat, minutes)])[None] for name, minutes in DURATIONS.items()}
    return {"temperatures": heat, **{
        name: outputs(shown.network, shown.weights, standardised(line, AXES).astype(np.float32))[:, 0]
        for name, line in lines.items()}}


def measure(shown: Trained) -> AblationMetrics:
    """Switch each unit off, at its mean and at zero, over the whole plane."""
    grid, seen = plane()
    seen = seen.astype(np.float32)
    good = 1 - beyond_edges(grid).max(axis=1, keepdims=True)
    units = hidden_activations(shown.network, shown.weights, shown.data.inputs.astype(np.float32))
    whole = accuracy(outputs(shown.network, shown.weights, seen), good)
    mean = switched_off(shown, seen, good, units.mean(axis=2))
    zero = switched_off(shown, seen, good, np.zeros(mean.shape))
    outgoing = shown.weights[1][:, :-1, 0]
    lost, size = whole[:, None] - mean, np.abs(outgoing)

    def tells(guess: Array) -> Array:
        right: Array = guess.argmax(axis=1) == lost.argmax(axis=1)
        return right.astype(float)

    return AblationMetrics(
        units=unit_names(mean.shape[1]),
        accuracy=whole,
        always_bad=np.full(len(whole), 1 - good.mean()),
        without=mean,
        without_zero=zero,
        worst_without=mean.min(axis=1),
        least_without=mean.max(axis=1),
        mean_without=mean.mean(axis=1),
        mean_without_zero=zero.mean(axis=1),
        outgoing=outgoing,
        mean_activation=units.mean(axis=2),
        weight_and_loss=np.stack((size, lost), axis=2),
        heaviest_matters=tells(size),
        widest_matters=tells(size * units.std(axis=2)),
        **reading_of_weights(shown, seen), **along_temperature(shown),
    )


def run(params: AblationParams, seeds: Array) -> Generator[Frame, None, Outcome[AblationMetrics]]:
    """Train the coffee roaster, then switch its units off one at a time."""
    network = dense(2, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    start = initial_weights(network, seeds, START_SCALE)
    shown = yield from train(network, roasts(seeds, params.points), config, seeds, weights=start)
    return Outcome(shown, measure(shown))


EXPERIMENT = Experiment(
    "Switching units off",
    AblationParams,
    AblationMetrics,
    run,
    views=(
        View("network", "What each unit contributes"),
        View("lines", "The output while temperature rises", x="temperatures", y=tuple(DURATIONS),
             names=tuple(f"{minutes:g} min" for minutes in DURATIONS.values()), x_title="temperature in °C",
             y_title="output"),
        View("bars", "Share of the roasts right without each unit", y=("without", "without_zero"), x="units",
             names=("at its mean", "at zero"),
             y_title="share right"),
        View("scatter", "Does the outgoing weight tell what matters?", x="units", y=("weight_and_loss",),
             x_title="size of the outgoing weight", y_title="accuracy lost without the unit"),
        View("table", "The weights", y=("temperature", "duration", "outgoing"), x="units"),
    ),
    concepts=edge_concepts,
)
