"""Settings, seeds and links in the chat: each has a control, and the address follows."""

from typing import Literal

import pytest
from chatting import app, click, control, engine, in_force, opened, said, shows, tell
from streamlit.testing.v1 import AppTest

from bot.content.settings import Setting, settings_of
from bot.surfaces.chat import controls
from bot.surfaces.chat.engine import Engine
from sims.engine import registry


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


def test_a_chip_takes_its_setting_back(app: AppTest, engine: Engine) -> None:
    tell(opened(app, entry="coffee-roasting"), "and with 2?", "learning rate 0.5")
    assert in_force(app).options == ["hidden units: 2 ×", "learning rate: 0.5 ×"]
    in_force(app).set_value("hidden").run()
    assert in_force(app).options == ["learning rate: 0.5 ×"]
    assert control(app, "Hidden units").value == 3
    assert shows(app, engine.bot.answer("coffee-roasting", {"learning_rate": 0.5}))
    assert "With hidden units: 2" in said(app), "the older answer says what it was drawn at"


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
        *range(2, 11), 15, 20, 25, 30, 33, *range(40, 101, 10),
    ]
    assert controls.ladder(field(10, 3, 100), 33) == []
    assert 0.0015 in controls.ladder(field(0.1, 0.001, 1.0), 0.1)
    assert controls.ladder(field(0.01, 0.0, 1.0), 0.01)[:3] == [0.0, 0.0001, 0.00015]
