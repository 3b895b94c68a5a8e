"""None of the above: digits that a network was never shown, and four ways of saying so.

A network learns the digits 0 to 5 and is then shown 6 to 9. Softmax has no output for "none of these": its outputs
add up to one whatever comes. So an unknown digit is called one of the six, often surely. Ways out: to refuse answers
below a threshold (Hendrycks and Gimpel, 2017), which keeps some unknowns out; one sigmoid for each class, which may
all say no; a seventh class "other", trained on 6 and 7 and tried on 8 and 9, which it has not seen; and the same with
pictures of noise for "other". What "other" learns are the examples it is given, and not the idea of otherness.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Axis, Data
from sims.engine.digits import AXES, SIDE, handwritten
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.settings import hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, Task, Trained, TrainingConfig, train, train_together

KNOWN, EACH, MOST, BATCH = 6, 60, 40, 32  # classes; images of each digit, and most of them to train on; batch
TAUGHT, HELD = (6, 7), (8, 9)  # digits that "other" is taught, and those it never sees
SURE = 0.9


class UnknownParams(Params):
    """Settings of the network that reads six digits."""

    images: int = setting(MOST, ge=10, le=MOST, title="training images of each digit", unit="images",
                          description="images of each digit to train on, of 60",
                          words=("images", "points", "examples", "data"))
    refused: float = setting(0.1, ge=0.02, le=0.5, step=0.02, title="known digits refused",
                             description="share of known digits that one is ready to refuse",
                             words=("refused", "rejection rate", "false rejections"))
    hidden: int = hidden_setting(10, le=20)
    learning_rate: float = rate_setting(0.02)
    steps: int = steps_setting(80, le=200)


class UnknownMetrics(Metrics):
    """What the networks say about fresh images of known digits, and of digits that they never saw."""

    accuracy: Array = metric("share of the fresh known digits that softmax reads rightly", unit="share", part="output")
    sum_error: Array = metric("largest distance of the sum of softmax outputs from 1, over the unknown digits")
    sure_known: Array = metric("largest output of softmax for known digits, mean", unit="probability")
    sure_unknown: Array = metric("largest output of softmax for unknown digits, mean", unit="probability")
    over_known: Array = metric("share of the known digits that softmax is surer of than 0.9", unit="share")
    over_unknown: Array = metric("share of the unknown digits that softmax is surer of than 0.9", unit="share")
    over_noise: Array = metric("share of the pictures of noise that softmax is surer of than 0.9", unit="share")
    threshold: Array = metric("threshold below which the chosen share of known digits is refused", unit="probability")
    refused_unknown: Array = metric("share of the unknown digits refused at that threshold", unit="share")
    refused_known: Array = metric("share of fresh known digits refused at that threshold", unit="share")
    none_unknown: Array = metric("share of the unknown digits for which all six sigmoids say no", unit="share")
    none_known: Array = metric("share of the known digits for which all six sigmoids say no", unit="share")
    accuracy_sigmoids: Array = metric("share of the fresh known digits that the sigmoids read rightly", unit="share")
    other_held: Array = metric("share of eights and nines that a class 'other' takes which was taught sixes and sevens",
                               unit="share")
    other_taught: Array = metric("share of fresh sixes and sevens that the class 'other' takes which was taught such",
                                 unit="share")
    other_known: Array = metric("share of the known digits that the class 'other' takes", unit="share")
    noise_held: Array = metric("share of eights and nines that a class 'other' takes which was taught noise",
                               unit="share")
    noise_noise: Array = metric("share of fresh pictures of noise that a class 'other' takes which was taught noise",
                                unit="share")
    six_outputs: Array = metric("the six outputs of softmax for one unknown digit", unit="probability")
    sure_one: Array = metric("largest of the six outputs for one unknown digit", unit="probability")
    picture: Array = metric("one unknown digit, as an image")
    called: Array = metric("share of each unknown digit that is called each known one", unit="share")
    digits: Array = shared("known digits", kind="label")
    strangers: Array = shared("unknown digits", kind="label")
    rows: Array = shared("the rows of the image", kind="label")
    columns: Array = shared("the columns of the image", kind="label")


def images_of(order: Array, digits: tuple[int, ...], first: int, last: int) -> tuple[Array, Array]:
    """Images (R, 64, n) and digits (R, n): of each digit, from `first` to `last` in each replica's order (R, 60)."""
    images, labels = handwritten()
    places = np.stack([np.flatnonzero(labels == digit) for digit in digits])  # (k, 60)
    chosen = places[:, order].transpose(1, 0, 2)[:, :, first:last].reshape(len(order), -1)  # (R, n)
    return images[:, chosen].transpose(1, 0, 2).astype(np.float32), labels[chosen]


def data_of(images: Array, labels: Array, classes: int) -> Data:
    """Images as examples, their targets one-hot."""
    targets = (labels[:, None] == np.arange(classes)[:, None]).astype(np.float32)
    return Data(images, targets, AXES, tuple(Axis(f"class {k}", low=0, high=1) for k in range(classes)))


def noise(seeds: Array, count: int, purpose: str) -> Array:
    """Pictures whose pixels have ink by chance, (R, 64, count)."""
    return draw(seeds, purpose, lambda rng: rng.random((SIDE * SIDE, count))).astype(np.float32)


def said(net: Trained, images: Array) -> Array:
    """The outputs for images (R, 64, N): (R, classes, N)."""
    return outputs(net.network, net.weights, images).astype(float)


def with_other(known: Data, others: Array) -> Data:
    """The known examples and those of a further class."""
    images = np.concatenate((known.inputs, others), axis=2)
    none = np.zeros((len(images), 1, known.inputs.shape[2]), np.float32)
    extra = np.zeros((len(images), KNOWN + 1, others.shape[2]), np.float32)
    extra[:, -1] = 1
    targets = np.concatenate((np.concatenate((known.targets, none), axis=1), extra), axis=2)
    axes = (*known.target_axes, Axis("other", low=0, high=1))
    return replace(known, inputs=images, targets=targets, target_axes=axes)


def run(params: UnknownParams, seeds: Array) -> Generator[Frame, None, Outcome[UnknownMetrics]]:
    """Train with softmax, with sigmoids, and with the two kinds of "other"; then show them what they never saw."""
    order = draw(seeds, "order", lambda rng: rng.permutation(EACH))
    known = data_of(*images_of(order, tuple(range(KNOWN)), 0, params.images), KNOWN)
    config = TrainingConfig("cross_entropy", learning_rate=params.learning_rate, steps=params.steps, batch_size=BATCH)
    shape = (SIDE * SIDE, [params.hidden])
    shown = yield from train(dense(*shape, KNOWN, "tanh", "softmax"), known, config, seeds, frames=16, name="softmax")
    apart = yield from train(dense(*shape, KNOWN, "tanh", "sigmoid"), known, replace(config, loss="log_loss"), seeds,
                             frames=2, name="sigmoids")
    taught, _ = images_of(order, TAUGHT, 0, params.images)
    more = yield from train_together([
        Task(dense(*shape, KNOWN + 1, "tanh", "softmax"), with_other(known, others), config, name=f"with {name}",
             frames=2)
        for name, others in (("other digits", taught), ("noise", noise(seeds, taught.shape[2], "noise")))], seeds)
    return Outcome(shown, measure(params, shown, apart, more, order, seeds))


def measure(params: UnknownParams, shown: Trained, apart: Trained, more: list[Trained], order: Array,
            seeds: Array) -> UnknownMetrics:
    """Fresh images of known digits, and unknown ones, shown to all networks; `more` are those with "other"."""
    fresh, labels = images_of(order, tuple(range(KNOWN)), MOST, EACH)
    strange, which = images_of(order, TAUGHT + HELD, 0, EACH)
    held, _ = images_of(order, HELD, 0, EACH)
    taught, _ = images_of(order, TAUGHT, MOST, EACH)
    dots = noise(seeds, 40, "fresh noise")
    p, q = said(shown, fresh), said(shown, strange)
    sure, sure_q = p.max(axis=1), q.max(axis=1)
    half = sure.shape[1] // 2
    mixed = draw(seeds, "half", lambda rng: rng.permutation(sure.shape[1]))
    sure = np.take_along_axis(sure, mixed, axis=1)
    threshold = np.quantile(sure[:, :half], params.refused, axis=1)[:, None]
    yes_p, yes_q = said(apart, fresh), said(apart, strange)
    other, dotted = more
    answers = q.argmax(axis=1)  # (R, N)
    who = np.abs(sure_q - np.median(sure_q, axis=1, keepdims=True)).argmin(axis=1)
    one = np.take_along_axis(strange, who[:, None, None], axis=2)
    six = np.take_along_axis(q, who[:, None, None], axis=2)[:, :, 0]
    return UnknownMetrics(
        accuracy=(p.argmax(axis=1) == labels).mean(axis=1), sum_error=np.abs(q.sum(axis=1) - 1).max(axis=1),
        sure_known=sure.mean(axis=1), sure_unknown=sure_q.mean(axis=1), over_known=(sure > SURE).mean(axis=1),
        over_unknown=(sure_q > SURE).mean(axis=1), over_noise=(said(shown, dots).max(axis=1) > SURE).mean(axis=1),
        threshold=threshold[:, 0], refused_unknown=(sure_q < threshold).mean(axis=1),
        refused_known=(sure[:, half:] < threshold).mean(axis=1),
        none_unknown=(yes_q < 0.5).all(axis=1).mean(axis=1), none_known=(yes_p < 0.5).all(axis=1).mean(axis=1),
        accuracy_sigmoids=(yes_p.argmax(axis=1) == labels).mean(axis=1),
        other_held=(said(other, held).argmax(axis=1) == KNOWN).mean(axis=1),
        other_taught=(said(other, taught).argmax(axis=1) == KNOWN).mean(axis=1),
        other_known=(said(other, fresh).argmax(axis=1) == KNOWN).mean(axis=1),
        noise_held=(said(dotted, held).argmax(axis=1) == KNOWN).mean(axis=1),
        noise_noise=(said(dotted, dots).argmax(axis=1) == KNOWN).mean(axis=1),
        six_outputs=six, sure_one=six.max(axis=1), picture=one[:, :, 0].reshape(-1, SIDE, SIDE),
        called=np.stack([[((answers == k) & (which == d)).sum(axis=1) / (which == d).sum(axis=1) for k in range(KNOWN)]
                         for d in TAUGHT + HELD]).transpose(2, 0, 1),
        digits=np.array([str(k) for k in range(KNOWN)]), strangers=np.array([str(d) for d in TAUGHT + HELD]),
        rows=np.array([f"row {i + 1}" for i in range(SIDE)]), columns=np.array([f"{i + 1}" for i in range(SIDE)]),
    )


EXPERIMENT = Experiment(
    "Digits of no known class",
    UnknownParams,
    UnknownMetrics,
    run,
    views=(
        View("matrix", "An unknown digit", y=("picture",), x="columns", rows="rows"),
        View("bars", "What softmax says about it", x="digits", y=("six_outputs",), y_title="output"),
        View("matrix", "What each unknown digit is called", y=("called",), x="digits", rows="strangers"),
        View("bars", "Share of unknown digits that are kept out",
             y=("refused_unknown", "none_unknown", "other_held", "noise_held"),
             names=("threshold", "six sigmoids", "'other' taught 6 and 7", "'other' taught noise"), y_title="share"),
        View("loss", "Loss while training"),
    ),
)
