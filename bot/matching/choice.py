"""Which matcher answers: the best whose encoder is there, from fitted files that are shipped or were made here since.

No question waits for a fit. Where the knowledge base has changed since the files were fitted, they answer as they are,
and `warm()` fits anew beside it.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from weakref import finalize

from bot.content.points import asked_exactly, bare_words
from bot.matching import artefacts, encoders
from bot.matching.artefacts import ArtefactError, Fitted
from bot.matching.asks import HasPoints, known_vectors, texts_of
from bot.matching.decisions import Decision, Match
from bot.matching.features import clean
from bot.matching.matcher import LARGE, OUTSIDE, HasPhrasings, Matcher, Pointing, is_foreign, nowhere
from bot.matching.outside import Group
from bot.matching.points import MINILM, NEAREST, SMALL, PointMatcher, PointsAsked, moved, standing
from bot.matching.search_file import SOON, search_index

MULTILINGUAL = "multilingual"  # what its head is called; the small one's is SMALL, the large one's LARGE
PAUSE = 0.002  # seconds between the points of two entries, for who asks meanwhile
AT_THE_END = 2.0  # seconds that the interpreter's end waits for what is made in the background
PATIENCE = 600.0  # seconds that somebody waits at most who wants what is fitted anew

log = logging.getLogger(__name__)


class BestMatcher:
    """Decides with MiniLM where it is installed, else with the small encoder; and on what is in another language with
    the multilingual one, where that is."""

    def __init__(
        self,
        entries: Sequence[HasPhrasings],
        outside: Sequence[Group],
        cache: Path | None,
        large: Callable[[], encoders.Encoder] = encoders.minilm,
        multilingual: Callable[[], encoders.Encoder] = encoders.multilingual,
        shipped: Path = artefacts.SHIPPED,
        pointing: Pointing = nowhere,
        points: Sequence[HasPoints] = (),
    ) -> None:
        self.failure: str | None = None  # why the large encoder cannot be had
        self._entries, self._outside, self._cache, self._pointing = entries, outside, cache, pointing
        self._with_points = {entry.slug: entry for entry in points if entry.points}
        self._asked = {bare_words(ask): entry.slug for entry in points for point in entry.points for ask in point.asks}
        self._titles = {bare_words(entry.title): entry.slug for entry in entries}
        self._encoders: dict[str, encoders.Encoder] = {SMALL: encoders.small()}
        try:
            self._encoders = {LARGE: encoders.Remembering(large()), **self._encoders}
        except encoders.EncoderUnavailable as error:
            self.failure = str(error)
        self._multilingual = multilingual
        self._foreign: Matcher | None = None  # for questions that are not in English
        self._thread: Thread | None = None
        self._lock, self._ending = Lock(), Event()
        fitted = self._newest(shipped)
        self._changed = artefacts.changed(fitted, entries, outside)
        if self._changed:
            log.warning("Since the matcher was fitted, %s changed. It answers as it was; %s fits it anew.",
                        ", ".join(self._changed[:5]), artefacts.MEND)
        self._use(artefacts.with_labels(fitted, artefacts.labels_of(entries, outside)))

    @property
    def current(self) -> Matcher:
        """The matcher that decides now."""
        return self._matcher

    @property
    def name(self) -> str:
        """The name of the encoder that decides now."""
        return self._matcher.name

    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision:
        """See `Matcher.decide`. An entry's own title, as lists of entries show it, is that entry's question, and so is
        that of each of its points."""
        matcher = self._foreign if self._foreign and is_foreign(clean(question)) else self._matcher
        decision = matcher.decide(question, previous)
        bare = bare_words(question)
        if slug := self._titles.get(bare):
            return decision.settled_on(slug)
        if slug := self._asked.get(bare):
            return decision.settled_on(slug)
        return decision if previous else self._by_point(question, decision)

    def glance(self, question: str) -> Decision:
        """The decision of the small encoder alone: a hundredth of the time."""
        return self.small.decide(question)

    def points_asked(self, question: str, entry: HasPoints, ranked: Sequence[Match] = ()) -> PointsAsked:
        """The points of an entry that a question asks: its very words, or those that are likely enough. The closest are
        also looked for in the entries that are `ranked` behind it."""
        among = [(self._with_points[slug], confidence) for slug, confidence in standing(entry.slug, ranked)
                 if slug in self._with_points]
        found = self.points.asked(question, entry, self._matcher.numbers.thresholds.point, among)
        exactly = asked_exactly(question, ((point.id, point.asks) for point in entry.points))
        return replace(found, sure=(exactly,)) if exactly else found

    def _by_point(self, question: str, decision: Decision) -> Decision:
        """The decision, or the answer with another of its nearest entries where a point of that is surely asked."""
        least = self._matcher.numbers.thresholds.elsewhere
        if least > 1 or decision.kind == "decline":
            return decision
        near = [self._with_points[match.slug] for match in decision.ranked[:NEAREST] if match.slug in self._with_points]
        return moved(decision, self.points.find(question, near), least, self._matcher.numbers.thresholds.sure)

    def search_file(self, slugs: Collection[str]) -> bytes:
        """The small matcher as a file for browsers, which may find the entries `slugs`."""
        titles = {entry.slug: entry.title for entry in self._entries if entry.slug in slugs}
        fitted = self._fitted
        is_all = titles.keys() == {label for label in fitted.labels if not label.startswith(OUTSIDE)}
        if fitted.search and is_all and not artefacts.changed(fitted, self._entries, self._outside):
            return fitted.search
        return search_index(self.small, titles, SOON)

    def warm(self) -> None:
        """Fit anew beside what answers, where the knowledge base has changed, and look for a multilingual encoder.

        Returns at once; a second call does nothing.
        """
        with self._lock:
            if self._thread is None:
                from bot.matching import fitting  # here, so that no two threads import at the same time

                work = partial(self._work, fitting.refit, fitting.add_heads)
                self._thread = Thread(target=work, name="matcher", daemon=True)
                self._thread.start()
                finalize(self, _end, self._ending, self._thread)

    def wait(self, timeout: float = PATIENCE) -> bool:
        """Wait until what `warm` does is done, at most `timeout` seconds. Whether the large encoder decides."""
        self.warm()
        assert self._thread is not None
        self._thread.join(timeout)
        return self.failure is None and self._matcher.name == self._encoders[LARGE].name

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being fitted."""
        return self._thread is None or not self._thread.is_alive()

    def _use(self, fitted: Fitted) -> None:
        self._fitted = fitted
        self.small = artefacts.matcher_of(fitted, {SMALL: self._encoders[SMALL]}, self._outside)
        large = self._encoders.get(LARGE)
        fits = large is not None and large.name in fitted.numbers and LARGE in fitted.heads
        english = {name: encoder for name, encoder in self._encoders.items() if name != MULTILINGUAL}
        self._matcher = artefacts.matcher_of(fitted, english, self._outside, self._pointing) if fits else self.small
        self.points = PointMatcher(self._matcher, fitted.asks, fitted.numbers)

    def _newest(self, shipped: Path) -> Fitted:
        """What was fitted on the knowledge base as it is, else what is shipped; where that is damaged, what can be
        fitted in seconds."""
        found = _read(shipped)
        if found and not artefacts.changed(found, self._entries, self._outside):
            return found
        made_here = artefacts.folder_in(self._cache, self._entries, self._outside) if self._cache else None
        if made_here and made_here.is_dir() and (fitted := _read(made_here)):
            return fitted
        if found is None or not set(found.labels) & set(artefacts.labels_of(self._entries, self._outside)):
            from bot.matching import fitting

            return fitting.quick(self._entries, self._outside, self._encoders[SMALL])
        return found

    def _work(self, refit: Callable[..., Fitted], add_heads: Callable[..., Fitted]) -> None:
        with suppress(encoders.EncoderUnavailable):  # it is optional
            self._encoders[MULTILINGUAL] = self._multilingual()
        if self._changed:
            self._use(refit(self._entries, self._outside, self._encoders, self._fitted, self._cache))
        self._read_points()
        others = {name: encoder for name, encoder in self._encoders.items() if self._must_fit(name, encoder)}
        if others:
            self._use(add_heads(self._entries, self._outside, others, self._fitted, self._cache))
        foreign = {name: encoder for name, encoder in self._encoders.items() if name == MULTILINGUAL}
        if foreign:
            self._foreign = artefacts.matcher_of(self._fitted, foreign, self._outside)
        for entry in self._with_points.values():  # else the first question to each entry waits for them
            if self._ending.wait(PAUSE):
                break
            self.points.known_spaces(entry)

    def _read_points(self) -> None:
        """Let MiniLM read the points that were written since its vectors of them were shipped."""
        large = self._encoders.get(LARGE)
        texts = [text for entry in self._with_points.values() for text in texts_of(entry.points)]
        if large is None or large.name != MINILM or self._fitted.asks.knows(texts):
            return
        from bot.matching import fitting

        vectors = fitting.Vectorised(large, self._cache)
        asks = known_vectors(texts, vectors(texts))
        vectors.keep()
        self._use(replace(self._fitted, asks=asks))

    def _must_fit(self, name: str, encoder: encoders.Encoder) -> bool:
        return name not in self._fitted.heads or encoder.name not in self._fitted.numbers


def _end(ending: Event, thread: Thread) -> None:
    """At the interpreter's end: a thread that is within a library in C++ then would abort the process."""
    ending.set()
    thread.join(AT_THE_END)


def _read(folder: Path) -> Fitted | None:
    try:
        return artefacts.read(folder)
    except ArtefactError as error:
        log.warning("%s", error)
        return None
