"""Worked examples: numbers that are rounded before they are used, an example of the data, and a learner's answer."""

from typing import Any

import numpy as np
import pytest
from known import ENTRIES

from bot.answers.answer import compose
from bot.answers.example import PICKS, pick
from bot.answers.worked import CannotBeWorked, number_typed, work_out, worked_in
from bot.content.expressions import ExpressionError, NoSuchItem
from bot.content.parts import GAP, Worked
from bot.content.settings import make_params
from sims.engine.activations import activate
from sims.engine.experiment import perform
from sims.engine.registry import find

WORKED = [slug for slug, entry in ENTRIES.items() if entry.worked]


def run(name: str = "coffee_roasting", seed: int = 3, **settings: Any) -> Any:
    kind = find(name)
    return perform(kind, make_params(kind.params, settings), seed, 2)


RUN = run()


def worked(**fields: Any) -> Worked:
    usual: dict[str, Any] = {"says": "By hand", "lines": ["A"], "ask": "is ___", "answer": "1:.0f", "step": "1"}
    return Worked(**{**usual, **fields})


def test_later_numbers_are_computed_from_the_rounded_ones() -> None:
    found = work_out(worked(numbers={"p": "accuracy:.1f", "q": "1 - p:.2f"}, lines=["{{ p }} and {{ q }}"],
                            answer="3 * p:.2f"), RUN)
    p = round(float(RUN.metrics.accuracy[0]), 1)
    assert found.lines == (f"{p:.1f} and {1 - p:.2f}",)
    assert found.right == f"{3 * p:.2f}"
    assert found.answer == pytest.approx(3 * p)


def test_names_of_the_example_are_those_of_the_network_on_the_screen() -> None:
    found = work_out(worked(
        example="4", numbers={"z": "w1[0][1] * u[0] + w1[1][1] * u[1] + b1[1]:.4f", "same": "z1[1]:.4f"},
        lines=["{{ z }} {{ same }} {{ a1[1]:.4f}} {{ out[0]:.4f}} {{ a2[0]:.4f}} {{ x[0]:.2f}} {{ y[0]:.0f}} {{ n }}"]),
        RUN)
    z, same, a, out, again, x, y, n = (float(part.replace("−", "-")) for part in found.lines[0].split())
    axis = RUN.shown.data.axes[0]
    assert z == pytest.approx(same, abs=2e-4)
    assert a == pytest.approx(float(activate("sigmoid", np.array(same))), abs=1e-3)
    assert out == again
    assert x == pytest.approx(axis.offset + axis.scale * RUN.shown.data.inputs[0, 0, 4], abs=0.01)
    assert (y, n, found.example) == (RUN.shown.data.targets[0, 0, 4], 4, 4)


def test_a_negative_number_after_a_sign_has_brackets() -> None:
    minus = worked(numbers={"m": "0 - 2:.1f", "p": "3:.1f"}, lines=["{{ m }} × {{ m }} + {{ p }} − {{ m }} = {{ m }}"])
    assert work_out(minus, RUN).lines == ("−2.0 × (−2.0) + 3.0 − (−2.0) = −2.0",)


@pytest.mark.parametrize("how", sorted(PICKS))
@pytest.mark.parametrize("name", ["coffee_roasting", "softmax_or_sigmoids"])
def test_an_example_is_picked_by_a_word(how: str, name: str) -> None:
    shown = run(name, steps=60).shown
    n = PICKS[how](shown)
    assert 0 <= n < shown.data.inputs.shape[-1]


def test_right_and_wrong_examples_are_what_they_are_called() -> None:
    some = run(hidden=1)
    said = {how: work_out(worked(example=how, lines=["{{ out[0]:.3f}} {{ y[0]:.0f}}"]), some).lines[0].split()
            for how in PICKS}
    assert (float(said["first right"][0]) > 0.5) == (said["first right"][1] == "1")
    assert (float(said["first wrong"][0]) > 0.5) != (said["first wrong"][1] == "1")
    assert abs(float(said["least sure"][0]) - 0.5) <= abs(float(said["first"][0]) - 0.5)
    errors = {how: abs(float(out) - float(y)) for how, (out, y) in said.items()}
    assert errors["largest error"] == max(errors.values())


def test_where_nothing_is_decided_no_example_is_wrong() -> None:
    with pytest.raises(ExpressionError, match="largest error"):
        pick("first wrong", run("relu_pieces"))


@pytest.mark.parametrize("how", ["1000000", "accuracy / 3", "-1", "'x'"])
def test_an_example_that_is_not_there_is_told(how: str) -> None:
    with pytest.raises(ExpressionError, match="whole number from 0 to"):
        pick(how, RUN)


def test_what_cannot_be_computed() -> None:
    infinite, absent = worked(answer="1 / (loss - loss):.2f"), worked(example="first", answer="a1[7]:.2f")
    with pytest.raises(CannotBeWorked):
        work_out(infinite, RUN)
    assert worked_in(infinite, RUN, lenient=False) is None  # a run that diverged has an answer all the same
    with pytest.raises(NoSuchItem):
        worked_in(absent, RUN, lenient=False)
    assert worked_in(absent, RUN, lenient=True) is None
    with pytest.raises(ExpressionError, match="computes with numbers"):
        work_out(worked(answer="first_unit:.2f"), RUN)
    assert worked_in(None, RUN, lenient=False) is None


@pytest.mark.parametrize(("form", "typed", "right"), [
    (".2f", 0.51, True), (".2f", 0.515, False), (".0f", 0.9, True), (".0f", 2, False), ("d", 1, True),
    ("d", 1.2, False),
])
def test_an_answer_is_accepted_by_its_places(form: str, typed: float, right: bool) -> None:
    found = work_out(worked(answer=f"{'0.5' if form == '.2f' else '1'}:{form}"), RUN)
    assert found.accepts(typed) == right


def test_a_tolerance_of_its_own() -> None:
    found = work_out(worked(answer="10:.2f", tolerance=0.5), RUN)
    assert (found.accepts(10.5), found.accepts(9.4)) == (True, False)


@pytest.mark.parametrize(("text", "number"), [
    ("0.5", 0.5), (" 0,5 ", 0.5), ("−1.25", -1.25), ("-1.25", -1.25), ("+3", 3), (".5", 0.5), ("12 %", 12),
    ("1e-3", 0.001), ("", None), ("half", None), ("1,000.5", None), ("0.5 x", None), ("nan", None), ("inf", None),
])
def test_numbers_as_people_type_them(text: str, number: float | None) -> None:
    assert number_typed(text) == number


@pytest.mark.parametrize(("slug", "seed"), [  # the quick tests train every fourth, once
    pytest.param(slug, seed, marks=[pytest.mark.slow] if at % 4 or seed else [])
    for at, slug in enumerate(WORKED) for seed in range(3)])
def test_every_worked_example_has_its_numbers(slug: str, seed: int) -> None:
    entry = ENTRIES[slug]
    found_run = run(entry.experiment, seed, **entry.params)
    answer = compose(entry, found_run, controls=[None] * len(entry.claims))
    found = answer.worked
    assert found is not None
    told = " ".join((found.says, *found.lines, found.ask, found.step))
    assert "{{" not in told
    assert "not a number" not in told
    assert GAP not in found.filled
    assert found.right in found.step
    assert found.accepts(found.answer)
    if found.example is not None:
        other = answer.worked_at(found.example + 1)
        assert other is not None
        assert other.example == found.example + 1
        assert answer.worked_at(10**6) is None


def test_a_number_that_rounds_to_zero_and_divides_leaves_the_example_out() -> None:
    divided = worked(numbers={"none": "accuracy * 0:.2f"}, answer="1 / none:.0f", lines=["1 / {{ none }}"])
    assert worked_in(divided, RUN, lenient=False) is None
