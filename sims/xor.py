"""XOR over widths and seeds: one neuron never, two hidden units sometimes, and why failures look like 0.5 and
0.67.

The four rows of XOR (inputs -1 and 1; log loss, full batch, Adam) are learned without a hidden layer and with
hidden layers of 1 to 8 units, by every replica. The yes corners lie across from each other, so that one
straight line cannot part them from the no corners (Minsky and Papert, *Perceptrons*, 1969). Two hidden units
could do it, and often stay stuck; more make it likely. "2-2-1 solves XOR" is true of the right weights, not
of every start.

A stuck network gives several corners the same output. The loss is then lowest at the mean of their labels:
two corners with 0 and 1 get 0.5; three corners with 0, 1, 1 get 0.67; with 0, 0, 1 they get 0.33.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.settings import (
    HiddenActivation,
    activation_setting,
    hidden_setting,
    rate_setting,
    steps_setting,
)
from sims.engine.shapes import Gate, gate
from sims.engine.training import Frame, Trained, TrainingConfig, train

WIDTHS = (0, 1, 2, 3, 4, 8)  # 0: no hidden layer, one neuron alone
ALIKE = 0.1  # outputs this near one another count as the same


class XorParams(Params):
    """Settings of the network on the screen; the widths from 0 to 8 are trained with the same."""

    task: Gate = setting("xor", title="task", words=("gate", "function", "problem"),
                         description="XOR needs two lines; one line is enough for OR and AND")
    hidden: int = hidden_setting(2, ge=0)
    activation: HiddenActivation = activation_setting("tanh")
    spread: float = setting(0.0, ge=0, le=0.5, step=0.05, title="spread", words=("noise", "jitter"),
                            description="how far each run moves its four points; 0 is the table itself")
    learning_rate: float = rate_setting(0.1)
    steps: int = steps_setting(400, le=1500)


class XorMetrics(Metrics):
    """Who solved it, and what the outputs look like where it was not solved."""

    corners: Array = shared("the four rows of the table: first and second input", kind="label")
    outputs: Array = metric("output of the shown network for each row", part="output")
    labels: Array = metric("the right answer of each row")
    solved: Array = metric("whether the shown network has all four rows right", kind="flag", part="output")
    ending: Array = metric("how the outputs of the shown network ended", kind="label", part="output")
    at_half: Array = metric("outputs of the shown network within 0.05 of 0.5", unit="rows", part="output")
    at_two_thirds: Array = metric("outputs of the shown network within 0.05 of 0.67", unit="rows", part="output")
    at_one_third: Array = metric("outputs of the shown network within 0.05 of 0.33", unit="rows", part="output")
    explained: Array = metric(
        "whether every output is within 0.05 of the mean label of the rows that the network answers alike",
        kind="flag", part="output")
    loss: Array = metric("log loss of the shown network at the end", unit="nats", part="loss")
    widths: Array = shared("hidden units; 0 is one neuron without a hidden layer", unit="units")
    solved_by_width: Array = metric("for each width, whether all four rows are right", kind="flag")
    solved_one_neuron: Array = metric("whether one neuron without a hidden layer has all four rows right", kind="flag")
    solved_one: Array = metric("whether one hidden unit has all four rows right", kind="flag")
    solved_two: Array = metric("whether two hidden units have all four rows right", kind="flag")
    solved_three: Array = metric("whether three hidden units have all four rows right", kind="flag")
    solved_four: Array = metric("whether four hidden units have all four rows right", kind="flag")
    solved_eight: Array = metric("whether eight hidden units have all four rows right", kind="flag")


def of(trained: Trained) -> Array:
    """The outputs for the four rows, (R, 4)."""
    return outputs(trained.network, trained.weights, trained.data.inputs.astype(np.float32))[:, 0]


def is_solved(trained: Trained) -> Array:
    """1.0 where all four rows are on the right side of one half, (R,)."""
    right = (of(trained) > 0.5) == (trained.data.targets[:, 0] > 0.5)
    return right.all(axis=1).astype(float)


def means_of_alike(output: Array, labels: Array) -> Array:
    """For each row the mean label of the rows whose output is the same, (R, 4)."""
    alike = np.abs(output[:, :, None] - output[:, None]) < ALIKE  # (R, 4, 4)
    return (alike * labels[:, None]).sum(axis=2) / alike.sum(axis=2)


def endings(solved: Array, near: dict[float, Array]) -> Array:
    """A name for how each replica ended, from how many outputs lie near 0.5, 0.67 and 0.33."""
    conditions = [solved > 0, near[1 / 2] == 4, near[1 / 2] == 2, near[2 / 3] == 3, near[1 / 3] == 3]
    names = ["solved", "all four share 0.5", "two rows share 0.5", "three rows share 0.67",
             "three rows share 0.33"]
    return np.select(conditions, names, "something else")


def measure(shown: Trained, by_width: dict[int, Trained]) -> XorMetrics:
    """Count the solved networks and describe the outputs of the shown ones."""
    output, labels, solved = of(shown), shown.data.targets[:, 0], is_solved(shown)
    near = {value: (np.abs(output - value) <= 0.05).sum(axis=1) for value in (1 / 2, 2 / 3, 1 / 3)}
    success = {width: is_solved(by_width[width]) for width in WIDTHS}
    return XorMetrics(
        corners=np.array(("off, off", "off, on", "on, off", "on, on")),
        outputs=output,
        labels=labels,
        solved=solved,
        ending=endings(solved, near),
        at_half=near[1 / 2],
        at_two_thirds=near[2 / 3],
        at_one_third=near[1 / 3],
        explained=(np.abs(output - means_of_alike(output, labels)) <= 0.05).all(axis=1).astype(float),
        loss=shown.loss,
        widths=np.array(WIDTHS),
        solved_by_width=np.stack([success[width] for width in WIDTHS], axis=1),
        solved_one_neuron=success[0],
        solved_one=success[1],
        solved_two=success[2],
        solved_three=success[3],
        solved_four=success[4],
        solved_eight=success[8],
    )


def run(params: XorParams, seeds: Array) -> Generator[Frame, None, Outcome[XorMetrics]]:
    """Train every width on the four rows, from starts of its own."""
    data = gate(seeds, 4, params.spread, params.task)
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    by_width: dict[int, Trained] = {}
    for width in sorted({*WIDTHS, params.hidden}):
        network = dense(2, [width] if width else [], 1, params.activation, "sigmoid")
        by_width[width] = yield from train(network, data, config, seeds, name=f"{width} hidden units")
    shown = by_width[params.hidden]
    return Outcome(shown, measure(shown, by_width))


EXPERIMENT = Experiment(
    "XOR",
    XorParams,
    XorMetrics,
    run,
    views=(
        View("network", "Which lines the hidden units draw"),
        View("table", "The four rows", y=("outputs", "labels"), x="corners"),
        View("lines", "Share of the runs that solve it, by hidden units", y=("solved_by_width",), x="widths", mean=True,
             x_title="hidden units", y_title="share of the runs"),
        View("loss", "Loss while training"),
    ),
)
