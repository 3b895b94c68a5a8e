"""Taking an answer away in the chat: the files that it has, and no others."""

from concurrent.futures import Future
from typing import Any

import pytest
from known import ENTRIES, a_bot
from streamlit.testing.v1 import AppTest

from bot.present import downloads
from bot.service import Bot
from bot.surfaces.chat import files, page, state
from bot.surfaces.chat.engine import Engine
from scripts.pages import ROOT

SLUGS = ("xor", "what-is-activation")


@pytest.fixture
def engine() -> Engine:
    matcher: Future[Any] = Future()
    matcher.set_result(None)  # a link opens an answer: nothing is matched
    return Engine(a_bot({slug: ENTRIES[slug] for slug in SLUGS}), matcher)


def titles(engine: Engine, monkeypatch: pytest.MonkeyPatch, slug: str) -> set[str]:
    monkeypatch.setattr(page, "engine", lambda: engine)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    app.query_params["entry"] = slug
    app.run()
    assert not app.exception
    return {button.proto.label for button in app.get("download_button")}


def test_an_answer_can_be_taken_away(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert titles(engine, monkeypatch, "xor") == {form.title for form in downloads.FORMATS.values()}


def test_what_is_not_trained_has_no_animation_and_no_code(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {downloads.FORMATS[kind].title for kind in ("png", "svg", "card", "json")}
    assert titles(engine, monkeypatch, "what-is-activation") == wanted


def test_a_file_is_made_of_the_answer_as_it_was_when_it_was_drawn(engine: Engine) -> None:
    lab = state.Lab("xor", {"hidden": 3}, 7)
    make = files.made("json", lab, engine, "light")
    lab.set_to({}, None)
    assert make() == downloads.FORMATS["json"].make(engine.bot.answer("xor", {"hidden": 3}, 7), "light")
