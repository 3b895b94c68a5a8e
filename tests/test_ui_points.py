"""Points in the chat: the one that was asked stands first, the others are questions to click."""

from dataclasses import replace

import pytest
from chatting import APP, Letters, Letterwise, click, done, in_force, said
from known import ENTRIES, a_bot
from streamlit.testing.v1 import AppTest

from bot.answers.points import ALSO_ASKED, TO_YOUR_POINT
from bot.answers.runs import Runs
from bot.content.entries import Entry
from bot.content.points import Point
from bot.matching import Pointed, PointsAsked, Thresholds
from bot.matching.fitting import fit_matcher
from bot.present.closest import CLOSEST
from bot.service import Bot
from bot.surfaces.chat import page
from bot.surfaces.chat.engine import Engine


class Pointing(Letterwise):
    """A matcher by letters, for which "beans" asks the entry's point."""

    def points_asked(self, question: str, entry: Entry, ranked: object = ()) -> PointsAsked:
        return PointsAsked(sure=tuple(f"the-{word}" for word in ("beans", "drum") if word in question))


def opened(monkeypatch: pytest.MonkeyPatch, entry: Entry, points: tuple[Point, ...]) -> tuple[Bot, AppTest]:
    """The chat of a bot that knows one entry, with these points."""
    bot = a_bot({entry.slug: entry.model_copy(update={"points": points})})
    bot.__dict__["matcher"] = Pointing(fit_matcher(tuple(bot.entries.values()), (), Letters()))
    ready = Engine(bot, done())
    monkeypatch.setattr(page, "engine", lambda: ready)
    return bot, AppTest.from_file(str(APP), default_timeout=300).run()


def test_the_point_comes_before_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = ENTRIES["coffee-roasting"]
    told = Point(id="the-beans", asks=("Do the beans matter here?", "b", "c", "d", "e"),
                 says="No: {{ hidden }} units see two numbers.", params={"hidden": 2}, lights="output")
    bot, app = opened(monkeypatch, entry, (told,))
    app.chat_input[0].set_value("coffee roasting units explained, do the beans matter").run()
    texts = [str(element.value) for element in app.markdown]
    first = texts.index("**To your point:** Do the beans matter here? No: 2 units see two numbers.")
    assert first < texts.index(bot.answer("coffee-roasting", {"hidden": 2}).paragraphs[0])
    assert in_force(app).options == ["hidden units: 2 ×"]
    assert app.query_params["point"] == "the-beans"
    again = AppTest.from_file(str(APP), default_timeout=300)
    for name in ("entry", "hidden", "point"):
        again.query_params[name] = app.query_params[name]
    assert texts[first] in said(again.run()), "the link opens on the point"
    click(app, "Do the beans matter here?")
    assert said(app).count("**To your point:**") == 2
    assert not app.exception


def test_two_points_that_one_post_asks_are_both_said_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = ENTRIES["coffee-roasting"]
    points = (Point(id="the-drum", asks=("Does the drum matter?", *"bcde"), says="No drum is {{ hidden }} units."),
              Point(id="the-beans", asks=("Do the beans matter here?", *"bcde"), says="No: the network sees no bean."))
    _, app = opened(monkeypatch, entry, points)
    app.chat_input[0].set_value("coffee roasting units explained: do the beans matter, and the drum").run()
    texts = [str(element.value) for element in app.markdown]
    first, second = (next(i for i, text in enumerate(texts) if text.startswith(f"**{leading}**"))
                     for leading in (TO_YOUR_POINT, ALSO_ASKED))
    assert texts[first].endswith("the network sees no bean.")
    assert second == first + 1
    assert "Does the drum matter? No drum is" in texts[second], "whoever asked two things sees which one this answers"
    assert CLOSEST not in [caption.value for caption in app.caption]
    assert not app.exception


def both(app: AppTest) -> bool:
    """Whether two points are said, in the order of the post below."""
    texts = [str(element.value) for element in app.markdown]
    led = [text.partition("**")[2].partition("**")[0] for text in texts if text.startswith("**")]
    return [one for one in led if one in (TO_YOUR_POINT, ALSO_ASKED)] == [TO_YOUR_POINT, ALSO_ASKED]


BEANS_AND_DRUM = (Point(id="the-drum", asks=("Does the drum matter?", *"bcde"), says="No drum is {{ hidden }} units."),
                  Point(id="the-beans", asks=("Do the beans matter?", *"bcde"), says="No: the network sees no bean."))
TWO = "coffee roasting units explained: do the beans matter, and the drum"


def test_two_points_stand_in_the_address_and_open_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = ENTRIES["coffee-roasting"]
    _, app = opened(monkeypatch, entry, BEANS_AND_DRUM)
    app.chat_input[0].set_value(TWO).run()
    assert both(app)
    assert app.query_params["point"] == "the-beans the-drum"
    for address, said_there in (("the-beans the-drum", True), ("the-beans+the-drum", True), ("the-beans", False),
                                ("no-such-point the-drum", False), ("the-beans the-drum)", True)):
        again = AppTest.from_file(str(APP), default_timeout=300)
        again.query_params["entry"], again.query_params["point"] = entry.slug, address
        assert both(again.run()) is said_there, address
        assert TO_YOUR_POINT in said(again)


def test_back_leads_to_the_turn_that_says_the_points_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two turns of one entry differ in what they say first."""
    entry = ENTRIES["coffee-roasting"]
    _, app = opened(monkeypatch, entry, BEANS_AND_DRUM)
    app.chat_input[0].set_value(TWO).run()
    app.chat_input[0].set_value("coffee roasting units explained: do the beans matter").run()
    assert app.query_params["point"] == "the-beans"
    app.query_params["point"] = "the-beans the-drum"
    app.run()
    assert len(app.session_state.conversation.turns) == 1
    assert both(app)
    app.query_params["point"] = "the-beans"
    app.run()
    assert [turn.lab.said for turn in app.session_state.conversation.turns] == [("the-beans", "the-drum"),
                                                                               ("the-beans",)]
    assert app.query_params["point"] == "the-beans"
    assert not app.exception


def test_the_closest_points_stand_below_the_direct_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this entry and of another; each with how it begins, and asked by a click."""
    asks = ("Do the beans matter here?", *"bcde")
    points = (Point(id="the-beans", asks=asks, says="No: the network sees two numbers, whatever was roasted "
                    "in there, and not one bean. The rest is a long story."),
              Point(id="the-drum", asks=("Does the drum matter?", *"bcde"), says="No drum is {{ hidden }} units."),
              Point(id="the-shop", asks=("Does the shop matter?", *"bcde"), says="At two units, {{ hidden }}.",
                    params={"hidden": 2}))
    beside = Point(id="the-price", asks=("Does the price matter?", *"bcde"), says="It does. Here it is {{ hidden }}.")
    entries = {"coffee-roasting": ENTRIES["coffee-roasting"].model_copy(update={"points": points}),
               "demand-prediction": ENTRIES["demand-prediction"].model_copy(update={"points": (beside,)})}
    bot = Bot(entries=entries, runs=Runs())  # none is prepared
    bot.__dict__["matcher"] = Pointing(fit_matcher(tuple(bot.entries.values()), (), Letters()))
    found = [Pointed("coffee-roasting", "the-drum", 0.3), Pointed("demand-prediction", "the-price", 0.2),
             Pointed("coffee-roasting", "the-shop", 0.2), Pointed("coffee-roasting", "the-beans", 0.1)]
    monkeypatch.setattr(Pointing, "points_asked", lambda self, question, entry, ranked=(): PointsAsked(
        ("the-shop",) if "shop" in question else (), () if "shop" in question else tuple(found)))
    ready = Engine(bot, done())
    monkeypatch.setattr(page, "engine", lambda: ready)
    app = AppTest.from_file(str(APP), default_timeout=300).run()
    app.chat_input[0].set_value("coffee roasting units explained, does it matter").run()
    assert CLOSEST in [caption.value for caption in app.caption]
    labels = [button.label for button in app.button]
    titles = [entries[one.entry].point(one.id).title for one in found]  # type: ignore[union-attr]
    assert [label for label in labels if label in titles][:4] == titles, "the likeliest first"
    texts = [str(element.value) for element in app.markdown]
    drum = texts.index("No drum is 3 units.")
    assert texts[drum + 1] == "It does.\xa0…", "a number of a run that was not made is not said"
    assert texts[drum + 2] == "No: the network sees two numbers, whatever was roasted in there, and not one bean.\xa0…"
    assert texts.index(bot.answer("coffee-roasting").paragraphs[0]) < drum
    click(app, "Does the shop matter?")
    assert in_force(app).options == ["hidden units: 2 ×"]
    assert [caption.value for caption in app.caption].count(CLOSEST) == 1, "none stands beside a point that is said"
    assert not app.exception


def test_below_a_list_stand_the_closest_points(monkeypatch: pytest.MonkeyPatch) -> None:
    price = Point(id="the-price", asks=("Does the price matter?", *"bcde"), says="It does, as far as we know.")
    entries = {"coffee-roasting": ENTRIES["coffee-roasting"].model_copy(update={"points": ()}),
               "demand-prediction": ENTRIES["demand-prediction"].model_copy(update={"points": (price,)})}
    bot = a_bot(entries)
    fitted = fit_matcher(tuple(bot.entries.values()), (), Letters())
    unsure = fitted.numbers.model_copy(update={"thresholds": Thresholds(answer=1.0, suggest=0.0)})
    bot.__dict__["matcher"] = Pointing(replace(fitted, numbers=unsure))
    monkeypatch.setattr(Pointing, "points_asked", lambda self, question, entry, ranked=(): PointsAsked(
        (), (Pointed("demand-prediction", "the-price", 0.3),)))
    ready = Engine(bot, done())
    monkeypatch.setattr(page, "engine", lambda: ready)
    app = AppTest.from_file(str(APP), default_timeout=300).run()
    app.chat_input[0].set_value("what of roasted coffee or the price of shirts matters here").run()
    assert app.session_state.conversation.turns[-1].torn
    assert CLOSEST in [caption.value for caption in app.caption]
    assert "It does, as far as we know." in [str(element.value) for element in app.markdown]
    assert "Does the price matter?" in [button.label for button in app.button]
    assert not app.exception
