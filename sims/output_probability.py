"""Output probability: when the output of a sigmoid can be read as a probability, and when not.

The answer to an example is drawn with a known probability, sigmoid(3 (x1 + x2)); no network sees more than
the yes or no. A 2-4-1 network is trained on it with log loss, with squared error, and with a class weight
on the yes; each is held against 2000 fresh examples. Folklore has it that only log loss gives
probabilities. Both losses do: both are proper scoring rules (Gneiting and Raftery, 2007). Class weights do
not, nor do few examples trained long.

The class weight c turns p into cp / (cp + 1 - p), which can be undone (Elkan, 2001). Formulas of the
losses: Bishop, *Pattern Recognition and Machine Learning* (2006), sections 4.3 and 5.2.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Literal

import numpy as np

from sims.engine.activations import ACTIVATIONS, Array, activate
from sims.engine.backprop import loss_gradients
from sims.engine.datasets import Data, noisy_logistic
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.losses import LOSSES, losses, output_delta
from sims.engine.network import buffers, dense, forward, outputs
from sims.engine.scores import accuracy, calibration_error, reliability
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

Loss = Literal["log_loss", "squared_error"]

TEST_POINTS = 2000
CONFIDENT = 0.9  # an answer to which the network gives at least this probability
COMPARED_WEIGHT = 5.0
COMPARED = (("log_loss", 1.0), ("squared_error", 1.0), ("log_loss", COMPARED_WEIGHT))  # loss, class weight
LOGITS = np.linspace(-30, 30, 61)


class ProbabilityParams(Params):
    """Settings of the network on the screen; three more are trained for comparison."""

    loss: Loss = setting(
        "log_loss", title="loss", description="loss that the network on the screen is trained with",
        words=("loss function", "cost", "cost function", "cross entropy", "mse", "squared error"))
    class_weight: float = setting(
        1.0, ge=1, le=20, step=0.5, title="class weight of yes",
        description="how many times as much an example with the answer yes counts in the loss",
        words=("class weight", "pos_weight", "weight of the positive class"))
    hidden: int = hidden_setting(4, le=6)
    points: int = points_setting(400)
    steps: int = steps_setting(150, le=1000)


class ProbabilityMetrics(Metrics):
    """How far outputs are probabilities; what is measured on examples is measured on 2000 fresh ones."""

    accuracy: Array = metric("share of fresh examples on the right side of one half", unit="share", part="output")
    train_accuracy: Array = metric(
        "share of the training examples on the right side of one half", unit="share", part="output")
    best_accuracy: Array = metric(
        "share of fresh examples that the true probability puts on the right side of one half", unit="share")
    accuracy_weighted: Array = metric(
        "share of fresh examples on the right side of one half after log loss with class weight 5", unit="share")
    loss: Array = metric(
        "training loss of the network on the screen at the end", unit="nats, or squared error", part="loss")
    fresh_loss: Array = metric("log loss of the network on the screen on fresh examples", unit="nats")
    best_fresh_loss: Array = metric("log loss of the true probability on fresh examples", unit="nats")
    calibration_error: Array = metric(
        "expected calibration error of the network on the screen, ten bins", unit="probability")
    calibration_error_log_loss: Array = metric(
        "expected calibration error when trained with log loss", unit="probability")
    calibration_error_squared_error: Array = metric(
        "expected calibration error when trained with squared error", unit="probability")
    calibration_error_weighted: Array = metric(
        "expected calibration error when trained with log loss and class weight 5", unit="probability")
    calibration_error_undone: Array = metric(
        "expected calibration error after the class weight 5 is divided out of the odds", unit="probability")
    distance: Array = metric(
        "mean distance of the output of the network on the screen from the true probability", unit="probability")
    distance_log_loss: Array = metric(
        "mean distance of the output from the true probability when trained with log loss", unit="probability")
    distance_squared_error: Array = metric(
        "mean distance of the output from the true probability when trained with squared error", unit="probability")
    confident_share: Array = metric("share of examples given 0.9 or more for one answer", unit="share")
    confident_promised: Array = metric(
        "share of the confident answers, 0.9 or more, that would be wrong if the outputs were true", unit="share")
    confident_wrong: Array = metric("share of the confident answers, 0.9 or more, that are wrong", unit="share")
    boasts: Array = metric("whether more of the confident answers, 0.9 or more, are wrong than promised", kind="flag")
    near_nine_count: Array = metric("fresh examples that got 0.85 to 0.95", unit="examples")
    near_nine_yes: Array = metric("yes among the fresh examples that got 0.85 to 0.95", unit="examples")
    near_nine_chance: Array = metric(
        "standard deviation of the yes among the fresh examples that got 0.85 to 0.95, if the outputs are true",
        unit="examples", kind="number")
    near_nine_said: Array = metric("mean output of the fresh examples that got 0.85 to 0.95", unit="probability")
    near_nine_seen: Array = metric("share of yes among the fresh examples that got 0.85 to 0.95", unit="share")
    near_nine_weighted: Array = metric(
        "share of yes among the fresh examples that got 0.85 to 0.95, with class weight 5", unit="share")
    worked_given: Array = metric(
        "probability that the network on the screen gave to what then happened, to two places: the middle of the "
        "fresh examples, the one that 9 in 10 outdo, and the worst", unit="probability")
    worked_losses: Array = metric(
        "minus the logarithm of the probability given, for the middle of the fresh examples, the one that 9 in 10 "
        "outdo, and the worst", unit="nats")
    worst_mistake: Array = metric(
        "the largest probability that the log-loss network gives to a wrong answer", unit="probability")
    gradient_log_loss: Array = metric(
        "norm of the log loss's gradient by the output unit's weights on the worst mistake", unit="per weight")
    gradient_squared_error: Array = metric(
        "norm of the squared error's gradient by the output unit's weights on the worst mistake", unit="per weight")
    gradient_ratio: Array = metric(
        "log loss's gradient on the worst mistake as a multiple of the squared error's", unit="times")
    largest_logit: Array = metric("the largest logit on a fresh example, in absolute value")
    failing_logit: Array = metric("logit from which log(1 - sigmoid) is infinite in float32")
    wrong_logit: Array = metric("logit from which log(1 - sigmoid) is wrong by one per cent or more in float32")
    slope_from_logits: Array = metric("slope of the log loss at a wrong logit of 30, from the logit")
    slope_by_probability: Array = metric(
        "slope of the log loss at a wrong logit of 30, by way of a float32 probability clipped to 1e-7")
    softmax_difference: Array = metric(
        "largest difference of sigmoid(z) from softmax over (z, 0) on fresh examples", unit="probability")
    said: Array = shared("middle of each bin of the reliability diagram", unit="probability")
    seen: Array = metric(
        "share of yes in each bin of the reliability diagram, for the network on the screen", unit="share")
    seen_squared_error: Array = metric(
        "share of yes in each bin of the reliability diagram, when trained with squared error", unit="share")
    seen_weighted: Array = metric(
        "share of yes in each bin of the reliability diagram, with class weight 5", unit="share")
    logits: Array = shared("logits of an example whose answer is no")
    curve_from_logits: Array = metric("log loss of an example whose answer is no, from its logit", unit="nats")
    curve_by_probability: Array = metric(
        "log loss of an example whose answer is no, by way of a float32 probability clipped to 1e-7", unit="nats")
    curve_squared_error: Array = metric("squared error of an example whose answer is no", unit="squared error")


def failing_logits() -> tuple[float, float]:
    """The logits from which -log(1 - sigmoid(z)) is wrong by one per cent in float32, and is infinite."""
    z = np.arange(0, 100, 0.01)
    p = 1 / (1 + np.exp(-z.astype(np.float32)))
    naive = -np.log(np.float32(1) - p)
    exact = losses("log_loss", "sigmoid", z[None], np.zeros((1, 1)))
    return float(z[np.abs(naive / exact - 1) > 0.01][0]), float(z[np.isinf(naive)][0])


def slopes(no: Array) -> dict[str, Array]:
    """The slope of the log loss by a logit of 30 where the answer is `no`, (R, 1, 1), reckoned in two
    ways."""
    p = activate("sigmoid", (no + 30).astype(np.float32))
    slope = LOSSES["log_loss"].derivative(p, no)
    slope = ACTIVATIONS["sigmoid"].backward(p, slope)
    return {"slope_from_logits": output_delta("log_loss", "sigmoid", p, no)[0][:, 0, 0],
            "slope_by_probability": slope[:, 0, 0]}


def mistake_gradients(shown: Trained, test: Data, probability: Array) -> dict[str, Array]:
    """The gradients by the output unit's weights, for each loss, on the example that is most wrong."""
    distance = np.abs(probability - test.targets)[:, 0]  # (R, N)
    worst = distance.argmax(axis=-1)[:, None, None]
    weights = [layer.astype(float) for layer in shown.weights]
    one = np.take_along_axis(test.inputs, worst, axis=2), np.take_along_axis(test.targets, worst, axis=2)
    norms = [np.linalg.norm(loss_gradients(shown.network, weights, *one, loss)[-1], axis=(1, 2))
             for loss in ("log_loss", "squared_error")]
    return {"worst_mistake": distance.max(axis=-1), "gradient_log_loss": norms[0],
            "gradient_squared_error": norms[1], "gradient_ratio": norms[0] / norms[1]}


def confidence(p: Array, y: Array) -> dict[str, Array]:
    """How often confident answers are wrong, promised and seen, from probabilities and targets (R, N)."""
    sure = np.maximum(p, 1 - p)
    confident = sure >= CONFIDENT
    count = confident.sum(axis=-1)
    promised = ((1 - sure) * confident).sum(axis=-1) / count
    wrong = (((p > 0.5) != (y > 0.5)) & confident).sum(axis=-1) / count
    return {"confident_share": confident.mean(axis=-1), "confident_promised": promised,
            "confident_wrong": wrong, "boasts": (wrong > promised).astype(float)}


def near_nine(p: Array, y: Array) -> dict[str, Array]:
    """Where 0.85 to 0.95 was said, from probabilities and targets (R, N): how often, how many of these were yes, the
    standard deviation of that number if the probabilities are true, their mean, the share of yes (nan where none)."""
    near = (p >= 0.85) & (p < 0.95)
    count, yes = near.sum(axis=-1), (y * near).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return {"near_nine_count": count, "near_nine_yes": yes,
                "near_nine_chance": np.sqrt((p * (1 - p) * near).sum(axis=-1)),
                "near_nine_said": (p * near).sum(axis=-1) / count,
                "near_nine_seen": yes / count}


def to_work_out(p: Array, y: Array) -> dict[str, Array]:
    """What three fresh examples were given for their answer and pay, (R, 3): the middle, the tenth worst, the worst.
    The probability is rounded to two places, and no less than 0.01, so that a pocket calculator comes to the same."""
    given = np.sort(np.where(y > 0.5, p, 1 - p), axis=-1)
    places = [given.shape[1] // 2, given.shape[1] // 10, 0]
    rounded = np.maximum(np.round(given[:, places], 2), 0.01)
    return {"worked_given": rounded, "worked_losses": -np.log(rounded)}


def of_logits(shown: Trained, inputs: Array) -> dict[str, Array]:
    """What is said of logits: those of the fresh examples, and a row of them for one answer that is no."""
    z: list[Array] = []
    weights = [layer.astype(float) for layer in shown.weights]
    forward(shown.network, weights, buffers(shown.network, inputs, len(inputs), float), z)
    two = np.concatenate([z[-1], np.zeros_like(z[-1])], axis=1)
    difference = activate("softmax", two)[:, :1] - activate("sigmoid", z[-1])
    wrong, failing = failing_logits()
    no = np.zeros((len(inputs), 1, len(LOGITS)))
    every = no + LOGITS
    p = activate("sigmoid", every.astype(np.float32))
    return {"largest_logit": np.abs(z[-1]).max(axis=(1, 2)),
            "softmax_difference": np.abs(difference).max(axis=(1, 2)),
            "wrong_logit": np.full(len(inputs), wrong),
            "failing_logit": np.full(len(inputs), failing),
            **slopes(np.zeros((len(inputs), 1, 1))),
            "curve_from_logits": losses("log_loss", "sigmoid", every, no),
            "curve_by_probability": LOSSES["log_loss"].per_example(p, no),
            "curve_squared_error": losses("squared_error", "sigmoid", every, no)}


def undone(probability: Array, class_weight: float) -> Array:
    """The probability before the odds were multiplied by a class weight."""
    return probability / (probability + class_weight * (1 - probability))


def measure(shown: Trained, trained: dict[tuple[str, float], Trained], test: Data,
            chance: Array) -> ProbabilityMetrics:
    """Hold the outputs of all networks against fresh examples and their true probabilities."""
    y = test.targets[:, 0]

    def probability(network: Trained) -> Array:
        said = outputs(network.network, network.weights, test.inputs.astype(np.float32))
        return said[:, 0].astype(float)  # (R, N)

    p = probability(shown)
    plain, squared, weighted = (probability(trained[key]) for key in COMPARED)
    on_training = outputs(shown.network, shown.weights, shown.data.inputs.astype(np.float32))
    return ProbabilityMetrics(
        accuracy=accuracy(p[:, None], test.targets),
        train_accuracy=accuracy(on_training, shown.data.targets),
        best_accuracy=accuracy(chance, test.targets),
        accuracy_weighted=accuracy(weighted[:, None], test.targets),
        loss=shown.loss,
        fresh_loss=LOSSES["log_loss"].per_example(p[:, None], test.targets).mean(axis=-1),
        best_fresh_loss=LOSSES["log_loss"].per_example(chance, test.targets).mean(axis=-1),
        calibration_error=calibration_error(p, y),
        calibration_error_log_loss=calibration_error(plain, y),
        calibration_error_squared_error=calibration_error(squared, y),
        calibration_error_weighted=calibration_error(weighted, y),
        calibration_error_undone=calibration_error(undone(weighted, COMPARED_WEIGHT), y),
        distance=np.abs(p - chance[:, 0]).mean(axis=-1),
        distance_log_loss=np.abs(plain - chance[:, 0]).mean(axis=-1),
        distance_squared_error=np.abs(squared - chance[:, 0]).mean(axis=-1),
        **confidence(p, y),
        **to_work_out(p, y),
        **near_nine(p, y),
        near_nine_weighted=near_nine(weighted, y)["near_nine_seen"],
        **mistake_gradients(trained[COMPARED[0]], test, plain[:, None]),
        **of_logits(shown, test.inputs),
        said=np.linspace(0.05, 0.95, 10),
        seen=reliability(p, y)[1],
        seen_squared_error=reliability(squared, y)[1],
        seen_weighted=reliability(weighted, y)[1],
        logits=LOGITS,
    )


def run(params: ProbabilityParams, seeds: Array) -> Generator[Frame, None, Outcome[ProbabilityMetrics]]:
    """Train the network on the screen and those to compare it with, on the same data from the same start."""
    known, _ = noisy_logistic(seeds, params.points, "data")
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    tasks: dict[tuple[str, float], Task] = {}
    for loss, weight in dict.fromkeys((*COMPARED, (params.loss, params.class_weight))):
        data = replace(known, example_weights=1 + (weight - 1) * known.targets)
        config = TrainingConfig(loss=loss, learning_rate=0.05, steps=params.steps)
        name = f"{loss.replace('_', ' ')}, class weight {weight:g}"
        on_screen = (loss, weight) == (params.loss, params.class_weight)
        tasks[loss, weight] = Task(network, data, config, name=name, frames=60 if on_screen else 2)
    trained = dict(zip(tasks, (yield from train_together(tasks.values(), seeds)), strict=True))
    shown = trained[params.loss, params.class_weight]
    return Outcome(shown, measure(shown, trained, *noisy_logistic(seeds, TEST_POINTS, "test")))


EXPERIMENT = Experiment(
    "Is the output a probability?",
    ProbabilityParams,
    ProbabilityMetrics,
    run,
    views=(
        View("network", "What the network says"),
        View("lines", "Of the examples given a probability, how many are yes", x="said",
             y=("seen", "seen_squared_error", "seen_weighted"),
             names=("log loss", "squared error", "weighted log loss"),
             x_title="probability that the network says", y_title="share of yes", diagonal=True),
        View("bars", "Calibration error", y=("calibration_error_log_loss", "calibration_error_squared_error",
                                             "calibration_error_weighted", "calibration_error_undone")),
        View("lines", "The loss of one example whose answer is no", x="logits", x_title="logit",
             y_title="loss", y=("curve_from_logits", "curve_by_probability", "curve_squared_error")),
    ),
)
