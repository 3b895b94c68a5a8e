"""The chat without a browser, for its tests: an app over a small bot, and what its page says."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known import ENTRIES as KNOWN
from known import a_bot
from sklearn.feature_extraction.text import HashingVectorizer
from streamlit.testing.v1 import AppTest

from bot.answers.answer import Answer
from bot.content.entries import Entry
from bot.content.recent import Recent
from bot.matching import Decision, Matcher, PointsAsked, Thresholds
from bot.matching.fitting import fit_matcher
from bot.store import Store
from bot.surfaces.chat import page
from bot.surfaces.chat.engine import Engine

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
    points: None = None

    def points_asked(self, question: str, entry: Entry, ranked: object = ()) -> PointsAsked:
        """No question asks a point."""
        return PointsAsked()

    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision:
        return self.current.decide(question, previous)

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
    """The engine of the chat with a few entries, one for all tests."""
    return _engine()


@cache
def _engine() -> Engine:
    bot = a_bot({slug: KNOWN[slug] for slug in ENTRIES})
    entries = tuple(bot.entries.values())
    bot.__dict__["matcher"] = Letterwise(fit_matcher(entries, (), Letters()))
    return Engine(bot, done())


@pytest.fixture
def app(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The chat before it is drawn, with no card of another test."""
    fresh = replace(engine, cards=Recent(8))
    monkeypatch.setattr(page, "engine", lambda: fresh)
    return AppTest.from_file(str(APP), default_timeout=300)


@pytest.fixture
def store(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of the test's own, which the bot writes to."""
    kept = Store(tmp_path / "store.sqlite3")
    monkeypatch.setitem(engine.bot.__dict__, "store", kept)
    return kept


def said(app: AppTest) -> str:
    """Everything that the page says in words."""
    kinds = (app.markdown, app.text, app.caption, app.header, app.subheader, app.title, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def shows(app: AppTest, answer: Answer) -> bool:
    """Whether the page has the answer's prose, before and after its worked example."""
    return all(text in said(app) for text, _ in answer.passages)


def click(app: AppTest, label: str) -> AppTest:
    """Click the button whose label begins so."""
    found = [button for button in app.button if button.label.startswith(label)]
    assert found, f"no button {label!r} among {[button.label for button in app.button]}"
    return found[0].click().run()


def opened(app: AppTest, **query: str) -> AppTest:
    """The chat as a link with that query opens it."""
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


def choices_of(app: AppTest) -> list[Any]:
    """The buttons of the entries that are offered instead of an answer."""
    return [button for button in app.button if str(button.key).startswith("choice-")]


def tell(app: AppTest, *questions: str) -> AppTest:
    """Type questions one after another, and skip the guesses."""
    for question in questions:
        app.chat_input[0].set_value(question).run()
        if any(button.label == "Skip" for button in app.button):
            click(app, "Skip")
    assert not app.exception
    return app
