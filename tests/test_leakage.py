"""Leakage: what is chosen, copied and scaled, and that nothing leaks where nothing can."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.randomness import ensemble_seeds
from sims.engine.registry import find
from sims.leakage import correlations, most_telling, prepared

EXPERIMENT = find("leakage")
SEEDS = ensemble_seeds(2, 3)


def test_correlations_are_those_of_numpy_and_the_largest_are_chosen() -> None:
    rng = np.random.default_rng(1)
    columns, yes = rng.normal(size=(2, 20, 30)), rng.random((2, 30)) < 0.5
    found = correlations(columns, yes)
    assert found[1, 4] == pytest.approx(abs(np.corrcoef(columns[1, 4], yes[1])[0, 1]))
    assert set(most_telling(columns, yes)[0]) == set(np.argsort(found[0])[-8:])


def test_only_what_is_prepared_before_the_split_knows_of_the_test_rows() -> None:
    ways, facts = prepared(SEEDS, EXPERIMENT.params(rows=40, columns=30))
    known, _, _ = ways["scaled after"]
    assert known.inputs.mean(axis=2) == pytest.approx(0, abs=1e-6)
    assert ways["scaled before"][0].inputs.mean(axis=2) != pytest.approx(0, abs=1e-3)
    assert np.all((facts["met_before"] > 0.3) & (facts["met_before"] < 0.9))
    test = ways["copies after"][1]
    assert np.array_equal(test.targets, ways["columns chosen after"][1].targets)


def test_with_no_more_columns_than_are_wanted_the_choice_does_not_flatter() -> None:
    m = perform(EXPERIMENT, EXPERIMENT.params(columns=8, rows=300), seed=5, replicas=12).metrics
    assert m.chosen_before.mean() == pytest.approx(0.5, abs=0.04)
    assert m.chosen_before_true.mean() == pytest.approx(0.5, abs=0.02)
