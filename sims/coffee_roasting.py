"""Coffee roasting: three hidden units draw the three edges of a triangle of good roasts.

Roasts vary in temperature and duration; the good ones fill a triangle, T > 175 °C, D > 12 min and D < 21 - 3/85 T
(the example is that of a well-known course on machine learning). A 2-3-1 network is trained on the label "good"
alone, full batch, with Adam. Which unit takes which edge is left to the start: nothing assigns it.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.coffee import EDGES, START_SCALE, beyond_edges, edge_concepts, plane, roasts
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric
from sims.engine.network import dense, hidden_activations, initial_weights, outputs
from sims.engine.scores import accuracy, best_assignment, best_line_accuracy, correlation
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    points_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.training import Frame, Trained, TrainingConfig, train

EDGE_FOUND = 0.8  # correlation of a unit's activation with lying beyond that edge, over the whole plane


class CoffeeParams(Params):
    """Settings of the coffee roaster's network."""

    hidden: int = hidden_setting(3)
    activation: HiddenActivation = activation_setting("sigmoid")
    learning_rate: float = rate_setting(0.1)
    steps: int = steps_setting(1500)
    points: int = points_setting(200, "roasts")


class CoffeeMetrics(Metrics):
    """What the coffee roaster's network learned."""

    accuracy: Array = metric("share of the roasts that the network gets right", unit="share", part="output")
    everywhere: Array = metric(
        "share of 1,600 roasts from all over the plane that the network gets right", unit="share", part="output")
    best_line: Array = metric("largest share of the roasts that any straight line gets right", unit="share")
    loss: Array = metric("log loss at the end of training", unit="nats", part="loss")
    good_share: Array = metric("share of the roasts that are good", unit="share")
    edges_found: Array = metric(
        "edges of the triangle that have a hidden unit of their own, 0 to 3", unit="edges", part="hidden")
    unit_names: Array = metric(
        "for each hidden unit, the edge that it marks, or 'none of the three'", kind="label", part="hidden")
    first_unit: Array = metric(
        "the edge that the first hidden unit marks, or 'none of the three'", kind="label", part="unit:1")
    first_unit_is_cold: Array = metric("whether the first hidden unit marks 'too cold'", kind="flag", part="unit:1")
    best_match: Array = metric(
        "largest correlation of any hidden unit with any edge, in absolute value", unit="correlation", part="hidden")


def edge_of_each_unit(shown: Trained) -> tuple[Array, Array]:
    """Each unit's correlation with each edge (R, units, 3), and how many edges have a unit of their own (R,)."""
    grid, seen = plane()
    units = hidden_activations(shown.network, shown.weights, seen.astype(np.float32))
    beyond = np.broadcast_to(beyond_edges(grid), (len(units), 3, units.shape[2]))
    match = np.nan_to_num(np.abs(correlation(units, beyond)))  # (R, units, 3)
    score = match if match.shape[1] <= 3 else match.transpose(0, 2, 1)
    chosen = np.take_along_axis(score, best_assignment(score)[:, :, None], axis=2)[:, :, 0]
    return match, (chosen >= EDGE_FOUND).sum(axis=1)


def measure(shown: Trained) -> CoffeeMetrics:
    """Measure a trained network on its own roasts, and its units on the whole plane."""
    inputs, targets = shown.data.inputs.astype(np.float32), shown.data.targets
    match, found = edge_of_each_unit(shown)
    grid, seen = plane()
    names = np.where(match.max(axis=2) >= EDGE_FOUND, np.array(EDGES)[match.argmax(axis=2)], "none of the three")
    return CoffeeMetrics(
        accuracy=accuracy(outputs(shown.network, shown.weights, inputs), targets),
        everywhere=accuracy(outputs(shown.network, shown.weights, seen.astype(np.float32)),
                            1 - beyond_edges(grid).max(axis=1, keepdims=True)),
        best_line=best_line_accuracy(shown.data.inputs, targets),
        loss=shown.loss,
        good_share=targets.mean(axis=(1, 2)),
        edges_found=found,
        unit_names=names,
        first_unit=names[:, 0],
        first_unit_is_cold=(names[:, 0] == "too cold").astype(float),
        best_match=match.max(axis=(1, 2)),
    )


def run(params: CoffeeParams, seeds: Array) -> Generator[Frame, None, Outcome[CoffeeMetrics]]:
    """Train on the label alone and look at what the hidden units came to mark."""
    network = dense(2, [params.hidden], 1, params.activation, "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    start = initial_weights(network, seeds, START_SCALE)
    shown = yield from train(network, roasts(seeds, params.points), config, seeds, weights=start)
    return Outcome(shown, measure(shown))


EXPERIMENT = Experiment(
    "Coffee roasting",
    CoffeeParams,
    CoffeeMetrics,
    run,
    views=(
        View("network", "What each hidden unit marks"),
        View("loss", "Loss while training"),
        View("histogram", "Accuracy over all runs", y=("accuracy",)),
    ),
    concepts=edge_concepts,
)
