"""From the knowledge base, and real posts where they are at hand, to everything that a matcher is made of."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from bot.language.spelling import Speller
from bot.matching.artefacts import Fitted, read_arrays, write_arrays
from bot.matching.encoders import Encoder, Vectors
from bot.matching.fitting import heads
from bot.matching.fitting.examples import REAL, WRITTEN, Example, Read
from bot.matching.head import NgramHead, VectorHead
from bot.matching.matcher import LARGE
from bot.matching.nearest import Phrasings, remembered

BATCH = 256  # texts that are encoded before a thread beside it gets its turn


@dataclass
class Vectorised:
    """An encoder that remembers its vectors, in a file if there is a folder for it."""

    encoder: Encoder
    folder: Path | None = None

    def __post_init__(self) -> None:
        self._known: dict[str, Vectors] = self._read()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, (N, dim); those that are not known yet are computed and remembered."""
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        wanted = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            found = self.encoder.encode([missing[key] for key in batch])
            self._known |= dict(zip(batch, found, strict=True))
        return np.stack([self._known[key] for key in keys])

    def keep(self) -> None:
        """Write what is known to the file. A full or read-only disk is no error: all can be computed again."""
        if self.folder is None or not self._known:
            return
        try:
            write_arrays(self._file, {
                "keys": np.asarray(list(self._known)), "vectors": np.stack(list(self._known.values())),
            })
        except OSError:
            return

    def _read(self) -> dict[str, Vectors]:
        arrays = read_arrays(self._file) if self.folder else {}
        return dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True)) if arrays else {}

    @cached_property
    def _file(self) -> Path:
        assert self.folder is not None
        probe = np.round(self.encoder.encode(["What does a hidden neuron mean?"])[0], 3) + 0.0  # no -0.0
        return self.folder / f"vectors-{_key(f'{self.encoder.name} {probe.tolist()}')}.npz"


def speller_of(examples: Iterable[Example]) -> Speller:
    """The speller that knows the words of what we wrote; those of retold posts have their askers' typing errors."""
    return Speller(example.text for example in examples if example.weight == WRITTEN and example.nearby)


@dataclass(frozen=True)
class Heads:
    """What is fitted on examples."""

    vectors: Mapping[str, VectorHead]  # by the name of the model
    ngrams: NgramHead
    nearest: Phrasings


def fit_heads(examples: Sequence[Example], labels: Sequence[str], read: Read, encode: Mapping[str, heads.Encode],
              start: Fitted | None = None) -> Heads:
    """Heads over the vectors of each encoder, by its name in heads.VIEWS, and over n-grams; and the phrasings as MiniLM
    sees them.

    With `start`, which must have these labels, all are pulled to its heads instead of to zero: what real posts taught
    stays, although they are not among the examples.
    """
    found = {}
    for name, vectors_of in encode.items():
        rows = heads.rows_of(examples, labels, read, heads.VIEWS[name])
        found[name] = heads.fit_vectors(name, rows, vectors_of, None if start is None else start.heads.get(name))
    rows = heads.rows_of(examples, labels, read, heads.WHOLE)
    nearest = phrasings_of(examples, labels, read, encode[LARGE]) if LARGE in encode else nothing_near(len(labels))
    return Heads(found, heads.fit_ngrams(rows, None if start is None else start.ngrams), nearest)


def phrasings_of(examples: Sequence[Example], labels: Sequence[str], read: Read, encode: heads.Encode) -> Phrasings:
    """The vectors of the phrasings: real posts are not remembered, and ways to ask a point are with the points."""
    number = {label: index for index, label in enumerate(labels)}
    ours = [example for example in examples if example.weight != REAL and example.nearby]
    asked = [number[max(example.labels, key=example.labels.__getitem__)] for example in ours]
    return remembered(encode([read(example.text)["story"][-1] for example in ours]), np.asarray(asked), len(labels))


def nothing_near(labels: int) -> Phrasings:
    """No phrasing, for matchers without MiniLM."""
    return Phrasings(np.zeros((0, 1), np.int8), np.zeros(0, np.float32), np.zeros(labels, np.int64))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
