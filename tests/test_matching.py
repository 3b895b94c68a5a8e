"""Questions to decisions: with the small encoder, and with made-up entries for the rules."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import matching
from bot.content.entries import KNOWLEDGE
from bot.matching import Calibration, Group, Matcher, encoders, features, index, ngrams
from bot.matching.head import fit_head, probabilities


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
    return Matcher.fit(ENTRIES, OUTSIDE, encoders.small(), None)


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
    monkeypatch.setattr(Matcher, "_probabilities", lambda self, typed, corrected: (entries, groups))
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
    def kind(**thresholds: float) -> str:
        changed = Matcher(matcher.encoder, matcher.speller, matcher.head, Calibration(**thresholds), matcher.lines)
        return changed.decide("what does the bias do").kind

    assert kind(answer=0.0, suggest=0.0) == "answer"
    assert kind(answer=1.0, suggest=0.0) == "suggest"
    assert kind(answer=0.0, suggest=1.0) == "decline"


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
def test_a_hundred_thousand_characters_take_bounded_time(matcher: Matcher, question: str) -> None:
    started = time.process_time()
    assert len(matcher.decide(question, [question]).question) < 4 * features.LONGEST
    assert time.process_time() - started < 2


def test_the_question_at_the_end_of_a_long_post_is_read() -> None:
    assert features.clean("a " * 5000 + "why is there a bias?").endswith("why is there a bias?")


def test_cleaning_removes_what_nobody_asks() -> None:
    assert features.clean("see https://example.org/x?y=1\x00  why\u200b???!!!\n\n  bias") == "see why ?!\nbias"


def test_cache_gives_the_same_matcher_without_encoding_again(tmp_path: Path) -> None:
    counted = Counted()
    first = Matcher.fit(ENTRIES, OUTSIDE, counted, tmp_path)
    before = counted.texts
    again = Matcher.fit(ENTRIES, OUTSIDE, counted, tmp_path)
    assert counted.texts - before == 1  # the probe that tells encoders apart
    question = "what is the bias good for"
    assert again.decide(question) == first.decide(question)


def test_one_new_phrasing_is_all_that_is_encoded(tmp_path: Path) -> None:
    counted = Counted()
    Matcher.fit(ENTRIES, OUTSIDE, counted, tmp_path)
    before = counted.texts
    more = (*ENTRIES[1:], Made(ENTRIES[0].slug, ENTRIES[0].title, (*ENTRIES[0].utterances, "drop the bias")))
    Matcher.fit(more, OUTSIDE, counted, tmp_path)
    assert counted.texts - before == 2


@pytest.mark.parametrize("damage", [b"", b"not a zip file", b"PK\x03\x04 cut off"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, damage: bytes) -> None:
    Matcher.fit(ENTRIES, OUTSIDE, encoders.small(), tmp_path)
    files = list(tmp_path.glob("*.npz"))
    assert len(files) == 2
    for file in files:
        file.write_bytes(damage)
    assert Matcher.fit(ENTRIES, OUTSIDE, encoders.small(), tmp_path).decide("why b").ranked
    assert not list(tmp_path.glob("*.part"))


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert Matcher.fit(ENTRIES, OUTSIDE, encoders.small(), tmp_path / "file" / "cache").decide("why b").ranked


def test_old_heads_are_removed(tmp_path: Path) -> None:
    for number in range(index.KEPT + 2):
        Matcher.fit(ENTRIES, (Group(name=f"g{number}", says="x", examples=("a b", "c d")),), encoders.small(), tmp_path)
    assert len(list(tmp_path.glob("head-*.npz"))) == index.KEPT


def test_the_setting_moves_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASK_NEURON_CACHE", str(tmp_path))
    assert matching.cache_folder() == tmp_path
    monkeypatch.delenv("ASK_NEURON_CACHE")
    assert matching.cache_folder().name == "ask-neuron"


def test_a_head_of_two_classes_gives_each_its_probability() -> None:
    texts, labels = ["aaa bbb", "aaa bbc", "xyz zyx", "xyz zzz"], ["a", "a", "x", "x"]
    head = fit_head(np.eye(4, dtype=np.float32)[[0, 0, 1, 1]], texts, labels)
    found = probabilities(head.logits(np.eye(4, dtype=np.float32)[:2], ["aaa bbb", "xyz zyx"]))
    assert head.labels == ("a", "x")
    assert found[0, 0] > 0.9
    assert found[1, 1] > 0.9
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_the_sparse_matrix_and_the_single_texts_agree() -> None:
    hits = [ngrams.buckets(text) for text in ("why is there a bias", "why is there no bias", "dropout")]
    inverse = ngrams.inverse_frequencies(hits)
    dense = ngrams.matrix(hits, inverse).toarray()
    for row, hit in zip(dense, hits, strict=True):
        columns, values = ngrams.weighted(hit, inverse)
        np.testing.assert_allclose(row[columns], values)
    np.testing.assert_allclose(np.linalg.norm(dense[:2], axis=1), 1, rtol=1e-5)


def test_confidence_rises_with_the_probability() -> None:
    calibration = Calibration(top=0.7, scope=0.8, offset=-1)
    confidences = calibration.confidences(np.array([0.0, 0.1, 0.5, 1.0]), 0.9)
    assert (np.diff(confidences) > 0).all()
    assert calibration.confidences(np.array([0.5]), 0.99) > calibration.confidences(np.array([0.5]), 0.5)


def test_the_fitted_numbers_of_both_encoders_are_there() -> None:
    from bot.matching.decisions import calibration

    for name in ("all-MiniLM-L6-v2", "small"):
        fitted = calibration(name)
        assert fitted != Calibration()
        assert fitted.answer > 0.3
    assert calibration("a model by setting") == calibration("all-MiniLM-L6-v2")


def test_the_groups_out_of_scope_are_valid() -> None:
    groups = matching.read_outside(KNOWLEDGE / "outside.toml")
    assert all(len(group.examples) >= 10 for group in groups)
    assert any(group.near for group in groups)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("groups = 3", "groups"),
        ("[[groups]]\nname = 'a'\nsays = ''\nexamples = []", "says"),
        ("[[groups]]\nname = 'Not A Name'\nsays = 'x'", "name"),
        ("[[groups]]\nname = 'a'\nsays = 'x'\nextra = 1", "extra"),
        ("[[groups]]\nname = 'a'\nsays = 'x'\n[[groups]]\nname = 'a'\nsays = 'y'", "two groups are named a"),
        ("[[groups]", "outside.toml"),
    ],
)
def test_a_broken_file_of_groups_is_explained(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "outside.toml").write_text(text)
    with pytest.raises(ValueError, match=complaint):
        matching.read_outside(tmp_path / "outside.toml")


class Counted:
    """The small encoder, counting what it encodes."""

    name = "counted"

    def __init__(self) -> None:
        self.inner = encoders.small()
        self.dim = self.inner.dim
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> encoders.Vectors:
        self.texts += len(texts)
        return self.inner.encode(texts)


_made: list[Matcher] = []


def MATCHER() -> Matcher:
    """A matcher for hypothesis, which takes no fixture of a module's life."""
    if not _made:
        _made.append(Matcher.fit(ENTRIES, OUTSIDE, encoders.small(), None))
    return _made[0]
