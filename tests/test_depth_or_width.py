"""Budgets are used and never exceeded; folding layers double their pieces."""

import pytest

from sims.depth_or_width import DEPTHS, pieces, widths
from sims.engine.network import dense


@pytest.mark.parametrize("budget", [40, 61, 100, 200])
@pytest.mark.parametrize("depth", DEPTHS)
def test_widths_use_the_budget_and_no_more(depth: int, budget: int) -> None:
    hidden = widths(depth, budget)
    assert len(hidden) == depth
    assert max(hidden) - min(hidden) <= 1

    def count(units: list[int]) -> int:
        return dense(2, units, 1, "tanh", "sigmoid").parameters

    narrowest = hidden.index(min(hidden))
    wider = [*hidden[:narrowest], hidden[narrowest] + 1, *hidden[narrowest + 1 :]]
    assert count(hidden) <= budget < count(wider)


@pytest.mark.parametrize("depth", DEPTHS)
def test_pieces_double_with_each_fold(depth: int) -> None:
    folded, flat = pieces(depth)
    assert folded == 2**depth
    parameters = dense(1, [2] * depth, 1, "relu", "linear").parameters
    assert dense(1, [flat - 1], 1, "relu", "linear").parameters <= parameters
