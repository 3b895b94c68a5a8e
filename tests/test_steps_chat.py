"""Steps in the chat: what the player is given without a browser; scrolling and tapping in Chromium."""

import json
import struct
from dataclasses import replace
from typing import Any

import pytest
from chatting import APP, engine, opened
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from bot.content.recent import Recent
from bot.surfaces.chat import page
from bot.surfaces.chat.engine import Engine
from scripts.pages import page as window_of
from scripts.pages import settled

__all__ = ["engine"]  # a fixture
COFFEE, CHART = "coffee-roasting", "Accuracy over all runs"


@pytest.fixture
def app(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(page, "engine", lambda: engine)
    return AppTest.from_file(str(APP), default_timeout=300)


def options(app: AppTest) -> dict[str, Any]:
    (data,) = [element.proto.bytes for element in app.get("bidi_component") if b"NRN" in element.proto.bytes]
    (length,) = struct.unpack_from("<I", data)
    given: dict[str, Any] = json.loads(data[4 : 4 + length])
    return given


def test_the_player_is_given_the_steps_and_charts_stand_at_their_paragraphs(
        app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    coffee = engine.bot.entries[COFFEE]
    charted = coffee.steps[1].model_copy(update={"chart": CHART})
    steps = (coffee.steps[0], charted, *coffee.steps[2:])
    monkeypatch.setitem(engine.bot.entries, COFFEE, coffee.model_copy(update={"steps": steps}))
    fresh = replace(engine, cards=Recent(8))
    monkeypatch.setattr(page, "engine", lambda: fresh)
    opened(app, entry=COFFEE)
    answer = engine.bot.answer(COFFEE)
    assert not app.exception
    given = options(app)["steps"]
    assert [step["shows"] for step in given] == [dict(s.state) for s in answer.steps if s.state is not None]
    assert len({step["key"] for step in given}) == len(given)
    titles = [element.value for element in app.subheader]
    assert titles.count(CHART) == 1, "at its paragraph, and not at the end again"
    assert titles.index(CHART) < titles.index("Loss while training")


def test_at_other_settings_the_chat_shows_what_is_there(app: AppTest, engine: Engine) -> None:
    opened(app, entry=COFFEE, hidden="1")
    assert not app.exception
    own, here = (engine.bot.answer(COFFEE, changes).steps for changes in ({}, {"hidden": 1}))
    assert [step["shows"] for step in options(app)["steps"]] == [step.state for step in here]
    assert here != own, "there is one unit, and not the one of the usual run"


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_reading_and_tapping_move_the_picture_without_a_run(chat_address: str, width: int) -> None:
    with window_of(width, 800) as window:
        window.goto(f"{chat_address}/?entry=xor")
        expect(window.locator(".nrn-unit").first).to_be_visible()
        settled(window)
        steps, unit = window.locator("[class*=st-key-step-]"), window.locator(".nrn-unit[aria-pressed=true]")
        steps.nth(0).evaluate("step => step.scrollIntoView({ block: 'center', behavior: 'instant' })")
        expect(unit).to_have_attribute("data-unit", "0:0")
        expect(window.locator(".nrn")).to_be_in_viewport()
        expect(steps.nth(0).get_by_role("button")).to_have_text("Shown in the picture: unit 1 after training")
        sent: list[str] = []
        window.on("websocket", lambda socket: sent.append(socket.url))
        steps.nth(1).get_by_role("button").click()
        expect(window.locator(".nrn-unit.is-lit")).to_have_count(2)
        expect(unit).to_have_attribute("data-unit", "1:0")
        assert window.evaluate("document.documentElement.scrollWidth") == width
        assert sent == []
