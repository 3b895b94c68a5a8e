"""Which encoder answers: the large one once it is loaded, the small one until then and where there is no torch.

Where the optional multilingual one is installed, it answers questions that are not in English.
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Lock, Thread

from bot.matching import encoders
from bot.matching.decisions import Decision
from bot.matching.features import clean
from bot.matching.matcher import MULTILINGUAL, HasPhrasings, Matcher, foreign
from bot.matching.outside import Group

PATIENCE = 600.0  # seconds
FITTING = ("sklearn.linear_model", "sklearn.utils.extmath", "scipy.sparse")  # imported where a matcher is fitted


def shipped(
    entries: Sequence[HasPhrasings], outside: Sequence[Group], encoder: encoders.Encoder, cache: Path | None
) -> Matcher:
    """The matcher as it answers: with the small encoder alone, with MiniLM and the small one beside it, or, for other
    languages, with a multilingual one alone."""
    small = Matcher.fit(entries, outside, encoders.small(), cache)
    if encoder is encoders.small():
        return small
    return Matcher.fit(entries, outside, encoder, cache, _partner(encoder, small))


def _partner(encoder: encoders.Encoder, small: Matcher) -> Matcher | None:
    return None if encoder.name in MULTILINGUAL else small  # the small one reads English alone


class BestMatcher:
    """Decides at once with the small encoder; after `warm()` with MiniLM, as soon as a thread has made it ready.

    Encoders are made by whoever calls `warm()`, for that imports their packages, and the thread imports nothing: two
    threads that import at the same time can each see the other's modules half made.
    """

    def __init__(
        self,
        entries: Sequence[HasPhrasings],
        outside: Sequence[Group],
        cache: Path | None,
        large: Callable[[], encoders.Encoder] = encoders.minilm,
        multilingual: Callable[[], encoders.Encoder] = encoders.multilingual,
    ) -> None:
        self.failure: str | None = None  # why the large encoder cannot be had
        self.small: Matcher = Matcher.fit(entries, outside, encoders.small(), cache)
        self._fit: Callable[[encoders.Encoder], Matcher] = lambda encoder: Matcher.fit(
            entries, outside, encoder, cache, _partner(encoder, self.small)
        )
        self._large, self._multilingual = large, multilingual
        self._foreign: Matcher | None = None  # for questions that are not in English
        self._matcher = self.small
        self._thread: Thread | None = None
        self._lock = Lock()

    @property
    def current(self) -> Matcher:
        """The best matcher that is ready."""
        return self._matcher

    def decide(self, question: str, previous: Sequence[str] = ()) -> Decision:
        """See `Matcher.decide`."""
        matcher = self._foreign if self._foreign and foreign(clean(question)) else self._matcher
        return matcher.decide(question, previous)

    def glance(self, question: str) -> Decision:
        """The decision of the small encoder, whichever is ready: a hundredth of the time."""
        return self.small.decide(question)

    def warm(self) -> None:
        """Make the large encoder and begin to fit its matcher in a thread; a second call does nothing.

        It takes the seconds that importing the encoder's packages takes, where the process has not imported them yet.
        """
        with self._lock:
            if self._thread is None:
                for name in FITTING:
                    import_module(name)
                large, multilingual = self._made(self._large), self._made(self._multilingual)
                work = partial(self._load, large, multilingual)
                self._thread = Thread(target=work, name="large encoder", daemon=True)
                self._thread.start()

    def wait(self, timeout: float = PATIENCE) -> bool:
        """Load the large encoder and wait for its matcher, at most `timeout` seconds. Whether it decides now."""
        self.warm()
        assert self._thread is not None
        self._thread.join(timeout)
        return not self._thread.is_alive() and self.failure is None

    @property
    def is_settled(self) -> bool:
        """Whether the best matcher that can be had decides already, or nobody asked for it."""
        return self._thread is None or not self._thread.is_alive()

    def _made(self, make: Callable[[], encoders.Encoder]) -> encoders.Encoder | None:
        try:
            return make()
        except encoders.EncoderUnavailable as error:
            if make is self._large:  # the other one is optional
                self.failure = str(error)
            return None

    def _load(self, large: encoders.Encoder | None, multilingual: encoders.Encoder | None) -> None:
        if large is not None:
            self._matcher = self._fit(large)
        if multilingual is not None:  # nobody waits for it
            read = partial(self._load_multilingual, multilingual)
            Thread(target=read, name="multilingual encoder", daemon=True).start()

    def _load_multilingual(self, encoder: encoders.Encoder) -> None:
        self._foreign = self._fit(encoder)
