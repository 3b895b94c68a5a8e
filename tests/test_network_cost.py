"""What a network of one's own costs, estimated before it runs, and how what is too large is made smaller."""

from typing import Any

import pytest

from sims.engine.experiment import perform, start
from sims.engine.general.cost import MOST_COST, estimated_cost, scaled_down
from sims.engine.general.rows import read_rows
from sims.engine.general.settings import NetworkParams
from sims.your_network import EXPERIMENT


def test_what_is_too_large_is_made_smaller_and_says_so() -> None:
    large = NetworkParams(data="digits", points=600, hidden1=64, hidden2=64, activation1="relu", activation2="relu",
                          output="softmax", loss="cross_entropy", batch_size=32, epochs=500)
    assert estimated_cost(large) > MOST_COST
    smaller, lines = scaled_down(large)
    assert estimated_cost(smaller) <= MOST_COST
    assert lines == ("600 examples are shown as 200", f"500 epochs are shown as {smaller.epochs}")
    small = NetworkParams()
    assert scaled_down(small) == (small, ())
    rows = ";".join(f"{k / 1000},{k % 7}|{k % 2}" for k in range(1000))
    fewer, said = scaled_down(NetworkParams(data="own", own=rows, hidden1=64, hidden2=64, epochs=3000, batch_size=10))
    assert len(read_rows(fewer.own).inputs) == 200
    assert said[0] == "1,000 rows are shown as 200 of them"


@pytest.mark.parametrize("change", [{"epochs": 1000}, {"hidden1": 8}, {"hidden2": 4}, {"data": "circles"},
                                    {"batch_norm": True}, {"order": "sorted", "batch_size": 1}])
def test_more_costs_more(change: dict[str, Any]) -> None:
    usual = {"optimizer": "sgd", "batch_size": 1}
    assert estimated_cost(NetworkParams(**{**usual, **change})) > estimated_cost(NetworkParams(**usual))


def test_every_setting_can_be_as_large_as_it_may() -> None:
    widest = {f"hidden{n}": 64 for n in (1, 2, 3, 4)} | {f"activation{n}": "relu" for n in (1, 2, 3, 4)}
    params = NetworkParams(**widest, data="digits", points=1000, epochs=100_000, batch_size=1, output="softmax",
                           loss="cross_entropy", held_out=0.5, batch_norm=True, dropout=0.5)
    smaller, lines = scaled_down(params)
    assert estimated_cost(smaller) <= 1.5 * MOST_COST
    assert len(lines) >= 2


def test_the_first_frame_comes_before_any_training() -> None:
    first = next(start(EXPERIMENT, NetworkParams(epochs=100_000), 0, 32))
    assert first.step == 0


def test_the_run_says_what_was_made_smaller() -> None:
    run = perform(EXPERIMENT, NetworkParams(epochs=100_000, batch_size=1), replicas=1)
    assert "epochs are shown as" in run.metrics.shown_as[0]
    assert run.shown.config.steps < 400_000
    assert list(perform(EXPERIMENT, NetworkParams(epochs=1), replicas=1).metrics.shown_as) == [""]
