"""Which store the environment names, and what the command line makes of it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import store as stored
from bot.content.environment import BadEnvironment
from bot.matching import BestMatcher
from bot.store import Question, Store, from_environment
from bot.surfaces.cli.main import main


def test_the_environment_names_the_file_or_turns_it_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_NEURON_STORE", "OFF")
    monkeypatch.setenv("ASK_NEURON_DATABASE", "postgresql://localhost/nobody")
    off = from_environment()
    off.keep_guess("xor", "a half")
    assert (off.is_off, off.guesses("xor"), off.in_vain(), off.forget("x")) == (True, {}, [], 0)
    assert list(off.everything()) == []
    monkeypatch.delenv("ASK_NEURON_DATABASE")
    monkeypatch.setenv("ASK_NEURON_STORE", str(tmp_path / "x.db"))
    assert from_environment().path == tmp_path / "x.db"
    monkeypatch.setenv("ASK_NEURON_STORE", str(tmp_path))
    assert from_environment().path == tmp_path / "store.sqlite3"
    monkeypatch.delenv("ASK_NEURON_STORE")
    path = from_environment().path
    assert path is not None
    assert path.name == "store.sqlite3"


def test_the_environment_names_a_database_and_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_NEURON_STORE", "")
    monkeypatch.setenv("ASK_NEURON_DATABASE", "postgres://me:secret@localhost/neurons")
    monkeypatch.setenv("ASK_NEURON_KEEP_DAYS", "90")
    found = from_environment()
    assert (found.path, found.url, found.keep_days) == (None, "postgres://me:secret@localhost/neurons", 90)
    assert "secret" not in repr(found)
    monkeypatch.setattr(stored, "find_spec", lambda name: None)
    with pytest.raises(BadEnvironment, match=r"ask-neuron\[postgres\]"):
        from_environment()
    for name, value in (("ASK_NEURON_DATABASE", "mysql://localhost/x"), ("ASK_NEURON_KEEP_DAYS", "0")):
        with monkeypatch.context() as context:
            context.setenv(name, value)
            with pytest.raises(BadEnvironment, match=name):
                from_environment()


@pytest.fixture(autouse=True)
def small_encoder_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BestMatcher, "wait", lambda self, timeout=None: False)
    monkeypatch.setattr(BestMatcher, "decide", lambda self, *asked: self.small.decide(*asked))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_line_lists_gaps_and_feedback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.sqlite3"
    monkeypatch.setenv("ASK_NEURON_STORE", str(path))
    assert "nothing" in run("gaps").lower()
    run("ask", "does my network get tired in the evening")
    [gap] = json.loads(run("gaps", "--json"))
    assert (gap["times"], len(gap["nearest"])) == (1, 3)
    assert gap["question"] in run("gaps")
    store = Store(path)
    store.keep_thumb("xor", False, "why is xor hard", {"hidden": 3})
    store.keep_pick("the kinked thing", "relu-piecewise")
    store.keep_guess("xor", "a half")
    found = json.loads(run("feedback", "--json"))
    assert found["entries"] == [{"entry": "xor", "helped": 0, "did_not": 1}]
    assert found["picked"][0]["entry"] == "relu-piecewise"
    assert found["did_not_help"][0]["question"] == "why is xor hard"
    text = run("feedback")
    for part in ("xor", "why is xor hard", "the kinked thing"):
        assert part in text


def test_gaps_that_ask_the_same_are_listed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.sqlite3"
    monkeypatch.setenv("ASK_NEURON_STORE", str(path))
    store = Store(path)
    lstm = ("how do lstms remember", "what is an lstm cell", "lstm forget gate explained", "lstm or gru")
    for text in (*lstm, "what is attention in transformers", "transformer attention heads meaning", "what is a gan",
                 "self attention explained simply", "gan generator discriminator", "can a neuron feel pain"):
        store.keep_question(Question(text, "decline", nearest=["xor"]))
    about = store.keep_question(Question("why is xor hard for one unit", "answer", "xor"))
    store.keep_thumb("xor", False, "why is xor hard for one unit", {}, "", about)
    found = {gap["question"]: gap for gap in json.loads(run("gaps", "--json"))}
    assert len(found) == 11
    [number] = {found[text]["cluster"] for text in lstm}
    assert number is not None
    assert [text for text, gap in found.items() if gap["cluster"] == number] == sorted(lstm, key=list(found).index)
    assert found["can a neuron feel pain"]["cluster"] is None
    rated = found["why is xor hard for one unit"]
    assert (rated["why"], rated["nearest"][0]) == (["unhelpful"], "xor")
    assert all(point.startswith("xor#") or "#" in point for point in rated["points"])
    assert "4 times in 4 ways:" in run("gaps")
    assert len(json.loads(run("gaps", "--json", "--most", "3"))) == 3


def test_the_command_line_exports_and_forgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.sqlite3"
    monkeypatch.setenv("ASK_NEURON_STORE", str(path))
    assert json.loads(run("export-data", "--json")) == []
    assert "nothing" in run("export-data").lower()
    store = Store(path)
    store.keep_thumb("xor", False, "why is xor hard", {"hidden": 3}, "f00")
    store.keep_question(Question("does it dream", "suggest", nearest=["xor"]))
    assert store.flush()
    thumb, gap = json.loads(run("export-data", "--json"))
    assert (thumb["kind"], thumb["session"], thumb["good"], thumb["params"]) == ("thumb", "f00", False, {"hidden": 3})
    assert (gap["question"], gap["session"], gap["nearest"], gap["times"]) == ("does it dream", None, ["xor"], 1)
    assert 'session="f00"' in run("export-data").splitlines()[0]
    assert run("forget", "f00").startswith("1 row is forgotten")
    assert "Nothing is kept" in run("forget", "f00")
    assert [row["kind"] for row in json.loads(run("export-data", "--json"))] == ["unanswered"]


def test_courtesies_and_bare_follow_ups_are_no_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_NEURON_STORE", str(tmp_path / "store.sqlite3"))
    for text in ("thank you", "and with 3?", "what is dropout"):
        run("ask", text)
    assert json.loads(run("gaps", "--json")) == []


def test_the_command_line_says_that_a_store_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(b"this is no database " * 100)
    monkeypatch.setenv("ASK_NEURON_STORE", str(path))
    for command in ("gaps", "feedback"):
        result = CliRunner().invoke(main, [command])
        assert (result.exit_code, "cannot be read" in result.output) == (2, True)
