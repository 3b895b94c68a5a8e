"""The small matcher as one file that a browser evaluates: surfaces/web/assets/search/ reads it and decides as we do.

A deflated stream: the length of a header (uint32), the header in JSON, and the parts that it lists, each from a
multiple of four bytes on, little-endian. Vectors and weights are kept as small integers with a scale for each row.
The header names its format, so that a script that the browser kept and a newer file cannot misunderstand each other.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from bot.language.spelling import LONGEST_WORD, SHORT_FORMS
from bot.matching import features, languages, matcher, ngrams
from bot.matching.decisions import BESIDE, CLEARLY, LIKELY_OUTSIDE
from bot.matching.encoders import StaticEncoder
from bot.matching.head import quantised
from bot.matching.matcher import Matcher

FORMAT = 4  # index.js reads this one alone; raise both where an older script would misread the file
VECTOR_LEVELS = 127  # of a piece's vector on either side of zero
SMALLEST, SOON = 9, 7  # how hard zlib tries: SOON takes a fifth of the time, and 2 % more bytes
FIRST_DIGIT = 48  # "0": how much a word shares with the one before is written as one character from here on


def search_index(found: Matcher, titles: Mapping[str, str], level: int = SMALLEST) -> bytes:
    """The file for a matcher whose encoder is the small one. `titles` are those that may be found, by slug; `level` is
    SMALLEST for a file that is kept, SOON where somebody waits for it.

    ValueError for a matcher with another encoder: a browser cannot evaluate it.
    """
    model = found.models.get("small")
    if model is None or found.name != "small" or not isinstance(model.encoder, StaticEncoder):
        raise ValueError(f"only the small encoder can be evaluated in a browser, not {found.name}")
    parts = _Parts()
    _add_vectors(parts, model.encoder)
    parts.add("weights", model.head.weights)
    parts.add("bias", model.head.bias)
    for name in ("buckets", "idf", "rows", "scales", "bias"):
        parts.add(f"ngrams_{name}", getattr(found.ngrams, name))
    parts.add_text("words", _folded(sorted(found.speller.known)))
    parts.add_text("targets", "\n".join(f"{word} {weight}" for word, weight in found.speller.targets.items()))
    header = {"format": FORMAT, **_constants(found), "titles": dict(titles), "dim": model.encoder.dim,
              "parts": parts.places}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return zlib.compress(struct.pack("<I", len(text)) + text + bytes(parts.content), level)


def version_of(content: bytes) -> str:
    """What tells a file from those before it, for its address."""
    return hashlib.sha256(content).hexdigest()[:10]


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
    table, scales = quantised(encoder.table, VECTOR_LEVELS)
    parts.add_text("pieces", "\n".join(encoder.pieces))
    parts.add("table", table)
    parts.add("table_scales", scales)


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
        "labels": found.labels, "outside": matcher.OUTSIDE, "lines": dict(found.lines),
        "numbers": found.numbers.model_dump(),
        "bounds": {"longest": features.LONGEST, "short": features.SHORT, "latin_enough": matcher.LATIN_ENOUGH,
                   "symbols": features.SYMBOLS, "likely_outside": LIKELY_OUTSIDE, "clearly": CLEARLY,
                   "usual": matcher.USUAL, "beside": BESIDE},
        "leaning": {"pattern": features.LEANS.pattern, "fragmentWords": features.FRAGMENT_WORDS},
        "ngrams": {"sizes": ngrams.SIZES, "longestWord": ngrams.LONGEST_WORD, "count": ngrams.BUCKETS},
        "spelling": {"shortForms": SHORT_FORMS, "longestWord": LONGEST_WORD},
        "languages": {"english": sorted(english), "others": [sorted(others[name]) for name in sorted(others)],
                      "enough": languages.ENOUGH},
    }
