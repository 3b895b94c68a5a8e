"""What learners leave behind is kept, bounded, safe among several writers, and never in the way of an answer."""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import store as stored
from bot.store import LONGEST, Question, Store, database, delivery, keeping, reviewing, writing


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "store.sqlite3")


def test_the_same_question_in_other_capitals_is_counted(store: Store) -> None:
    for text in ("What is a GAN?", "what is a gan", "WHAT IS A GAN???", "something else"):
        store.keep_question(Question(text, "suggest", nearest=["xor", "bias-term"]))
    first, second = store.in_vain()
    assert (first.question, first.times, first.nearest) == ("What is a GAN?", 3, ("xor", "bias-term"))
    assert (second.question, second.times) == ("something else", 1)
    assert len(store.in_vain(1)) == 1


def test_a_picked_question_is_an_example_and_no_gap(store: Store) -> None:
    store.keep_question(Question("why the curve?", "suggest"))
    store.keep_pick("Why the curve", "relu-piecewise")
    store.keep_pick("why the curve", "relu-piecewise")
    assert store.in_vain() == []
    assert [(p.question, p.entry, p.times) for p in store.picks()] == [("Why the curve", "relu-piecewise", 2)]


def test_thumbs_are_kept_with_question_and_settings(store: Store) -> None:
    store.keep_thumb("xor", True, "why xor", {"hidden": 2})
    store.keep_thumb("xor", False, "why xor", {})
    newest, oldest = store.thumbs()
    assert (newest.good, oldest.good, oldest.params) == (False, True, {"hidden": 2})


def test_guesses_are_counted_by_the_words_of_the_option(store: Store) -> None:
    for option in ("a half", "all of it", "a half"):
        store.keep_guess("xor", option)
    assert store.guesses("xor") == {"a half": 2, "all of it": 1}
    assert store.guesses("bias-term") == {}


def test_a_question_is_a_row_with_what_was_decided_and_what_was_done_with_its_answer(store: Store) -> None:
    sure = Question("why xor", "answer", "xor", "by-hand", 0.97, True, ["xor", "bias-term"])
    about = store.keep_question(sure, "one")
    store.keep_guess("xor", "a half", "one", about)
    store.keep_thumb("xor", True, "why xor", {}, "one", about)
    store.keep_thumb("xor", False, "why xor", {}, "one", about)  # thought better of
    torn = store.keep_question(Question("why the curve", "suggest", confidence=0.4, nearest=["xor"]), "one")
    store.keep_pick("why the curve", "relu-piecewise", "one", torn)
    store.keep_question(Question("thank you", "decline", elsewhere=True))
    answered, unclear, thanks = (row for row in store.everything() if row["decision"])
    assert {name: answered[name] for name in ("kind", "session", "question", "decision", "entry", "point", "confidence",
                                              "sure", "good", "option", "picked")} == {
        "kind": "answered", "session": "one", "question": "why xor", "decision": "answer", "entry": "xor",
        "point": "by-hand", "confidence": 0.97, "sure": True, "good": False, "option": "a half", "picked": None}
    assert (unclear["kind"], unclear["picked"], unclear["sure"]) == ("unanswered", "relu-piecewise", False)
    assert (thanks["kind"], thanks["session"]) == ("elsewhere", None)
    assert [(one.question, one.why) for one in store.in_vain()] == [("why xor", ("unhelpful",))]
    assert store.forget("one") == 6
    assert [row["question"] for row in store.everything()] == ["thank you"]


def test_a_pick_answers_all_who_asked_before_and_none_who_ask_later(store: Store) -> None:
    for _ in range(3):
        store.keep_question(Question("why the curve", "suggest"))
    store.keep_pick("Why the curve?", "relu-piecewise")
    store.keep_question(Question("why the curve", "suggest"))
    assert [gap.times for gap in store.in_vain()] == [1]
    picked = [row["picked"] for row in store.everything() if row["kind"] == "unanswered"]
    assert picked == ["relu-piecewise"] * 3 + [None]


def test_what_was_asked_in_vain_says_why(store: Store) -> None:
    store.keep_question(Question("what is a GAN", "decline", nearest=["xor"]))
    store.keep_question(Question("What is a gan?", "suggest", nearest=["bias-term"]))
    helped = store.keep_question(Question("why xor", "answer", "xor", confidence=0.9, nearest=["xor"]))
    store.keep_thumb("xor", False, "why xor", {}, "", helped)
    store.keep_thumb("xor", False, "of an older version", {})
    picked = store.keep_question(Question("why the curve", "suggest"))
    store.keep_pick("why the curve", "relu-piecewise", "", picked)
    store.keep_question(Question("thank you", "decline", elsewhere=True))
    store.keep_question(Question("why a bias", "answer", "bias-term"))
    first, *others = store.in_vain()
    assert (first.question, first.times, first.why, first.nearest) == (
        "what is a GAN", 2, ("declined", "torn"), ("bias-term",))
    assert [(one.question, one.why, one.entry) for one in others] == [
        ("of an older version", ("unhelpful",), "xor"), ("why xor", ("unhelpful",), "xor")]
    assert len(store.in_vain(1)) == 1


def test_weeks_guesses_and_the_mark(store: Store) -> None:
    assert (store.weeks(), store.all_guesses(), store.mark()) == ([], {}, (0, 0, ""))
    for asked in (Question("a", "answer", "xor", sure=True), Question("b", "answer", "xor"), Question("c", "suggest"),
                  Question("d", "decline"), Question("e", "decline", elsewhere=True)):
        store.keep_question(asked)
    store.keep_thumb("xor", True, "a", {})
    store.keep_guess("xor", "a half")
    [week] = store.weeks()
    assert (week.asked, week.surely, week.likely, week.torn, week.declined, week.elsewhere, week.helped) == (
        5, 1, 1, 1, 1, 1, 1)
    assert reviewing.monday("2026-12-06") == "2026-11-30" == reviewing.monday("2026-11-30")
    assert store.all_guesses() == {"xor": {"a half": 1}}
    before = store.mark()
    store.keep_pick("c", "xor", "some")
    after = store.mark()
    assert after != before
    assert store.forget("some") == 1
    assert store.mark() != after, "what is forgotten is shown no longer"
    assert store.weeks()[0].picked == 1


def test_addresses_are_not_kept_and_text_is_bounded(store: Store) -> None:
    text = "mail jo.doe@example.org or +49 170 1234567, see https://example.org/x?y " + "z" * 9999
    store.keep_question(Question(text, "suggest"))
    [gap] = store.in_vain()
    assert len(gap.question) <= LONGEST
    for private in ("jo.doe", "1234567", "example.org"):
        assert private not in gap.question


def test_what_is_older_than_the_days_that_are_set_goes(store: Store) -> None:
    store.keep_guess("xor", "a half")
    store.keep_guess("xor", "all of it")
    store.keep_question(Question("why the curve?", "suggest"))
    assert store.flush()
    assert store.path
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE kept SET day = '2020-01-01' WHERE option = 'a half' OR kind = 'unanswered'")
        connection.commit()
    bounded = Store(store.path, keep_days=30)
    assert bounded.guesses("xor") == {"all of it": 1}, "not shown, though nothing was written"
    assert bounded.in_vain() == []
    assert len(store.in_vain()) == 1
    bounded.keep_guess("xor", "all of it")
    assert bounded.flush()
    assert [row["option"] for row in store.everything()] == ["all of it", "all of it"]


def test_a_conversation_can_be_forgotten(store: Store) -> None:
    store.keep_question(Question("why the curve?", "suggest"), "one")
    store.keep_thumb("xor", True, "why xor", {}, "one")
    store.keep_question(Question("why the curve?", "suggest"), "other")
    store.keep_guess("xor", "a half")
    assert store.forget("one") == 2
    assert store.forget("one") == 0
    assert [(row["kind"], row["session"]) for row in store.everything()] == [("unanswered", "other"), ("guess", None)]
    assert [gap.times for gap in store.in_vain()] == [1]


def test_the_oldest_rows_go_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_ROWS", 5)
    monkeypatch.setattr(delivery, "PRUNE_EVERY", 1)
    for number in range(12):
        store.keep_question(Question(f"question number {number}", "suggest"))
        store.keep_thumb("xor", True, f"{number}", {})
    assert {gap.question for gap in store.in_vain()} == {f"question number {n}" for n in range(7, 12)}
    assert len(store.thumbs()) == 5


def test_what_was_asked_often_outlives_what_was_asked_since(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_ROWS", 5)
    monkeypatch.setattr(delivery, "PRUNE_EVERY", 1)
    for _ in range(3):
        store.keep_question(Question("what do many ask", "suggest"))
    for number in range(12):
        store.keep_question(Question(f"nonsense {number}", "suggest"))
        assert store.flush()
    assert store.in_vain()[0].question == "what do many ask"
    assert len(store.in_vain()) == 5


@settings(max_examples=25)
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_can_be_kept(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.sqlite3"
    store = Store(path)
    store.keep_question(Question(text, "suggest"))
    store.keep_thumb("xor", True, text, {})
    assert all(len(gap.question) <= LONGEST for gap in store.in_vain())


def test_many_threads_lose_nothing(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.keep_guess("xor", f"option {n % 3}"), range(120)))
    assert sum(store.guesses("xor").values()) == 120


def test_nobody_waits_for_a_locked_file_and_nothing_is_lost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.keep_guess("xor", "a half")
    assert store.flush()
    assert store.path
    monkeypatch.setattr(stored, "GLANCE", 0.1)
    monkeypatch.setattr(database, "PATIENCE", 600.0)  # the lock lasts as long as this test wants, and is waited for
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(5):
            store.keep_guess("xor", "a half")
        assert not store.flush(0.2), "the file is locked, and what was to be kept is waited for by its thread alone"
        assert store.guesses("xor") in ({}, {"a half": 1})
        other.execute("ROLLBACK")
    assert store.flush()
    assert store.guesses("xor") == {"a half": 6}


def test_a_store_that_is_too_slow_loses_the_rest_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writing, "WAITING", 3)
    go = Event()

    def wait(_: object) -> bool:
        assert go.wait(600)
        return False

    slow = writing.Writer(wait, lambda rows: None)
    with caplog.at_level(logging.WARNING):
        for number in range(5):
            slow.put(number)
    assert caplog.text.count("something was lost") == 2
    go.set()
    assert slow.flush(600)


def test_the_file_is_for_its_owner_alone(store: Store) -> None:
    store.keep_guess("xor", "a half")
    assert store.flush()
    assert store.path
    assert {file.stat().st_mode & 0o077 for file in (store.path, store.path.parent)} == {0}
    store.path.chmod(0o644)  # as earlier versions left it
    store.keep_guess("xor", "a half")
    assert store.flush()
    assert store.path.stat().st_mode & 0o077 == 0
