"""A unit's own best cut, against trying every cut."""

import numpy as np

from sims.engine.cuts import cut_accuracy


def test_the_best_cut_is_the_best_of_all_cuts() -> None:
    rng = np.random.default_rng(3)
    units, yes = rng.normal(size=(2, 3, 40)), rng.random((2, 40)) < 0.4
    best, again = cut_accuracy(units, yes, units, yes)
    for replica, unit in np.ndindex(2, 3):
        values = units[replica, unit]
        shares = [np.mean((values > cut) == yes[replica]) for cut in values]
        assert best[replica, unit] == max(max(shares), 1 - min(shares))
    np.testing.assert_array_equal(best, again)


def test_the_cut_is_chosen_on_the_known_examples_alone() -> None:
    known, fresh = np.array([[[0.0, 1, 2, 3]]]), np.array([[[0.5, 1.5, 2.5, 9]]])
    said = cut_accuracy(known, np.array([[True, True, False, False]]), fresh, np.array([[True, False, True, False]]))
    assert [share.item() for share in said] == [1, 0.75]
