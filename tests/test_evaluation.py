"""The figures of an evaluation: right on cases worked out by hand, and no worse than released on our own questions."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from known import ENTRIES
from sklearn.metrics import roc_auc_score

from bot.content.entries import KNOWLEDGE
from bot.matching import BestMatcher, Decision, Match, artefacts, read_outside
from bot.matching.evaluation import (
    Neighbour,
    Question,
    Report,
    evaluate,
    page,
    read_neighbours,
    read_questions,
    render,
    worse_than,
)
from bot.matching.evaluation.figures import auroc, bootstrap, reliability
from bot.matching.evaluation.questions import credit
from bot.surfaces.cli.main import main

QUESTIONS = Path(__file__).parent / "questions"
FILES = ("development.jsonl", "second.jsonl", "languages.jsonl")
RELEASED = Path(__file__).parent.parent / "benchmarks/matching.json"
NEIGHBOURS = {"a": Neighbour(full=("b",), half=("c",))}
SLUGS = ("a", "b", "c", "d", "e")


def question(scope: str, entry: str | None, text: str) -> Question:
    return Question.model_validate({"id": text, "text": text, "scope": scope, "entry": entry, "style": "terse"})


def oracle(told: dict[str, tuple[str, str, float]]) -> Any:
    """A matcher that decides as told: text -> (kind, the slugs in order, confidence)."""

    def decide(text: str, previous: tuple[str, ...] = ()) -> Decision:
        kind, order, confidence = told[text]
        first = [Match(slug, confidence / (rank + 1)) for rank, slug in enumerate(order)]
        rest = [Match(slug, 0.0) for slug in SLUGS if slug not in order]
        return Decision(kind, (*first, *rest), None, None, text)  # type: ignore[arg-type]

    return SimpleNamespace(decide=decide, name="oracle")


@pytest.mark.parametrize(("found", "worth"), [("a", 1.0), ("b", 1.0), ("c", 0.5), ("d", 0.0)])
def test_neighbours_count_in_full_or_half(found: str, worth: float) -> None:
    assert credit(question("in", "a", "q"), found, NEIGHBOURS) == worth


@pytest.mark.parametrize(("found", "worth"), [("a", 1.0), ("b", 1.0), ("c", 0.5), ("d", 0.0)])
def test_a_question_may_name_all_that_answer_it_or_help(found: str, worth: float) -> None:
    given = {"id": "1", "text": "x", "scope": "in", "entries": ["a", "b"], "half": ["c"], "specific": "y"}
    assert credit(Question.model_validate(given), found, {}) == worth


def test_neighbourhood_has_a_direction() -> None:
    assert credit(question("in", "b", "q"), "a", NEIGHBOURS) == 0


def test_figures_worked_out_by_hand() -> None:
    told = {
        "q1": ("answer", "ade", 0.9),  # right
        "q2": ("answer", "dea", 0.8),  # wrong, third is right
        "q3": ("suggest", "cde", 0.4),  # half right
        "q4": ("suggest", "dec", 0.3),  # half right in three
        "q5": ("decline", "deb", 0.2),  # full neighbour third
        "n1": ("suggest", "a", 0.3),
        "f1": ("decline", "a", 0.1),
    }
    questions = [question("in", "a", f"q{i}") for i in range(1, 6)]
    questions += [question("near", None, "n1"), question("far", None, "f1")]
    report = evaluate(oracle(told), questions, NEIGHBOURS)
    assert report.questions == {"in": 5, "near": 1, "far": 1}
    assert report.hit1.value == pytest.approx((1 + 0 + 0.5 + 0 + 0) / 5)
    assert report.hit3.value == pytest.approx((1 + 1 + 0.5 + 0.5 + 1) / 5)
    assert report.mrr.value == pytest.approx((1 + 1 / 3 + 0.5 + 0.5 / 3 + 1 / 3) / 5, abs=0.07)
    assert report.decisions["in"] == pytest.approx(
        {"answered right": 0.2, "answered wrong": 0.2, "suggested with it": 0.4, "declined": 0.2}
    )
    assert report.decisions["near"] == {"suggested without it": 1.0}
    assert report.decisions["far"] == {"declined": 1.0}
    assert report.auroc is not None
    assert report.auroc.value == pytest.approx((2 * 5 - 1 - 0.5) / 10)
    assert [(c.id, c.first) for c in report.confusions] == [("q2", "d"), ("q3", "c"), ("q4", "d"), ("q5", "d")]
    text = render(report)
    for part in ("hit@1  0.300", "a -> d", "answered wrong 20.0%", "in 5, near 1, far 1"):
        assert part in text


def test_likely_answers_are_told_from_sure_ones_and_a_gap_is_a_scope() -> None:
    def decide(text: str, previous: tuple[str, ...] = ()) -> Decision:
        return Decision("answer", (Match("a", 0.7), Match("b", 0.2)), None, None, text, sure=text == "sure")

    questions = [question("in", "a", "sure"), question("in", "b", "likely"), question("gap", None, "gap")]
    report = evaluate(SimpleNamespace(decide=decide, name="told"), questions, {})
    assert report.decisions["in"] == {"answered right": 0.5, "answered wrong": 0.5, "of these likely wrong": 0.5}
    assert report.decisions["gap"] == {"answered wrong": 1, "of these likely wrong": 1}
    assert "in 2, near 0, gap 1, far 0" in render(report)


def test_scores_of_an_entry_and_of_a_style_are_means_over_their_questions() -> None:
    told = {"q1": ("answer", "ade", 0.9), "q2": ("answer", "dea", 0.8), "q3": ("suggest", "bde", 0.4)}
    questions = [question("in", "a", "q1"), question("in", "a", "q2"), question("in", "e", "q3")]
    report = evaluate(oracle(told), questions, {})
    assert report.by_entry["a"].model_dump() == pytest.approx(
        {"questions": 2, "hit1": 0.5, "low": 0.0, "high": 1.0, "hit3": 1.0, "mrr": (1 + 1 / 3) / 2}
    )
    assert report.by_entry["e"].model_dump() == pytest.approx(
        {"questions": 1, "hit1": 0, "low": 0, "high": 0, "hit3": 1, "mrr": 1 / 3}
    )
    assert [scores.questions for scores in report.by_style.values()] == [3]


def test_the_page_shows_figures_the_diagram_and_what_was_taken_for_what() -> None:
    hostile = "why <script>alert(1)</script> & b"
    told = {hostile: ("answer", "da", 0.9), "q2": ("answer", "d", 0.8), "q3": ("answer", "a", 0.7)}
    report = evaluate(oracle(told), [question("in", "a", text) for text in told], NEIGHBOURS)
    shown = page(report)
    assert "<script>" not in shown
    assert "why &lt;script&gt;" in shown
    assert shown.count("a → d") == 1  # both questions stand under one pair
    assert shown.count("<circle") == len(report.reliability)
    assert str(report.hit1) in shown


def test_calibration_error_by_hand() -> None:
    ece, bins = reliability(np.array([0.95, 0.95, 0.15, 1.0]), np.array([1.0, 0.0, 0.0, 0.5]))
    assert [(b.questions, b.right) for b in bins] == [(1, 0.0), (3, 0.5)]
    assert ece == pytest.approx((1 * 0.15 + 3 * abs(2.9 / 3 - 0.5)) / 4)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auroc_is_that_of_scikit_learn(pairs: list[tuple[int, bool]]) -> None:
    scores, positive = np.array([s / 5 for s, _ in pairs]), np.array([p for _, p in pairs])
    if 0 < positive.sum() < len(positive):
        assert auroc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))


def test_the_interval_holds_the_mean_and_narrows_with_more() -> None:
    few, many = bootstrap(np.array([0.0, 1.0] * 10)), bootstrap(np.array([0.0, 1.0] * 1000))
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 5


def test_a_figure_below_its_released_interval_is_named() -> None:
    told = {"q1": ("answer", "a", 0.9), "q2": ("answer", "a", 0.8), "n1": ("decline", "a", 0.1)}
    questions = [question("in", "a", "q1"), question("in", "a", "q2"), question("near", None, "n1")]
    good = evaluate(oracle(told), questions, {})
    bad = evaluate(oracle(told | {"q1": ("answer", "da", 0.9)}), questions, {})
    assert worse_than(good, good) == []
    assert [line.split()[0] for line in worse_than(bad, good)] == ["hit1", "mrr"]


@pytest.mark.parametrize(
    "line",
    ["{", '{"id": "1", "text": "x", "scope": "in"}', '{"id": "1", "text": "x", "scope": "far", "entry": "a"}',
     '{"id": "1", "text": "x", "scope": "outer"}'],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "0", "text": "x", "scope": "far", "entry": null}\n' + line + "\n")
    with pytest.raises(ValueError, match="line 2"):
        read_questions(file)


def test_a_file_without_questions_in_scope_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(ValueError, match="no questions"):
        read_questions(tmp_path / "empty.jsonl")
    with pytest.raises(ValueError, match="in scope"):
        evaluate(oracle({"f": ("decline", "a", 0.1)}), [question("far", None, "f")], {})


def plain(text: str) -> str:
    """What is left without capitals and punctuation, or all of a text that has nothing else."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text.strip()


def test_no_question_stands_in_two_sets_or_in_the_knowledge_base() -> None:
    sets = [{plain(q.text) for q in read_questions(QUESTIONS / name)} for name in FILES]
    known = {plain(text) for entry in ENTRIES.values() for text in (entry.title, *entry.utterances)}
    known |= {plain(text) for group in read_outside(KNOWLEDGE / "outside.toml") for text in group.examples}
    asked = set().union(*sets)
    assert len(asked) == sum(len(one) for one in sets)
    assert not asked & known  # change the phrasing or the example, never the question


def test_plain_texts_coincide_whatever_their_capitals_and_punctuation() -> None:
    assert plain("Loss:  NaN?!") == plain("loss nan")
    assert plain("👍") != plain("???")


def run(*arguments: str | Path) -> Result:
    command = ["evaluate", "--encoder", "small", *map(str, arguments)]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def test_the_command_measures_a_file_of_questions(tmp_path: Path) -> None:
    lines = [
        question("in", "bias-term", "why is there a bias in a neuron"),
        question("in", "no-such-entry", "what about that"),
        question("far", None, "capital of Peru"),
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(line.model_dump_json() for line in lines), encoding="utf-8")
    report = Report.model_validate_json(run("--questions", file, "--json").stdout)
    assert report.encoder == "small"
    assert (report.questions, report.left_out) == ({"in": 1, "far": 1}, {"no-such-entry": 1})
    assert {slug: scores.model_dump() for slug, scores in report.by_entry.items()} == {
        "bias-term": {"questions": 1, "hit1": 1.0, "low": 1.0, "high": 1.0, "hit3": 1.0, "mrr": 1.0}
    }
    assert 0 < report.latency_ms["p50"] <= report.latency_ms["p95"]
    text = run("--questions", file).stdout
    for part in ("encoder  small", "hit@1  1.000", "left out  1 about no-such-entry", "reliability", "decisions"):
        assert part in text


def test_posts_are_read_as_they_are_kept_and_those_without_an_entry_are_counted(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"id": "p1", "text": "why is there a bias in a neuron", "scope": "in", "entries": ["bias-term"],
         "half": ["xor"], "style": "short", "specific": "its purpose"},
        {"id": "p2", "text": "what about that", "scope": "in", "entries": [], "half": ["xor"], "style": "short"},
        {"id": "p3", "text": "capital of Peru", "scope": "near", "entries": []},
        {"id": "p4", "text": "attention heads", "scope": "gap", "entries": [], "suggest": "attention"},
    ]
    file, where = tmp_path / "posts.jsonl", tmp_path / "report.html"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    shown = run("--questions", file, "--page", where).stdout
    assert "left out  1 in scope without an entry" in shown
    assert "in 1, near 1, gap 1, far 0" in shown
    assert "none is named (1)" in where.read_text(encoding="utf-8")


def test_the_command_writes_the_page_or_says_why_not(tmp_path: Path) -> None:
    file, where = tmp_path / "questions.jsonl", tmp_path / "report.html"
    file.write_text(question("in", "bias-term", "why is there a bias in a neuron").model_dump_json(), encoding="utf-8")
    assert run("--questions", file, "--page", where).exit_code == 0
    assert "Encoder small" in where.read_text(encoding="utf-8")
    result = run("--questions", file, "--page", tmp_path / "no" / "report.html")
    assert result.exit_code == 2
    assert "cannot write" in result.stderr


@pytest.mark.parametrize(
    ("option", "content", "complaint"),
    [
        ("--questions", None, "cannot read"),
        ("--questions", "{", "line 1"),
        ("--questions", '{"id": "1", "text": "x", "scope": "in", "entry": "no-such-entry"}', "ask-neuron entries"),
        ("--neighbours", '{"a": {"ful": []}}', "a.ful"),
        ("--neighbours", "\xff", "0"),
    ],
)
def test_unusable_files_are_explained(tmp_path: Path, option: str, content: str | None, complaint: str) -> None:
    file = tmp_path / "file.json"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    result = run(option, file)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert str(file) in result.stderr


def test_what_is_shipped_was_fitted_on_the_knowledge_base_as_it_is() -> None:
    entries, outside = tuple(ENTRIES.values()), read_outside(KNOWLEDGE / "outside.toml")
    fitted = artefacts.read(artefacts.SHIPPED)
    stale = artefacts.changed(fitted, entries, outside)
    gone = set(fitted.labels) - set(artefacts.labels_of(entries, outside))
    assert not stale, f"changed since they were fitted: {', '.join(stale)}; run {artefacts.MEND} and commit its files"
    assert not gone, f"fitted and not there any more: {', '.join(sorted(gone))}; run {artefacts.MEND}"


def test_what_is_shipped_is_small() -> None:
    assert sum(file.stat().st_size for file in artefacts.SHIPPED.iterdir()) < 12e6


@pytest.mark.parametrize("encoder", ["small", pytest.param("minilm", marks=pytest.mark.slow)])
def test_the_development_questions_are_understood_as_well_as_at_the_last_release(encoder: str) -> None:
    entries = ENTRIES
    best = BestMatcher(tuple(entries.values()), read_outside(KNOWLEDGE / "outside.toml"), None)
    questions = [q for q in read_questions(QUESTIONS / FILES[0]) if q.entry is None or q.entry in entries]
    report = evaluate(best.small if encoder == "small" else best, questions,
                      read_neighbours(QUESTIONS / "neighbours.json"))
    released = Report.model_validate(json.loads(RELEASED.read_text(encoding="utf-8"))[report.encoder])
    assert worse_than(report, released) == []
    assert report.decisions["far"].get("answered wrong", 0) <= 0.02
    assert report.decisions["near"].get("answered wrong", 0) <= 0.06
    assert report.decisions["in"].get("answered wrong", 0) <= 0.05
