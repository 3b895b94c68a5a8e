"""What is fitted, built once and kept on disk under the hash of everything that it depends on."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from bot.content.environment import environment
from bot.language.spelling import Speller
from bot.matching import ngrams
from bot.matching.encoders import Encoder, Vectors
from bot.matching.head import COMPONENTS, ITERATIONS, PENALTY, Head, fit_head

VERSION = 2  # raise it when the same texts would give another head
KEPT = 4  # heads that stay in the cache
ARRAYS = ("labels", "weights", "bias", "run_weights", "inverse")


def cache_folder() -> Path:
    """Where fitted heads and vectors are kept: ASK_NEURON_CACHE, else the user's cache folder."""
    return environment().cache or Path(platformdirs.user_cache_dir("ask-neuron"))


def load_or_fit(labelled: Sequence[tuple[str, str]], speller: Speller, encoder: Encoder, cache: Path | None) -> Head:
    """The head for these texts with their labels, from the cache where it is there, else fitted and kept.

    It learns each text as typed and as corrected, for so it will be asked.
    """
    if cache is None:
        texts, labels = _both_forms(labelled, speller)
        return fit_head(encoder.encode(texts), texts, labels)
    mark = _mark(encoder)
    parts = [VERSION, mark, PENALTY, ITERATIONS, COMPONENTS, ngrams.BUCKETS, labelled]
    file = cache / f"head-{_hash(json.dumps(parts))}.npz"
    kept = _read(file, ARRAYS)
    if kept is not None:
        return Head(tuple(str(label) for label in kept[0]), *kept[1:])
    texts, labels = _both_forms(labelled, speller)
    head = fit_head(_vectors(texts, encoder, cache / f"vectors-{mark}.npz"), texts, labels)
    _write(file, {name: np.asarray(getattr(head, name)) for name in ARRAYS})
    _prune(cache)
    return head


def _both_forms(labelled: Sequence[tuple[str, str]], speller: Speller) -> tuple[list[str], list[str]]:
    forms = [(form, label) for text, label in labelled for form in dict.fromkeys((text, speller.correct(text)))]
    return [form for form, _ in forms], [label for _, label in forms]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _mark(encoder: Encoder) -> str:
    """What tells two encoders apart: their names, and how they encode one text, to three decimals."""
    probe = np.round(encoder.encode(["What does a hidden neuron mean?"])[0], 3) + 0.0  # no -0.0
    return _hash(f"{encoder.name} {probe.tolist()}")


def _vectors(texts: Sequence[str], encoder: Encoder, file: Path) -> Vectors:
    """Vectors of the texts, (N, dim), of which only those are computed that the file does not hold yet."""
    keys = [_hash(text) for text in texts]
    kept = _read(file, ("keys", "vectors"))
    known = {} if kept is None else dict(zip(kept[0].tolist(), kept[1], strict=True))
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known |= dict(zip(missing, encoder.encode(list(missing.values())), strict=True))
        used = {key: known[key] for key in dict.fromkeys(keys)}
        _write(file, {"keys": np.asarray(list(used)), "vectors": np.stack(list(used.values()))})
    return np.stack([known[key] for key in keys])


def _read(file: Path, names: Sequence[str]) -> list[Any] | None:
    """The arrays in a file; None where it is missing or damaged, for all of it can be made again."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return [arrays[name] for name in names]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _write(file: Path, arrays: Mapping[str, Any]) -> None:
    """Write all or nothing, so that nobody reads half a file. A full or read-only disk is no error."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    except OSError:
        return
    try:
        with os.fdopen(descriptor, "wb") as stream:
            np.savez(stream, **arrays)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)


def _prune(cache: Path) -> None:
    """Keep the newest heads; each change of the knowledge base leaves one behind."""
    for file in sorted(cache.glob("head-*.npz"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
        file.unlink(missing_ok=True)
