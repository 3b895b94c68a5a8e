"""The printed loss: the mean over an epoch's batches, which is the whole set's loss where nothing moves."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.printed_loss import by_epoch, masks_of

EXPERIMENT = find("printed_loss")


def test_an_epoch_is_the_mean_of_its_batches() -> None:
    assert by_epoch(np.array([[1.0, 3.0, 5.0, 9.0]]), 2).tolist() == [[2, 7]]


def test_where_the_weights_hardly_move_it_is_the_loss_on_all_examples() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(rate=0, learning_rate=0.0001, epochs=1), seed=2, replicas=3).metrics
    assert m.first_printed == pytest.approx(m.first_train, abs=0.002)
    assert np.array_equal(m.printed_loss, m.plain_printed)  # without dropout both networks are one
    assert m.dropped_loss == pytest.approx(m.train_loss)


def test_masks_keep_the_mean() -> None:
    masks = masks_of(ensemble_seeds(1, 2), 0.5, 8, 500, "masks")
    assert masks is not None
    assert set(np.unique(masks)) == {0.0, 2.0}
    assert masks.mean() == pytest.approx(1, abs=0.05)
    assert masks_of(ensemble_seeds(1, 2), 0, 8, 500, "masks") is None


def test_dropout_left_on_costs_more_than_nothing_dropped() -> None:
    m = perform(EXPERIMENT, seed=3, replicas=8).metrics
    assert np.all(m.dropped_loss > m.train_loss)
