"""Recordings as they are sent: small, exact, and refused when they are cut short."""

import numpy as np
import pytest

from sims.coffee_roasting import EXPERIMENT
from sims.engine.experiment import drain, perform
from sims.engine.network import dense
from sims.engine.randomness import crowd
from sims.engine.shapes import rings
from sims.engine.training import Recipe, train
from sims.engine.wire import pack, unpack


def test_a_recording_comes_back_as_it_was() -> None:
    shown = perform(EXPERIMENT, seed=3, replicas=3).shown
    header, found = unpack(pack(shown, replica=2))
    assert header["sizes"] == [2, 3, 1]
    assert header["axes"][0]["unit"] == "°C"
    assert header["steps"] == [frame.step for frame in shown.frames]
    np.testing.assert_array_equal(found["losses"], [frame.loss[2] for frame in shown.frames])
    np.testing.assert_allclose(found["inputs"], shown.data.inputs[2], rtol=1e-6)
    for number in range(2):
        np.testing.assert_array_equal(found[f"layer {number}"], [frame.weights[number][2] for frame in shown.frames])


def test_a_recording_is_small() -> None:
    assert len(pack(perform(EXPERIMENT, replicas=1).shown)) <= 8_000
    seeds = crowd(0, 1)
    network = dense(2, [8, 8], 1, "tanh", "sigmoid")
    more = rings(seeds, 100, purpose="more")
    big = drain(train(network, rings(seeds, 500), Recipe(steps=300), seeds, validation=more))
    assert len(big.frames) <= 60
    assert len(pack(big)) <= 45_000
    assert unpack(pack(big))[1]["validation_losses"].shape == (len(big.frames),)


@pytest.mark.parametrize("keep", [0, 3, 100, -4])
def test_a_recording_that_is_cut_short_is_refused(keep: int) -> None:
    sent = pack(perform(EXPERIMENT, replicas=1).shown)
    with pytest.raises(ValueError, match="recording"):
        unpack(sent[:keep])
