"""Saturated output: why a network says 0, 1 or the same thing whatever it is shown.

A 2-3-1 network on the coffee roaster's data, trained from one start in six ways: soundly; with an output
bias that saturates the sigmoid at the start, with log loss and with squared error; on raw inputs; on labels
drawn at random; and with a ReLU in place of the output's sigmoid. The answer tells the causes apart.
Exactly 0 or 1 means saturation or a dead unit; the share of yes among the labels means that nothing was
learned from the inputs, as with raw inputs. Labels at random, often blamed, do not give a constant: the
network learns some of the noise. Log loss gets out of saturation and squared error does not, because only
the latter's gradient carries the factor a(1 - a) (Bishop, 2006, section 5.2; Golik et al., 2013).
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sims.engine.activations import Array
from sims.engine.backprop import loss_gradients
from sims.engine.coffee import GOOD, roast_values, roasts
from sims.engine.datasets import Axis, Data, coin_flips
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import Network, dense, initial_weights, outputs
from sims.engine.scores import accuracy
from sims.engine.settings import Optimizer, rate_setting, steps_setting
from sims.engine.side_by_side import train_variants
from sims.engine.training import Frame, Trained, TrainingConfig

CaseName = Literal[
    "sound", "saturated_log_loss", "saturated_squared_error", "raw_inputs", "random_labels", "relu_output"
]
POINTS, TEST_POINTS = 100, 1000
SAME = 0.02  # spread of the outputs below which we say "always the same"
RAW = (Axis("temperature", "°C", 150, 285), Axis("duration", "min", 11.5, 15.5))


class SaturationParams(Params):
    """Settings of the six trainings; `case` chooses the one on the screen."""

    case: CaseName = setting(
        "saturated_squared_error", title="case", description="which of the six trainings is on the screen",
        words=("case", "cause", "variant"))
    start_bias: float = setting(
        10.0, ge=-20, le=20, step=1, title="output bias at the start",
        description="bias of the output unit before training, in the two saturated cases",
        words=("bias", "start bias", "initial bias", "saturation"))
    optimizer: Optimizer = setting(
        "sgd", title="optimizer", description="rule that turns gradients into steps",
        words=("optimiser", "sgd", "momentum", "adam"))
    learning_rate: float = rate_setting(1.0, le=3)
    steps: int = steps_setting(500, le=1200)


class SaturationMetrics(Metrics):
    """What each of the six networks says of 1000 fresh roasts."""

    cases: Array = shared("the six trainings", kind="label")
    spread: Array = metric("standard deviation of the outputs over fresh roasts, for each training", unit="output")
    mean_output: Array = metric("mean output over fresh roasts, for each training", unit="output")
    accuracies: Array = metric("share of the fresh roasts right, for each training", unit="share")
    same: Array = metric("for each training, whether the outputs are always the same: a spread below 0.02", kind="flag")
    spread_sound: Array = metric("spread of the outputs over fresh roasts, sound training", unit="output")
    spread_log_loss: Array = metric(
        "spread of the outputs over fresh roasts, saturated at the start, log loss", unit="output")
    spread_squared_error: Array = metric(
        "spread of the outputs over fresh roasts, saturated at the start, squared error", unit="output")
    spread_raw: Array = metric("spread of the outputs over fresh roasts, raw inputs", unit="output")
    spread_random: Array = metric("spread of the outputs over fresh roasts, labels at random", unit="output")
    random_gain: Array = metric(
        "log loss of the best constant answer to the labels at random, less that of the network trained on them",
        unit="nats")
    spread_relu: Array = metric("spread of the outputs over fresh roasts, ReLU at the output", unit="output")
    output_squared_error: Array = metric(
        "mean output over fresh roasts, saturated at the start, squared error", unit="output")
    output_raw: Array = metric("mean output over fresh roasts, raw inputs", unit="output")
    output_relu: Array = metric("mean output over fresh roasts, ReLU at the output", unit="output")
    share_good: Array = metric("share of the training roasts that are good", unit="share")
    raw_off_share: Array = metric(
        "distance of the mean output on raw inputs from the share of good training roasts", unit="output")
    accuracy_sound: Array = metric("share of the fresh roasts right, sound training", unit="share")
    accuracy_log_loss: Array = metric("share of the fresh roasts right, saturated at the start, log loss", unit="share")
    accuracy_squared_error: Array = metric(
        "share of the fresh roasts right, saturated at the start, squared error", unit="share")
    start_slope: Array = metric("mean slope a(1 - a) of the saturated output before training")
    gradient_log_loss: Array = metric("length of the first gradient of the saturated network, log loss")
    gradient_squared_error: Array = metric("length of the first gradient of the saturated network, squared error")
    always_the_same: Array = metric(
        "whether the network on the screen always says the same", kind="flag", part="output")
    loss: Array = metric("loss at the end on the screen", unit="nats or squared error", part="loss")


@dataclass(frozen=True)
class Case:
    """One of the trainings: its network, data, loss and start."""

    network: Network
    data: Data
    loss: str
    start: list[Array]


def cases_of(seeds: Array, start_bias: float) -> dict[str, Case]:
    """The six trainings by name."""
    network = dense(2, [3], 1, "tanh", "sigmoid")
    rectified = dense(2, [3], 1, "tanh", "relu")
    data, start = roasts(seeds, POINTS), initial_weights(network, seeds)
    saturated = [layer.copy() for layer in start]
    saturated[1][:, -1] = start_bias
    share = np.broadcast_to(data.targets.mean(axis=2, keepdims=True), data.targets.shape)
    random = Data(data.inputs, coin_flips(seeds, share, "random labels"), data.axes, GOOD)
    values, good = roast_values(seeds, POINTS)
    return {
        "sound": Case(network, data, "log_loss", start),
        "saturated_log_loss": Case(network, data, "log_loss", saturated),
        "saturated_squared_error": Case(network, data, "squared_error", saturated),
        "raw_inputs": Case(network, Data(values, good, RAW, GOOD), "log_loss", start),
        "random_labels": Case(network, random, "log_loss", start),
        "relu_output": Case(rectified, data, "squared_error", initial_weights(rectified, seeds)),
    }


def first_gradients(case: Case) -> dict[str, Array]:
    """The slope of the saturated output before training, and the first gradient's length for both losses."""
    inputs, targets = case.data.inputs, case.data.targets
    a = outputs(case.network, case.start, inputs)
    lengths = {}
    for loss in ("log_loss", "squared_error"):
        gradients = loss_gradients(case.network, case.start, inputs, targets, loss)
        lengths[f"gradient_{loss}"] = np.sqrt(sum((layer**2).sum(axis=(1, 2)) for layer in gradients))
    return {"start_slope": (a * (1 - a)).mean(axis=(1, 2)), **lengths}


def measure(
    nets: dict[str, Trained], seeds: Array, params: SaturationParams, saturated: Case
) -> SaturationMetrics:
    """What all six networks say of fresh roasts."""
    values, good = roast_values(seeds, TEST_POINTS, "fresh")
    seen = roasts(seeds, TEST_POINTS, "fresh").inputs
    said = {
        name: outputs(net.network, net.weights, (values if name == "raw_inputs" else seen).astype(np.float32))
        for name, net in nets.items()
    }
    spread = {name: out.std(axis=(1, 2), dtype=float) for name, out in said.items()}
    mean = {name: out.mean(axis=(1, 2), dtype=float) for name, out in said.items()}
    right = {name: accuracy(out, good) for name, out in said.items()}
    share = nets["sound"].data.targets.mean(axis=(1, 2))
    yes = nets["random_labels"].data.targets.mean(axis=(1, 2))
    constant = -yes * np.log(yes) - (1 - yes) * np.log(1 - yes)
    return SaturationMetrics(
        cases=np.array([name.replace("_", " ") for name in nets]),
        spread=np.stack(list(spread.values()), axis=1), mean_output=np.stack(list(mean.values()), axis=1),
        accuracies=np.stack(list(right.values()), axis=1),
        same=(np.stack(list(spread.values()), axis=1) < SAME).astype(float),
        spread_sound=spread["sound"], spread_log_loss=spread["saturated_log_loss"],
        spread_squared_error=spread["saturated_squared_error"], spread_raw=spread["raw_inputs"],
        spread_random=spread["random_labels"], random_gain=constant - nets["random_labels"].loss,
        spread_relu=spread["relu_output"],
        output_squared_error=mean["saturated_squared_error"], output_raw=mean["raw_inputs"],
        output_relu=mean["relu_output"], share_good=share, raw_off_share=np.abs(mean["raw_inputs"] - share),
        accuracy_sound=right["sound"], accuracy_log_loss=right["saturated_log_loss"],
        accuracy_squared_error=right["saturated_squared_error"],
        **first_gradients(saturated),
        always_the_same=(spread[params.case] < SAME).astype(float), loss=nets[params.case].loss,
    )


def run(params: SaturationParams, seeds: Array) -> Generator[Frame, None, Outcome[SaturationMetrics]]:
    """Train all six, with the same optimizer, rate and steps; as one crowd what has the same network and loss."""
    cases = cases_of(seeds, params.start_bias)
    found: dict[str, Trained] = {}
    for network, loss in dict.fromkeys((case.network, case.loss) for case in cases.values()):
        alike = {name: case for name, case in cases.items() if (case.network, case.loss) == (network, loss)}
        config = TrainingConfig(loss, params.optimizer, params.learning_rate, params.steps)
        found |= yield from train_variants(network, {name: case.data for name, case in alike.items()}, config, seeds,
                                           starts={name: case.start for name, case in alike.items()},
                                           frames=60 if params.case in alike else 6)
    nets = {name: replace(found[name], config=replace(found[name].config, learning_rate=params.learning_rate),
                          name=name.replace("_", " ")) for name in cases}
    return Outcome(nets[params.case], measure(nets, seeds, params, cases["saturated_squared_error"]))


EXPERIMENT = Experiment(
    "Saturated output",
    SaturationParams,
    SaturationMetrics,
    run,
    views=(
        View("bars", "How much the output varies", x="cases", y=("spread",), y_title="spread of the outputs"),
        View(
            "table",
            "What each network says of fresh roasts",
            x="cases",
            y=("mean_output", "spread", "accuracies"),
        ),
        View("network", "The network on the screen"),
        View("loss", "Loss while training"),
    ),
)
