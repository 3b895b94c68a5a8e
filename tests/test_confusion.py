"""The confusion matrix: counted by hand, and what follows from its sums."""

import numpy as np
import pytest

from sims.confusion import confusion
from sims.engine.experiment import perform
from sims.engine.registry import find

EXPERIMENT = find("confusion")


def test_truth_stands_in_rows() -> None:
    truth, said = np.array([[0, 0, 1, 2, 2]]), np.array([[0, 1, 1, 2, 1]])
    assert confusion(truth, said, 3)[0].tolist() == [[1, 1, 0], [0, 1, 0], [0, 1, 1]]


def test_scores_follow_from_the_matrix() -> None:
    m = perform(EXPERIMENT, seed=3, replicas=4).metrics
    diagonal = np.einsum("rii->ri", m.matrix)
    assert m.recalls == pytest.approx(diagonal / m.matrix.sum(axis=2))
    assert m.precisions == pytest.approx(diagonal / m.matrix.sum(axis=1))
    assert np.all(m.mandarins_found + m.others_rejected + m.mandarins_there + m.called_mandarin
                  - 2 * m.mandarins_found == 1000)
    assert m.accuracy == pytest.approx((m.recalls * m.matrix.sum(axis=2)).sum(axis=1) / 1000)
