"""Runs, remembered and shared: whoever asks for one that is being trained goes along with that training.

Where processes share a shelf, a run that another of them has made is fetched from there, and one that another is making
is waited for. A run that takes more than it may is stopped, so that nothing keeps the others waiting without end.
"""

from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Event, Lock
from time import monotonic, sleep, thread_time
from typing import Any

from bot.answers.prepared import Prepared
from bot.answers.wire import Unreadable, packed, unpacked
from bot.content.errors import OurError
from bot.sharing import Claim, Shelf
from sims.engine.experiment import Params, Run, start
from sims.engine.randomness import REPLICAS
from sims.engine.registry import find
from sims.engine.training import Frame

KEPT = 64
PATIENCE = 10.0  # seconds without a new frame, after which one who goes along with a training begins another
LOOK = 0.05  # seconds between two looks at another's training
ELSEWHERE = 30.0  # seconds that another process has for it
MOST_SECONDS = 60.0  # processor time of one run; the dearest that settings allow takes a quarter of it

STOPPED = "nobody waited for this any more, so it was stopped"

Key = tuple[str, str, int]


class GivenUp(OurError, RuntimeError):
    """A run that nobody waits for any more was stopped."""

    kind = "busy"
    title = "Please ask again"


class TooDear(OurError, RuntimeError):
    """A run took more processor time than one may."""

    kind = "busy"
    title = "That takes too long here"


unwanted: ContextVar[Callable[[], bool]] = ContextVar("unwanted", default=lambda: False)
"""Whether nobody waits any more for what is being made here; a training asks at each frame."""


@dataclass
class _Training:
    """A training under way: the last frame that it has reached, how many go along with it, and whether it ended."""

    frame: Frame | None = None
    followers: int = 0
    ended: Event = field(default_factory=Event)


class Runs:
    """The last runs, by experiment, settings and seed; with a `shelf`, those of other processes, too, and what was
    `prepared` beforehand."""

    def __init__(self, most: int = KEPT, shelf: Shelf | None = None, prepared: Prepared | None = None) -> None:
        self._most, self.shelf, self.prepared = most, shelf, prepared
        self._kept: OrderedDict[Key, Run[Any, Any]] = OrderedDict()
        self._trainings: dict[Key, _Training] = {}
        self._lock = Lock()

    def ready(self, name: str, params: Params, seed: int) -> Run[Any, Any] | None:
        """The run, where it need not be trained."""
        with self._lock:
            return self._find((name, params.model_dump_json(), seed))

    def at_hand(self, name: str, params: Params, seed: int) -> Run[Any, Any] | None:
        """The run, where it is here or was prepared: a few milliseconds."""
        key = name, params.model_dump_json(), seed
        return self.ready(name, params, seed) or (self._fetched(self.prepared, key) if self.prepared else None)

    def fetch(self, name: str, params: Params, seed: int) -> Run[Any, Any] | None:
        """The run, where it need not be trained, for it is here or on the shelf; this may take a moment."""
        shelf = self._shelf_for(params)
        found = self.ready(name, params, seed)
        return found or (self._fetched(shelf, (name, params.model_dump_json(), seed)) if shelf is not None else None)

    def running(self, name: str, params: Params, seed: int) -> Generator[Frame, None, Run[Any, Any]]:
        """A run, frame by frame; one training for all who ask at the same time. Cease to iterate to stop it.

        `GivenUp` where nobody waits for it any more, as `unwanted` tells.
        """
        key = name, params.model_dump_json(), seed
        while True:
            with self._lock:
                found, other = self._find(key), self._trainings.get(key)
                if found is None and other is None:
                    own = self._trainings[key] = _Training()
            if found is not None:
                return found
            if other is None:
                return (yield from self._get(key, own, params))
            if not (yield from self._along(other)):
                return (yield from self._get(key, _Training(), params))

    def _find(self, key: Key) -> Run[Any, Any] | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _keep(self, key: Key, run: Run[Any, Any]) -> Run[Any, Any]:
        with self._lock:
            self._kept[key] = run
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return run

    def _get(self, key: Key, own: _Training, params: Params) -> Generator[Frame, None, Run[Any, Any]]:
        """The run from the shelf, or trained for all who share it."""
        claim: Claim | None = None
        try:
            if self.prepared is not None and (ready := self._fetched(self.prepared, key)) is not None:
                return ready
            shelf = self._shelf_for(params)
            if shelf is not None:
                found = self._from_elsewhere(shelf, key, own)
                if isinstance(found, Run):
                    return found
                claim = found
            run = self._keep(key, (yield from _watched(start(find(key[0]), params, key[2], REPLICAS), own, claim)))
            if shelf is not None:
                with suppress(Unreadable):
                    shelf.put(name_of(key), packed(key[0], run))
            return run
        finally:
            if claim is not None:
                claim.end()
            with self._lock:
                if self._trainings.get(key) is own:
                    del self._trainings[key]
            own.ended.set()

    def _from_elsewhere(self, shelf: Shelf, key: Key, own: _Training) -> Run[Any, Any] | Claim | None:
        """The run that another process makes or has made; else the right to make it, or None after a while."""
        end = monotonic() + ELSEWHERE
        while monotonic() < end:
            if (claim := shelf.claim(name_of(key))) is not None:
                run = self._fetched(shelf, key)  # it may have come while we asked
                if run is None:
                    return claim
                claim.end()
                return run
            if unwanted.get()() and not own.followers:
                raise GivenUp(STOPPED)
            sleep(LOOK)
        return None

    def _fetched(self, shelf: Shelf | Prepared, key: Key) -> Run[Any, Any] | None:
        content = shelf.find(name_of(key))
        if content is None:
            return None
        try:
            return self._keep(key, unpacked(content))
        except Unreadable:
            return None

    def _shelf_for(self, params: Params) -> Shelf | None:
        """The shelf, for whatever holds no rows of a learner's own: those are kept nowhere."""
        return None if getattr(params, "own", "") else self.shelf

    def _along(self, other: _Training) -> Generator[Frame, None, bool]:
        """Wait for another's training to end, with its frames. False where it stands still."""
        with self._lock:
            other.followers += 1
        seen, moved = None, monotonic()
        try:
            while not other.ended.wait(LOOK):
                if unwanted.get()():
                    raise GivenUp(STOPPED)
                if other.frame is not None and other.frame is not seen:
                    seen, moved = other.frame, monotonic()
                    yield other.frame
                elif monotonic() - moved > PATIENCE:
                    return False
            return True
        finally:
            with self._lock:
                other.followers -= 1


def name_of(key: Key) -> str:
    """What a run is called on a shelf."""
    return f"run {key[0]} {key[2]} {blake2b(key[1].encode(), digest_size=16).hexdigest()}"


def _watched(training: Generator[Frame, None, Run[Any, Any]], own: _Training,
             claim: Claim | None = None) -> Generator[Frame, None, Run[Any, Any]]:
    """The training, which shows others how far it is, and stops where nobody is left who waits, or at MOST_SECONDS."""
    spent = 0.0
    while True:
        if unwanted.get()() and not own.followers:
            training.close()
            raise GivenUp(STOPPED)
        if spent > MOST_SECONDS:
            training.close()
            raise TooDear(f"that run took more than {MOST_SECONDS:g} seconds; try fewer steps, examples or units")
        if claim is not None:
            claim.renew()
        began = thread_time()
        try:
            own.frame = next(training)
        except StopIteration as end:
            run: Run[Any, Any] = end.value
            return run
        spent += thread_time() - began
        yield own.frame
