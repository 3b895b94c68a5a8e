"""Which matcher answers: the shipped one at once, whatever changed or is missing; what is fitted anew takes over."""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from bot.language.spelling import Speller
from bot.matching import BestMatcher, Group, artefacts, encoders
from bot.matching.fitting import quick, refit
from bot.matching.fitting.examples import of_knowledge, reader
from bot.matching.fitting.refit import write
from bot.matching.fitting.train import phrasings_of


@dataclass(frozen=True)
class Made:
    slug: str
    title: str
    utterances: tuple[str, ...]


ENTRIES = (
    Made("bias-term", "Why is there a bias?", ("why b", "what does the bias do", "can I remove the bias")),
    Made("dropout", "What does dropout do?", ("why switch neurons off", "dropout rate", "dropout at test time")),
)
MORE = (*ENTRIES, Made("momentum", "What does momentum do?", ("heavy ball", "momentum 0.9", "why keep a velocity")))
OUTSIDE = (Group(name="greetings", says="Hello.", examples=("hi", "hello", "good morning")),)


class Large:
    """The small encoder under the name of the large one."""

    name = "all-MiniLM-L6-v2"

    def __init__(self) -> None:
        self.dim, self.encode = encoders.small().dim, encoders.small().encode


def missing() -> encoders.Encoder:
    raise encoders.EncoderUnavailable("MiniLM needs its weights")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fitted files for the two entries."""
    folder = tmp_path_factory.mktemp("shipped")
    fitted = quick(ENTRIES, OUTSIDE, encoders.small(), ngrams=True)
    small = fitted.numbers["small"]
    mix = {"minilm": {"story": (0.5, 0.0)}, "nearest": {"story": (0.1, 0.0)}, **small.mix}
    examples, read = of_knowledge(ENTRIES, OUTSIDE), reader(Speller(holding=fitted.words))
    nearest = phrasings_of(examples, fitted.labels, read, encoders.small().encode)
    fitted = replace(fitted, heads={**fitted.heads, "minilm": fitted.heads["small"]}, nearest=nearest,
                     numbers={"small": small, Large.name: small.model_copy(update={"mix": mix})})
    write(folder, fitted, ENTRIES, OUTSIDE)
    return folder


def best(shipped: Path, entries: Sequence[Made] = ENTRIES, cache: Path | None = None, **more: object) -> BestMatcher:
    options = {"large": Large, "multilingual": missing, **more}
    return BestMatcher(entries, OUTSIDE, cache, shipped=shipped, **options)  # type: ignore[arg-type]


def test_what_is_shipped_answers_without_a_fit(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.matching.fitting.regression.fit", None)
    found = best(shipped)
    assert (found.name, found.small.name) == (Large.name, "small")
    assert found.decide("what is the bias for").ranked[0].slug == "bias-term"
    assert found.glance("dropout?").ranked[0].slug == "dropout"


def test_where_there_is_no_large_encoder_the_small_one_answers(shipped: Path) -> None:
    found = best(shipped, large=missing)
    assert found.failure == "MiniLM needs its weights"
    assert not found.wait()
    assert found.name == "small"
    assert found.decide("dropout?").ranked[0].slug == "dropout"


def test_the_mix_has_a_say_of_the_small_encoder_beside_the_large_one(shipped: Path) -> None:
    class Blind(Large):
        """All texts look alike to it."""

        def encode(self, texts: Sequence[str]) -> encoders.Vectors:  # type: ignore[override]
            return np.zeros((len(texts), self.dim), np.float32)

        def __init__(self) -> None:
            self.dim = encoders.small().dim

    assert best(shipped, large=Blind).decide("why are neurons switched off?").ranked[0].slug == "dropout"


def test_changed_entries_are_noticed_and_fitted_beside_what_answers(
    shipped: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Event()

    def patient(*given: object) -> artefacts.Fitted:
        assert begin.wait(600)
        return refit(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.matching.fitting.refit", patient)
    with caplog.at_level(logging.WARNING):
        found = best(shipped, MORE, tmp_path)
    assert "momentum changed" in caplog.text
    assert artefacts.MEND in caplog.text
    found.warm()
    assert found.decide("what does the bias do").ranked[0].slug == "bias-term"  # while the fit has not begun
    assert found.decide("heavy ball, velocity").ranked[0].slug != "momentum"
    begin.set()
    assert found.wait()
    assert found.decide("heavy ball, velocity").ranked[0].slug == "momentum"
    assert found.decide("what does the bias do").ranked[0].slug == "bias-term"
    monkeypatch.setattr("bot.matching.fitting.refit", None)  # the next process finds what was fitted
    again = best(shipped, MORE, tmp_path)
    assert again.decide("heavy ball, velocity") == found.decide("heavy ball, velocity")


def test_a_change_of_the_order_or_fewer_entries_are_no_change(shipped: Path, caplog: pytest.LogCaptureFixture) -> None:
    turned = (replace(ENTRIES[1], utterances=ENTRIES[1].utterances[::-1]), ENTRIES[0])
    assert best(shipped, turned).decide("why b").ranked[0].slug == "bias-term"
    one = best(shipped, ENTRIES[1:])
    assert [match.slug for match in one.decide("why b").ranked] == ["dropout"]
    assert not caplog.text


@pytest.mark.parametrize("name", [artefacts.MANIFEST, artefacts.HEADS, artefacts.WORDS, artefacts.NUMBERS])
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "missing"])
def test_a_damaged_file_is_refused_with_a_line_and_the_matcher_is_made_anew(
    shipped: Path, tmp_path: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = shutil.copytree(shipped, tmp_path / "fitted")
    file = folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x55
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes({"flip": bytes(content), "cut": bytes(content[: len(content) // 2]), "empty": b""}[damage])
    with caplog.at_level(logging.WARNING):
        found = best(folder)
    assert str(file) in caplog.text or str(folder) in caplog.text
    assert artefacts.MEND in caplog.text
    assert found.decide("what does the bias do").ranked[0].slug == "bias-term"


def test_files_of_another_format_are_refused(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefacts, "FORMAT", artefacts.FORMAT + 1)
    with pytest.raises(artefacts.ArtefactError, match=artefacts.MEND):
        artefacts.read(shipped)


def test_a_damaged_cache_is_made_again(shipped: Path, tmp_path: Path) -> None:
    assert best(shipped, MORE, tmp_path).wait(60)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 4
    for file in files:
        file.write_bytes(b"PK\x03\x04 cut off")
    again = best(shipped, MORE, tmp_path)
    assert again.decide("what does the bias do").ranked[0].slug == "bias-term"
    assert again.wait(60)
    assert again.decide("heavy ball, velocity").ranked[0].slug == "momentum"
    assert not list(tmp_path.rglob("*.part"))


def test_a_cache_that_cannot_be_written_is_no_error(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found = best(shipped, MORE, tmp_path / "file" / "cache")
    assert found.wait()
    assert found.decide("heavy ball, velocity").ranked[0].slug == "momentum"


def test_vectors_are_computed_once(shipped: Path, tmp_path: Path) -> None:
    class Counted(Large):
        texts = 0

        def encode(self, texts: Sequence[str]) -> encoders.Vectors:  # type: ignore[override]
            Counted.texts += len(texts)
            return encoders.small().encode(texts)

        def __init__(self) -> None:
            self.dim = encoders.small().dim

    assert best(shipped, MORE, tmp_path, large=Counted).wait(60)
    before = Counted.texts
    more = (*MORE[:2], replace(MORE[2], utterances=(*MORE[2].utterances, "drop the velocity")))
    assert best(shipped, more, tmp_path, large=Counted).wait(60)
    assert Counted.texts - before == 2  # the new phrasing, and the text that tells encoders apart


def test_a_question_in_another_language_goes_to_the_multilingual_encoder_where_there_is_one(shipped: Path) -> None:
    class Multilingual:
        """Dropout for it is whatever holds the word in Cyrillic or in Spanish."""

        name, dim = "multilingual-e5-small", 2

        def encode(self, texts: Sequence[str]) -> encoders.Vectors:
            foreign = ("дропаут", "apagar", "off", "dropout")
            return np.eye(2, dtype=np.float32)[[int(any(word in text for word in foreign)) for text in texts]]

    asked = ["зачем нужен дропаут", "¿para qué sirve apagar las neuronas?"]
    without, found = best(shipped), best(shipped, multilingual=Multilingual)
    assert found.wait()
    assert not any(without.decide(text).sure for text in asked)  # the glossary knows words of both
    assert not {found.decide(text).outside for text in asked} & {"other-script", "other-language"}
    assert [found.decide(text).ranked[0].slug for text in asked] == ["dropout", "dropout"]
    english = "why is there a bias"
    assert found.decide(english) == without.decide(english)


@pytest.mark.parametrize("question", ["hi", ""])
def test_what_is_declined_is_declined(shipped: Path, question: str) -> None:
    assert best(shipped).decide(question).kind == "decline"
