"""What is fitted and shipped: heads, spelling words, numbers and the browser's file, in one folder with a manifest.

The manifest names the format, the texts that all was fitted on (as a hash), and the sha256 of each file. A file that
is missing, cut off or changed makes the folder unusable, which is said in one line.
"""

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.content.errors import OurError
from bot.language.spelling import Speller
from bot.matching.asks import KnownVectors
from bot.matching.decisions import Numbers, Thresholds
from bot.matching.encoders import Encoder
from bot.matching.head import NgramHead, VectorHead
from bot.matching.matcher import OUTSIDE, HasPhrasings, Matcher, Model, Pointing, nowhere
from bot.matching.nearest import Phrasings
from bot.matching.outside import RULE_LINES, Group

FORMAT = 3  # raise it when older files cannot be read any more, or mean something else
SHIPPED = Path(__file__).parent / "fitted"
MEND = "scripts/fit_matching.py"
NGRAMS, NEAREST = ("buckets", "idf", "rows", "scales", "bias"), ("rows", "scales", "counts")
MANIFEST, HEADS, WORDS, NUMBERS, SEARCH = "manifest.json", "heads.npz", "words.txt", "numbers.json", "search.bin"
POINTS = "points.npz"
NEVER = 10.0  # so much less than any other label's logit a label has that nothing was fitted on


class ArtefactError(OurError, ValueError):
    """A folder of fitted files that cannot be used; the message says which file, why, and what mends it."""


class Manifest(BaseModel):
    """What a folder holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    texts: Mapping[str, str]  # the hash of what each label was fitted on, see `hashes_of`
    posts: int  # how many real posts were fitted on, too
    files: Mapping[str, str]  # name -> sha256


@dataclass(frozen=True)
class Fitted:
    """Everything that matchers are made of, besides the encoders."""

    labels: tuple[str, ...]
    heads: Mapping[str, VectorHead]  # by model
    ngrams: NgramHead
    nearest: Phrasings
    words: Mapping[str, int]  # the speller's: how many texts hold each
    numbers: Mapping[str, Numbers]  # by the name of the matcher
    texts: Mapping[str, str]  # see Manifest
    posts: int = 0
    search: bytes = b""  # the browser's file for all entries
    asks: KnownVectors = field(default_factory=KnownVectors)  # MiniLM's vectors of the entries' points


def hashes_of(entries: Iterable[HasPhrasings], outside: Iterable[Group]) -> dict[str, str]:
    """For each label the hash of all texts that it is fitted on, in whatever order they are read."""
    texts = {entry.slug: (entry.title, *entry.utterances) for entry in entries}
    texts |= {OUTSIDE + group.name: group.examples for group in outside}
    return {label: _hash("\0".join(sorted(some))) for label, some in texts.items() if some}


def labels_of(entries: Iterable[HasPhrasings], outside: Iterable[Group]) -> tuple[str, ...]:
    """All labels, sorted."""
    return tuple(sorted(hashes_of(entries, outside)))


def changed(fitted: Fitted, entries: Iterable[HasPhrasings], outside: Iterable[Group]) -> list[str]:
    """The labels whose texts are new, or others than those that were fitted on. Fewer labels are no change."""
    return [label for label, found in hashes_of(entries, outside).items() if fitted.texts.get(label) != found]


def folder_in(cache: Path, entries: Iterable[HasPhrasings], outside: Iterable[Group]) -> Path:
    """Where what is fitted on this knowledge base is kept."""
    return cache / f"fitted-{_hash(json.dumps(sorted(hashes_of(entries, outside).items())))}"


def with_labels(fitted: Fitted, labels: Sequence[str]) -> Fitted:
    """The same for other labels: those that it knows keep their weights, the others are never the first yet."""
    if fitted.labels == tuple(labels):
        return fitted
    old = {label: index for index, label in enumerate(fitted.labels)}
    rows = np.array([old.get(label, -1) for label in labels])
    known = rows >= 0

    def moved(values: NDArray[Any], missing: float = 0.0) -> NDArray[Any]:
        """Rows in the order of the new labels."""
        shaped = known.reshape(-1, *[1] * (values.ndim - 1))
        return np.where(shaped, values[rows], np.asarray(missing, values.dtype))

    heads = {name: VectorHead(moved(head.weights), moved(head.bias, float(head.bias.min()) - NEVER))
             for name, head in fitted.heads.items()}
    ngrams = replace(fitted.ngrams, rows=np.ascontiguousarray(moved(fitted.ngrams.rows.T).T),
                     bias=moved(fitted.ngrams.bias, float(fitted.ngrams.bias.min()) - NEVER))
    return replace(fitted, labels=tuple(labels), heads=heads, ngrams=ngrams, nearest=_moved(fitted.nearest, rows))


def _moved(nearest: Phrasings, labels: NDArray[np.int64]) -> Phrasings:
    """The phrasings of the labels with these numbers (n_labels,), in their order; -1 is one without any."""
    ends = np.cumsum(nearest.counts)
    kept = [np.arange(ends[label] - nearest.counts[label], ends[label]) for label in labels.tolist() if label >= 0]
    rows = np.concatenate(kept) if kept else np.zeros(0, np.int64)
    counts = np.where(labels >= 0, nearest.counts[labels], 0)
    return Phrasings(nearest.rows[rows], nearest.scales[rows], counts)


def matcher_of(fitted: Fitted, models: Mapping[str, Encoder], outside: Sequence[Group],
               pointing: Pointing = nowhere) -> Matcher:
    """The matcher whose encoders these are, by what their heads are called, the best one first."""
    lines = RULE_LINES | {group.name: group.says for group in outside}
    best = next(iter(models.values())).name
    heads = {name: Model(encoder, fitted.heads[name]) for name, encoder in models.items()}
    speller = Speller(holding=fitted.words)
    return Matcher(best, fitted.labels, heads, fitted.ngrams, fitted.nearest, fitted.numbers[best], speller, lines,
                   pointing)


def read(folder: Path) -> Fitted:
    """What a folder holds. Raises ArtefactError where a file is missing or is not the one that was written."""
    manifest = read_manifest(folder)
    contents = {name: _content(folder, name, digest) for name, digest in manifest.files.items()}
    try:
        arrays = np.load(io.BytesIO(contents[HEADS]), allow_pickle=False)
        labels = tuple(str(label) for label in arrays["labels"])
        models = sorted(name.removesuffix(" weights") for name in arrays.files if name.endswith(" weights"))
        heads = {name: VectorHead(arrays[f"{name} weights"].astype(np.float32), arrays[f"{name} bias"])
                 for name in models}
        ngrams = NgramHead(*(arrays[f"ngrams {part}"] for part in NGRAMS))
        nearest = Phrasings(*(arrays[f"nearest {part}"] for part in NEAREST))
        words = dict(_word(line) for line in contents[WORDS].decode().splitlines())
        numbers = {name: Numbers.model_validate(given) for name, given in json.loads(contents[NUMBERS]).items()}
        asks = KnownVectors(**np.load(io.BytesIO(contents[POINTS]))) if POINTS in contents else KnownVectors()
    except (KeyError, ValueError, OSError) as error:
        raise ArtefactError(f"the files in {folder} do not fit together ({error!r}); {MEND} makes them anew") from error
    return Fitted(labels, heads, ngrams, nearest, words, numbers, manifest.texts, manifest.posts, contents[SEARCH],
                  asks)


@cache
def thresholds() -> Thresholds:
    """The shipped thresholds of the best matcher, for those who look at a decision's confidence themselves. It means
    the same whichever matcher has decided."""
    try:
        given = json.loads((SHIPPED / NUMBERS).read_bytes())
        return Numbers.model_validate(given["all-MiniLM-L6-v2"]).thresholds
    except (OSError, KeyError, ValueError):  # `read` says what is wrong
        return Thresholds()


def read_manifest(folder: Path) -> Manifest:
    """The manifest alone. Raises ArtefactError where there is none or it is of another format."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise ArtefactError(f"{folder / MANIFEST} cannot be read; {MEND} makes it anew") from error
    if manifest.format != FORMAT:
        raise ArtefactError(f"{folder} has format {manifest.format}, not {FORMAT}; {MEND} makes it anew")
    return manifest


def write(folder: Path, fitted: Fitted) -> None:
    """Write all files, and the manifest last, so that a folder that is not finished is refused."""
    arrays: dict[str, object] = {"labels": np.asarray(fitted.labels)}
    for name, head in fitted.heads.items():
        arrays[f"{name} weights"], arrays[f"{name} bias"] = head.weights.astype(np.float16), head.bias
    arrays |= {f"ngrams {part}": getattr(fitted.ngrams, part) for part in NGRAMS}
    arrays |= {f"nearest {part}": getattr(fitted.nearest, part) for part in NEAREST}
    numbers = {name: one.model_dump() for name, one in sorted(fitted.numbers.items())}
    contents = {
        HEADS: _packed(arrays),
        POINTS: _packed({part: getattr(fitted.asks, part) for part in ("texts", "rows", "scales")}),
        WORDS: "".join(f"{word} {count}\n" for word, count in sorted(fitted.words.items())).encode(),
        NUMBERS: (json.dumps(numbers, indent=1) + "\n").encode(),
        SEARCH: fitted.search,
    }
    manifest = Manifest(format=FORMAT, texts=fitted.texts, posts=fitted.posts,
                        files={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()})
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**contents, MANIFEST: (manifest.model_dump_json(indent=1) + "\n").encode()}.items():
        write_whole(folder / name, content)


def _packed(arrays: Mapping[str, object]) -> bytes:
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    return packed.getvalue()


def write_whole(file: Path, content: bytes) -> None:
    """Write all or nothing, so that nobody reads half a file."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def write_arrays(file: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays that can be computed again, for `read_arrays`."""
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, packed.getvalue())


def read_arrays(file: Path) -> dict[str, NDArray[Any]]:
    """The arrays in a file; none where it is missing or damaged, in whatever way."""
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception:  # a flipped bit may raise anything that zipfile, zlib and numpy know
        return {}


def _content(folder: Path, name: str, digest: str) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise ArtefactError(f"{folder / name} cannot be read ({error.strerror}); {MEND} makes it anew") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ArtefactError(f"{folder / name} is not the file that was fitted; {MEND} makes it anew")
    return content


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _word(line: str) -> tuple[str, int]:
    word, count = line.split(" ")
    return word, int(count)
