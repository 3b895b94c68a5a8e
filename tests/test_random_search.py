"""Random search: rates drawn on a log scale, winners and swings on tables that are known."""

import numpy as np
import pytest

from sims.engine.experiment import perform
from sims.engine.registry import find
from sims.random_search import COIN, TRIALS, Search, choices, on_log_scale, swings

EXPERIMENT = find("random_search")


def test_a_log_scale_gives_each_power_of_ten_its_share_and_an_even_one_does_not() -> None:
    assert on_log_scale(np.array([0, 0.25, 0.5, 1]), 4) == pytest.approx([1, 0.1, 0.01, 0.0001])
    made = choices(np.arange(300), 4)
    for way, share in (("random, log scale", 0.75), ("random, even scale", 0.1)):
        rates, scales = made[way]
        assert (rates < 0.1).mean() == pytest.approx(share, abs=0.03)
        assert np.all((rates >= 0.0001) & (rates <= 1) & (scales >= 0.5) & (scales <= 2))
    assert sorted(set(np.round(made["grid"][0][0], 6))) == [0.0001, 0.01, 1]


def test_the_winner_has_the_lowest_validation_loss_and_nan_never_wins() -> None:
    validation = np.array([[0.5, np.nan, 0.2, 0.9, 0.8, 0.7, 0.6, 0.4, 0.3]])
    search = Search(np.arange(TRIALS)[None], np.ones((1, TRIALS)), validation, validation)
    assert search.of_winner(search.rates).tolist() == [2]


def test_swings_are_over_the_means_of_rows_and_columns_and_count_up_to_a_coin_toss() -> None:
    table = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [9.0, np.inf, np.nan]])
    search = Search(*(np.ones((1, TRIALS)),) * 2, table.reshape(1, TRIALS), np.ones((1, TRIALS)))
    by_rate, by_scale = swings(search)
    assert by_rate == pytest.approx([COIN - 0.2])
    assert by_scale == pytest.approx([0.4 / 3])


def test_the_network_on_the_screen_is_the_winner() -> None:
    run = perform(EXPERIMENT, EXPERIMENT.params(steps=40), seed=2, replicas=3)
    assert run.shown.config.learning_rate == pytest.approx(run.metrics.rate_log)
    best = run.metrics.points_log[:, :, 1].min(axis=1)
    assert run.shown.frames[-1].validation_loss == pytest.approx(best, rel=1e-4)
