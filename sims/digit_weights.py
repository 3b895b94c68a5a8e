"""Weights as images: what a network's weights to the pixels of small digits look like, and what may be read from them.

Without a hidden layer each digit has one weight for each pixel. Drawn as an image they look much like the digit's
mean image less the mean of all images: ink where this digit has more than others, the opposite where it has less.
With a hidden layer no unit's weights look like a digit; a unit parts groups of digits. Pixels that are white in all
training images pass no gradient on: their weights stay where they started, as speckles in every picture, unless a
penalty makes them small. Neighbouring pixels mostly have ink together, and so they get weights alike.
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.digits import CLASSES, SIDE, Digits, split_digits
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.scores import accuracy, correlation
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Trained, TrainingConfig, train

PIXELS, BATCH = SIDE * SIDE, 32


class WeightsParams(Params):
    """Settings of the two networks, and the digit that is drawn."""

    digit: int = setting(3, ge=0, le=9, title="digit", description="whose weights are drawn",
                         words=("digit", "class", "which digit"))
    l2: float = setting(0.0, ge=0, le=0.05, step=0.005, title="L2 penalty", description="penalty on large weights",
                        words=("l2", "weight decay", "lambda", "regularisation", "regularization"))
    hidden: int = hidden_setting(10, le=16)
    points: int = setting(400, ge=20, le=400, title="training images", unit="images",
                          description="images to train on, of ten digits",
                          words=("points", "examples", "images", "data"))
    steps: int = steps_setting(100, le=300)
    learning_rate: float = rate_setting(0.02)


class WeightsMetrics(Metrics):
    """Weights as images, beside mean images of the digits."""

    accuracy: Array = metric("share of new images read rightly without a hidden layer", unit="share", part="output")
    accuracy_hidden: Array = metric("share of new images read rightly with a hidden layer", unit="share")
    like_digit: Array = metric("correlation of a digit's weights with its mean image less that of all, mean over the "
                               "ten digits", unit="correlation", part="output")
    like_digit_one: Array = metric("correlation of the drawn digit's weights with its mean image less that of all",
                                   unit="correlation")
    like_hidden: Array = metric("largest correlation, in size, of a hidden unit's weights with any digit's mean image "
                                "less that of all, mean over the units", unit="correlation")
    like_hidden_best: Array = metric("largest correlation, in size, of any hidden unit's weights with any digit's mean "
                                     "image less that of all", unit="correlation")
    like_by_digit: Array = metric("correlation of each digit's weights with its mean image less that of all",
                                  unit="correlation")
    neighbours: Array = metric("correlation of the weights of neighbouring pixels, without a hidden layer",
                               unit="correlation")
    neighbours_hidden: Array = metric("correlation of the weights of neighbouring pixels, of hidden units",
                                      unit="correlation")
    neighbours_ink: Array = metric("correlation of the ink in neighbouring pixels", unit="correlation")
    blank: Array = metric("pixels that are white in all training images", unit="pixels", kind="count")
    blank_moved: Array = metric("largest change by training of a weight from such a white pixel")
    blank_size: Array = metric("mean size of weights from such white pixels, against the other weights", unit="times")
    pixel_row: Array = metric("row of the pixel that adds most to the digit's logit, in one image of it", kind="count")
    pixel_column: Array = metric("column of the pixel that adds most to the digit's logit, in one image of it",
                                 kind="count")
    pixel_ink: Array = metric("ink of the pixel that adds most", unit="ink")
    pixel_weight: Array = metric("weight of the pixel that adds most")
    rest: Array = metric("what all other pixels and the bias add to the digit's logit in that image")
    logit: Array = metric("the digit's logit for that image")
    rows: Array = shared("the rows of the image", kind="label")
    columns: Array = shared("the columns of the image", kind="label")
    digits: Array = shared("the ten digits", kind="label")
    start_image: Array = metric("weights of the drawn digit before training, as an image")
    weight_image: Array = metric("weights of the drawn digit, as an image")
    mean_image: Array = metric("mean image of the drawn digit less the mean of all images")
    hidden_image: Array = metric("weights of the first hidden unit, as an image")


def apart(known: Digits) -> Array:
    """Each digit's mean image less the mean of all training images, (R, 10, 64); 0 for a digit that is not there."""
    images, targets = known.data.inputs.astype(float), known.data.targets.astype(float)
    count = targets.sum(axis=2)  # (R, 10)
    means = targets @ images.transpose(0, 2, 1) / np.maximum(count, 1)[:, :, None]
    return np.where(count[:, :, None] > 0, means - images.mean(axis=2)[:, None], 0)


def of_neighbours(images: Array) -> Array:
    """The correlation of neighbouring pixels over the places and images (R, k, 64), mean over the images, (R,)."""
    square = images.reshape(*images.shape[:2], SIDE, SIDE)
    first = np.concatenate([square[:, :, :-1].reshape(*images.shape[:2], -1),
                            square[:, :, :, :-1].reshape(*images.shape[:2], -1)], axis=2)
    second = np.concatenate([square[:, :, 1:].reshape(*images.shape[:2], -1),
                             square[:, :, :, 1:].reshape(*images.shape[:2], -1)], axis=2)
    first, second = (a - a.mean(axis=2, keepdims=True) for a in (first, second))
    norm = np.sqrt((first * first).sum(axis=2) * (second * second).sum(axis=2))
    return np.asarray(((first * second).sum(axis=2) / np.maximum(norm, 1e-12)).mean(axis=1))


def one_image(net: Trained, test: Digits, digit: int) -> dict[str, Array]:
    """Of the first new image of the digit, the pixel that adds most to its logit, and the rest of the sum."""
    place = (test.labels == digit).argmax(axis=1)
    image = np.take_along_axis(test.data.inputs, place[:, None, None], axis=2)[:, :, 0].astype(float)
    weights, bias = net.weights[0][:, :-1, digit].astype(float), net.weights[0][:, -1, digit].astype(float)
    parts = weights * image
    most = parts.argmax(axis=1)
    logit, rows = parts.sum(axis=1) + bias, np.arange(len(most))
    return {"pixel_row": most // SIDE + 1, "pixel_column": most % SIDE + 1, "pixel_ink": image[rows, most],
            "pixel_weight": weights[rows, most], "logit": logit, "rest": logit - parts[rows, most]}


def measure(params: WeightsParams, plain: Trained, deeper: Trained, known: Digits, test: Digits) -> WeightsMetrics:
    """Draw the weights and compare them with mean images."""
    start, end, hidden = (net.weights[0][:, :-1].astype(float).transpose(0, 2, 1)
                          for net in (plain.frames[0], plain, deeper))  # (R, 10, 64)
    like, own = apart(known), np.arange(CLASSES)
    by_digit = np.nan_to_num(correlation(end, like)[:, own, own])
    by_unit = np.nan_to_num(np.abs(correlation(hidden, like))).max(axis=2)  # (R, units)
    white = (known.data.inputs == 0).all(axis=2)[:, None]  # (R, 1, 64)
    sizes = np.abs(end)
    kept = [(sizes * part).sum(axis=(1, 2)) / np.maximum(CLASSES * part.sum(axis=(1, 2)), 1)
            for part in (white, ~white)]
    square = (len(end), SIDE, SIDE)
    return WeightsMetrics(
        accuracy=accuracy(outputs(plain.network, plain.weights, test.data.inputs), test.data.targets),
        accuracy_hidden=accuracy(outputs(deeper.network, deeper.weights, test.data.inputs), test.data.targets),
        like_digit=by_digit.mean(axis=1), like_digit_one=by_digit[:, params.digit], like_by_digit=by_digit,
        like_hidden=by_unit.mean(axis=1), like_hidden_best=by_unit.max(axis=1),
        neighbours=of_neighbours(end), neighbours_hidden=of_neighbours(hidden),
        neighbours_ink=of_neighbours(known.data.inputs.astype(float).transpose(0, 2, 1)),
        blank=white.sum(axis=(1, 2)), blank_moved=(np.abs(end - start) * white).max(axis=(1, 2)),
        blank_size=kept[0] / kept[1], **one_image(plain, test, params.digit),
        rows=np.array([f"row {i + 1}" for i in range(SIDE)]), columns=np.array([f"{i + 1}" for i in range(SIDE)]),
        digits=np.array([str(k) for k in range(CLASSES)]),
        start_image=start[:, params.digit].reshape(square), weight_image=end[:, params.digit].reshape(square),
        mean_image=like[:, params.digit].reshape(square), hidden_image=hidden[:, 0].reshape(square),
    )


def run(params: WeightsParams, seeds: Array) -> Generator[Frame, None, Outcome[WeightsMetrics]]:
    """Learn the digits without a hidden layer, and with one."""
    known, test = split_digits(seeds, params.points)
    config = TrainingConfig("cross_entropy", learning_rate=params.learning_rate, steps=params.steps, batch_size=BATCH,
                            l2=params.l2)
    plain = yield from train(dense(PIXELS, [], CLASSES, "tanh", "softmax"), known.data, config, seeds, frames=15,
                             name="no hidden layer")
    deeper = yield from train(dense(PIXELS, [params.hidden], CLASSES, "tanh", "softmax"), known.data, config, seeds,
                              frames=2, name="a hidden layer")
    return Outcome(plain, measure(params, plain, deeper, known, test))


EXPERIMENT = Experiment(
    "Weights as images",
    WeightsParams,
    WeightsMetrics,
    run,
    views=(
        View("matrix", "Weights of the digit, without a hidden layer", y=("weight_image",), x="columns", rows="rows"),
        View("matrix", "Mean image of the digit less that of all", y=("mean_image",), x="columns", rows="rows"),
        View("matrix", "Weights of the digit before training", y=("start_image",), x="columns", rows="rows"),
        View("matrix", "Weights of the first hidden unit", y=("hidden_image",), x="columns", rows="rows"),
        View("bars", "How much each digit's weights look like it", x="digits", y=("like_by_digit",),
             y_title="correlation"),
        View("loss", "Loss while training"),
    ),
)
