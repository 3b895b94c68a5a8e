"""Data augmentation: copies of the training examples, changed in a way that leaves the answer as it is.

A disc and a ring, few examples, a tenth of the labels wrong. Three kinds of copies: exact ones, which change nothing of
the mean loss; copies with noise on the inputs, near which the answer is mostly the same (Bishop, 1995: training with
noise acts like a penalty on steep functions); and copies turned about the centre by any angle, which a ring allows. On
XOR the same turn moves examples to corners with the other answer: an augmentation says something about the task, and
here it is false.
"""

from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense
from sims.engine.randomness import draw
from sims.engine.scores import accuracy_on
from sims.engine.settings import hidden_setting, points_setting, steps_setting
from sims.engine.shapes import gate
from sims.engine.splits import flipped, noisy_rings
from sims.engine.training import Frame, Task, TrainingConfig, train_together

TEST_POINTS = 1000
TOO_MUCH = 5  # times the noise
XOR_SPREAD = 0.5
NAMES = ("the examples alone", "with exact copies", "with noisy copies", "with far too noisy copies",
         "with turned copies")
Change = Callable[[Array, int], Array]


class AugmentationParams(Params):
    """The examples and their copies."""

    points: int = points_setting(40, le=100, ge=10)
    copies: int = setting(5, ge=2, le=8, title="copies", unit="copies", words=("copies", "augmentations", "times"),
                          description="copies of each example, the example itself among them")
    noise: float = setting(0.2, ge=0.05, le=0.6, step=0.05, title="noise on the copies",
                           description="standard deviation of what is added to each input of a noisy copy",
                           words=("noise", "jitter", "sigma"))
    wrong_labels: float = setting(0.1, ge=0, le=0.4, step=0.05, title="wrong labels", unit="share",
                                  description="share of the labels that are flipped",
                                  words=("label noise", "labels", "wrong", "flipped"))
    hidden: int = hidden_setting(10, le=12)
    steps: int = steps_setting(90, le=300, ge=20)


class AugmentationMetrics(Metrics):
    """Shares right of fresh examples, which are never changed."""

    networks: Array = shared("the five training sets", kind="label")
    training: Array = metric("share of the training examples, copies left out, right with each training set",
                             unit="share")
    fresh: Array = metric("share of 1000 fresh examples right with each training set", unit="share")
    plain: Array = metric("share of fresh examples right, trained on the examples alone", unit="share")
    exact: Array = metric("share of fresh examples right, with exact copies", unit="share")
    noisy: Array = metric("share of fresh examples right, with noisy copies", unit="share")
    too_noisy: Array = metric("share of fresh examples right, with five times the noise on the copies", unit="share")
    turned: Array = metric("share of fresh examples right, with turned copies", unit="share", part="output")
    train_plain: Array = metric("share of the training examples right, trained on them alone", unit="share")
    train_turned: Array = metric("share of the training examples right, with turned copies", unit="share")
    plain_xor: Array = metric("share of fresh XOR examples right, trained on the examples alone", unit="share")
    turned_xor: Array = metric("share of fresh XOR examples right, with turned copies", unit="share")
    rows: Array = shared("training examples with all copies", unit="examples")
    far_noise: Array = shared("standard deviation of far too much noise")
    x1: Array = metric("input 1 of the first example")
    x2: Array = metric("input 2 of the first example")
    cosine: Array = metric("cosine of the angle by which the first example's second copy is turned")
    sine: Array = metric("sine of the angle by which the first example's second copy is turned")


def with_copies(data: Data, copies: int, change: Change) -> Data:
    """The examples with `copies - 1` changed copies of each behind them; `change(inputs, number)` makes copy `number`,
    from 1."""
    inputs = np.concatenate([data.inputs, *(change(data.inputs, k) for k in range(1, copies))], axis=2)
    return replace(data, inputs=inputs, targets=np.concatenate([data.targets] * copies, axis=2))


def angles(seeds: Array, number: int, points: int) -> Array:
    """By how much each example of copy `number` is turned, in radians, (R, points)."""
    return draw(seeds, f"turn {number}", lambda rng: rng.uniform(0, 2 * np.pi, points))


def turning(seeds: Array) -> Change:
    """A change that turns every example about the centre by an angle of its own."""
    def change(inputs: Array, number: int) -> Array:
        angle = angles(seeds, number, inputs.shape[2])
        cos, sin = np.cos(angle), np.sin(angle)
        return np.stack((cos * inputs[:, 0] - sin * inputs[:, 1], sin * inputs[:, 0] + cos * inputs[:, 1]), axis=1)

    return change


def jittering(seeds: Array, noise: float) -> Change:
    """A change that adds normal noise to both inputs."""
    def change(inputs: Array, number: int) -> Array:
        return inputs + noise * draw(seeds, f"jitter {number}", lambda rng: rng.normal(0, 1, inputs.shape[1:]))

    return change


def run(params: AugmentationParams, seeds: Array) -> Generator[Frame, None, Outcome[AugmentationMetrics]]:
    """Train on the examples alone and with each kind of copies; with turned copies on XOR, too."""
    split = noisy_rings(seeds, params.points, params.wrong_labels, TEST_POINTS)
    xor, xor_test = (flipped(gate(seeds, points, XOR_SPREAD, purpose=purpose), seeds, params.wrong_labels, purpose)[0]
                     for points, purpose in ((params.points, "xor"), (TEST_POINTS, "xor test")))
    network = dense(2, [params.hidden], 1, "tanh", "sigmoid")
    config = TrainingConfig(learning_rate=0.05, steps=params.steps)
    turn, far = turning(seeds), TOO_MUCH * params.noise

    def task(data: Data, name: str, frames: int = 2) -> Task:
        return Task(network, data, config, name=name, frames=frames,
                    validation=split.validation.examples(0, 400) if frames > 2 else None)

    changes = (lambda x, k: x, jittering(seeds, params.noise), jittering(seeds, far), turn)
    *nets, plain_xor, turned_xor = yield from train_together([
        task(split.train, NAMES[0]),
        *(task(with_copies(split.train, params.copies, change), name, 40 if change is turn else 2)
          for name, change in zip(NAMES[1:], changes, strict=True)),
        task(xor, "XOR"), task(with_copies(xor, params.copies, turn), "XOR")], seeds)
    on_xor = [accuracy_on(xor_test, net) for net in (plain_xor, turned_xor)]
    own = np.stack([accuracy_on(split.train, net) for net in nets], axis=1)
    fresh = np.stack([accuracy_on(split.test, net) for net in nets], axis=1)
    angle = angles(seeds, 1, params.points)[:, 0]
    return Outcome(nets[-1], AugmentationMetrics(
        networks=np.array(NAMES), training=own, fresh=fresh, plain=fresh[:, 0], exact=fresh[:, 1], noisy=fresh[:, 2],
        too_noisy=fresh[:, 3], turned=fresh[:, 4], train_plain=own[:, 0], train_turned=own[:, 4],
        plain_xor=on_xor[0], turned_xor=on_xor[1], rows=np.array(params.copies * params.points),
        far_noise=np.array(far), x1=split.train.inputs[:, 0, 0], x2=split.train.inputs[:, 1, 0],
        cosine=np.cos(angle), sine=np.sin(angle),
    ))


EXPERIMENT = Experiment(
    "Data augmentation",
    AugmentationParams,
    AugmentationMetrics,
    run,
    views=(
        View("table", "Training examples and fresh ones right", x="networks", y=("training", "fresh"),
             names=("training examples right", "fresh examples right")),
        View("network", "The network trained with turned copies"),
        View("loss", "Loss with turned copies: training and validation"),
    ),
)
