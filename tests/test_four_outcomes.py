"""Sure, likely, torn, declined: what each says on the command line and in JSON, and an answer in a sentence."""

import json
from collections import OrderedDict

import pytest
from click.testing import CliRunner

from bot.matching import Numbers
from bot.present.short import LONGEST, in_short
from bot.service import shared_bot
from bot.surfaces.cli.main import main

QUESTION = "what is the bias for"


@pytest.fixture(autouse=True)
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests asked is not remembered."""
    monkeypatch.setattr(shared_bot(), "_decided", OrderedDict())


def asked(monkeypatch: pytest.MonkeyPatch, kind: str, sure: bool, *more: str) -> str:
    """What `ask` prints where every question is decided so."""
    monkeypatch.setattr(Numbers, "decide", lambda self, confidence, in_scope: (kind, sure))
    return CliRunner().invoke(main, ["ask", QUESTION, *more], catch_exceptions=False).stdout


def test_a_sure_answer_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "answer", True).startswith(shared_bot().entries["bias-term"].title)


def test_a_likely_answer_says_how_the_question_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    line = asked(monkeypatch, "answer", False).splitlines()[0]
    title = shared_bot().entries["bias-term"].title
    assert line.startswith(f"I read this as “{title}”. Or did you mean: ")
    assert line.count(" · ") == 1
    assert line.count("[") == 2


def test_torn_between_three_each_is_told_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = asked(monkeypatch, "suggest", False)
    bot = shared_bot()
    offered = [slug for slug in bot.entries if f"[{slug}]" in printed]
    assert len(offered) == 3
    assert "bias-term" in offered
    assert all(in_short(bot.answer(slug)) in printed for slug in offered)


@pytest.mark.parametrize(
    ("kind", "sure", "beside", "entry"),
    [("answer", True, 0, "bias-term"), ("answer", False, 2, "bias-term"), ("suggest", False, 0, None),
     ("decline", False, 0, None)],
)
def test_json_says_how_sure_it_is(
    monkeypatch: pytest.MonkeyPatch, kind: str, sure: bool, beside: int, entry: str | None
) -> None:
    found = json.loads(asked(monkeypatch, kind, sure, "--json"))
    assert (found["decision"], found["sure"], found["entry"]) == (kind, sure, entry)
    assert len(found["beside"]) == beside
    assert found["beside"] == found["alternatives"][1 : 1 + beside]


def test_whoever_goes_on_with_a_likely_answer_meant_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Numbers, "decide", lambda self, confidence, in_scope: ("answer", False))
    bot = shared_bot()
    first = bot.understand(QUESTION)
    assert first.decision.beside
    again = bot.understand("again", [QUESTION])
    assert again.slug == first.slug
    assert not again.decision.beside


@pytest.mark.parametrize("slug", ["bias-term", "xor", "momentum-adam", "dead-relu"])
def test_an_answer_in_short_is_its_first_sentence_with_a_number(slug: str) -> None:
    answer = shared_bot().answer(slug)
    short = in_short(answer)
    assert len(short) <= LONGEST
    assert short.split()[0] == answer.text.split()[0]
    assert "\n" not in short
    assert "**" not in short
