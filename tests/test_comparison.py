"""Two answers side by side: what differs, which claims flip, and the numbers of either run."""

import pytest

from bot.answers.comparison import compare
from bot.service import Bot, shared_bot


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def test_the_flipped_claims_are_those_that_stand_in_one_run_alone(bot: Bot) -> None:
    two, three = bot.answer("coffee-roasting", {"hidden": 2}), bot.answer("coffee-roasting")
    found = compare(two, three)
    assert [(c.name, c.title, c.a, c.b) for c in found.changes] == [("hidden", "hidden units", 2, 3)]
    assert found.names == ("hidden units 2", "hidden units 3")
    assert {pair.b.says for pair in found.flipped} == {
        new.says for old, new in zip(two.claims, three.claims, strict=True) if old.stands != new.stands}
    assert found.flipped
    assert "from 2 to 3, 1 claim stands that did not before" in found.summary
    assert "from 3 to 2, 1 claim no longer stands" in compare(three, two).summary


def test_the_numbers_are_those_of_the_runs_on_the_screen(bot: Bot) -> None:
    two, three = bot.answer("coffee-roasting", {"hidden": 2}), bot.answer("coffee-roasting")
    measured = {m.name: (m.a, m.b) for m in compare(two, three).metrics}
    assert measured["everywhere"] == tuple(f"{a.metrics['everywhere']:.1%}".replace(".0%", "%") for a in (two, three))
    assert "first_is_too_cold" not in measured, "a metric that is yes or no is no number"


def test_equal_settings_change_nothing_and_other_entries_are_refused(bot: Bot) -> None:
    same = compare(bot.answer("xor"), bot.answer("xor"))
    assert (same.changes, same.flipped, same.summary) == ((), (), "The two runs have the same settings.")
    with pytest.raises(ValueError, match="nothing to compare"):
        compare(bot.answer("xor"), bot.answer("coffee-roasting"))


def test_a_change_that_flips_nothing_says_so(bot: Bot) -> None:
    found = compare(bot.answer("dead-relu"), bot.answer("dead-relu", {"activation": "leaky_relu"}))
    assert "flips none of the 4 claims" in found.summary


def test_metrics_that_are_missing_or_not_finite_are_said_in_words(bot: Bot) -> None:
    found = compare(bot.answer("learning-rate"), bot.answer("learning-rate", {"learning_rate": 30.0}))
    assert "not a number" in {m.b for m in found.metrics}
    fewer = compare(bot.answer("weight-meaning"), bot.answer("weight-meaning", {"hidden": 1}))
    assert len(fewer.claims) == len(fewer.b.claims)
