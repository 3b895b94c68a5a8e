"""A network of the learner's own in the chat: pasted, answered with its counts and its runs; nothing else is."""

import pytest
from chatting import app, engine, said
from streamlit.testing.v1 import AppTest
from test_try import ZERO

LOG = "Epoch 1 - loss: 0.6931\nEpoch 2 - loss: 0.6931\nEpoch 3 - loss: 0.6931\nWhy does it stand still?"


def test_a_pasted_network_is_answered_with_its_counts_line_and_runs(app: AppTest) -> None:
    app.run().chat_input[0].set_value("It does not learn, why?\n\n" + ZERO).run()
    assert not app.exception
    text = said(app)
    assert "All weights start at 0, so the hidden units of a layer stay copies of one another.** (line 4)" in text
    assert "it solves XOR in 0 of 32; with Glorot's uniform start in" in text
    assert ZERO.strip() in app.code[0].value, "the message stands there with numbered lines"
    assert app.button_group[0].options == ["As read", "With Glorot's uniform start"]
    assert "Solved in 0 of 32 runs." in text
    app.button_group[0].set_value("With Glorot's uniform start").run()
    assert "Solved in 0 of 32 runs." not in said(app)
    assert not app.exception


def test_a_log_is_read_too_and_the_next_question_is_an_ordinary_one(app: AppTest) -> None:
    app.run().chat_input[0].set_value(LOG).run()
    assert "Your numbers, as read." in said(app)
    app.chat_input[0].set_value("coffee roasting units explained").run()
    assert app.header[0].value == "What does each neuron do in the coffee roasting network?"
    assert not app.exception


@pytest.mark.parametrize("question", ["why relu?", "how do I pick\nthe learning rate?"])
def test_a_question_without_a_network_is_matched_as_ever(app: AppTest, question: str) -> None:
    app.run().chat_input[0].set_value(question).run()
    assert question not in [code.value for code in app.code], "it stands there as words"
    assert "as read" not in said(app)
    assert not app.exception
