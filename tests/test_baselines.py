"""Baselines: the lazy answer, one cut, and the true probabilities that bound them all."""

import numpy as np
import pytest

from sims.baselines import one_cut
from sims.engine.datasets import Axis, Data
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("baselines")


def test_one_cut_takes_the_input_that_tells_most() -> None:
    yes = np.array([[[0.0, 0, 1, 1]]])
    inputs = np.array([[[1.0, 9, 2, 8], [-2.0, -1, 1, 2]]])
    data = Data(inputs, yes, (Axis("a"), Axis("b")), (Axis("yes"),))
    assert one_cut(data, data).tolist() == [1]


def test_the_lazy_answer_is_right_for_the_larger_class_and_nobody_beats_the_truth_by_much() -> None:
    m = perform(EXPERIMENT, seed=6, replicas=6).metrics
    assert m.majority == pytest.approx(np.maximum(m.yes_share, 1 - m.yes_share))
    assert np.all(m.scores.max(axis=1) < m.possible + 0.02)
    assert np.all(m.loss_base == pytest.approx(-(m.yes_share * np.log(m.yes_share)
                                                 + (1 - m.yes_share) * np.log(1 - m.yes_share)), abs=0.02))
