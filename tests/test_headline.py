"""The headline: true to the run, short, plain."""

import pytest

from bot.answers.answer import Answer
from bot.content.formats import number
from bot.present.headline import LONGEST, Figure, figure, headline
from bot.service import Bot, shared_bot


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def test_the_claim_its_count_and_the_number_of_this_run(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting")
    says, claim = headline(answer), answer.claims[0]
    assert says.startswith(claim.says)
    assert f"True in {claim.replicas_true} of 32 runs" in says
    assert number(answer.metrics["everywhere"], "share") in says


def test_two_metrics_are_set_against_each_other(bot: Bot) -> None:
    answer = bot.answer("bias-term")
    with_bias, without = (number(answer.metrics[name], "share") for name in ("accuracy_with", "accuracy_without"))
    assert figure(answer, answer.claims[0]) == Figure(f"{with_bias} against {without}", "")


def test_one_column_of_a_metric_is_the_one_that_the_claim_names(bot: Bot) -> None:
    answer = bot.answer("how-many-neurons")
    found = figure(answer, answer.claims[0])
    assert found is not None
    assert found.value == number(answer.metrics["test_accuracy"][7], "share")


def test_yes_or_no_has_a_count_and_no_number(bot: Bot) -> None:
    answer = bot.answer("xor")
    assert figure(answer, answer.claims[0]) is None
    count = f"True in {answer.claims[0].replicas_true} of 32 runs; without training in 0 of 32."
    assert headline(answer).endswith(count)


def test_what_does_not_stand_is_not_said_to_be_so(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting", {"hidden": 1})
    assert not answer.claims[0].stands
    assert headline(answer).startswith("With hidden units = 1, this does not hold: ")


def test_what_is_not_a_number_has_no_unit(bot: Bot) -> None:
    assert "not a number (" in headline(bot.answer("learning-rate", {"learning_rate": 1.5}))


def test_a_unit_that_is_not_there_has_no_number(bot: Bot) -> None:
    answer = bot.answer("how-many-neurons")
    gone = answer.claims[0].__class__(**{**vars(answer.claims[0]), "holds": "test_accuracy[99] > 0.5"})
    assert figure(answer, gone) is None


@pytest.mark.parametrize(("value", "unit", "shown"), [
    (0.984, "share", "98.4%"), (1.0, "share", "100%"), (-0.5, "", "−0.5"), (1500, "steps", "1,500"),
    (20443.2, "", "20,443"), (2.1e-9, "", "2.1 × 10⁻⁹"), (3.2e7, "", "3.2 × 10⁷"), (float("nan"), "", "not a number"),
    (float("inf"), "share", "infinity"), ("too cold", "", "too cold"), (0.0, "", "0"),
])
def test_numbers_as_people_read_them(value: float, unit: str, shown: str) -> None:
    assert number(value, unit) == shown


def test_long_claims_are_cut_at_a_word(bot: Bot) -> None:
    answer = bot.answer("coffee-roasting")
    long = answer.claims[0].__class__(**{**vars(answer.claims[0]), "says": "word " * 80})
    cut = headline(Answer(**{**vars(answer), "claims": (long,)}))
    assert len(cut) <= LONGEST
    assert "word … True in" in cut
