"""A post read in parts: what is asked, told, quoted and programmed, each by itself."""

import pytest
from growth import grows_in_proportion
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.features import LONGEST_ASKED, SHORT, reading_of
from bot.matching.parts import asking_in, parts_of

POST = """Sigmoid or softmax with one output?

Hello all, I am sorting ripe from unripe plums with a small net.
model = Sequential()
model.add(Dense(1, activation='softmax'))
model.compile(loss='binary_crossentropy', optimizer='adam')
Epoch 1/20 - loss: 7.6246 - accuracy: 0.5031
Epoch 2/20 - loss: 7.6246 - accuracy: 0.5031
> someone wrote this before
It always says 1. Why does it never learn, and what should I change?
Thanks"""


def test_the_parts_of_a_post() -> None:
    parts = parts_of(POST)
    assert parts.title == "Sigmoid or softmax with one output?"
    assert parts.asking == ("Sigmoid or softmax with one output? Why does it never learn, and what should I change?")
    assert "ripe from unripe plums" in parts.story
    assert "Thanks" in parts.story
    assert "Dense(1, activation='softmax')" in parts.code
    assert "7.6246" in parts.code
    assert not {"Sequential", "7.6246", "someone"} & {*parts.story.replace("(", " ").split()}
    assert parts.quoted == "> someone wrote this before"
    assert {"Dense", "softmax", "binary_crossentropy", "adam"} <= {*parts.names.split()}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("why is z = w·x + b and not only w·x?", ""),  # a formula in a sentence is part of the question
        ("is learning_rate 0.1 too high for my network", ""),
        ("we had 70000 of (1, 0, 0) and 20000 of (0, 1, 0) there", ""),
        ("```\nx = 3\n```\nwhat is x", "x = 3"),
        ("~~~python\nfor i in range(3):\n    print(i)\n~~~\nwhy three", "for i in range(3):\n    print(i)"),
        ("it prints\n0.51 0.49 0.50\n[0.5, 0.5, 0.5]\nevery time", "[0.5, 0.5, 0.5]"),
    ],
)
def test_what_counts_as_code(text: str, code: str) -> None:
    assert parts_of(text).code.replace("0.51 0.49 0.50\n", "") == code


def test_code_and_prose_in_one_line_are_parted() -> None:
    line = ("My loss is stuck at one value. model = Sequential() model.add(Dense(8, activation='relu')) "
            "model.add(Dense(1)) and I do not see why that should be the case here.")
    parts = parts_of(line)
    assert "Sequential" not in parts.story
    assert parts.story.startswith("My loss is stuck at one value.")
    assert parts.story.endswith("I do not see why that should be the case here.")


def test_a_short_question_is_all_of_its_parts() -> None:
    parts = parts_of("why a bias?")
    assert (parts.title, parts.story, parts.asking, parts.code, parts.quoted) == ("why a bias?",) * 3 + ("", "")


def test_a_text_of_nothing_but_code_still_has_a_story() -> None:
    code = "model.add(Dense(1, activation='softmax'))"
    parts = parts_of(code)
    assert (parts.story, parts.code) == (code, code)


def test_a_short_text_is_read_as_typed_and_as_corrected_a_long_one_as_corrected() -> None:
    assert reading_of("teh bias", "the bias")["whole"] == ("teh bias", "the bias")
    long = "word " * SHORT
    assert reading_of(f"teh {long}", f"the {long}")["whole"] == (f"the {long}",)
    assert len(reading_of(long, f"why {'so ' * SHORT}?")["asked"][0]) <= LONGEST_ASKED


@given(st.text(max_size=300))
def test_any_text_has_parts(text: str) -> None:
    parts = parts_of(text)
    assert len(parts.title) <= 200
    assert parts.story or not text.strip()


@pytest.mark.load
@pytest.mark.parametrize("piece", ["a b ", "x=", "( ", "wrote: ", "so, ", "1.2,", "`", "~~~", ">", "i am ", "?! ",
                                   "\n> ", "my question is, ", "model.add("])
def test_a_hostile_text_takes_time_in_proportion(piece: str) -> None:
    assert grows_in_proportion(parts_of, piece, 4_000)



def test_a_short_question_takes_along_what_it_leans_on() -> None:
    story = "My loss is negative. Why? I use log loss. How can a log loss be below zero at all?"
    assert asking_in(story) == ["My loss is negative. Why?", "How can a log loss be below zero at all?"]
    assert asking_in("Why?") == ["Why?"]
    assert asking_in("It works. Thanks.") == []
