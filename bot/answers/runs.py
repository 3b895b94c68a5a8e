"""Runs, remembered and shared: whoever asks for one that is being trained goes along with that training."""

from collections import OrderedDict
from collections.abc import Callable, Generator
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic
from typing import Any

from bot.content.errors import OurError
from sims.engine.experiment import Params, Run, start
from sims.engine.randomness import REPLICAS
from sims.engine.registry import find
from sims.engine.training import Frame

KEPT = 64
PATIENCE = 10.0  # seconds without a new frame, after which one who goes along with a training begins another
LOOK = 0.05  # seconds between two looks at another's training

STOPPED = "nobody waited for this any more, so it was stopped"

Key = tuple[str, str, int]


class GivenUp(OurError, RuntimeError):
    """A run that nobody waits for any more was stopped."""

    kind = "busy"
    title = "Please ask again"


unwanted: ContextVar[Callable[[], bool]] = ContextVar("unwanted", default=lambda: False)
"""Whether nobody waits any more for what is being made here; a training asks at each frame."""


@dataclass
class _Training:
    """A training under way: the last frame that it has reached, how many go along with it, and whether it ended."""

    frame: Frame | None = None
    followers: int = 0
    ended: Event = field(default_factory=Event)


class Runs:
    """The last runs, by experiment, settings and seed."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Run[Any, Any]] = OrderedDict()
        self._trainings: dict[Key, _Training] = {}
        self._lock = Lock()

    def ready(self, name: str, params: Params, seed: int) -> Run[Any, Any] | None:
        """The run, where it need not be trained."""
        with self._lock:
            return self._find((name, params.model_dump_json(), seed))

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
                return (yield from self._train(key, own, params))
            if not (yield from self._along(other)):
                return (yield from self._train(key, _Training(), params))

    def _find(self, key: Key) -> Run[Any, Any] | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _train(self, key: Key, own: _Training, params: Params) -> Generator[Frame, None, Run[Any, Any]]:
        try:
            run = yield from _watched(start(find(key[0]), params, key[2], REPLICAS), own)
            with self._lock:
                self._kept[key] = run
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            return run
        finally:
            with self._lock:
                if self._trainings.get(key) is own:
                    del self._trainings[key]
            own.ended.set()

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


def _watched(training: Generator[Frame, None, Run[Any, Any]],
             own: _Training) -> Generator[Frame, None, Run[Any, Any]]:
    """The training, which shows others how far it is, and stops where nobody is left who waits."""
    while True:
        if unwanted.get()() and not own.followers:
            training.close()
            raise GivenUp(STOPPED)
        try:
            own.frame = next(training)
        except StopIteration as end:
            run: Run[Any, Any] = end.value
            return run
        yield own.frame
