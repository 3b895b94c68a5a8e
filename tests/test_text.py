"""A visitor's text: one length limit, blank ones refused alike at every door, pasted HTML read as its words."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.language.text import BLANK, LONGEST, TextError, accepted, clean, is_blank, without_markup
from bot.matching.features import clean as matched_text
from bot.notebook import ask
from bot.service import shared_bot
from bot.surfaces.cli.main import main
from bot.surfaces.notebook.session import AskError
from bot.surfaces.web.app import alone
from bot.surfaces.web.settings import WebSettings

BLANKS = ["", " ", "    ", "\n\t\n", "\u200b\u2060", "\x00\x07", "\ud800"]
LONG = "why? " * (LONGEST // 5 + 1)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(alone(shared_bot(), WebSettings()))


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("<b>why</b> do we need <script>alert(1)</script> bias?", "why do we need bias?"),
        ("<p>My loss is <i>nan</i>.</p><p>Why?</p>", "My loss is nan.\nWhy?"),
        ("<!-- hidden --> what is <a href='https://example.org'>dropout</a>?", "what is dropout?"),
        ("a &lt; b &amp;&amp; c", "a < b && c"), ("line one<br/>line two", "line one\nline two"),
        ("<style>p { color: red }</style>why relu", "why relu"), ("x<i> and w<i>", "x<i> and w<i>"),
        ("if a<b and c>d", "if a<b and c>d"), ("vector<int> of units", "vector<int> of units"),
        ("what does <script> do", "what does <script> do"), ("3 < 5 > 2", "3 < 5 > 2"),
        ('<span class="k">for</span> i in range(3)', "for i in range(3)"),
    ],
)
def test_pasted_html_is_read_as_its_words(pasted: str, read: str) -> None:
    assert clean(pasted) == read


def test_the_dialogue_and_the_matcher_read_the_same_words() -> None:
    pasted = "<b>why</b> do we need <script>alert(1)</script> a bias?"
    assert matched_text(pasted) == clean(pasted)
    assert shared_bot().understand(pasted).slug == "bias-term"


@given(st.text(max_size=300))
def test_any_text_is_cleaned(text: str) -> None:
    read = clean(text)
    assert len(read) <= LONGEST
    assert read.isprintable() or set(read) - {"\n"} == {c for c in read if c.isprintable()}
    assert "\n\n" not in read


@given(st.text(alphabet=st.characters(exclude_characters="<>&"), max_size=300))
def test_a_text_without_tags_keeps_every_character(text: str) -> None:
    assert without_markup(text) == text


@pytest.mark.parametrize("blank", BLANKS)
def test_blank_is_blank(blank: str) -> None:
    assert is_blank(blank)
    with pytest.raises(TextError, match="nothing to read"):
        accepted(blank)


@pytest.mark.parametrize("text", ["?", "a", "0", "…", "+", "为什么"])
def test_what_can_be_seen_is_not_blank(text: str) -> None:
    assert accepted(text) == text


def test_the_limit_is_said_with_the_length() -> None:
    with pytest.raises(TextError, match=f"{len(LONG):,} characters, and I read at most 20,000"):
        accepted(LONG)
    assert accepted(LONG[:LONGEST]) == LONG[:LONGEST]


@pytest.mark.parametrize(("text", "says"), [("    ", BLANK), (LONG, "at most 20,000")])
def test_every_door_refuses_blank_and_overlong_texts_alike(client: TestClient, text: str, says: str) -> None:
    for path in ("/api/ask", "/api/match", "/mentor/post"):
        response = client.post(path, json={"text" if "mentor" in path else "question": text})
        assert response.status_code == 422
        assert says.rstrip(".") in response.text or "at most 20000" in response.text
    for command in (["ask", text], ["canned", text]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 2
        assert says in " ".join(result.output.split())
    lines = CliRunner().invoke(main, ["match", "--jsonl"], input=json.dumps({"id": 1, "text": text})).stdout
    assert says in json.loads(lines)["error"]
    with pytest.raises(AskError):
        ask(text)
