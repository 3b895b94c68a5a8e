"""Fitting on the user's machine: anew beside what answers, or in seconds where nothing can be read."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.language.spelling import Speller
from bot.matching import artefacts, search_file
from bot.matching.artefacts import Fitted
from bot.matching.decisions import Numbers
from bot.matching.encoders import Encoder, small
from bot.matching.fitting import heads
from bot.matching.fitting.examples import of_knowledge, reader
from bot.matching.fitting.train import Vectorised, fit_heads, nothing_near, phrasings_of, speller_of
from bot.matching.matcher import LARGE, NGRAMS, HasPhrasings, Matcher
from bot.matching.outside import Group

KEPT = 3  # folders of what was fitted here; each change of the knowledge base leaves one behind


def refit(entries: Sequence[HasPhrasings], outside: Sequence[Group], encoders: Mapping[str, Encoder], start: Fitted,
          cache: Path | None) -> Fitted:
    """Heads for the knowledge base as it is, pulled to those of `start`, so that what real posts taught stays. Kept in
    the cache, where there is one; numbers stay as they are."""
    examples = of_knowledge(entries, outside)
    labels, speller = artefacts.labels_of(entries, outside), speller_of(examples)
    encode = {name: Vectorised(encoder, cache) for name, encoder in encoders.items()}
    origin = artefacts.with_labels(start, labels)
    found = fit_heads(examples, labels, reader(speller), encode, origin)
    nearest = found.nearest if LARGE in encode else origin.nearest
    fitted = replace(origin, heads={**origin.heads, **found.vectors}, ngrams=found.ngrams, nearest=nearest,
                     words=speller.holding, numbers=_numbers(start, encoders),
                     texts=artefacts.hashes_of(entries, outside))
    if cache is not None:
        for vectors in encode.values():
            vectors.keep()
        _keep(cache, fitted, entries, outside)
    return fitted


def add_heads(entries: Sequence[HasPhrasings], outside: Sequence[Group], encoders: Mapping[str, Encoder],
              fitted: Fitted, cache: Path | None) -> Fitted:
    """The same with heads for further encoders, or for others in the place of those that were fitted."""
    read, found = reader(Speller(holding=fitted.words)), {}
    examples, nearest = of_knowledge(entries, outside), fitted.nearest
    for name, encoder in encoders.items():
        encode = Vectorised(encoder, cache)
        found[name] = heads.fit_vectors(name, heads.rows_of(examples, fitted.labels, read, heads.VIEWS[name]), encode)
        nearest = phrasings_of(examples, fitted.labels, read, encode) if name == LARGE else nearest
        encode.keep()
    return replace(fitted, heads={**fitted.heads, **found}, nearest=nearest, numbers=_numbers(fitted, encoders))


def quick(entries: Sequence[HasPhrasings], outside: Sequence[Group], encoder: Encoder, ngrams: bool = False) -> Fitted:
    """A head over one encoder, in seconds, and one over n-grams if that is asked for: where the shipped files cannot be
    read."""
    examples = of_knowledge(entries, outside)
    labels, speller = artefacts.labels_of(entries, outside), speller_of(examples)
    rows = heads.rows_of(examples, labels, reader(speller), heads.WHOLE)
    over_ngrams = heads.fit_ngrams(rows) if ngrams else heads.no_ngrams(len(labels))
    head = heads.fit_vectors("small", rows, Vectorised(encoder))
    return Fitted(labels, {"small": head}, over_ngrams, nothing_near(len(labels)), speller.holding,
                  {encoder.name: plain_numbers("small")}, artefacts.hashes_of(entries, outside))


def fit_matcher(entries: Sequence[HasPhrasings], outside: Sequence[Group], encoder: Encoder) -> Matcher:
    """A matcher for a few entries, fitted on the spot."""
    return artefacts.matcher_of(quick(entries, outside, encoder, ngrams=True), {"small": encoder}, outside)


def plain_numbers(name: str) -> Numbers:
    """Numbers for a model and n-grams that have not been measured on any question."""
    return Numbers(mix={name: {"whole": (0.5, 0.0)}, NGRAMS: {"whole": (0.5, 0.0)}})


def _numbers(fitted: Fitted, encoders: Mapping[str, Encoder]) -> dict[str, Numbers]:
    """Numbers for the encoders, too, that have none: for a model of the user's own those of MiniLM."""
    found = dict(fitted.numbers)
    for name, encoder in encoders.items():
        own = found.get("all-MiniLM-L6-v2") if name == "minilm" else None
        found.setdefault(encoder.name, own or plain_numbers(name))
    return found


def write(folder: Path, fitted: Fitted, entries: Sequence[HasPhrasings], outside: Sequence[Group]) -> None:
    """Write the fitted files, the browser's among them, into a folder."""
    matcher = artefacts.matcher_of(fitted, {"small": small()}, outside)
    search = search_file.search_index(matcher, {entry.slug: entry.title for entry in entries})
    artefacts.write(folder, replace(fitted, search=search))


def _keep(cache: Path, fitted: Fitted, entries: Sequence[HasPhrasings], outside: Sequence[Group]) -> None:
    """Write the fitted files into the cache. A full or read-only disk is no error: all can be made again."""
    try:
        write(artefacts.folder_in(cache, entries, outside), fitted, entries, outside)
        newest = sorted(cache.glob("fitted-*"), key=lambda one: one.stat().st_mtime)
        for old in newest[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return
