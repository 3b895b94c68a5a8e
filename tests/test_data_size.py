"""Test sets that are judged against the truth share no example with it, or with one another."""

import numpy as np
import pytest

from sims import data_size
from sims.engine.activations import Array
from sims.engine.datasets import Data
from sims.engine.experiment import perform
from sims.engine.scores import accuracy_on
from sims.engine.training import Trained


def test_no_test_set_holds_an_example_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: dict[int, Data] = {}

    def noted(data: Data, trained: Trained) -> Array:
        judged[data.inputs.shape[2]] = data  # of two of a size, the test set comes after the training set
        return accuracy_on(data, trained)

    monkeypatch.setattr(data_size, "accuracy_on", noted)
    run = perform(data_size.EXPERIMENT, data_size.DataSizeParams(points=50, steps=1), replicas=2)
    for replica in range(2):
        every = np.concatenate([judged[size].inputs[replica] for size in data_size.TEST_SIZES], axis=1)
        assert len(np.unique(every, axis=1).T) == sum(data_size.TEST_SIZES)
    for place, size in enumerate(data_size.TEST_SIZES):
        np.testing.assert_array_equal(run.metrics.measured[:, place], accuracy_on(judged[size], run.shown))
