"""Parts of a recording: what a shorter training would have given, and weights at each replica's own moment."""

from dataclasses import replace

import numpy as np
import pytest

from sims.engine.coffee import roasts
from sims.engine.experiment import drain
from sims.engine.network import dense
from sims.engine.randomness import ensemble_seeds
from sims.engine.splits import weights_at
from sims.engine.training import TrainingConfig, recorded_steps, train, until

NETWORK = dense(2, [3], 1, "tanh", "sigmoid")
SEEDS = ensemble_seeds(2, 4)
DATA = roasts(SEEDS, 30)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_longer_training_holds_the_shorter_one(optimizer: str) -> None:
    short = TrainingConfig(optimizer=optimizer, learning_rate=0.3, steps=40)
    longer = drain(train(NETWORK, DATA, replace(short, steps=100), SEEDS, frames=recorded_steps(40)))
    alone, cut = drain(train(NETWORK, DATA, short, SEEDS)), until(longer, short)
    assert cut.config == short
    assert [frame.step for frame in cut.frames] == [frame.step for frame in alone.frames]
    for mine, other in zip(cut.frames, alone.frames, strict=True):
        np.testing.assert_array_equal(mine.loss, other.loss)
        for layer, its in zip(mine.weights, other.weights, strict=True):
            np.testing.assert_array_equal(layer, its)
    assert (longer.loss != cut.loss).all()


def test_what_diverges_after_the_end_has_not_diverged() -> None:
    config = TrainingConfig(steps=60)
    net = replace(drain(train(NETWORK, DATA, config, SEEDS)), diverged_at=np.array([-1, 10, 30, 31]))
    short = replace(config, steps=net.frames[-20].step)
    at = np.array([-1, 10, short.steps, short.steps + 1])
    np.testing.assert_array_equal(until(replace(net, diverged_at=at), short).diverged_at, [-1, 10, short.steps, -1])


def test_weights_at_each_replicas_own_frame() -> None:
    net = drain(train(NETWORK, DATA, TrainingConfig(steps=60), SEEDS))
    picked = weights_at(net, np.array([0, 5, 5, 20]))
    for layer, w in enumerate(picked):
        assert w.shape == net.weights[layer].shape
        for replica, frame in enumerate((0, 5, 5, 20)):
            np.testing.assert_array_equal(w[replica], net.frames[frame].weights[layer][replica])
