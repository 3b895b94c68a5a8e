"""Writes that nobody waits for: a thread for each store does them in order, in batches, and ends when it has none."""

import atexit
import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from threading import Condition, Lock, Thread
from typing import Any

WAITING = 1000  # writes; what comes when so many wait is lost
BATCH = 100  # writes
IDLE = 5.0  # seconds without work, after which the thread ends, or tries again what was set by
AT_THE_END = 10.0  # seconds that the end of the process waits for its last writes
LOG = logging.getLogger(__name__)


class Writer:
    """Does `work` on batches of what is put, in a thread of its own, and again, on nothing, while it returns true.

    What is not done when the process ends is given to `set_by`.
    """

    def __init__(self, work: Callable[[Sequence[Any]], bool], set_by: Callable[[Sequence[Any]], None]) -> None:
        self._work, self._set_by = work, set_by
        self._waiting: deque[Any] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._asked = self._done = 0  # how often someone asked for work without a write

    def put(self, write: Any) -> None:
        """Have something written soon; returns at once."""
        with self._changed:
            if len(self._waiting) >= WAITING:
                LOG.warning("the store is too slow for what is to be kept, and something was lost")
                return
            self._waiting.append(write)
            self._start()

    def again(self) -> None:
        """Have what was set by tried again soon; returns at once."""
        with self._changed:
            self._asked += 1
            self._start()

    def flush(self, patience: float) -> bool:
        """Wait until everything is written or set by, at most `patience` seconds. Whether it is."""
        with self._changed:
            asked = self._asked
            return self._changed.wait_for(lambda: not self._waiting and self._done >= asked, patience)

    def finish(self) -> None:
        """For the end of the process: wait a while, then set by what is left."""
        if not self.flush(AT_THE_END):
            with self._changed:
                left = list(self._waiting)
            self._set_by(left)

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():  # a fork has no thread of its parent's
            self._thread = Thread(target=self._write, name="store", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _write(self) -> None:
        is_left = False
        while True:
            with self._changed:
                due = self._changed.wait_for(lambda: bool(self._waiting) or self._asked > self._done, IDLE)
                if not due and not is_left:
                    self._thread = None
                    return
                batch, asked = [self._waiting[i] for i in range(min(BATCH, len(self._waiting)))], self._asked
            try:
                is_left = self._work(batch)
            except Exception as error:  # the thread must live on
                LOG.warning("something could not be kept: %s", type(error).__name__)
            with self._changed:
                for _ in batch:
                    self._waiting.popleft()
                self._done = asked
                self._changed.notify_all()


_writers: dict[Hashable, Writer] = {}
_lock = Lock()


def writer(key: Hashable, make: Callable[[], Writer]) -> Writer:
    """The one of this process for that key, made at first."""
    with _lock:
        if key not in _writers:
            _writers[key] = make()
        return _writers[key]


@atexit.register
def _finish() -> None:
    for one in list(_writers.values()):
        one.finish()
