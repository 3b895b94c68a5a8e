"""L2 regularisation (weight decay): a price on large weights.

The loss gets l2/2 times the sum of the squared weights, biases excluded (Krogh and Hertz, 1992). The same networks are
trained on the same few noisy examples with prices from nothing to far too much. Folklore says that the penalty gives
better generalisation; the sweep says: at a fitting price. Too large a price leaves a network that cannot even fit the
training set. The price that suits depends on the data: with many examples it hardly matters.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, mean_loss
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, points_setting, rate_setting, steps_setting
from sims.engine.splits import noisy_rings
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train_together

PRICES = (0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)  # the sweep; the learner's own price is trained besides


class RegularizationParams(Params):
    """Settings of the network whose weights have a price."""

    l2: float = setting(0.003, ge=0, le=3, title="L2 strength", description="price of large weights, lambda",
                        words=("lambda", "l2", "weight decay", "regularization", "regularisation", "penalty"))
    points: int = points_setting(60, le=300)
    wrong_labels: float = setting(0.15, ge=0, le=0.5, step=0.05, title="wrong labels", unit="share",
                                  description="share of the labels that are flipped",
                                  words=("noise", "label noise", "labels", "wrong", "flipped"))
    hidden: int = hidden_setting(16, le=16)
    learning_rate: float = rate_setting(0.05, le=0.5)
    steps: int = steps_setting(500, le=800)


class RegularizationMetrics(Metrics):
    """The network with its price against the same network without one."""

    train_accuracy: Array = metric("training accuracy with the price on large weights", unit="share", part="output")
    train_accuracy_free: Array = metric("training accuracy without a price on large weights", unit="share")
    test_accuracy: Array = metric(
        "accuracy on new examples with the price on large weights", unit="share", part="output")
    test_accuracy_free: Array = metric("accuracy on new examples without a price on large weights", unit="share")
    test_loss: Array = metric("log loss on new examples with the price on large weights", unit="nats", part="loss")
    test_loss_free: Array = metric("log loss on new examples without a price on large weights", unit="nats")
    gap: Array = metric("training accuracy minus test accuracy with the price on large weights", unit="share")
    gap_free: Array = metric("training accuracy minus test accuracy without a price on large weights", unit="share")
    weight_size: Array = metric("root mean square of the weights, biases excluded, with the price on large weights")
    weight_size_free: Array = metric(
        "root mean square of the weights, biases excluded, without a price on large weights")
    smallest_weight: Array = metric("smallest weight in absolute value with the price on large weights")
    prices: Array = shared("L2 strengths of the sweep")
    price_names: Array = shared("L2 strengths of the sweep, as text", kind="label")
    train_by_price: Array = metric("training accuracy at each L2 strength", unit="share")
    test_by_price: Array = metric("accuracy on new examples at each L2 strength", unit="share")
    test_at_largest: Array = metric("accuracy on new examples at the largest L2 strength of the sweep", unit="share")
    train_at_largest: Array = metric("training accuracy at the largest L2 strength of the sweep", unit="share")
    best_price: Array = metric("L2 strength of the sweep with the best accuracy on new examples")


def kernels(trained: Trained) -> Array:
    """All weights without the biases, (R, n)."""
    return np.concatenate([layer[:, :-1].reshape(len(layer), -1) for layer in trained.weights], axis=1)


def run(params: RegularizationParams, seeds: Array) -> Generator[Frame, None, Outcome[RegularizationMetrics]]:
    """Train with the chosen price, and with each price of the sweep, on the same data from the same start."""
    split = noisy_rings(seeds, params.points, params.wrong_labels)
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")

    def task(l2: float) -> Task:
        config = TrainingConfig(learning_rate=params.learning_rate, steps=params.steps, l2=l2)
        on_screen = l2 == params.l2
        return Task(network, split.train, config, validation=split.validation if on_screen else None,
                    name=f"L2 {l2:g}", frames=60 if on_screen else 2)

    prices = dict.fromkeys((*PRICES, params.l2))
    nets = dict(zip(prices, (yield from train_together(map(task, prices), seeds)), strict=True))
    shown, swept = nets[params.l2], [nets[price] for price in PRICES]
    free = swept[0]
    on_train = np.stack([accuracy_on(split.train, trained) for trained in swept], axis=1)
    on_test = np.stack([accuracy_on(split.test, trained) for trained in swept], axis=1)

    def test_loss(trained: Trained) -> Array:
        return mean_loss(network, trained.weights, split.test.inputs.astype(np.float32), split.test.targets, "log_loss")

    train_accuracy, test_accuracy = accuracy_on(split.train, shown), accuracy_on(split.test, shown)
    return Outcome(shown, RegularizationMetrics(
        train_accuracy=train_accuracy,
        train_accuracy_free=on_train[:, 0],
        test_accuracy=test_accuracy,
        test_accuracy_free=on_test[:, 0],
        test_loss=test_loss(shown),
        test_loss_free=test_loss(free),
        gap=train_accuracy - test_accuracy,
        gap_free=on_train[:, 0] - on_test[:, 0],
        weight_size=np.sqrt((kernels(shown) ** 2).mean(axis=1)),
        weight_size_free=np.sqrt((kernels(free) ** 2).mean(axis=1)),
        smallest_weight=np.abs(kernels(shown)).min(axis=1),
        prices=np.array(PRICES),
        price_names=np.array([f"{price:g}" for price in PRICES]),
        train_by_price=on_train,
        test_by_price=on_test,
        test_at_largest=on_test[:, -1],
        train_at_largest=on_train[:, -1],
        best_price=np.array(PRICES)[on_test.argmax(axis=1)],
    ))


EXPERIMENT = Experiment(
    "L2 regularisation",
    RegularizationParams,
    RegularizationMetrics,
    run,
    views=(
        View("bars", "Accuracy by L2 strength: training and new examples", y=("train_by_price", "test_by_price"),
             names=("training", "new examples"),
             x="price_names", x_title="L2 strength", y_title="accuracy"),
        View("network", "What the network with this price learned"),
        View("loss", "Loss on the training and on the validation examples"),
        View("histogram", "Accuracy on new examples, over all runs", y=("test_accuracy", "test_accuracy_free"),
             names=("accuracy with L2", "accuracy without L2")),
    ),
)
