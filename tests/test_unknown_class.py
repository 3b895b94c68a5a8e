"""Digits of no known class: what is trained on is not judged by, and "other" is one class more."""

import numpy as np

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.unknown_class import KNOWN, data_of, images_of, with_other

ORDER = np.array([np.random.default_rng(r).permutation(60) for r in range(2)])


def test_training_and_fresh_images_are_of_the_digits_asked_for_and_differ() -> None:
    known, labels = images_of(ORDER, (0, 3), 0, 40)
    fresh, _ = images_of(ORDER, (0, 3), 40, 60)
    assert known.shape == (2, 64, 80)
    assert fresh.shape == (2, 64, 40)
    assert set(labels[0].tolist()) == {0, 3}
    assert not {tuple(image) for image in known[0].T} & {tuple(image) for image in fresh[0].T}


def test_other_is_a_class_of_its_own() -> None:
    known = data_of(*images_of(ORDER, (0, 1), 0, 5), KNOWN)
    more = with_other(known, np.zeros((2, 64, 3), np.float32))
    assert more.targets.shape == (2, KNOWN + 1, 13)
    assert np.all(more.targets.sum(axis=1) == 1)
    assert np.all(more.targets[:, KNOWN, 10:] == 1)
    assert np.all(more.targets[:, KNOWN, :10] == 0)


def test_the_refused_share_of_known_digits_is_about_the_one_chosen() -> None:
    experiment = find("unknown_class")
    m = perform(experiment, experiment.params(steps=40, refused=0.2), seed=2, replicas=8).metrics
    assert abs(m.refused_known.mean() - 0.2) < 0.08
    assert np.all(m.called.sum(axis=2).round(6) == 1)
