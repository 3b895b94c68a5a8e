"""The command line: output that other programs read, and bad input that ends in one clear line and status 2."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result
from known import ENTRIES

from bot.surfaces.cli.main import main


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=given, catch_exceptions=False)


def answer(*arguments: str) -> dict[str, Any]:
    result = run("ask", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


THREAD = "so is the thing in the middle layer actually affordability or what"


def test_ask_answers_with_the_numbers_of_a_run() -> None:
    first, other = answer(THREAD), answer(THREAD, "--seed", "7")
    assert first["decision"] == "answer"
    assert first["entry"] in {"demand-prediction", "hidden-neuron-meaning"}
    assert first["text"] != other["text"]
    assert other["seed"] == 7
    assert set(first) >= {"decision", "entry", "confidence", "alternatives", "params", "metrics", "claims", "text"}
    assert 0 < first["confidence"] <= 1
    for claim in first["claims"]:
        assert set(claim) == {"says", "holds", "in_this_run", "replicas_true", "replicas", "kind", "control"}
        assert 0 <= claim["replicas_true"] <= claim["replicas"] == 32


def test_set_changes_the_run() -> None:
    asked = "is a hidden neuron of the demand network really affordability?"
    found = answer(asked, "--set", "label_weight=1.0", "--set", "points=100")
    assert found["params"]["label_weight"] == 1.0
    assert found["params"]["points"] == 100


def test_ask_as_text_shows_claims_and_settings() -> None:
    text = run("ask", THREAD).stdout
    assert "✓" in text
    assert " of 32 runs" in text
    assert "seed " in text


def test_the_weather_is_declined() -> None:
    found = answer("what's the weather in Paris")
    assert found["decision"] == "decline"
    assert found["entry"] is None
    assert found["text"]
    assert "[" in run("ask", "what's the weather in Paris").stdout  # the nearest entries, by name


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--set", "neurons=3"], "no setting 'neurons' here; there are:"),
        (["--set", "hidden=99"], "it takes a whole number from 1 to"),
        (["--set", "hidden"], "write NAME=VALUE"),
        (["--seed", "-3"], "--seed"),
        (["--colour"], "--colour"),
    ],
)
def test_bad_options_end_in_a_line_and_status_2(arguments: list[str], complaint: str) -> None:
    result = run("ask", THREAD, *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_entry_offers_the_nearest() -> None:
    result = run("check", "coffe-roasting", "--seeds", "2")
    assert result.exit_code == 2
    assert "did you mean coffee-roasting" in result.stderr


def test_match_reads_and_writes_lines() -> None:
    lines = [
        json.dumps({"id": "a", "text": "what does a hidden neuron in the network mean, is it a feature?"}),
        "not json",
        json.dumps({"id": 3}),
        json.dumps({"id": 4, "text": 5}),
        json.dumps({"id": 5, "text": "and a leaky version of it?", "previous": ["why is relu better than sigmoid"]}),
        json.dumps(["id"]),
        json.dumps({"id": "z", "text": "what's the weather in Paris"}),
    ]
    rows = [json.loads(line) for line in run("match", "--jsonl", given="\n".join(lines) + "\n").stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", None, 3, 4, 5, None, "z"]
    assert [sorted(row) for row in rows if "error" in row] == [["error", "id"]] * 4
    assert rows[0]["entry"] == "hidden-neuron-meaning"
    assert set(rows[0]) == {"id", "decision", "entry", "confidence", "alternatives", "params", "seed", "compare",
                            "level", "notes", "offers", "further", "sure", "beside", "point", "points"}
    assert rows[0]["alternatives"][0]["entry"] == "hidden-neuron-meaning"
    assert rows[-1]["decision"] == "decline"


def test_match_resolves_follow_ups() -> None:
    coffee = ["What does each neuron do in the coffee roasting network?"]
    asked = [("and with 2?", coffee), ("why?", [*coffee, "with relu"]), ("2 vs 5 neurons", coffee), ("and with 2?", []),
             ("again", coffee)]
    given = "\n".join(json.dumps({"id": i, "text": t, "previous": p}) for i, (t, p) in enumerate(asked))
    rows = [json.loads(line) for line in run("match", "--jsonl", given=given).stdout.splitlines()]
    assert [row["entry"] for row in rows] == ["coffee-roasting"] * 3 + [None, "coffee-roasting"]
    assert [row["params"] for row in rows[:3]] == [{"hidden": 2}, {"activation": "relu"}, {}]
    assert [row["level"] for row in rows[:2]] == ["text", "deeper"]
    assert rows[2]["compare"] == {"setting": "hidden", "values": [2, 5]}
    assert rows[4]["seed"] == ENTRIES["coffee-roasting"].seed + 1


def test_ask_compares_two_runs() -> None:
    coffee = ("--previous", "What does each neuron do in the coffee roasting network?")
    found = answer("2 vs 3 neurons", *coffee)
    assert found["compare"] == {"setting": "hidden", "values": [2, 3]}
    compared = found["comparison"]
    assert compared["changes"] == [{"setting": "hidden", "title": "hidden units", "values": [2, 3]}]
    assert any(claim["flipped"] and claim["stands"] == [False, True] for claim in compared["claims"])
    assert "Because you changed hidden units from 2 to 3" in run("ask", "2 vs 3 neurons", *coffee).stdout
    changed = answer("with 2 neurons", *coffee)
    assert changed["comparison"]["changes"][0]["values"] == [3, 2]
    assert answer("why?", *coffee)["comparison"] is None


def test_ask_shows_what_was_asked_to_see() -> None:
    entry = ENTRIES["coffee-roasting"]
    coffee = ("--previous", entry.title)
    assert answer("simpler please", *coffee)["text"][:40] == entry.simpler[:40]
    evidence = answer("how do you know?", *coffee)
    assert evidence["level"] == "evidence"
    assert "seed 8; the others are the seeds 1000000000008 to 31000000000008" in evidence["text"]
    assert all(claim["holds"] in evidence["text"] for claim in evidence["claims"])


def test_a_post_of_several_questions_is_answered_in_order() -> None:
    post = "1. why is there a bias in a neuron? 2. what does dropout do, with a rate of 0.5?"
    found = answer(post)
    assert found["entry"] == "bias-term"
    assert [(one["entry"], one["params"]) for one in found["further"]] == [("dropout", {"rate": 0.5})]
    text = run("ask", post).stdout
    assert text.index("Why is there a bias?") < text.index("What does dropout do?  [dropout]")


def test_match_survives_anything() -> None:
    nasty = ["", "\x00\x07", "\ud800", "🤖" * 50, "a" * 100_000, "ѕоmе tехt", "<script>alert(1)</script>"]
    given = "\n".join(json.dumps({"id": i, "text": text}) for i, text in enumerate(nasty))
    rows = [json.loads(line) for line in run("match", "--jsonl", given=given).stdout.splitlines()]
    assert [row["id"] for row in rows] == list(range(len(nasty)))
    assert [row["id"] for row in rows if "error" in row] == [0, 1, 2, 4]  # nothing to read, or too much
    assert all(row.get("decision") != "answer" for row in rows)


def test_lists() -> None:
    assert "coffee-roasting" in run("entries").stdout
    assert {"entry", "topic", "title", "experiment", "points"} == set(json.loads(run("entries", "--json").stdout)[0])
    assert "hidden=3" in run("experiments").stdout
    listed = {row["experiment"]: row for row in json.loads(run("experiments", "--json").stdout)}
    assert listed["coffee_roasting"]["params"]["hidden"]["takes"] == "a whole number from 1 to 8"
    assert listed["coffee_roasting"]["metrics"]["accuracy"]["unit"] == "share"


@pytest.mark.usefixtures("trained_once")
def test_check_is_green_on_a_good_entry_and_reports_in_json() -> None:
    result = run("check", "coffee-roasting", "--seeds", "40", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["ok"]) == (0, True)
    assert {row["entry"] for row in report["checked"]} == {"coffee-roasting"}
    assert all(0 <= row["rate"] <= 1 for row in report["checked"])


@pytest.mark.usefixtures("trained_once")
def test_check_tells_each_claim_beside_its_control() -> None:
    shown = run("check", "coffee-roasting", "--seeds", "40").stdout
    counted = r"^coffee-roasting claims\[1\]: in \d+ of 40; without training in 0: At least two"
    assert re.search(counted, shown, re.MULTILINE)
    told = json.loads(run("check", "coffee-roasting", "--seeds", "40", "--json").stdout)["claims"]
    assert [claim["control"]["against"] for claim in told] == ["with two units", "without training", "without training"]
    assert all(0 <= claim["control"]["true"] <= claim["seeds"] == 40 for claim in told)


@pytest.mark.usefixtures("trained_once")
def test_check_is_red_where_a_claim_is_false(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = dict(ENTRIES)
    good = entries["coffee-roasting"]
    false = good.claims[0].model_copy(update={"holds": "accuracy > 2"})
    entries["coffee-roasting"] = good.model_copy(update={"claims": (false, *good.claims[1:])})
    monkeypatch.setattr("bot.surfaces.cli.check.read_knowledge", lambda: entries)
    result = run("check", "coffee-roasting", "--seeds", "40")
    assert result.exit_code == 1
    assert "the comparison held in 0% of the seeds" in result.stdout
