"""Logs that are printed as tables, whatever they are ruled with."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.reading import read_post

LOSSES = st.lists(st.tuples(st.floats(0.001, 99), st.floats(0.001, 99), st.floats(0, 1)), min_size=2, max_size=12)


@pytest.mark.parametrize(("between", "rule"), [
    ("  ", ""), (" | ", "---|---|---|---"), ("\t", ""), ("    ", "-- -- --")])
@settings(max_examples=20, deadline=None)
@given(rows=LOSSES)
def test_each_column_is_a_series_by_its_name(between: str, rule: str, rows: list[tuple[float, ...]]) -> None:
    table = [between.join(["epoch", "train_loss", "valid_loss", "accuracy"]), rule]
    table += [between.join([str(i), *(f"{value:.4f}" for value in row)]) for i, row in enumerate(rows, 1)]
    found = read_post("My log:\n\n" + "\n".join(table) + "\n\nIs that well?").symptoms
    for series, column in ((found.losses, 0), (found.val_losses, 1), (found.accuracies, 2)):
        assert series == pytest.approx([round(row[column], 4) for row in rows])
    assert found.epochs == tuple(range(1, len(rows) + 1))


def test_a_table_of_results_is_no_log() -> None:
    found = read_post("model   params   size\nsmall   1000   0.2\nlarge   9000   0.9\nWhich one do I take?").symptoms
    assert not found.losses
    assert not found.accuracies


def test_a_ratio_of_losses_is_no_loss() -> None:
    found = read_post("epoch  train loss  valid loss  train/valid loss\n1  0.5  0.6  0.83\n2  0.4  0.5  0.80").symptoms
    assert found.losses == (0.5, 0.4)
    assert found.val_losses == (0.6, 0.5)
