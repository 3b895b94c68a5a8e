"""A file that is dropped into the chat: its text, or a line that says why there is none."""

import json
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from test_try import ZERO
from test_ui import app, engine, said  # noqa: F401 - fixtures

from bot.diagnosis.notebooks import cells_of
from bot.language.text import TextError
from bot.surfaces.chat.dropped import KINDS, LARGEST, text_of


@dataclass
class Dropped:
    name: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content


PICTURE = {"output_type": "display_data", "data": {"image/png": "A" * 400_000}}
CELLS = [{"cell_type": "markdown", "source": ["My network"]},
         {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "outputs": [PICTURE]},
         {"cell_type": "code", "source": "print(a)", "outputs": [{"output_type": "stream", "text": ["1\n"]}]}]
NOTEBOOK = json.dumps({"cells": CELLS, "nbformat": 4}).encode()


def test_a_file_is_text_however_it_was_saved() -> None:
    assert text_of(Dropped("a.py", b"x = 1\r\ny = 2\r\n")) == "x = 1\ny = 2"
    assert text_of(Dropped("a.TXT", "\ufeffé".encode())) == "é"
    assert text_of(Dropped("a.csv", "1,2".encode("utf-16"))) == "1,2"
    assert text_of(Dropped("a.txt", "naïve".encode("cp1252"))) == "naïve"


def test_the_cells_of_a_notebook_are_joined_and_its_pictures_do_not_count() -> None:
    assert len(NOTEBOOK) > LARGEST
    assert text_of(Dropped("a.ipynb", NOTEBOOK)) == "My network\n\n```\na = 1\nb = 2\n```\n\n```\nprint(a)\n```\n\n1"


@pytest.mark.parametrize(("name", "content", "why"), [
    ("a.py", b"\x7fELF\x00\x01", "a.py holds no text that I can read"),
    ("a.exe", b"x = 1", "a.exe holds no text that I can read"),
    ("../../etc/a.py", b"  \n ", "a.py holds nothing to read"),
    ("a.ipynb", NOTEBOOK[:-20], "a.ipynb is no notebook that I can read"),
    ("a.ipynb", b"[" * 100_000, "a.ipynb is no notebook that I can read"),
    ("a.csv", b"1,2\n" * 60_000, "a.csv holds 240 kB of text, and I read at most 200"),
])
def test_a_bad_file_gets_a_clear_line(name: str, content: bytes, why: str) -> None:
    with pytest.raises(TextError, match="^" + why):
        text_of(Dropped(name, content))


@given(st.binary(max_size=300), st.sampled_from([f"a.{kind}" for kind in KINDS]))
def test_any_bytes_are_text_or_refused(content: bytes, name: str) -> None:
    with suppress(TextError):
        assert text_of(Dropped(name, content)).strip()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["cells", "source", "outputs", "data", "text", "cell_type"]), inner)))
def test_any_json_is_cells_or_none(value: object) -> None:
    assert cells_of(json.dumps(value)) is None or isinstance(value, dict)


def test_a_dropped_network_is_answered_like_a_pasted_one(app: AppTest) -> None:  # noqa: F811
    app.run().chat_input[0].set_value("Why is it always 0.5?").upload("xor.py", ZERO.encode()).run()
    assert not app.exception
    assert "File: xor.py" in said(app)
    assert "All weights start at 0" in said(app)
    assert app.code[0].value == "Why is it always 0.5?\n\n" + ZERO.strip()


def test_dropped_rows_are_what_a_small_network_of_ours_is_trained_on(app: AppTest) -> None:  # noqa: F811
    table = "x,y,label\n" + "\n".join(f"{i % 7},{i % 5},{'high' if i % 7 > 3 else 'low'}" for i in range(35))
    app.run().chat_input[0].upload("points.csv", table.encode()).run()
    assert not app.exception
    assert "Your rows, as read:** 35 rows with 2 inputs and 1 target." in said(app)
    assert "Trained 32 times, it solves your rows in" in said(app)


def test_a_bad_file_is_answered_in_the_conversation(app: AppTest) -> None:  # noqa: F811
    app.run().chat_input[0].upload("net.ipynb", b"{}").run()
    assert not app.exception
    assert "net.ipynb is no notebook that I can read" in said(app)
    app.chat_input[0].set_value("coffee roasting units explained").run()
    assert app.header[0].value == "What does each neuron do in the coffee roasting network?"
