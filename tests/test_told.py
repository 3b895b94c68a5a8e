"""A network told in words: read and run where it is the asker's own, and a question about networks stays a question."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_ui import app, engine, said  # noqa: F401 - fixtures

from bot.diagnosis.answer import has_network
from bot.diagnosis.reading import read_post
from bot.diagnosis.rules import diagnose, read_rules

HALF = "my 2-2-1 xor net with sigmoid and learning rate 0.1 prints 0.5 for all four"
RULES = read_rules()
TOLD: list[tuple[str, dict[str, Any], str | None]] = [
    (HALF, {"inputs": 2, "outputs": 1, "learning_rate": 0.1, "data": "xor"}, "xor-two-hidden-units"),
    ("I have a network with 3 inputs, 4 hidden units (tanh) and 1 output, learning rate 0.01, MSE loss, all weights "
     "start at zero. It does not learn.", {"inputs": 3, "outputs": 1, "loss": "squared_error", "start": "zeros"},
     "zero-start"),
    ("Our net is 2-3-1 with sigmoid everywhere, and I initialised all weights to 0.3, 2000 epochs. All units alike.",
     {"start": "constant", "start_constant": 0.3, "epochs": 2000, "output_activation": "sigmoid"}, "constant-start"),
    ("We trained a network with one hidden layer of 25 ReLU units on the moons with Adam at 1.0 and the loss jumps.",
     {"optimizer": "adam", "learning_rate": 1.0}, "rate-too-high-adam"),
    ("my 4-16-3 iris classifier, relu, Adam 0.01, 200 epochs. Is that sensible?",
     {"inputs": 4, "outputs": 3, "data": "iris", "epochs": 200, "optimizer": "adam"}, None),
]


@pytest.mark.parametrize(("text", "expected", "first"), TOLD)
def test_words_tell_a_network(text: str, expected: dict[str, Any], first: str | None) -> None:
    reading = read_post(text)
    assert has_network(reading)
    assert {name: getattr(reading.spec, name) for name in expected} == expected
    found = diagnose(reading, RULES)
    assert (found[0].id if found else None) == first


@pytest.mark.parametrize("text", [
    "what happens in a 2-2-1 network?", "why does a 2-2-1 net with sigmoid at a learning rate of 0.1 not learn XOR?",
    "what if the learning rate is 0.1 in the 2-3-1 network?", "how many hidden units does my network need?",
    "my network has two hidden units, is that enough?", "On 12-31-2019 my net with sigmoid and SGD 0.1 did not learn",
])
def test_a_question_about_networks_is_no_network(text: str) -> None:
    assert not has_network(read_post(text))


@pytest.mark.slow
def test_the_chat_runs_what_is_told(app: AppTest) -> None:  # noqa: F811
    app.run().chat_input[0].set_value(HALF).run()
    assert not app.exception
    assert "Your network, as read:** 2-2-1, sigmoid hidden units, a learning rate of 0.1, on XOR." in said(app)
    assert "Trained 32 times, it solves XOR in" in said(app)
