"""Recordings as they are sent: small, exact, and refused when they are cut short or damaged."""

from dataclasses import replace

import numpy as np
import pytest

from bot.present.recordings import recording
from sims import activation_shapes, coffee_roasting, softmax_or_sigmoids, superposition
from sims.engine.codec import FRAMES, MAGIC, VERSION, pack, unpack
from sims.engine.experiment import drain, perform
from sims.engine.network import dense
from sims.engine.randomness import ensemble_seeds
from sims.engine.shapes import rings
from sims.engine.training import Trained, TrainingConfig, train

COFFEE = perform(coffee_roasting.EXPERIMENT, seed=3, replicas=3)
ALL = perform(coffee_roasting.EXPERIMENT)


def finals(trained: Trained) -> int:
    """The bytes that the other replicas' final states take."""
    return 4 * (sum(layer[0].size for layer in trained.weights) + 2) * (len(trained.loss) - 1)


def test_a_recording_comes_back_as_it_was() -> None:
    shown = COFFEE.shown
    header, found = unpack(pack(shown, {"title": "Kaffee für 3"}, {"dark": shown.data.inputs[2, 0] > 0}, [3, 4, 5], 2))
    assert header["sizes"] == [2, 3, 1]
    assert header["title"] == "Kaffee für 3"
    assert header["axes"][0]["unit"] == "°C"
    assert header["loss"] == "log_loss"
    assert header["replicas"] == [3, 4, 5]
    assert header["steps"] == [frame.step for frame in shown.frames]
    np.testing.assert_array_equal(found["losses"], [frame.loss[2] for frame in shown.frames])
    np.testing.assert_allclose(found["inputs"], shown.data.inputs[2], rtol=1e-6)
    np.testing.assert_array_equal(found["concepts"][0], found["inputs"][0] > 0)
    for number in range(2):
        np.testing.assert_array_equal(found[f"layer {number}"], [frame.weights[number][2] for frame in shown.frames])


def test_it_carries_where_every_replica_ended() -> None:
    _, found = unpack(pack(COFFEE.shown))
    for number, layer in enumerate(COFFEE.shown.weights):
        np.testing.assert_array_equal(found[f"final layer {number}"], layer)
    np.testing.assert_array_equal(found["final_losses"], COFFEE.shown.loss)
    np.testing.assert_allclose(found["final_accuracies"], COFFEE.metrics.accuracy, rtol=1e-6)


def test_it_carries_what_the_examples_count_where_they_do_not_count_alike() -> None:
    data = COFFEE.shown.data
    differ = np.random.default_rng(0).uniform(0, 3, (3, 1, data.inputs.shape[2]))
    for shares, rows in ((None, 0), (np.ones_like(differ), 0), (differ, 1)):
        known = replace(COFFEE.shown, data=replace(data, example_weights=shares))
        header, found = unpack(pack(known, replica=2))
        assert (header["weighted"], found["example_weights"].shape[0]) == (rows, rows)
        np.testing.assert_allclose(found["example_weights"], differ[2, :rows], rtol=1e-6)


def test_accuracy_is_left_out_where_nothing_is_decided() -> None:
    assert unpack(pack(perform(superposition.EXPERIMENT, replicas=1).shown))[1]["final_accuracies"].size == 0
    assert unpack(pack(perform(softmax_or_sigmoids.EXPERIMENT, replicas=2).shown))[1]["final_accuracies"].size == 2


def test_a_recording_is_small() -> None:
    assert len(recording(ALL)) - finals(ALL.shown) <= 8_000
    assert finals(ALL.shown) <= 2_000
    seeds = ensemble_seeds(0)
    network = dense(2, [8, 8], 1, "tanh", "sigmoid")
    more = rings(seeds, 100, purpose="more")
    big = drain(train(network, rings(seeds, 500), TrainingConfig(steps=30), seeds, validation=more, frames=FRAMES))
    assert len(pack(big, seeds=seeds.tolist())) - finals(big) <= 45_000
    assert finals(big) <= 40_000


def test_a_long_recording_is_thinned_from_its_start_to_its_end() -> None:
    shown = perform(activation_shapes.EXPERIMENT, replicas=1).shown
    header, found = unpack(pack(shown))
    assert len(shown.frames) > FRAMES == len(header["steps"]) == len(found["layer 0"])
    assert header["steps"] == sorted(set(header["steps"]))
    assert (header["steps"][0], header["steps"][-1]) == (shown.frames[0].step, shown.frames[-1].step)
    np.testing.assert_array_equal(found["layer 2"][-1], shown.weights[2][0])


@pytest.mark.parametrize("keep", [0, 2, 4, 7, 100, -4, -3])
def test_a_recording_that_is_cut_short_is_refused(keep: int) -> None:
    with pytest.raises(ValueError, match="recording"):
        unpack(pack(COFFEE.shown)[:keep])


@pytest.mark.parametrize(("damage", "says"), [
    ((b"{", b"["), "cut short or damaged"),
    ((b'"sizes"', b'"seizs"'), "lacks something: 'sizes'"),
    ((b'"points":200', b'"points":201'), "cut short"),
    ((MAGIC + bytes([VERSION]), MAGIC + b"\x63"), "version 99"),
    ((MAGIC, b"PNG"), "not a recording"),
])
def test_a_damaged_recording_is_refused(damage: tuple[bytes, bytes], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        unpack(pack(COFFEE.shown).replace(*damage, 1))
