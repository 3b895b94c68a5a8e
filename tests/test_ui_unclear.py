"""Questions that are unclear, or not what was meant: what the chat offers instead of one answer."""

import pytest
from chatting import COFFEE, Letterwise, app, choices_of, click, deciding, engine, said, store
from streamlit.testing.v1 import AppTest

from bot.present.short import in_short
from bot.store import Store
from bot.surfaces.chat.engine import Engine


def test_what_is_no_question_gets_the_line_and_the_nearest_questions(app: AppTest, engine: Engine) -> None:
    app.run().chat_input[0].set_value("?!?!").run()
    line = engine.bot.match("?!?!").says
    assert line
    assert line in said(app)
    assert len(choices_of(app)) == 3
    assert not app.header


def test_an_unclear_question_offers_three(app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    unsure = deciding(engine, answer=1.0, suggest=0.0)
    monkeypatch.setitem(engine.bot.__dict__, "matcher", Letterwise(unsure))
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    assert "not sure which" in said(app)
    first, *others = choices_of(app)
    assert len(others) == 2
    slug = next(slug for slug, entry in engine.bot.entries.items() if entry.title == first.label)
    assert in_short(engine.bot.answer(slug)) in [text.value for text in app.text]  # each is answered in a sentence
    assert len(app.get("image")) == 3  # beside a small picture
    first.click().run()
    assert app.header[-1].value == first.label
    assert "First, your guess" in said(app)


def test_an_answer_that_is_likely_has_other_readings_above_it(
    app: AppTest, engine: Engine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    likely = deciding(engine, answer=0.0, suggest=0.0, sure=1.0)
    monkeypatch.setitem(engine.bot.__dict__, "matcher", Letterwise(likely))
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    above = next(group for group in app.button_group if group.label.startswith("I read this as"))
    assert COFFEE in above.label
    assert len(above.options) == 2
    chosen = above.options[0]
    above.set_value(chosen).run()
    assert app.header[-1].value == chosen != COFFEE
    assert [pick.question for pick in store.picks()] == ["coffee roasting units explained"]


def test_a_sure_answer_has_no_other_readings_above_it(app: AppTest, engine: Engine,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    sure = deciding(engine, answer=0.0, suggest=0.0, sure=0.0)
    monkeypatch.setitem(engine.bot.__dict__, "matcher", Letterwise(sure))
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    assert app.header[-1].value == COFFEE
    assert not [group for group in app.button_group if group.label.startswith("I read this as")]


def test_an_answer_that_was_not_meant_offers_others(app: AppTest) -> None:
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    click(app, "Skip")
    others = [button for button in app.button if str(button.key).startswith("other-")]
    assert len(others) == 3
    others[0].click().run()
    assert app.header[-1].value == others[0].label != COFFEE


@pytest.mark.parametrize(("typed", "says"), [("   ", "nothing to read"), ("why? " * 5000, "at most 20,000")])
def test_a_blank_or_overlong_message_is_refused_without_a_turn(app: AppTest, typed: str, says: str) -> None:
    app.run().chat_input[0].set_value(typed).run()
    assert not app.session_state["conversation"].turns
    assert says in app.toast[0].value


def test_a_fragment_without_a_question_before_it_says_so(app: AppTest) -> None:
    app.run().chat_input[0].set_value("and with 3?").run()
    assert "leans on an earlier question" in said(app)
    assert not any("a post to copy" in expander.label for expander in app.expander)
