"""Trainings of one kind, made as one crowd: each is bit for bit what it is alone."""

from dataclasses import replace

import numpy as np

from sims.engine.coffee import roasts
from sims.engine.crowd import Crowd, Task
from sims.engine.experiment import drain
from sims.engine.network import dense, initial_weights
from sims.engine.randomness import ensemble_seeds
from sims.engine.side_by_side import times
from sims.engine.training import Trained, TrainingConfig, train, train_together
from sims.engine.untrained import without_training

SEEDS = ensemble_seeds(3, 5)
NET, WIDE = dense(2, [3], 1, "tanh", "sigmoid"), dense(2, [4], 1, "tanh", "sigmoid")
CONFIG = TrainingConfig(steps=30)
DATA, OTHER = roasts(SEEDS, 25), roasts(SEEDS, 25, "other")
TASKS = [
    Task(NET, DATA, CONFIG, validation=OTHER, name="plain", frames=7),
    Task(WIDE, DATA, CONFIG, name="wide", frames=2),
    Task(NET, OTHER, replace(CONFIG, l2=0.03), name="with a price", frames=(3, 11)),
    Task(NET, times(DATA, 2), replace(CONFIG, learning_rate=0.01), initial_weights(NET, SEEDS, purpose="another"),
         frames=2),
    Task(NET, DATA, replace(CONFIG, learning_rate=1e9, optimizer="sgd"), name="its own kind", frames=5),
    Task(NET, DATA, replace(CONFIG, learning_rate=1e39), name="off to infinity", frames=4),
]


def alone(task: Task) -> Trained:
    return drain(train(task.network, task.data, task.config, SEEDS, weights=task.weights, validation=task.validation,
                       name=task.name, frames=task.frames))


def assert_same(ours: Trained, theirs: Trained) -> None:
    assert (ours.network, ours.name, ours.data is theirs.data) == (theirs.network, theirs.name, True)
    assert ours.config is theirs.config
    np.testing.assert_array_equal(ours.diverged_at, theirs.diverged_at)
    for mine, other in zip(ours.frames, theirs.frames, strict=False):
        assert mine.step == other.step
        np.testing.assert_array_equal(mine.loss, other.loss)
        np.testing.assert_array_equal(mine.validation_loss, other.validation_loss)
        for layer, their_layer in zip(mine.weights, other.weights, strict=True):
            np.testing.assert_array_equal(layer, their_layer)


def test_each_of_several_trainings_is_what_it_is_alone_whatever_stands_beside_it() -> None:
    for task, ours in zip(TASKS, drain(train_together(TASKS, SEEDS)), strict=True):
        theirs = alone(task)
        assert_same(ours, theirs)
        if (theirs.diverged_at < 0).any():
            assert [frame.step for frame in ours.frames] == [frame.step for frame in theirs.frames]
    assert (alone(TASKS[-1]).diverged_at >= 0).all()


def test_each_of_several_trainings_left_out_keeps_its_own_start() -> None:
    with without_training():
        for task, ours in zip(TASKS, drain(train_together(TASKS, SEEDS)), strict=True):
            assert_same(ours, alone(task))


def test_what_differs_in_more_than_examples_start_rate_and_price_is_of_another_kind() -> None:
    plain, wide, priced, weighed, other, gone = (task.kind for task in TASKS)
    assert plain == priced == weighed == gone
    assert len({hash(kind) for kind in (plain, wide, other)}) == 3


def test_a_crowd_is_cut_into_chunks_that_need_not_end_where_a_task_does() -> None:
    seeds = ensemble_seeds(0, 50)
    data = roasts(seeds, 40)
    tasks = [Task(NET, data, replace(CONFIG, learning_rate=rate), frames=2) for rate in (0.1, 0.03, 0.01)]
    crowd = Crowd(tasks, [initial_weights(NET, seeds)] * 3, seeds, np.float32)
    assert [part.stop - part.start for part in crowd.parts] == [75, 75]
    for task, ours in zip(tasks, drain(train_together(tasks, seeds)), strict=True):
        theirs = drain(train(NET, data, task.config, seeds, frames=2))
        for mine, other in zip(ours.weights, theirs.weights, strict=True):
            np.testing.assert_array_equal(mine, other)


def test_a_task_whose_losses_nobody_sees_has_the_same_weights_and_the_last_loss() -> None:
    seen, unseen = drain(train_together([TASKS[0], replace(TASKS[0], losses=False)], SEEDS))
    for layer, its_layer in zip(seen.weights, unseen.weights, strict=True):
        np.testing.assert_array_equal(layer, its_layer)
    np.testing.assert_array_equal(seen.loss, unseen.loss)
    np.testing.assert_array_equal(seen.frames[-1].validation_loss, unseen.frames[-1].validation_loss)
    assert all(np.isnan(frame.loss).all() for frame in unseen.frames[:-1])
