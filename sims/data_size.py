"""Data size: how the error on new examples falls as the training set grows, and how far a small test set misleads.

The same network is trained on 10, 20, 40 ... examples of the same noisy problem: a learning curve. The accuracy on the
training set itself flatters, most of all where examples are few. Besides, one and the same network is judged by test
sets of several sizes, each drawn for itself: a share measured on n examples has a standard error of
sqrt(p (1 - p) / n).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.shapes import rings
from sims.engine.splits import JUDGED_ON, SPREAD, drawn, flipped
from sims.engine.training import Frame, TrainingConfig, train, train_all

SIZES = (10, 20, 40, 80, 160, 320)
TEST_SIZES = (20, 100, 500, 2000)


class DataSizeParams(Params):
    """Settings of the learning curve."""

    points: int = setting(40, ge=10, le=320, title="training examples", unit="examples",
                          description="examples to train the shown network on; the curve has its own sizes",
                          words=("points", "examples", "samples", "data points", "data", "observations", "rows"))
    wrong_labels: float = setting(0.1, ge=0, le=0.5, step=0.05, title="wrong labels", unit="share",
                                  description="share of the labels that are flipped",
                                  words=("noise", "label noise", "labels", "wrong", "flipped"))
    hidden: int = hidden_setting(8, le=12)
    learning_rate: float = rate_setting(0.05, le=0.5)
    steps: int = steps_setting(400, le=600)


class DataSizeMetrics(Metrics):
    """Accuracy by training size, and how far test sets of several sizes are off."""

    train_accuracy: Array = metric("training accuracy of the shown network", unit="share", part="output")
    test_accuracy: Array = metric("accuracy of the shown network on 2000 new examples", unit="share", part="output")
    gap: Array = metric("training accuracy of the shown network minus its accuracy on new examples", unit="share")
    per_parameter: Array = shared("training examples for each weight and bias of the shown network")
    sizes: Array = shared("training sizes of the learning curve", unit="examples")
    train_by_size: Array = metric("training accuracy at each size", unit="share")
    test_by_size: Array = metric("accuracy on 2000 new examples at each size", unit="share")
    gap_smallest: Array = metric("training minus test accuracy with 10 examples", unit="share")
    gap_largest: Array = metric("training minus test accuracy with 320 examples", unit="share")
    test_smallest: Array = metric("test accuracy with 10 examples", unit="share")
    test_middle: Array = metric("test accuracy with 80 examples", unit="share")
    test_largest: Array = metric("test accuracy with 320 examples", unit="share")
    gain_early: Array = metric("test accuracy gained from 10 to 80 examples", unit="share")
    gain_late: Array = metric("test accuracy gained from 80 to 320 examples", unit="share")
    test_sizes: Array = shared("sizes of the test sets", unit="examples")
    measured: Array = metric("accuracy of the shown network measured by a test set of each size", unit="share")
    error_small: Array = metric(
        "how far the accuracy by a test set of 20 is off, against the one by 2000", unit="share")
    error_large: Array = metric(
        "how far the accuracy by a test set of 500 is off, against the one by 2000", unit="share")


def run(params: DataSizeParams, seeds: Array) -> Generator[Frame, None, Outcome[DataSizeMetrics]]:
    """Train the shown network and one for each size of the curve, and judge them by new examples."""
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps)
    (known, _), (validation, _), (new, _) = (
        drawn(seeds, count, params.wrong_labels, purpose) for count, purpose in (
            (params.points, "train"), (JUDGED_ON, "validation"), (TEST_SIZES[-1], "test")))
    shown = yield from train(network, known, config, seeds, validation=validation)
    parts = [drawn(seeds, size, params.wrong_labels, "train")[0] for size in SIZES]
    others = yield from train_all([
        train(network, part, config, seeds, name=f"{size} examples", frames=2)
        for part, size in zip(parts, SIZES, strict=True) if size != params.points])
    at = SIZES.index(params.points) if params.points in SIZES else len(SIZES)  # where the shown one is on the curve
    curve = [*others[:at], shown, *others[at:]][: len(SIZES)]
    on_train = np.stack([accuracy_on(part, trained) for part, trained in zip(parts, curve, strict=True)], axis=1)
    on_test = np.stack([accuracy_on(new, trained) for trained in curve], axis=1)
    gaps = on_train - on_test
    train_accuracy, test_accuracy = accuracy_on(known, shown), accuracy_on(new, shown)
    tests = [flipped(rings(seeds, size, SPREAD, f"test of {size}"), seeds, params.wrong_labels, f"test of {size}")[0]
             for size in TEST_SIZES[:-1]]
    measured = np.stack([*(accuracy_on(test, shown) for test in tests), test_accuracy], axis=1)
    return Outcome(shown, DataSizeMetrics(
        train_accuracy=train_accuracy,
        test_accuracy=test_accuracy,
        gap=train_accuracy - test_accuracy,
        per_parameter=np.array(params.points / network.parameters),
        sizes=np.array(SIZES),
        train_by_size=on_train,
        test_by_size=on_test,
        gap_smallest=gaps[:, 0],
        gap_largest=gaps[:, -1],
        test_smallest=on_test[:, 0],
        test_middle=on_test[:, 3],
        test_largest=on_test[:, -1],
        gain_early=on_test[:, 3] - on_test[:, 0],
        gain_late=on_test[:, -1] - on_test[:, 3],
        test_sizes=np.array(TEST_SIZES),
        measured=measured,
        error_small=np.abs(measured[:, 0] - measured[:, -1]),
        error_large=np.abs(measured[:, 2] - measured[:, -1]),
    ))


EXPERIMENT = Experiment(
    "How much data",
    DataSizeParams,
    DataSizeMetrics,
    run,
    views=(
        View("lines", "Accuracy by the size of the training set", y=("train_by_size", "test_by_size"), x="sizes",
             names=("on its training examples", "on new examples"), log_x=True,
             x_title="training examples", y_title="accuracy"),
        View("network", "What the shown network learned"),
        View("lines", "The same network, measured by test sets of several sizes", y=("measured",), x="test_sizes",
             x_title="test examples", y_title="measured accuracy"),
    ),
)
