"""Steps: what the picture shows at a paragraph, written as data, looked up in the run, set on the page."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from bot.answers.checks.steps import step_faults
from bot.answers.steps import told_steps, views_of
from bot.content.entries import Entry
from bot.content.steps import Step, paragraphs_of, place
from bot.present import forum
from bot.service import shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

BOT = shared_bot()
COFFEE = "coffee-roasting"
OPENING = "How does that happen?"


def with_steps(*steps: dict[str, Any], slug: str = COFFEE) -> Entry:
    entry = BOT.entries[slug]
    return Entry.model_validate({**entry.model_dump(exclude_unset=True), "steps": steps})


@pytest.mark.parametrize(("given", "says"), [
    ({}, "it shows nothing"), ({"at": True}, "is no time in the training"), ({"at": 1.5}, "a share of the training"),
    ({"at": "half way"}, "nine in ten right"), ({"unit": "hidden"}, 'write "hidden 2"'),
    ({"unit": "highest"}, "names no unit"), ({"replica": "the worst"}, '"highest loss"'),
    ({"replica": "accuracy < 0.9", "at": "start"}, "only the end is recorded"),
    ({"off": "output"}, "cannot be switched"),
    ({"lights": "unit 2"}, "nothing that can be pointed at"), ({"panel": "maps"}, "'other starts'"),
    ({"where": "end"}, "Extra inputs"),
])
def test_what_is_wrong_with_a_step_is_said_in_words(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(says)):
        Step.model_validate({"paragraph": OPENING, **given})


def test_a_paragraph_is_found_by_its_opening_words() -> None:
    text = "One unit.\n\nTwo units\nare more.\n\nTwo layers, too."
    assert place("Two units are", text) == 1
    with pytest.raises(ValueError, match="2 paragraphs open with 'Two'"):
        place("Two", text)
    with pytest.raises(ValueError, match=r"no paragraphs open with 'Three'.*'One unit\.'"):
        place("Three", text)


def test_steps_stand_in_the_order_of_their_paragraphs() -> None:
    with pytest.raises(ValidationError, match="in the order of their paragraphs"):
        with_steps({"paragraph": "A unit may be", "at": "start"}, {"paragraph": OPENING, "at": "start"})


def test_a_step_is_looked_up_in_the_run() -> None:
    run = BOT.answer(COFFEE).run
    names = list(run.metrics.unit_names[0])
    entry = with_steps(
        {"paragraph": "In this run", "unit": f"unit_names == '{names[1]}'", "at": 0.5},
        {"paragraph": OPENING, "replica": "lowest accuracy", "off": "hidden 3"},
        {"paragraph": "A unit may be", "at": "nine in ten right", "lights": "hidden 2"},
        {"paragraph": "Not true", "chart": "Accuracy over all runs"})
    first, second, third, last = told_steps(entry, run)
    assert first.state == {"unit": [0, 1], "at": 750}
    assert second.state == {"replica": int(run.metrics.accuracy.argmin()), "off": [0, 2]}
    assert third.state == {"moment": "ninetyPercent", "lit": "unit:2"}
    assert last.state is None
    assert last.chart is not None
    assert last.chart.title == "Accuracy over all runs"
    assert [step.paragraph for step in (first, second, third, last)] == [1, 2, 3, 4]
    assert not any(step.missing for step in (first, second, third, last))


def test_what_the_run_does_not_have_leaves_the_usual_state_and_is_a_fault() -> None:
    entry = with_steps(
        {"paragraph": "In this run", "unit": "hidden 9", "at": 9_000},
        {"paragraph": OPENING, "replica": "accuracy > 2", "chart": "A view of another experiment"},
        {"paragraph": "A unit may be", "at": "silent"})
    run = BOT.answer(COFFEE).run
    assert [step.state for step in told_steps(entry, run)] == [{}, {}, {"moment": "silent"}]
    faults = [str(fault) for fault in step_faults(entry, run)]
    assert len(faults) == 6
    assert "the layers 2, 3, 1" in faults[0] + faults[1]
    assert "the steps 0 to 1500" in faults[0] + faults[1]
    assert "it holds of none" in faults[2]
    assert "'Accuracy over all runs'" in faults[3]
    assert "does not happen in this run; what happens: boundary appears, nine in ten right" in faults[4]
    assert "show the same" in faults[5]


def test_a_moment_that_few_runs_have_is_a_fault() -> None:
    entry = with_steps({"paragraph": "So read", "at": "a tenth of the loss"}, slug="learning-rate")
    (fault,) = step_faults(entry, BOT.answer("learning-rate").run)
    assert re.search(r"happens in \d+ of 32 runs only", str(fault))
    entry = with_steps({"paragraph": "Why do they stay dead?", "at": "silent"}, slug="dead-relu")
    assert list(step_faults(entry, BOT.answer("dead-relu").run)) == []


def test_at_other_settings_steps_show_what_is_there() -> None:
    entry = with_steps({"paragraph": OPENING, "unit": "hidden 3", "at": "start"})
    (step,) = told_steps(entry, BOT.answer(COFFEE, {"hidden": 2}).run)
    assert step.state == {"at": 0}
    assert len(step.missing) == 1


@pytest.mark.parametrize("slug", ["coffee-roasting", "xor"])
def test_the_passages_are_the_text_in_pieces(slug: str) -> None:
    answer = BOT.answer(slug)
    assert "\n\n".join(text for text, _ in answer.passages) == "\n\n".join(paragraphs_of(answer.text))
    assert answer.passages[0][0] == answer.paragraphs[0]
    assert [step for _, step in answer.passages if step] == list(answer.steps)


def test_a_page_has_its_steps_and_its_charts_where_they_are_spoken_of() -> None:
    answer = BOT.answer("xor")
    with TestClient(alone(BOT, WebSettings())) as client:
        page = client.get("/e/xor").text.partition('class="prose rest"')[2]
        states = [json.loads(unescape(found)) for found in re.findall(r'data-step="(.*?)"', page)]
        assert states == [dict(step.state) for step in answer.steps if step.state is not None]
        spoken, chart = page.index("Whether training finds it"), page.index('src="/e/xor.view-2.svg"')
        assert spoken < chart < page.index("ended like this")
        assert "Share of the runs that solve it" in client.get("/e/xor.view-2.svg").text
        assert client.get("/e/xor.view-2.dark.svg").text != client.get("/e/xor.view-2.svg").text
        assert page.index("ended like this") < page.index("<caption>The four rows")
        assert client.get("/e/xor.view-9.svg").status_code == 404
        assert "view-2" not in client.get("/e/xor.md").text


def test_a_forum_reply_is_the_same_without_steps() -> None:
    answer = BOT.answer("xor")
    bare = BOT.entries["xor"].model_copy(update={"steps": ()})
    assert [view.title for view in views_of(answer.run)] == [
        "The four rows", "Share of the runs that solve it, by hidden units", "Loss while training"]
    assert forum.reply(answer).markdown == forum.reply(replace(answer, entry=bare, steps=())).markdown
