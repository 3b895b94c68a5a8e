"""The player in the chat, without a browser: the newest answers carry a recording, older ones a still picture."""

import pytest
from chatting import APP, click, engine, opened
from streamlit.testing.v1 import AppTest

from bot.present.recordings import parts_of
from bot.surfaces.chat import card, page, player
from bot.surfaces.chat.engine import Engine
from sims.engine.codec import unpack
from sims.engine.registry import find


@pytest.fixture
def app(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(page, "engine", lambda: engine)
    monkeypatch.setattr(player, "PLAYING", 1)
    return AppTest.from_file(str(APP), default_timeout=300)


def players(app: AppTest) -> list[bytes]:
    """What the components of the page are given that carry a recording."""
    given = [element.proto.bytes for element in app.get("bidi_component")]
    return [data for data in given if b"NRN" in data]


def test_an_answer_hands_its_recording_to_the_player(app: AppTest) -> None:
    opened(app, entry="coffee-roasting", seed="21")
    (sent,) = players(app)
    header, found = unpack(sent[sent.index(b"NRN") :])
    assert header["seed"] == 21
    assert header["title"] == "Coffee roasting"
    assert found["final layer 0"].shape == (32, 3, 3)


def test_only_the_newest_answers_play(app: AppTest, engine: Engine) -> None:
    opened(app, entry="coffee-roasting")
    assert not app.get("image")
    app.chat_input[0].set_value(engine.bot.entries["demand-prediction"].utterances[0]).run()
    click(app, "Skip")
    (sent,) = players(app)
    assert b'"title":"Top seller"' in sent
    first, second = app.session_state["conversation"].turns
    assert second.lab.card.recording
    assert not first.lab.card.recording
    app.toggle[0].set_value(True).run()
    assert len(players(app)) == 1
    assert len(app.get("image")) == 1  # the first answer's network, now still


def test_old_answers_are_folded(app: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "OPEN", 1)
    opened(app, entry="coffee-roasting")
    title, claim = (engine.bot.entries["coffee-roasting"].title, "At least two of the three edges")
    assert any(claim in element.value for element in app.markdown)
    app.chat_input[0].set_value(engine.bot.entries["demand-prediction"].utterances[0]).run()
    click(app, "Skip")
    assert title in [header.value for header in app.header]
    assert not any(claim in element.value for element in app.markdown)
    (unfold,) = (toggle for toggle in app.toggle if toggle.label == "Show the answer")
    unfold.set_value(True).run()
    assert any(claim in element.value for element in app.markdown)
    assert not app.exception


@pytest.mark.parametrize(("experiment", "holds", "parts"), [
    ("coffee_roasting", "accuracy >= 0.97", ["output"]), ("coffee_roasting", "edges_found >= 2", ["hidden"]),
    ("coffee_roasting", "first_unit_is_cold == 1", ["unit:1"]),
    ("coffee_roasting", "loss < 0.1 and edges_found == 3", ["loss", "hidden"]),
    ("nonlinearity", "accuracy_linear < 0.8", []), ("dead_relu", "dead_fast > dead_slow", []),
])
def test_a_claim_points_at_what_it_speaks_of(experiment: str, holds: str, parts: list[str]) -> None:
    assert parts_of(holds, find(experiment).metrics) == parts
