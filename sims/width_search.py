"""Width search: train every width from 1 to 8 and let examples that no network has seen decide.

The roasts of the coffee roaster, 2-h-1 or 2-h-h-1, the same data and recipe for every width h (full batch,
Adam). The held-out roasts choose: the simplest width within a tolerance of the best. Fresh roasts then
judge the choice. That the winner's own score flatters it is an old finding (Stone, 1974; Cawley and Talbot,
2010). There is no formula: two units never close the triangle, three can but often fail from a bad start,
more are safe and on this data cost nothing.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.coffee import edge_concepts, roasts
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, initial_weights, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import hidden_setting, layers_setting, points_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

WIDEST = 8
TEST_POINTS = 2000
SUCCESS = 0.95  # accuracy on fresh roasts; it takes a closed triangle


class WidthParams(Params):
    """Settings of the search; all widths are trained, whichever is on the screen."""

    hidden: int = hidden_setting(3, le=WIDEST)
    layers: int = layers_setting(1, le=2)
    activation: Literal["sigmoid", "tanh"] = setting(
        "sigmoid", title="hidden activation", description="activation function of the hidden units",
        words=("activation", "activation function"))
    tolerance: float = setting(
        0.01, ge=0, le=0.1, step=0.005, title="tolerance",
        description="how far below the best held-out accuracy a simpler network may lie", unit="share",
        words=("tolerance", "margin"))
    points: int = points_setting(150, "roasts", le=200)
    held_out: int = setting(
        100, ge=10, le=200, title="held-out roasts", description="roasts that choose the width",
        unit="roasts", words=("held-out roasts", "validation set", "validation examples"))
    steps: int = steps_setting(500, le=800)


class WidthMetrics(Metrics):
    """What each width reached, and which one the search chose."""

    widths: Array = shared("the widths that were trained", unit="units")
    train_accuracy: Array = metric("share of its training roasts that each width gets right", unit="share")
    held_out_accuracy: Array = metric(
        "share of the held-out roasts, which choose, that each width gets right", unit="share")
    test_accuracy: Array = metric("share of 2000 fresh roasts, which judge, that each width gets right", unit="share")
    success: Array = metric("for each width, whether it gets 95 % or more of the fresh roasts right", kind="flag")
    accuracy: Array = metric(
        "share of the fresh roasts right, for the width on the screen", unit="share", part="output")
    chosen_width: Array = metric("smallest width within the tolerance of the best on held-out roasts", unit="units")
    chosen_accuracy: Array = metric("share of the fresh roasts that the chosen width gets right", unit="share")
    best_width: Array = metric("width that is best on held-out roasts, the smallest of equals", unit="units")
    best_held_out: Array = metric("accuracy on held-out roasts of the width that is best there", unit="share")
    best_accuracy: Array = metric(
        "share of the fresh roasts that the width best on held-out roasts gets right", unit="share")
    optimism: Array = metric(
        "accuracy on held-out less that on fresh roasts, of the width best on held-out roasts", unit="share")
    fixed_optimism: Array = metric(
        "accuracy on held-out less that on fresh roasts, of four units, which nobody chose for it", unit="share",
        kind="number")
    best_possible: Array = metric("largest accuracy of any width on the fresh roasts", unit="share")
    gain_to_three: Array = metric("accuracy on fresh roasts of three units less that of two", unit="share")
    gain_beyond_four: Array = metric("accuracy on fresh roasts of eight units less that of four", unit="share")
    smallest_success: Array = metric(
        "smallest width that gets 95 % or more of the fresh roasts right; not a number where none does", unit="units")


def score(net: Trained, on: Data) -> Array:
    """The share of the examples that a network gets right, (R,)."""
    return accuracy(outputs(net.network, net.weights, on.inputs.astype(np.float32)), on.targets)


def measure(trained: list[Trained], held_out: Data, test: Data, params: WidthParams) -> WidthMetrics:
    """Score every width on three sets of roasts, choose by the second, judge by the third."""

    def scores(on: Data | None) -> Array:  # (R, widths)
        return np.stack([score(net, on or net.data) for net in trained], axis=1)

    held, judged = scores(held_out), scores(test)
    best, least = held.argmax(axis=1), held.max(axis=1, keepdims=True) - params.tolerance
    chosen = (held >= least - 1e-9).argmax(axis=1)  # the first that is good enough is the smallest
    success = judged >= SUCCESS

    def judged_at(index: Array) -> Array:
        return np.take_along_axis(judged, index[:, None], axis=1)[:, 0]

    return WidthMetrics(
        widths=np.arange(1, WIDEST + 1),
        train_accuracy=scores(None),
        held_out_accuracy=held,
        test_accuracy=judged,
        success=success.astype(float),
        accuracy=judged[:, params.hidden - 1],
        chosen_width=chosen + 1,
        chosen_accuracy=judged_at(chosen),
        best_width=best + 1,
        best_held_out=held.max(axis=1),
        best_accuracy=judged_at(best),
        optimism=held.max(axis=1) - judged_at(best),
        fixed_optimism=held[:, 3] - judged[:, 3],
        best_possible=judged.max(axis=1),
        gain_to_three=judged[:, 2] - judged[:, 1],
        gain_beyond_four=judged[:, 7] - judged[:, 3],
        smallest_success=np.where(success.any(axis=1), success.argmax(axis=1) + 1.0, np.nan),
    )


def run(params: WidthParams, seeds: Array) -> Generator[Frame, None, Outcome[WidthMetrics]]:
    """Train all widths on the same roasts, then choose and judge."""
    data = roasts(seeds, params.points)
    held_out, test = roasts(seeds, params.held_out, "held-out"), roasts(seeds, TEST_POINTS, "test")
    config = TrainingConfig(learning_rate=0.1, steps=params.steps)
    trained = []
    for width in range(1, WIDEST + 1):
        network = dense(2, [width] * params.layers, 1, params.activation, "sigmoid")
        start = initial_weights(network, seeds, scale=2.0)
        trained.append((yield from train(network, data, config, seeds, weights=start, name=f"{width} units",
                                         frames=60 if width == params.hidden else 6)))
    return Outcome(trained[params.hidden - 1], measure(trained, held_out, test, params))


EXPERIMENT = Experiment(
    "How many units?",
    WidthParams,
    WidthMetrics,
    run,
    views=(
        View("lines", "Accuracy by width", x="widths", x_title="hidden units in a layer",
             y=("train_accuracy", "held_out_accuracy", "test_accuracy"), y_title="share right",
             names=("training", "held out", "test")),
        View("network", "The width on the screen"),
        View("lines", "Share of the runs with 95 % or more of fresh roasts right", x="widths", y=("success",),
             mean=True,
             x_title="hidden units in a layer", y_title="share of the runs"),
        View("histogram", "The width that the search chooses, over all runs", y=("chosen_width",)),
    ),
    concepts=edge_concepts,
)
