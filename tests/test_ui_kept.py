"""What the chat keeps for authors: unclear questions, picks, thumbs and guesses."""

import pytest
from chatting import COFFEE, Letterwise, app, choices_of, click, deciding, engine, said, store
from streamlit.testing.v1 import AppTest

from bot.store import Store
from bot.surfaces.chat.engine import Engine
from bot.surfaces.chat.state import Conversation, Turn


def test_an_unclear_question_is_kept_until_it_is_picked(
    app: AppTest, engine: Engine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure = deciding(engine, answer=1.0, suggest=0.0)
    monkeypatch.setitem(engine.bot.__dict__, "matcher", Letterwise(unsure))
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    assert [gap.question for gap in store.in_vain()] == ["coffee roasting units explained"]
    post = app.code[0].value
    assert "coffee roasting units explained" in post
    assert all(button.label in post for button in choices_of(app))
    first = choices_of(app)[0]
    first.click().run()
    [pick] = store.picks()
    assert (pick.question, engine.bot.entries[pick.entry].title) == ("coffee roasting units explained", first.label)
    assert store.in_vain() == []


def test_thumbs_and_guesses_are_kept_and_the_tally_is_told(app: AppTest, engine: Engine, store: Store) -> None:
    options = engine.bot.entries["coffee-roasting"].prediction.options
    for says in (options[0].says, options[0].says, options[1].says):
        store.keep_guess("coffee-roasting", says)
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    assert "guesses so far" not in said(app), "not before the guess"
    click(app, options[1].says)
    assert f"Of 4 guesses so far: 2 × {options[0].says}; 2 × {options[1].says}; " in said(app)
    app.feedback[0].set_value(0).run()
    [thumb] = store.thumbs()
    assert (thumb.entry, thumb.good, thumb.question) == ("coffee-roasting", False, "coffee roasting units explained")
    *others, question, guess, last = store.everything()
    assert (guess["kind"], last["kind"]) == ("guess", "thumb")
    told = {name: question[name] for name in ("kind", "decision", "entry", "session", "good", "option")}
    assert told == {"kind": "answered", "decision": "answer", "entry": "coffee-roasting", "session": guess["session"],
                    "good": False, "option": options[1].says}
    assert 0 < question["confidence"] <= 1
    assert guess["session"]
    assert guess["session"] == last["session"], "what is kept of a conversation can be forgotten together"
    assert {row["session"] for row in others} == {None}
    assert f"number `{guess['session']}`" in said(app), "the learner can tell it"


def test_a_question_that_is_found_again_after_a_reload_is_not_counted_again(app: AppTest, store: Store) -> None:
    again = Turn("coffee roasting units explained", is_new=False)
    app.session_state["conversation"] = Conversation(turns=[again], link_read=True)
    app.run()
    assert app.header[-1].value == COFFEE
    assert list(store.everything()) == []


def test_without_a_store_nothing_is_told_of_others(app: AppTest, engine: Engine) -> None:
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    click(app, engine.bot.entries["coffee-roasting"].prediction.options[1].says)
    assert "guesses so far" not in said(app)
    assert "is kept" not in said(app)
