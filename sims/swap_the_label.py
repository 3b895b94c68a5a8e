"""Swap the label: the same inputs, the same start, another target, and the "same" hidden unit means something
else.

Twice the same network is trained on the same T-shirts from the same random start. Once the target is
whether a shirt sells well, once whether it is "premium" (dear, and of good material), "bargain" or "needs a
push". The inputs and the code do not change by a character; the target does. Each hidden unit is compared
with what it has become in the other network, by the correlation of its activations on new shirts, and with
what it was at the start.

What a unit is for comes from the label, by way of the loss's gradient (Rumelhart, Hinton and Williams,
1986). Folklore has it that hidden units detect "the features of the data". If that were so, the target
would not matter. As a control, the first network is trained a second time on other shirts with the same
target, and a third time on still others: how much units differ then is what chance alone does.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, hidden_activations, initial_weights, outputs, unit_names
from sims.engine.scores import accuracy_on, correlation
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    points_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shirts import named_concepts, shirts
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

TEST_POINTS = 1000
SLOPE = 1.25
Target = Literal["premium", "bargain", "needs a push", "top seller"]
# Weights of price, shipping, marketing and material, and a constant, in the logit of each other target.
TARGETS: dict[str, tuple[float, ...]] = {
    "premium": (4, 0, 0, 4, 0), "bargain": (-4, -4, 0, 4, 0), "needs a push": (0, 0, -6, 3, 0)}
INPUTS = ("price", "shipping cost", "marketing", "material")


class SwapParams(Params):
    """Settings of both networks; only the target of the second can differ from the first's."""

    target: Target = setting(
        "premium",
        title="other target", description="what the second network is to say about the same shirts",
        words=("target", "label", "task", "output"))
    shown: Literal["top seller", "other target"] = setting(
        "other target", title="network on the screen", description="which of the two networks is drawn",
        words=("shown", "network"))
    hidden: int = hidden_setting(3)
    activation: HiddenActivation = activation_setting("sigmoid")
    steps: int = steps_setting(205, le=1000)
    points: int = points_setting(400, "T-shirts")
    learning_rate: float = rate_setting(0.05)


class SwapMetrics(Metrics):
    """What the units became under each target; on 1000 new T-shirts."""

    units: Array = shared("the names of the hidden units", kind="label")
    inputs: Array = shared("the names of the inputs", kind="label")
    accuracy: Array = metric("share of new shirts right for 'top seller'", unit="share", part="output")
    accuracy_other: Array = metric("share of new shirts right for the other target", unit="share")
    accuracy_crossed: Array = metric(
        "share right for the other target when the network for 'top seller' is asked", unit="share")
    same_answer: Array = metric("share of new shirts with the same label for both targets", unit="share")
    start_difference: Array = metric("largest difference of any weight between the starts for the two targets")
    likeness: Array = metric(
        "correlation of each unit with itself under the other target", unit="correlation")
    likeness_control: Array = metric(
        "correlation of each unit with itself for the same target and other shirts", unit="correlation")
    mean_likeness: Array = metric(
        "mean over the units of the correlation with itself under the other target", unit="correlation")
    mean_likeness_control: Array = metric(
        "mean over the units of the correlation with itself for the same target and other shirts", unit="correlation")
    mean_likeness_again: Array = metric(
        "mean over the units of the correlation with itself for the same target and a third lot of shirts",
        unit="correlation")
    first_activation: Array = metric("activation of the first unit for the first new shirt, for 'top seller'")
    first_activation_other: Array = metric("activation of the first unit for the first new shirt, for the other target")
    first_output: Array = metric(
        "output before training for the first training shirt that the two targets label differently",
        unit="probability")
    first_label: Array = metric(
        "label for 'top seller' of the first training shirt that the two targets label differently", kind="count")
    first_label_other: Array = metric(
        "label for the other target of the first training shirt that the two targets label differently", kind="count")
    first_unit_likeness: Array = metric(
        "correlation of the first unit with itself under the other target", unit="correlation", part="unit:1")
    first_unit_control: Array = metric(
        "correlation of the first unit with itself for the same target and other shirts",
        unit="correlation", part="unit:1")
    first_unit_input: Array = metric(
        "the input that the first unit follows most for 'top seller'", kind="label", part="unit:1")
    first_unit_input_other: Array = metric(
        "the input that the first unit follows most for the other target", kind="label")
    listens_elsewhere: Array = metric(
        "whether the input that the first unit follows most differs between the two targets", kind="flag")
    first_unit_start: Array = metric(
        "correlation of the first unit with itself before training", unit="correlation", part="unit:1")
    marketing_share: Array = metric(
        "share of marketing in the sizes of all weights from the inputs, for 'top seller'", unit="share")
    marketing_share_other: Array = metric(
        "share of marketing in the sizes of all weights from the inputs, for the other target; 'premium' and "
        "'bargain' do not depend on marketing", unit="share")
    by_input: Array = metric(
        "correlation of the first unit with each input for 'top seller'", unit="correlation")
    by_input_other: Array = metric(
        "correlation of the first unit with each input for the other target", unit="correlation")


def other_label(data: Data, seeds: Array, target: Target, purpose: str) -> Data:
    """The shirts with `target` as their label, a coin flip with a probability of its own."""
    if target == "top seller":
        return data
    *weights, constant = TARGETS[target]
    logit = np.einsum("i,rin->rn", np.array(weights), data.inputs)[:, None] + constant
    chance = activate("sigmoid", logit)
    return replace(data, targets=coin_flips(seeds, chance, purpose + " other labels"),
                   target_axes=(Axis(target, low=0, high=1),))


def share_of_marketing(trained: Trained) -> Array:
    """The share of marketing's weights in the sizes of all weights from the inputs, (R,)."""
    size = np.abs(trained.weights[0][:, :-1]).sum(axis=2)  # (R, 4)
    share: Array = size[:, 2] / size.sum(axis=1)
    return share


def same_unit(a: Array, b: Array) -> Array:
    """The correlation of each unit with the one in its place, (R, h, N) twice to (R, h); 0 for a unit that
    never changes."""
    kept: Array = np.diagonal(correlation(a, b), axis1=1, axis2=2)
    return np.nan_to_num(kept)


def first_push(first: Trained, other: Trained) -> dict[str, Array]:
    """What both untrained networks say of the first training shirt with two different labels, and the labels (R,).

    Where no shirt has two (the targets are the same), it is the first shirt of all.
    """
    said = outputs(first.network, first.frames[0].weights, first.data.inputs.astype(np.float32))[:, 0]  # (R, N)
    labels = [np.broadcast_to(net.data.targets[:, 0], said.shape) for net in (first, other)]
    shirt = (labels[0] != labels[1]).argmax(axis=1)[:, None]
    names = ("first_output", "first_label", "first_label_other")
    return {name: np.take_along_axis(values, shirt, axis=1)[:, 0]
            for name, values in zip(names, (said, *labels), strict=True)}


def measure(first: Trained, other: Trained, controls: list[Trained], test: Data, test_other: Data) -> SwapMetrics:
    """Compare each unit with itself under the other target, in the control, and with the inputs."""
    seen = test.inputs.astype(np.float32)
    one, two, three, four = (hidden_activations(net.network, net.weights, seen) for net in (first, other, *controls))
    before = hidden_activations(first.network, first.frames[0].weights, seen)
    likeness, chance = same_unit(one, two), same_unit(one, three)
    by_input, by_other = (np.nan_to_num(correlation(units, test.inputs)[:, 0]) for units in (one, two))
    best, best_other = (np.abs(by).argmax(axis=1) for by in (by_input, by_other))
    starts = [np.abs(a - b).max(axis=(1, 2))
              for a, b in zip(first.frames[0].weights, other.frames[0].weights, strict=True)]
    return SwapMetrics(
        units=unit_names(one.shape[1]),
        inputs=np.array(INPUTS),
        accuracy=accuracy_on(test, first),
        accuracy_other=accuracy_on(test_other, other),
        accuracy_crossed=accuracy_on(test_other, first),
        same_answer=(test.targets == test_other.targets).mean(axis=(1, 2)),
        start_difference=np.max(starts, axis=0),
        likeness=likeness,
        likeness_control=chance,
        mean_likeness=likeness.mean(axis=1),
        mean_likeness_control=chance.mean(axis=1),
        mean_likeness_again=same_unit(one, four).mean(axis=1),
        first_activation=one[:, 0, 0],
        first_activation_other=two[:, 0, 0],
        **first_push(first, other),
        first_unit_likeness=likeness[:, 0],
        first_unit_control=chance[:, 0],
        first_unit_input=np.array(INPUTS)[best],
        first_unit_input_other=np.array(INPUTS)[best_other],
        listens_elsewhere=(best != best_other).astype(float),
        first_unit_start=same_unit(before, two)[:, 0],
        marketing_share=share_of_marketing(first),
        marketing_share_other=share_of_marketing(other),
        by_input=by_input,
        by_input_other=by_other,
    )


def run(params: SwapParams, seeds: Array) -> Generator[Frame, None, Outcome[SwapMetrics]]:
    """Train for both targets from one start, and for the first target on other shirts."""
    network = dense(4, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    start = initial_weights(network, seeds)
    known, *others = (shirts(seeds, params.points, SLOPE, purpose).data for purpose in ("data", "more", "third"))
    test = shirts(seeds, TEST_POINTS, SLOPE, "test").data
    screen, off = (60, 2) if params.shown == "top seller" else (2, 60)
    relabelled = other_label(known, seeds, params.target, "data")
    first, other, *controls = yield from train_together([
        Task(network, known, config, start, name="top seller", frames=screen),
        Task(network, relabelled, config, start, name=params.target, frames=off),
        *(Task(network, shirts_of_others, config, start, name="top seller, other shirts", frames=2)
          for shirts_of_others in others)], seeds)
    shown = first if params.shown == "top seller" else other
    test_other = other_label(test, seeds, params.target, "test")
    return Outcome(shown, measure(first, other, controls, test, test_other))


EXPERIMENT = Experiment(
    "Another label",
    SwapParams,
    SwapMetrics,
    run,
    views=(
        View("bars", "What the first unit follows", x="inputs", y=("by_input", "by_input_other"),
             names=("top seller", "other target"),
             y_title="correlation"),
        View("bars", "Each unit with itself: other target, and other shirts", x="units",
             y=("likeness", "likeness_control"),
             names=("other target", "same target, other shirts"), y_title="correlation"),
        View("network", "What each hidden unit listens to"),
        View("histogram", "The first unit with itself, over all runs",
             y=("first_unit_likeness", "first_unit_control"),
             names=("other target", "same target, other shirts")),
    ),
    concepts=lambda _, inputs: named_concepts(inputs, SLOPE),
)
