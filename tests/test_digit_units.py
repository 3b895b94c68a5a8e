"""A unit that reads digits: what is measured, against numbers worked out by hand."""

import numpy as np

from sims.digit_units import EXPERIMENT
from sims.engine.covering import (
    COVERS,
    PLACES,
    Unit,
    commonest,
    elsewhere,
    falls,
    images_at,
    row_correlation,
    share_among_first,
    without,
)
from sims.engine.digits import CLASSES, handwritten, split_digits
from sims.engine.experiment import perform
from sims.engine.general.tasks import make_task


def test_no_image_is_both_known_and_fresh() -> None:
    known, fresh = split_digits(np.arange(2), 400)
    images, labels = handwritten()
    assert known.data.inputs.shape == (2, 64, 400)
    assert fresh.data.inputs.shape == (2, 64, 200)
    together = np.concatenate((known.data.inputs[1], fresh.data.inputs[1]), axis=1)
    np.testing.assert_array_equal(np.sort(together.T @ np.arange(1, 65)), np.sort(images.T @ np.arange(1, 65)))
    assert (np.concatenate((known.labels, fresh.labels), axis=1).sum(axis=1) == labels.sum()).all()


def test_a_learners_network_gets_the_same_digits_in_pixels() -> None:
    task, (images, labels) = make_task("digits", np.arange(1), 600, 0.0), handwritten()
    assert (task.inputs.min(), task.inputs.max()) == (0, 255)
    for digit in range(CLASSES):
        found = task.inputs[0][:, task.answers[0, 0] == digit]
        np.testing.assert_array_equal(np.sort(found.ravel()), np.sort(255 * images[:, labels == digit].ravel()))


def test_of_two_digits_two_thirds_are_for_training() -> None:
    known, fresh = split_digits(np.arange(1), 400, 2)
    assert (known.labels.shape[1], fresh.labels.shape[1]) == (80, 40)
    assert set(np.unique(known.labels)) == {0, 1}


def test_a_patch_has_nine_pixels_and_covers_no_others() -> None:
    assert (COVERS.sum(axis=1) == 9).all()
    image = np.ones((1, 64, 1))
    bare = without(image, np.array([PLACES.index((2, 4))])).reshape(8, 8)
    assert (bare[2:5, 4:7] == 0).all()
    assert bare.sum() == 64 - 9


def test_the_other_patch_overlaps_by_a_row_at_most_and_has_about_as_much_ink() -> None:
    ink = np.full((1, len(PLACES)), 4.0)
    ink[0, PLACES.index((5, 5))] = 9.5
    ink[0, PLACES.index((1, 1))] = 9.9
    other = elsewhere(np.where(np.arange(len(PLACES)) == 0, 10, ink), np.array([0]))
    assert PLACES[other[0]] == (5, 5)


def test_shares_of_favourites() -> None:
    labels = np.array([[3, 3, 5, 3, 5]])
    assert [found.item() for found in commonest(labels[:, :3])] == [3, 2 / 3]
    score = np.array([[0.1, 0.9, 0.8, 0.2, 0.7]])  # ranked: 3, 5, 5, 3, 3
    assert share_among_first(score, labels, np.array([3])).item() == 1 / 3
    assert share_among_first(score, labels, np.array([5])).item() == 1 / 2


def test_correlation_of_rows() -> None:
    a = np.array([[1.0, 2, 4], [1, 1, 1]])
    found = row_correlation(a, np.array([[2.0, 3, 9], [1, 2, 3]]))
    assert np.isclose(found[0], np.corrcoef(a[0], [2, 3, 9])[0, 1])
    assert found[1] == 0


def test_falls_and_foretelling_against_a_loop() -> None:
    run = perform(EXPERIMENT, seed=5, replicas=2)
    unit, (known, fresh) = Unit(run.shown, 0), split_digits(run.seeds, 400)
    score = unit.activation(fresh.data.inputs)
    top = np.argsort(-score[0], kind="stable")[:10]
    weights, bias = run.shown.weights[0][0, :-1, 0].astype(float), float(run.shown.weights[0][0, -1, 0])
    measured = []
    for row, column in PLACES:
        drops = []
        for image in fresh.data.inputs[0].T[top]:
            bare = image.reshape(8, 8).copy()
            bare[row : row + 3, column : column + 3] = 0
            drops.append(1 / (1 + np.exp(-weights @ image - bias)) - 1 / (1 + np.exp(-weights @ bare.ravel() - bias)))
        measured.append(np.mean(drops))
    places = np.broadcast_to(top, (2, 10))
    np.testing.assert_allclose(falls(unit, images_at(fresh.data.inputs, places))[0], measured, atol=1e-5)
    before = unit.activation(known.data.inputs)[0]
    usual = known.data.inputs[0].T[np.argsort(-before, kind="stable")[:10]].mean(axis=0)
    expected = COVERS @ (weights * usual)
    assert np.isclose(run.metrics.foretold[0], np.corrcoef(expected, measured)[0, 1], atol=1e-4)
    assert np.isclose(run.metrics.activation_covered[0],
                      run.metrics.activation_before[0] - measured[int(expected.argmax())], atol=1e-5)
