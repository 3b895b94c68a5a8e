"""Skip connections: gradients against finite differences, the plain case against the dense engine, XOR set by hand."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.network import dense, outputs
from sims.engine.registry import find
from sims.engine.shapes import CORNERS, gate
from sims.engine.skips import Skipping, train_skipping, updates
from sims.engine.training import TrainingConfig
from sims.skip_connections import passing_on

SEEDS = np.array([3, 4])
EXPERIMENT = find("skip_connections")


@pytest.mark.parametrize(("output", "loss"), [("sigmoid", "log_loss"), ("linear", "squared_error")])
@pytest.mark.parametrize(("around", "from_inputs"), [(True, False), (False, True), (True, True)])
def test_the_gradient_is_that_of_finite_differences(output: str, loss: str, around: bool, from_inputs: bool) -> None:
    net = Skipping(dense(2, [3, 3, 3], 1, "tanh", output), SEEDS, around=around, from_inputs=from_inputs, dtype=float)
    net.flat += np.random.default_rng(1).normal(0, 0.3, net.flat.size)
    data = gate(SEEDS, 8, 0.3)
    found = net.gradient(data.inputs, data.targets, loss)
    for place in range(net.flat.size):
        if not from_inputs and place >= net.edges[-2]:
            assert found[place] == 0  # direct connections that are not there
            continue
        both = []
        for change in (1e-5, -1e-5):
            kept = net.flat[place]
            net.flat[place] = kept + change
            both.append(net.loss(data, loss).sum())
            net.flat[place] = kept
        assert found[place] == pytest.approx((both[0] - both[1]) / 2e-5, rel=1e-4, abs=1e-7)


def test_without_skips_it_is_the_dense_network() -> None:
    network = dense(2, [4, 4], 1, "relu", "sigmoid")
    net, data = Skipping(network, SEEDS), gate(SEEDS, 12, 0.3)
    np.testing.assert_allclose(net.outputs(data.inputs), outputs(network, net.weights, data.inputs.astype(np.float32)),
                               rtol=1e-6)


def test_one_relu_unit_and_direct_connections_compute_xor_and_so_do_units_that_pass_on() -> None:
    hand = [np.array([[[-1.0], [-1.0], [0.0]]]), np.array([[[-2.0], [1.0]]])]  # relu(-x1 - x2), then -2 of it
    net = Skipping(dense(2, [1], 1, "relu", "sigmoid"), SEEDS[:1], from_inputs=True, start=hand)
    net.direct[:] = -1
    said = net.outputs(CORNERS[None])[0, 0]
    assert (said > 0.5).tolist() == [False, True, True, False]
    wider = outputs(dense(2, [3], 1, "relu", "sigmoid"), passing_on(net), CORNERS[None].astype(np.float32))
    np.testing.assert_allclose(wider[0, 0], said, atol=1e-5)


def test_what_is_not_built_in_is_refused() -> None:
    net = Skipping(dense(2, [2], 1, "tanh", "sigmoid"), SEEDS)
    with pytest.raises(ValueError, match="l1"):
        updates(net, gate(SEEDS, 4, 0.1), TrainingConfig(l1=0.1))


def test_the_recorded_losses_begin_at_the_start_and_end_at_the_end() -> None:
    net, data = Skipping(dense(2, [2], 1, "tanh", "sigmoid"), SEEDS, from_inputs=True), gate(SEEDS, 8, 0.3)
    before = net.loss(data, "log_loss")
    steps, curve = train_skipping(net, data, TrainingConfig(steps=7), every=3)
    assert steps.tolist() == [0, 3, 6, 7]
    np.testing.assert_array_equal(curve[:, 0], before)
    np.testing.assert_array_equal(curve[:, -1], net.loss(data, "log_loss"))


def test_two_layers_train_with_skips_and_without() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(layers=2), seed=5, replicas=4).metrics
    assert np.all(m.train_plain >= 0.9)
    assert np.all(m.train_around >= 0.9)
