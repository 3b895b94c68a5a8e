"""Typing errors are mended, and the words of the field are left alone."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.spelling import PROTECTED, SHORT_FORMS, Speller

TEXTS = [
    "what does a hidden neuron mean",
    "is the neuron about affordability or awareness",
    "affordability and awareness in the demand example",
    "why is the derivative of the sigmoid so small",
    "the derivative of the cost with respect to the weights",
    "neural network weights",
    "the weights of a neural network after backpropagation",
]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(TEXTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("what dose a hiden nueron mean", "what dose a hidden neuron mean"),
        ("afordability awarness", "affordability awareness"),
        ("derivitive of sigmod", "derivative of sigmoid"),
        ("nueral netwrok wieghts", "neural network weights"),
        ("diff btwn sigmoid n softmax plz", "difference between sigmoid and softmax please"),
        ("Backpropogation?", "backpropagation?"),
    ],
)
def test_typing_errors_are_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "naive bayes",
        "ReLU, tanh or softmax for MNIST in PyTorch",
        "W (2,3) or (3,2)?",
        "np.matmul(A, W) + b",
        "flow_from_directory and flowFromDirectory",
        "isn't it Rosenblatt's perceptron",
        "xavier glorot he kaiming",
        "히든 레이어",
        "",
    ],
)
def test_names_formulas_and_words_of_the_field_are_left_alone(speller: Speller, text: str) -> None:
    assert speller.correct(text) == text


def test_a_word_of_one_text_alone_does_not_become_right() -> None:
    """Phrasings are misspelt on purpose: what stands in only one of them is no new word."""
    speller = Speller([*TEXTS, "wat is a nueron", "the output layer"])
    assert speller.correct("nueron") == "neuron"


def test_ours_is_preferred_to_english(speller: Speller) -> None:
    assert speller.correct("neuorn") == "neuron"
    assert Speller(["colour"]).correct("neuorn") != "colour"


@given(st.text(max_size=300))
def test_any_text_comes_through(text: str) -> None:
    corrected = SPELLER.correct(text)
    assert SPELLER.correct(corrected) == corrected or len(corrected) < 10 * len(text) + 100


@given(st.sampled_from(sorted(PROTECTED - SHORT_FORMS.keys())))
def test_protected_words_stay(word: str) -> None:
    assert SPELLER.correct(word) == word


SPELLER = Speller(TEXTS)


def test_two_processes_correct_alike() -> None:
    """Words as near and as common as each other come in one order, whatever Python's hashes are in this process."""
    texts = [f"{end}{word}" for word in ("lander", "lender", "linder", "londer") for end in ("the ", "a ")]
    code = f"from bot.language.spelling import Speller; print(list(Speller({texts!r}).targets)[-200:])"
    said = {
        subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, check=True,
                       capture_output=True, text=True).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
