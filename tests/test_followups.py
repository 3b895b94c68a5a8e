"""Follow-ups: what goes on with an answer, leans on it or changes the subject; and nothing is ignored in silence."""

import ast
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.dialogue import Interpretation, followups
from bot.dialogue.followups import CLUES, MODEL, Evidence, fitted, weigh
from bot.dialogue.replies import chosen
from bot.dialogue.stories import Figures, judge, read_stories
from bot.language import utterance
from bot.language.spelling import Speller
from bot.service import Bot, shared_bot

COFFEE = "coffee-roasting"
SHIPPED = {"context": 0.80, "noticed": 0.95, "changed": 0.91, "exact": 0.82}  # shares of the held-out turns


@pytest.fixture(scope="module")
def bot() -> Bot:
    return shared_bot()


def follow(bot: Bot, slug: str, text: str, changes: Mapping[str, Any] | None = None,
           last: str | None = None) -> Interpretation:
    """The reply to a text at an entry with these changes, the last of which was to the setting `last`."""
    at = chosen(slug, bot.entries[slug].title, changes or {}, None)
    return bot.understand(text, at=replace(at, setting=last))


def shares(figures: Figures) -> dict[str, float]:
    return {name: getattr(figures, name)[0] / getattr(figures, name)[1] for name in SHIPPED}


def test_stories_are_many_possible_and_a_third_changes_the_subject(bot: Bot) -> None:
    turns = [turn for story in read_stories() for turn in story.turns if turn.kind != "opening"]
    assert len(turns) >= 300
    assert sum(turn.kind == "change" for turn in turns) >= 0.3 * len(turns)
    assert {story.set for story in read_stories()} == {"train", "held out"}
    for story in read_stories():
        around: tuple[str, ...] = ()
        for turn in story.turns:
            around = turn.entries or around
            assert set(around) <= bot.entries.keys()
            if turn.params:
                bot.params(around[0], turn.params)


@pytest.mark.slow
def test_held_out_stories_are_followed_as_well_as_they_were(bot: Bot) -> None:
    held = [story for story in read_stories() if story.set == "held out"]
    found = shares(judge(lambda step: bot.understand(step.turn.text, step.previous), held))
    assert all(found[name] >= least for name, least in SHIPPED.items()), found


@pytest.mark.parametrize(
    ("slug", "text", "changes"),
    [
        (COFFEE, "let it train longer", {"steps": 3000}), (COFFEE, "more training steps please", {"steps": 3000}),
        ("overfitting", "again, only with noisier labels", {"wrong_labels": 0.3}),
        (COFFEE, "with fewer units", {"hidden": 2}), ("learning-rate", "10x smaller", {"learning_rate": 0.03}),
        (COFFEE, "width: 3 -> 5", {"hidden": 5}), (COFFEE, "swap the 3 neurons for 7", {"hidden": 7}),
        (COFFEE, "w/ just two of em", {"hidden": 2}),
        (COFFEE, "a slightly lower learning rate", {"learning_rate": 0.067}),
        ("overfitting", "fewer units but more data", {"hidden": 8, "points": 120}),
        ("class-imbalance", "a quarter of them positive", {"positive_share": 0.25}),
        ("batch-size", "use the full batch", {"batch_size": 100}),
        ("irrelevant-inputs", "10 useless inputs", {"noise_columns": 10}),
        ("regression-output-activation", "targets up to 8", {"highest": 8}),
        ("feature-scaling", "divide by the maximum", {"scaling": "by_maximum"}),
        ("dropout", "12 nodes, 30 pts", {"hidden": 12, "points": 30}),
        ("overfitting", "and if every label was right: all labels correct", {"wrong_labels": 0}),
        ("dropout", "drop half of the units", {"rate": 0.5}), (COFFEE, "as many neurons as possible", {"hidden": 8}),
        ("bias-term", "bias on", {"biases": "with"}),
        (COFFEE, "turn the learning rate up a bit", {"learning_rate": 0.15}),
    ],
)  # fmt: skip
def test_wishes_without_names_or_numbers_are_understood(
    bot: Bot, slug: str, text: str, changes: dict[str, Any]
) -> None:
    reply = follow(bot, slug, text)
    assert (reply.slug, dict(reply.changes)) == (slug, changes)


@pytest.mark.parametrize(
    ("text", "before", "last", "after"),
    [
        ("back to 3", {"hidden": 8}, "hidden", {"hidden": 3}),
        ("nah i meant 4", {"hidden": 6}, "hidden", {"hidden": 4}),
        ("no, 5", {"hidden": 6}, "hidden", {"hidden": 5}),
        ("go back to sigmoid", {"activation": "relu"}, "activation", {"activation": "sigmoid"}),
        ("even fewer", {"hidden": 4}, "hidden", {"hidden": 2}),
        ("a lot more", {"steps": 100}, "steps", {"steps": 400}),
        ("go back to 3 neurons", {"hidden": 8}, "steps", {"hidden": 3}),
        ("double it", {"hidden": 2}, "hidden", {"hidden": 4}),
    ],
)  # fmt: skip
def test_what_was_set_before_is_changed(
    bot: Bot, text: str, before: dict[str, Any], last: str, after: dict[str, Any]
) -> None:
    assert dict(follow(bot, COFFEE, text, before, last).changes) == after


@pytest.mark.parametrize(
    ("slug", "text", "compare"),
    [
        (COFFEE, "compare that with 1 neuron", ("hidden", (3, 1))), (COFFEE, "vs 6 units", ("hidden", (3, 6))),
        ("bias-term", "with bias or without?", ("biases", ("with", "without"))),
        ("zero-initialisation-symmetry", "zero or random start weights", ("start", ("zero", "random"))),
        ("logistic-vs-neural-net", "a neural network or logistic regression",
         ("model", ("network", "logistic regression"))),
        (COFFEE, "is relu better?", ("activation", ("sigmoid", "relu"))),
    ],
)  # fmt: skip
def test_a_comparison_has_what_is_in_force_on_its_other_side(bot: Bot, slug: str, text: str, compare: Any) -> None:
    assert follow(bot, slug, text).compare == compare


@pytest.mark.parametrize("slug", [COFFEE, "bias-term", "decision-boundary", "symmetry", "momentum-adam", "xor"])
@pytest.mark.parametrize("text", ["with {}", "compare with {}", "{} or {}", "and {}?"])
def test_nothing_is_compared_with_itself(bot: Bot, slug: str, text: str) -> None:
    slug = slug if slug in bot.entries else "zero-initialisation-symmetry"
    for name, value in bot.params(slug).model_dump().items():
        said = f"{name.replace('_', ' ')} {value}"
        reply = follow(bot, slug, text.format(said, said))
        assert reply.compare is None or len(set(reply.compare[1])) == 2
        if reply.slug == slug and not reply.compare and bot.params(slug, reply.changes) == bot.params(slug):
            assert reply.before is None
            assert bot.compare(reply) is None
    asked = follow(bot, COFFEE, "with 2 neurons")
    assert bot.compare(asked.at({"hidden": 4}, None)) is None


@pytest.mark.parametrize("text", ["show the code", "code?", "python code please", "can I see the code of that run",
                                  "numpy"])
def test_the_code_of_the_run_is_shown(bot: Bot, text: str) -> None:
    assert follow(bot, COFFEE, text).level == "code"


@pytest.mark.parametrize("text", ["in German please", "auf deutsch", "en español por favor", "can you translate this",
                                  "po polsku"])
def test_other_languages_are_said_to_be_the_browsers_affair(bot: Bot, text: str) -> None:
    reply = follow(bot, COFFEE, text)
    assert reply.slug == COFFEE
    assert "English" in reply.notes[0]
    assert "English" in str(bot.understand(text).decision.says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lower the noise", "has no noise setting. I can set hidden units"),
        ("make it rounder", "found no setting"), ("with 3 neurons", "how it is already: hidden units 3"),
        ("train longer", "3,000 instead of 1,500"), ("fewer neurons", "2 instead of 3"),
        ("2 neurons and less noise", "There is no noise setting"), ("50 neurons", "at most 8"),
    ],
)  # fmt: skip
def test_what_was_not_done_or_made_of_a_wish_is_said(bot: Bot, text: str, says: str) -> None:
    assert says in " ".join(follow(bot, COFFEE, text).notes)


@pytest.mark.parametrize("text", ["could the parameters get too large there?", "with another learning rates schedule?"])
def test_a_word_for_settings_in_general_is_no_setting_that_is_missing(bot: Bot, text: str) -> None:
    assert "setting in this" not in " ".join(follow(bot, "learning-rate", text).notes)
    assert "has no" not in " ".join(follow(bot, "learning-rate", text).notes)


def test_a_wish_at_its_bound_is_said_to_be_there(bot: Bot) -> None:
    reply = follow(bot, COFFEE, "train longer", {"steps": 3000})
    assert dict(reply.changes) == {"steps": 3000}
    assert "already the most" in reply.notes[0]


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("is one epoch enough?", ("epochs", 2, "run it with 2 epochs, the least here")),
        ("does batch normalisation still help after 1 epoch?", ("steps", 1, "run it with 1 epoch")),
        ("can one hidden unit solve xor?", ("hidden", 1, "run it with 1 hidden unit")),
        ("is one or two neurons too few in the coffee roasting network?", ("hidden", 2, "run it with 2 neurons")),
        ("why does xor need hidden neurons=3 to be learned", ("hidden", 3, "run it with 3 hidden neurons")),
        ("why do deep networks with 3 layers have vanishing gradients", ("depth", 3, "run it with 3 layers")),
    ],
)  # fmt: skip
def test_numbers_of_a_first_question_are_offered_not_run(bot: Bot, question: str, offered: Any) -> None:
    reply = bot.understand(question)
    assert not reply.changes
    assert reply.compare is None
    assert offered in [(one.setting, one.value, one.words) for one in reply.offers]


@pytest.mark.parametrize("question", [
    "i have 2 classes, should the last layer have one or two neurons", "why is there 1 node at the output of xor?",
    "I have 50000 samples of coffee roasts, is that enough to learn when a roast is good?",
    "Coffee roasting sticks:\n\n    Epoch 1/20\n    12/12 [====] - 0s 3us/step - loss: 0.69\n\nWhy does it not learn?",
])
def test_what_cannot_be_meant_is_not_offered(bot: Bot, question: str) -> None:
    """Units of the output, numbers far out of bounds, and those of a log."""
    offers = [(one.setting, one.value) for one in bot.understand(question).offers]
    assert not [one for one in offers if one[0] in ("hidden", "points", "steps", "epochs")]


@pytest.mark.parametrize("question", [
    "What happens if all weights are set to zero in neural networks, for a classification task?",
    "Validation loss goes up when using dropout",
])
def test_a_first_question_misses_only_settings_that_it_sets(bot: Bot, question: str) -> None:
    assert not bot.understand(question).notes


@pytest.mark.parametrize("question", ["what if I only use 2 neurons in the coffee roasting network",
                                      "show me the coffee roasting network with 2 neurons, please",
                                      "use 2 units in the coffee roasting network"])
def test_a_first_question_that_asks_for_a_run_gets_it(bot: Bot, question: str) -> None:
    assert dict(bot.understand(question).changes) == {"hidden": 2}


def test_what_was_done_is_not_offered(bot: Bot) -> None:
    assert follow(bot, COFFEE, "with 2 neurons and relu").offers == ()


def test_a_change_of_subject_takes_no_setting_along(bot: Bot) -> None:
    reply = follow(bot, COFFEE, "what is dropout?", {"hidden": 2})
    assert (reply.slug, dict(reply.changes)) == ("dropout", {})


def test_an_utterance_is_corrected_once(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    correct = Speller.correct
    speller = utterance._speller()

    def counted(self: Speller, text: str) -> str:
        if self is speller:
            read.append(text)
        return correct(self, text)

    monkeypatch.setattr(Speller, "correct", counted)
    text = "an utterence that nobody has said befor, with 2 nuerons"
    follow(bot, COFFEE, text)
    follow(bot, COFFEE, text)
    assert read == [text]


def test_patterns_are_made_once_not_for_every_question() -> None:
    """No function of these rooms hands a pattern to `re` while it reads: all are compiled before, or kept."""
    for room in ("bot/language", "bot/dialogue"):
        for file in Path(room).glob("*.py"):
            calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                     if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                     and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"]
            assert all(node.func.attr in ("compile", "escape") for node in calls), file


def test_the_model_fits_its_clues() -> None:
    numbers = json.loads(MODEL.read_text(encoding="utf-8"))
    assert {name: len(value) for name, value in numbers.items() if isinstance(value, list)} == {
        "alone": len(CLUES), "joined": len(CLUES), "current": len(CLUES), "following": len(CLUES), "none": len(CLUES),
        "refusals": 4}
    assert 0 < numbers["threshold"] < 1


def test_the_weighed_probabilities_sum_to_one_and_follow_the_evidence() -> None:
    clues = np.zeros(len(CLUES))
    clues[[0, CLUES.index("points back"), CLUES.index("names settings")]] = 1
    columns = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    found = weigh(Evidence(("here", "there"), clues, columns, np.zeros(4)), fitted())
    assert sum(p for _, p in found.ranked) == pytest.approx(1)
    assert found.first == "here"
    clear = np.array([[-9.0, -9.0, 1.0, 0.0], [9.0, 9.0, 0.0, 0.0]])
    assert weigh(Evidence(("here", "there"), np.eye(len(CLUES))[0], clear, np.zeros(4)), fitted()).first == "there"
    assert followups.softmax(np.array([1000.0, 0.0]))[0] == pytest.approx(1)
