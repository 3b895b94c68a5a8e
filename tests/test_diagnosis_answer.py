"""From a post to an answer: the network as read, the runs, the claims with counts; and the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.diagnosis.answer import answer_post, as_markdown, as_plain_data
from bot.diagnosis.describe import chips, sentence
from bot.diagnosis.notebooks import text_of_notebook
from bot.diagnosis.reading import read_post
from bot.surfaces.cli.main import main

ZERO = """import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
w1, b1 = np.zeros((2, 4)), np.zeros(4)
w2, b2 = np.zeros((4, 1)), np.zeros(1)
for epoch in range(2000):
    h = np.tanh(X @ w1 + b1)
    o = 1 / (1 + np.exp(-(h @ w2 + b2)))
    d2 = (o - y) / 4
    d1 = d2 @ w2.T * (1 - h ** 2)
    w2 -= 0.5 * h.T @ d2
    b2 -= 0.5 * d2.sum(0)
    w1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(0)
"""
FINE = """model = Sequential([Dense(8, activation='tanh', input_dim=2), Dense(1, activation='sigmoid')])
model.compile(loss='binary_crossentropy', optimizer=Adam(0.05))
model.fit(np.array([[0,0],[0,1],[1,0],[1,1]]), np.array([0,1,1,0]), epochs=500, batch_size=4)
"""


def test_the_answer_has_the_network_the_counts_and_the_line() -> None:
    answer = answer_post(ZERO, replicas=8)
    first = answer.diagnoses[0]
    assert (first.id, first.line) == ("zero-start", 4)
    claim, control = answer.claims(first)
    assert (claim.count, claim.of, claim.mended, control.mended) == (8, 8, False, True)
    text = as_markdown(answer)
    assert text.startswith("**Your network, as read:** 2-4-1, tanh hidden units, sigmoid output, log loss, SGD at 0.5")
    assert "it solves XOR in 0 of 8; with Glorot's uniform start in" in text
    assert "(line 4)" in text


def test_where_nothing_is_wrong_it_says_so_and_runs() -> None:
    answer = answer_post(FINE, replicas=8)
    assert answer.diagnoses == ()
    assert answer.run is not None
    assert "Nothing in it looks wrong. Trained 8 times, it solves XOR in" in as_markdown(answer)


def test_where_there_is_nothing_to_read_it_says_so() -> None:
    answer = answer_post("What is a neuron?", replicas=8)
    assert answer.run is None
    assert as_markdown(answer).startswith("There is no network and no number of a training in this.")


def test_another_language_is_said_to_be_unread() -> None:
    text = as_markdown(answer_post("library(nnet)\nm <- nnet(y ~ x, size=2)"))
    assert text.startswith("R code is not read: only Python is read.")


def test_data_for_other_programs() -> None:
    answer = answer_post("Epoch 1 loss: nan\nEpoch 2 loss: nan", replicas=8)
    data = json.loads(json.dumps(as_plain_data(answer), allow_nan=False))
    assert {"spec", "diagnoses", "entry", "assumed"} <= data.keys()
    assert data["diagnoses"][0]["id"] == "nan-loss"
    assert {"says", "claims", "params"} <= data["diagnoses"][0].keys()


def test_chips_have_the_lines_of_their_facts() -> None:
    found = {chip.field: chip.line for chip in chips(read_post(ZERO).spec)}
    assert found["start"] == 4
    assert found["epochs"] == 6
    assert sentence(read_post("").spec) == ""


def test_a_notebook_is_read_by_its_cells() -> None:
    cells = [{"cell_type": "markdown", "source": ["my net"]},
             {"cell_type": "code", "source": "model.add(Dense(1))", "outputs": [{"text": ["loss: 0.5\n"]}]}]
    assert text_of_notebook(json.dumps({"cells": cells})) == "my net\n\n```\nmodel.add(Dense(1))\n```\n\nloss: 0.5\n"
    assert text_of_notebook("no notebook") == "no notebook"


def test_the_command_reads_a_file_and_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("model.add(Dense(1, activation='softmax', input_dim=3))\nmodel.compile('adam', 'mse')\n", "utf-8")
    printed = CliRunner().invoke(main, ["diagnose", str(file), "--json"])
    assert printed.exit_code == 0
    data = json.loads(printed.stdout)
    assert data["diagnoses"][0]["id"] == "softmax-one-unit"
    assert data["diagnoses"][0]["line"] == 1
    said = CliRunner().invoke(main, ["diagnose", "-"], input="What is a neuron?")
    assert said.exit_code == 0
    assert "no network" in said.stdout


@pytest.mark.parametrize("arguments", [["diagnose"], ["diagnose", "nowhere.py"]])
def test_bad_input_ends_in_status_two(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_reply_to_a_post_with_a_network_is_its_diagnosis() -> None:
    found = CliRunner().invoke(main, ["canned", "-", "--url", "https://ask.example.org", "--as", "plain"],
                               input=f"Why does it not learn?\n\n{ZERO}", catch_exceptions=False)
    assert found.exit_code == 0
    assert found.stdout.startswith("Your network, as read: 2-4-1")
    assert "(https://ask.example.org/try?" in found.stdout


def test_no_more_than_the_bound_is_read_and_that_is_said() -> None:
    found = CliRunner().invoke(main, ["diagnose", "-", "--json"], input=ZERO + "#" * 200_000, catch_exceptions=False)
    told = json.loads(found.stdout)
    assert told["unread"][0]["what"] == "the end of the text"
    assert told["diagnoses"][0]["id"] == "zero-start"
    assert "line" not in told["unread"][0]


def test_what_no_run_shows_says_why() -> None:
    text = ("model.add(Dense(3, activation='softmax', input_dim=4))\ny = np.array([2, 0, 1, 1])\n"
            "model.compile(loss='categorical_crossentropy', optimizer='adam')\nmodel.fit(X, y)\n")
    answer = answer_post(text, replicas=2)
    assert answer.diagnoses[0].id == "integer-labels-one-hot-loss"
    assert "no run shows it. It is a fault of shapes" in as_markdown(answer)
    assert as_plain_data(answer)["diagnoses"][0]["by_reading"].startswith("It is a fault of shapes")
