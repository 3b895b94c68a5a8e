"""What a hidden unit answers to, seen on small handwritten digits: its weights, its favourites, and a covered patch.

A network with ten sigmoid units learns to read digits of 8×8 pixels. Each unit has a weight for every pixel, so its
weights are an image themselves. One unit is looked at in three steps. Which new images excite it most, and are they of
one digit? Where, by its weights, does the excitement come from? And is that so: a patch of 3×3 pixels is covered
(painted white) in new images, and the activation is measured again. What the weights foretell is set against what the
amount of ink under the patch foretells, against the same weights in other places, and against the untrained unit.

That a unit's favourites look alike tempts people to call it a detector of that digit. So the unit is also asked for as
many favourites as there are images of the digit, beside the output unit that was trained to be the detector. Covering
parts of an image to see what an answer rests on: Zeiler and Fergus (2014).
"""

from collections.abc import Generator

import numpy as np

from sims.engine.activations import Array
from sims.engine.covering import (
    COVERS,
    PLACES,
    Unit,
    commonest,
    elsewhere,
    falls,
    first_by,
    images_at,
    row_correlation,
    share_among_first,
    without,
)
from sims.engine.digits import CLASSES, SIDE, Digits, split_digits
from sims.engine.experiment import Experiment, Metrics, Outcome, Params, View, metric, setting, shared
from sims.engine.network import dense, outputs
from sims.engine.randomness import draw
from sims.engine.scores import accuracy
from sims.engine.settings import HiddenActivation, activation_setting, hidden_setting, rate_setting, steps_setting
from sims.engine.training import Frame, TrainingConfig, train

FAVOURITES = 10  # images that excite a unit most
BATCH = 32


class DigitParams(Params):
    """Settings of the network that reads digits, and the unit that is looked at."""

    unit: int = setting(1, ge=1, le=8, title="unit", description="which hidden unit is looked at, the last one where"
                        " there are fewer",
                        words=("unit", "neuron", "hidden unit", "which unit"))
    hidden: int = hidden_setting(10, le=16)
    activation: HiddenActivation = activation_setting("sigmoid")
    learning_rate: float = rate_setting(0.02)
    steps: int = steps_setting(135, le=400)
    points: int = setting(400, ge=20, le=400, title="training images", unit="images",
                          description="images to train on, of ten digits; of fewer digits at most two thirds of all",
                          words=("points", "examples", "images", "digits", "data"))
    classes: int = setting(10, ge=2, le=CLASSES, title="digits", description="how many digits there are to tell apart",
                           words=("digits", "classes", "how many digits"))


class DigitMetrics(Metrics):
    """What one hidden unit answers to, on images that the network has not seen."""

    accuracy: Array = metric("share of the new images that the network reads rightly", unit="share", part="output")
    accuracy_train: Array = metric("share of the training images that the network reads rightly", unit="share")
    rows: Array = shared("the rows of the image", kind="label")
    columns: Array = shared("the columns of the image", kind="label")
    digits: Array = shared("the ten digits", kind="label")
    weight_image: Array = metric("weight of each pixel to the unit, as an image")
    favourite_image: Array = metric("mean of the ten new images that excite the unit most, as an image")
    least_image: Array = metric("mean of the ten new images that excite the unit least, as an image")
    one_image: Array = metric("the new image that excites the unit most")
    covered_image: Array = metric("the new image that excites the unit most, with the patch covered")
    favourite_digit: Array = metric("the digit most frequent among the ten new images that excite the unit most",
                                    unit="digit", kind="number", part="hidden")
    favourite_share: Array = metric(
        "share of that digit among the ten new images that excite the unit most", unit="share", part="hidden")
    favourite_share_mixed: Array = metric(
        "share of the most frequent digit among the ten favourites of a unit that has the same weights in other places",
        unit="share")
    favourite_share_output: Array = metric(
        "share of the unit's favourite digit among the ten favourites of that digit's output unit", unit="share")
    detector_share: Array = metric(
        "share of its favourite digit among as many of the unit's favourites as there are new images of that digit",
        unit="share", part="hidden")
    detector_share_output: Array = metric(
        "share of the unit's favourite digit among as many favourites of that digit's output unit as there are new"
        " images of the digit", unit="share")
    by_digit: Array = metric("mean activation of the unit for each digit")
    foretold: Array = metric(
        "correlation over all patches of the fall foretold by weights and training images with the fall measured on "
        "new favourites", unit="correlation", part="hidden")
    foretold_by_ink: Array = metric(
        "correlation over all patches of the ink under the patch with the fall measured on new favourites",
        unit="correlation")
    patch_row: Array = metric("first row of the patch whose covering should quieten the unit most", kind="count")
    patch_column: Array = metric("first column of the patch whose covering should quieten the unit most", kind="count")
    activations: Array = metric("mean activation for the ten favourites: whole, patch covered, other patch covered")
    covers: Array = shared("what is done to the images", kind="label")
    activation_before: Array = metric("mean activation for the ten favourites", part="hidden")
    activation_covered: Array = metric("mean activation for the ten favourites with the patch covered", part="hidden")
    activation_other: Array = metric(
        "mean activation for the ten favourites with another patch covered that has about as much ink or more")
    activation_mixed: Array = metric(
        "mean activation for the ten favourites with the patch covered that the same weights in other places foretell")
    right_before: Array = metric("share of the ten favourites that the network reads rightly", unit="share")
    right_covered: Array = metric(
        "share of the ten favourites that the network reads rightly with the patch covered", unit="share")
    right_other: Array = metric(
        "share of the ten favourites that the network reads rightly with the other patch covered", unit="share")
    pre_before: Array = metric("pre-activation of the unit for the image that excites it most", part="hidden")
    pre_covered: Array = metric(
        "pre-activation of the unit for the image that excites it most, with the patch covered", part="hidden")
    patch_sum: Array = metric("sum of weight times ink under the patch in the image that excites the unit most")
    strongest_ink: Array = metric("ink of the pixel under the patch that adds most", unit="ink")
    strongest_weight: Array = metric("weight of the pixel under the patch that adds most")
    cover_error: Array = metric(
        "distance between the fall of the pre-activation by covering and the sum of weight times ink under the patch")


def pictures(unit: Unit, images: Array, score: Array, patch: Array) -> dict[str, Array]:
    """What the unit looks like: its weights, its favourites and the image on top, whole and covered, all (R, 8, 8)."""
    first = images_at(images, first_by(score, 1))
    square = (len(images), SIDE, SIDE)
    return {"weight_image": unit.weights.reshape(square),
            "favourite_image": images_at(images, first_by(score, FAVOURITES)).mean(axis=2).reshape(square),
            "least_image": images_at(images, first_by(-score, FAVOURITES)).mean(axis=2).reshape(square),
            "one_image": first.reshape(square), "covered_image": without(first, patch).reshape(square)}


def by_hand(unit: Unit, image: Array, patch: Array) -> dict[str, Array]:
    """The pre-activation for one image (R, 64, 1), whole and covered, and what the pixels under the patch add."""
    parts = unit.weights * image[:, :, 0] * COVERS[patch]  # (R, 64)
    strongest = parts.argmax(axis=1)[:, None]
    before, covered = unit.pre_activation(image)[:, 0], unit.pre_activation(without(image, patch))[:, 0]
    return {"pre_before": before, "pre_covered": covered, "patch_sum": parts.sum(axis=1),
            "strongest_ink": np.take_along_axis(image[:, :, 0], strongest, axis=1)[:, 0],
            "strongest_weight": np.take_along_axis(unit.weights, strongest, axis=1)[:, 0],
            "cover_error": np.abs(before - covered - parts.sum(axis=1))}


def alike(unit: Unit, score: Array, said: Array, test: Digits, mixed: Array) -> dict[str, Array]:
    """Whether the favourites are of one digit: the unit's by `score` (R, N), those of a unit with weights `mixed`
    (R, 64), and those of the outputs `said` (R, 10, N)."""
    def favourite(of: Array) -> tuple[Array, Array]:
        return commonest(np.take_along_axis(test.labels, first_by(of, FAVOURITES), axis=1))

    digit, share = favourite(score)
    output = np.take_along_axis(said, digit[:, None, None], axis=1)[:, 0]
    top = np.take_along_axis(test.labels, first_by(output, FAVOURITES), axis=1)
    means = [np.where(test.labels == k, score, 0).sum(axis=1) / np.maximum((test.labels == k).sum(axis=1), 1)
             for k in range(said.shape[1])]
    return {"favourite_digit": digit, "favourite_share": share,
            "favourite_share_mixed": favourite((mixed[:, None] @ test.data.inputs)[:, 0])[1],
            "favourite_share_output": (top == digit[:, None]).mean(axis=1),
            "detector_share": share_among_first(score, test.labels, digit),
            "detector_share_output": share_among_first(output, test.labels, digit),
            "by_digit": np.stack(means, axis=1)}


def covered(unit: Unit, images: Array, labels: Array, patches: dict[str, Array]) -> dict[str, Array]:
    """The unit and the network for images (R, 64, k) of digits (R, k), whole and with each of the patches covered."""
    found = {}
    seen = {"before": images} | {name: without(images, patch) for name, patch in patches.items()}
    for name, shown in seen.items():
        said = outputs(unit.trained.network, unit.trained.weights, shown.astype(np.float32))
        found[f"activation_{name}"] = unit.activation(shown).mean(axis=1)
        found[f"right_{name}"] = (said.argmax(axis=1) == labels).mean(axis=1)
    found["activations"] = np.stack([found[f"activation_{name}"] for name in ("before", "covered", "other")], axis=1)
    return {name: values for name, values in found.items() if name != "right_mixed"}


def measure(unit: Unit, known: Digits, test: Digits, seeds: Array) -> DigitMetrics:
    """Look at favourites and weights, foretell on training images what covering does, and measure it on new ones."""
    images, trained = test.data.inputs, unit.trained
    score, before = unit.activation(images), unit.activation(known.data.inputs)
    usual = images_at(known.data.inputs, first_by(before, FAVOURITES)).mean(axis=2)  # (R, 64)
    order = draw(seeds, "mixed", lambda rng: rng.permutation(SIDE * SIDE))
    mixed = np.take_along_axis(unit.weights, order, axis=1)
    expected, ink, guess = (values @ COVERS.T for values in (unit.weights * usual, usual, mixed * usual))  # (R, 36)
    patch = expected.argmax(axis=1)
    top = first_by(score, FAVOURITES)
    favourites = images_at(images, top)
    measured = falls(unit, favourites)
    said = outputs(trained.network, trained.weights, images)
    patches = {"covered": patch, "other": elsewhere(ink, patch), "mixed": guess.argmax(axis=1)}
    return DigitMetrics(
        accuracy=accuracy(said, test.data.targets),
        accuracy_train=accuracy(outputs(trained.network, trained.weights, known.data.inputs), known.data.targets),
        rows=np.array([f"row {i + 1}" for i in range(SIDE)]),
        columns=np.array([f"{i + 1}" for i in range(SIDE)]),
        digits=np.array([f"{digit}" for digit in range(said.shape[1])]),
        covers=np.array(["whole", "patch covered", "another patch covered"]),
        foretold=row_correlation(expected, measured),
        foretold_by_ink=row_correlation(ink, measured),
        patch_row=np.array([row + 1 for row, _ in PLACES])[patch],
        patch_column=np.array([column + 1 for _, column in PLACES])[patch],
        **pictures(unit, images, score, patch),
        **by_hand(unit, favourites[:, :, :1], patch),
        **alike(unit, score, said, test, mixed),
        **covered(unit, favourites, np.take_along_axis(test.labels, top, axis=1), patches),
    )


def run(params: DigitParams, seeds: Array) -> Generator[Frame, None, Outcome[DigitMetrics]]:
    """Learn to read the digits, then look at one unit."""
    known, test = split_digits(seeds, params.points, params.classes)
    network = dense(SIDE * SIDE, [params.hidden], params.classes, params.activation, "softmax")
    config = TrainingConfig("cross_entropy", learning_rate=params.learning_rate, steps=params.steps, batch_size=BATCH)
    shown = yield from train(network, known.data, config, seeds, frames=30)
    return Outcome(shown, measure(Unit(shown, min(params.unit, params.hidden) - 1), known, test, seeds))


EXPERIMENT = Experiment(
    "A unit that reads digits",
    DigitParams,
    DigitMetrics,
    run,
    views=(
        View("matrix", "The unit's weights: ink here excites it, or quietens it", y=("weight_image",), x="columns",
             rows="rows"),
        View("matrix", "Mean of the ten new images that excite it most", y=("favourite_image",), x="columns",
             rows="rows"),
        View("matrix", "The new image that excites it most, with the patch covered", y=("covered_image",), x="columns",
             rows="rows"),
        View("bars", "Mean activation of the unit for each digit", x="digits", y=("by_digit",), y_title="activation"),
        View("bars", "The ten favourites, whole and covered", x="covers", y=("activations",), y_title="activation"),
        View("loss", "Loss while training"),
    ),
)
