"""A pasted post: its questions, and one reply to all of them that are answered."""

import pytest

from bot.present.composed import compose_reply
from bot.service import Bot, shared_bot

LIST = """Hi everyone, I'm in week 2 and have some questions.

1. Why do we need a non-linear activation at all? My notebook works without.
2. Is the output of the sigmoid really a probability?
3. And what is the best pizza in Naples?

Thanks in advance!"""
STORY = ("Hello mentors! I trained the T-shirt demand network three times. Is one of its hidden neurons really "
         "affordability? Also, why do the weights start at random instead of zero? Kind regards")


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def test_each_question_of_a_list_is_answered_or_named(bot: Bot) -> None:
    composed = compose_reply(LIST, bot, "https://ask.example.org")
    assert [part.slug for part in composed.parts] == ["why-nonlinearity", "output-probability", None]
    assert "pizza" in composed.parts[2].question
    text = composed.canned.markdown
    assert text.index("> Why do we need a non-linear activation at all?") < text.index("/e/why-nonlinearity)")
    assert text.index("/e/why-nonlinearity)") < text.index("> Is the output of the sigmoid") < text.index(
        "/e/output-probability)")
    assert "pizza" not in text


def test_questions_inside_a_story_are_found(bot: Bot) -> None:
    composed = compose_reply(STORY, bot)
    assert "zero-initialisation-symmetry" in [part.slug for part in composed.parts]
    assert "> Also, why do the weights start at random instead of zero?" in composed.canned.markdown
    assert "](" not in composed.canned.markdown


def test_one_question_gets_the_full_reply(bot: Bot) -> None:
    composed = compose_reply("What does each coffee roasting neuron do? Please show it with 2 units.", bot)
    assert [part.slug for part in composed.parts] == ["coffee-roasting"]
    assert "Not true:" in composed.canned.plain
    assert "hidden units = 2" in composed.canned.plain
    assert not composed.canned.markdown.startswith(">")


def test_a_post_without_an_answer_gives_no_text_but_the_nearest(bot: Bot) -> None:
    composed = compose_reply("what's the weather in Paris", bot)
    assert composed.canned.markdown.strip() == ""
    assert len(composed.parts[0].near) == 3


def test_marks_in_a_quoted_question_stay_marks(bot: Bot) -> None:
    post = ("1. why do we need a *non-linear* activation <b>at all</b>?\n"
            "2. is the output of the sigmoid really a probability [x](http://evil.example)?")
    html = compose_reply(post, bot).canned.html
    assert "<b>" not in html
    assert "*non-linear*" in html
    assert 'href="http://evil' not in html


NETWORK = """My network does not learn. What can I do?

model = Sequential()
model.add(Dense(4, activation='tanh', input_dim=2, kernel_initializer='zeros'))
model.add(Dense(1, activation='sigmoid', kernel_initializer='zeros'))
model.compile(loss='binary_crossentropy', optimizer=SGD(0.5))
model.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], epochs=500, batch_size=4)

And is the output of the sigmoid a probability?"""


def test_a_post_with_a_network_gets_its_diagnosis_number_and_links_first(bot: Bot) -> None:
    composed = compose_reply(NETWORK, bot, "https://ask.example.org")
    text = composed.canned.markdown
    assert text.startswith("**Your network, as read:** 2-4-1, tanh hidden units")
    assert "(line 4)" in text
    assert "it solves XOR in 0 of 32; with Glorot's uniform start in" in text
    assert "](https://ask.example.org/try?" in text
    assert "](https://ask.example.org/e/zero-initialisation-symmetry)" in text
    assert text.index("/e/zero-initialisation-symmetry)") < text.index("> And is the output of the sigmoid")
    assert [part.slug for part in composed.parts] == ["output-probability"]
    assert composed.network.endswith("(line 4)")


def test_own_rows_are_in_no_link_of_a_reply(bot: Bot) -> None:
    rows = NETWORK.replace("[[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]", "[[3, 1], [4, 1], [5, 9]], [0, 1, 1]")
    text = compose_reply(rows, bot, "https://ask.example.org").canned.markdown
    assert text.startswith("**Your network, as read:**")
    assert "/try?" not in text
