"""Fully connected or not: what hidden units can do that see only some of the inputs.

Four inputs. What counts is whether the first two agree; the other two say nothing. Four networks of equal width learn
it. In the first each hidden unit is connected to all inputs. In the second each sees one input. In the third units see
either inputs 1 and 2 or inputs 3 and 4, which are the right pairs; in the fourth 1 and 3 or 2 and 4, the wrong ones.
Units that see one input each make a sum of curves, one for each input (an additive model; Hastie and Tibshirani, 1990),
and agreement is no such sum. Leaving out connections is a bet on what belongs together (LeCun et al., 1989). In another
world the label follows the sum of the first two inputs, and one input for each unit is enough.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import Axis, Data, coin_flips, uniform
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.masked import masked_start, train_masked
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig

INPUTS, FRESH, SHARP = 4, 1000, 12.0
AXES = tuple(Axis(f"x{k + 1}") for k in range(INPUTS))
YES = (Axis("yes", low=0, high=1),)
WAYS = ("all inputs", "one input each", "the right pairs", "the wrong pairs")
GROUPS = (((0, 1, 2, 3),), ((0,), (1,), (2,), (3,)), ((0, 1), (2, 3)), ((0, 2), (1, 3)))


class ConnectionParams(Params):
    """The task, the width, and how the networks train."""

    task: Literal["agreement", "sum"] = setting(
        "agreement", title="what counts", words=("task", "truth"),
        description="agreement: whether the first two inputs have the same sign; sum: whether their sum is positive")
    hidden: int = setting(8, ge=4, le=16, step=4, title="hidden units", unit="units",
                          description="units in the hidden layer, a multiple of four",
                          words=("hidden neurons", "units", "width"))
    points: int = points_setting(120, le=300, ge=20)
    steps: int = steps_setting(150, le=400)
    learning_rate: float = rate_setting(0.05)


class ConnectionMetrics(Metrics):
    """What four networks with different connections get right of 1000 fresh examples."""

    ways: Array = shared("what the hidden units see", kind="label")
    right: Array = metric("share of the fresh examples right, for each network", unit="share")
    full: Array = metric("share of the fresh examples right where each unit sees all inputs", unit="share",
                         part="output")
    single: Array = metric("share of the fresh examples right where each unit sees one input", unit="share")
    pairs: Array = metric("share of the fresh examples right where units see the right pairs", unit="share")
    wrong_pairs: Array = metric("share of the fresh examples right where units see the wrong pairs", unit="share")
    best: Array = metric("share of the fresh examples right by the true rule", unit="share")
    gain_full: Array = metric("what seeing all inputs gains over one input for each unit", unit="share")
    gain_pairs: Array = metric("what the right pairs gain over seeing all inputs", unit="share")
    gain_wrong: Array = metric("what the wrong pairs gain over seeing all inputs", unit="share")
    train_full: Array = metric("share of the training examples right where each unit sees all inputs", unit="share")
    train_single: Array = metric("share of the training examples right where each unit sees one input", unit="share")
    connections_full: Array = metric("connections into the hidden layer, all inputs", kind="count")
    connections_single: Array = metric("connections into the hidden layer, one input for each unit", kind="count")
    connections_pairs: Array = metric("connections into the hidden layer, two inputs for each unit", kind="count")
    small: Array = metric("share of the full network's connections smaller than a tenth of its largest one",
                          unit="share")


def mask_of(groups: tuple[tuple[int, ...], ...], hidden: int) -> Array:
    """Which inputs each hidden unit sees, the groups in turn: (4, hidden) of 0 and 1."""
    mask = np.zeros((INPUTS, hidden))
    for unit in range(hidden):
        mask[list(groups[unit % len(groups)]), unit] = 1
    return mask


def examples(params: ConnectionParams, seeds: Array, points: int, purpose: str) -> tuple[Data, Array]:
    """Inputs from -1 to 1 and labels with some chance near the border, with their true logits (R, N)."""
    x = uniform(seeds, [-1] * INPUTS, [1] * INPUTS, points, purpose)
    logit = SHARP * (x[:, 0] * x[:, 1] if params.task == "agreement" else x[:, 0] + x[:, 1])
    return Data(x, coin_flips(seeds, activate("sigmoid", logit)[:, None], purpose + " luck"), AXES, YES), logit


def run(params: ConnectionParams, seeds: Array) -> Generator[Frame, None, Outcome[ConnectionMetrics]]:
    """Train the four networks as one crowd and judge each on fresh examples."""
    replicas, count = len(seeds), len(WAYS)
    data, _ = examples(params, seeds, params.points, "data")
    test, logit = examples(params, seeds, FRESH, "test")
    network = dense(INPUTS, [params.hidden], 1, "tanh", "sigmoid")
    masks = np.repeat(np.stack([mask_of(groups, params.hidden) for groups in GROUPS]), replicas, axis=0)
    recorded = train_masked(network, masked_start(network, np.tile(seeds, count), masks), masks,
                            np.tile(data.inputs, (count, 1, 1)), np.tile(data.targets, (count, 1, 1)),
                            params.learning_rate, params.steps)

    def judge(examples_: Data, way: int) -> Array:
        weights = tuple(layer[way * replicas : (way + 1) * replicas] for layer in recorded.weights[-1])
        return accuracy(outputs(network, weights, examples_.inputs.astype(np.float32)), examples_.targets)

    frames = []
    for step, layers in zip(recorded.steps, recorded.weights, strict=True):
        mine = tuple(layer[:replicas] for layer in layers)
        p = np.clip(outputs(network, mine, data.inputs.astype(np.float32))[:, 0].astype(float), 1e-7, 1 - 1e-7)
        loss = -np.log(np.where(data.targets[:, 0] > 0.5, p, 1 - p)).mean(axis=1)
        frames.append(Frame(step, loss, mine, name=WAYS[0]))
        yield frames[-1]
    shown = Trained(network, data, TrainingConfig(learning_rate=params.learning_rate, steps=params.steps),
                    tuple(frames), np.full(replicas, -1), name=WAYS[0])
    right = [judge(test, way) for way in range(count)]
    sizes = np.abs(shown.weights[0][:, :-1])
    counts = [np.full(replicas, int(mask_of(groups, params.hidden).sum())) for groups in GROUPS]
    return Outcome(shown, ConnectionMetrics(
        ways=np.array(WAYS), right=np.stack(right, axis=1), full=right[0], single=right[1], pairs=right[2],
        wrong_pairs=right[3], best=((logit > 0) == (test.targets[:, 0] > 0.5)).mean(axis=1),
        gain_full=right[0] - right[1], gain_pairs=right[2] - right[0], gain_wrong=right[3] - right[0],
        train_full=judge(data, 0), train_single=judge(data, 1), connections_full=counts[0],
        connections_single=counts[1], connections_pairs=counts[2],
        small=(sizes < 0.1 * sizes.max(axis=(1, 2), keepdims=True)).mean(axis=(1, 2)),
    ))


EXPERIMENT = Experiment(
    "Fully connected or not",
    ConnectionParams,
    ConnectionMetrics,
    run,
    views=(
        View("bars", "Share of fresh examples right", x="ways", y=("right",), y_title="share right"),
        View("network", "The fully connected network"),
        View("loss", "Loss while training"),
    ),
)
