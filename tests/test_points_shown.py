"""Points where an answer is written: first on the command line, in a notebook and in a forum reply."""

import json

import pytest
from commands import output_of
from known import BOT, ENTRIES
from point_questions import ASKED, EXACT, GENERAL, TWO

from bot.answers.points import ALSO_ASKED, TO_YOUR_POINT
from bot.notebook import Asked, ask, forget
from bot.present.composed import compose_reply
from bot.present.forum import reply
from bot.service import Bot
from bot.surfaces.notebook.written import markdown_of


@pytest.fixture(scope="module")
def bot() -> Bot:
    return BOT


def test_the_command_line_says_the_point_first() -> None:
    lines = output_of("ask", ASKED).split("\n")
    assert lines[0] == ENTRIES["threshold-0.5"].title
    assert lines[2].startswith(f"{TO_YOUR_POINT} Cut at")
    found = json.loads(output_of("ask", ASKED, "--json"))
    assert found["point"]["id"] == "cut-from-the-costs"
    assert found["point"]["asks"] == ENTRIES["threshold-0.5"].points[0].title
    assert lines[2].endswith(found["point"]["says"])
    assert json.loads(output_of("ask", GENERAL[0], "--json"))["point"] is None


def test_the_point_brings_its_settings_unless_the_learner_names_some(bot: Bot) -> None:
    found = json.loads(output_of("ask", EXACT, "--json"))
    assert (found["point"]["id"], found["params"]["cost"]) == ("equal-costs", 1)
    own = json.loads(output_of("ask", EXACT, "--json", "--set", "hidden=2"))
    assert (own["params"]["cost"], own["params"]["hidden"], own["point"]) == (5, 2, None), "this run does not show it"
    first = bot.understand(EXACT)
    after = bot.understand("Does the network learn the threshold?", [EXACT])
    assert dict(first.changes) == {"cost": 1}
    assert (after.point, dict(after.changes)) == ("who-sets-it", {})


def test_two_points_are_said_one_after_the_other_before_all_else(bot: Bot) -> None:
    found = json.loads(output_of("ask", TWO, "--json"))
    assert [one["id"] for one in found["points"]] == ["cut-from-the-costs", "who-sets-it"]
    assert found["point"] == found["points"][0]
    lines = output_of("ask", TWO).split("\n")
    said = next(number for number, line in enumerate(lines) if line.startswith(TO_YOUR_POINT))
    assert said <= 4, "nothing but how the question was read, and the title, stands before it"
    assert lines[said + 2] == f"{ALSO_ASKED} {found['points'][1]['asks']} {found['points'][1]['says']}"
    text = compose_reply(TWO, bot).canned.markdown
    assert text.index(TO_YOUR_POINT) < text.index(ALSO_ASKED)


def test_a_notebook_says_the_point_first() -> None:
    forget()
    found = ask(ASKED)
    assert isinstance(found, Asked)
    assert found.point is not None
    text = markdown_of(found.answer, found.reply, found.bot.entries, None)
    assert text.index(f"**{TO_YOUR_POINT}** Cut at") < text.index(found.answer.paragraphs[0])
    assert f"{TO_YOUR_POINT} Cut at" in repr(found)
    assert "What people also ask here" in text
    assert "ask('Why the threshold 0.5?', cost=1)" in text
    forget()
    general = ask(GENERAL[0])
    assert isinstance(general, Asked)
    assert general.point is None


def test_a_forum_reply_begins_with_the_point_and_its_address(bot: Bot) -> None:
    base = "https://ask.example.org"
    composed = compose_reply(ASKED, bot, base).canned
    first = composed.markdown.split("\n\n")[0]
    assert first.startswith(f"**{TO_YOUR_POINT}** Cut at")
    assert first.endswith(f"([link]({base}/e/threshold-0.5#cut-from-the-costs))")
    assert "$" not in first
    assert TO_YOUR_POINT not in compose_reply(GENERAL[0], bot, base).canned.markdown
    told = bot.answer("threshold-0.5", {"cost": 1}).point("equal-costs")
    assert told is not None
    assert "?cost=1.0#equal-costs)" in reply(bot.answer("threshold-0.5", {"cost": 1}), base, [told]).markdown
    assert "#" not in reply(bot.answer("threshold-0.5", {"cost": 1}), "", [told]).markdown.split("\n\n")[0]


@pytest.mark.parametrize("start", ["Not true:", "No", "Yes", "It ", "They "])
def test_what_leans_on_its_question_has_it_before_it(bot: Bot, start: str) -> None:
    """"No, ..." alone could be taken for a reply to the learner's own words, which may ask the reverse."""
    entry, point = next((entry, point) for entry in ENTRIES.values() for point in entry.points
                        if point.says.startswith(start) and not point.needs_run)
    answer = bot.answer(entry.slug)
    told = answer.point(point.id)
    assert told is not None
    assert told.opening == f"{point.title} {told.says}"
    assert f"**{TO_YOUR_POINT}** {point.title[:20]}" in reply(answer, points=[told]).markdown


def test_what_stands_by_itself_is_said_at_once(bot: Bot) -> None:
    told = bot.answer("threshold-0.5").point("cut-from-the-costs")
    assert told is not None
    assert told.opening == told.says
