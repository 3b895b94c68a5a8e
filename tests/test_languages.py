"""Questions that are clearly not English: told apart from English ones, and met with an honest line."""

import pytest

from bot import encoders
from bot.entries import KNOWLEDGE, read_knowledge
from bot.matching import Matcher, cache_folder, read_outside
from bot.matching.languages import clearly_not_english
from bot.matching.matcher import SURE


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    groups = read_outside(KNOWLEDGE / "outside.toml")
    return Matcher.fit(tuple(read_knowledge().values()), groups, encoders.small(), cache_folder())


@pytest.mark.parametrize(
    "question",
    [
        "¿Para qué sirve el sesgo?",
        "que hace una neurona oculta",
        "pour quoi faire une couche cachée, et combien de neurones ?",
        "Warum braucht man eine Aktivierungsfunktion?",
        "para que serve o bias do neurônio",
        "bhai dropout ka matlab kya hai",
        "learning rate bahut bada ho to kya hota hai",
    ],
)
def test_other_languages_are_seen(question: str) -> None:
    assert clearly_not_english(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "relu",
        "dropout rate 0.5",
        "Why does ReLU die?",
        "d/dz of sigma(z), o = g(z), y_hat = a, e^z",
        "He said 'que sera, sera' in the video, so is the seed of the network chosen for us?",
        "w de x + b en o",
        "my model say always no why it happen",
    ],
)
def test_english_symbols_and_single_words_are_not(question: str) -> None:
    assert not clearly_not_english(question)


def test_nearly_all_english_phrasings_are_taken_for_english() -> None:
    english = ("the", "what", "is", "does", "why", "how")
    texts = [text for entry in read_knowledge().values() for text in entry.asked_as if set(text.split()) & {*english}]
    assert len(texts) > 1000
    assert not [text for text in texts if clearly_not_english(text)]


def test_another_language_gets_the_line_with_suggestions_unless_the_match_is_sure(matcher: Matcher) -> None:
    decision = matcher.decide("mujhe samajh nahi aata ki bias ka kya kaam hota hai")
    assert decision.outside == "other-language"
    assert decision.kind in ("suggest", "decline")
    assert "English" in str(decision.says)
    assert decision.ranked[0].confidence < SURE


def test_a_sure_match_is_answered_in_any_language(matcher: Matcher) -> None:
    certain = matcher.calibration.model_copy(update={"offset": 10.0})
    sure = Matcher(matcher.encoder, matcher.speller, matcher.head, certain, matcher.lines)
    asked = next(text for text in read_knowledge()["bias-term"].asked_as if clearly_not_english(text))
    decision = sure.decide(asked)
    assert (decision.kind, decision.ranked[0].slug, decision.outside) == ("answer", "bias-term", None)
