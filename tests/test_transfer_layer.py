"""A layer is handed on: the composed network is the output on top of the layer, and directions are what they say."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.network import outputs
from sims.engine.registry import find
from sims.transfer_layer import RADIUS, directions, drawn, looking, seen_through

EXPERIMENT = find("transfer_layer")
SEEDS = np.array([1, 2])


def test_tasks_depend_on_the_two_directions_alone_and_are_balanced() -> None:
    turned = directions(SEEDS)
    np.testing.assert_allclose(turned @ turned.transpose(0, 2, 1), np.broadcast_to(np.eye(8), (2, 8, 8)), atol=1e-12)
    for task in ("xor", "near"):
        data = drawn(SEEDS, 2000, "first task", task)
        a, b = (turned @ data.inputs)[:, :2].swapaxes(0, 1)
        yes = a * b < 0 if task == "xor" else a**2 + b**2 < RADIUS**2
        np.testing.assert_array_equal(data.targets[:, 0], yes)
        assert data.targets.mean() == pytest.approx(0.5, abs=0.05)


def test_a_layer_that_looks_along_the_directions_looks_there_wholly() -> None:
    along = np.zeros((2, 9, 4))
    along[:, :8, :2] = directions(SEEDS)[:, :2].transpose(0, 2, 1)
    along[:, :8, 2:] = -3 * along[:, :8, :2]
    assert looking(along, SEEDS) == pytest.approx(1)
    along[:, :8, :4] = directions(SEEDS)[:, 4:].transpose(0, 2, 1)
    assert looking(along, SEEDS) == pytest.approx(0)


def test_the_network_on_the_screen_is_the_output_on_top_of_the_frozen_layer() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(steps=30), seed=2, replicas=3)
    layer, head = run.shown.weights
    for frame in run.shown.frames:
        np.testing.assert_array_equal(frame.weights[0], layer)
    units = seen_through(layer, run.shown.data).inputs
    z = head[:, :-1].transpose(0, 2, 1) @ units + head[:, -1:]
    said = outputs(run.shown.network, run.shown.weights, run.shown.data.inputs.astype(np.float32))
    np.testing.assert_allclose(said, 1 / (1 + np.exp(-z)), rtol=1e-5)
