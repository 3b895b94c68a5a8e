"""Questions that are clearly not English: told apart from English ones, and met with an honest line."""

from dataclasses import replace

import pytest
from known import ENTRIES

from bot.content.entries import KNOWLEDGE
from bot.matching import BestMatcher, Matcher, Thresholds, read_outside
from bot.matching.languages import clearly_not_english


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    groups = read_outside(KNOWLEDGE / "outside.toml")
    return BestMatcher(tuple(ENTRIES.values()), groups, None).small


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
        "perché serve una funzione di attivazione?",
        "quanti neuroni devo mettere nello strato nascosto, c'è una regola?",
        "waarom is er een bias nodig in een neuron",
        "hoe kies ik het aantal lagen",
        "varför behövs en aktiveringsfunktion i det dolda lagret?",
        "hvordan velger jeg læringsraten",
        "dlaczego nie można zacząć od samych zer?",
        "co to jest epoka i ile ich trzeba",
        "gizli katmandaki nöron ne demek",
        "neden farklı sonuçlar çıkıyor ve bu nasıl önlenir",
        "kenapa hasilnya selalu sama dan bagaimana cara memperbaikinya",
        "de ce avem nevoie de un bias și ce înseamnă",
        "tại sao phải chuẩn hóa dữ liệu đầu vào?",
        "quantas camadas a rede precisa ter",
        "J'ai un réseau à deux couches pour prédire les ventes. Pourquoi la perte remonte-t-elle ensuite ?",
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
    texts = [text for entry in ENTRIES.values() for text in entry.utterances if set(text.split()) & {*english}]
    assert len(texts) > 1000
    assert not [text for text in texts if clearly_not_english(text)]


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("почему нужна функция активации", None),
        ("학습률이 너무 크면 어떻게 되나요", "learning-rate"),
        ("学习率太大会发生什么", "learning-rate"),
        ("लर्निंग रेट बहुत बड़ा हो तो क्या होता है", None),
        ("隠れ層にはニューロンがいくつ必要ですか。式はありますか", None),
        ("لماذا نحتاج إلى الانحياز", None),
        ("τι σημαίνει η έξοδος ενός κρυφού νευρώνα;", None),
        ("מה זה נוירון נסתר ברשת", None),
        ("นิวรอนในชั้นซ่อนคืออะไร", None),
        ("რას ნიშნავს ფარული ნეირონი", None),
    ],
)
def test_another_script_gets_the_line_and_where_we_have_its_words_the_right_suggestions(
    matcher: Matcher, question: str, slug: str | None
) -> None:
    decision = matcher.decide(question)
    assert decision.outside == "other-script"
    assert decision.kind == "decline"
    assert "English" in str(decision.says)
    if slug:
        assert slug in [match.slug for match in decision.ranked[:3]]


def test_another_language_gets_the_line_with_suggestions_unless_the_match_is_sure(matcher: Matcher) -> None:
    decision = matcher.decide("mujhe samajh nahi aata ki bias ka kya kaam hota hai")
    assert decision.outside == "other-language"
    assert decision.kind in ("suggest", "decline")
    assert "English" in str(decision.says)
    assert decision.ranked[0].confidence < matcher.numbers.thresholds.foreign


def test_a_sure_match_is_answered_in_any_language(matcher: Matcher) -> None:
    certain = matcher.numbers.model_copy(update={"offset": 10.0, "thresholds": Thresholds(suggest=0.0)})
    sure = replace(matcher, numbers=certain)
    asked = next(text for text in ENTRIES["bias-term"].utterances if clearly_not_english(text))
    decision = sure.decide(asked)
    assert (decision.kind, decision.ranked[0].slug, decision.outside) == ("answer", "bias-term", None)
