"""A conversation with the chat, without a browser: what is asked, drawn, changed and remembered."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from sklearn.feature_extraction.text import HashingVectorizer
from streamlit.testing.v1 import AppTest

from bot import store as stored
from bot.answers.answer import Answer
from bot.content.entries import Entry, read_knowledge
from bot.content.points import Point
from bot.content.settings import Setting, settings_of
from bot.matching import Decision, Matcher, Thresholds
from bot.matching.encoders import EncoderUnavailable
from bot.matching.fitting import fit_matcher
from bot.matching.points import Pointed
from bot.present.code_export import numpy_code
from bot.present.headline import headline
from bot.present.rendering import at_level
from bot.present.short import in_short
from bot.service import Bot
from bot.store import Store
from bot.surfaces.chat import comparing, controls, page, state
from bot.surfaces.chat.drawn import Drawn
from bot.surfaces.chat.engine import Engine
from sims.engine import registry

APP = Path(__file__).resolve().parent.parent / "streamlit_app.py"
ENTRIES = ("coffee-roasting", "demand-prediction", "constrained-neuron", "hidden-neuron-meaning")
COFFEE = "What does each neuron do in the coffee roasting network?"


class Letters:
    """An encoder that is there at once: it compares the letters of texts."""

    name, dim = "letters", 2048

    def encode(self, texts: Sequence[str]) -> Any:
        counts = HashingVectorizer(n_features=self.dim, analyzer="char_wb", ngram_range=(2, 4), alternate_sign=False)
        return counts.transform(list(texts)).toarray().astype(np.float32)


@dataclass
class Letterwise:
    """What `Bot` expects of its matcher, with one encoder alone."""

    current: Matcher

    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision:
        return self.current.decide(question, previous)

    def point(self, question: str, entry: Entry) -> None:
        """No entry has a point."""

    def glance(self, question: str) -> Decision:
        return self.current.decide(question)


def deciding(engine: Engine, **thresholds: float) -> Matcher:
    """The engine's matcher with other thresholds."""
    current = engine.bot.matcher.current
    return replace(current, numbers=current.numbers.model_copy(update={"thresholds": Thresholds(**thresholds)}))


def done(error: Exception | None = None) -> Future[None]:
    """What stands for the loading: it has ended, well or badly."""
    future: Future[None] = Future()
    if error:
        future.set_exception(error)
    else:
        future.set_result(None)
    return future


@pytest.fixture(scope="module")
def engine() -> Engine:
    known = read_knowledge()
    bot = Bot(entries={slug: known[slug] for slug in ENTRIES})
    entries = tuple(bot.entries.values())
    bot.__dict__["matcher"] = Letterwise(fit_matcher(entries, (), Letters()))
    return Engine(bot, done())


@pytest.fixture
def app(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    fresh = replace(engine, cards=Drawn())
    monkeypatch.setattr(page, "engine", lambda: fresh)
    return AppTest.from_file(str(APP), default_timeout=300)


def said(app: AppTest) -> str:
    """Everything that the page says in words."""
    kinds = (app.markdown, app.text, app.caption, app.header, app.subheader, app.title, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def shows(app: AppTest, answer: Answer) -> bool:
    """Whether the page has the answer's prose, before and after its worked example."""
    return all(part in said(app) for part in answer.paragraphs)


def click(app: AppTest, label: str) -> AppTest:
    """Click the button whose label begins so."""
    found = [button for button in app.button if button.label.startswith(label)]
    assert found, f"no button {label!r} among {[button.label for button in app.button]}"
    return found[0].click().run()


def opened(app: AppTest, **query: str) -> AppTest:
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def control(app: AppTest, label: str) -> Any:
    """The control of a setting, by its label."""
    kinds = (app.slider, app.select_slider, app.selectbox, app.toggle, app.number_input)
    return next(element for kind in kinds for element in kind if element.label == label)


def in_force(app: AppTest) -> Any:
    """The chips of the settings in force."""
    return next(group for group in app.button_group if group.label == "Settings in force")


def tell(app: AppTest, *questions: str) -> AppTest:
    """Type questions one after another, and skip the guesses."""
    for question in questions:
        app.chat_input[0].set_value(question).run()
        if any(button.label == "Skip" for button in app.button):
            click(app, "Skip")
    assert not app.exception
    return app


@pytest.fixture
def store(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    kept = Store(tmp_path / "store.sqlite3")
    monkeypatch.setitem(engine.bot.__dict__, "store", kept)
    monkeypatch.setattr(stored, "GLANCE", 60.0)  # a busy machine may be slow to write
    return kept


def test_the_greeting_is_two_sentences_and_examples(app: AppTest) -> None:
    app.run()
    assert app.title[0].value == "Ask a Neuron"
    assert app.markdown[0].value.count(".") == 2
    assert set(app.button_group[0].options) == {e.title for e in read_knowledge().values() if e.slug in ENTRIES}
    assert not app.exception


def test_a_typed_question_is_answered_after_a_guess(app: AppTest, engine: Engine) -> None:
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    assert app.header[0].value == COFFEE
    assert "First, your guess" in said(app)
    assert "Tested in these runs" not in said(app), "the run stays hidden until the guess"
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


def test_settings_rerun_the_experiment_and_the_address_follows(app: AppTest, engine: Engine) -> None:
    opened(app, entry="coffee-roasting")
    before = engine.bot.answer("coffee-roasting")
    control(app, "Hidden units").set_value(2).run()
    after = engine.bot.answer("coffee-roasting", {"hidden": 2})
    assert not shows(app, before)
    assert shows(app, after)
    assert after.broken
    assert "With your settings this is no longer true" in said(app)
    assert app.query_params["hidden"] == "2"
    click(app, "Reset")
    assert shows(app, before)
    assert "no longer true" not in said(app)
    assert "hidden" not in app.query_params
    assert control(app, "Hidden units").value == 3


def test_another_start_is_another_seed(app: AppTest, engine: Engine) -> None:
    opened(app, entry="coffee-roasting", seed="3")
    click(app, "Another start")
    assert shows(app, engine.bot.answer("coffee-roasting", seed=4))
    assert app.query_params["seed"] == "4"
    app.number_input[0].set_value(11).run()
    assert "seed 11" in said(app)


def test_a_counter_example_breaks_its_claim(app: AppTest, engine: Engine) -> None:
    opened(app, entry="demand-prediction")
    click(app, "Break it")
    assert app.query_params["slope"] == "4.0"
    assert app.query_params["points"] == "800"
    assert "no longer true" in said(app)
    assert control(app, "Training T-shirts").value == 800


def test_a_link_opens_its_answer_without_a_guess(app: AppTest, engine: Engine) -> None:
    opened(app, entry="coffee-roasting", hidden="2", seed="7")
    assert shows(app, engine.bot.answer("coffee-roasting", {"hidden": 2}, 7))
    assert "First, your guess" not in said(app)


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ({"entry": "no-such-entry"}, "leads to no answer"),
        ({"entry": "../../etc/passwd"}, "leads to no answer"),
        ({"entry": "coffee-roasting", "hidden": "99"}, "a whole number from 1 to 8"),
        ({"entry": "coffee-roasting", "seed": "-1"}, "seed in that link"),
        ({"entry": "coffee-roasting", "hiden": "2"}, "did it mean “hidden”?"),
    ],
)
def test_a_bad_link_gives_a_kind_line(app: AppTest, query: dict[str, str], line: str) -> None:
    opened(app, **query)
    assert line in said(app)
    assert not app.exception
    assert not app.error


def test_a_damaged_link_is_read_through(app: AppTest, engine: Engine) -> None:
    opened(app, **{"entry": "coffee-roasting", "amp;hidden": "2).", "srsltid": "x"})
    assert in_force(app).options == ["hidden units: 2 ×"]
    assert not app.session_state["conversation"].turns[0].lab.warning
    assert dict(app.query_params) == {"entry": "coffee-roasting", "hidden": "2"}


def choices_of(app: AppTest) -> list[Any]:
    """The buttons of the entries that are offered instead of an answer."""
    return [button for button in app.button if str(button.key).startswith("choice-")]


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
    app.button_group[0].set_value(COFFEE).run()
    click(app, "Skip")
    assert "Something went wrong" in app.error[0].value
    assert "secret" not in said(app)
    assert not app.exception
    monkeypatch.undo()
    monkeypatch.setattr(page, "engine", lambda: engine)
    click(app, "Start a new conversation")
    assert not app.error
    assert len(app.header) == 0


def test_every_setting_of_every_experiment_has_a_control_that_reaches_its_values() -> None:
    for name in registry.names():
        for field in settings_of(registry.find(name).params).values():
            low, high = field.low, field.high
            if low is None or high is None:
                assert field.kind in ("switch", "choice", "text"), f"{name}: {field.name}"
                continue
            if rungs := controls.ladder(field, field.default):
                assert {low, high, field.default} <= set(rungs), name
                assert rungs == sorted(set(rungs))
            else:
                positions = [(value - low) / controls.step_of(field) for value in (field.default, high)]
                assert positions == pytest.approx([round(p) for p in positions], abs=1e-6), name
                assert positions[1] <= 1000


def test_the_rungs_of_a_ladder() -> None:
    def field(default: float, low: float, high: float) -> Setting:
        kind: Literal["whole", "number"] = "whole" if isinstance(default, int) else "number"
        return Setting("x", "x", "", kind, default, low=low, high=high)

    assert controls.ladder(field(10, 2, 100), 33) == [
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        15,
        20,
        25,
        30,
        33,
        40,
        50,
        60,
        70,
        80,
        90,
        100,
    ]
    assert controls.ladder(field(10, 3, 100), 33) == []
    assert 0.0015 in controls.ladder(field(0.1, 0.001, 1.0), 0.1)
    assert controls.ladder(field(0.01, 0.0, 1.0), 0.01)[:3] == [0.0, 0.0001, 0.00015]


def test_a_conversation_starts_empty(app: AppTest) -> None:
    app.run()
    assert app.session_state["conversation"] == state.Conversation(link_read=True)


def test_a_chip_takes_its_setting_back(app: AppTest, engine: Engine) -> None:
    tell(opened(app, entry="coffee-roasting"), "and with 2?", "learning rate 0.5")
    assert in_force(app).options == ["hidden units: 2 ×", "learning rate: 0.5 ×"]
    in_force(app).set_value("hidden").run()
    assert in_force(app).options == ["learning rate: 0.5 ×"]
    assert control(app, "Hidden units").value == 3
    assert shows(app, engine.bot.answer("coffee-roasting", {"learning_rate": 0.5}))
    assert "With hidden units: 2" in said(app), "the older answer says what it was drawn at"


def test_follow_ups_start_from_what_the_controls_show(app: AppTest) -> None:
    opened(app, entry="coffee-roasting")
    control(app, "Hidden units").set_value(5).run()
    tell(app, "with relu")
    assert in_force(app).options == ["hidden units: 5 ×", "hidden activation: ReLU ×"]
    tell(app, "twice as many", "go back", "go back", "go back")
    assert not [group for group in app.button_group if group.label == "Settings in force"]


def test_again_and_break_it_run_what_they_say(app: AppTest, engine: Engine) -> None:
    entry = engine.bot.entries["coffee-roasting"]
    tell(opened(app, entry=entry.slug), "again")
    assert f"seed {entry.seed + 1}" in said(app)
    tell(app, "break it")
    assert entry.counter_examples[0].says in said(app)
    assert "no longer" in said(app)


def test_a_change_is_compared_with_what_was_before(app: AppTest, engine: Engine) -> None:
    tell(opened(app, entry="coffee-roasting"), "and with 2?")
    page = said(app)
    assert "Because you changed hidden units from 3 to 2, 1 claim no longer stands." in page
    assert "| hidden units 3 | hidden units 2 |" in page
    assert page.count(comparing.FLIPPED) == 1
    control(app, "Hidden units").set_value(4).run()
    assert "Because you changed" not in said(app), "the comparison was of other settings"


def test_two_values_are_run_side_by_side(app: AppTest, engine: Engine) -> None:
    tell(opened(app, entry="coffee-roasting"), "2 vs 8 neurons")
    runs = [engine.bot.answer("coffee-roasting", {"hidden": hidden}) for hidden in (2, 8)]
    for verdicts in zip(*(run.claims for run in runs), strict=True):
        counts = " | ".join(comparing._count(verdict) for verdict in verdicts)
        assert counts in said(app)


@pytest.mark.parametrize(
    ("asked", "level", "left"),
    [("simpler please", "simpler", "Put it more simply"), ("why?", "deeper", "Go deeper"),
     ("how do you know?", "evidence", "How do you know?")],
)
def test_what_was_asked_to_see_stands_first(app: AppTest, engine: Engine, asked: str, level: Any, left: str) -> None:
    tell(opened(app, entry="demand-prediction"), asked)
    answer = engine.bot.answer("demand-prediction")
    shown = [element.value for element in app.markdown]
    first = shown.index(at_level(answer, level), len(shown) // 3)
    assert first < max(i for i, value in enumerate(shown) if value in (answer.text, answer.paragraphs[1]))
    assert "The answer in full" in [expander.label for expander in app.expander]
    assert sum(expander.label == left for expander in app.expander) == 1, "in the older answer alone"


def test_the_code_of_the_run_is_shown_where_it_is_asked_for(app: AppTest, engine: Engine) -> None:
    tell(app.run(), COFFEE, "show the code")
    assert numpy_code(engine.bot.answer("coffee-roasting").run).strip() in said(app)
    tell(app, "with 2 neurons")
    assert app.session_state["conversation"].turns[-1].lab.level == "text"


def test_what_a_question_only_speaks_of_is_a_button(app: AppTest, engine: Engine) -> None:
    tell(app.run(), f"{COFFEE} Would 2 neurons be enough for that?")
    assert not app.session_state["conversation"].turns[-1].lab.changes
    click(app, "Run it with 2 neurons")
    assert app.session_state["conversation"].turns[-1].lab.changes == {"hidden": 2}
    assert not [button for button in app.button if button.label.startswith("Run it with")]


@pytest.mark.parametrize(("typed", "says"), [("   ", "nothing to read"), ("why? " * 5000, "at most 20,000")])
def test_a_blank_or_overlong_message_is_refused_without_a_turn(app: AppTest, typed: str, says: str) -> None:
    app.run().chat_input[0].set_value(typed).run()
    assert not app.session_state["conversation"].turns
    assert says in app.toast[0].value


def test_a_fragment_without_a_question_before_it_says_so(app: AppTest) -> None:
    app.run().chat_input[0].set_value("and with 3?").run()
    assert "leans on an earlier question" in said(app)
    assert not any("a post to copy" in expander.label for expander in app.expander)


def test_the_other_questions_of_a_post_are_cards(app: AppTest, engine: Engine) -> None:
    entries = [engine.bot.entries[slug] for slug in ("coffee-roasting", "demand-prediction")]
    tell(app.run(), f"1. {entries[0].title} 2. {entries[1].title}")
    assert app.header[0].value == entries[0].title
    assert headline(engine.bot.answer("demand-prediction")) in said(app)
    click(app, "Open this answer")
    assert app.header[-1].value == entries[1].title


def test_an_unclear_question_is_kept_until_it_is_picked(
    app: AppTest, engine: Engine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure = deciding(engine, answer=1.0, suggest=0.0)
    monkeypatch.setitem(engine.bot.__dict__, "matcher", Letterwise(unsure))
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    assert [gap.question for gap in store.gaps()] == ["coffee roasting units explained"]
    post = app.code[0].value
    assert "coffee roasting units explained" in post
    assert all(button.label in post for button in choices_of(app))
    first = choices_of(app)[0]
    first.click().run()
    [pick] = store.picks()
    assert (pick.question, engine.bot.entries[pick.entry].title) == ("coffee roasting units explained", first.label)
    assert store.gaps() == []


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


def test_without_a_store_nothing_is_told_of_others(app: AppTest, engine: Engine) -> None:
    app.run().chat_input[0].set_value("coffee roasting units explained").run()
    click(app, engine.bot.entries["coffee-roasting"].prediction.options[1].says)
    assert "guesses so far" not in said(app)


def test_the_point_comes_before_guess_and_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = read_knowledge()["coffee-roasting"]
    told = Point(id="the-beans", asks=("Do the beans matter here?", "b", "c", "d", "e"),
                 says="No: {{ hidden }} units see two numbers.", params={"hidden": 2}, lights="output")
    bot = Bot(entries={entry.slug: entry.model_copy(update={"points": (told,)})})

    class Pointing(Letterwise):
        def point(self, question: str, entry: Entry) -> Pointed | None:  # type: ignore[override]
            return Pointed(entry.slug, "the-beans", 0.9) if "beans" in question else None

    bot.__dict__["matcher"] = Pointing(fit_matcher(tuple(bot.entries.values()), (), Letters()))
    ready = Engine(bot, done(), cards=Drawn())
    monkeypatch.setattr(page, "engine", lambda: ready)
    app = AppTest.from_file(str(APP), default_timeout=300).run()
    app.chat_input[0].set_value("coffee roasting units explained, do the beans matter").run()
    assert "First, your guess" not in said(app)
    texts = [str(element.value) for element in app.markdown]
    first = texts.index("**To your point:** No: 2 units see two numbers.")
    assert first < texts.index(bot.answer("coffee-roasting", {"hidden": 2}).paragraphs[0])
    assert in_force(app).options == ["hidden units: 2 ×"]
    click(app, "Do the beans matter here?")
    assert said(app).count("**To your point:**") == 2
    assert not app.exception
