"""Data for questions of generalisation: few noisy examples to train on, many clean-drawn ones to judge by."""

from dataclasses import dataclass, replace

import numpy as np

from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.network import buffers, forward
from sims.engine.randomness import draw
from sims.engine.scores import accuracy
from sims.engine.shapes import rings
from sims.engine.training import Trained

SPREAD = 0.2  # of the noise on the two shapes' coordinates
JUDGED_ON = 400  # examples in a validation or test set: a share is then known to about 2 in 100


@dataclass(frozen=True)
class Split:
    """Three separate draws of the same problem. `wrong` (R, N) marks the training labels that were flipped."""

    train: Data
    validation: Data
    test: Data
    wrong: Array


def flipped(data: Data, seeds: Array, share: float, purpose: str) -> tuple[Data, Array]:
    """The data with each yes-or-no label flipped with probability `share`, and which ones were, (R, N)."""
    points = data.targets.shape[-1]
    wrong = draw(seeds, purpose + " flips", lambda rng: rng.random((points,))) < share
    return replace(data, targets=np.where(wrong[:, None], 1 - data.targets, data.targets)), wrong


def noisy_rings(seeds: Array, points: int, wrong_labels: float, judged_on: int = JUDGED_ON) -> Split:
    """A disc and a ring about it that overlap a little. A share `wrong_labels` of all labels is flipped, in the
    validation and test sets too: they are drawn as the training set is, so nobody can score above the noise."""
    train, wrong = drawn(seeds, points, wrong_labels, "train")
    validation, test = (drawn(seeds, judged_on, wrong_labels, purpose)[0] for purpose in ("validation", "test"))
    return Split(train, validation, test, wrong)


def drawn(seeds: Array, points: int, wrong_labels: float, purpose: str) -> tuple[Data, Array]:
    """One set of `noisy_rings` alone, "train", "validation" or "test", and which of its labels were flipped, (R, N)."""
    return flipped(rings(seeds, points, SPREAD, purpose), seeds, wrong_labels, purpose)


def best_frame(trained: Trained) -> Array:
    """For each replica the number of the recorded frame with the lowest validation loss, (R,)."""
    curve = np.stack([frame.validation_loss for frame in trained.frames if frame.validation_loss is not None])
    return np.nan_to_num(curve, nan=np.inf).argmin(axis=0)


def at_frame(values: Array, frame: Array) -> Array:
    """The entries of `values` (R, frames) at each replica's own frame (R,)."""
    return np.take_along_axis(values, frame[:, None], axis=1)[:, 0]


def weights_at(trained: Trained, frame: Array) -> list[Array]:
    """The weights of each replica at its own recorded frame (R,), layer by layer, (R, n_in + 1, n_out)."""
    return [np.stack([trained.frames[number].weights[layer][r] for r, number in enumerate(frame)])
            for layer in range(len(trained.weights))]


def accuracy_curve(trained: Trained, data: Data) -> Array:
    """The accuracy on `data` at every recorded frame, (R, frames)."""
    a = buffers(trained.network, data.inputs, len(trained.loss), np.float32)  # made once: that takes time
    scores = [accuracy(forward(trained.network, frame.weights, a), data.targets) for frame in trained.frames]
    return np.stack(scores, axis=1)


def loss_curves(trained: Trained) -> tuple[Array, Array]:
    """The training and validation loss at every recorded frame, both (R, frames)."""
    validation = [frame.validation_loss for frame in trained.frames if frame.validation_loss is not None]
    return np.stack([frame.loss for frame in trained.frames], axis=1), np.stack(validation, axis=1)
