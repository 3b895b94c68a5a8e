"""Claims with their controls and worked examples in the chat."""

import json
import struct
from concurrent.futures import Future
from typing import Any

import pytest
from chatting import click, control, opened, said
from known import ENTRIES, a_bot
from streamlit.testing.v1 import AppTest

from bot.answers.worked import WorkedExample
from bot.content.entries import Claim
from bot.surfaces.chat import page, state
from bot.surfaces.chat.engine import Engine
from scripts.pages import ROOT

IDENTITY = Claim(says="A unit is a unit.", holds="hidden == hidden", kind="identity")


@pytest.fixture(scope="module")
def engine() -> Engine:
    matcher: Future[Any] = Future()
    matcher.set_result(None)  # links open answers: nothing is matched
    return Engine(a_bot({slug: ENTRIES[slug] for slug in ("coffee-roasting", "threshold-0.5")}), matcher)


@pytest.fixture
def app(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(page, "engine", lambda: engine)
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)


@pytest.fixture
def examples(engine: Engine) -> tuple[WorkedExample, ...]:
    return engine.bot.answer("coffee-roasting").worked_examples()


def box(app: AppTest) -> Any:
    (found,) = app.text_input
    return found


def test_it_stands_between_the_direct_answer_and_the_rest(
        app: AppTest, engine: Engine, examples: tuple[WorkedExample, ...]) -> None:
    opened(app, entry="coffee-roasting")
    shown = [element.value for element in app.markdown]
    (first, _), (rest, _) = engine.bot.answer("coffee-roasting").passages[:2]
    begin, end = (shown.index(line) for line in (examples[0].lines[0], examples[0].lines[-1]))
    assert shown.index(first) < begin < end < shown.index(rest)
    assert examples[0].ask.replace("___", r"\_\_\_") in shown
    assert box(app).label == "The missing number"
    assert "Show the step" in [expander.label for expander in app.expander]
    assert not app.exception


@pytest.mark.parametrize(("typed", "told"), [
    ("a lot", ":orange[**✗**] That is no number."),
    ("1234.5", ":orange[**✗**] Not quite. {step}"),
    ("{right}", ":green[**✓**] Right: {right}."),
])
def test_the_number_is_checked(app: AppTest, examples: tuple[WorkedExample, ...], typed: str, told: str) -> None:
    opened(app, entry="coffee-roasting")
    words = {"right": examples[0].right, "step": examples[0].step}
    box(app).set_value(typed.format(**words))
    click(app, "Check")
    assert told.format(**words) in [element.value for element in app.markdown]
    control(app, "Hidden units").set_value(4).run()
    assert "Right:" not in said(app), "that was of other settings"
    assert "Not quite" not in said(app)


def test_another_example_takes_its_place(app: AppTest, examples: tuple[WorkedExample, ...]) -> None:
    opened(app, entry="coffee-roasting")
    box(app).set_value("1234.5")
    click(app, "Check")
    click(app, "Another example")
    assert examples[1].lines[0] in said(app)
    assert examples[0].lines[0] not in said(app)
    assert "Not quite" not in said(app)
    assert box(app).value == ""
    for _ in examples[1:]:
        click(app, "Another example")
    assert examples[0].lines[0] in said(app), "from the first again"


def test_an_older_answer_keeps_the_step_and_has_no_box(app: AppTest, examples: tuple[WorkedExample, ...]) -> None:
    opened(app, entry="coffee-roasting")
    app.session_state["conversation"].turns.append(state.Turn("Why 0.5?", slug="threshold-0.5"))
    app.run()
    click(app, "Skip")
    assert examples[0].lines[0] in said(app)
    assert examples[0].step in said(app)
    newest = app.session_state["conversation"].turns[-1].number
    assert f"worked-{newest}-" in str(box(app).key), "the newest answer has the only box"


def test_the_picture_is_told_of_the_examples_and_which_is_shown(
        app: AppTest, examples: tuple[WorkedExample, ...]) -> None:
    opened(app, entry="coffee-roasting")
    click(app, "Another example")
    (sent,) = [element.proto.bytes for element in app.get("bidi_component") if b"NRN" in element.proto.bytes]
    (length,) = struct.unpack_from("<I", sent)
    options = json.loads(sent[4 : 4 + length])
    assert options["now"] == 1
    assert options["examples"] == [{"seen": list(one.seen), "index": one.example} for one in examples]


def test_claims_show_their_controls_and_an_identity_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = ENTRIES["coffee-roasting"]
    changed = entry.model_copy(update={"claims": (IDENTITY, *entry.claims)})
    engine = Engine(a_bot({entry.slug: changed}), Future())
    monkeypatch.setattr(page, "engine", lambda: engine)
    app = opened(AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300), entry=entry.slug)
    shown = [element.value for element in app.markdown]
    assert ":green[**✓**] A unit is a unit. :gray[always, by the formula]" in shown
    for claim in engine.bot.answer(entry.slug).claims[1:]:
        assert claim.control is not None
        assert any(claim.says in line and claim.control.evidence in line for line in shown)
