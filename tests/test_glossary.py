"""Questions in other languages as the English words that are found in them."""


import pytest
from growth import grows_in_proportion
from hypothesis import given
from hypothesis import strategies as st

from bot.language.glossary import in_english
from bot.service import shared_bot


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("¿Cuántas neuronas necesito en la capa oculta?", "how many neurons need hidden layer"),
        ("Pourquoi a-t-on besoin d'une fonction d'activation ?", "why need activation function"),
        ("Was passiert ohne Aktivierungsfunktion?", "what happens without activation function"),
        ("Para que serve o viés de um neurônio?", "what does it do bias neuron"),
        ("A cosa serve il tasso di apprendimento?", "what does it do learning rate"),
        ("Зачем нужны функции активации?", "why need activation function"),
        ("为什么需要激活函数？", "why need activation function"),
        ("왜 활성화 함수가 필요한가요?", "why activation function need"),
        ("एक्टिवेशन फ़ंक्शन क्यों चाहिए?", "activation function why need"),
        ("почему мой relu умирает", "why relu dead"),
    ],
)
def test_our_words_are_found_in_their_order(question: str, words: str) -> None:
    assert in_english(question) == words


@pytest.mark.parametrize("question", ["¿Dónde está el aeropuerto?", "为我点一份披萨", "", "?!", "Как готовить борщ?"])
def test_where_hardly_any_is_found_nothing_is_said(question: str) -> None:
    assert in_english(question) == ""


@pytest.mark.parametrize(("question", "slug"), [("为什么一个神经元学不会异或？", "xor"),
                                                ("Почему dropout отключает случайные нейроны?", "dropout")])
def test_one_whose_words_leave_no_doubt_is_answered_as_likely(question: str, slug: str) -> None:
    decision = shared_bot().match(question)
    assert (decision.kind, decision.ranked[0].slug, decision.outside) == ("answer", slug, None)
    assert not decision.sure
    assert decision.beside


def test_such_a_question_gets_the_nearest_answers_and_an_honest_line() -> None:
    decision = shared_bot().match("왜 활성화 함수가 필요한가요?")
    assert decision.ranked[0].slug == "why-nonlinearity"
    assert (decision.kind, decision.outside) == ("suggest", "other-language")
    assert "English" in str(decision.says)


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert in_english(text).isascii()


@pytest.mark.load
@pytest.mark.parametrize("piece", ["tasa de ", "que ", "a", "neuron a a ", "capa capa ", "층", "'-'- ", "скор "])
def test_time_is_in_proportion_to_the_length(piece: str) -> None:
    assert grows_in_proportion(in_english, piece, 5_000)
