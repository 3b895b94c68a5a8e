"""A conversation with the chat, without a browser: the greeting, questions and guesses, and what goes wrong."""

from typing import Any

import pytest
from chatting import APP, COFFEE, ENTRIES, app, click, control, done, engine, in_force, opened, said, shows
from known import ENTRIES as KNOWN
from streamlit.testing.v1 import AppTest

from bot.matching.encoders import EncoderUnavailable
from bot.surfaces.chat import page, state
from bot.surfaces.chat.engine import Engine


def test_the_greeting_is_two_sentences_and_examples(app: AppTest) -> None:
    app.run()
    assert app.title[0].value == "Ask a Neuron"
    assert app.markdown[0].value.count(".") == 2
    assert set(app.button_group[0].options) == {e.title for e in KNOWN.values() if e.slug in ENTRIES}
    assert not app.exception


def test_a_typed_question_is_answered_after_a_guess(app: AppTest, engine: Engine) -> None:
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    assert app.header[0].value == COFFEE
    assert "First, your guess" in said(app)
    assert "Tested in these runs" in said(app), "a guess is never in the answer's way"
    click(app, "Too cold")
    answer = engine.bot.answer("coffee-roasting")
    assert shows(app, answer)
    assert f"{answer.metrics['accuracy']:.1%}" in said(app)
    for claim in answer.claims:
        assert claim.says in said(app)
        assert claim.evidence in said(app)
    right = engine.bot.outcome_of_prediction("coffee-roasting")
    assert ("You guessed it" in said(app)) == (right == 0)
    assert not app.exception


def test_settings_in_the_question_are_used_and_said(app: AppTest, engine: Engine) -> None:
    app.run().chat_input[0].set_value("coffee roasting units explained with 2 hidden units").run()
    click(app, "Skip")
    assert in_force(app).options == ["hidden units: 2 ×"]
    assert control(app, "Hidden units").value == 2
    assert shows(app, engine.bot.answer("coffee-roasting", {"hidden": 2}))


def test_a_guess_can_be_skipped_and_is_remembered(app: AppTest) -> None:
    app.run().button_group[0].set_value(COFFEE).run()
    click(app, "Skip")
    assert "You guessed" not in said(app)
    app.chat_input[0].set_value("coffee roasting units explained").run()
    assert "First, your guess" not in said(app)
    assert said(app).count("Tested in these runs") == 2


def test_whoever_does_not_want_to_guess_is_not_asked_again(app: AppTest, engine: Engine) -> None:
    app.run().button_group[0].set_value(COFFEE).run()
    click(app, "Skip, and do not ask again")
    app.chat_input[0].set_value(engine.bot.entries["demand-prediction"].utterances[0]).run()
    assert "First, your guess" not in said(app)
    assert len(app.header) == 2


def test_next_questions_are_chips(app: AppTest, engine: Engine) -> None:
    opened(app, entry="demand-prediction")
    title = engine.bot.entries["constrained-neuron"].title
    chips = next(group for group in app.button_group if group.label == "Ask next")
    assert title in chips.options
    chips.set_value(title).run()
    assert app.header[-1].value == title


def test_older_answers_stay_without_being_run_again(
    app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, entry="coffee-roasting", seed="21")
    first = engine.bot.answer("coffee-roasting", seed=21)
    opened_at = len(app.get("vega_lite_chart"))
    ran: list[str] = []
    running = engine.bot.running
    monkeypatch.setattr(engine.bot, "running", lambda name, *rest: ran.append(name) or running(name, *rest))
    app.chat_input[0].set_value(engine.bot.entries["demand-prediction"].utterances[0]).run()
    click(app, "Skip")
    assert shows(app, first)
    assert set(ran) == {"top_seller"}
    assert len(app.get("vega_lite_chart")) > opened_at
    card = app.session_state["conversation"].turns[0].lab.card
    assert 0 < len(card.drawings.packed) < 100_000
    assert card.drawings.answer is None  # its run has been let go
    assert not any("Run" in type(value).__name__ for value in vars(card).values())


def test_what_is_drawn_for_one_learner_is_there_for_the_next(
    app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    answering = engine.bot.answering
    monkeypatch.setattr(engine.bot, "answering", lambda slug, *rest: ran.append(slug) or answering(slug, *rest))
    first = opened(app, entry="coffee-roasting", seed="31")
    other = opened(AppTest.from_file(str(APP), default_timeout=300), entry="coffee-roasting", seed="31")
    cards = [one.session_state["conversation"].turns[0].lab.card for one in (first, other)]
    assert cards[0].drawings is cards[1].drawings
    assert ran == ["coffee-roasting"]
    changed = opened(AppTest.from_file(str(APP), default_timeout=300), entry="coffee-roasting", seed="31", hidden="2")
    assert shows(changed, engine.bot.answer("coffee-roasting", {"hidden": 2}, 31))


def test_visitors_text_is_never_read_as_markdown(app: AppTest) -> None:
    text = "**bold** <script>alert(1)</script> $x$ :red[y] ![z](http://example.org/z.png)"
    app.run().chat_input[0].set_value(text).run()
    assert text in [element.value for element in app.text]
    assert all("script" not in str(element.value) for element in app.markdown)


def test_a_missing_encoder_leaves_the_answers(app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = done(EncoderUnavailable("The package is not installed. Run: pip install it"))
    monkeypatch.setattr(page, "engine", lambda: Engine(engine.bot, failed))
    app.run().chat_input[0].set_value("anything").run()
    assert "pip install it" in said(app)
    assert not app.exception
    click(app, engine.bot.entries["coffee-roasting"].title)
    assert app.header[0].value == COFFEE


def test_a_failure_never_shows_a_traceback(app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("secret detail")

    app.run()
    monkeypatch.setattr(engine.bot, "answering", broken)
    app.button_group[0].set_value(engine.bot.entries["demand-prediction"].title).run()
    assert "Something went wrong" in app.error[0].value
    assert "secret" not in said(app)
    assert not app.exception
    monkeypatch.undo()
    monkeypatch.setattr(page, "engine", lambda: engine)
    click(app, "Start a new conversation")
    assert not app.error
    assert len(app.header) == 0


def test_a_conversation_starts_empty(app: AppTest) -> None:
    app.run()
    assert app.session_state["conversation"] == state.Conversation(link_read=True)
