"""Which points a question asks: found by the matcher, in whole posts, in follow-ups, and without what is large."""

import pytest
from known import BOT, ENTRIES
from point_questions import ASKED, GENERAL, TWO

from bot.content.entries import KNOWLEDGE
from bot.matching import BestMatcher, encoders, read_outside
from bot.matching.points import PointMatcher
from bot.service import Bot


@pytest.fixture(scope="module")
def bot() -> Bot:
    return BOT


@pytest.mark.parametrize(("question", "slug", "point"), [
    (ASKED, "threshold-0.5", "cut-from-the-costs"),
    ("how often do the weights change per epoch with 5000 rows and batches of 50", "batch-size", "how-many-updates"),
    ("binary or categorical cross entropy after a softmax?", "sigmoid-vs-softmax", "which-loss"),
])
def test_a_question_that_nobody_wrote_down_finds_its_point(bot: Bot, question: str, slug: str, point: str) -> None:
    assert all(question not in one.asks for one in ENTRIES[slug].points)
    assert bot.point(question, ENTRIES[slug]) == point


@pytest.mark.parametrize("question", GENERAL)
def test_a_question_for_the_topic_gets_no_point(bot: Bot, question: str) -> None:
    found = bot.understand(question)
    assert found.slug is not None
    assert found.point is None


@pytest.mark.slow
def test_the_title_of_a_point_is_its_question(bot: Bot) -> None:
    for entry in ENTRIES.values():
        for point in entry.points:
            found = bot.understand(point.title)
            assert (found.slug, found.point) == (entry.slug, point.id)


def test_a_long_post_is_searched_sentence_by_sentence(bot: Bot) -> None:
    story = "I train a small network on the records of our library, to guess who brings books back late. It works. "
    assert bot.point(story * 3 + ASKED + " Thank you all.", ENTRIES["threshold-0.5"]) == "cut-from-the-costs"


@pytest.mark.parametrize(("slug", "point", "told", "asked"), [
    ("bias-term", "half-at-the-origin", "I build a network for logic gates, with numbers from a lecture. Without "
     "biases my network says 0.5 for [0, 0]. I trained it for an hour.", "Does anybody here have an idea?"),
    ("dropout", "validation-better", "Validation score above the training score\nI added dropout to my network for "
     "bread photos, and now validation is better in each epoch.", "Should I worry, or can I go on with my thesis?"),
])
def test_what_is_told_finds_the_point_where_the_question_alone_does_not(
    bot: Bot, slug: str, point: str, told: str, asked: str
) -> None:
    assert bot.point(f"{told}\n{asked}", ENTRIES[slug]) == point
    assert bot.point(asked, ENTRIES[slug]) is None
    assert bot.near_points(f"{told}\n{asked}", ENTRIES[slug])[0] == point, "near ones come from the same parts"


def test_a_post_that_asks_two_points_gets_both_in_its_order(bot: Bot) -> None:
    reply = bot.understand(TWO)
    assert (reply.slug, reply.points) == ("threshold-0.5", ("cut-from-the-costs", "who-sets-it"))
    assert not {one.id for one in reply.closest} & set(reply.points)
    first, second = TWO[: TWO.index("Where")], TWO[TWO.index("Where"):].split("? ")
    turned = bot.understand(f"{first}{second[1].removeprefix('And ').capitalize()} {second[0]}?")
    assert turned.points == ("who-sets-it", "cut-from-the-costs")


def test_points_of_two_entries_are_both_said(bot: Bot) -> None:
    post = ("Hello all. I am writing my first network in plain numpy, about plant growth in our greenhouse. It has "
            "four inputs, six hidden units and one output.\n"
            "Is there one bias per unit, or one for the whole layer?\n"
            "With L2 regularisation, is the bias penalised like the weights?")
    reply = bot.understand(post)
    assert (reply.slug, reply.points) == ("bias-term", ("one-per-unit-or-per-layer",))
    assert [(one.slug, one.points) for one in reply.further] == [("regularization", ("biases-too",))]


@pytest.mark.parametrize("question", [
    ASKED, "Do we need the bias per unit? Is it one per unit or one for the whole layer?"])
def test_one_point_is_said_once(bot: Bot, question: str) -> None:
    assert len(bot.understand(question).points) == 1


def test_a_follow_up_that_tells_more_than_settings_gets_its_point(bot: Bot) -> None:
    first = bot.entry("matrix-shapes").title
    told = bot.understand("so if the first layer has 4 neurons and the next 2, is W2 (2, 4) and b2 (2, 1)?", [first])
    assert told.point == "which-number-comes-first"
    brief = bot.understand("and with 2 neurons?", [first])
    assert brief.changes == {"hidden": 2}
    assert brief.point is None


def test_the_search_finds_points(bot: Bot) -> None:
    hit = bot.lookup.search("must the batch size be a power of 2")[0]
    assert (hit.slug, hit.point) == ("batch-size", "power-of-two")
    assert bot.lookup.search("dropout")[0].point is None


@pytest.mark.parametrize("question", ["", " ", "<script></script>", "</script><script>go()</script>", "\x00"])
def test_what_has_no_words_asks_no_point(question: str) -> None:
    bot = BOT
    asked = bot.points_asked(question, bot.entry("xor"))
    assert (asked.sure, asked.closest) == ((), ())


def test_points_are_found_without_minilm(bot: Bot) -> None:
    def missing() -> encoders.Encoder:
        raise encoders.EncoderUnavailable("no weights")

    entries = tuple(ENTRIES.values())
    matcher = BestMatcher(entries, read_outside(KNOWLEDGE / "outside.toml"), None, large=missing, points=entries)
    found = matcher.points.find("binary or categorical cross entropy after a softmax?", [ENTRIES["sigmoid-vs-softmax"]])
    assert [one.id for one in found] == ["which-loss"]
    assert matcher.points_asked("what does it do", ENTRIES["threshold-0.5"]).sure == ()


def test_a_point_that_nothing_was_shipped_for_is_found_all_the_same(bot: Bot) -> None:
    entry = ENTRIES["threshold-0.5"]
    fresh = entry.point("tie-at-half")
    assert fresh is not None
    changed = entry.model_copy(update={"points": tuple(
        point.model_copy(update={"says": "It never matters at all."}) if point is fresh else point
        for point in entry.points)})
    spaces = bot.matcher.points.spaces_of(changed)
    assert encoders.minilm().name not in spaces, "its vectors are not known yet, and nothing waits for them"
    assert [one.id for one in bot.matcher.points.find(fresh.title, [changed])] == ["tie-at-half"]


def test_once_warm_the_first_question_to_an_entry_makes_nothing_of_its_points(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> encoders.Encoder:
        raise encoders.EncoderUnavailable("no weights")

    entry = ENTRIES["threshold-0.5"]
    outside = read_outside(KNOWLEDGE / "outside.toml")
    matcher = BestMatcher(tuple(ENTRIES.values()), outside, None, large=missing, points=[entry])
    matcher.wait()
    assert matcher.is_settled
    monkeypatch.setattr(PointMatcher, "spaces_of", None)  # whoever makes a space now fails
    title = entry.points[0].title
    assert matcher.points_asked(title, entry).sure == (entry.points[0].id,)
