"""Folds: every example is held out once, and one without a say is one that is not there."""

from dataclasses import replace

import numpy as np
import pytest

from sims.cross_validation import parts, without
from sims.engine.copies import many, scattered
from sims.engine.experiment import drain, perform
from sims.engine.network import dense
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.engine.shapes import rings
from sims.engine.training import TrainingConfig, train

EXPERIMENT = find("cross_validation")
SEEDS = ensemble_seeds(3, 2)


def test_the_parts_hold_each_example_once_and_are_of_one_size() -> None:
    cut = parts(23, 5)
    assert sorted(np.concatenate(cut)) == list(range(23))
    assert {len(part) for part in cut} == {4, 5}


def test_a_held_out_example_is_as_one_that_is_not_there() -> None:
    data, network = rings(SEEDS, 12), dense(2, [3], 1, "tanh", "sigmoid")
    held = np.broadcast_to(np.arange(12) >= 9, (2, 12))
    config = TrainingConfig(optimizer="sgd", learning_rate=0.5, steps=20)
    weighed = drain(train(network, without(data, held), config, SEEDS, dtype=np.float64))
    left = drain(train(network, data.examples(0, 9), config, SEEDS, dtype=np.float64))
    for mine, theirs in zip(weighed.weights, left.weights, strict=True):
        assert mine == pytest.approx(theirs)


def test_copies_and_scattered_examples_are_the_same_examples() -> None:
    data = rings(SEEDS, 10)
    data = replace(data, targets=np.array(data.targets))
    assert np.array_equal(many(data, 3).inputs[2:4], data.inputs)
    mixed = scattered(data, SEEDS)
    both = [np.concatenate([some.inputs, some.targets], axis=1)[1] for some in (data, mixed)]
    assert not np.array_equal(*both)
    assert sorted(map(tuple, both[0].T)) == sorted(map(tuple, both[1].T))


def test_scores_are_shares_of_the_held_out_parts() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(folds=10, points=40, steps=20), seed=1, replicas=3).metrics
    assert np.all(np.round(m.scores * 4) == m.scores * 4)
    assert m.carried_scores[:, 0] == pytest.approx(m.scores[:, 0])  # the first fold carries nothing on
    assert np.all(m.off <= m.off_one + 1e-9)
