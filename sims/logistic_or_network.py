"""Logistic regression or a network: when is a hidden layer worth it?

A network without a hidden layer and with one sigmoid output is logistic regression. It and a network with
one hidden layer learn three tasks from the same examples: yes and no on two sides of a line (with labels
that are partly chance), the four clouds of XOR, and a disc inside a ring. Both are judged on fresh
examples. Where a straight line is the best boundary, the hidden layer has nothing to add, and with few
examples it costs a little. Where the boundary bends, logistic regression is stuck.

Folklore forgets a third way: logistic regression on hand-made features, here the products and squares of
the inputs, bends its boundary as well. A hidden layer is for the cases where nobody knows which features to
make (Goodfellow, Bengio and Courville, *Deep Learning*, 2016, section 6.1; Minsky and Papert, 1969, for
XOR).
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.scores import accuracy_on
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    points_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import gate, rings
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

TEST_POINTS = 1000
TASKS = ("line", "xor", "circle")
Judged = tuple[Trained, Data]  # a trained model and the fresh examples that it is judged on
MODELS = ("logistic regression", "network", "logistic regression with features")
MADE = tuple(Axis(name, low=-2, high=2) for name in ("x1", "x2", "x1 x2", "x1 squared", "x2 squared"))


class LogisticParams(Params):
    """Settings of the models and of the task on the screen; all three tasks are always learned."""

    task: Literal["line", "xor", "circle"] = setting(
        "circle",
        title="task on the screen",
        description="line: a straight boundary is best; xor and circle need a bent one",
        words=("task", "data", "problem"))
    model: Literal["logistic regression", "network"] = setting(
        "network", title="model on the screen", description="which of the two is drawn",
        words=("model", "logistic regression", "network"))
    hidden: int = hidden_setting(6)
    activation: HiddenActivation = activation_setting("tanh")
    noise: float = setting(0.2, ge=0, le=0.6, step=0.05, title="noise",
                           description="standard deviation of the xor clouds and of the circles",
                           words=("noise", "spread", "overlap"))
    points: int = points_setting(100, le=400)
    steps: int = steps_setting(300, le=600)
    learning_rate: float = rate_setting(0.05)


class LogisticMetrics(Metrics):
    """The share of 1000 fresh examples that each model gets right."""

    tasks: Array = shared("the three tasks", kind="label")
    logistic: Array = metric("share right by logistic regression, for each task", unit="share")
    network: Array = metric("share right by the network, for each task", unit="share")
    features: Array = metric(
        "share right by logistic regression with products and squares as features, for each task", unit="share")
    logistic_line: Array = metric("share right by logistic regression where a line is best", unit="share")
    network_line: Array = metric("share right by the network where a line is best", unit="share")
    best_line: Array = metric("share right by the true line, where a line is best", unit="share")
    logistic_xor: Array = metric("share right by logistic regression on xor", unit="share")
    network_xor: Array = metric("share right by the network on xor", unit="share")
    features_xor: Array = metric("share right by logistic regression with features on xor", unit="share")
    logistic_circle: Array = metric("share right by logistic regression on the circle", unit="share")
    network_circle: Array = metric("share right by the network on the circle", unit="share")
    features_circle: Array = metric(
        "share right by logistic regression with features on the circle", unit="share")
    gain_line: Array = metric("what the hidden layer adds where a line is best", unit="share")
    gain_xor: Array = metric("what the hidden layer adds on xor", unit="share")
    gain_circle: Array = metric("what the hidden layer adds on the circle", unit="share")
    accuracy: Array = metric("share right by the model on the screen", unit="share", part="output")
    train_line_logistic: Array = metric(
        "share of its training examples that logistic regression gets right, where a line is best", unit="share")
    train_line_network: Array = metric(
        "share of its training examples that the network gets right, where a line is best", unit="share")
    gap_logistic: Array = metric(
        "how much logistic regression is better on training than on fresh examples, where a line is best", unit="share")
    gap_network: Array = metric(
        "how much the network is better on training than on fresh examples, where a line is best", unit="share")
    parameters_logistic: Array = metric("weights and biases of logistic regression", unit="parameters")
    parameters_network: Array = metric("weights and biases of the network", unit="parameters")


def examples(task: str, seeds: Array, points: int, noise: float, purpose: str) -> Data:
    """The examples of one task."""
    if task == "line":
        return noisy_logistic(seeds, points, purpose)[0]
    if task == "xor":
        return gate(seeds, points, noise, "xor", purpose)
    return rings(seeds, points, noise, purpose)


def with_features(data: Data) -> Data:
    """The examples with the product and the squares of the two inputs as further inputs."""
    a, b = data.inputs[:, :1], data.inputs[:, 1:]
    return replace(data, inputs=np.concatenate((a, b, a * b, a**2, b**2), axis=1), axes=MADE)


def models_of(params: LogisticParams, seeds: Array, task: str) -> dict[str, tuple[Task, Data]]:
    """The three models of one task, and the fresh examples that each is judged by."""
    known = examples(task, seeds, params.points, params.noise, f"{task} data")
    fresh = examples(task, seeds, TEST_POINTS, params.noise, f"{task} test")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    models = {
        "logistic regression": (dense(2, [], 1, params.activation, "sigmoid"), known, fresh),
        "network": (dense(2, [params.hidden], 1, params.activation, "sigmoid"), known, fresh),
        "logistic regression with features": (
            dense(5, [], 1, params.activation, "sigmoid"), with_features(known), with_features(fresh)),
    }
    return {name: (Task(network, data, config, name=f"{task}, {name}",
                        frames=60 if (task, name) == (params.task, params.model) else 2), judged)
            for name, (network, data, judged) in models.items()}


def measure(learned: dict[str, dict[str, Judged]], shown: Judged) -> LogisticMetrics:
    """Judge every model on fresh examples of its task."""
    def right(model: str) -> Array:
        judged = (learned[task][model] for task in TASKS)
        return np.stack([accuracy_on(data, trained) for trained, data in judged], axis=1)  # (R, 3)

    logistic, network, features = (right(model) for model in MODELS)
    models = [learned["line"][model][0] for model in MODELS[:2]]
    train_logistic, train_network = (accuracy_on(trained.data, trained) for trained in models)
    fresh = learned["line"]["network"][1]
    best = ((fresh.inputs.sum(axis=1) > 0) == (fresh.targets[:, 0] > 0.5)).mean(axis=1)
    parameters = [np.full(len(best), trained.network.parameters) for trained in models]
    gain = network - logistic
    return LogisticMetrics(
        tasks=np.array(TASKS), logistic=logistic, network=network, features=features,
        logistic_line=logistic[:, 0], logistic_xor=logistic[:, 1], logistic_circle=logistic[:, 2],
        network_line=network[:, 0], network_xor=network[:, 1], network_circle=network[:, 2],
        features_xor=features[:, 1], features_circle=features[:, 2], best_line=best,
        gain_line=gain[:, 0], gain_xor=gain[:, 1], gain_circle=gain[:, 2],
        accuracy=accuracy_on(shown[1], shown[0]),
        train_line_logistic=train_logistic, train_line_network=train_network,
        gap_logistic=train_logistic - logistic[:, 0], gap_network=train_network - network[:, 0],
        parameters_logistic=parameters[0], parameters_network=parameters[1],
    )


def run(params: LogisticParams, seeds: Array) -> Generator[Frame, None, Outcome[LogisticMetrics]]:
    """Train all models on all tasks, the one on the screen among them."""
    wanted = {task: models_of(params, seeds, task) for task in TASKS}
    nets = iter((yield from train_together([one for models in wanted.values() for one, _ in models.values()], seeds)))
    learned: dict[str, dict[str, Judged]] = {
        task: {name: (next(nets), judged) for name, (_, judged) in models.items()} for task, models in wanted.items()}
    shown = learned[params.task][params.model]
    return Outcome(shown[0], measure(learned, shown))


EXPERIMENT = Experiment(
    "Logistic regression or a network",
    LogisticParams,
    LogisticMetrics,
    run,
    views=(
        View("bars", "Share of fresh examples right", x="tasks", y=("logistic", "network", "features"),
             names=("logistic regression", "network", "logistic with features"),
             y_title="share right"),
        View("network", "The boundary on the screen's task"),
        View("histogram", "What the hidden layer adds", y=("gain_line", "gain_xor", "gain_circle"),
             names=("accuracy gained: line", "accuracy gained: XOR", "accuracy gained: circle")),
        View("loss", "Loss while training"),
    ),
)
