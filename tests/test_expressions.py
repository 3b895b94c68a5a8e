"""The language of claims and of numbers in prose."""


from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.expressions import ExpressionError, NoSuchItem, evaluate, is_comparison, judge, names_in
from bot.content.prose import render, slots

VALUES = {
    "accuracy": np.array([0.9, 0.5, 1.0, np.nan]),
    "by_width": np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6], [0.7, 0.8]]),
    "edge": np.array(["cold", "short", "cold", "cold"]),
    "widths": np.array([1, 2]),
    "hidden": 3,
}
VARY = {"accuracy", "by_width", "edge"}


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("accuracy >= 0.9", [True, False, True, False]),
        ("accuracy < 0.9", [False, True, False, False]),  # nan is neither
        ("accuracy != 2", [True, True, True, False]),
        ("0.6 <= accuracy < 0.95", [True, False, False, False]),
        ("by_width[1] > by_width[0] + 0.05", [True] * 4),
        ("accuracy > 2 * by_width[0]", [True, False, False, False]),
        ("edge == 'cold'", [True, False, True, True]),
        ("accuracy.median >= 0.9", [True] * 4),
        ("hidden * 2 == 6", [True] * 4),
        ("by_width[0] > -widths[1]", [True] * 4),
        ("accuracy >= 0.9 and edge == 'cold'", [True, False, True, False]),
        ("accuracy < 1 and by_width[0] < 0.2 and hidden == 3", [True, False, False, False]),
    ],
)
def test_claims_are_judged_replica_by_replica(text: str, truth: list[bool]) -> None:
    assert judge(text, VALUES, VARY, 4).tolist() == truth


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("precision > 1", "there is no metric or setting 'precision'"),
        ("accuracy", "compares nothing"),
        ("accuracy > 0 or hidden > 1", "compares nothing"),
        ("accuracy and hidden > 1", "compares nothing"),
        ("accuracy >", "is not an expression"),
        ("__import__('os').system('true') == 0", "not allowed"),
        ("accuracy.shape == 1", "no statistic 'shape'"),
        ("[1, 2] == 2", "not allowed"),
        ("edge + 1 > 0", "cannot be evaluated"),
    ],
)
def test_a_bad_claim_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(ExpressionError, match=complaint):
        judge(text, VALUES, VARY, 4)


@example("1 / 0")
@given(st.text(max_size=60))
def test_no_text_does_anything_but_evaluate_or_complain(text: str) -> None:
    found: object = True
    with suppress(ExpressionError):
        found = evaluate(text, VALUES, VARY)
    assert np.asarray(found).dtype.kind in "bifU", "a truth, a number or a word, or several"


def test_nothing_is_claimed_of_what_is_not_there() -> None:
    assert not judge("by_width[7] > -1", VALUES, VARY, 4).any()
    with pytest.raises(NoSuchItem):
        render("{{ by_width[7]:.1f }}", VALUES, VARY)
    assert render("{{ by_width[7]:.1f }}", VALUES, VARY, lenient=True) == "(none)"


def test_what_an_expression_names() -> None:
    assert names_in("loss_end > 1.2 * loss_best[0]") == {"loss_end", "loss_best"}
    assert is_comparison("a < b")
    assert not is_comparison("a + b")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ accuracy:.0%}} right", "90% right"),
        ("{{accuracy.mean:.2f}}", "0.80"),
        ("{{ by_width[1]:.1f }}", "0.2"),
        ("{{ edge }}", "cold"),
        ("{{ widths[1] }} of {{ hidden }}", "2 of 3"),
        ("$W_{1}$ and $\\frac{a}{b}$", "$W_{1}$ and $\\frac{a}{b}$"),
        ("{{ -1 * accuracy:.1f}}", "−0.9"),
        ("{{ accuracy / -1000:.2f}}", "0.00"),
        ("{{ accuracy / 1000000000:.0e}}", "9 × 10⁻¹⁰"),
        ("{{ -1000 * hidden:.0e}}", "−3 × 10³"),
        ("{{ 0 * hidden:.0e}}", "0"),
    ],
)
def test_numbers_in_prose(text: str, shown: str) -> None:
    assert render(text, VALUES, VARY) == shown


def test_a_number_that_is_none_is_said_so() -> None:
    assert render("{{ broken:.2f}}", {"broken": np.array([np.nan])}, {"broken"}) == "not a number"


@pytest.mark.parametrize("text", ["{{ nothing }}", "{{ by_width }}", "{{ accuracy > 1 }}", "{{ edge:.2f}}"])
def test_a_bad_number_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        render(text, VALUES, VARY)


def test_slots_lists_expressions_and_formats() -> None:
    assert slots("{{ a:.1f}} and {{ b[0] }}") == [("a", ".1f"), ("b[0]", "")]
