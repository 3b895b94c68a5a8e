"""A conversation outlives its session: what is kept is read as a visitor's data, and in Chromium Back, Forward and
a reload show what stood there."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.service import Bot, shared_bot
from bot.surfaces.chat.history import KEPT, follow_address, kept, restore
from bot.surfaces.chat.state import Conversation, Lab, Turn
from scripts.pages import page, settled

BIAS, COFFEE = "bias-term", "coffee-roasting"


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def asked(*slugs: str, **more: Any) -> Conversation:
    return Conversation([Turn(f"about {slug}", slug=slug, lab=Lab(slug)) for slug in slugs], **more)


def test_what_is_kept_is_restored(bot: Bot) -> None:
    before = asked(BIAS, COFFEE, guesses={BIAS: 1}, predicts=False)
    before.turns[1].lab = Lab(COFFEE, {"hidden": 2}, 7)
    before.turns.append(Turn("what is the best pizza"))
    after = Conversation()
    restore(kept(before), after, bot)
    found = [(turn.question, turn.slug, dict(turn.changes), turn.seed) for turn in after.turns]
    assert found == [("about bias-term", BIAS, {}, None), ("about coffee-roasting", COFFEE, {"hidden": 2}, 7),
                     ("what is the best pizza", None, {}, None)]
    assert (after.guesses, after.predicts) == ({BIAS: 1}, False)


def test_what_is_too_long_to_keep_and_what_was_no_question_are_left_out() -> None:
    long = Conversation([Turn("x" * 150_000), Turn("", says="That file cannot be read."), Turn("why a bias?")])
    assert [turn["question"] for turn in json.loads(kept(long))["turns"]] == ["why a bias?"]


def test_only_the_newest_turns_are_kept(bot: Bot) -> None:
    after = Conversation()
    restore(kept(asked(*[BIAS] * (KEPT + 3))), after, bot)
    assert len(after.turns) == KEPT
    assert kept(Conversation()) == ""


@pytest.mark.parametrize(
    "text",
    ["", "no JSON", "[" * 5000, "null", "{}", json.dumps({"turns": [{"question": 3}]}),
     json.dumps({"turns": [{"question": "x"}] * 99}), json.dumps({"turns": [{"question": "x", "seed": -1}]}),
     json.dumps({"turns": [{"question": "x", "slug": "../../etc"}]})],
)
def test_what_cannot_be_read_changes_nothing(bot: Bot, text: str) -> None:
    chat_now = asked(BIAS)
    restore(text, chat_now, bot)
    assert [turn.slug for turn in chat_now.turns] == [BIAS]


def test_settings_that_cannot_be_and_guesses_that_there_are_not_are_left_out(bot: Bot) -> None:
    text = json.dumps({"turns": [{"question": "", "slug": COFFEE, "changes": {"hidden": 99, "colour": "x"}}],
                       "guesses": {COFFEE: 9, "nothing": 0, BIAS: 0}})
    after = Conversation()
    restore(text, after, bot)
    assert [dict(turn.changes) for turn in after.turns] == [{}]
    assert after.guesses == {BIAS: 0}


def test_both_points_are_kept_with_their_answer(bot: Bot) -> None:
    now = asked(BIAS)
    points = tuple(point.id for point in bot.entry(BIAS).points[:2])
    now.turns[0].lab = Lab(BIAS, points=points)
    after = Conversation()
    restore(kept(now), after, bot)
    assert [(turn.slug, turn.points) for turn in after.turns] == [(BIAS, points)]
    restore(kept(now).replace(points[0], "no-such-point"), after, bot)
    assert after.turns[0].points == points[1:]


def test_going_back_to_the_greeting_and_forward_again(bot: Bot) -> None:
    now = asked(BIAS)
    first = now.turns[0]
    follow_address(now, bot, {})
    assert (now.turns, now.later) == ([], [first])


def units(window: Page, count: int) -> None:
    expect(window.locator(".nrn-unit")).to_have_count(count)
    settled(window)


def ask_for_the_bias(window: Page) -> None:
    box = window.get_by_placeholder("Ask about neurons")
    box.fill("why is there a bias in a neuron?")
    box.press("Enter")


@pytest.mark.browser
def test_back_and_forward_agree_with_the_fields(chat_address: str) -> None:
    with page(1280, 900) as window:
        window.goto(f"{chat_address}/?entry={COFFEE}")
        units(window, 4)
        window.get_by_role("button", name="Break it: Take one unit away").click()
        units(window, 3)
        hidden = window.locator("[class*=st-key-settings-] [data-testid=stSlider]").first
        expect(hidden).to_contain_text("2")
        for go, there, count in ((window.go_back, "3", 4), (window.go_forward, "2", 3)):
            go()
            units(window, count)
            expect(hidden.locator("[data-testid=stSliderThumbValue]")).to_have_text(there)
        expect(window).to_have_url(re.compile("hidden=2$"))


@pytest.mark.browser
def test_back_leads_to_the_answer_before_and_forward_to_the_one_after(chat_address: str) -> None:
    with page(1280, 900) as window:
        window.goto(f"{chat_address}/?entry={COFFEE}")
        units(window, 4)
        ask_for_the_bias(window)
        title = window.get_by_role("heading", name="Why is there a bias?")
        expect(title).to_be_visible()
        settled(window)
        window.go_back()
        expect(title).to_have_count(0)
        settled(window)
        window.go_forward()
        expect(title).to_be_visible()


TWO = ("A missed frost costs us 8 times as much as a false alarm. Where do I cut the probability if a miss costs 8 "
       "times as much? And does the network learn the threshold by itself?")
LEARNT = "Does the network learn the threshold?"


@pytest.mark.browser
def test_a_reload_and_back_and_forward_keep_both_points(chat_address: str) -> None:
    with page(1280, 900) as window:
        window.goto(chat_address)
        box = window.get_by_placeholder("Ask about neurons")
        also = window.get_by_text(f"You also asked: {LEARNT}")
        box.fill(TWO)
        box.press("Enter")
        expect(also).to_be_visible()
        expect(window).to_have_url(re.compile(r"point=cut-from-the-costs\+who-sets-it$"))
        settled(window)
        window.reload()
        expect(also).to_be_visible()
        expect(window.get_by_text("To your point: Cut at")).to_be_visible()
        settled(window)
        box.fill(LEARNT)
        box.press("Enter")
        expect(window).to_have_url(re.compile(r"point=who-sets-it$"))
        expect(window.get_by_text("To your point:")).to_have_count(2)
        settled(window)
        for go, count, end in ((window.go_back, 1, r"\+who-sets-it$"), (window.go_forward, 2, "=who-sets-it$")):
            go()
            expect(window.get_by_text("To your point:")).to_have_count(count)
            expect(window).to_have_url(re.compile(end))
            settled(window)


@pytest.mark.browser
def test_a_reload_keeps_the_conversation_and_a_new_one_begins_empty(chat_address: str) -> None:
    with page(1280, 900) as window:
        window.goto(f"{chat_address}/?entry={COFFEE}")
        units(window, 4)
        ask_for_the_bias(window)
        settled(window)
        window.reload()
        expect(window.get_by_role("heading", name="Why is there a bias?")).to_be_visible()
        expect(window.get_by_role("heading", name="What does each neuron do")).to_be_visible()
        expect(window.get_by_text("why is there a bias in a neuron?")).to_be_visible()
        settled(window)
        window.get_by_role("button", name="Start a new conversation").click()
        expect(window.get_by_text("For example")).to_be_visible()
        settled(window)
        window.reload()
        expect(window.get_by_text("For example")).to_be_visible()
        settled(window)
        expect(window.get_by_role("heading", name="Why is there a bias?")).to_have_count(0)
