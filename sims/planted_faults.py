"""Planted faults: one small network that learns, and five copies with one fault each whose loss does not fall as it
should.

A 2-6-1 tanh network tells a disc from the ring about it, by plain descent on all examples. The copies have a learning
rate a thousandth as large, one a hundred times as large, the wrong sign in the update, inputs a hundred times as large,
and labels that were shuffled against the inputs. Each fault leaves its own mark in the loss curve.

The second measurement is the usual first test: can the network learn a handful of examples by heart? It tells a broken
training from a hard task, but not good labels from shuffled ones (Goodfellow, Bengio and Courville, 2016, section 11.5;
Zhang et al., 2017).
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data, shuffled
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.scores import accuracy, accuracy_on
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.shapes import rings
from sims.engine.training import Frame, Trained, TrainingConfig, train

Fault = Literal["none", "rate_tiny", "rate_huge", "wrong_sign", "inputs_raw", "labels_shuffled"]
FAULTS: dict[Fault, str] = {
    "none": "no fault", "rate_tiny": "rate a thousandth", "rate_huge": "rate a hundredfold",
    "wrong_sign": "wrong sign", "inputs_raw": "inputs a hundredfold", "labels_shuffled": "labels shuffled",
}
RATES: dict[Fault, float] = {"rate_tiny": 0.001, "rate_huge": 100.0, "wrong_sign": -1.0}
POINTS, FRESH, RAW = 60, 400, 100.0
LONGER = 3  # times as many steps for the handful
FRAMES = 60


class FaultParams(Params):
    """The copy on the screen, and the recipe that all copies share but for their faults."""

    fault: Fault = setting("rate_tiny", title="fault on the screen", description="which of the six trainings is drawn",
                           words=("fault", "bug", "mistake", "what is wrong"))
    few: int = setting(8, ge=2, le=40, title="handful of examples", description="examples to be learned by heart",
                       unit="examples", words=("batch", "few examples", "small batch", "handful"))
    hidden: int = hidden_setting(6, le=12)
    learning_rate: float = rate_setting(0.5, le=1, ge=0.05)
    steps: int = steps_setting(240, le=600, ge=50)


class FaultMetrics(Metrics):
    """The loss curve of each copy in numbers, and what it makes of a handful of examples."""

    faults: Array = shared("the planted faults", kind="label")
    start: Array = metric("log loss before training, copy by copy", unit="nats")
    end: Array = metric("log loss after training, copy by copy", unit="nats")
    rises: Array = metric("share of the recorded steps at which the loss rises, copy by copy", unit="share")
    by_heart: Array = metric("log loss on the handful that was trained on, copy by copy", unit="nats")
    start_none: Array = metric("log loss before training, without a fault", unit="nats")
    start_labels: Array = metric("log loss before training, labels shuffled", unit="nats")
    end_none: Array = metric("log loss after training, without a fault", unit="nats")
    end_tiny: Array = metric("log loss after training, rate a thousandth", unit="nats")
    end_huge: Array = metric("log loss after training, rate a hundredfold", unit="nats")
    end_sign: Array = metric("log loss after training, wrong sign", unit="nats")
    start_raw: Array = metric("log loss before training, inputs a hundredfold", unit="nats")
    end_raw: Array = metric("log loss after training, inputs a hundredfold", unit="nats")
    end_labels: Array = metric("log loss after training, labels shuffled", unit="nats")
    rises_none: Array = metric("share of the recorded steps at which the loss rises, without a fault", unit="share")
    rises_tiny: Array = metric("share of the recorded steps at which the loss rises, rate a thousandth", unit="share")
    rises_huge: Array = metric("share of the recorded steps at which the loss rises, rate a hundredfold", unit="share")
    rises_sign: Array = metric("share of the recorded steps at which the loss rises, wrong sign", unit="share")
    rises_labels: Array = metric("share of the recorded steps at which the loss rises, labels shuffled", unit="share")
    rises_raw: Array = metric("share of the recorded steps at which the loss rises, inputs a hundredfold",
                              unit="share")
    sides_raw: Array = metric("mean size of the hidden activations before training, inputs a hundredfold")
    sides_none: Array = metric("mean size of the hidden activations before training, without a fault")
    heart_none: Array = metric("log loss on the handful, without a fault", unit="nats")
    heart_tiny: Array = metric("log loss on the handful, rate a thousandth", unit="nats")
    heart_huge: Array = metric("log loss on the handful, rate a hundredfold", unit="nats")
    heart_sign: Array = metric("log loss on the handful, wrong sign", unit="nats")
    heart_raw: Array = metric("log loss on the handful, inputs a hundredfold", unit="nats")
    heart_labels: Array = metric("log loss on the handful, labels shuffled", unit="nats")
    fresh_none: Array = metric("share of fresh examples right after training on all, without a fault", unit="share")
    fresh_few: Array = metric("share of fresh examples right after training on the handful, without a fault",
                              unit="share")
    fresh_labels: Array = metric("share of fresh examples right after training on the handful, labels shuffled",
                                 unit="share")
    few_right: Array = metric("share of the handful right, without a fault", unit="share")
    parameters: Array = metric("weights and biases of the network", unit="parameters")
    steps_seen: Array = shared("training step", unit="steps")
    curve_none: Array = metric("log loss at each step, without a fault", unit="nats")
    curve_tiny: Array = metric("log loss at each step, rate a thousandth", unit="nats")
    curve_huge: Array = metric("log loss at each step, rate a hundredfold", unit="nats")
    curve_sign: Array = metric("log loss at each step, wrong sign", unit="nats")
    curve_raw: Array = metric("log loss at each step, inputs a hundredfold", unit="nats")
    curve_labels: Array = metric("log loss at each step, labels shuffled", unit="nats")


def with_faults(data: Data, seeds: Array) -> Data:
    """The examples of R replicas six times over, copy by copy (6 R, ...), with the faults that lie in the data."""
    wrong = shuffled(data, seeds)
    inputs = [RAW * data.inputs if name == "inputs_raw" else data.inputs for name in FAULTS]
    targets = [wrong.targets if name == "labels_shuffled" else data.targets for name in FAULTS]
    return replace(data, inputs=np.concatenate(inputs), targets=np.concatenate(targets))


def train_copies(network: Network, data: Data, params: FaultParams, seeds: Array, name: str, longer: int = 1,
                 frames: int = FRAMES) -> Generator[Frame, None, dict[Fault, Trained]]:
    """The six copies as one crowd, from the same starts; one result for each."""
    count = len(seeds)
    rates = np.repeat([params.learning_rate * RATES.get(fault, 1.0) for fault in FAULTS], count)
    config = TrainingConfig(optimizer="sgd", learning_rate=rates, steps=longer * params.steps)
    start = [np.concatenate([layer] * len(FAULTS)) for layer in initial_weights(network, seeds)]
    crowd = with_faults(data, seeds)
    every = yield from train(network, crowd, config, np.tile(seeds, len(FAULTS)), weights=start, name=name,
                             frames=frames)
    return {fault: part_of(every, number, count) for number, fault in enumerate(FAULTS)}


def part_of(every: Trained, number: int, count: int) -> Trained:
    """The replicas of one copy."""
    part = slice(number * count, (number + 1) * count)
    frames = tuple(replace(frame, loss=frame.loss[part], weights=tuple(layer[part] for layer in frame.weights))
                   for frame in every.frames)
    return replace(every, frames=frames, data=every.data.part(part), config=every.config.part(part),
                   diverged_at=every.diverged_at[part])


def run(params: FaultParams, seeds: Array) -> Generator[Frame, None, Outcome[FaultMetrics]]:
    """Train the six copies on all examples, and on a handful."""
    data, fresh = rings(seeds, POINTS), rings(seeds, FRESH, purpose="fresh")
    order = np.arange(POINTS).reshape(2, -1).T.ravel()  # of both classes in turn
    data = replace(data, inputs=data.inputs[:, :, order], targets=data.targets[:, :, order])
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    nets = yield from train_copies(network, data, params, seeds, "all examples")
    small = yield from train_copies(network, data.examples(0, params.few), params, seeds, "a handful", LONGER, 2)
    curves = {fault: np.stack([frame.loss for frame in net.frames], axis=1) for fault, net in nets.items()}
    rises = {fault: (curve[:, 1:] > curve[:, :-1]).mean(axis=1) for fault, curve in curves.items()}
    hidden = dense(2, [], params.hidden, "tanh", "tanh")

    def size(fault: Fault) -> Array:
        first = nets[fault].frames[0].weights[:1]
        return np.abs(outputs(hidden, first, nets[fault].data.inputs.astype(np.float32))).mean(axis=(1, 2), dtype=float)

    few_right = accuracy(outputs(network, small["none"].weights, small["none"].data.inputs.astype(np.float32)),
                         small["none"].data.targets)
    short: dict[str, Fault] = {"none": "none", "tiny": "rate_tiny", "huge": "rate_huge", "sign": "wrong_sign",
                               "raw": "inputs_raw", "labels": "labels_shuffled"}
    return Outcome(nets[params.fault], FaultMetrics(
        faults=np.array(list(FAULTS.values())), start=np.stack([curve[:, 0] for curve in curves.values()], axis=1),
        end=np.stack([net.loss for net in nets.values()], axis=1), rises=np.stack(list(rises.values()), axis=1),
        by_heart=np.stack([net.loss for net in small.values()], axis=1),
        **{f"end_{name}": nets[fault].loss for name, fault in short.items()},
        **{f"heart_{name}": small[fault].loss for name, fault in short.items()},
        **{f"curve_{name}": curves[fault] for name, fault in short.items()},
        **{f"rises_{name}": rises[short[name]] for name in short},
        start_none=curves["none"][:, 0], start_labels=curves["labels_shuffled"][:, 0],
        start_raw=curves["inputs_raw"][:, 0],
        sides_raw=size("inputs_raw"), sides_none=size("none"), fresh_none=accuracy_on(fresh, nets["none"]),
        fresh_few=accuracy_on(fresh, small["none"]), fresh_labels=accuracy_on(fresh, small["labels_shuffled"]),
        few_right=few_right, parameters=np.full(len(seeds), network.parameters),
        steps_seen=np.array([frame.step for frame in nets["none"].frames]),
    ))


EXPERIMENT = Experiment(
    "Five planted faults",
    FaultParams,
    FaultMetrics,
    run,
    views=(
        View("lines", "Faults that leave the loss near its start", x="steps_seen", x_title="step",
             y=("curve_none", "curve_tiny", "curve_raw", "curve_labels"), y_title="log loss (nats)",
             names=tuple(FAULTS[fault] for fault in ("none", "rate_tiny", "inputs_raw", "labels_shuffled"))),
        View("lines", "Faults that drive the loss up", x="steps_seen", x_title="step", y_title="log loss (nats)",
             y=("curve_none", "curve_huge", "curve_sign"), log_y=True,
             names=tuple(FAULTS[fault] for fault in ("none", "rate_huge", "wrong_sign"))),
        View("table", "All examples, and a handful", x="faults", y=("start", "end", "by_heart"),
             names=("loss before", "loss after", "loss on the handful")),
        View("network", "The copy on the screen"),
        View("loss", "Loss while training"),
    ),
)
