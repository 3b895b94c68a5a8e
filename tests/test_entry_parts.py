"""Claims and worked examples as authors write them: what is accepted, and what a bad one is told."""

from pathlib import Path
from typing import Any

import pytest
from known import ENTRIES
from pydantic import ValidationError

from bot.content.authoring import advice, template
from bot.content.entries import read_entry
from bot.content.parts import Claim, Worked, places

FINDING: dict[str, Any] = {"says": "It works.", "holds": "accuracy >= 0.9", "in_at_least": 0.8}
WORKED: dict[str, Any] = {
    "says": "By hand", "numbers": {"p": "accuracy:.2f"}, "lines": ["p is {{ p }}"], "ask": "twice is ___",
    "answer": "2 * p:.2f", "step": "2 × {{ p }}"}


@pytest.mark.parametrize(("control", "told"), [
    ({"control": "untrained"}, "without training"),
    ({"control": "untrained", "against": "before the first step"}, "before the first step"),
    ({"control": "shuffled >= 0.9", "against": "with shuffled labels"}, "with shuffled labels"),
    ({"control_params": {"hidden": 1}, "against": "with one unit"}, "with one unit"),
])
def test_a_finding_has_one_of_three_controls(control: dict[str, Any], told: str) -> None:
    claim = Claim(**FINDING, **control)
    assert claim.has_control
    assert (claim.control_name, claim.control_at_most) == (told, 0.2)


def test_a_finding_without_a_control_can_be_read() -> None:
    claim = Claim(**FINDING)
    assert (claim.kind, claim.has_control) == ("finding", False)


def test_an_identity_holds_in_every_run() -> None:
    claim = Claim(says="It is so.", holds="a == b", kind="identity")
    assert (claim.in_at_least, claim.in_at_most, claim.has_control) == (1, 1, False)


@pytest.mark.parametrize(("fields", "says"), [
    ({**FINDING, "control": "shuffled >= 0.9"}, "say what the control is"),
    ({**FINDING, "control_params": {"hidden": 1}}, "say what the control is"),
    ({**FINDING, "control": "shuffled", "against": "x"}, "compares nothing"),
    ({**FINDING, "control": "untrained", "control_params": {"hidden": 1}}, "one control"),
    ({"says": "x", "holds": "a > b"}, "in what share of the runs"),
    ({"says": "x", "holds": "a > b", "kind": "identity", "control": "untrained"}, "an identity has no control"),
    ({**FINDING, "kind": "identity"}, "leave in_at_least"),
    ({**FINDING, "kind": "hunch"}, "finding"),
])
def test_a_bad_claim_is_told_what_is_wrong(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Claim(**fields)


def test_a_worked_example_is_read() -> None:
    worked = Worked(**WORKED)
    assert (worked.example, worked.tolerance, list(worked.numbers)) == (None, None, ["p"])


@pytest.mark.parametrize(("fields", "says"), [
    ({"ask": "twice is"}, "one gap"),
    ({"ask": "___ and ___"}, "one gap"),
    ({"answer": "2 * p"}, "to how many places"),
    ({"answer": "p:.0%"}, "to how many places"),
    ({"numbers": {"P": "accuracy:.2f"}}, "no name for a number"),
    ({"numbers": {"p": "accuracy"}}, "to how many places"),
    ({"lines": []}, "at least 1"),
    ({"tolerance": 0}, "greater than 0"),
])
def test_a_bad_worked_example_is_told_what_is_wrong(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Worked(**{**WORKED, **fields})


@pytest.mark.parametrize(("form", "digits"), [(".2f", 2), (",.0f", 0), ("d", 0), (".6f", 6)])
def test_places_of_a_format(form: str, digits: int) -> None:
    assert places(form) == digits


def test_the_template_is_an_entry_with_controls_and_a_worked_example(tmp_path: Path) -> None:
    path = tmp_path / "training" / "new.md"
    path.parent.mkdir()
    path.write_text(template("coffee_roasting", "2026-11-29"), encoding="utf-8")
    path.with_suffix(".jsonl").write_text('{"text": "how people ask"}\n')
    entry = read_entry(path)
    assert all(claim.has_control for claim in entry.claims)
    assert entry.worked is not None
    assert "Not true:" in entry.text


def test_advice_misses_the_label_and_counts_the_lines_of_arithmetic() -> None:
    entry = ENTRIES["coffee-roasting"]
    assert entry.worked is not None
    assert not any("mistaken belief" in said or "worked example" in said for said in advice(entry))
    bare = entry.model_copy(update={"text": "It is so.", "worked": entry.worked.model_copy(update={"lines": ("A",)})})
    told = " ".join(advice(bare))
    assert "no mistaken belief is named" in told
    assert "the worked example has 2 lines" in told
