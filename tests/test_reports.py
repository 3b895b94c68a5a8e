"""The JSON of `check`, `gaps`, `feedback` and `match`: made by models, with the fields that other programs read."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from bot.answers.checks import Checked, Fault, Report
from bot.answers.checks.report import Counted
from bot.present import report_shapes as shapes
from bot.present.reports import checked
from bot.store import Question, Store
from bot.surfaces.cli.main import main

FIELDS: dict[type[BaseModel], set[str]] = {
    shapes.CheckReport: {"ok", "faults", "checked", "claims", "advice", "without_points"},
    shapes.FaultShown: {"entry", "where", "says"},
    shapes.CheckedShown: {"entry", "where", "holds", "rate", "ok"},
    shapes.ClaimCounted: {"entry", "claim", "kind", "says", "true", "seeds", "control"},
    shapes.ControlCounted: {"against", "true"},
    shapes.GapShown: {"question", "times", "day", "nearest", "why", "cluster", "points"},
    shapes.Feedback: {"entries", "did_not_help", "picked"},
    shapes.HelpCounted: {"entry", "helped", "did_not"},
    shapes.Unhelpful: {"entry", "good", "question", "params", "day"},
    shapes.PickShown: {"question", "entry", "times", "day"},
    shapes.NotMatched: {"id", "error"},
}


def told(*arguments: str, given: str | None = None) -> Any:
    """What a command prints, read as JSON."""
    result = CliRunner().invoke(main, list(arguments), input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("ASK_NEURON_STORE", str(tmp_path / "store.sqlite3"))
    return Store(tmp_path / "store.sqlite3")


@pytest.mark.parametrize(("shape", "names"), FIELDS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_the_names_of_fields_stay(shape: type[BaseModel], names: set[str]) -> None:
    assert set(shape.model_fields) == names


def test_a_check_in_json_has_faults_counts_and_advice() -> None:
    report = Report((Fault("xor", "claims[0]", "-"),), (Checked("xor", "claims[0]", "a > 1", 0.5, False),),
                    (Counted("xor", 0, "finding", "says", 3, 4, "without training", 1),
                     Counted("xor", 1, "identity", "says", 4, 4)))
    found = checked(report, {"xor": ["short"]}, ["bias-term"]).as_json()
    assert not found["ok"]
    assert found["faults"] == [{"entry": "xor", "where": "claims[0]", "says": "-"}]
    assert found["checked"] == [{"entry": "xor", "where": "claims[0]", "holds": "a > 1", "rate": 0.5, "ok": False}]
    assert [claim["control"] for claim in found["claims"]] == [{"against": "without training", "true": 1}, None]
    assert found["advice"] == {"xor": ["short"]}
    assert found["without_points"] == ["bias-term"]
    assert checked(Report((), ()), {}, []).ok


def test_gaps_in_json(store: Store) -> None:
    store.keep_question(Question("what is a tensor", "suggest", nearest=["bias-term", "xor"]))
    [gap] = told("gaps", "--json")
    assert (gap["question"], gap["times"], gap["nearest"]) == ("what is a tensor", 1, ["bias-term", "xor"])
    assert set(gap) == FIELDS[shapes.GapShown]


def test_feedback_in_json(store: Store) -> None:
    store.keep_thumb("xor", False, "why?", {"hidden": 2})
    store.keep_thumb("bias-term", True, "bias?", {})
    store.keep_pick("and what of weights", "bias-term")
    found = told("feedback", "--json")
    assert found["entries"] == [{"entry": "xor", "helped": 0, "did_not": 1},
                                {"entry": "bias-term", "helped": 1, "did_not": 0}]
    [unhelpful], [pick] = found["did_not_help"], found["picked"]
    assert (unhelpful["good"], unhelpful["params"]) == (False, {"hidden": 2})
    assert set(unhelpful) == FIELDS[shapes.Unhelpful]
    assert (pick["entry"], pick["times"]) == ("bias-term", 1)
    lines = CliRunner().invoke(main, ["feedback"]).stdout
    assert "did not help: xor at {'hidden': 2}: why?" in lines


def test_nothing_kept_is_empty_in_json_and_said_in_words(store: Store) -> None:
    assert told("gaps", "--json") == []
    assert told("feedback", "--json") == {"entries": [], "did_not_help": [], "picked": []}
    assert CliRunner().invoke(main, ["feedback"]).stdout == "Nothing has been kept yet.\n"


@pytest.mark.parametrize(("line", "name"), [
    ('{"id": 3, "text": 5}', 3), ("no JSON", None), ('{"id": "a", "text": ""}', "a"),
])
def test_a_line_that_cannot_be_read_gets_a_line_that_says_so(line: str, name: Any) -> None:
    found = told("match", "--jsonl", given=line + "\n")
    assert set(found) == FIELDS[shapes.NotMatched]
    assert found["id"] == name
    assert found["error"]
