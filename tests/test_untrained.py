"""Training left out: the control that every experiment has."""

from threading import Thread

import numpy as np
import pytest

from sims.engine import registry
from sims.engine.experiment import perform, start
from sims.engine.randomness import ensemble_seeds
from sims.engine.untrained import training_is_left_out, without_training

EVERY = sorted(registry.names())
FEW = 4


@pytest.mark.parametrize("name", EVERY)
def test_every_experiment_measures_the_network_as_it_started(name: str) -> None:
    experiment = registry.find(name)
    run = perform(experiment, seed=3, replicas=FEW, untrained=True)
    frames = run.shown.frames
    assert all(np.array_equal(layer, first) for frame in frames
               for layer, first in zip(frame.weights, frames[0].weights, strict=True))
    assert (run.shown.diverged_at == -1).all()
    assert run.seeds.tolist() == ensemble_seeds(3, FEW).tolist()


@pytest.mark.parametrize("name", ["coffee_roasting", "batch_norm", "superposition", "overfitting"])
def test_the_start_is_that_of_the_training(name: str) -> None:
    experiment = registry.find(name)
    trained, untrained = (perform(experiment, seed=3, replicas=FEW, untrained=left_out).shown
                          for left_out in (False, True))
    assert [frame.step for frame in untrained.frames] == [frame.step for frame in trained.frames]
    for layer, first in zip(untrained.weights, trained.frames[0].weights, strict=True):
        np.testing.assert_array_equal(layer, first)
    np.testing.assert_allclose(untrained.loss, trained.frames[0].loss, rtol=1e-6)
    assert (trained.loss < untrained.loss).all()


def test_validation_loss_is_there_without_training_too() -> None:
    run = perform(registry.find("overfitting"), replicas=FEW, untrained=True)
    told = [frame.validation_loss for frame in run.shown.frames]
    assert all(np.array_equal(loss, told[0]) for loss in told)


def test_training_goes_on_as_ever_afterwards() -> None:
    experiment = registry.find("coffee_roasting")
    before = perform(experiment, replicas=FEW).metrics.accuracy
    perform(experiment, replicas=FEW, untrained=True)
    np.testing.assert_array_equal(perform(experiment, replicas=FEW).metrics.accuracy, before)


def test_a_failure_inside_does_not_leave_it_out_for_ever() -> None:
    def fail() -> None:
        with without_training():
            assert training_is_left_out()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not training_is_left_out()


def test_other_threads_train() -> None:
    seen: list[bool] = []
    with without_training():
        other = Thread(target=lambda: seen.append(training_is_left_out()))
        other.start()
        other.join()
    assert seen == [False]


def test_a_training_that_was_begun_before_is_not_left_out() -> None:
    experiment = registry.find("coffee_roasting")
    running = start(experiment, experiment.params(), replicas=FEW)
    first = next(running)
    perform(experiment, replicas=FEW, untrained=True)
    second = next(running)
    assert second.step > first.step
    assert not np.array_equal(second.weights[0], first.weights[0])
