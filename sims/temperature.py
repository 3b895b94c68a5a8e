"""Temperature: one number that makes an overconfident network honest, and changes no decision.

A network fitted too long to few examples writes 0.99 where 0.8 would be true. Dividing its logits by a temperature
T > 1 pulls all outputs towards one half; T is chosen where the log loss on validation examples is least (Guo et al.,
2017). The sign of a logit does not change, so that neither do the decisions at one half. Where a network is not
overconfident, T comes out near 1, and below 1 it makes outputs surer.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array, activate
from sims.engine.datasets import noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import from_logits
from sims.engine.network import dense, outputs, with_linear_output
from sims.engine.scores import calibration_error, reliability
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

FRESH = 2000
TEMPERATURES = np.geomspace(0.25, 16, 49)
SURE = 0.9


class TemperatureParams(Params):
    """What makes the network overconfident, and how many examples the temperature is chosen on."""

    points: int = points_setting(60, le=600, ge=20)
    validation: int = setting(200, ge=20, le=1000, step=20, title="validation examples", unit="examples",
                              words=("validation", "held-out", "calibration set"),
                              description="examples that the temperature is chosen on")
    hidden: int = hidden_setting(8, le=12)
    steps: int = steps_setting(500, le=800)
    learning_rate: float = rate_setting(0.05)


class TemperatureMetrics(Metrics):
    """The outputs before and after, on 2000 fresh examples."""

    temperature: Array = metric("temperature with the lowest log loss on the validation examples")
    best_temperature: Array = metric("temperature with the lowest log loss on the fresh examples")
    accuracy: Array = metric("share of fresh examples right", unit="share", part="output")
    accuracy_after: Array = metric("share of fresh examples right after the temperature", unit="share")
    train_accuracy: Array = metric("share of the training examples right", unit="share")
    changed: Array = metric("fresh examples whose answer the temperature changes", unit="examples")
    error: Array = metric("expected calibration error, ten bins", unit="probability")
    error_after: Array = metric("expected calibration error after the temperature", unit="probability")
    loss: Array = metric("log loss on fresh examples", unit="nats", part="loss")
    loss_after: Array = metric("log loss on fresh examples after the temperature", unit="nats")
    best_loss: Array = metric("log loss of the true probabilities on fresh examples", unit="nats")
    confidence: Array = metric("mean probability that the network gives to its own answers", unit="probability")
    confidence_after: Array = metric("mean probability given to its own answers after the temperature",
                                     unit="probability")
    overconfidence: Array = metric("mean probability given to its own answers minus the share right", kind="number")
    overconfidence_after: Array = metric(
        "mean probability given to its own answers after the temperature minus the share right", kind="number")
    sure_share: Array = metric("share of fresh examples answered with 0.9 or more", unit="share")
    sure_right: Array = metric("share right of the answers given with 0.9 or more", unit="share")
    sure_share_after: Array = metric("share of fresh examples answered with 0.9 or more after the temperature",
                                     unit="share")
    sure_right_after: Array = metric("share right of the answers given with 0.9 or more after the temperature",
                                     unit="share")
    distance: Array = metric("mean distance of the output from the true probability", unit="probability")
    distance_after: Array = metric("mean distance of the output from the true probability after the temperature",
                                   unit="probability")
    logit: Array = metric("the fresh logit that nine in ten are nearer to 0 than, without its sign, to one place")
    output: Array = metric("output for that logit", unit="probability")
    output_after: Array = metric("output for that logit divided by the temperature", unit="probability")
    bins: Array = shared("middle of each tenth of probability", unit="probability")
    seen: Array = metric("share of yes among the examples with outputs in each tenth", unit="share")
    seen_after: Array = metric("share of yes among the examples with outputs in each tenth after the temperature",
                               unit="share")
    temperatures: Array = shared("temperatures")
    validation_curve: Array = metric("log loss on the validation examples at each temperature", unit="nats")
    fresh_curve: Array = metric("log loss on the fresh examples at each temperature", unit="nats")


def logits(net: Trained, inputs: Array) -> Array:
    """The output's pre-activation, (R, N)."""
    linear = with_linear_output(net.network)
    return outputs(linear, net.weights, inputs.astype(np.float32))[:, 0].astype(float)


def losses_at(z: Array, yes: Array) -> Array:
    """The mean log loss at each of TEMPERATURES, (R, k), of logits and labels (R, N)."""
    return np.stack([from_logits("sigmoid", z / t, yes).mean(axis=1) for t in TEMPERATURES], axis=1)


def confidence_of(p: Array, yes: Array) -> dict[str, Array]:
    """How sure the answers are and how often they are right, (R,) each, by outputs and labels (R, N)."""
    given, right = np.maximum(p, 1 - p), (p > 0.5) == (yes > 0.5)
    sure = given >= SURE
    return {"confidence": given.mean(axis=1), "overconfidence": given.mean(axis=1) - right.mean(axis=1),
            "sure_share": sure.mean(axis=1), "sure_right": (sure & right).sum(axis=1) / sure.sum(axis=1),
            "accuracy": right.mean(axis=1), "error": calibration_error(p, yes)}


def run(params: TemperatureParams, seeds: Array) -> Generator[Frame, None, Outcome[TemperatureMetrics]]:
    """Train one network, choose its temperature on validation examples, and judge both on fresh ones."""
    data, _ = noisy_logistic(seeds, params.points, "train")
    known, _ = noisy_logistic(seeds, params.validation, "validation")
    fresh, chance = noisy_logistic(seeds, FRESH, "fresh")
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    shown = yield from train(network, data, config, seeds, validation=known)
    z, yes, truth = logits(shown, fresh.inputs), fresh.targets[:, 0], chance[:, 0]
    on_known, on_fresh = losses_at(logits(shown, known.inputs), known.targets[:, 0]), losses_at(z, yes)
    chosen = TEMPERATURES[on_known.argmin(axis=1)]
    p, after = activate("sigmoid", z.copy()), activate("sigmoid", z / chosen[:, None])
    size = np.round(np.quantile(np.abs(z), 0.9, axis=1), 1)
    return Outcome(shown, TemperatureMetrics(
        temperature=chosen, best_temperature=TEMPERATURES[on_fresh.argmin(axis=1)],
        **confidence_of(p, yes), **{f"{name}_after": value for name, value in confidence_of(after, yes).items()},
        train_accuracy=((logits(shown, data.inputs) > 0) == (data.targets[:, 0] > 0.5)).mean(axis=1),
        changed=((p > 0.5) != (after > 0.5)).sum(axis=1), loss=from_logits("sigmoid", z, yes).mean(axis=1),
        loss_after=from_logits("sigmoid", z / chosen[:, None], yes).mean(axis=1),
        best_loss=-np.log(np.where(yes > 0.5, truth, 1 - truth)).mean(axis=1),
        distance=np.abs(p - truth).mean(axis=1), distance_after=np.abs(after - truth).mean(axis=1), logit=size,
        output=activate("sigmoid", size.copy()), output_after=activate("sigmoid", size / chosen),
        bins=np.linspace(0.05, 0.95, 10), seen=reliability(p, yes)[1], seen_after=reliability(after, yes)[1],
        temperatures=TEMPERATURES, validation_curve=on_known, fresh_curve=on_fresh,
    ))


EXPERIMENT = Experiment(
    "Temperature",
    TemperatureParams,
    TemperatureMetrics,
    run,
    views=(
        View("lines", "Of the examples given a probability, how many are yes", x="bins", x_title="output",
             y=("seen", "seen_after"), y_title="share of yes", names=("as trained", "after the temperature"),
             diagonal=True),
        View("lines", "Log loss at each temperature", x="temperatures", x_title="temperature", log_x=True,
             y=("validation_curve", "fresh_curve"), y_title="log loss", names=("validation", "fresh examples")),
        View("bars", "Calibration error", y=("error", "error_after"), names=("as trained", "after the temperature")),
        View("network", "The output over the plane, as trained"),
    ),
)
