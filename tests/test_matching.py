"""Questions to decisions: with the small encoder, and with made-up entries for the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import matching
from bot.matching import Group, Matcher, Numbers, Thresholds, encoders, features
from bot.matching.features import Reading
from bot.matching.fitting import fit_matcher


@dataclass(frozen=True)
class Made:
    """An entry as far as the matcher looks at it."""

    slug: str
    title: str
    utterances: tuple[str, ...]


ENTRIES = (
    Made("bias-term", "Why is there a bias?", (
        "why b", "what does the bias do", "can I remove the bias term", "purpose of the bias in a neuron",
        "why add a constant to the weighted sum", "is the bias the intercept of a line", "neuron without bias",
    )),
    Made("dropout", "What does dropout do?", (
        "why switch neurons off at random", "dropout rate 0.5", "is dropout active at test time",
        "why does dropout help against overfitting", "scaling after dropout", "drop units during training",
    )),
    Made("relu-vs-sigmoid", "ReLU or sigmoid in the hidden layers?", (
        "why is relu preferred over sigmoid", "leaky relu or relu", "which activation in the hidden layer",
        "sigmoid in hidden layers obsolete?", "relu instead of sigmoid", "best hidden activation",
    )),
)
OUTSIDE = (
    Group(name="greetings", says="Hello. Ask me about neurons.", examples=(
        "hi", "hello", "good morning", "hey there", "hello, is anyone there", "hi bot",
    )),
    Group(name="everyday", says="I know nothing of that.", near=False, examples=(
        "what is the weather in Rome", "recommend a film", "capital of Norway", "how do I bake bread",
        "who won the match yesterday", "cheap flights to Lisbon",
    )),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return fit_matcher(ENTRIES, OUTSIDE, encoders.small())


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("what is the bias good for", "bias-term"),
        ("whats teh purpsoe of the bais", "bias-term"),
        ("Hello, I am new here. Do we keep dropping units when the network is tested?", "dropout"),
        ("should hidden layers use a sigmoid or relu?", "relu-vs-sigmoid"),
    ],
)
def test_the_right_entry_comes_first(matcher: Matcher, question: str, slug: str) -> None:
    assert matcher.decide(question).ranked[0].slug == slug


def test_every_entry_is_ranked_by_falling_confidence(matcher: Matcher) -> None:
    ranked = matcher.decide("which activation").ranked
    assert {match.slug for match in ranked} == {entry.slug for entry in ENTRIES}
    confidences = [match.confidence for match in ranked]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


@pytest.mark.parametrize(("question", "group"), [("hi there", "greetings"), ("weather in Oslo", "everyday")])
def test_other_questions_are_declined_with_their_line(matcher: Matcher, question: str, group: str) -> None:
    decision = matcher.decide(question)
    assert (decision.kind, decision.outside) == ("decline", group)
    assert decision.says == {g.name: g.says for g in OUTSIDE}[group]


@pytest.mark.parametrize(("shares", "line"), [((0.45, 0.2, 0.15), "greetings"), ((0.35, 0.3, 0.15), None)])
def test_the_group_with_most_of_what_all_groups_have_gives_the_line(
    matcher: Matcher, monkeypatch: pytest.MonkeyPatch, shares: tuple[float, ...], line: str | None
) -> None:
    entries = {entry.slug: 0.2 / len(ENTRIES) for entry in ENTRIES}
    groups = dict(zip(("greetings", "everyday", "abuse"), shares, strict=True))
    monkeypatch.setattr(Matcher, "_probabilities", lambda self, scores, length: (entries, groups))
    decision = matcher.decide("good day to you")
    assert (decision.kind, decision.outside) == ("decline", line)


@pytest.mark.parametrize(
    ("question", "rule"),
    [("", "empty"), (" \n\t", "empty"), ("?!?", "empty"), ("🤖🤖", "empty"), ("12345", "gibberish"),
     ("히든 레이어가 뭐예요", "other-script"), ("что такое нейрон", "other-script")],
)
def test_what_cannot_be_read_is_declined_by_rule(matcher: Matcher, question: str, rule: str) -> None:
    decision = matcher.decide(question)
    assert (decision.kind, decision.outside) == ("decline", rule)
    assert decision.says
    assert len(decision.ranked) == len(ENTRIES)


def test_greek_in_a_formula_is_no_other_script(matcher: Matcher) -> None:
    for question in ("σ(w·x + b): why b, and what is β", "∂L/∂θ = ?", "α, β1, β2, ε"):
        assert matcher.decide(question).outside != "other-script"


def test_thresholds_decide(matcher: Matcher) -> None:
    def decided(**thresholds: float) -> matching.Decision:
        numbers = matcher.numbers.model_copy(update={"thresholds": Thresholds(**thresholds)})
        return replace(matcher, numbers=numbers).decide("what does the bias do")

    assert decided(answer=0.0, suggest=0.0, sure=0.0).kind == "answer"
    assert decided(answer=1.0, suggest=0.0).kind == "suggest"
    assert decided(answer=0.0, suggest=1.0).kind == "decline"
    assert decided(answer=0.0, suggest=0.0, sure=0.0).sure
    assert not decided(answer=1.0, suggest=0.0).sure


def test_an_answer_that_is_not_sure_has_the_next_readings_beside_it(matcher: Matcher) -> None:
    numbers = matcher.numbers.model_copy(update={"thresholds": Thresholds(answer=0, suggest=0, sure=1)})
    decision = replace(matcher, numbers=numbers).decide("what does the bias do")
    assert (decision.kind, decision.sure) == ("answer", False)
    assert decision.beside == decision.ranked[1:3]
    assert replace(decision, sure=True).beside == ()
    assert replace(decision, kind="suggest").beside == ()


def test_a_fragment_is_read_after_the_question_before_it(matcher: Matcher) -> None:
    previous = ["why switch neurons off at random?"]
    decision = matcher.decide("and at test time?", previous)
    assert decision.question == "why switch neurons off at random? and at test time?"
    assert decision.ranked[0].slug == "dropout"


def test_a_whole_question_forgets_the_one_before_it(matcher: Matcher) -> None:
    question = "why is there a bias in every neuron of a layer"
    assert matcher.decide(question, ["leaky relu or relu"]) == matcher.decide(question)


def test_a_fragment_leans_on_the_last_whole_question() -> None:
    previous = ["why is relu preferred over sigmoid in deep networks", "why?"]
    assert features.with_previous("and leaky?", previous) == f"{previous[0]} and leaky?"
    assert features.with_previous("and leaky?", []) == "and leaky?"


_made: list[Matcher] = []


def MATCHER() -> Matcher:
    """A matcher for hypothesis, which takes no fixture of a module's life."""
    if not _made:
        _made.append(fit_matcher(ENTRIES, OUTSIDE, encoders.small()))
    return _made[0]


HARD = st.text(st.characters(codec=None, exclude_categories=()), max_size=400)


@given(HARD, st.lists(HARD, max_size=3))
@example("\ud800 neuron", ["\udfff"])
@example("ѕоmе wеіrd tехt", [])
@example("\x00\x07\u202e neuron \ufdfa" * 20, [])
@settings(max_examples=100)
def test_any_text_gets_a_decision(question: str, previous: list[str]) -> None:
    decision = MATCHER().decide(question, previous)
    assert decision.kind in ("answer", "suggest", "decline")
    assert np.isfinite([match.confidence for match in decision.ranked]).all()
    decision.question.encode("utf-8")


@pytest.mark.load
@pytest.mark.parametrize(
    "question", ["x" * 100_000, "what is a neuron? " * 6000, "\ufdfa" * 100_000, "né\u0301" * 40_000]
)
def test_of_a_hundred_thousand_characters_a_bounded_part_is_read(matcher: Matcher, question: str) -> None:
    assert len(matcher.decide(question, [question]).question) < 4 * features.LONGEST


def test_the_question_at_the_end_of_a_long_post_is_read() -> None:
    assert features.clean("a " * 5000 + "why is there a bias?").endswith("why is there a bias?")


def test_cleaning_removes_what_nobody_asks() -> None:
    assert features.clean("see https://example.org/x?y=1\x00  why\u200b???!!!\n\n  bias") == "see why ?!\nbias"


def test_the_setting_moves_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASK_NEURON_CACHE", str(tmp_path))
    assert matching.cache_folder() == tmp_path
    monkeypatch.delenv("ASK_NEURON_CACHE")
    assert matching.cache_folder().name == "ask-neuron"


def test_the_mix_weighs_each_source_by_the_length_of_the_question(matcher: Matcher) -> None:
    class Told(Matcher):
        """A matcher whose sources say what they are told."""

        def scores(
            self, reading: Reading, pointed: Sequence[str] = ()
        ) -> dict[matching.matcher.Source, encoders.Vectors]:
            return {("small", "whole"): np.float32([1, 0]), ("ngrams", "whole"): np.float32([0, 1])}

    numbers = Numbers(mix={"small": {"whole": (0.5, 1.0)}, "ngrams": {"whole": (2.0, 0.0)}})
    told = Told("told", ("a", "b"), {}, matcher.ngrams, matcher.nearest, numbers, matcher.speller, {})
    words = round(np.exp(matching.matcher.USUAL)) - 1  # of a usual post
    logits: Mapping[str, float] = told.probabilities("neuron " * words)[0]
    assert np.log(logits["a"] / logits["b"]) == pytest.approx(0.5 - 2, abs=0.01)
    longer = told.probabilities("neuron " * (3 * words))[0]
    assert np.log(longer["a"] / longer["b"]) == pytest.approx(0.5 + np.log(3) - 2, abs=0.02)


def test_code_that_points_to_an_entry_speaks_for_it(matcher: Matcher) -> None:
    mix = {**matcher.numbers.mix, "diagnosis": {"whole": (3.0, 0.0)}}
    asked: list[str] = []

    def pointing(text: str) -> Sequence[str]:
        asked.append(text)
        return ("dropout", "no-such-entry", "relu-vs-sigmoid") if "Dense(1)" in text else ()

    numbers = matcher.numbers.model_copy(update={"mix": mix})
    pointed = replace(matcher, numbers=numbers, pointing=pointing)
    before = matcher.probabilities("what is wrong with Dense(1)")[0]
    after = pointed.probabilities("what is wrong with Dense(1)")[0]
    assert asked == ["what is wrong with Dense(1)"]
    log = {slug: np.log(after[slug] / before[slug]) for slug in after}
    assert log["dropout"] - log["bias-term"] == pytest.approx(3, abs=0.01)
    assert log["relu-vs-sigmoid"] - log["bias-term"] == pytest.approx(1, abs=0.01)  # the third that it points to
    assert pointed.decide("why b") == replace(matcher, numbers=numbers).decide("why b")
