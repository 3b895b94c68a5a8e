"""Words into settings: measured on written cases, and its rules one by one."""

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from growth import grows_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.settings import make_params
from bot.language import grammar, utterance, wishes
from bot.language.found import ABSENT, values_in
from bot.language.numerals import FIGURE, figures
from bot.language.relative import HAS_PART, HAS_STEP, HAS_TIMES, measures
from bot.language.requests import requested
from bot.language.settings import Read, read_settings
from sims.engine.experiment import Params
from sims.engine.randomness import LARGEST_SEED
from sims.engine.registry import find, names

CASES = [json.loads(line) for line in Path("tests/questions/settings.jsonl").read_text(encoding="utf-8").splitlines()]
PIECES = ("learning rate", "neurons", "layers", "of", "=", "0.1", "1e-3", "50%", "twice", "as many", "relu",
          "instead of", "sigmoid", "or", "vs", "3", "three", "hundred", "and", "without", "bias", "no", "what if", "my",
          "why", ".", "-", "2-8-1", "from", "to", "\n", ",", "times", "point")


def read(text: str, experiment: str = "coffee_roasting", current: Mapping[str, Any] | None = None) -> Read:
    return read_settings(utterance.read(text), find(experiment).params, current)


def test_the_cases_are_many_and_their_expectations_possible() -> None:
    assert len(CASES) >= 170
    assert len({case["experiment"] for case in CASES}) >= 20
    assert sum(not case["params"] for case in CASES) >= 40
    assert len({(case["experiment"], case["text"]) for case in CASES}) == len(CASES)
    for case in CASES:
        make_params(find(case["experiment"]).params, case["params"])


def test_written_cases_are_read_exactly() -> None:
    wrong = [(case, dict(got)) for case in CASES
             if (got := read(case["text"], case["experiment"]).changes) != case["params"]]
    assert 1 - len(wrong) / len(CASES) >= 0.95, wrong


def test_what_is_read_is_accepted_by_the_experiment() -> None:
    for case in CASES:
        _possible(case["text"], case["experiment"])


@pytest.mark.parametrize(
    ("text", "used", "said"),
    [
        ("with 1000 neurons", {"hidden": 8}, "1000 is out of bounds here (at most 8), so I used 8"),
        ("with 0 neurons", {"hidden": 1}, "0 is out of bounds here (at least 1), so I used 1"),
        ("lr = 1e-9", {"learning_rate": 0.0001}, "at least 0.0001"),
        ("hidden = 2.5", {"hidden": 2}, "2.5 is not a whole number, so I used 2"),
    ],
)
def test_a_value_that_is_not_possible_gives_the_nearest_and_a_note(text: str, used: dict[str, Any], said: str) -> None:
    got = read(text)
    assert got.changes == used
    assert len(got.notes) == 1
    assert said in got.notes[0]


def test_a_possible_value_gives_no_note() -> None:
    assert read("8 neurons and lr = 0.5") == Read({"hidden": 8, "learning_rate": 0.5})


@pytest.mark.parametrize(
    ("text", "compare"),
    [
        ("sigmoid or relu?", ("activation", ("sigmoid", "relu"))),
        ("2 vs 3 neurons", ("hidden", (2, 3))),
        ("compare 2 neurons with 5 neurons", ("hidden", (2, 5))),
        ("lr 0.1 or 0.01?", ("learning_rate", (0.1, 0.01))),
        ("3 neurons or 30?", ("hidden", (3, 8))),
    ],
)
def test_two_values_are_compared(text: str, compare: tuple[str, tuple[Any, Any]]) -> None:
    got = read(text)
    assert got.compare == compare
    assert not got.changes


@pytest.mark.parametrize("text", ["sigmoid, tanh or relu?", "8 units or 128 units"])
def test_no_comparison_of_three_or_of_what_is_the_same_within_bounds(text: str) -> None:
    assert read(text).compare is None


def test_a_comparison_keeps_the_other_settings() -> None:
    got = read("tanh or relu with 5 neurons?")
    assert got.compare == ("activation", ("tanh", "relu"))
    assert got.changes == {"hidden": 5}


@pytest.mark.parametrize("text", ["with relu instead of sigmoid", "why is relu better than sigmoid?"])
def test_no_comparison_where_one_is_given_up_or_a_reason_is_asked(text: str) -> None:
    assert read(text).compare is None


@pytest.mark.parametrize(
    ("text", "seed"),
    [("seed 4", 4), ("seed=12, two neurons", 12), ("with seed number 7", 7), ("seed 31000000000007", 31000000000007),
     ("seed 9999999999999999", LARGEST_SEED),
     ("what is a seed?", None), ("two neurons", None)],
)
def test_a_seed_is_read_and_bounded(text: str, seed: int | None) -> None:
    assert read(text).seed == seed


def test_relative_values_are_measured_by_the_current_ones() -> None:
    assert read("twice as many neurons", current={"hidden": 2}).changes == {"hidden": 4}
    assert read("one more neuron", current={"hidden": 5}).changes == {"hidden": 6}
    assert read("a tenth of the learning rate", current={"learning_rate": 0.5}).changes == {"learning_rate": 0.05}
    assert read("twice as many neurons").changes == {"hidden": 6}


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("twenty five steps", "25 steps"), ("a hundred and fifty", "150"), ("two and three", "2 and 3"),
        ("three thousand two hundred", "3200"), ("a dozen units", "12 units"), ("half a dozen", "6"),
        ("zero point zero five", "0.05"), ("point oh one", "0.01"), ("2,000", "2000"), ("1.5k", "1500"),
        ("10^-3", "1e-3"), ("fifty per cent", "50%"), ("minus two", "-2"), ("1/100", "0.01"), ("0,05", "0.05"),
        ("two-layer", "2-layer"), ("one of them", "one of them"), ("someone", "someone"), ("(2,3)", "(2,3)"),
        ("two hundred five six", "205 6"),
    ],
)
def test_numbers_are_written_as_figures(words: str, plain: str) -> None:
    assert figures(words) == plain


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("my network has 5 layers. what if it had 2 units?", "what if it had 2 units?"),
        ("i trained with 5 units", ""),
        ("why do we need 3 units?", ""),
        ("why does it diverge with lr = 30?", "with lr = 30?"),
        ("use 3 units", "use 3 units"),
    ],
)
def test_only_what_asks_for_a_run_is_read(text: str, part: str) -> None:
    assert requested(text) == part


def _possible(text: str, experiment: str) -> None:
    """What is read from a text are settings that the experiment takes, as they are."""
    changes = read_settings(utterance.read(text), find(experiment).params).changes
    params = make_params(find(experiment).params, changes)
    assert {name: getattr(params, name) for name in changes} == changes


read("warm")  # the dictionary of the spelling correction is read once


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=3000), st.sampled_from(sorted(names())))
def test_any_text_gives_possible_settings(text: str, experiment: str) -> None:
    _possible(text, experiment)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=500).map(lambda words: " ".join(words)[:3000]),
       st.sampled_from(sorted(names())))
def test_any_jumble_of_our_own_words_gives_possible_settings(text: str, experiment: str) -> None:
    _possible(text, experiment)


@pytest.mark.load
@pytest.mark.parametrize("piece", ["one ", "hundred ", "2-", "the ", "10 times ", "lr = ", " ", "a ", "0", "neurons ",
                                   "-", "=", "without the ", "point one ", "is to of ", "\ud800", "\x00"])
def test_repetition_is_read_in_proportion_to_its_length(piece: str) -> None:
    for experiment in ("coffee_roasting", "bias_removed", "feature_scaling", "symmetry"):
        assert grows_in_proportion(partial(_possible, experiment=experiment), piece, 5_000)


@pytest.mark.parametrize("text", [
    "why does the learning rate matter so for the hidden units", "is relu the better activation for these hidden units",
])
def test_a_question_that_asks_for_no_setting_makes_no_pattern_of_numbers(text: str,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    kind = find("coffee_roasting").params
    now = kind().model_dump()
    values_in("why is that, with relu", kind, now)  # what finds a choice by its name is made once
    grammar.grammar.cache_clear()
    for name in ("after", "before", "relative", "more_or_less", "mention", "extremes", "none", "of_them", "by_or_to"):
        monkeypatch.setattr(grammar.Spoken, name, None)  # whoever looks with one of these fails
    assert all(one.setting == "activation" for one in values_in(text, kind, now)[0])


def test_what_is_looked_for_first_stands_in_every_text_in_which_a_pattern_finds_something() -> None:
    """So nothing is missed where that look ends it."""
    kind: type[Params] = find("coffee_roasting").params
    spoken = [one for one in grammar.grammar(kind) if not one.is_chosen]
    hit = 0
    for text in (utterance.read(case["text"]).said for case in CASES):
        for one in spoken:
            relative, has_number = one.relative, bool(re.search(FIGURE, text))
            for looks, patterns in (
                (measures(text), (relative.share, relative.share_after, *relative.parts, *relative.times,
                                  *relative.steps)),
                (bool(HAS_PART.search(text)), (relative.share_after, *relative.parts)),
                (bool(HAS_TIMES.search(text)), relative.times), (bool(HAS_STEP.search(text)), relative.steps),
                (wishes.wants(text), one.more_or_less), (wishes.wants_extremes(text), (one.extremes,)),
                (bool(ABSENT.search(text)), (one.none,)),
                (has_number, (one.after(True), one.before(True), one.of_them, one.by_or_to)),
            ):
                hits = [pattern for pattern in patterns if pattern.search(text)]
                hit += len(hits)
                assert not hits or (looks and one.is_spoken_of(text)), (text, one.name)
    assert hit > 100, "or the texts say nothing of this"


def test_a_choice_is_looked_for_in_every_text_that_has_a_value_of_it() -> None:
    kinds = {case["experiment"]: find(case["experiment"]).params for case in CASES}
    spoken = [one for kind in kinds.values() for one in grammar.grammar(kind) if one.is_chosen][::3]
    hit = 0
    for text in (utterance.read(case["text"]).said for case in CASES[::3]):
        for one in spoken:
            if one.chosen(False).search(text) or one.unwanted.search(text):
                hit += 1
                assert one.may_say_clearly(text), (text, one.name)
    assert hit > 100, "or the texts say nothing of this"


@pytest.mark.parametrize(("text", "left"), [
    ("relu instead of the sigmoid", "relu"), ("from sigmoid to relu", "relu"), ("swap the sigmoid for relu", "relu"),
    ("sigmoid -> relu", "relu"), ("sigmoid replaced by relu", "relu"), ("not a sigmoid, relu", "relu"),
    ("from sigmoid, relu or not", "sigmoid"),
])
def test_what_is_given_up_is_not_asked_for(text: str, left: str) -> None:
    [activation] = [one for one in grammar.grammar(find("coffee_roasting").params) if one.name == "activation"]
    found = activation.chosen(False).search(activation.unwanted.sub(lambda match: " " * len(match[0]), text))
    assert found is not None
    assert found["o"] == left
