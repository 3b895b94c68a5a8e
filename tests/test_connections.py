"""Left-out connections: slopes against finite differences, masks that stay, and what four networks see."""

import numpy as np
import pytest

from sims.connections import GROUPS, mask_of
from sims.engine.experiment import perform
from sims.engine.masked import gradients, masked_start, train_masked
from sims.engine.network import dense, mean_loss
from sims.engine.registry import find

EXPERIMENT = find("connections")
NETWORK = dense(4, [4], 1, "tanh", "sigmoid")


def a_problem() -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Starting weights, a mask, inputs and targets of two replicas."""
    mask = np.repeat(mask_of(GROUPS[2], 4)[None], 2, axis=0)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 4, 9)), rng.integers(0, 2, (2, 1, 9)).astype(float)
    return masked_start(NETWORK, np.arange(2), mask), mask, x, y


def test_slopes_are_those_of_finite_differences_and_zero_where_masked() -> None:
    start, mask, x, y = a_problem()
    start[1][:, -1] = 0.3  # a bias of the output that is not zero
    ones = np.concatenate((x, np.ones_like(x[:, :1])), axis=1)
    slopes = gradients(start[0], start[1], mask, ones, y)
    for layer, slope in enumerate(slopes):
        for place in np.ndindex(slope.shape[1:]):
            nudge = np.zeros_like(start[layer])
            nudge[(slice(None), *place)] = 1e-5
            sides = [mean_loss(NETWORK, [w + s * nudge if k == layer else w for k, w in enumerate(start)], x, y,
                               "log_loss") for s in (1, -1)]
            expected = (sides[0] - sides[1]) / 2e-5
            if layer == 0 and place[0] < 4 and mask[0][place] == 0:
                expected = np.zeros(2)
            assert slope[(slice(None), *place)] == pytest.approx(expected, abs=1e-8)


def test_a_connection_that_is_left_out_stays_out() -> None:
    start, mask, x, y = a_problem()
    trained = train_masked(NETWORK, start, mask, x, y, 0.1, 30)
    assert trained.steps[-1] == 30
    assert np.all(trained.weights[-1][0][:, :-1][mask == 0] == 0)
    assert np.all(trained.weights[-1][0][:, :-1][mask == 1] != start[0][:, :-1][mask == 1])


def test_masks_are_for_one_hidden_layer_of_tanh() -> None:
    start, mask, x, y = a_problem()
    with pytest.raises(ValueError, match="one hidden tanh layer"):
        train_masked(dense(4, [4], 1, "relu", "sigmoid"), start, mask, x, y, 0.1, 1)


def test_groups_give_each_unit_its_inputs() -> None:
    assert mask_of(GROUPS[0], 8).sum() == 32
    assert mask_of(GROUPS[1], 8).sum(axis=0).tolist() == [1] * 8
    assert mask_of(GROUPS[3], 4)[:, 1].tolist() == [0, 1, 0, 1]
    m = perform(EXPERIMENT, EXPERIMENT.params(steps=5), seed=2, replicas=2).metrics
    assert m.connections_pairs.tolist() == [16, 16]
