"""Figures on questions that neither heads nor numbers have seen: honest and complete."""

import numpy as np
import pytest
from test_fitting import outcomes

from bot.matching.fitting.held_out import held_out, render
from bot.matching.fitting.numbers import Outcomes, joined, read_costs
from bot.matching.matcher import OUTSIDE

LABELS = ("a", "b", OUTSIDE + "x")


def told(strength: float, n: int = 400) -> Outcomes:
    """Questions of which a source knows so much; every fourth is a near miss."""
    rng = np.random.default_rng(5)
    right = np.where(np.arange(n) % 4 == 3, 2, rng.integers(0, 2, n))
    scores = strength * np.eye(3)[right] + rng.normal(0, 1, (n, 3))
    return outcomes(scores, right, ["near" if one == 2 else "in" for one in right])


@pytest.mark.slow
def test_what_is_known_is_answered_and_near_misses_are_not() -> None:
    given = told(8)
    found = held_out(given, LABELS, read_costs())
    ours = given.scope == "in"
    assert found.credit[ours, 0].mean() > 0.97
    assert found.answered[ours].mean() > 0.9
    assert found.answered[~ours].mean() < 0.1
    assert not (found.answered & found.torn).any()
    assert not (found.sure & ~found.answered).any()


@pytest.mark.slow
def test_where_nothing_can_be_known_nothing_is_learnt_from_the_questions_themselves() -> None:
    given = told(0)
    found = held_out(given, LABELS, read_costs())
    ours = given.scope == "in"
    assert 0.35 < found.credit[ours, 0].mean() < 0.65
    assert found.answered.mean() < 0.1


@pytest.mark.slow
def test_the_figures_name_scopes_styles_and_what_is_taken_for_what() -> None:
    far = outcomes(np.tile([0.0, 0.0, 9.0], (10, 1)), np.full(10, 2), ["far"] * 10)
    given = joined(told(2), far)
    styles = ["terse" if one == "in" else "" for one in given.scope.tolist()]
    lines = list(render(held_out(given, LABELS, read_costs()), given, LABELS, styles))
    text = "\n".join(lines)
    assert lines[0] == "held out: 300 questions in scope"
    assert "of 100, torn" in text
    assert "  far   answered 0 of 10, torn 0" in lines
    assert sum(line.startswith("  terse  ") for line in lines) == 1
    assert lines[-1].endswith("a and b")
