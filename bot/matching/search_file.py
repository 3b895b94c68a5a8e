"""The small matcher as one file that a browser evaluates: surfaces/web/assets/search/ reads it and decides as we do.

A deflated stream: the length of a header (uint32), the header in JSON, and the parts that it lists, each from a
multiple of four bytes on, little-endian. Vectors and weights are kept as small integers with a scale for each row.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.language.spelling import LONGEST_WORD, SHORT_FORMS
from bot.matching import Matcher, features, languages, matcher, ngrams
from bot.matching.decisions import CLEARLY, LIKELY_OUTSIDE
from bot.matching.encoders import StaticEncoder

VECTOR_LEVELS = 127  # of a piece's vector on either side of zero
RUN_LEVELS = 15  # of a character run's weights; they deflate to two thirds of the bytes that 127 levels take
FIRST_DIGIT = 48  # "0": how much a word shares with the one before is written as one character from here on


def search_index(found: Matcher, titles: Mapping[str, str]) -> bytes:
    """The file for a matcher whose encoder is the small one. `titles` are those that may be found, by slug.

    ValueError for a matcher with another encoder: a browser cannot evaluate it.
    """
    if not isinstance(found.encoder, StaticEncoder):
        raise ValueError(f"only the small encoder can be evaluated in a browser, not {found.encoder.name}")
    parts = _Parts()
    _add_vectors(parts, found.encoder)
    _add_head(parts, found)
    parts.add_text("words", _folded(sorted(found.speller.known)))
    parts.add_text("targets", "\n".join(f"{word} {weight}" for word, weight in found.speller.targets.items()))
    header = {**_constants(found), "titles": dict(titles), "dim": found.encoder.dim, "parts": parts.places}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return zlib.compress(struct.pack("<I", len(text)) + text + bytes(parts.content), 9)


class _Parts:
    """Arrays and texts one after the other, and where each begins: name -> [kind, first byte, count]."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.places: dict[str, tuple[str, int, int]] = {}

    def add(self, name: str, array: NDArray[Any]) -> None:
        self._append(name, array.dtype.name, array.size, array.astype(array.dtype.newbyteorder("<")).tobytes())

    def add_text(self, name: str, text: str) -> None:
        encoded = text.encode()
        self._append(name, "utf8", len(encoded), encoded)

    def _append(self, name: str, kind: str, count: int, content: bytes) -> None:
        self.places[name] = (kind, len(self.content), count)
        self.content += content + b"\0" * (-len(content) % 4)


def _add_vectors(parts: _Parts, encoder: StaticEncoder) -> None:
    table, scales = _quantised(encoder.table, VECTOR_LEVELS)
    parts.add_text("pieces", "\n".join(encoder.pieces))
    parts.add("table", table)
    parts.add("table_scales", scales)


def _add_head(parts: _Parts, found: Matcher) -> None:
    head = found.head
    used = np.flatnonzero(head.inverse)  # the other buckets add nothing
    runs, scales = _quantised(head.run_weights[used].astype(np.float32), RUN_LEVELS)
    parts.add("weights", head.weights)
    parts.add("bias", head.bias)
    parts.add("buckets", used.astype(np.uint16))
    parts.add("inverse", head.inverse[used])
    parts.add("runs", runs)
    parts.add("run_scales", scales)


def _quantised(rows: NDArray[np.float32], levels: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows (N, k) as integers from -levels to levels, and the scale (N,) that turns them back."""
    scales = np.abs(rows).max(axis=1) / levels
    scales[scales == 0] = 1
    return np.round(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _folded(words: Sequence[str]) -> str:
    """Sorted words, each as how much it shares with the one before (one character) and the rest."""
    shared = [_shared(*pair) for pair in zip(["", *words], words, strict=False)]
    return "\n".join(chr(FIRST_DIGIT + n) + word[n:] for n, word in zip(shared, words, strict=True))


def _shared(one: str, other: str) -> int:
    """How many characters two words begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _constants(found: Matcher) -> dict[str, Any]:
    """What the rules of the matcher are made of, so that it stands in one place."""
    english, others = languages.small_words()
    return {
        "labels": found.head.labels, "outside": matcher.OUTSIDE, "lines": dict(found.lines),
        "calibration": found.calibration.model_dump(),
        "bounds": {"longest": features.LONGEST, "latin_enough": matcher.LATIN_ENOUGH, "sure": matcher.SURE,
                   "symbols": features.SYMBOLS, "likely_outside": LIKELY_OUTSIDE, "clearly": CLEARLY},
        "leaning": {"pattern": features.LEANS.pattern, "fragmentWords": features.FRAGMENT_WORDS},
        "ngrams": {"sizes": ngrams.SIZES, "longestWord": ngrams.LONGEST_WORD, "count": ngrams.BUCKETS},
        "spelling": {"shortForms": SHORT_FORMS, "longestWord": LONGEST_WORD},
        "languages": {"english": sorted(english), "others": [sorted(others[name]) for name in sorted(others)],
                      "enough": languages.ENOUGH},
    }
