"""The small encoder decides until the large one is ready, and for good where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, current_thread
from threading import enumerate as enumerate_threads

import numpy as np
import pytest

from bot.matching import BestMatcher, Group, Matcher, encoders, shipped


@dataclass(frozen=True)
class Made:
    slug: str
    title: str
    utterances: tuple[str, ...]


ENTRIES = (
    Made("bias-term", "Why is there a bias?", ("why b", "what does the bias do", "can I remove the bias")),
    Made("dropout", "What does dropout do?", ("why switch neurons off", "dropout rate", "dropout at test time")),
)
OUTSIDE = (Group(name="greetings", says="Hello.", examples=("hi", "hello", "good morning")),)


class Other:
    """The small encoder under another name, which reads when it is told."""

    name = "other"

    def __init__(self, ready: Event) -> None:
        self.dim, self.ready = encoders.small().dim, ready

    def encode(self, texts: Sequence[str]) -> encoders.Vectors:
        assert self.ready.wait(60)
        return encoders.small().encode(texts)


def test_the_large_encoder_takes_over_when_it_is_ready() -> None:
    ready = Event()
    best = BestMatcher(ENTRIES, OUTSIDE, None, lambda: Other(ready))
    best.warm()
    assert best.current.encoder.name == "small"
    assert best.decide("what is the bias for").ranked[0].slug == "bias-term"
    assert not best.wait(0)
    ready.set()
    assert best.wait(30)
    assert best.current.encoder.name == "other"
    assert best.decide("what is the bias for").ranked[0].slug == "bias-term"


def test_the_small_matcher_has_a_say_beside_the_large_one() -> None:
    class Blind:
        """All texts look alike to it."""

        name, dim = "blind", 2

        def encode(self, texts: Sequence[str]) -> encoders.Vectors:
            return np.tile(np.float32([1, 0]), (len(texts), 1))

    large, small = shipped(ENTRIES, OUTSIDE, Blind(), None), shipped(ENTRIES, OUTSIDE, encoders.small(), None)
    assert small.beside is None
    question = "why are units turned off by chance?"  # shares no run of characters that tells entries apart
    alone = Matcher.fit(ENTRIES, OUTSIDE, Blind(), None)
    gain = [m.probabilities(question)[0]["dropout"] for m in (alone, large, small)]
    assert gain[0] < gain[1] < gain[2]


def missing() -> encoders.Encoder:
    raise encoders.EncoderUnavailable("MiniLM needs torch")


def test_where_there_is_no_large_encoder_the_small_one_stays() -> None:
    best = BestMatcher(ENTRIES, OUTSIDE, None, missing)
    assert not best.wait(30)
    assert best.failure == "MiniLM needs torch"
    assert best.current.encoder.name == "small"
    assert best.decide("dropout?").ranked[0].slug == "dropout"


def test_questions_in_other_languages_go_to_the_multilingual_encoder_where_there_is_one() -> None:
    class Multilingual:
        """Dropout for it is whatever holds the word in Cyrillic or in Spanish."""

        name, dim = "multilingual-e5-small", 2

        def encode(self, texts: Sequence[str]) -> encoders.Vectors:
            foreign = ("дропаут", "apagar", "off", "dropout")
            return np.eye(2, dtype=np.float32)[[int(any(word in text for word in foreign)) for text in texts]]

    asked = ["зачем нужен дропаут", "¿para qué sirve apagar las neuronas?"]
    without = BestMatcher(ENTRIES, OUTSIDE, None, encoders.small, missing)
    best = BestMatcher(ENTRIES, OUTSIDE, None, encoders.small, Multilingual)
    for matcher in (without, best):
        assert matcher.wait(30)
    for thread in enumerate_threads():
        if thread.name == "multilingual encoder":
            thread.join(30)
    assert [without.decide(text).outside for text in asked] == ["other-script", "other-language"]
    assert not {best.decide(text).outside for text in asked} & {"other-script", "other-language"}
    assert [best.decide(text).ranked[0].slug for text in asked] == ["dropout", "dropout"]
    english = "why is there a bias"
    assert best.decide(english) == without.decide(english)


def test_it_is_loaded_once() -> None:
    loads = []

    def large() -> encoders.Encoder:
        loads.append(current_thread())
        return encoders.small()

    best = BestMatcher(ENTRIES, OUTSIDE, None, large)
    for _ in range(3):
        best.warm()
    assert best.wait(30)
    assert best.wait(30)
    assert loads == [current_thread()], "its packages are imported by whoever asks for it, not beside that"


@pytest.mark.parametrize("question", ["hi", ""])
def test_what_is_declined_is_declined(question: str) -> None:
    assert BestMatcher(ENTRIES, OUTSIDE, None).decide(question).kind == "decline"
