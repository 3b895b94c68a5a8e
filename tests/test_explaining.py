"""One answer explained: gradients by finite differences, Shapley's shares and the nearest change on known cases."""

import numpy as np
import pytest

from sims.engine.activations import activate
from sims.engine.experiment import perform
from sims.engine.explaining import gradient_of, logits_of, nearest_change, one_input_at_a_time, shapley
from sims.engine.registry import find
from sims.one_applicant import named

RNG = np.random.default_rng(5)
NET = (RNG.normal(size=(2, 4, 5)), RNG.normal(size=(2, 6, 1)))  # two replicas, three inputs, five units
X = RNG.normal(size=(2, 3, 7))


def test_the_gradient_is_that_of_finite_differences() -> None:
    slope = gradient_of(NET, X)[1]
    for place in range(3):
        step = np.zeros((3, 1))
        step[place] = 1e-6
        assert slope[:, place] == pytest.approx((logits_of(NET, X + step) - logits_of(NET, X - step)) / 2e-6, rel=1e-5)


def test_shapleys_shares_add_up_and_give_nothing_to_an_input_that_is_not_used() -> None:
    unused = (NET[0].copy(), NET[1])
    unused[0][:, 2] = 0
    found = shapley(unused, X)
    p, p0 = (activate("sigmoid", logits_of(unused, x)) for x in (X, np.zeros_like(X)))
    assert found.sum(axis=1) == pytest.approx(p - p0)
    assert found[:, 2] == pytest.approx(0)


def test_with_one_input_at_work_its_share_is_what_putting_it_back_changes() -> None:
    alone = np.zeros_like(X)
    alone[:, 1] = X[:, 1]
    assert shapley(NET, alone)[:, 1] == pytest.approx(one_input_at_a_time(NET, alone)[:, 1])


def test_the_nearest_change_of_one_unit_is_at_right_angles_to_its_line() -> None:
    into = np.array([3.0, 4.0, 0.0, 1.0]).reshape(1, 4, 1)  # the border: 3 x1 + 4 x2 + 1 = 0
    net = (into, np.array([2.0, 0.0]).reshape(1, 2, 1))
    x = np.array([[1.0], [1.0], [7.0]])[None]
    change = nearest_change(net, x)
    assert change[0, :, 0] == pytest.approx(np.array([-8 * 3 / 25, -8 * 4 / 25, 0]), abs=1e-3)


def test_no_random_change_that_turns_the_answer_is_much_shorter() -> None:
    change = nearest_change(NET, X)
    length = np.sqrt((change * change).sum(axis=1))
    way = RNG.normal(size=(3, 4000))
    way = way / np.sqrt((way * way).sum(axis=0)) * RNG.uniform(0, 3, 4000)
    for r, n in np.argwhere(np.isfinite(length)):
        one = (NET[0][r : r + 1], NET[1][r : r + 1])
        before, after = logits_of(one, X[r : r + 1, :, n : n + 1]), logits_of(one, X[r : r + 1, :, n : n + 1] + way)
        turned = np.sqrt((way * way).sum(axis=0))[((after > 0) != (before > 0))[0]]
        assert length[r, n] < 1.1 * turned.min(initial=np.inf)


def test_conditions_are_named_by_the_lowest_parts() -> None:
    parts = np.array([[-3.0], [-1.0], [0.0], [-2.0]])[None]
    fails = np.array([[True], [False], [False], [True]])[None]
    assert named(parts, fails, 2).all()
    assert not named(parts, fails, 3).any()


def test_every_share_of_applicants_is_a_share() -> None:
    experiment = find("one_applicant")
    m = perform(experiment, experiment.params(steps=60), seed=2, replicas=3).metrics
    for name in ("step_flips", "random_flips", "truth_step", "truth_nearest", "single_one", "single_two"):
        assert np.all((getattr(m, name) >= 0) & (getattr(m, name) <= 1)), name
    assert np.all(m.step < m.nearest)
