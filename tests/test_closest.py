"""The points that come closest to a question: of its entry, and of those beside it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from commands import output_of
from known import ENTRIES, a_bot
from starlette.testclient import TestClient

from bot.content.points import Point
from bot.dialogue.points import LIKELY_TOO
from bot.matching import Match, Pointed, PointsAsked
from bot.matching.closest import CLOSEST, ENTRY, LEAST_CLOSE, among, closest, signs_of
from bot.matching.points import IN_LISTS, standing
from bot.notebook import Asked, ask, forget
from bot.present import closest as shown
from bot.present.closest import MOST, WHOLE
from bot.present.short import Short
from bot.service import Bot, shared_bot
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

ASKED = "i have 2 classes, should the last layer have one or two neurons and what differs"


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def test_the_likeliest_are_the_closest_as_many_as_are_shown() -> None:
    found = [Pointed("a", str(n), 0.1 * n) for n in range(CLOSEST + 2)]
    assert [one.id for one in closest(found)] == [str(n) for n in range(CLOSEST + 1, 1, -1)]
    assert closest([Pointed("a", "b", LEAST_CLOSE / 2)]) == ()


def test_a_question_is_looked_for_in_the_entry_that_answers_and_in_those_beside_it() -> None:
    ranked = [Match("first", 0.8), Match("second", 0.4), Match("third", 0.2), Match("fourth", 0.2)]
    assert standing("first", ranked[:3]) == [("first", 0.8), ("second", 0.4), ("third", 0.2)]
    assert standing("second", ranked[:3]) == [("second", 0.4), ("first", 0.8), ("third", 0.2)]
    named = standing("elsewhere", ranked)
    assert named[0] == ("elsewhere", 0.8), "an entry that was named is as likely as the likeliest"
    assert len(named) == len(ranked)
    assert standing("first", []) == [("first", 1.0)]


def test_points_of_several_entries_compete_by_nearness_and_by_entry() -> None:
    near = [{"small": (np.array([0.9, 0.1]), np.array([0.2, 0.3]), 0.4), "ngrams": (np.zeros(2), np.zeros(2), 0.0)},
            {"small": (np.array([0.1, 0.3]), np.array([0.2, 0.1]), 0.2), "ngrams": (np.ones(2), np.zeros(2), 0.0)}]
    signs = signs_of(near, 0.5)
    assert signs["small asks"].tolist() == [0.9, 0.3]
    assert signs["small asks, mean"] == pytest.approx([0.5, 0.2])
    assert signs["small phrasings"].tolist() == [0.4, 0.4]
    assert "ngrams phrasings" not in signs
    equal = among([signs, signs], {ENTRY: 1.0})
    assert np.concatenate(equal) == pytest.approx([0.25] * 4)
    likelier, other = among([signs, signs_of(near, 0.25)], {ENTRY: 1.0})
    assert likelier[0] == pytest.approx(2 * other[0])
    first, second = among([signs], {"small asks": 2.0})[0]
    assert first / second == pytest.approx(np.exp(2 * 0.6))


def test_points_of_the_entries_beside_are_looked_through(bot: Bot) -> None:
    reply = bot.understand(ASKED)
    assert reply.slug == "multi-class-output"
    assert reply.point is None
    assert ("sigmoid-vs-softmax", "one-or-two-outputs") in [(one.entry, one.id) for one in reply.closest]
    assert 1 < len(reply.closest) <= CLOSEST
    falling = [one.confidence for one in reply.closest]
    assert falling == sorted(falling, reverse=True)
    assert bot.understand(ENTRIES[reply.slug].title).closest == (), "whoever opens an entry asks for all of it"


@pytest.mark.parametrize("question", [ASKED, "overfitting or too few neurons", "why does my loss go up and down"])
def test_without_the_closest_a_reply_is_otherwise_the_same(bot: Bot, question: str) -> None:
    """What only matches (`/api/match`) has no use for them, and they are looked for in several entries."""
    found = bot.understand(question)
    assert bot.understand(question, closest=False) == replace(found, closest=())


def test_the_api_carries_the_closest_points(bot: Bot) -> None:
    settings = WebSettings(public_url="https://neurons.example.org", chat_url="")
    with TestClient(alone(bot, settings), follow_redirects=False) as client:
        told = client.post("/api/ask", json={"question": ASKED}).json()
        sure = client.post("/api/ask", json={"question": "must the batch size be a power of 2"}).json()
    reply = bot.understand(ASKED)
    assert [(one["entry"], one["id"]) for one in told["closest"]] == [(one.entry, one.id) for one in reply.closest]
    for one in told["closest"]:
        point = ENTRIES[one["entry"]].point(one["id"])
        assert point is not None
        assert one["asks"] == point.title
        assert one["says"] or point.needs_run
    own = {one["id"] for one in told["closest"] if one["entry"] == told["entry"]}
    assert {one["id"] for one in told["near_points"]} <= own
    assert all(one["says"] for one in told["near_points"])
    assert sure["point"]["id"] == "power-of-two"
    assert sure["closest"] == [], "where a point is said, and no other is likely, nothing else is offered in its place"


def test_beside_a_point_that_is_said_stand_those_that_are_likely_too(bot: Bot) -> None:
    first, second, third, *_ = ENTRIES["xor"].points
    found = PointsAsked((first.id,), (Pointed("xor", first.id, 0.6), Pointed("xor", second.id, LIKELY_TOO),
                                      Pointed("xor", third.id, LIKELY_TOO / 2)))
    dialogue = replace(bot.dialogue, points=lambda *_: found)
    reply = dialogue.understand("Why can one neuron not learn XOR, and a second question of my own?")
    assert (reply.slug, reply.points) == ("xor", (first.id,))
    assert [one.id for one in reply.closest] == [second.id]


def test_the_command_line_has_them_under_the_direct_answer(bot: Bot) -> None:
    answer = bot.answer("multi-class-output")
    text = output_of("ask", ASKED)
    assert text.index(answer.paragraphs[0]) < text.index(shown.CLOSEST) < text.index(answer.paragraphs[1][:60])
    for one in json.loads(output_of("ask", ASKED, "--json"))["closest"]:
        assert f"  {one['asks']}  [{one['entry']}#{one['id']}]" in text
        if one["says"]:
            assert one["says"][:40] in text


def test_a_notebook_has_them_under_the_direct_answer(bot: Bot) -> None:
    forget()
    found = ask(ASKED)
    assert isinstance(found, Asked)
    text = next(found.outputs())[0]["text/markdown"]
    assert text.index(found.answer.paragraphs[0]) < text.index(f"**{shown.CLOSEST}**")
    assert shown.CLOSEST in repr(found)


BEES = ("I train a small network on 60 rows about beehives. Training looks fine and yet in the field it is useless. "
        "Where do I begin to look?")


def test_below_a_list_they_are_of_more_entries_than_the_three(bot: Bot) -> None:
    reply = bot.understand(BEES)
    assert reply.decision.is_torn
    three = {match.slug for match in reply.decision.ranked[:3]}
    assert {one.entry for one in reply.closest} <= {match.slug for match in reply.decision.ranked[:IN_LISTS]}
    assert {one.entry for one in reply.closest} - three
    found = json.loads(output_of("ask", BEES, "--json"))
    assert [one["id"] for one in found["closest"]] == [one.id for one in reply.closest]
    assert found["near_points"] == []
    text = output_of("ask", BEES)
    assert all(text.index(f"[{slug}]") < text.index(shown.CLOSEST) for slug in three)
    forget()
    *_, (last, _) = ask(BEES).outputs()
    assert f"**{shown.CLOSEST}**" in last["text/markdown"]
    assert bot.understand("beehives, underfit or overfit?").closest == (), "so few words name a topic"
    assert bot.understand("Which pizza is the best one in the town of Bari?").closest == ()


def test_what_a_short_answer_says_is_not_said_below_it_again(bot: Bot) -> None:
    near = shown.closest(bot, [Pointed("xor", "three-bits", 0.5), Pointed("xor", "relu-and-xor", 0.4)])
    short = Short("xor", "What about XOR of three inputs?", "One neuron cannot.", "three-bits")
    assert [close.point.id for close in shown.besides(near, [short])] == ["relu-and-xor"]


def told(bot: Bot, slug: str, name: str) -> shown.Close:
    """A point of another entry than the one that answers."""
    [close] = shown.closest(bot, [Pointed(slug, name, 0.5)], "xor")
    return close


def test_a_number_is_said_only_of_a_run_that_was_made() -> None:
    bot = a_bot()
    bot.runs.prepared = None
    before = told(bot, "sigmoid-vs-softmax", "sum-of-sigmoids")
    assert before.told is None
    assert before.first.startswith("Because each sigmoid")
    assert "{{" not in before.first
    assert before.goes_on
    assert told(bot, "sigmoid-vs-softmax", "sum-of-sigmoids").told is None, "nothing was made meanwhile"
    bot.answer("sigmoid-vs-softmax")
    after = told(bot, "sigmoid-vs-softmax", "sum-of-sigmoids")
    assert after.told is not None
    assert "misses 1 by" in after.told
    assert after.told == f"{after.first} {after.rest}".strip()


def test_where_time_is_there_a_run_is_made_for_what_has_no_words_without() -> None:
    bot = a_bot()
    bot.runs.prepared = None
    entry = ENTRIES["xor"]
    points = tuple(Point(id=name, asks=("Is it so?", *"bcde"), says=says) for name, says in (
        ("brief", "It is. There are {{ hidden }} units."),
        ("long", f"It is{', and it is so in any network whatever' * 3}. There are {{{{ hidden }}}} units.")))
    bot.entries["xor"] = entry.model_copy(update={"points": points})
    for making, told_so in ((False, [None, None]), (True, ["It is. There are 2 units.", None])):
        found = [Pointed("xor", point.id, 0.5) for point in reversed(points)]
        near = shown.closest(bot, found, making=making)
        assert [close.told for close in reversed(near)] == told_so


def test_what_this_run_contradicts_is_not_said(bot: Bot) -> None:
    entry = ENTRIES["xor"]
    asks = ("Is it always so?", *"bcde")
    wrong = Point(id="always-so", asks=asks, says="Yes. It is {{ hidden }}.", holds="hidden > 100")
    other = Point(id="always-so", asks=asks, says="Yes. It is {{ hidden }}.", params={"hidden": 8})
    for point, first in ((wrong, ""), (other, "Yes.")):
        changed = Bot(entries={"xor": entry.model_copy(update={"points": (point,)})}, runs=bot.runs)
        answer = changed.answer("xor")
        [close] = shown.closest(changed, [Pointed("xor", "always-so", 0.5)], "xor", answer.points)
        assert (close.told, close.first) == (None, first)


def test_the_closest_are_read_whole_and_the_others_in_brief(bot: Bot) -> None:
    for slug in ("sigmoid-vs-softmax", "xor", "overfitting"):
        answer = bot.answer(slug)
        found = [Pointed(slug, point.id, 0.1) for point in answer.points]
        near = shown.closest(bot, found, slug, answer.points)
        for close in near[:WHOLE]:
            assert close.rest == ""
        for close in near[WHOLE:]:
            assert len(close.first) < MOST or close.rest == ""
        for close in near:
            if close.told:
                assert f"{close.first} {close.rest}".strip() == close.told
        assert any(close.rest for close in near[WHOLE:])


def test_a_point_that_is_gone_is_left_out(bot: Bot) -> None:
    gone = [Pointed(slug, "no-such-point", 0.5) for slug in ("no-such-entry", "xor", "threshold-0.5")]
    assert shown.closest(bot, gone, "xor", bot.answer("xor").points) == ()
