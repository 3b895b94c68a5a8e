"""Newton's fit of logistic regression: a slope of zero at its end, and a case that can be solved on paper."""

import numpy as np
import pytest

from sims.engine.activations import activate
from sims.engine.datasets import noisy_logistic
from sims.logistic_fit import log_loss, newton, probabilities


def test_at_newtons_end_the_penalised_loss_has_no_slope() -> None:
    data = noisy_logistic(np.arange(3), 80, "data")[0]
    x, y = data.inputs, data.targets[:, 0]
    w = newton(x, y, 2.0)

    def loss(at: np.ndarray) -> np.ndarray:
        return log_loss(probabilities(x, at), y) * 80 + (at[:, :2] ** 2).sum(axis=1)  # 2 / 2 times the squares

    for k in range(3):
        nudge = 1e-5 * np.eye(3)[k]
        assert (loss(w + nudge) - loss(w - nudge)) / 2e-5 == pytest.approx(np.zeros(3), abs=1e-4)
        assert np.all(loss(w + 100 * nudge) > loss(w))


def test_one_input_of_two_values_is_solved_on_paper() -> None:
    # At x = 0 one of four is a yes, at x = 1 three of four: bias ln(1/3), weight ln 3 - ln(1/3).
    x = np.array([[[0.0] * 4 + [1.0] * 4, [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0]]])
    y = np.array([[1.0, 0, 0, 0, 0, 1, 1, 1]])
    x[0, 1] = [0.5, -0.5, 0, 0, -0.5, 0.5, 0, 0]
    w = newton(x[:, [0, 0]] * np.array([[[1.0], [0.0]]]), y, 0)
    assert w[0] == pytest.approx([2 * np.log(3), 0, -np.log(3)], abs=1e-6)


def test_probabilities_are_those_of_a_sigmoid() -> None:
    said = probabilities(np.array([[[2.0], [1.0]]]), np.array([[0.5, -1.0, 0.25]]))
    assert said == pytest.approx(activate("sigmoid", np.array([[0.25]])))
