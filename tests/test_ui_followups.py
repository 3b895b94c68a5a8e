"""Follow-ups in the chat: what they change, compare and show first; the other questions of a post."""

from typing import Any

import pytest
from chatting import COFFEE, app, click, control, engine, in_force, opened, said, tell
from streamlit.testing.v1 import AppTest

from bot.present.code_export import numpy_code
from bot.present.headline import headline
from bot.present.rendering import at_level
from bot.surfaces.chat import comparing
from bot.surfaces.chat.engine import Engine


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
    assert first < max(i for i, value in enumerate(shown) if value in (answer.text, answer.passages[-1][0]))
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


def test_the_other_questions_of_a_post_are_cards(app: AppTest, engine: Engine) -> None:
    entries = [engine.bot.entries[slug] for slug in ("coffee-roasting", "demand-prediction")]
    tell(app.run(), f"1. {entries[0].title} 2. {entries[1].title}")
    assert app.header[0].value == entries[0].title
    assert headline(engine.bot.answer("demand-prediction")) in said(app)
    click(app, "Open this answer")
    assert app.header[-1].value == entries[1].title
